-- SPDX-License-Identifier: MIT
-- families/decoders.lua: models that write text.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local MAIN, HEAD_DIM = family.MAIN, family.HEAD_DIM
local LN, LNW, LN0 = family.LN, family.LNW, family.LN0
local RMS, RMS1, RMS0 = family.RMS, family.RMS1, family.RMS0

-- GPT-2 and similar models: LayerNorm, two in each layer and one after the last
F.gpt2 = { source = "transformers 5: GPT2Model", { site = MAIN, norm = LN, width = "n_embd",
    eps = "layer_norm_epsilon", count = "n_layer*(add_cross_attention and 3 or 2) + 1" },
  default = { n_embd = 768, n_layer = 12, layer_norm_epsilon = 1e-5 } }
each_name("gpt_bigcode jais codeshell", F.gpt2)
F["openai-gpt"] = { source = "transformers 5: OpenAIGPTModel", { site = MAIN, norm = LN, width = "n_embd",
    eps = "layer_norm_epsilon", count = "2*n_layer" },
  default = { n_embd = 768, n_layer = 12, layer_norm_epsilon = 1e-5 } }
F.ctrl = { source = "transformers 5: CTRLModel", { site = MAIN, norm = LN, width = "n_embd", eps = 1e-6,
    count = "2*n_layer + 1" }, default = { n_embd = 1280, n_layer = 48 } }
F.gpt_neo = { source = "transformers 5: GPTNeoModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "2*num_layers + 1" },
  default = { hidden_size = 2048, num_layers = 24, layer_norm_epsilon = 1e-5 } }
-- attention and MLP share one norm
F.gptj = { source = "transformers 5: GPTJModel", { site = MAIN, norm = LN, width = "n_embd",
    eps = "layer_norm_epsilon", count = "n_layer + 1" },
  default = { n_embd = 4096, n_layer = 28, layer_norm_epsilon = 1e-5 } }
F.codegen = like(F.gptj, { source = "transformers 5: CodeGenModel", default = { n_layer = 28 } })
F.gpt_neox = { source = "transformers 5: GPTNeoXModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 6144, num_hidden_layers = 44, layer_norm_eps = 1e-5 } }
F.gpt_neox_japanese = like(F.gpt_neox, { source = "transformers 5: GPTNeoXJapaneseModel",
    default = { hidden_size = 2560, num_hidden_layers = 32 } })
F.bloom = { source = "transformers 5: BloomModel", { site = MAIN, norm = LN, width = "n_embed",
    eps = "layer_norm_epsilon", count = "2*n_layer + 2" }, alias = { n_embed = "hidden_size" },
  default = { n_embed = 64, n_layer = 2, layer_norm_epsilon = 1e-5 } }
local OPT_NORMS = "2*num_hidden_layers + (do_layer_norm_before and not _remove_final_layer_norm and 1 or 0)"
F.opt = { source = "transformers 5: OPTModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-5, count = OPT_NORMS,
    when = "layer_norm_elementwise_affine" },
  { site = MAIN, norm = LN0, width = "hidden_size", eps = 1e-5, count = OPT_NORMS,
    when = "not layer_norm_elementwise_affine" },
  default = { hidden_size = 768, num_hidden_layers = 12, do_layer_norm_before = true,
    layer_norm_elementwise_affine = true } }
F.falcon = { source = "transformers 5: FalconModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_epsilon",
    count = "num_hidden_layers*(new_decoder_architecture and "
      .. "(num_ln_in_parallel_attn or 2) or parallel_attn and 1 or 2) + 1" },
  default = { hidden_size = 4544, num_hidden_layers = 32, layer_norm_epsilon = 1e-5, parallel_attn = true } }
F.RefinedWebModel = F.falcon
F.RefinedWeb = like(F.falcon, { source = "falcon-40b modelling_RW.py: DecoderLayer",
  default = { new_decoder_architecture = true } })
F.mpt = { source = "transformers 5: MptModel", expects = { norm_type = "layernorm" },
  { site = MAIN, norm = LNW, width = "d_model", eps = "layer_norm_epsilon", count = "2*n_layers + 1" },
  { site = "q_ln,k_ln", norm = LNW, width = "d_model", eps = "layer_norm_epsilon", count = "2*n_layers",
    when = "sub('attn_config', 'qk_ln')" },
  default = { d_model = 2048, n_layers = 24, layer_norm_epsilon = 1e-5 } }
F.starcoder2 = { source = "transformers 5: Starcoder2Model", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "norm_epsilon", count = "2*num_hidden_layers + 1" }, expects = { norm_type = "layer_norm" },
  alias = { norm_epsilon = "layer_norm_epsilon" },
  default = { hidden_size = 3072, num_hidden_layers = 30, norm_epsilon = 1e-5 } }
F.phi = { source = "transformers 5: PhiModel", { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "num_hidden_layers + 1" },
  { site = "q_layernorm,k_layernorm (per head)", norm = LN, width = "hidden_size//num_attention_heads",
    eps = "layer_norm_eps", count = "2*num_hidden_layers", when = "qk_layernorm" },
  default = { hidden_size = 2048, num_hidden_layers = 24, num_attention_heads = 32, layer_norm_eps = 1e-5 } }
F["bunny-phi"] = F.phi
F["phi-msft"] = { source = "phi-msft modeling_mixformer_sequential.py", classes = { "^PhiForCausalLM$",
    "^MixFormerSequential" }, { site = MAIN, norm = LN, width = "n_embd", eps = "layer_norm_epsilon",
    count = "n_layer + 1" },
  default = { n_embd = 2048, n_layer = 24, layer_norm_epsilon = 1e-5 } }
F.phi3small = { source = "Phi-3-small modeling_phi3_small.py", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
-- the key is rms_norm_eps, but the modules are LayerNorm
F.phimoe = { source = "transformers 5: PhimoeModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-5 } }
F.orion = like(F.phimoe, { source = "Orion modeling_orion.py", default = { num_hidden_layers = 40 } })
F.cohere = { source = "transformers 5: CohereModel", { site = MAIN, norm = LNW, width = "hidden_size",
    eps = "layer_norm_eps", count = "num_hidden_layers + 1" },
  { site = "q_norm", norm = LNW, width = "head_dim", eps = "layer_norm_eps", count = "num_hidden_layers",
    when = "use_qk_norm", gain2d = true, heads = "num_attention_heads" },
  { site = "k_norm", norm = LNW, width = "head_dim", eps = "layer_norm_eps", count = "num_hidden_layers",
    when = "use_qk_norm", gain2d = true, heads = "num_key_value_heads" },
  default = { hidden_size = 8192, num_hidden_layers = 40, num_attention_heads = 64, head_dim = HEAD_DIM,
    num_key_value_heads = "num_attention_heads", layer_norm_eps = 1e-5 } }
F.cohere2 = { source = "transformers 5: Cohere2Model", F.cohere[1], default = F.cohere.default }
F.dbrx = { source = "transformers 5: DbrxModel", { site = MAIN, norm = LNW, width = "d_model", eps = 1e-5,
    count = "2*n_layers + 1" }, default = { d_model = 2048, n_layers = 24 } }
F.olmo = { source = "transformers 5: OlmoModel", { site = MAIN, norm = LN0, width = "hidden_size", eps = 1e-5,
    count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32 } }
F.nemotron = { source = "transformers 5: NemotronModel, NemotronLayerNorm1P", { site = MAIN, norm = "layernorm full1",
    width = "hidden_size", eps = "norm_eps",
    count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 6144, num_hidden_layers = 32, norm_eps = 1e-5 } }
F.stablelm = { source = "transformers 5: StableLmModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "num_hidden_layers*(use_parallel_residual and 1 or 2) + 1" },
  { site = "q_layernorm", norm = LNW, width = "head_dim", eps = "layer_norm_eps", count = "num_hidden_layers",
    when = "qk_layernorm", gain2d = true, heads = "num_attention_heads" },
  { site = "k_layernorm", norm = LNW, width = "head_dim", eps = "layer_norm_eps", count = "num_hidden_layers",
    when = "qk_layernorm", gain2d = true, heads = "num_key_value_heads" },
  alias = { layer_norm_eps = "norm_eps" },
  default = { hidden_size = 2560, num_hidden_layers = 32, num_attention_heads = 32, head_dim = HEAD_DIM,
    num_key_value_heads = "num_attention_heads", layer_norm_eps = 1e-5 } }
F.stablelm_epoch = F.stablelm
F.persimmon = { source = "transformers 5: PersimmonModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "q_layernorm,k_layernorm (per head)", norm = LN, width = HEAD_DIM, eps = "layer_norm_eps",
    count = "2*num_hidden_layers", when = "qk_layernorm" },
  default = { hidden_size = 4096, num_hidden_layers = 36, num_attention_heads = 64, layer_norm_eps = 1e-5,
    qk_layernorm = true } }
F.rwkv = { source = "transformers 5: RwkvModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
each_name("rwkv5 rwkv6", F.rwkv)
F.moonshine = { source = "transformers 5: MoonshineModel", { site = MAIN, norm = LNW, width = "hidden_size",
    eps = 1e-5, count = "2*encoder_num_hidden_layers + 3*decoder_num_hidden_layers + 2" },
  default = { hidden_size = 288, encoder_num_hidden_layers = 6, decoder_num_hidden_layers = 6 } }
F.moonshine_streaming_encoder = { source = "transformers 5: MoonshineStreamingEncoder, MoonshineStreamingLayerNorm",
  { site = MAIN, norm = "layernorm gamma1", width = "hidden_size", eps = 1e-5, count = "2*num_hidden_layers + 1",
    rounding = "before_gain" },
  { site = "embedder.cmvn", norm = LN0, width = "floor(sample_rate*frame_ms/1000 + 0.5)", eps = 1e-6, count = 1 },
  remark = "with 16 bits, the model rounds 1 + gamma, too",
  default = { hidden_size = 320, num_hidden_layers = 6, sample_rate = 16000, frame_ms = 5.0 } }
F.moonshine_streaming = { source = "transformers 5: MoonshineStreamingModel", { site = MAIN, norm = LNW,
    width = "hidden_size", eps = 1e-5, count = "3*num_hidden_layers + 1" },
  parts = { { "encoder_config", "moonshine_streaming_encoder" } },
  default = { hidden_size = 320, num_hidden_layers = 6 } }

-- Llama and similar models: RMSNorm, two in each layer and one after the last
F.llama = { source = "transformers 5: LlamaModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, num_attention_heads = 32, rms_norm_eps = 1e-6,
    num_key_value_heads = "num_attention_heads", head_dim = HEAD_DIM } }
each_name("mistral qwen2 yi Yi internlm internlm2 internlm3 baichuan xverse granite aquila deepseek minicpm "
  .. "granitemoe granitemoeshared hunyuan skywork", F.llama)
F.smollm3 = like(F.llama, { source = "transformers 5: SmolLM3Model",
  default = { hidden_size = 2048, num_hidden_layers = 36 } })
F.arcee = like(F.llama, { source = "transformers 5: ArceeModel",
  default = { hidden_size = 2560, rms_norm_eps = 1e-5 } })
F.seed_oss = like(F.llama, { source = "transformers 5: SeedOssModel", default = { num_hidden_layers = 64 } })
F.ministral = F.llama
F.mixtral = like(F.llama, { source = "transformers 5: MixtralModel", default = { rms_norm_eps = 1e-5 } })
each_name("Emu3 emu3_text_model", F.mixtral)
F.ministral3 = like(F.mixtral, { source = "transformers 5: Ministral3Model", default = { num_hidden_layers = 34 } })
F["grok-1"] = { source = "grok-1 model.py: DecoderLayer", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" }, default = F.mixtral.default }
F.ernie4_5 = like(F.mixtral, { source = "transformers 5: Ernie4_5Model", knows = { "use_rmsnorm" },
  default = { hidden_size = 1024, num_hidden_layers = 18 } })
F.ernie4_5_moe = like(F.ernie4_5, { source = "transformers 5: Ernie4_5_MoeModel",
  default = { hidden_size = 2560, num_hidden_layers = 28 } })
F.qwen2_moe = like(F.llama, { source = "transformers 5: Qwen2MoeModel", default = { hidden_size = 2048,
    num_hidden_layers = 24 } })
F.phi3 = like(F.mixtral, { source = "transformers 5: Phi3Model", default = { hidden_size = 3072 } })
each_name("phi4 phi4mm phi3_v", F.phi3)
F.phi4_multimodal = like(F.phi3, { source = "transformers 5: Phi4MultimodalModel",
  parts = { { "vision_config", "phi4_multimodal_vision" }, { "audio_config", "phi4_multimodal_audio" } } })
F.glm = like(F.llama, { source = "transformers 5: GlmModel", default = { num_hidden_layers = 40,
    rms_norm_eps = 1.5625e-07 } })
F.helium = like(F.llama, { source = "transformers 5: HeliumModel", rounding = "once",
  default = { hidden_size = 2560, num_hidden_layers = 24, rms_norm_eps = 1e-8 } })
F.gpt_oss = like(F.mixtral, { source = "transformers 5: GptOssModel", rounding = "once",
  default = { hidden_size = 2880, num_hidden_layers = 36, head_dim = 64 } })
F.llama4_text = like(F.mixtral, { source = "transformers 5: Llama4TextModel", { site = "q/k L2 norm", norm = RMS0,
    width = "head_dim", eps = "rms_norm_eps", count = "2*roped", when = "use_qk_norm" },
  let = { roped = "len('no_rope_layers') > 0 and count('no_rope_layers', 1)"
    .. " or num_hidden_layers - every(num_hidden_layers, no_rope_layer_interval, no_rope_layer_interval - 1)" },
  default = { hidden_size = 5120, num_hidden_layers = 48, head_dim = 128, use_qk_norm = true,
    no_rope_layer_interval = 4 } })
-- the keys say layer norm, but the modules are RMSNorm
F.qwen = { source = "Qwen modeling_qwen.py", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-6 } }
F.exaone = { source = "EXAONE modeling_exaone.py", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "2*num_layers + 1" },
  default = { hidden_size = 2048, num_layers = 32, layer_norm_epsilon = 1e-5 } }
local GLM_NORMS = "2*num_layers + (post_layer_norm and 1 or 0)"
F.chatglm = { source = "ChatGLM modeling_chatglm.py: GLMBlock",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layernorm_epsilon", count = GLM_NORMS,
    when = "rmsnorm and not has('inner_hidden_size')" },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layernorm_epsilon", count = GLM_NORMS,
    when = "not rmsnorm or has('inner_hidden_size')" },
  rounding = "once",
  default = { hidden_size = 4096, num_layers = 28, layernorm_epsilon = 1e-5, rmsnorm = true, post_layer_norm = true } }
F.molmo = { source = "Molmo modeling_molmo.py: OLMoBlock",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1",
    when = "is('layer_norm_type', 'rms')" },
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1",
    when = "not is('layer_norm_type', 'rms')" },
  { site = "q_norm", norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "num_hidden_layers",
    when = "attention_layer_norm" },
  { site = "k_norm", norm = RMS, width = "hidden_size//num_attention_heads*num_key_value_heads",
    eps = "layer_norm_eps", count = "num_hidden_layers", when = "attention_layer_norm" },
  remark = "the vision tower stands in the model's code, not in the file; its norms are not listed",
  default = { hidden_size = 3584, num_hidden_layers = 28, num_attention_heads = 28, layer_norm_eps = 1e-5,
    num_key_value_heads = "num_attention_heads", layer_norm_type = "'rms'" } }
F.yuan = like(F.llama, { source = "Yuan modeling_yuan.py", { site = "lf_gate.output_layernorm", norm = RMS,
    width = "hidden_size", eps = 1e-6, count = "num_hidden_layers" } })
F.bitnet = like(F.mixtral, {source = "transformers 5: BitNetModel",
  { site = "attn_sub_norm", norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "num_hidden_layers",
    when = "use_sub_norms" },
  { site = "ffn_sub_norm", norm = RMS, width = "intermediate_size", eps = "rms_norm_eps", count = "num_hidden_layers",
    when = "use_sub_norms" },
  default = { hidden_size = 2560, num_hidden_layers = 30, intermediate_size = 6912, use_sub_norms = true } })
F.diffllama = like(F.mixtral, { source = "transformers 5: DiffLlamaModel", { site = "groupnorm", norm = RMS0,
    width = "2*head_dim", eps = "rms_norm_eps", count = "num_hidden_layers" },
  default = { hidden_size = 2048, num_hidden_layers = 16 } })
F.gla = { source = "flash-linear-attention gla: GLAModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "g_norm (gated)", norm = RMS, width = "floor(hidden_size*expand_v)//num_heads", eps = "norm_eps",
    count = "num_hidden_layers", gated = "silu" },
  default = { hidden_size = 2048, num_hidden_layers = 24, num_heads = 4, expand_v = 1, norm_eps = 1e-6 } }
F.nanochat = { source = "transformers 5: NanoChatModel", { site = MAIN, norm = RMS0, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 2" },
  { site = "q_norm,k_norm (per head)", norm = RMS0, width = "head_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers" },
  default = { hidden_size = 768, num_hidden_layers = 12, num_attention_heads = 6, head_dim = HEAD_DIM,
    rms_norm_eps = 1e-6 } }

-- Llama's norms, and norms of the heads of q and k; all heads share one gain
local QK = { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers" }
F.qwen3 = like(F.llama, { source = "transformers 5: Qwen3Model", QK, default = { head_dim = 128 } })
F.qwen3_moe = like(F.llama, { source = "transformers 5: Qwen3MoeModel", QK, default = { hidden_size = 2048,
    num_hidden_layers = 24 } })
each_name("qwen3_vl_text qwen3_asr_text", F.qwen3)
F.qwen3_vl_moe_text = like(F.qwen3_moe, { source = "transformers 5: Qwen3VLMoeTextModel",
    default = { num_attention_heads = 16 } })
F.qwen3_omni_moe_text = like(F.qwen3_moe, { source = "transformers 5: Qwen3OmniMoeThinkerTextModel",
    default = { num_hidden_layers = 28, num_attention_heads = 28 } })
F.exaone4 = like(F.mixtral, { source = "transformers 5: Exaone4Model", QK })
F.apertus = like(F.mixtral, { source = "transformers 5: ApertusModel", QK, knows = { "qk_norm" } })
F.hunyuan_v1_dense = like(F.mixtral, { source = "transformers 5: HunYuanDenseV1Model", QK,
  classes = { "^HunYuanDenseV1", "^HunYuanMoEV1" }, expects = { norm_type = "rms" },
  knows = { "use_qk_norm" } }) -- q and k are always normalised
F.hunyuan_v1_moe = F.hunyuan_v1_dense
F.dots1 = like(F.llama, { source = "transformers 5: Dots1Model", QK, default = { hidden_size = 4608,
    num_hidden_layers = 62 } })
F.glm4_moe = like(F.mixtral, { source = "transformers 5: Glm4MoeModel", like(QK, { when = "use_qk_norm" }),
  default = { num_hidden_layers = 46, num_attention_heads = 96, head_dim = HEAD_DIM } })
F.glm4 = like(F.glm, { source = "transformers 5: Glm4Model", { site = "post_self_attn,post_mlp", norm = RMS,
    width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers" } })
F.glm4v_text = { source = "transformers 5: Glm4vTextModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 40, rms_norm_eps = 1e-5 } }
F.lfm2 = { source = "transformers 5: Lfm2Model", { site = MAIN, norm = RMS, width = "hidden_size", eps = "norm_eps",
    count = "2*num_hidden_layers + 1" },
  { site = "q_layernorm,k_layernorm (per head)", norm = RMS, width = "head_dim", eps = "norm_eps",
    count = "2*(count('layer_types', 'full_attention')"
      .. " or has('full_attn_idxs') and len('full_attn_idxs') or num_hidden_layers)" },
  default = { hidden_size = 2560, num_hidden_layers = 32, num_attention_heads = 32, head_dim = HEAD_DIM,
    norm_eps = 1e-5 } }
F.mllama_text_model = like(F.mixtral, {source = "transformers 5: MllamaTextModel",
  { site = "cross_attn q_norm,k_norm", norm = RMS, width = HEAD_DIM, eps = "rms_norm_eps",
    count = "2*len('cross_attention_layers')" },
  default = { num_hidden_layers = 40, cross_attention_layers = { 3, 8, 13, 18, 23, 28, 33, 38 } } })

-- Llama's norms, a norm over all heads of q together, and one over those of k
local Q_WIDE = { site = "q_norm", norm = RMS, width = "num_attention_heads*head_dim", eps = "rms_norm_eps",
    count = "num_hidden_layers" }
local K_WIDE = { site = "k_norm", norm = RMS, width = "num_key_value_heads*head_dim", eps = "rms_norm_eps",
    count = "num_hidden_layers" }
F.olmo2 = like(F.mixtral, { source = "transformers 5: Olmo2Model", Q_WIDE, K_WIDE, rounding = "once" })
F.olmo3 = F.olmo2
F.flex_olmo = like(F.olmo2, { source = "transformers 5: FlexOlmoModel", default = { rms_norm_eps = 1e-6 } })
F.olmoe = like(F.mixtral, { source = "transformers 5: OlmoeModel", Q_WIDE, K_WIDE, default = { hidden_size = 2048,
    num_hidden_layers = 16,
  num_attention_heads = 16 } })
local function when_qk(row) return like(row, { when = "use_qk_norm" }) end
F.minimax_m2 = like(F.llama, { source = "transformers 5: MiniMaxM2Model", knows = { "qk_norm_type" }, when_qk(Q_WIDE),
    when_qk(K_WIDE), default = { hidden_size = 3072,
  num_hidden_layers = 62, num_attention_heads = 48, num_key_value_heads = 8, head_dim = 128, use_qk_norm = true } })
F.chameleon = like(F.mixtral, { source = "transformers 5: ChameleonModel",
  { site = "q_norm", norm = LN, width = HEAD_DIM, eps = 1e-5, count = "num_hidden_layers", gain2d = true,
    heads = "num_attention_heads", rounding = "before_gain" },
  { site = "k_norm", norm = LN, width = HEAD_DIM, eps = 1e-5, count = "num_hidden_layers", gain2d = true,
    heads = "num_key_value_heads", rounding = "before_gain" } })

-- Llama's norms, and norms of the low-rank q and kv (multi-head latent attention). The eps of these is the default of
-- their class, not what the file says.
local function latent(default)
  return like(F.llama, {
    { site = "kv_a_layernorm", norm = RMS, width = "kv_lora_rank", eps = 1e-6, count = "num_hidden_layers",
    when = "use_mla" },
    { site = "q_a_layernorm", norm = RMS, width = "q_lora_rank", eps = 1e-6, count = "num_hidden_layers",
    when = "set('q_lora_rank') and use_mla" },
    default = default })
end
F.deepseek_v2 = latent { kv_lora_rank = 512, q_lora_rank = 1536, use_mla = true }
F.deepseek_v3 = latent { hidden_size = 7168, num_hidden_layers = 61, kv_lora_rank = 512, q_lora_rank = 1536,
  use_mla = true }
each_name("kimi_k2 deepseek_v3_text", F.deepseek_v3)
F.minicpm3 = latent { hidden_size = 2560, num_hidden_layers = 62, kv_lora_rank = 256, q_lora_rank = 768,
  use_mla = true, rms_norm_eps = 1e-5 }
F.deepseek_v32 = like(F.deepseek_v3, {source = "transformers 5: DeepseekV32Model",
  { site = "indexer.k_norm", norm = LN, width = "index_head_dim", eps = 1e-6, count = "indexed" },
    let = { indexed = "num_hidden_layers" }, default = { index_head_dim = 128 } })

-- Gemma: the gain is 1 + gamma, and the result is rounded once
local QK1 = like(QK, { norm = RMS1 })
F.gemma = { source = "transformers 5: GemmaModel", { site = MAIN, norm = RMS1, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" }, rounding = "once",
  default = { hidden_size = 3072, num_hidden_layers = 28, head_dim = 256, rms_norm_eps = 1e-6 } }
F.gemma2 = { source = "transformers 5: Gemma2Model", { site = MAIN, norm = RMS1, width = "hidden_size",
    eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" }, rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 26, head_dim = 256, rms_norm_eps = 1e-6 } }
F.vaultgemma = like(F.gemma, { source = "transformers 5: VaultGemmaModel", default = { hidden_size = 2304,
    num_hidden_layers = 26 } })
F.recurrent_gemma = like(F.gemma, { source = "transformers 5: RecurrentGemmaModel", default = { hidden_size = 2560,
    num_hidden_layers = 26 } })
F.gemma3_text = like(F.gemma2, { source = "transformers 5: Gemma3TextModel", QK1 })
-- in the entries that follow, the gain is gamma again; layers that share keys and values do not normalise them
local SHARED = "(num_hidden_layers - num_kv_shared_layers)"
F.gemma3n_text = { source = "transformers 5: Gemma3nTextModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "8*num_hidden_layers + 1" },
  { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
    count = "num_hidden_layers + " .. SHARED },
  { site = "v_norm (no weight)", norm = RMS0, width = "head_dim", eps = "rms_norm_eps", count = SHARED },
  { site = "per_layer_projection_norm", norm = RMS, width = "hidden_size_per_layer_input", eps = "rms_norm_eps",
    count = 1 },
  rounding = "once",
  default = { hidden_size = 2048, num_hidden_layers = 35, head_dim = 256, hidden_size_per_layer_input = 256,
    num_kv_shared_layers = 15, rms_norm_eps = 1e-6 } }
F.gemma4_text = { source = "transformers 5: Gemma4TextModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps",
    count = "num_hidden_layers*(4"
      .. " + (hidden_size_per_layer_input > 0 and 1 or 0) + (enable_moe_block and 3 or 0)) + 1" },
  { site = "router.norm (no weight)", norm = RMS0, width = "hidden_size", eps = "rms_norm_eps",
    count = "num_hidden_layers", when = "enable_moe_block" },
  { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
    count = "layers_of('sliding_attention', 1, num_hidden_layers)"
      .. " + layers_of('sliding_attention', 1, " .. SHARED .. ")" },
  { site = "v_norm (no weight)", norm = RMS0, width = "head_dim", eps = "rms_norm_eps",
    count = "layers_of('sliding_attention', 1, " .. SHARED .. ")" },
  { site = "q/k norm of full-attention layers", norm = RMS, width = "full_head_dim", eps = "rms_norm_eps",
    count = "layers_of('full_attention', 1, num_hidden_layers) + layers_of('full_attention', 1, " .. SHARED .. ")" },
  { site = "v_norm of full-attention layers (no weight)", norm = RMS0, width = "full_head_dim", eps = "rms_norm_eps",
    count = "layers_of('full_attention', 1, " .. SHARED .. ")" },
  { site = "per_layer_projection_norm", norm = RMS, width = "hidden_size_per_layer_input", eps = "rms_norm_eps",
    count = 1, when = "hidden_size_per_layer_input > 0" },
  let = { full_head_dim = "per_layer('head_dim') or global_head_dim" },
  rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 30, head_dim = 256, global_head_dim = 512,
    hidden_size_per_layer_input = 256, num_kv_shared_layers = 0, full_period = 6, rms_norm_eps = 1e-6 } }
F.gemma4_vision = { source = "transformers 5: Gemma4VisionModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "4*num_hidden_layers" },
  { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers" },
  { site = "v_norm (no weight)", norm = RMS0, width = "head_dim", eps = "rms_norm_eps", count = "num_hidden_layers" },
  { site = "embedding_pre_projection_norm (no weight)", norm = RMS0, width = "hidden_size", eps = "rms_norm_eps",
    count = 1 },
  rounding = "once",
  default = { hidden_size = 768, num_hidden_layers = 16, num_attention_heads = 12, head_dim = 64,
    rms_norm_eps = 1e-6 } }
F.gemma4_audio = { source = "transformers 5: Gemma4AudioModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "9*num_hidden_layers" },
  { site = "subsample_conv_projection", norm = LNW, width = "item", eps = "rms_norm_eps", count = 1,
    each = "subsampling_conv_channels" },
  { site = "embedding_pre_projection_norm (no weight)", norm = RMS0, width = "output_proj_dims", eps = "rms_norm_eps",
    count = 1 },
  rounding = "once",
  default = { hidden_size = 1024, num_hidden_layers = 12, rms_norm_eps = 1e-6,
    subsampling_conv_channels = { 128, 32 }, output_proj_dims = 1536 } }

-- State spaces, hybrids
F.mamba = { source = "transformers 5: MambaModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "num_hidden_layers + 1" },
  knows = { "rms_norm" }, -- older versions write it, and no version reads it
  default = { hidden_size = 768, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
local MIXER_NORMS = "num_hidden_layers*((d_intermediate or 0) > 0 and 2 or 1) + 1"
F.ov_mamba = { source = "mamba_ssm mixer_seq_simple.py: MixerModel", classes = { "Mamba" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_epsilon", count = MIXER_NORMS,
    when = "rms_norm" },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_epsilon", count = MIXER_NORMS,
    when = "not rms_norm" },
  { site = "mixer.norm (gated, grouped)", norm = RMS, width = "(sub('ssm_cfg', 'expand') or 2)*hidden_size//groups",
    eps = 1e-5, count = "num_hidden_layers - len('attn_layer_idx')", gated = "silu_before", groups = "groups",
    when = "sub('ssm_cfg', 'layer') == 'Mamba2'" },
  let = { groups = "sub('ssm_cfg', 'ngroups') or 1" },
  default = { hidden_size = 768, num_hidden_layers = 32, layer_norm_epsilon = 1e-5, rms_norm = true } }
F.mamba2 = like(F.mamba, {source = "transformers 5: Mamba2Model",
  { site = "mixer.norm (gated)", norm = RMS, width = "num_heads*head_dim", eps = "layer_norm_epsilon",
    count = "num_hidden_layers", gated = "silu_before" },
  default = { hidden_size = 4096, num_hidden_layers = 64, num_heads = 128, head_dim = 64 } })
F.falcon_mamba = like(F.mamba, {source = "transformers 5: FalconMambaModel",
  { site = "mixer B,C (no weight)", norm = RMS0, width = "state_size", eps = "mixer_rms_eps",
    count = "2*num_hidden_layers" },
  { site = "mixer dt (no weight)", norm = RMS0, width = "number('time_step_rank') or ceil(hidden_size/16)",
    eps = "mixer_rms_eps", count = "num_hidden_layers" },
  default = { state_size = 16, mixer_rms_eps = 1e-6 } })
local JAMBA_MAMBA = "num_hidden_layers - every(num_hidden_layers, attn_layer_period, attn_layer_offset)"
F.jamba = { source = "transformers 5: JambaModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "dt_layernorm", norm = RMS, width = "number('mamba_dt_rank') or ceil(hidden_size/16)", eps = "rms_norm_eps",
    count = JAMBA_MAMBA },
  { site = "b_layernorm,c_layernorm", norm = RMS, width = "mamba_d_state", eps = "rms_norm_eps",
    count = "2*(" .. JAMBA_MAMBA .. ")" },
  knows = { "mamba_inner_layernorms" },
  default = { hidden_size = 4096, num_hidden_layers = 32, attn_layer_period = 8, attn_layer_offset = 4,
    mamba_d_state = 16, rms_norm_eps = 1e-6 } }
F.nemotron_h = { source = "transformers 5: NemotronHModel", { site = MAIN, norm = RMS, width = "hidden_size",
    eps = "layer_norm_epsilon", count = "layers + 1" },
  { site = "mixer.norm (gated, grouped)", norm = RMS, width = "mamba_num_heads*mamba_head_dim//n_groups",
    eps = "layer_norm_epsilon", count = "mamba_layers", gated = "silu_before", groups = "n_groups" },
  let = { layers = "has('layers_block_type') and len('layers_block_type') or num_hidden_layers",
    mamba_layers = "has('layers_block_type') and count('layers_block_type', 'mamba')"
      .. " + count('layers_block_type', 'linear_attention')"
      .. " or letters('hybrid_override_pattern', 'M')" },
  remark = "the code that some of these models bring with them (auto_map) multiplies by gamma in f32 and rounds once",
  default = { hidden_size = 4096, num_hidden_layers = 52, mamba_num_heads = 128, mamba_head_dim = 64, n_groups = 8,
    hybrid_override_pattern = "'M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-'", layer_norm_epsilon = 1e-5 } }
local FULL = "(count('layer_types', 'full_attention') or num_hidden_layers//full_attention_interval)"
F.qwen3_next = { source = "transformers 5: Qwen3NextModel", { site = MAIN, norm = RMS1, width = "hidden_size",
    eps = "rms_norm_eps", count = "2*num_hidden_layers + 1", rounding = "once" },
  { site = QK.site, norm = RMS1, width = "head_dim", eps = "rms_norm_eps", count = "2*" .. FULL, rounding = "once" },
  { site = "linear_attn.norm (gated)", norm = RMS, width = "linear_value_head_dim", eps = "rms_norm_eps",
    count = "num_hidden_layers - " .. FULL, gated = "silu" },
  default = { hidden_size = 2048, num_hidden_layers = 48, head_dim = 256, linear_value_head_dim = 128,
    full_attention_interval = 4, rms_norm_eps = 1e-6 } }
F.qwen3_5_text = like(F.qwen3_next, { source = "transformers 5: Qwen3_5TextModel",
  default = { hidden_size = 4096, num_hidden_layers = 32 } })
F.qwen3_5_moe_text = like(F.qwen3_next, { source = "transformers 5: Qwen3_5MoeTextModel",
  default = { num_hidden_layers = 40 } })
