-- families.lua: the table of model families. An entry says which norms the models of a model_type have.
--
-- An entry lists the norm sites of the model, each as
--
--   { site, kind, width, eps, count, when = ..., ... }
--
-- kind   "op affine"; affine is full, gamma, full1 ((1 + gamma) and beta), gamma1 ((1 + gamma)) or none
-- width, eps, count
--        numbers, or Lua expressions over the keys of the config; eps is a number where the model's code has it fixed;
--        count is how often such a norm runs in one forward pass of the whole model
-- when   an expression; the site exists only if it is true
-- each   the name of a list; there is one site for each element, in whose expressions the element is `item`, its number
--        `i` and the length of the list `items`
-- gated  the result ("silu") or x ("silu_before") is multiplied by an activation of a second input
-- heads  the gain is [heads, width]: each head has its own (gain2d)
-- groups each group of `width` elements is normalised by itself, and the gain is one vector over all groups
-- rounding, of a site or of the entry, matters for bf16 and f16:
--        "before_gain" the normalised value is rounded to the type of x, then multiplied by gamma (usual for RMSNorm)
--        "once"        gamma is applied in f32 and the result rounded once (usual for LayerNorm)
--        "promoted"    the normalised value stays in f32, or is rounded to gamma's type if that has 16 bits, before
--                      gamma multiplies it (T5)
--
-- An entry has these other fields:
--
-- default  the value of a key that the file does not give: a number or an expression
-- alias    another name of a key
-- ignores  keys of the file that the model does not use, though they look as if it did
-- parts    nested configs: { key, type, fixed = true }; `type` counts if the nested config names none itself, and
--          always with `fixed`
-- flat     the type as which the file itself is read when it has no nested config under the first key of `parts`
--
-- To add a family, add an entry. Expressions may call the functions in `helpers` of model/config.lua.
local LN, LNW, LN0 = "layernorm full", "layernorm gamma", "layernorm none"
local RMS, RMS1, RMS0 = "rmsnorm gamma", "rmsnorm gamma1", "rmsnorm none"

local F = {}

-- A copy of `entry` with the fields of `changes`. The sites of `changes` come after those of `entry`; defaults are
-- merged.
local function like(entry, changes)
  local out = {}
  for k, v in pairs(entry) do out[k] = v end
  for k, v in pairs(changes or {}) do
    if math.type(k) == "integer" then
      out[#out + 1] = v
    elseif k == "default" then
      out.default = {}
      for name, value in pairs(entry.default or {}) do out.default[name] = value end
      for name, value in pairs(v) do out.default[name] = value end
    else
      out[k] = v
    end
  end
  return out
end

local function main(kind, width, eps, count, more)
  local row = { "block+final", kind, width, eps, count }
  for k, v in pairs(more or {}) do row[k] = v end
  return row
end

local HEAD_DIM = "hidden_size//num_attention_heads"

local function each_name(names, entry)
  for name in names:gmatch("%S+") do F[name] = entry end
end

-- GPT-2 and similar models: LayerNorm, two in each layer and one after the last ---------------------------------------
F.gpt2 = { main(LN, "n_embd", "layer_norm_epsilon", "n_layer*(add_cross_attention and 3 or 2) + 1"),
  default = { n_embd = 768, n_layer = 12, layer_norm_epsilon = 1e-5 } }
F.gpt_bigcode = F.gpt2
F["openai-gpt"] = { main(LN, "n_embd", "layer_norm_epsilon", "2*n_layer"),
  default = { n_embd = 768, n_layer = 12, layer_norm_epsilon = 1e-5 } }
F.ctrl = { main(LN, "n_embd", 1e-6, "2*n_layer + 1"), default = { n_embd = 1280, n_layer = 48 } }
F.gpt_neo = { main(LN, "hidden_size", "layer_norm_epsilon", "2*num_layers + 1"),
  default = { hidden_size = 2048, num_layers = 24, layer_norm_epsilon = 1e-5 } }
-- attention and MLP have one norm in common
F.gptj = { main(LN, "n_embd", "layer_norm_epsilon", "n_layer + 1"),
  default = { n_embd = 4096, n_layer = 28, layer_norm_epsilon = 1e-5 } }
F.codegen = like(F.gptj, { default = { n_layer = 28 } })
F.gpt_neox = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 6144, num_hidden_layers = 44, layer_norm_eps = 1e-5 } }
F.gpt_neox_japanese = like(F.gpt_neox, { default = { hidden_size = 2560, num_hidden_layers = 32 } })
F.bloom = { main(LN, "n_embed", "layer_norm_epsilon", "2*n_layer + 2"), alias = { n_embed = "hidden_size" },
  default = { n_embed = 64, n_layer = 2, layer_norm_epsilon = 1e-5 } }
local OPT_NORMS = "2*num_hidden_layers + (do_layer_norm_before and not _remove_final_layer_norm and 1 or 0)"
F.opt = {
  main(LN, "hidden_size", 1e-5, OPT_NORMS, { when = "layer_norm_elementwise_affine" }),
  main(LN0, "hidden_size", 1e-5, OPT_NORMS, { when = "not layer_norm_elementwise_affine" }),
  default = { hidden_size = 768, num_hidden_layers = 12, do_layer_norm_before = true,
    layer_norm_elementwise_affine = true } }
F.falcon = { main(LN, "hidden_size", "layer_norm_epsilon", "num_hidden_layers*(new_decoder_architecture and "
    .. "(num_ln_in_parallel_attn or 2) or parallel_attn and 1 or 2) + 1"),
  default = { hidden_size = 4544, num_hidden_layers = 32, layer_norm_epsilon = 1e-5, parallel_attn = true } }
each_name("RefinedWeb RefinedWebModel", F.falcon)
F.mpt = { main(LNW, "d_model", "layer_norm_epsilon", "2*n_layers + 1"),
  { "q_ln,k_ln", LNW, "d_model", "layer_norm_epsilon", "2*n_layers", when = "sub('attn_config', 'qk_ln')" },
  default = { d_model = 2048, n_layers = 24, layer_norm_epsilon = 1e-5 } }
F.biogpt = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 1024, num_hidden_layers = 24, layer_norm_eps = 1e-12 } }
F.starcoder2 = { main(LN, "hidden_size", "norm_epsilon", "2*num_hidden_layers + 1"),
  alias = { norm_epsilon = "layer_norm_epsilon" },
  default = { hidden_size = 3072, num_hidden_layers = 30, norm_epsilon = 1e-5 } }
F.phi = { main(LN, "hidden_size", "layer_norm_eps", "num_hidden_layers + 1"),
  { "q_layernorm,k_layernorm (per head)", LN, "hidden_size//num_attention_heads", "layer_norm_eps",
    "2*num_hidden_layers", when = "qk_layernorm" },
  default = { hidden_size = 2048, num_hidden_layers = 24, num_attention_heads = 32, layer_norm_eps = 1e-5 } }
F["bunny-phi"] = F.phi
F["phi-msft"] = { main(LN, "n_embd", "layer_norm_epsilon", "n_layer + 1"),
  default = { n_embd = 2048, n_layer = 24, layer_norm_epsilon = 1e-5 } }
F.phi3small = { main(LN, "hidden_size", "layer_norm_epsilon", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
-- the key is rms_norm_eps, but the modules are LayerNorm
F.phimoe = { main(LN, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-5 } }
F.orion = like(F.phimoe, { default = { num_hidden_layers = 40 } })
F.cohere = { main(LNW, "hidden_size", "layer_norm_eps", "num_hidden_layers + 1"),
  { "q_norm", LNW, "head_dim", "layer_norm_eps", "num_hidden_layers", when = "use_qk_norm", gain2d = true,
    heads = "num_attention_heads" },
  { "k_norm", LNW, "head_dim", "layer_norm_eps", "num_hidden_layers", when = "use_qk_norm", gain2d = true,
    heads = "num_key_value_heads" },
  default = { hidden_size = 8192, num_hidden_layers = 40, num_attention_heads = 64, head_dim = HEAD_DIM,
    num_key_value_heads = "num_attention_heads", layer_norm_eps = 1e-5 } }
F.cohere2 = { F.cohere[1], default = F.cohere.default }
F.dbrx = { main(LNW, "d_model", 1e-5, "2*n_layers + 1"), default = { d_model = 2048, n_layers = 24 } }
F.olmo = { main(LN0, "hidden_size", 1e-5, "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32 } }
F.nemotron = { main("layernorm full1", "hidden_size", "norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 6144, num_hidden_layers = 32, norm_eps = 1e-5 } }
F.stablelm = {
  main(LN, "hidden_size", "layer_norm_eps", "num_hidden_layers*(use_parallel_residual and 1 or 2) + 1"),
  { "q_layernorm", LNW, "head_dim", "layer_norm_eps", "num_hidden_layers", when = "qk_layernorm", gain2d = true,
    heads = "num_attention_heads" },
  { "k_layernorm", LNW, "head_dim", "layer_norm_eps", "num_hidden_layers", when = "qk_layernorm", gain2d = true,
    heads = "num_key_value_heads" },
  alias = { layer_norm_eps = "norm_eps" },
  default = { hidden_size = 2560, num_hidden_layers = 32, num_attention_heads = 32, head_dim = HEAD_DIM,
    num_key_value_heads = "num_attention_heads", layer_norm_eps = 1e-5 } }
F.stablelm_epoch = F.stablelm
F.persimmon = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  { "q_layernorm,k_layernorm (per head)", LN, HEAD_DIM, "layer_norm_eps", "2*num_hidden_layers",
    when = "qk_layernorm" },
  default = { hidden_size = 4096, num_hidden_layers = 36, num_attention_heads = 64, layer_norm_eps = 1e-5,
    qk_layernorm = true } }
F.rwkv = { main(LN, "hidden_size", "layer_norm_epsilon", "2*num_hidden_layers + 2"),
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
each_name("rwkv5 rwkv6", F.rwkv)
F.moonshine = { main(LNW, "hidden_size", 1e-5, "2*encoder_num_hidden_layers + 3*decoder_num_hidden_layers + 2"),
  default = { hidden_size = 288, encoder_num_hidden_layers = 6, decoder_num_hidden_layers = 6 } }

-- BERT and similar models: a norm after each sublayer, and one over the embeddings ------------------------------------
F.bert = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1 + head('MaskedLM', 'PreTraining')"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
each_name("roberta xlm-roberta camembert ernie mpnet roberta-prelayernorm data2vec-text big_bird nezha rembert "
  .. "splinter layoutlm clap_text_model blip_text_model chinese_clip_text_model altclip_text_model", F.bert)
F["xlm-roberta-xl"] = like(F.bert, { default = { hidden_size = 2560, num_hidden_layers = 36 } })
F.dpr = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"), default = F.bert.default }
-- a norm before each sublayer, none over the embeddings
F["megatron-bert"] = { main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + 1 + head('MaskedLM', 'PreTraining')"),
  default = { hidden_size = 1024, num_hidden_layers = 24, layer_norm_eps = 1e-12 } }
F.albert = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers*inner_group_num"),
  { "embeddings", LN, "embedding_size", "layer_norm_eps", "1 + head('MaskedLM', 'PreTraining')" },
  default = { hidden_size = 4096, embedding_size = 128, num_hidden_layers = 12, inner_group_num = 1,
    layer_norm_eps = 1e-12 } }
F.electra = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers"),
  { "embeddings", LN, "embedding_size", "layer_norm_eps", "1 + head('MaskedLM')" },
  default = { hidden_size = 256, embedding_size = 128, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
-- normalization_type is usually no_norm: gamma*x + beta, except in the head that predicts words
F.mobilebert = {
  main(LN, "hidden_size", "layer_norm_eps", "1 + num_hidden_layers",
    { when = "is('normalization_type', 'layer_norm')" }),
  { "bottleneck", LN, "intra_bottleneck_size", "layer_norm_eps",
    "num_hidden_layers*(2 + num_feedforward_networks - 1 + (key_query_shared_bottleneck and 2 or 1))",
    when = "is('normalization_type', 'layer_norm') and use_bottleneck" },
  { "prediction head", LN, "hidden_size", "layer_norm_eps", "head('MaskedLM', 'PreTraining')" },
  default = { hidden_size = 512, intra_bottleneck_size = 128, num_hidden_layers = 24, num_feedforward_networks = 4,
    key_query_shared_bottleneck = true, use_bottleneck = true, normalization_type = "'no_norm'",
    layer_norm_eps = 1e-12 } }
F.distilbert = { main(LN, "dim", 1e-12, "2*n_layers + 1 + head('MaskedLM')"),
  default = { dim = 768, n_layers = 6 } }
F.deberta = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1 + head('MaskedLM')"
    .. " + (contains('norm_rel_ebd', 'layer_norm') and relative_attention and 1 or 0)"
    .. " + ((conv_kernel_size or 0) > 0 and 1 or 0)"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-7 } }
F["deberta-v2"] = like(F.deberta, { default = { hidden_size = 1536, num_hidden_layers = 24 } })
F.esm = { main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + 1 + (emb_layer_norm_before and 1 or 0) + head('MaskedLM')"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.xlnet = { main(LN, "d_model", "layer_norm_eps", "2*n_layer"),
  default = { d_model = 1024, n_layer = 24, layer_norm_eps = 1e-12 } }
F.xlm = { main(LN, "emb_dim", "layer_norm_eps", "2*n_layers + 1"),
  default = { emb_dim = 2048, n_layers = 12, layer_norm_eps = 1e-12 } }
F.flaubert = F.xlm
F.funnel = { main(LN, "d_model", "layer_norm_eps", "2*(sum('block_sizes') + num_decoder_layers) + 1"),
  default = { d_model = 768, block_sizes = { 4, 4, 4 }, num_decoder_layers = 2, layer_norm_eps = 1e-9 } }
local MODERNBERT = "2*num_hidden_layers + 1 + head('MaskedLM', 'SequenceClassification', 'TokenClassification',"
  .. " 'ForCausalLM')"
F.modernbert = {
  main(LNW, "hidden_size", "norm_eps", MODERNBERT, { when = "not norm_bias" }),
  main(LN, "hidden_size", "norm_eps", MODERNBERT, { when = "norm_bias" }),
  ignores = { "layer_norm_eps" },
  default = { hidden_size = 768, num_hidden_layers = 22, norm_eps = 1e-5 } }
F["modernbert-decoder"] = F.modernbert
F.neobert = { main(RMS, "hidden_size", "norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 768, num_hidden_layers = 28, norm_eps = 1e-5 } }
-- the gte models: layer_norm_type tells which norm it is
F.new = {
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1",
    { when = "not is('layer_norm_type', 'rms_norm')" }),
  main(RMS, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1", { when = "is('layer_norm_type', 'rms_norm')" }),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }

-- Encoder and decoder ------------------------------------------------------------------------------------------------
-- norms after each sublayer; both stacks normalise the embeddings
F.bart = { main(LN, "d_model", 1e-5, "2*encoder_layers + 3*decoder_layers + 2"),
  default = { d_model = 1024, encoder_layers = 12, decoder_layers = 12 } }
each_name("led plbart bigbird_pegasus", F.bart)
F["blenderbot-small"] = like(F.bart, { default = { d_model = 512, encoder_layers = 8, decoder_layers = 8 } })
-- norms before each sublayer and after each stack; the embeddings are not normalised
each_name("m2m_100 pegasus", F.bart)
F.blenderbot = like(F.bart, { default = { d_model = 2560, encoder_layers = 2, decoder_layers = 12 } })
F.whisper = like(F.bart, { default = { d_model = 384, encoder_layers = 4, decoder_layers = 4 } })
F.speech_to_text = like(F.bart, { default = { d_model = 256, encoder_layers = 12, decoder_layers = 6 } })
F.mbart = { main(LN, "d_model", 1e-5, "2*encoder_layers + 3*decoder_layers + 4"), default = F.bart.default }
F.marian = { main(LN, "d_model", 1e-5, "2*encoder_layers + 3*decoder_layers"), default = F.bart.default }
F.detr = { main(LN, "d_model", 1e-5, "2*encoder_layers + 3*decoder_layers + 1"),
  default = { d_model = 256, encoder_layers = 6, decoder_layers = 6 } }
F.xglm = { main(LN, "d_model", 1e-5, "num_layers*(add_cross_attention and 3 or 2) + 1"),
  default = { d_model = 1024, num_layers = 24 } }
F.qwen2_audio_encoder = { main(LN, "d_model", 1e-5, "2*encoder_layers + 1"),
  default = { d_model = 1280, encoder_layers = 32 } }
-- the class T5LayerNorm does not subtract the mean: it is an RMSNorm
F.t5 = { main(RMS, "d_model", "layer_norm_epsilon",
    "head('EncoderModel') == 1 and 2*num_layers + 1 or 2*num_layers + 3*num_decoder_layers + 2"), rounding = "promoted",
  default = { d_model = 512, num_layers = 6, num_decoder_layers = "num_layers", layer_norm_epsilon = 1e-6 } }
each_name("longt5 byt5", F.t5)
F.switch_transformers = like(F.t5, { default = { d_model = 768, num_layers = 12 } })
each_name("mt5 umt5", like(F.t5, { default = { num_layers = 8 } }))

-- Llama and similar models: RMSNorm, two in each layer and one after the last -----------------------------------------
F.llama = { main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, num_attention_heads = 32, rms_norm_eps = 1e-6,
    num_key_value_heads = "num_attention_heads", head_dim = HEAD_DIM } }
each_name("mistral qwen2 yi Yi internlm internlm2 internlm3 baichuan xverse granite aquila deepseek minicpm smollm3 "
  .. "granitemoe granitemoeshared arcee seed_oss hunyuan llava_llama", F.llama)
F.ministral = F.llama
F.mixtral = like(F.llama, { default = { rms_norm_eps = 1e-5 } })
each_name("Emu3 emu3_text_model ernie4_5 ernie4_5_moe ministral3 grok-1", F.mixtral)
F.qwen2_moe = like(F.llama, { default = { hidden_size = 2048, num_hidden_layers = 24 } })
F.phi3 = like(F.mixtral, { default = { hidden_size = 3072 } })
each_name("phi4 phi4mm phi3_v phi4_multimodal", F.phi3)
F.glm = like(F.llama, { default = { num_hidden_layers = 40, rms_norm_eps = 1.5625e-07 } })
F.helium = like(F.llama, { rounding = "once",
  default = { hidden_size = 2560, num_hidden_layers = 24, rms_norm_eps = 1e-8 } })
F.gpt_oss = like(F.mixtral, { rounding = "once",
  default = { hidden_size = 2880, num_hidden_layers = 36, head_dim = 64 } })
F.llama4_text = like(F.mixtral, { { "q/k L2 norm", RMS0, "head_dim", "rms_norm_eps",
    "2*(num_hidden_layers - every(num_hidden_layers, 4, 3))", when = "use_qk_norm" },
  default = { hidden_size = 5120, num_hidden_layers = 48, head_dim = 128, use_qk_norm = true } })
-- the keys say layer norm, but the modules are RMSNorm
F.qwen = { main(RMS, "hidden_size", "layer_norm_epsilon", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, layer_norm_epsilon = 1e-6 } }
F.exaone = { main(RMS, "hidden_size", "layer_norm_epsilon", "2*num_layers + 1"),
  default = { hidden_size = 2048, num_layers = 32, layer_norm_epsilon = 1e-5 } }
local GLM_NORMS = "2*num_layers + (post_layer_norm and 1 or 0)"
F.chatglm = {
  main(RMS, "hidden_size", "layernorm_epsilon", GLM_NORMS, { when = "rmsnorm and not has('inner_hidden_size')" }),
  main(LN, "hidden_size", "layernorm_epsilon", GLM_NORMS, { when = "not rmsnorm or has('inner_hidden_size')" }),
  default = { hidden_size = 4096, num_layers = 28, layernorm_epsilon = 1e-5, rmsnorm = true, post_layer_norm = true } }
F.molmo = {
  main(RMS, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1", { when = "is('layer_norm_type', 'rms')" }),
  main(LNW, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1",
    { when = "not is('layer_norm_type', 'rms')" }),
  { "q_norm", RMS, "hidden_size", "layer_norm_eps", "num_hidden_layers", when = "attention_layer_norm" },
  { "k_norm", RMS, "hidden_size//num_attention_heads*num_key_value_heads", "layer_norm_eps", "num_hidden_layers",
    when = "attention_layer_norm" },
  default = { hidden_size = 3584, num_hidden_layers = 28, num_attention_heads = 28, layer_norm_eps = 1e-5,
    num_key_value_heads = "num_attention_heads", layer_norm_type = "'rms'" } }
F.yuan = like(F.llama, { { "lf_gate.output_layernorm", RMS, "hidden_size", 1e-6, "num_hidden_layers" } })
F.bitnet = like(F.mixtral, {
  { "attn_sub_norm", RMS, "hidden_size", "rms_norm_eps", "num_hidden_layers" },
  { "ffn_sub_norm", RMS, "intermediate_size", "rms_norm_eps", "num_hidden_layers" },
  default = { hidden_size = 2560, num_hidden_layers = 30, intermediate_size = 6912 } })
F.diffllama = like(F.mixtral, { { "groupnorm", RMS0, "2*head_dim", "rms_norm_eps", "num_hidden_layers" },
  default = { hidden_size = 2048, num_hidden_layers = 16 } })
F.gla = { main(RMS, "hidden_size", "norm_eps", "2*num_hidden_layers + 1"),
  { "g_norm (gated)", RMS, "floor(hidden_size*expand_v)//num_heads", "norm_eps", "num_hidden_layers", gated = "silu" },
  default = { hidden_size = 2048, num_hidden_layers = 24, num_heads = 4, expand_v = 1, norm_eps = 1e-6 } }
F.nanochat = { main(RMS0, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 2"),
  { "q_norm,k_norm (per head)", RMS0, "head_dim", "rms_norm_eps", "2*num_hidden_layers" },
  default = { hidden_size = 768, num_hidden_layers = 12, num_attention_heads = 6, head_dim = HEAD_DIM,
    rms_norm_eps = 1e-6 } }

-- also with norms of the heads of q and k, which have one gain for all heads
local QK = { "q_norm,k_norm (per head)", RMS, "head_dim", "rms_norm_eps", "2*num_hidden_layers" }
F.qwen3 = like(F.llama, { QK, default = { head_dim = 128 } })
F.qwen3_moe = like(F.llama, { QK, default = { hidden_size = 2048, num_hidden_layers = 24 } })
each_name("qwen3_vl_text qwen3_asr_text", F.qwen3)
F.qwen3_vl_moe_text = like(F.qwen3_moe, { default = { num_attention_heads = 16 } })
F.qwen3_omni_moe_text = F.qwen3_moe
F.exaone4 = like(F.mixtral, { QK })
F.apertus = like(F.mixtral, { QK })
F.hunyuan_v1_dense = like(F.mixtral, { QK })
F.hunyuan_v1_moe = F.hunyuan_v1_dense
F.dots1 = like(F.llama, { QK, default = { hidden_size = 4608, num_hidden_layers = 62 } })
F.glm4_moe = like(F.mixtral, { { QK[1], RMS, QK[3], QK[4], QK[5], when = "use_qk_norm" },
  default = { num_hidden_layers = 46, num_attention_heads = 96, head_dim = 128 } })
F.glm4 = like(F.glm, { { "post_self_attn,post_mlp", RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers" } })
F.glm4v_text = { main(RMS, "hidden_size", "rms_norm_eps", "4*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 40, rms_norm_eps = 1e-5 } }
F.lfm2 = { main(RMS, "hidden_size", "norm_eps", "2*num_hidden_layers + 1"),
  { "q_layernorm,k_layernorm (per head)", RMS, HEAD_DIM, "norm_eps",
    "2*(count('layer_types', 'full_attention') or len('full_attn_idxs'))" },
  default = { hidden_size = 2560, num_hidden_layers = 32, num_attention_heads = 32, norm_eps = 1e-5 } }
F.mllama_text_model = like(F.mixtral, {
  { "cross_attn q_norm,k_norm", RMS, HEAD_DIM, "rms_norm_eps", "2*len('cross_attention_layers')" },
  default = { num_hidden_layers = 40, cross_attention_layers = { 3, 8, 13, 18, 23, 28, 33, 38 } } })

-- also with a norm over all heads of q together, and one over those of k
local Q_WIDE = { "q_norm", RMS, "num_attention_heads*head_dim", "rms_norm_eps", "num_hidden_layers" }
local K_WIDE = { "k_norm", RMS, "num_key_value_heads*head_dim", "rms_norm_eps", "num_hidden_layers" }
F.olmo2 = like(F.mixtral, { Q_WIDE, K_WIDE, rounding = "once" })
each_name("olmo3 flex_olmo", F.olmo2)
F.olmoe = like(F.mixtral, { Q_WIDE, K_WIDE, default = { hidden_size = 2048, num_hidden_layers = 16,
  num_attention_heads = 16 } })
local function when_qk(row) return { row[1], row[2], row[3], row[4], row[5], when = "use_qk_norm" } end
F.minimax_m2 = like(F.llama, { when_qk(Q_WIDE), when_qk(K_WIDE), default = { hidden_size = 3072,
  num_hidden_layers = 62, num_attention_heads = 48, num_key_value_heads = 8, head_dim = 128, use_qk_norm = true } })
F.chameleon = like(F.mixtral, {
  { "q_norm", LN, HEAD_DIM, 1e-5, "num_hidden_layers", gain2d = true, heads = "num_attention_heads" },
  { "k_norm", LN, HEAD_DIM, 1e-5, "num_hidden_layers", gain2d = true, heads = "num_key_value_heads" } })

-- also with norms of the low-rank q and kv (multi-head latent attention), whose eps is the default of their class, not
-- what the file says
local function latent(default)
  return like(F.llama, {
    { "kv_a_layernorm", RMS, "kv_lora_rank", 1e-6, "num_hidden_layers", when = "set('kv_lora_rank') and use_mla" },
    { "q_a_layernorm", RMS, "q_lora_rank", 1e-6, "num_hidden_layers", when = "set('q_lora_rank') and use_mla" },
    default = default })
end
F.deepseek_v2 = latent { kv_lora_rank = 512, q_lora_rank = 1536, use_mla = true }
F.deepseek_v3 = latent { hidden_size = 7168, num_hidden_layers = 61, kv_lora_rank = 512, q_lora_rank = 1536,
  use_mla = true }
each_name("kimi_k2 deepseek_v3_text", F.deepseek_v3)
F.minicpm3 = latent { hidden_size = 2560, num_hidden_layers = 62, kv_lora_rank = 256, q_lora_rank = 768,
  use_mla = true, rms_norm_eps = 1e-5 }
F.deepseek_v32 = like(F.deepseek_v3, {
  { "indexer.k_norm", LN, "index_head_dim", 1e-6, "num_hidden_layers" }, default = { index_head_dim = 128 } })

-- Gemma: the gain is 1 + gamma, and the result is rounded once --------------------------------------------------------
local QK1 = { QK[1], RMS1, QK[3], QK[4], QK[5] }
F.gemma = { main(RMS1, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"), rounding = "once",
  default = { hidden_size = 3072, num_hidden_layers = 28, head_dim = 256, rms_norm_eps = 1e-6 } }
F.gemma2 = { main(RMS1, "hidden_size", "rms_norm_eps", "4*num_hidden_layers + 1"), rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 26, head_dim = 256, rms_norm_eps = 1e-6 } }
F.vaultgemma = like(F.gemma, { default = { hidden_size = 1152, num_hidden_layers = 26 } })
F.recurrent_gemma = like(F.gemma, { default = { hidden_size = 2560, num_hidden_layers = 26 } })
F.gemma3_text = like(F.gemma2, { QK1 })
-- from here on the gain is gamma again; layers that share keys and values do not normalise them
local SHARED = "(num_hidden_layers - num_kv_shared_layers)"
F.gemma3n_text = { main(RMS, "hidden_size", "rms_norm_eps", "8*num_hidden_layers + 1"),
  { "q_norm,k_norm (per head)", RMS, "head_dim", "rms_norm_eps", "num_hidden_layers + " .. SHARED },
  { "v_norm (no weight)", RMS0, "head_dim", "rms_norm_eps", SHARED },
  { "per_layer_projection_norm", RMS, "hidden_size_per_layer_input", "rms_norm_eps", 1 },
  rounding = "once",
  default = { hidden_size = 2048, num_hidden_layers = 35, head_dim = 256, hidden_size_per_layer_input = 256,
    num_kv_shared_layers = 15, rms_norm_eps = 1e-6 } }
F.gemma4_text = { main(RMS, "hidden_size", "rms_norm_eps", "num_hidden_layers*(4"
    .. " + (hidden_size_per_layer_input > 0 and 1 or 0) + (enable_moe_block and 3 or 0)) + 1"),
  { "router.norm (no weight)", RMS0, "hidden_size", "rms_norm_eps", "num_hidden_layers", when = "enable_moe_block" },
  { "q_norm,k_norm (per head)", RMS, "head_dim", "rms_norm_eps",
    "layers_of('sliding_attention', 1, num_hidden_layers) + layers_of('sliding_attention', 1, " .. SHARED .. ")" },
  { "v_norm (no weight)", RMS0, "head_dim", "rms_norm_eps", "layers_of('sliding_attention', 1, " .. SHARED .. ")" },
  { "q/k norm of full-attention layers", RMS, "global_head_dim", "rms_norm_eps",
    "layers_of('full_attention', 1, num_hidden_layers) + layers_of('full_attention', 1, " .. SHARED .. ")" },
  { "v_norm of full-attention layers (no weight)", RMS0, "global_head_dim", "rms_norm_eps",
    "layers_of('full_attention', 1, " .. SHARED .. ")" },
  { "per_layer_projection_norm", RMS, "hidden_size_per_layer_input", "rms_norm_eps", 1,
    when = "hidden_size_per_layer_input > 0" },
  rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 30, head_dim = 256, global_head_dim = 512,
    hidden_size_per_layer_input = 256, num_kv_shared_layers = 0, full_period = 6, rms_norm_eps = 1e-6 } }
F.gemma4_vision = { main(RMS, "hidden_size", "rms_norm_eps", "4*num_hidden_layers"),
  { "q_norm,k_norm (per head)", RMS, "head_dim", "rms_norm_eps", "2*num_hidden_layers" },
  { "v_norm (no weight)", RMS0, "head_dim", "rms_norm_eps", "num_hidden_layers" },
  { "embedding_pre_projection_norm (no weight)", RMS0, "hidden_size", "rms_norm_eps", 1 },
  rounding = "once",
  default = { hidden_size = 768, num_hidden_layers = 16, num_attention_heads = 12, head_dim = 64,
    rms_norm_eps = 1e-6 } }
F.gemma4_audio = { main(RMS, "hidden_size", "rms_norm_eps", "9*num_hidden_layers"),
  { "subsample_conv_projection", LNW, "item", "rms_norm_eps", 1, each = "subsampling_conv_channels" },
  { "embedding_pre_projection_norm (no weight)", RMS0, "output_proj_dims", "rms_norm_eps", 1 },
  rounding = "once",
  default = { hidden_size = 1024, num_hidden_layers = 12, rms_norm_eps = 1e-6,
    subsampling_conv_channels = { 128, 32 }, output_proj_dims = 1536 } }

-- State spaces, hybrids
-- ------------------------------------------------------------------------------------------------
F.mamba = { main(RMS, "hidden_size", "layer_norm_epsilon", "num_hidden_layers + 1"),
  default = { hidden_size = 768, num_hidden_layers = 32, layer_norm_epsilon = 1e-5 } }
F.ov_mamba = F.mamba
F.mamba2 = like(F.mamba, {
  { "mixer.norm (gated)", RMS, "num_heads*head_dim", "layer_norm_epsilon", "num_hidden_layers",
    gated = "silu_before" },
  default = { hidden_size = 4096, num_hidden_layers = 64, num_heads = 128, head_dim = 64 } })
F.falcon_mamba = like(F.mamba, {
  { "mixer B,C (no weight)", RMS0, "state_size", "mixer_rms_eps", "2*num_hidden_layers" },
  { "mixer dt (no weight)", RMS0, "number('time_step_rank') or ceil(hidden_size/16)", "mixer_rms_eps",
    "num_hidden_layers" },
  default = { state_size = 16, mixer_rms_eps = 1e-6 } })
local JAMBA_MAMBA = "num_hidden_layers - every(num_hidden_layers, attn_layer_period, attn_layer_offset)"
F.jamba = { main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  { "dt_layernorm", RMS, "number('mamba_dt_rank') or ceil(hidden_size/16)", "rms_norm_eps", JAMBA_MAMBA },
  { "b_layernorm,c_layernorm", RMS, "mamba_d_state", "rms_norm_eps", "2*(" .. JAMBA_MAMBA .. ")" },
  default = { hidden_size = 4096, num_hidden_layers = 32, attn_layer_period = 8, attn_layer_offset = 4,
    mamba_d_state = 16, rms_norm_eps = 1e-6 } }
F.nemotron_h = { main(RMS, "hidden_size", "layer_norm_epsilon", "num_hidden_layers + 1"),
  { "mixer.norm (gated, grouped)", RMS, "mamba_num_heads*mamba_head_dim//n_groups", "layer_norm_epsilon",
    "letters('hybrid_override_pattern', 'M')", gated = "silu_before", groups = "n_groups" },
  default = { hidden_size = 4096, num_hidden_layers = 52, mamba_num_heads = 128, mamba_head_dim = 64, n_groups = 8,
    hybrid_override_pattern = "'M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-'", layer_norm_epsilon = 1e-5 } }
local FULL = "(count('layer_types', 'full_attention') or num_hidden_layers//full_attention_interval)"
F.qwen3_next = { main(RMS1, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1", { rounding = "once" }),
  { QK[1], RMS1, "head_dim", "rms_norm_eps", "2*" .. FULL, rounding = "once" },
  { "linear_attn.norm (gated)", RMS, "linear_value_head_dim", "rms_norm_eps", "num_hidden_layers - " .. FULL,
    gated = "silu" },
  default = { hidden_size = 2048, num_hidden_layers = 48, head_dim = 256, linear_value_head_dim = 128,
    full_attention_interval = 4, rms_norm_eps = 1e-6 } }
each_name("qwen3_5_text qwen3_5_moe_text", F.qwen3_next)

-- Vision and audio towers
-- ------------------------------------------------------------------------------------------------
local function tower(kind, eps, extra, default)
  return { main(kind, "hidden_size", "layer_norm_eps", "2*num_hidden_layers" .. extra),
    default = { hidden_size = default or 768, num_hidden_layers = 12, layer_norm_eps = eps } }
end
F.vit = tower(LN, 1e-12, " + 1")
each_name("deit vit_mae vit_msn beit data2vec-vision yolos vilt dpt", F.vit)
F.dinov2 = tower(LN, 1e-6, " + 1")
F.dinov2_with_registers = F.dinov2
F.dinov3_vit = tower(LN, 1e-5, " + 1", 384)
F.clip_text_model = tower(LN, 1e-5, " + 1", 512)
F.clip_vision_model = tower(LN, 1e-5, " + 2")
each_name("git_vision_model chinese_clip_vision_model altclip_vision_model", F.clip_vision_model)
F.blip_vision_model = tower(LN, 1e-5, " + 1")
F.siglip_text_model = tower(LN, 1e-6, " + 1")
F.siglip_vision_model = { main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + 1 + (vision_use_head and 1 or 0)"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-6, vision_use_head = true } }
F.siglip2_text_model, F.siglip2_vision_model = F.siglip_text_model, F.siglip_vision_model
F.minicpmv_vision = tower(LN, 1e-6, " + 1", 1152)
F.intern_vit_6b = {
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers", { when = "is('norm_type', 'layer_norm')" }),
  main(RMS, "hidden_size", "layer_norm_eps", "2*num_hidden_layers", { when = "is('norm_type', 'rms_norm')" }),
  { "q_norm,k_norm", RMS, "hidden_size", "layer_norm_eps", "2*num_hidden_layers", when = "qk_normalization" },
  default = { hidden_size = 3200, num_hidden_layers = 48, layer_norm_eps = 1e-6, norm_type = "'rms_norm'" } }
F.pixtral = { main(RMS, "hidden_size", 1e-5, "2*num_hidden_layers + 1"),
  default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.deepseek_vl_v2_vision = { { "vision blocks", LN, "width", 1e-6, "2*layers + 1" },
  default = { width = 1152, layers = 27 } }
F.mllama_vision_model = {
  { "vision blocks", LN, "hidden_size", "norm_eps", "2*(num_hidden_layers + num_global_layers)" },
  { "layernorm_pre,layernorm_post", LN, "hidden_size", 1e-5, 2 },
  default = { hidden_size = 1280, num_hidden_layers = 32, num_global_layers = 8, norm_eps = 1e-5 } }
F.llama4_vision_model = { { "vision blocks", LN, "hidden_size", 1e-5, "2*num_hidden_layers + 2" },
  ignores = { "norm_eps" }, default = { hidden_size = 768, num_hidden_layers = 34 } }
F.qwen2_vl_vision = { { "vision blocks+merger", LN, "embed_dim", 1e-6, "2*depth + 1" },
  default = { embed_dim = 1280, depth = 32 } }
F.qwen2_5_vl_vision = { { "vision blocks+merger", RMS, "hidden_size", 1e-6, "2*depth + 1" },
  default = { hidden_size = 3584, depth = 32 } }
F.qwen2_5_omni_vision_encoder = F.qwen2_5_vl_vision
F.qwen3_vl_vision = { { "vision blocks+merger", LN, "hidden_size", 1e-6, "2*depth + 1" },
  { "deepstack merger (post-shuffle)", LN, "hidden_size*spatial_merge_size^2", 1e-6,
    "len('deepstack_visual_indexes')" },
  default = { hidden_size = 1152, depth = 27, spatial_merge_size = 2, deepstack_visual_indexes = { 8, 16, 24 } } }
F.glm4v_vision = { { "vision blocks", RMS, "hidden_size", "rms_norm_eps", "2*depth + 2" },
  { "merger.post_projection_norm", LN, "out_hidden_size", 1e-5, 1 },
  default = { hidden_size = 1536, depth = 24, out_hidden_size = 4096, rms_norm_eps = 1e-5 } }
F.kimi_k25_vision = { { "vision blocks", LN, "vt_hidden_size", 1e-5, "2*vt_num_hidden_layers + 1" },
  { "projector pre_norm", LN, "mm_hidden_size", "projector_ln_eps", 1 },
  default = { vt_hidden_size = 1152, vt_num_hidden_layers = 27, mm_hidden_size = "vt_hidden_size",
    projector_ln_eps = 1e-5 } }
-- each stage has its own width; where four patches are merged, a norm is four times as wide as the stage
F.swin = {
  { "blocks of stage $i", LN, "embed_dim*2^(i-1)", "layer_norm_eps", "2*item", each = "depths" },
  { "patch embeddings", LN, "embed_dim", 1e-5, 1 },
  { "patch merging after stage $i", LN, "4*embed_dim*2^(i-1)", 1e-5, "i < items and 1 or 0", each = "depths" },
  { "final", LN, "embed_dim*2^(len('depths')-1)", "layer_norm_eps", 1 },
  default = { embed_dim = 96, depths = { 2, 2, 6, 2 }, layer_norm_eps = 1e-5 } }
F["donut-swin"] = F.swin
F.clap_audio_model = {
  { "blocks of stage $i", LN, "patch_embeds_hidden_size*2^(i-1)", "layer_norm_eps", "2*item", each = "depths" },
  { "patch embeddings", LN, "patch_embeds_hidden_size", 1e-5, 1, when = "enable_patch_layer_norm" },
  { "patch merging after stage $i", LN, "4*patch_embeds_hidden_size*2^(i-1)", 1e-5, "i < items and 1 or 0",
    each = "depths" },
  { "final", LN, "patch_embeds_hidden_size*2^(len('depths')-1)", 1e-5, 1 },
  default = { patch_embeds_hidden_size = 96, depths = { 2, 2, 6, 2 }, layer_norm_eps = 1e-5,
    enable_patch_layer_norm = true } }
F.wav2vec2 = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  { "feature_projection", LN, "last('conv_dim')", "layer_norm_eps", 1, when = "feat_proj_layer_norm" },
  { "conv layer $i", LN, "item", 1e-5, 1, each = "conv_dim", when = "is('feat_extract_norm', 'layer')" },
  default = { hidden_size = 768, num_hidden_layers = 12, conv_dim = { 512, 512, 512, 512, 512, 512, 512 },
    feat_proj_layer_norm = true, layer_norm_eps = 1e-5 } }
each_name("hubert wavlm unispeech unispeech-sat", F.wav2vec2)

-- Models with nested configs ------------------------------------------------------------------------------------------
local TEXT_LLAMA, VISION_CLIP = { "text_config", "llama" }, { "vision_config", "clip_vision_model" }
local VISION_SIGLIP = { "vision_config", "siglip_vision_model" }
F.clip = { parts = { { "text_config", "clip_text_model" }, VISION_CLIP } }
F.chinese_clip = { parts = { { "text_config", "chinese_clip_text_model" }, VISION_CLIP } }
F.altclip = { parts = { { "text_config", "altclip_text_model" }, VISION_CLIP } }
F.siglip = { parts = { { "text_config", "siglip_text_model" }, VISION_SIGLIP } }
F.siglip2 = F.siglip
F.blip = { parts = { { "text_config", "blip_text_model" }, { "vision_config", "blip_vision_model" } } }
F.clap = { parts = { { "text_config", "clap_text_model" }, { "audio_config", "clap_audio_model" } } }
F.llava = { flat = "llama", parts = { TEXT_LLAMA, VISION_CLIP } }
each_name("llava_next llava_next_video llava_onevision video_llava vipllava", F.llava)
F.mistral3 = { { "multi_modal_projector.norm", RMS, "part('vision_config', 'hidden_size')",
    "part('text_config', 'rms_norm_eps')", 1, when = "has('vision_config')" },
  parts = { { "text_config", "mistral" }, { "vision_config", "pixtral" } } }
F.gemma3 = { { "multi_modal_projector.mm_soft_emb_norm", RMS1, "part('vision_config', 'hidden_size')",
    "part('vision_config', 'layer_norm_eps')", 1, when = "has('vision_config')" }, rounding = "once",
  flat = "gemma3_text", parts = { { "text_config", "gemma3_text" }, VISION_SIGLIP } }
F.paligemma = { parts = { { "text_config", "gemma" }, VISION_SIGLIP } }
F.gemma3n = { flat = "gemma3n_text", parts = { { "text_config", "gemma3n_text" },
  { "vision_config", skip = "a convolutional tower" }, { "audio_config", skip = "not in the table" } } }
F.gemma4 = { flat = "gemma4_text", parts = { { "text_config", "gemma4_text" }, { "vision_config", "gemma4_vision" },
  { "audio_config", "gemma4_audio" } } }
F.mllama = { flat = "mllama_text_model",
  parts = { { "text_config", "mllama_text_model" }, { "vision_config", "mllama_vision_model" } } }
F.llama4 = { flat = "llama4_text",
  parts = { { "text_config", "llama4_text" }, { "vision_config", "llama4_vision_model" } } }
local function qwen_vl(text, vision)
  return { flat = text, parts = { { "text_config", text }, { "vision_config", vision, fixed = true } } }
end
F.qwen2_vl = qwen_vl("qwen2", "qwen2_vl_vision")
F.qwen2_5_vl = qwen_vl("qwen2", "qwen2_5_vl_vision")
F.qwen3_vl = qwen_vl("qwen3", "qwen3_vl_vision")
F.qwen3_vl_moe = qwen_vl("qwen3_vl_moe_text", "qwen3_vl_vision")
F.qwen3_5 = qwen_vl("qwen3_next", "qwen3_5_vision")
F.qwen3_5_moe = F.qwen3_5
F.qwen3_5_vision = { F.qwen3_vl_vision[1], default = F.qwen3_vl_vision.default }
F.qwen2_vl_text, F.qwen2_5_vl_text = F.qwen2, F.qwen2
F.qwen2_audio = { parts = { { "text_config", "qwen2" }, { "audio_config", "qwen2_audio_encoder" } } }
each_name("qwen2_5_omni_audio_encoder qwen3_omni_moe_audio_encoder qwen3_asr_audio_encoder", F.qwen2_audio_encoder)
F.qwen2_5_omni_text = F.qwen2
F.qwen2_5_omni_talker = like(F.qwen2, { default = { hidden_size = 896, num_hidden_layers = 24 } })
F.qwen2_5_omni_thinker = { parts = { { "text_config", "qwen2_5_omni_text" },
  { "audio_config", "qwen2_5_omni_audio_encoder" }, { "vision_config", "qwen2_5_omni_vision_encoder" } } }
-- adaptive norms: scale and shift are computed from the time step; there is no gamma or beta
F.qwen2_5_omni_dit = { main(LN0, "hidden_size", 1e-6, "2*num_hidden_layers + 1"),
  default = { hidden_size = 1024, num_hidden_layers = 22 } }
F.qwen2_5_omni_token2wav = { parts = { { "dit_config", "qwen2_5_omni_dit" } } }
F.qwen2_5_omni = { parts = { { "thinker_config", "qwen2_5_omni_thinker" }, { "talker_config", "qwen2_5_omni_talker" },
  { "token2wav_config", "qwen2_5_omni_token2wav" } } }
F.qwen3_asr_thinker = { parts = { { "text_config", "qwen3" }, { "audio_config", "qwen3_asr_audio_encoder" } } }
F.qwen3_asr = { parts = { { "thinker_config", "qwen3_asr_thinker" } } }
F.internvl_chat = { { "mlp1", LN, "floor(part('vision_config', 'hidden_size')*(1/downsample_ratio)^2)", 1e-5, 1,
    when = "has('vision_config')" }, default = { downsample_ratio = 0.5 },
  parts = { { "llm_config", "llama" }, { "vision_config", "intern_vit_6b" } } }
F.minicpmv = like(F.llama, { { "resampler", LN, "hidden_size", 1e-6, 3, when = "has('vision_config')" },
  parts = { { "vision_config", "minicpmv_vision", fixed = true } } })
F.deepseek_vl_v2 = { parts = { { "language_config", "deepseek_v2" },
  { "vision_config", "deepseek_vl_v2_vision", fixed = true } } }
F.kimi_k25 = { parts = { { "text_config", "kimi_k2" }, { "vision_config", "kimi_k25_vision", fixed = true } } }
F.glm4v = { flat = "glm4v_text", parts = { { "text_config", "glm4v_text" },
  { "vision_config", "glm4v_vision", fixed = true } } }
F.git = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  { "visual_projection", LN, "hidden_size", "part('vision_config', 'layer_norm_eps')", 1,
    when = "has('vision_config')" },
  default = { hidden_size = 768, num_hidden_layers = 6, layer_norm_eps = 1e-12 },
  parts = { { "vision_config", "git_vision_model" } } }
F.vibevoice_diffusion_head = { { "blocks", RMS, "hidden_size", "rms_norm_eps", "head_layers" },
  { "final (no weight)", RMS0, "hidden_size", "rms_norm_eps", 1 },
  default = { hidden_size = 768, head_layers = 4, rms_norm_eps = 1e-5 } }
F.vibevoice = { { "connectors", RMS, "part('decoder_config', 'hidden_size')", 1e-6, 2,
    when = "has('decoder_config')" },
  parts = { { "decoder_config", "qwen2" }, { "diffusion_head_config", "vibevoice_diffusion_head" },
  { "acoustic_tokenizer_config", skip = "norms over the channels of convolutions" },
  { "semantic_tokenizer_config", skip = "norms over the channels of convolutions" } } }
F["vision-encoder-decoder"] = { parts = { { "encoder", "vit" }, { "decoder", "gpt2" } } }
F["encoder-decoder"] = { parts = { { "encoder", "bert" }, { "decoder", "bert" } } }
F["speech-encoder-decoder"] = { parts = { { "encoder", "wav2vec2" }, { "decoder", "bart" } } }

return F
