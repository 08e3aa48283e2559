-- SPDX-License-Identifier: MIT
-- families/towers.lua: vision and audio towers.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local MAIN = family.MAIN
local LN = family.LN
local RMS = family.RMS

-- Vision and audio towers
local function tower(kind, eps, extra, default)
  return { { site = MAIN, norm = kind, width = "hidden_size", eps = "layer_norm_eps",
    count = "2*num_hidden_layers" .. extra },
    default = { hidden_size = default or 768, num_hidden_layers = 12, layer_norm_eps = eps } }
end
F.vit = like(tower(LN, 1e-12, " + 1"), { source = "transformers 5: ViTModel" })
each_name("deit beit yolos dpt", F.vit)
F.vit_msn = like(F.vit, { source = "transformers 5: ViTMSNModel", default = { layer_norm_eps = 1e-6 } })
F.dinov2 = like(tower(LN, 1e-6, " + 1"), { source = "transformers 5: Dinov2Model", knows = { "apply_layernorm" } })
F.dinov2_with_registers = F.dinov2
-- as the backbone of another model, the last norm runs once for each stage that it puts out
F.dinov2_backbone = like(
  tower(LN, 1e-6, " + (apply_layernorm and max(1, len('out_features'), len('out_indices')) or 0)"),
  { source = "transformers 5: Dinov2Backbone", default = { apply_layernorm = true } })
F.dinov3_vit = like(tower(LN, 1e-5, " + 1", 384), { source = "transformers 5: DINOv3ViTModel" })
F.clip_text_model = like(tower(LN, 1e-5, " + 1", 512), { source = "transformers 5: CLIPTextModel" })
F.clip_vision_model = like(tower(LN, 1e-5, " + 2"), { source = "transformers 5: CLIPVisionModel" })
each_name("git_vision_model chinese_clip_vision_model altclip_vision_model", F.clip_vision_model)
F.blip_vision_model = like(tower(LN, 1e-5, " + 1"), { source = "transformers 5: BlipVisionModel" })
F.siglip_text_model = like(tower(LN, 1e-6, " + 1"), { source = "transformers 5: SiglipTextModel" })
F.siglip_vision_model = { source = "transformers 5: SiglipVisionModel", { site = MAIN, norm = LN,
    width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1 + (vision_use_head and 1 or 0)" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-6, vision_use_head = true } }
F.siglip2_text_model, F.siglip2_vision_model = F.siglip_text_model, F.siglip_vision_model
F.minicpmv_vision = like(tower(LN, 1e-6, " + 1", 1152), { source = "MiniCPM-V modeling_navit_siglip.py" })
F.intern_vit_6b = { source = "InternVL modeling_intern_vit.py: InternVisionEncoderLayer",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers",
    when = "is('norm_type', 'layer_norm')" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers",
    when = "is('norm_type', 'rms_norm')" },
  { site = "q_norm,k_norm", norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers",
    when = "qk_normalization" },
  default = { hidden_size = 3200, num_hidden_layers = 48, layer_norm_eps = 1e-6, norm_type = "'rms_norm'",
    qk_normalization = true } }
F.pixtral = { source = "transformers 5: PixtralVisionModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = 1e-5, count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.deepseek_vl_v2_vision = { source = "DeepSeek-VL2 siglip_vit.py", { site = "vision blocks", norm = LN,
    width = "width", eps = 1e-6, count = "2*layers + 1" },
  default = { width = 1152, layers = 27 } }
-- the code has the widths and numbers of layers of both towers fixed
F.deepseek_ocr_vision = { source = "DeepSeek-OCR deepencoder.py: VitModel, ImageEncoderViT", knows = { "width" },
  { site = "CLIP blocks and pre_layrnorm", norm = LN, width = 1024, eps = 1e-5, count = 49 },
  { site = "SAM blocks", norm = LN, width = 768, eps = 1e-6, count = 24 },
  { site = "SAM neck", norm = LN, width = 256, eps = 1e-6, count = 2 } }
F.dots_vit = { source = "dots.ocr modeling_dots_vision.py: DotsVisionTransformer, PatchMerger",
  { site = MAIN, norm = RMS, width = "embed_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers + 1 + (post_norm and 1 or 0)" },
  { site = "merger.ln_q", norm = LN, width = "embed_dim", eps = 1e-6, count = 1 },
  default = { embed_dim = 1536, num_hidden_layers = 42, rms_norm_eps = 1e-5, post_norm = true } }
F.mllama_vision_model = { source = "transformers 5: MllamaVisionModel",
  { site = "vision blocks", norm = LN, width = "hidden_size", eps = "norm_eps",
    count = "2*(num_hidden_layers + num_global_layers)" },
  { site = "layernorm_pre,layernorm_post", norm = LN, width = "hidden_size", eps = 1e-5, count = 2 },
  default = { hidden_size = 1280, num_hidden_layers = 32, num_global_layers = 8, norm_eps = 1e-5 } }
F.llama4_vision_model = { source = "transformers 5: Llama4VisionModel", { site = "vision blocks", norm = LN,
    width = "hidden_size", eps = 1e-5, count = "2*num_hidden_layers + 2" },
  ignores = { "norm_eps" }, default = { hidden_size = 768, num_hidden_layers = 34 } }
F.qwen2_vl_vision = { source = "transformers 5: Qwen2VisionTransformerPretrainedModel",
    { site = "vision blocks+merger", norm = LN, width = "embed_dim", eps = 1e-6, count = "2*depth + 1" },
  default = { embed_dim = 1280, depth = 32 } }
F.qwen2_5_vl_vision = { source = "transformers 5: Qwen2_5_VisionTransformerPretrainedModel",
    { site = "vision blocks+merger", norm = RMS, width = "hidden_size", eps = 1e-6, count = "2*depth + 1" },
  default = { hidden_size = 3584, depth = 32 } }
F.qwen2_5_omni_vision_encoder = F.qwen2_5_vl_vision
F.qwen3_vl_vision = { source = "transformers 5: Qwen3VLVisionModel", { site = "vision blocks+merger", norm = LN,
    width = "hidden_size", eps = 1e-6, count = "2*depth + 1" },
  { site = "deepstack merger (post-shuffle)", norm = LN, width = "hidden_size*spatial_merge_size^2", eps = 1e-6,
    count = "len('deepstack_visual_indexes')" },
  default = { hidden_size = 1152, depth = 27, spatial_merge_size = 2, deepstack_visual_indexes = { 8, 16, 24 } } }
F.glm4v_vision = { source = "transformers 5: Glm4vVisionModel", { site = "vision blocks", norm = RMS,
    width = "hidden_size", eps = "rms_norm_eps", count = "2*depth + 2" },
  { site = "merger.post_projection_norm", norm = LN, width = "out_hidden_size", eps = 1e-5, count = 1 },
  default = { hidden_size = 1536, depth = 24, out_hidden_size = 4096, rms_norm_eps = 1e-5 } }
F.kimi_k25_vision = { source = "Kimi-K2.5 modeling_kimi_k25.py: MoonViT, PatchMergerMLP", { site = "vision blocks",
    norm = LN, width = "vt_hidden_size", eps = 1e-5, count = "2*vt_num_hidden_layers + 1" },
  alias = { vt_hidden_size = "hidden_size", vt_num_hidden_layers = "num_hidden_layers" },
  { site = "projector pre_norm", norm = LN, width = "mm_hidden_size", eps = "projector_ln_eps", count = 1 },
  default = { vt_hidden_size = 1152, vt_num_hidden_layers = 27, mm_hidden_size = "vt_hidden_size",
    projector_ln_eps = 1e-5 } }
-- each stage has its own width; where four patches are merged, a norm is four times as wide as the stage
F.swin = { source = "transformers 5: SwinModel",
  { site = "blocks of stage $i", norm = LN, width = "embed_dim*2^(i-1)", eps = "layer_norm_eps", count = "2*item",
    each = "depths" },
  { site = "patch embeddings", norm = LN, width = "embed_dim", eps = 1e-5, count = 1 },
  { site = "patch merging after stage $i", norm = LN, width = "4*embed_dim*2^(i-1)", eps = 1e-5,
    count = "i < items and 1 or 0", each = "depths" },
  { site = "final", norm = LN, width = "embed_dim*2^(len('depths')-1)", eps = "layer_norm_eps", count = 1 },
  knows = { "path_norm" },
  default = { embed_dim = 96, depths = { 2, 2, 6, 2 }, layer_norm_eps = 1e-5 } }
-- as the backbone of another model, it has a norm for each stage that it puts out in place of the last one
F.swin_backbone = { source = "transformers 5: SwinBackbone", F.swin[1], F.swin[2], F.swin[3],
  { site = "output of stage $i", norm = LN, width = "embed_dim*2^(i-1)", eps = 1e-5, each = "depths",
    count = "count('out_features', 'stage' .. i) or count('out_indices', i) or i == items and 1 or 0" },
  knows = F.swin.knows, default = F.swin.default }
F.clap_audio_model = { source = "transformers 5: ClapAudioModel",
  { site = "blocks of stage $i", norm = LN, width = "patch_embeds_hidden_size*2^(i-1)", eps = "layer_norm_eps",
    count = "2*item", each = "depths" },
  { site = "patch embeddings", norm = LN, width = "patch_embeds_hidden_size", eps = 1e-5, count = 1,
    when = "enable_patch_layer_norm" },
  { site = "patch merging after stage $i", norm = LN, width = "4*patch_embeds_hidden_size*2^(i-1)", eps = 1e-5,
    count = "i < items and 1 or 0", each = "depths" },
  { site = "final", norm = LN, width = "patch_embeds_hidden_size*2^(len('depths')-1)", eps = 1e-5, count = 1 },
  default = { patch_embeds_hidden_size = 96, depths = { 2, 2, 6, 2 }, layer_norm_eps = 1e-5,
    enable_patch_layer_norm = true } }
-- an adapter of attention begins with a norm
F.wav2vec2 = { source = "transformers 5: Wav2Vec2Model", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "(set('adapter_attn_dim') and 3 or 2)*num_hidden_layers + 1" },
  { site = "feature_projection", norm = LN, width = "last('conv_dim')", eps = "layer_norm_eps", count = 1,
    when = "feat_proj_layer_norm" },
  { site = "conv layer $i", norm = LN, width = "item", eps = 1e-5, count = 1, each = "conv_dim",
    when = "is('feat_extract_norm', 'layer')" },
  knows = { "do_stable_layer_norm" },
  default = { hidden_size = 768, num_hidden_layers = 12, conv_dim = { 512, 512, 512, 512, 512, 512, 512 },
    feat_proj_layer_norm = true, layer_norm_eps = 1e-5 } }
each_name("hubert wavlm unispeech unispeech-sat", F.wav2vec2)
