-- SPDX-License-Identifier: MIT
-- families/nested.lua: models with nested configs.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local MAIN = family.MAIN
local LN, LN0 = family.LN, family.LN0
local RMS, RMS1, RMS0 = family.RMS, family.RMS1, family.RMS0

-- Models with nested configs
local TEXT_LLAMA, VISION_CLIP = { "text_config", "llama" }, { "vision_config", "clip_vision_model" }
local VISION_SIGLIP = { "vision_config", "siglip_vision_model" }
F.clip = { source = "transformers 5: CLIPModel", parts = { { "text_config", "clip_text_model" }, VISION_CLIP } }
F.chinese_clip = { source = "transformers 5: ChineseCLIPModel", parts = { { "text_config", "chinese_clip_text_model" },
    VISION_CLIP } }
F.altclip = { source = "transformers 5: AltCLIPModel", parts = { { "text_config", "altclip_text_model" },
    VISION_CLIP } }
F.siglip = { source = "transformers 5: SiglipModel", parts = { { "text_config", "siglip_text_model" }, VISION_SIGLIP } }
F.siglip2 = F.siglip
F.blip = { source = "transformers 5: BlipModel", parts = { { "text_config", "blip_text_model" }, { "vision_config",
    "blip_vision_model" } } }
F.clap = { source = "transformers 5: ClapModel", parts = { { "text_config", "clap_text_model" }, { "audio_config",
    "clap_audio_model" } } }
F.llava = { source = "transformers 5: LlavaModel", flat = "llama", parts = { TEXT_LLAMA, VISION_CLIP } }
each_name("llava_next llava_next_video llava_onevision", F.llava)
each_name("llava_llama llava_qwen llava_mistral", { source = "LLaVA and VILA llava_llama.py", flat = "llama",
  parts = { { "llm_cfg", "llama" }, { "vision_tower_cfg", "siglip_vision_model" },
    { "mm_projector_cfg", skip = "may have a LayerNorm over merged patches" } } })
F.mistral3 = { source = "transformers 5: Mistral3Model", { site = "multi_modal_projector.norm", norm = RMS,
    width = "part('vision_config', 'hidden_size')", eps = "part('text_config', 'rms_norm_eps')", count = 1,
    when = "has('vision_config')" },
  parts = { { "text_config", "mistral" }, { "vision_config", "pixtral" } } }
F.gemma3 = { source = "transformers 5: Gemma3Model", { site = "multi_modal_projector.mm_soft_emb_norm", norm = RMS1,
    width = "part('vision_config', 'hidden_size')", eps = "part('vision_config', 'layer_norm_eps')", count = 1,
    when = "has('vision_config')" }, rounding = "once",
  flat = "gemma3_text", parts = { { "text_config", "gemma3_text" }, VISION_SIGLIP } }
F.paligemma = { source = "transformers 5: PaliGemmaModel", parts = { { "text_config", "gemma" }, VISION_SIGLIP } }
-- what embeds the output of a tower, and its tokens; for audio also a token that fills up
local function embedder(name, tower, runs)
  local eps, exists = ("part('%s', 'rms_norm_eps')"):format(tower), ("has('%s')"):format(tower)
  return { site = name .. ".hard_embedding_norm,soft_embedding_norm", norm = RMS, eps = eps, count = runs,
    width = ("part('%s', 'hidden_size')"):format(tower), when = exists },
    { site = name .. ".embedding_post_projection_norm (no weight)", norm = RMS0, eps = eps, count = runs, when = exists,
      width = "part('text_config', 'hidden_size') or hidden_size" }
end
local SOFT, AFTER_SOFT = embedder("embed_vision", "vision_config", 2)
local HEARD, AFTER_HEARD = embedder("embed_audio", "audio_config", 3)
F.gemma3n_vision = { source = "timm mobilenetv5.py", remark = "a convolutional tower, whose norms lngen does not list",
  default = { hidden_size = 2048, rms_norm_eps = 1e-6 } }
F.gemma3n = { source = "transformers 5: Gemma3nModel, Gemma3nMultimodalEmbedder",
  SOFT, AFTER_SOFT, HEARD, AFTER_HEARD, flat = "gemma3n_text", rounding = "once", default = { hidden_size = 2048 },
  parts = { { "text_config", "gemma3n_text" }, { "vision_config", "gemma3n_vision", skip = "a convolutional tower" },
    { "audio_config", "gemma3n_audio" } } }
F.gemma4 = { source = "transformers 5: Gemma4Model", flat = "gemma4_text", parts = { { "text_config", "gemma4_text" },
    { "vision_config", "gemma4_vision" },
  { "audio_config", "gemma4_audio" } } }
-- no towers: patches of pixels and frames of sound are normalised and projected
F.gemma4_unified_text = like(F.gemma4_text, { source = "transformers 5: Gemma4UnifiedTextModel",
  default = { hidden_size_per_layer_input = 0 } })
F.gemma4_unified_vision = { source = "transformers 5: Gemma4UnifiedVisionEmbedder", rounding = "once",
  { site = "patch_ln1", norm = LN, width = "3*(patch_size*pooling_kernel_size)^2", eps = 1e-5, count = 1 },
  { site = "patch_ln2,pos_norm", norm = LN, width = "mm_embed_dim", eps = 1e-5, count = 2 },
  { site = "embedding_pre_projection_norm (no weight)", norm = RMS0, width = "output_proj_dims", eps = "rms_norm_eps",
    count = 1 },
  default = { patch_size = 16, pooling_kernel_size = 3, mm_embed_dim = 3840, output_proj_dims = 3840,
    rms_norm_eps = 1e-6 } }
F.gemma4_unified_audio = { source = "transformers 5: Gemma4UnifiedMultimodalEmbedder", rounding = "once",
  alias = { audio_embed_dim = "hidden_size" },
  { site = "embedding_pre_projection_norm (no weight)", norm = RMS0, width = "audio_embed_dim", eps = "rms_norm_eps",
    count = 1 },
  default = { audio_embed_dim = 640, rms_norm_eps = 1e-6 } }
F.gemma4_unified = { source = "transformers 5: Gemma4UnifiedModel", flat = "gemma4_unified_text",
  parts = { { "text_config", "gemma4_unified_text" }, { "vision_config", "gemma4_unified_vision" },
    { "audio_config", "gemma4_unified_audio" } } }
-- the model sets the width of the tower's last norm to that of the text
F.hunyuan_vl_text = like(F.hunyuan_v1_dense, { source = "transformers 5: HunYuanVLTextModel" })
F.hunyuan_vl_tower = { source = "transformers 5: HunYuanVLVisionTransformer", F.hunyuan_vl_vision[1],
  F.hunyuan_vl_vision[2], default = F.hunyuan_vl_vision.default }
F.hunyuan_vl = { source = "transformers 5: HunYuanVLModel", flat = "hunyuan_vl_text",
  { site = "vision_tower.after_rms", norm = RMS, width = "part('text_config', 'hidden_size') or hidden_size",
    eps = "part('vision_config', 'rms_norm_eps')", count = 1, when = "has('vision_config')" },
  classes = { "^HunYuanVL" }, default = { hidden_size = 4096 },
  parts = { { "text_config", "hunyuan_vl_text" },
    { "vision_config", "hunyuan_vl_tower", fixed = true } } }
F.mllama = { source = "transformers 5: MllamaModel", flat = "mllama_text_model",
  parts = { { "text_config", "mllama_text_model" }, { "vision_config", "mllama_vision_model" } } }
F.llama4 = { source = "transformers 5: Llama4ForConditionalGeneration", flat = "llama4_text",
  parts = { { "text_config", "llama4_text" }, { "vision_config", "llama4_vision_model" } } }
local function qwen_vl(text, vision)
  return { source = "transformers 5: Qwen2VLModel, Qwen2_5_VLModel, Qwen3VLModel, Qwen3_5Model", flat = text,
    parts = { { "text_config", text }, { "vision_config", vision, fixed = true } } }
end
F.qwen2_vl_text = like(F.qwen2, { source = "transformers 5: Qwen2VLTextModel, Qwen2_5_VLTextModel",
    default = { hidden_size = 8192, num_hidden_layers = 80, rms_norm_eps = 1e-5 } })
F.qwen2_5_vl_text = F.qwen2_vl_text
F.qwen2_vl = qwen_vl("qwen2_vl_text", "qwen2_vl_vision")
F.qwen2_5_vl = qwen_vl("qwen2_5_vl_text", "qwen2_5_vl_vision")
F.qwen3_vl = qwen_vl("qwen3", "qwen3_vl_vision")
F.qwen3_vl_moe = qwen_vl("qwen3_vl_moe_text", "qwen3_vl_vision")
F.qwen3_5 = qwen_vl("qwen3_5_text", "qwen3_5_vision")
F.qwen3_5_moe = qwen_vl("qwen3_5_moe_text", "qwen3_5_vision")
F.qwen3_5_vision = { source = "transformers 5: Qwen3_5VisionModel", F.qwen3_vl_vision[1],
    default = F.qwen3_vl_vision.default }
F.qwen2_audio = { source = "transformers 5: Qwen2AudioModel", parts = { { "text_config", "qwen2" }, { "audio_config",
    "qwen2_audio_encoder" } } }
each_name("qwen2_5_omni_audio_encoder qwen3_asr_audio_encoder", F.qwen2_audio_encoder)
F.qwen2_5_omni_text = like(F.qwen2, { source = "transformers 5: Qwen2_5OmniThinkerTextModel, Qwen2_5OmniTalkerModel",
    default = { hidden_size = 3584, num_hidden_layers = 28 } })
F.qwen2_5_omni_talker = F.qwen2_5_omni_text
F.qwen2_5_omni_thinker = { source = "transformers 5: Qwen2_5OmniThinkerForConditionalGeneration",
    parts = { { "text_config", "qwen2_5_omni_text" },
  { "audio_config", "qwen2_5_omni_audio_encoder" }, { "vision_config", "qwen2_5_omni_vision_encoder" } } }
-- adaptive norms: scale and shift are computed from the time step; there is no gamma or beta
F.qwen2_5_omni_dit = { source = "transformers 5: Qwen2_5OmniToken2WavDiTModel", { site = MAIN, norm = LN0,
    width = "hidden_size", eps = 1e-6, count = "2*num_hidden_layers + 1", modulated = true },
  default = { hidden_size = 1024, num_hidden_layers = 22 } }
F.qwen2_5_omni_token2wav = { source = "transformers 5: Qwen2_5OmniToken2WavModel", parts = { { "dit_config",
    "qwen2_5_omni_dit" } } }
F.qwen2_5_omni = { source = "transformers 5: Qwen2_5OmniForConditionalGeneration", parts = { { "thinker_config",
    "qwen2_5_omni_thinker" }, { "talker_config", "qwen2_5_omni_talker" },
  { "token2wav_config", "qwen2_5_omni_token2wav" } } }
F.qwen3_asr_thinker = { source = "Qwen3-ASR modeling_qwen3_asr.py", parts = { { "text_config", "qwen3" },
    { "audio_config", "qwen3_asr_audio_encoder" } } }
F.qwen3_asr = { source = "transformers 5: Qwen3ASRModel", parts = { { "thinker_config", "qwen3_asr_thinker" },
    { "text_config", "qwen3" },
  { "audio_config", "qwen3_asr_audio_encoder" } } }
F.internvl_chat = { source = "InternVL modeling_internvl_chat.py", { site = "mlp1", norm = LN,
    width = "floor(part('vision_config', 'hidden_size')*(1/downsample_ratio)^2)", eps = 1e-5, count = 1,
    when = "has('vision_config')" }, default = { downsample_ratio = 0.5 },
  parts = { { "llm_config", "llama" }, { "vision_config", "intern_vit_6b" } } }
F.minicpmv = like(F.llama, { source = "MiniCPM-V modeling_minicpmv.py, resampler.py", { site = "resampler", norm = LN,
    width = "hidden_size", eps = 1e-6, count = 3, when = "has('vision_config')" },
  parts = { { "vision_config", "minicpmv_vision", fixed = true } } })
F.deepseek_vl_v2 = { source = "DeepSeek-VL2 modeling_deepseek_vl_v2.py", classes = { "^DeepseekOCRFor" },
  parts = { { "language_config", "deepseek_v2" },
    { "vision_config", "deepseek_vl_v2_vision", fixed = true, when = "head('DeepseekOCRFor') == 0" },
    { "vision_config", "deepseek_ocr_vision", fixed = true, when = "head('DeepseekOCRFor') == 1" },
    { "projector_config", none = "linear layers, without a norm" } } }
F.dots_ocr = like(F.qwen2, { source = "dots.ocr modeling_dots_ocr.py", parts = { { "vision_config", "dots_vit" } } })
F.kimi_k25 = { source = "Kimi-K2.5 modeling_kimi_k25.py", parts = { { "text_config", "kimi_k2" }, { "vision_config",
    "kimi_k25_vision", fixed = true } } }
F.glm4v = { source = "transformers 5: Glm4vModel", flat = "glm4v_text", parts = { { "text_config", "glm4v_text" },
  { "vision_config", "glm4v_vision", fixed = true } } }
F.git = { source = "transformers 5: GitModel", { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "2*num_hidden_layers + 1" },
  { site = "visual_projection", norm = LN, width = "hidden_size", eps = "part('vision_config', 'layer_norm_eps')",
    count = 1, when = "has('vision_config')" },
  default = { hidden_size = 768, num_hidden_layers = 6, layer_norm_eps = 1e-12 },
  parts = { { "vision_config", "git_vision_model" } } }
F.vibevoice_diffusion_head = { source = "VibeVoice modular_vibevoice_diffusion_head.py", { site = "blocks", norm = RMS,
    width = "hidden_size", eps = "rms_norm_eps", count = "head_layers" },
  { site = "final (no weight)", norm = RMS0, width = "hidden_size", eps = "rms_norm_eps", count = 1 },
  default = { hidden_size = 768, head_layers = 4, rms_norm_eps = 1e-5 } }
F.vibevoice = { source = "VibeVoice modeling_vibevoice.py", { site = "connectors", norm = RMS,
    width = "part('decoder_config', 'hidden_size')", eps = 1e-6, count = 2, when = "has('decoder_config')" },
  parts = { { "decoder_config", "qwen2" }, { "diffusion_head_config", "vibevoice_diffusion_head" },
  { "acoustic_tokenizer_config", skip = "norms over the channels of convolutions, which lngen does not list" },
  { "semantic_tokenizer_config", skip = "norms over the channels of convolutions, which lngen does not list" } } }
F["encoder-decoder"] = { source = "transformers 5: EncoderDecoderModel", parts = { { "encoder", "bert" }, { "decoder",
    "bert" } } }
F["speech-encoder-decoder"] = { source = "transformers 5: SpeechEncoderDecoderModel",
  parts = { { "encoder", "wav2vec2" }, { "decoder", "bart" } } }
