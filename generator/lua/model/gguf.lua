-- model/gguf.lua: finds the norm sites of a GGUF header.
--
-- The converters that write GGUF settle what a config.json leaves open: gamma holds the 1 of (1 + gamma), and one of
-- two keys holds eps, which shows the norm. Only the tensors show whether there is a beta. If a file has none, because
-- it holds a vocabulary alone, the entry of the model family in families.lua decides.
local config = require "model.config"
local fail = require "fail"
local weights = require "model.weights"

-- general.architecture -> model_type, for those that differ
local TYPES = {
  gptneox = "gpt_neox", starcoder = "gpt_bigcode", phi2 = "phi", phimoe = "phimoe", ["command-r"] = "cohere",
  cohere2 = "cohere2", deepseek2 = "deepseek_v2", gemma3 = "gemma3_text", gemma3n = "gemma3n_text",
  gemma4 = "gemma4_text", qwen2moe = "qwen2_moe", qwen2vl = "qwen2", qwen3moe = "qwen3_moe", ["nomic-bert"] = "bert",
  ["jina-bert-v2"] = "bert", ["gpt-oss"] = "gpt_oss", t5encoder = "t5", ["bitnet-25"] = "bitnet", refact = "llama",
  minicpm3 = "minicpm3", chatglm = "chatglm", rwkv6 = "rwkv", ["falcon-h1"] = "llama", exaone4 = "exaone4",
  granitehybrid = "granite", granitemoe = "granitemoe", ["hunyuan-dense"] = "hunyuan_v1_dense", arctic = "llama",
  ["ernie4_5"] = "ernie4_5", smollm3 = "smollm3", modernbert = "modernbert", ["modern-bert"] = "modernbert",
}

local function number(keys, name)
  local v = keys[name]
  if type(v) == "table" then v = v[1] end
  return type(v) == "number" and v or nil
end

-- The header as the keys of a config.json, under every name that an entry of families.lua may use.
local function as_config(keys, arch, model_type)
  local function of(name) return number(keys, arch .. "." .. name) end
  local rms, ln = of("attention.layer_norm_rms_epsilon"), of("attention.layer_norm_epsilon")
  local eps = rms or ln
  return {
    model_type = model_type, hidden_size = of("embedding_length"), num_hidden_layers = of("block_count"),
    num_attention_heads = of("attention.head_count"), num_key_value_heads = of("attention.head_count_kv"),
    head_dim = of("attention.key_length"), intermediate_size = of("feed_forward_length"),
    kv_lora_rank = of("attention.kv_lora_rank") or host.null, q_lora_rank = of("attention.q_lora_rank") or host.null,
    rms_norm_eps = eps, layer_norm_eps = eps, layer_norm_epsilon = eps, layernorm_epsilon = eps, norm_eps = eps,
    norm_epsilon = eps, use_parallel_residual = keys[arch .. ".use_parallel_residual"], dtype = "float32",
    decoder_layers = of("decoder_block_count"), num_decoder_layers = of("decoder_block_count"),
    layer_norm_type = rms and "rms" or nil,
  }
end

-- gguf.sites(path, options) -> sites, notes
local function sites_of(path, options)
  local header, why, io = host.gguf(path)
  if not header then (io and fail.io or fail.input)("%s", why) end
  local keys, notes = header.keys, {}
  local arch = keys["general.architecture"]
  if type(arch) ~= "string" then
    fail.input("%s: key 'general.architecture' is %s, expected text", path,
      arch == nil and "missing" or config.shown(arch))
  end
  local shards = number(keys, "split.count")
  if shards and shards > 1 then
    notes[#notes + 1] = ("one of %d shards; norms in the others are not counted"):format(shards)
  end
  local groups = weights.groups(header.tensors, true)
  local prefix = arch
  for _, sub in ipairs { arch, arch .. ".vision", arch .. ".audio" } do
    if number(keys, sub .. ".attention.layer_norm_rms_epsilon") or number(keys, sub .. ".attention.layer_norm_epsilon")
    then
      prefix = sub
      break
    end
  end
  local rms = number(keys, prefix .. ".attention.layer_norm_rms_epsilon")
  local ln = number(keys, prefix .. ".attention.layer_norm_epsilon")
  for _, eps in ipairs { rms or 0, ln or 0 } do
    if not (eps >= 0 and eps < 1) then
      fail.input("%s: key '%s.attention.layer_norm_%sepsilon' is %s, expected a number from 0 to 1", path, prefix,
        eps == rms and "rms_" or "", tostring(eps))
    end
  end
  if #groups > 0 and (rms or ln) then
    local sites = weights.sites(groups, function(g)
      if g.bias or not rms then return "layernorm", ln or rms end
      return "rmsnorm", rms
    end)
    if #sites > 0 then return sites, notes end
  end
  local families = require "model.families"
  local model_type = TYPES[arch] or families[arch] and arch
  local doc = as_config(keys, arch, model_type or arch)
  if not doc.hidden_size then
    fail.input("%s: key '%s.embedding_length' is missing; %s", path, arch, config.BY_HAND)
  end
  if not model_type then
    -- keep only the key that the file has, so that the guess follows from it
    if rms then doc.layer_norm_eps = nil else doc.rms_norm_eps = nil end
    if not rms and not ln then doc.layer_norm_eps = nil end
    doc.layer_norm_epsilon, doc.layernorm_epsilon, doc.norm_eps, doc.norm_epsilon = nil, nil, nil, nil
  end
  local sites, more = config.sites(doc, path, options)
  notes[#notes + 1] = header.count == 0 and "no tensors in the file; gamma and beta as usual for " .. arch
    or "no norm tensors in the file; norms as usual for " .. arch
  for _, text in ipairs(more) do
    notes[#notes + 1] = text
  end
  for _, site in ipairs(sites) do
    site.affine = site.affine:gsub("1$", "")
  end
  return sites, notes
end

return { sites = sites_of }
