-- SPDX-License-Identifier: MIT
-- families/hybrids.lua: models whose layers differ in kind, and models of 2025 and 2026 that write text.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, main = family.table, family.like, family.main
local MAIN, HEAD_DIM = family.MAIN, family.HEAD_DIM
local LN, LNW, RMS, RMS1 = family.LN, family.LNW, family.RMS, family.RMS1

local TWO = main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1")
local QK = { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
  count = "2*num_hidden_layers" }

-- Layers of a state space beside layers of attention
F.granitemoehybrid = { source = "transformers 5 granitemoehybrid: GraniteMoeHybridDecoderLayer", TWO,
  { site = "mamba.norm (gated)", norm = RMS, width = "mamba_expand*hidden_size", eps = "rms_norm_eps",
    count = "mamba_layers", gated = "silu_before" },
  let = { mamba_layers =
    "set('layer_types') and count('layer_types', 'mamba') + count('layer_types', 'linear_attention')"
    .. " or num_hidden_layers" },
  default = { hidden_size = 4096, num_hidden_layers = 32, mamba_expand = 2, rms_norm_eps = 1e-6 } }
F.bamba = { source = "transformers 5 bamba: BambaDecoderLayer, BambaRMSNormGated", TWO,
  { site = "mamba.norm (gated)", norm = RMS, width = "mamba_expand*hidden_size", eps = "rms_norm_eps",
    count = "set('layer_types') and count('layer_types', 'mamba') + count('layer_types', 'linear_attention')"
      .. " or num_hidden_layers - len('attn_layer_indices')", gated = "silu_before" },
  default = { hidden_size = 4096, num_hidden_layers = 32, mamba_expand = 2, rms_norm_eps = 1e-5 } }
F.falcon_h1 = { source = "transformers 5 falcon_h1: FalconH1DecoderLayer, FalconH1RMSNormGated", TWO,
  { site = "mamba.norm (gated, grouped)", norm = RMS, width = "d_ssm//mamba_n_groups", groups = "mamba_n_groups",
    eps = "rms_norm_eps", count = "num_hidden_layers", gated = "silu_before",
    when = "mamba_rms_norm and not mamba_norm_before_gate" },
  { site = "mamba.norm (gated, grouped)", norm = RMS, width = "d_ssm//mamba_n_groups", groups = "mamba_n_groups",
    eps = "rms_norm_eps", count = "num_hidden_layers", gated = "silu",
    when = "mamba_rms_norm and mamba_norm_before_gate" },
  let = { d_ssm = "number('mamba_d_ssm') or mamba_expand*hidden_size" },
  default = { hidden_size = 4096, num_hidden_layers = 32, mamba_expand = 2, mamba_n_groups = 1, mamba_rms_norm = false,
    mamba_norm_before_gate = true, rms_norm_eps = 1e-5 } }
F.zamba2 = { source = "transformers 5 zamba2: Zamba2MambaDecoderLayer, Zamba2AttentionDecoderLayer, Zamba2RMSNormGated",
  main(RMS, "hidden_size", "rms_norm_eps", "num_hidden_layers + hybrids + 1"),
  { site = "shared_transformer.input_layernorm", norm = RMS, width = "attention_hidden_size", eps = "rms_norm_eps",
    count = "hybrids" },
  { site = "mamba.norm (gated, grouped)", norm = RMS, width = "mamba_expand*hidden_size//mamba_ngroups", eps = 1e-5,
    count = "num_hidden_layers", gated = "silu_before", groups = "mamba_ngroups" },
  let = { hybrids = "count('layers_block_type', 'hybrid') or count('layer_types', 'hybrid') or len('hybrid_layer_ids')",
    attention_hidden_size = "2*hidden_size" },
  knows = { "attention_hidden_size" },
  default = { hidden_size = 2560, num_hidden_layers = 54, mamba_expand = 2, mamba_ngroups = 1, rms_norm_eps = 1e-5 } }
F.zamba = { source = "transformers 5 zamba: ZambaMambaDecoderLayer, ZambaAttentionDecoderLayer",
  main(RMS, "hidden_size", "rms_norm_eps", "num_hidden_layers + hybrids + 1"),
  { site = "shared_transf.input_layernorm", norm = RMS, width = "2*hidden_size", eps = "rms_norm_eps",
    count = "hybrids" },
  -- the third layer is a hybrid, and the period begins at the fourth
  let = { hybrids = "count('layers_block_type', 'hybrid')"
    .. " or 1 + every(num_hidden_layers - 3, attn_layer_period, attn_layer_offset)" },
  knows = { "attention_hidden_size" },
  default = { hidden_size = 3712, num_hidden_layers = 76, attn_layer_period = 6, attn_layer_offset = 4,
    rms_norm_eps = 1e-5 } }
F.kimi_linear = { source = "Kimi-Linear modeling_kimi.py: KimiDecoderLayer, KimiMLAAttention, KimiDeltaAttention", TWO,
  { site = "kv_a_layernorm", norm = RMS, width = "kv_lora_rank", eps = 1e-6,
    count = "sublen('linear_attn_config', 'full_attn_layers')" },
  { site = "q_a_layernorm", norm = RMS, width = "q_lora_rank", eps = 1e-6, when = "set('q_lora_rank')",
    count = "sublen('linear_attn_config', 'full_attn_layers')" },
  { site = "o_norm (gated)", norm = RMS, width = "sub('linear_attn_config', 'head_dim')", eps = "rms_norm_eps",
    count = "sublen('linear_attn_config', 'kda_layers')", gated = "sigmoid" },
  default = { hidden_size = 2304, num_hidden_layers = 27, kv_lora_rank = 512, rms_norm_eps = 1e-5 } }
-- the norm of linear attention has the eps of its class
F.minimax_text_01 = { source = "MiniMax-Text-01 modeling_minimax_text_01.py: MiniMaxText01DecoderLayer", TWO,
  { site = "self_attn.norm (linear attention)", norm = RMS, width = "num_attention_heads*head_dim", eps = 1e-6,
    count = "count('attn_type_list', 0)" },
  default = { hidden_size = 6144, num_hidden_layers = 80, num_attention_heads = 64, head_dim = HEAD_DIM,
    rms_norm_eps = 1e-5 } }
F.minimax = { source = "transformers 5 minimax: MiniMaxDecoderLayer, MiniMaxLightningAttention", TWO,
  { site = "self_attn.norm (linear attention)", norm = RMS, width = "num_attention_heads*head_dim", eps = 1e-6,
    count = "count('layer_types', 'linear_attention') or ceil(num_hidden_layers/2)" },
  default = { hidden_size = 4096, num_hidden_layers = 32, num_attention_heads = 32, head_dim = HEAD_DIM,
    rms_norm_eps = 1e-5 } }
F.MiniMaxM1, F.minimax_m1 = F.minimax_text_01, F.minimax_text_01
F.lfm2_moe = like(F.lfm2, { source = "transformers 5 lfm2_moe: Lfm2MoeDecoderLayer, Lfm2MoeAttention",
  default = { hidden_size = 2048 } })
F.olmo_hybrid = { source = "transformers 5 olmo_hybrid: OlmoHybridAttentionDecoderLayer",
  main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  { site = "q_norm", norm = RMS, width = "num_attention_heads*head_dim", eps = "rms_norm_eps",
    count = "full" },
  { site = "k_norm", norm = RMS, width = "num_key_value_heads*head_dim", eps = "rms_norm_eps", count = "full" },
  { site = "linear_attn.o_norm (gated)", norm = RMS, width = "linear_value_head_dim", eps = 1e-5, gated = "silu",
    count = "num_hidden_layers - full", rounding = "before_gain" },
  let = { full = "count('layer_types', 'full_attention') or max(1, num_hidden_layers//4)" },
  rounding = "once",
  default = { hidden_size = 3840, num_hidden_layers = 32, num_attention_heads = 30,
    num_key_value_heads = "num_attention_heads", head_dim = HEAD_DIM, rms_norm_eps = 1e-6,
    linear_num_key_heads = "num_attention_heads",
    linear_value_head_dim = "2*floor(0.75*hidden_size/linear_num_key_heads)" } }
local PLAMO2_MAMBA = "num_hidden_layers - every(num_hidden_layers, mamba_step, mamba_step//2)"
F.plamo2 = { source = "PLaMo 2 modeling_plamo.py: Plamo2DecoderLayer, Mamba, Attention",
  main(RMS1, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  { site = "post_mixer_norm,post_mlp_norm", norm = RMS1, width = "hidden_size", eps = "rms_norm_eps",
    count = "2*num_hidden_layers", guess = true },
  { site = "mixer.dt_norm", norm = RMS, width = "max(64, hidden_size//16)", eps = "rms_norm_eps",
    count = PLAMO2_MAMBA },
  { site = "mixer.B_norm", norm = RMS, width = "mamba_d_state", eps = "rms_norm_eps", count = PLAMO2_MAMBA },
  { site = "mixer.C_norm", norm = RMS, width = "mamba_d_state", eps = "rms_norm_eps", count = PLAMO2_MAMBA },
  { site = "q_norm", norm = RMS, width = "hidden_size_per_head", eps = 1e-6, gain2d = true,
    heads = "num_attention_heads", count = "every(num_hidden_layers, mamba_step, mamba_step//2)" },
  { site = "k_norm", norm = RMS, width = "hidden_size_per_head", eps = 1e-6, gain2d = true,
    heads = "num_key_value_heads", count = "every(num_hidden_layers, mamba_step, mamba_step//2)" },
  remark = "the gains of post_mixer_norm and post_mlp_norm are 1/5 + gamma and 5^-1.5 + gamma, which lngen cannot make",
  default = { hidden_size = 4096, num_hidden_layers = 32, num_attention_heads = 32, num_key_value_heads = 4,
    hidden_size_per_head = 128, mamba_d_state = 64, mamba_step = 2, rms_norm_eps = 1e-6 } }
F.rwkv7 = { source = "flash-linear-attention rwkv7: RWKV7Block, RWKV7Model",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "norm_eps", count = "2*num_hidden_layers + 1 + pre",
    when = "norm_bias" },
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "norm_eps", count = "2*num_hidden_layers + 1 + pre",
    when = "not norm_bias" },
  let = { pre = "norm_first and 1 or 0" },
  remark = "the norms over heads, attn.g_norm, are GroupNorms, which lngen does not list",
  default = { hidden_size = 2048, num_hidden_layers = 24, norm_first = true, norm_bias = true, norm_eps = 1e-5 } }
F.xlstm = { source = "transformers 5 xlstm: xLSTMBlock, xLSTMMultiHeadLayerNorm",
  main(RMS, "hidden_size", "norm_eps", "2*num_hidden_layers + (add_out_norm and 1 or 0)"),
  { site = "multihead_norm (grouped)", norm = LNW, width = "floor(hidden_size*v_dim_factor)//num_heads",
    groups = "num_heads",
    eps = "norm_eps", count = "num_hidden_layers" },
  alias = { hidden_size = "embedding_dim", num_hidden_layers = "num_blocks" },
  default = { hidden_size = 4096, num_hidden_layers = 32, num_heads = 8, v_dim_factor = 1.0, add_out_norm = true,
    norm_eps = 1e-6 } }
F["nemotron-nas"] = { source = "Llama-3_3-Nemotron-Super-49B modeling_decilm.py: DeciLMDecoderLayer",
  main(RMS, "hidden_size", "rms_norm_eps", "active('block_configs', 'attention') + active('block_configs', 'ffn') + 1"),
  classes = { "^DeciLM" }, knows = { "block_configs" },
  default = { hidden_size = 8192, rms_norm_eps = 1e-5 } }
F.openelm = { source = "apple/OpenELM modeling_openelm.py: OpenELMDecoderLayer, OpenELMRMSNorm",
  main(RMS, "model_dim", 1e-6, "2*num_transformer_layers + 1"),
  { site = "q_norm,k_norm (per head)", norm = RMS, width = "head_dim", eps = 1e-6, count = "2*num_transformer_layers",
    when = "normalize_qk_projections" },
  knows = { "normalization_layer_name" },
  default = { model_dim = 2048, num_transformer_layers = 12, head_dim = 128 } }
-- the norms of both attentions of a layer, and those before its two MLPs
F.longcat_flash = { source = "transformers 5 longcat_flash: LongcatFlashDecoderLayer, LongcatFlashMLA",
  main(RMS, "hidden_size", "rms_norm_eps", "4*num_layers + 1"),
  { site = "kv_a_layernorm", norm = RMS, width = "kv_lora_rank", eps = 1e-6, count = "2*num_layers" },
  { site = "q_a_layernorm", norm = RMS, width = "q_lora_rank", eps = 1e-6, count = "2*num_layers",
    when = "set('q_lora_rank')" },
  default = { hidden_size = 6144, num_layers = 28, kv_lora_rank = 512, q_lora_rank = 1536, rms_norm_eps = 1e-5 } }
F.deepseek_v4 = { source = "transformers 5 deepseek_v4: DeepseekV4DecoderLayer, DeepseekV4Attention, DeepseekV4Indexer",
  TWO,
  { site = "q_a_norm", norm = RMS, width = "q_lora_rank", eps = "rms_norm_eps", count = "num_hidden_layers" },
  { site = "q_b_norm (per head)", norm = family.RMS0, width = "head_dim", eps = "rms_norm_eps",
    count = "num_hidden_layers" },
  { site = "kv_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "num_hidden_layers" },
  { site = "compressor.kv_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "sparse + heavy" },
  { site = "indexer.kv_norm", norm = RMS, width = "index_head_dim", eps = "rms_norm_eps", count = "sparse" },
  { site = "hyper connections", norm = family.RMS0, width = "hc_mult*hidden_size", eps = "rms_norm_eps",
    count = "2*num_hidden_layers + 1" },
  -- how many layers are sparse and heavy: the file lists their names or their rates; by default the first two are
  -- heavy, and the others sparse and heavy by turns
  let = { sparse = "count('layer_types', 'compressed_sparse_attention') or count('compress_ratios', 4)"
      .. " or (num_hidden_layers - 2)//2",
    heavy = "count('layer_types', 'heavily_compressed_attention') or count('compress_ratios', 128)"
      .. " or num_hidden_layers - (num_hidden_layers - 2)//2" },
  default = { hidden_size = 4096, num_hidden_layers = 43, head_dim = 512, q_lora_rank = 1024, index_head_dim = 128,
    hc_mult = 4, rms_norm_eps = 1e-6 } }
-- some layers take what the indexer of a layer before them found
F.glm_moe_dsa = like(F.deepseek_v32, { source = "transformers 5 glm_moe_dsa: GlmMoeDsaAttention, GlmMoeDsaIndexer",
  let = { indexed = "count('indexer_types', 'full') or has('index_topk_pattern') and letters('index_topk_pattern', 'F')"
    .. " or index_topk_freq and min(num_hidden_layers, skipped"
    .. " + every(max(0, num_hidden_layers - skipped), max(1, index_topk_freq), 0)) or num_hidden_layers",
    skipped = "(index_skip_topk_offset or 2) - 1" },
  default = { hidden_size = 6144, num_hidden_layers = 78, q_lora_rank = 2048, rms_norm_eps = 1e-5 } })
F.glm4_moe_lite = like(F.deepseek_v3, { source = "transformers 5 glm4_moe_lite: Glm4MoeLiteAttention",
  default = { hidden_size = 2048, num_hidden_layers = 47, q_lora_rank = 768, rms_norm_eps = 1e-5 } })
F.youtu = like(F.deepseek_v3, { source = "transformers 5 youtu: YoutuAttention",
  default = { hidden_size = 2048, num_hidden_layers = 32, q_lora_rank = 1536 } })
F.youtu_llm = F.youtu
F.bailing_moe = { source = "Ling modeling_bailing_moe.py: BailingMoeDecoderLayer, BailingMoeAttention", TWO,
  { site = "query_layernorm,key_layernorm (per head)", norm = RMS, width = "head_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers", when = "use_qk_norm" },
  classes = { "^BailingMoe" }, knows = { "use_rmsnorm" },
  default = { hidden_size = 2048, num_hidden_layers = 28, num_attention_heads = 16, head_dim = HEAD_DIM,
    use_qk_norm = false, rms_norm_eps = 1e-6 } }
F.bailing_moe_v2 = like(F.bailing_moe, { default = { use_qk_norm = true } })
F.step3p5 = { source = "transformers 5 step3p7: Step3p7DecoderLayer, Step3p7Attention",
  main(RMS1, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"), like(QK, { norm = RMS1 }),
  rounding = "once", classes = { "^Step3p" }, knows = { "use_qk_norm" }, -- q and k are always normalised
  default = { hidden_size = 4096, num_hidden_layers = 45, head_dim = 128, rms_norm_eps = 1e-5 } }
F.mimo = F.qwen2
-- a layer with experts normalises what its dense part reads, too
F.arctic = { source = "Snowflake Arctic modeling_arctic.py: ArcticDecoderLayer",
  main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1 + (parallel_attn_mlp_res"
    .. " and every(num_hidden_layers, moe_layer_frequency, moe_layer_frequency - 1) or 0)"),
  default = { hidden_size = 4096, num_hidden_layers = 32, moe_layer_frequency = 2, parallel_attn_mlp_res = false,
    rms_norm_eps = 1e-5 } }
F.baichuan_m1 = { source = "mlx-lm baichuan_m1.py: DecoderLayer", TWO }
F.mimo_v2_flash = { source = "transformers 5 mimo_v2_flash: MiMoV2FlashDecoderLayer",
  alias = { layernorm_epsilon = "rms_norm_eps" },
  main(RMS, "hidden_size", "layernorm_epsilon", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 48, layernorm_epsilon = 1e-5 } }
F.Klear = like(F.llama, { source = "Klear modeling_klear.py: KlearDecoderLayer, KlearAttention", QK,
  default = { hidden_size = 2048, num_hidden_layers = 32 } })
F.telechat3 = F.llama
-- the key says layer norm, but the modules are RMSNorm
F.telechat = { source = "TeleChat modeling_telechat.py: TelechatBlock, MixedFusedRMSNorm",
  main(RMS, "hidden_size", "layer_norm_epsilon", "2*n_layer + 1"),
  default = { hidden_size = 4096, n_layer = 30, layer_norm_epsilon = 1e-5 } }
F.plamo = { source = "PLaMo modeling_plamo.py: PlamoDecoderLayer", main(RMS, "hidden_size", "rms_norm_eps",
  "num_hidden_layers + 1"), default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-6 } }
F["lille-130m"] = { source = "lille-130m modeling_lille.py", main(RMS, "n_embd", "layer_norm_eps", "2*n_layer + 1"),
  default = { n_embd = 640, n_layer = 24, layer_norm_eps = 1e-5 } }
F.t5gemma_encoder = { source = "transformers 5 t5gemma: T5GemmaEncoderLayer",
  main(RMS1, "hidden_size", "rms_norm_eps", "4*num_hidden_layers + 1"), rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 26, rms_norm_eps = 1e-6 } }
F.t5gemma_decoder = like(F.t5gemma_encoder, { source = "transformers 5 t5gemma: T5GemmaDecoderLayer" })
F.t5gemma_decoder[1] = main(RMS1, "hidden_size", "rms_norm_eps", "6*num_hidden_layers + 1")
F.t5gemma = { source = "transformers 5 t5gemma: T5GemmaModel",
  parts = { { "encoder", "t5gemma_encoder", fixed = true }, { "decoder", "t5gemma_decoder", fixed = true } } }
-- Mistral's own files, and those that Llama was published with
F["params.json"] = { source = "mistral-inference transformer_layers.py: TransformerBlock, RMSNorm",
  main(RMS, "dim", "norm_eps", "2*n_layers + 1"),
  parts = { { "vision_encoder", "params_vision", fixed = true } },
  { site = "vision_language_adapter pre-norm", norm = RMS, width = "part('vision_encoder', 'hidden_size')", eps = 1e-5,
    count = 1,
    when = "has('vision_encoder') and part('vision_encoder', 'add_pre_mm_projector_layer_norm and 1 or 0') == 1" },
  default = { dim = 4096, n_layers = 32, norm_eps = 1e-5 } }
F.params_vision = { source = "mistral-inference vision_encoder.py: VisionTransformer, ln_pre",
  main(RMS, "hidden_size", 1e-5, "2*num_hidden_layers + 1"), default = { hidden_size = 1024, num_hidden_layers = 24 } }
