-- families.lua: model_type -> the norms of that model.
--
-- An entry lists its norm sites, one a row:
--
--   { site, kind, width, eps, count, when = ..., ... }
--
-- kind   "op affine"; affine is full, gamma, gamma1 ((1 + gamma)) or none; "layernorm full plus" is (1 + gamma) and beta
-- width, eps, count
--        numbers, or Lua expressions over the keys of the config; a plain number for eps means the code has it fixed.
--        count is how often such a norm runs in one forward pass of the whole model
-- when   the row stands only if this holds
-- each   the row stands once for each element of that list, as `item`, numbered `i` of `items`
-- gated  "silu": the result (or x, "silu_before") is multiplied by an activation of a second input
-- heads  the gain is [heads, width], one gain a head (gain2d)
-- groups every group of `width` elements is normalised by itself under one flat gain
-- rounding, of a row or the entry, matters for bf16 and f16:
--        "before_gain" the normalised value is rounded to the type of x, then multiplied by gamma (usual for RMSNorm)
--        "once"        gamma is applied in f32 and the result rounded once (usual for LayerNorm)
--        "promoted"    x is never rounded before gamma; rounded to gamma's type first if that is 16 bits wide (T5)
--
-- default  what the architecture takes when the file is silent: number, or expression
-- alias    another name the key goes by;  ignores: keys that look as if they mattered, and do not
-- parts    nested configs: { key, type when the part does not say, fixed = true when what it says is not used }
-- flat     the type to read the file itself as, when the first part is absent
--
-- A new family is one entry. Functions expressions may call are the helpers of model/config.lua.
local LN, LNW, LN0 = "layernorm full", "layernorm gamma", "layernorm none"
local RMS, RMS1, RMS0 = "rmsnorm gamma", "rmsnorm gamma1", "rmsnorm none"

local F = {}

-- A copy of `entry` with `changes` laid over it; rows of `changes` come after those of `entry`, defaults are merged.
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

-- GPT-2 and its kin: LayerNorm, gamma and beta ------------------------------------------------------------------------
F.gpt2 = { main(LN, "n_embd", "layer_norm_epsilon", "n_layer*(add_cross_attention and 3 or 2) + 1"),
  default = { n_embd = 768, n_layer = 12, layer_norm_epsilon = 1e-5, add_cross_attention = false } }
F.gpt_bigcode = F.gpt2
F.gpt_neo = { main(LN, "hidden_size", "layer_norm_epsilon", "2*num_layers + 1"),
  default = { hidden_size = 2048, num_layers = 24, layer_norm_epsilon = 1e-5 } }
F.gptj = { main(LN, "n_embd", "layer_norm_epsilon", "n_layer + 1"),
  default = { n_embd = 4096, n_layer = 28, layer_norm_epsilon = 1e-5 } }
F.codegen = F.gptj
F.gpt_neox = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 6144, num_hidden_layers = 44, layer_norm_eps = 1e-5 } }
F.opt = {
  main(LN, "hidden_size", 1e-5, "2*num_hidden_layers + (do_layer_norm_before and not _remove_final_layer_norm and 1 or 0)",
    { when = "layer_norm_elementwise_affine" }),
  main(LN0, "hidden_size", 1e-5, "2*num_hidden_layers + (do_layer_norm_before and not _remove_final_layer_norm and 1 or 0)",
    { when = "not layer_norm_elementwise_affine" }),
  default = { hidden_size = 768, num_hidden_layers = 12, do_layer_norm_before = true,
    _remove_final_layer_norm = false, layer_norm_elementwise_affine = true } }

-- BERT and its kin: post-norm, a norm of the embeddings ----------------------------------------------------------------
F.bert = { main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1 + head('MaskedLM', 'PreTraining')"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.roberta = F.bert
for _, name in ipairs { "xlm-roberta", "camembert", "ernie", "dpr", "mpnet" } do F[name] = F.bert end

-- Llama and its kin: RMSNorm, gamma, two a layer and one after the last ------------------------------------------------
F.llama = { main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, num_attention_heads = 32, rms_norm_eps = 1e-6,
    head_dim = HEAD_DIM } }
for _, name in ipairs { "mistral", "qwen2", "qwen2_moe", "yi", "Yi", "internlm", "internlm2", "internlm3", "baichuan",
  "xverse", "granite", "aquila", "deepseek", "minicpm", "phi3" } do
  F[name] = F.llama
end
F.mixtral = like(F.llama, { default = { rms_norm_eps = 1e-5 } })

-- Gemma: (1 + gamma) ---------------------------------------------------------------------------------------------------
F.gemma = { main(RMS1, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"), rounding = "once",
  default = { hidden_size = 3072, num_hidden_layers = 28, head_dim = 256, rms_norm_eps = 1e-6 } }
F.gemma2 = { main(RMS1, "hidden_size", "rms_norm_eps", "4*num_hidden_layers + 1"), rounding = "once",
  default = { hidden_size = 2304, num_hidden_layers = 26, head_dim = 256, rms_norm_eps = 1e-6 } }

return F
