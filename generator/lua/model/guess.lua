-- SPDX-License-Identifier: MIT
-- model/guess.lua: makes an entry from usual keys, for a model type that has none. All that follows is a guess.
local expressions = require "model.expressions"
local family = require "model.family"

local has, shown, called = expressions.has, expressions.shown, expressions.called

local guess = {}

local WIDTH_KEYS = { "hidden_size", "n_embd", "d_model", "dim", "embed_dim", "n_embed", "hidden_dim", "model_dim",
  "width", "emb_dim", "embedding_dim", "embedding_size", "decoder_dim" }
local LAYER_KEYS = { "num_hidden_layers", "n_layer", "num_layers", "n_layers", "depth", "layers", "encoder_layers",
  "num_transformer_layers", "num_blocks", "n_blocks", "decoder_layers", "num_layer" }
-- The key that holds eps, and the norm that it suggests by itself; "" where other keys must tell.
local EPS_KEYS = {
  { "rms_norm_eps", "rmsnorm" }, { "rmsnorm_eps", "rmsnorm" }, { "rms_norm_epsilon", "rmsnorm" },
  { "rms_eps", "rmsnorm" }, { "layer_norm_eps", "layernorm" }, { "layer_norm_epsilon", "layernorm" },
  { "layernorm_epsilon", "layernorm" }, { "layernorm_eps", "layernorm" }, { "layer_norm_eps_final", "layernorm" },
  { "norm_epsilon", "" }, { "norm_eps", "" }, { "layer_norm_epsilon_final", "layernorm" }, { "eps", "" },
}
-- Words in the name of a model type or class that tell the norm, more surely than the name of a key does.
local NAMES = {
  { "speecht5", "layernorm" },
  { "rwkv", "layernorm" }, { "bert", "layernorm" }, { "whisper", "layernorm" }, { "clip", "layernorm" },
  { "siglip", "layernorm" }, { "wav2vec", "layernorm" }, { "hubert", "layernorm" }, { "conformer", "layernorm" },
  { "swin", "layernorm" }, { "convnext", "layernorm" }, { "dino", "layernorm" }, { "gpt2", "layernorm" },
  { "opt", "layernorm" }, { "bart", "layernorm" }, { "vit", "layernorm" }, { "detr", "layernorm" },
  { "llama", "rmsnorm" }, { "qwen", "rmsnorm" }, { "mistral", "rmsnorm" }, { "mamba", "rmsnorm" },
  { "gemma", "rmsnorm" }, { "deepseek", "rmsnorm" }, { "t5", "rmsnorm" }, { "moe", "rmsnorm" },
}
local TYPE_KEYS = { "norm_type", "layer_norm_type", "normalization_type", "normalization", "normalization_layer_name",
  "norm", "layernorm_type", "norm_class" }

local function first_key(doc, keys)
  for _, key in ipairs(keys) do
    if has(doc[key]) then return key end
  end
end

function guess.width_key(doc) return first_key(doc, WIDTH_KEYS) end
function guess.layers_key(doc) return first_key(doc, LAYER_KEYS) end

function guess.eps_key(doc)
  for _, k in ipairs(EPS_KEYS) do
    if has(doc[k[1]]) then return k[1], k[2] end
  end
end

-- The norm that keys other than eps tell: "rmsnorm" or "layernorm", and the reason; or nil.
local function other_evidence(doc, type_name, by_eps)
  for _, key in ipairs(TYPE_KEYS) do
    local v = doc[key]
    if type(v) == "string" then
      local word = v:lower()
      if word:find("rms") then return "rmsnorm", ("'%s' is %s"):format(key, shown(v)) end
      if word:find("layer") or word == "ln" then return "layernorm", ("'%s' is %s"):format(key, shown(v)) end
    end
  end
  for _, key in ipairs { "use_rms_norm", "use_rmsnorm", "rms_norm", "rmsnorm" } do
    if doc[key] == true then return "rmsnorm", ("'%s' is true"):format(key) end
    if doc[key] == false then return "layernorm", ("'%s' is false"):format(key) end
  end
  if by_eps == "rmsnorm" then return nil end
  if doc.norm_bias == true or doc.layer_norm_bias == true then return "layernorm", "the norm has a beta" end
  local names = { type_name or "" }
  if has(doc.architectures) then names[2] = doc.architectures[1] end
  for _, name in ipairs(names) do
    for _, n in ipairs(NAMES) do
      if type(name) == "string" and name:lower():find(n[1], 1, true) then
        return n[2], ("%s is like %s"):format(shown(name), n[1])
      end
    end
  end
  if by_eps == "" and (has(doc.num_key_value_heads) or has(doc.rope_theta) or has(doc.n_kv_heads)) then
    return "rmsnorm", "the keys are those of models like Llama"
  end
end

-- Further sites that keys show: norms of latent q and kv, of heads, and of an indexer.
local function further(rows, doc, kind, eps)
  local layers = guess.layers_key(doc)
  if not layers then return end
  local function add(site, norm, width, its_eps, count)
    rows[#rows + 1] = { site = site, norm = norm, width = width, eps = its_eps, count = count }
  end
  if has(doc.kv_lora_rank) then add("kv_a_layernorm", kind, "kv_lora_rank", 1e-6, layers) end
  if has(doc.q_lora_rank) then add("q_a_layernorm", kind, "q_lora_rank", 1e-6, layers) end
  if has(doc.index_head_dim) then add("indexer.k_norm", family.LN, "index_head_dim", 1e-6, layers) end
  rows[#rows + 1] = guess.heads(doc, kind, eps)
end

-- Keys that say whether there are norms of the heads of q and k.
guess.HEAD_KEYS = { "use_qk_norm", "qk_norm", "qk_layernorm", "use_qk_layernorm", "normalize_qk_projections" }

-- The norms of the heads of q and k, where a key says that there are any.
function guess.heads(doc, kind, eps)
  local layers = guess.layers_key(doc)
  for _, key in ipairs(guess.HEAD_KEYS) do
    if doc[key] == true and layers then
      local heads = first_key(doc, { "num_attention_heads", "n_heads", "n_head", "num_heads" })
      local width = first_key(doc, { "head_dim" }) or heads and guess.width_key(doc)
        and guess.width_key(doc) .. "//" .. heads
      return width and { site = "q_norm,k_norm (per head)", norm = kind, width = width, eps = eps,
        count = "2*" .. layers, guess = true } or nil
    end
  end
end

-- guess.entry(run, doc, where, type_name) -> an entry, or nil and the reason why there is none.
function guess.entry(run, doc, where, type_name)
  local what = type_name and ("%s %s is not known"):format(called(run, "model_type"), shown(type_name))
    or "no model_type"
  if type(doc._class_name) == "string" and not type_name then
    what = ("class %s is not known"):format(shown(doc._class_name))
  elseif type(doc.architecture) == "string" then
    what = ("architecture %s is not known"):format(shown(doc.architecture))
  end
  local width = guess.width_key(doc)
  if not width then return nil, what .. " and no key gives a width" end
  if type(doc.norm_type) == "string" and doc.norm_type:lower():find("batch") then
    return nil, ("%s; 'norm_type' is %s, which lngen cannot make"):format(what, shown(doc.norm_type))
  end
  local eps, op = guess.eps_key(doc)
  local other, why = other_evidence(doc, type_name, op)
  if other then op = other end
  if eps and op == "" then op = "rmsnorm" end
  if not eps and not other then
    return nil, ("%s; width %s from '%s', but no key tells the norm"):format(what, shown(doc[width]),
      where .. called(run, width))
  end
  local kind = op == "rmsnorm" and family.RMS or (doc.norm_bias == false or doc.layer_norm_bias == false) and family.LNW
    or family.LN
  run.notes:add("%s%s; a guess: %s from %s, width from '%s'", where, what, op,
    other and why or ("'%s'"):format(called(run, eps)), where .. called(run, width))
  if not eps then eps = op == "layernorm" and 1e-5 or 1e-6 end
  local layers = guess.layers_key(doc)
  if not layers then run.notes:on("count", "%scount: not known; 1 means at least one", where) end
  local rows = { { site = family.MAIN, norm = kind, width = width, eps = eps,
    count = layers and "2*" .. layers .. " + 1" or 1 } }
  further(rows, doc, kind, eps)
  return rows
end

return guess
