-- SPDX-License-Identifier: MIT
-- model/gguf.lua: finds the norm sites of a GGUF header.
--
-- The converters that write GGUF settle what a config.json leaves open: gamma holds the 1 of (1 + gamma), and the
-- tensors show widths, betas and counts. Which norm runs is decided by the graph that llama.cpp builds for the
-- architecture (src/models), or for the projector of a vision or audio tower (tools/mtmd/models). For an architecture
-- that is not listed here, the key that holds eps suggests the norm, and the result is a guess. If a file has no
-- tensors, because it holds a vocabulary alone, the entry of the model family decides.
local config = require "model.config"
local expressions = require "model.expressions"
local fail = require "fail"
local note_list = require "model.notes"
local spec_module = require "spec.spec"
local weights = require "model.weights"
local widths = require "model.widths"

-- general.architecture -> model_type, for those that differ
local TYPES = {
  gptneox = "gpt_neox", starcoder = "gpt_bigcode", phi2 = "phi", phimoe = "phimoe", ["command-r"] = "cohere",
  cohere2 = "cohere2", deepseek2 = "deepseek_v2", gemma3 = "gemma3_text", gemma3n = "gemma3n_text",
  gemma4 = "gemma4_text", qwen2moe = "qwen2_moe", qwen2vl = "qwen2", qwen3moe = "qwen3_moe", ["nomic-bert"] = "bert",
  ["jina-bert-v2"] = "bert", ["gpt-oss"] = "gpt_oss", t5encoder = "t5", ["bitnet-25"] = "bitnet", refact = "llama",
  minicpm3 = "minicpm3", chatglm = "chatglm", rwkv6 = "rwkv", exaone4 = "exaone4",
  granitemoe = "granitemoe", ["hunyuan-dense"] = "hunyuan_v1_dense",
  ["ernie4_5"] = "ernie4_5", smollm3 = "smollm3", modernbert = "modernbert", ["modern-bert"] = "modernbert",
}

local function words(text)
  local set = {}
  for word in text:gmatch("%S+") do set[word] = true end
  return set
end

-- The architectures whose graphs run LayerNorm, and those whose graphs run RMSNorm.
local LAYERNORM = words [[bert bloom codeshell cohere2 command-r dbrx falcon gpt2 gptneox gptj jais jais2 jina-bert-v2
  jina-bert-v3 modern-bert modernbert mpt nemotron nomic-bert nomic-bert-moe olmo orion phi2 rwkv6 rwkv7 stablelm
  starcoder starcoder2]]
local RMSNORM = words [[afmoe apertus arcee arctic arwkv7 baichuan bailingmoe bailingmoe2 bitnet bitnet-25 chameleon
  chatglm cogvlm deci deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 dflash dots1 dream eagle3 ernie4_5
  ernie4_5-moe eurobert exaone exaone-moe exaone4 falcon-h1 gemma gemma-embedding gemma2 gemma3 gemma3n gemma4
  gemma4-assistant glm-dsa glm4 glm4moe gpt-oss granite granitehybrid granitemoe grok grovemoe hunyuan-dense hunyuan-moe
  hunyuan_vl hy_v3 internlm2 jamba kimi-linear laguna
  lfm2 lfm2moe llada llada-moe llama llama-embed llama4 maincoder mamba mamba2 mellum mimo2 minicpm minicpm3 minimax-m2
  minimax-m3 mistral3 mistral4 nemotron_h nemotron_h_moe neo-bert olmo2 olmoe openelm paddleocr pangu-embedded phi3
  plamo plamo2 plamo3 plm qwen qwen2 qwen2moe qwen2vl qwen3 qwen35 qwen35moe qwen3moe qwen3next qwen3vl qwen3vlmoe
  refact rnd1 rwkv6qwen2 seed_oss smallthinker smollm3 step35 t5 t5encoder xverse]]

-- Norms of one architecture that differ from its others: a pattern of the tensor's name, the norm and its eps.
local EXCEPTIONS = {
  chameleon = { { "attn_[qk]_norm", "layernorm", 1e-5 } },
  deepseek32 = { { "indexer%.k_norm", "layernorm", 1e-6 } },
  ["glm-dsa"] = { { "indexer%.k_norm", "layernorm", 1e-6 } },
}

-- Norms that one architecture runs more often, or in fewer layers, than it has tensors: a pattern of the tensor's name,
-- and how often they run.
local RUNS = {
  gemma3n = { { "altup_router_norm", function(tensors) return 2 * tensors end },
    { "attn_k_norm", function(tensors) return math.min(tensors, 20) end } },
}

-- The norms of vision and audio towers by clip's projector: that of the tower's blocks, and further ones as above. eps
-- false stands for the file's. Where `blocks` has an eps, the graph has it fixed.
local RMS, LN = "rmsnorm", "layernorm"
local PROJECTORS = {
  pixtral = { RMS, { "^mm%.input_norm", RMS } }, lightonocr = { RMS, { "^mm%.input_norm", RMS } },
  ["qwen2.5vl_merger"] = { RMS }, exaone4_5 = { RMS },
  ["qwen2.5o"] = { RMS, { "^a%.", LN } },
  glm4v = { RMS, { "^mm%.post_norm", LN, 1e-5 } }, dots_ocr = { RMS, { "^mm%.input_norm", LN, 1e-6 } },
  mimovl = { RMS, { "post_ln", LN, 1e-6 } }, gemma3 = { LN, { "soft_emb_norm", RMS } }, gemma4v = { RMS },
  gemma4a = { RMS, { "conv1d", LN } }, gemma4uv = { LN },
  deepseekocr2 = { RMS, { "sam", LN, 1e-6 }, { "neck", LN, 1e-6 } },
  deepseekocr = { LN, { "sam", LN, 1e-6 }, { "neck", LN, 1e-6 } },
  internvl = { function(width, layers) return width == 3200 and layers == 45 and RMS or LN end,
    { "^mm%.", LN, 1e-5 } },
  nemotron_v2_vl = { LN, { "^mm%.", RMS, 1e-6 } }, youtuvl = { LN, { "^mm%.input_norm", RMS, 1e-6 } },
  hunyuanvl = { LN, { "^mm%.", RMS } }, hunyuanocr = { LN, { "^mm%.", RMS } },
  ultravox = { LN, { "^mm%.", RMS, 1e-6 } },
  kimivl = { LN, { "^mm%.", LN, 1e-5 } }, kimik25 = { LN }, lfm2 = { LN, { "^mm%.", LN, 1e-5 } },
  paddleocr = { LN, { "^mm%.", LN, 1e-5 } }, cogvlm = { LN, { "post_fc_norm", LN, 1e-5 } },
  lfm2a = { LN, { ".", LN, 1e-5 } }, granite_speech = { LN },
}
for word in pairs(words [[mlp mlp_norm ldp ldpv2 resampler adapter qwen2vl_merger qwen3vl_merger step3vl idefics3 qwen2a
  qwen3a glma voxtral meralion musicflamingo llama4 janus_pro phi4 minimax_m3 minicpmv4_6]]) do
  PROJECTORS[word] = { LN }
end

-- Norms that lngen does not list, by a pattern of their tensors.
local NOT_LISTED = {
  { "time_mix_ln", "a GroupNorm over heads" },
  { "^[va]%.blk%.%d+%.conv_norm", "a BatchNorm", words "lfm2a granite_speech" },
}

-- The tensors of stacks of blocks, and the keys that count the blocks.
local STACKS = { { "^blk%.(%d+)%.", "block_count" }, { "^enc%.blk%.(%d+)%.", "block_count" },
  { "^dec%.blk%.(%d+)%.", "decoder_block_count" }, { "^v%.blk%.(%d+)%.", "vision.block_count" },
  { "^a%.blk%.(%d+)%.", "audio.block_count" } }

local function number(keys, name)
  local v = keys[name]
  if type(v) == "table" then v = v[1] end
  return type(v) == "number" and v or nil
end

-- The keys of a config.json, and the keys of the header that hold the same, without the architecture before them.
local KEYS = {
  hidden_size = "embedding_length", num_hidden_layers = "block_count", intermediate_size = "feed_forward_length",
  num_attention_heads = "attention.head_count", num_key_value_heads = "attention.head_count_kv",
  head_dim = "attention.key_length", kv_lora_rank = "attention.kv_lora_rank", q_lora_rank = "attention.q_lora_rank",
  decoder_layers = "decoder_block_count", num_decoder_layers = "decoder_block_count",
}
local EPS_NAMES = words "rms_norm_eps layer_norm_eps layer_norm_epsilon layernorm_epsilon norm_eps norm_epsilon"
local EPS_KEYS = { "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon" }

-- The header as the keys of a config.json, under every name that an entry of a family may use; and what the file calls
-- each of them.
local function as_config(keys, arch, model_type)
  local doc = { model_type = model_type, dtype = "float32", kv_lora_rank = host.null, q_lora_rank = host.null,
    use_parallel_residual = keys[arch .. ".use_parallel_residual"] }
  local called = { model_type = "general.architecture" }
  for name, key in pairs(KEYS) do
    called[name] = arch .. "." .. key
    doc[name] = number(keys, called[name]) or doc[name]
  end
  local eps_key = arch .. "." .. (number(keys, arch .. "." .. EPS_KEYS[1]) and EPS_KEYS[1] or EPS_KEYS[2])
  for name in pairs(EPS_NAMES) do
    called[name] = eps_key
    doc[name] = number(keys, eps_key)
  end
  return doc, called
end

-- The eps that the file gives for a part of it: { rms =, ln = }; refuses what cannot be an eps.
local function eps_of(keys, path, prefix)
  local function of(name)
    local key = prefix .. "." .. name
    local eps = keys[key]
    if eps ~= nil and not expressions.is_eps(eps) then
      fail.input("%s: key '%s' is %s, expected %s", path, key,
        type(eps) == "number" and config.number(eps) or config.shown(eps), expressions.EPS)
    end
    return eps
  end
  return { rms = of(EPS_KEYS[1]), ln = of(EPS_KEYS[2]) }
end

local function exception(list, name, first)
  for i = first or 1, #(list or {}) do
    if name:find(list[i][1]) then return list[i] end
  end
end

-- How the norms of a vision or audio tower are settled.
local function settle_clip(keys, path, notes)
  local function tower(part)
    local prefix = "clip." .. part
    local projector = keys[prefix .. ".projector_type"] or keys["clip.projector_type"] or "mlp"
    return { eps = eps_of(keys, path, prefix), projector = projector, known = PROJECTORS[projector],
      width = number(keys, prefix .. ".embedding_length"), layers = number(keys, prefix .. ".block_count") }
  end
  local towers = { vision = tower "vision", audio = tower "audio" }
  if not (towers.vision.eps.ln or towers.vision.eps.rms) then towers.vision.eps = towers.audio.eps end
  return function(g)
    local t = g.part == "audio" and towers.audio or towers.vision
    if g.part == "text" and not keys["clip.has_vision_encoder"] and keys["clip.has_audio_encoder"] then
      t = towers.audio
    end
    local eps = t.eps.ln or t.eps.rms or 1e-6
    if not t.known then
      notes:add("projector %s is not known; the norms are a guess", config.shown(t.projector))
      return g.bias and LN or t.eps.rms and not t.eps.ln and RMS or LN, eps, true
    end
    local other = exception(t.known, g.name, 2)
    if other then return other[2], other[3] or eps end
    local op = t.known[1]
    if type(op) == "function" then op = op(t.width, t.layers) end
    -- LayerNorm without beta does not occur in the towers that are known to run it; RMSNorm has no beta
    local odd = op == RMS and g.bias
    if odd then notes:add("%s: RMSNorm with a beta; a guess", g.name) end
    return op, eps, odd or nil
  end
end

-- How the norms of a text model are settled.
local function settle_text(keys, path, arch, notes)
  local eps = eps_of(keys, path, arch)
  local known = LAYERNORM[arch] and LN or RMSNORM[arch] and RMS
  -- cohere2moe decides by the key that the file has
  if arch == "cohere2moe" then known = eps.rms and RMS or LN end
  if not known then
    notes:add("architecture %s is not known; the norms follow from the key that holds eps, which is a guess",
      config.shown(arch))
  end
  return function(g)
    local other = exception(EXCEPTIONS[arch], g.name)
    if other then return other[2], other[3] end
    if not known then
      local op = (g.bias or not eps.rms) and LN or RMS
      return op, op == RMS and eps.rms or eps.ln or eps.rms, true
    end
    local its = known == RMS and eps.rms or known == LN and eps.ln
    local guess
    if not its then
      its, guess = eps.rms or eps.ln, true
      notes:add("%s: the file has the eps of another norm than %s runs; a guess", g.name, arch)
    elseif known == RMS and g.bias then
      notes:add("%s: %s runs RMSNorm, but the norm has a beta; a guess", g.name, arch)
      guess = true
    end
    local further
    if g.role == "ssm" then
      further = { groups = g.heads and g.heads > 1 and g.heads or false, gain2d = false, heads = false,
        gated = (arch:find("qwen3") or arch:find("kimi")) and "silu" or "silu_before" }
      if arch == "kimi-linear" then further.gated = "sigmoid" end
    end
    return known, its, guess, further
  end
end

-- Norms without weights, which no tensor shows.
local function without_weights(keys, arch, sites, notes)
  local function of(name) return number(keys, arch .. "." .. name) end
  local rms, layers = of("attention.layer_norm_rms_epsilon"), of("block_count")
  local function add(site, width, count)
    if not (spec_module.is_width(width) and count > 0) then return end
    sites[#sites + 1] = { component = ".", site = site .. " (no weight)", op = RMS, affine = "none", width = width,
      eps = rms, dtype = "f32", count = count, rounding = "before_gain" }
  end
  if not rms or not layers then return end
  if keys[arch .. ".ssm.dt_b_c_rms"] == true then
    add("ssm dt", of("ssm.time_step_rank"), layers)
    add("ssm B,C", of("ssm.state_size"), 2 * layers)
  end
  if arch == "llama4" then
    notes:add "llama4: q and k are normalised without weights in models other than Maverick; not listed"
  elseif arch == "gemma3n" or arch == "gemma4" then
    notes:add("%s: v is normalised without weights; this norm is not listed", arch)
  elseif arch == "deepseek4" then
    notes:add "deepseek4: the norms of hyper-connections have no weights; they are not listed"
  end
end

-- Refuses sizes that are no numbers, tensors that stand twice and, in a model that lngen knows, norms that are not as
-- wide as the model.
local function check_tensors(header, path, arch)
  local keys = header.keys
  for _, name in ipairs { "embedding_length", "block_count", "vision.embedding_length", "vision.block_count",
    "audio.embedding_length", "audio.block_count" } do
    local key = arch .. "." .. name
    if keys[key] ~= nil and not number(keys, key) then
      fail.input("%s: key '%s' is %s, expected a number", path, key, config.shown(keys[key]))
    end
  end
  widths.refuse_twice(path, header.tensors)
  local key = arch .. ".embedding_length"
  local width = number(keys, key)
  if width and (LAYERNORM[arch] or RMSNORM[arch]) then widths.refuse_others(path, header.tensors, key, width) end
end

-- A function that says whether the norm of a module is not listed or not run, and a table that says why, by the names
-- of such modules.
local function left_out_of(keys, arch)
  local omitted = {}
  local projector = keys["clip.vision.projector_type"] or keys["clip.audio.projector_type"]
    or keys["clip.projector_type"]
  local blocks, unused = number(keys, arch .. ".block_count"), number(keys, arch .. ".nextn_predict_layers") or 0
  if blocks and unused >= blocks then unused = 0 end -- a model that does nothing else
  return function(module)
    for _, n in ipairs(NOT_LISTED) do
      if module:find(n[1]) and (not n[3] or n[3][projector]) then
        local name = module:gsub("%.%d+%.", ".#.")
        omitted[name] = omitted[name] or n[2] .. ", which lngen does not list"
        return true
      end
    end
    local block = tonumber(module:match("^blk%.(%d+)%."))
    if module:find("%.nextn%.") or block and unused > 0 and blocks and block >= blocks - unused then
      omitted[("block %s"):format(module:match("^blk%.(%d+)") or module)] = "predicts further tokens and is not run"
      return true
    end
    for _, stack in ipairs(STACKS) do
      local its, key = tonumber(module:match(stack[1])), arch .. "." .. stack[2]
      local count = its and number(keys, key)
      if count and its >= count then
        omitted[module:match("^(.-)%.%d") .. ".#"] =
          ("key '%s' is %s; blocks with other numbers are not run"):format(key, count)
        return true
      end
    end
  end, omitted
end

-- The groups of norms that the tensors show, each with how often its norm runs.
local function groups_of(header, path, arch, notes)
  local keys = header.keys
  local left_out, omitted = left_out_of(keys, arch)
  local groups, odd = weights.groups(header.tensors, true, left_out)
  local names = {}
  for name in pairs(omitted) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do notes:add("%s: %s", name, omitted[name]) end
  weights.name_left_out(groups, odd, path, notes)
  weights.name_some_betas(groups, notes)
  widths.remark(groups, arch, function(key) return number(keys, key) end, notes)
  for _, g in ipairs(groups) do
    local runs = exception(RUNS[arch], g.name)
    if runs then g.count = runs[2](g.count) end
  end
  return groups
end

-- The sites by the entry of the model family, for a file whose tensors show none.
local function sites_of_family(header, path, arch, eps, options, notes)
  local families = require "model.families"
  local model_type = TYPES[arch] or families[arch] and arch
  local doc, called = as_config(header.keys, arch, model_type or arch)
  if not doc.hidden_size then
    fail.input("%s: key '%s' is missing; %s", path, called.hidden_size, config.BY_HAND)
  end
  if not model_type then
    -- keep only the key that the file has, so that the guess follows from it
    if eps.rms then doc.layer_norm_eps = nil else doc.rms_norm_eps = nil end
    if not eps.rms and not eps.ln then doc.layer_norm_eps = nil end
    doc.layer_norm_epsilon, doc.layernorm_epsilon, doc.norm_eps, doc.norm_epsilon = nil, nil, nil, nil
  end
  local sites, more = config.sites(doc, path, options, called)
  notes:add(header.count == 0 and "no tensors in the file; gamma and beta as usual for %s"
    or "no norm tensors in the file; norms as usual for %s", arch)
  notes:append(more)
  for _, site in ipairs(sites) do
    site.affine = site.affine:gsub("1$", "")
  end
  return sites
end

local gguf = {}

-- gguf.sites(path, options) -> sites, notes, left, which is empty: notes name what is not listed of a GGUF file
function gguf.sites(path, options)
  local header, why, io = host.gguf(path)
  if not header then (io and fail.io or fail.input)("%s", why) end
  local keys, notes = header.keys, note_list.new()
  local arch = keys["general.architecture"]
  if type(arch) ~= "string" then
    fail.input("%s: key 'general.architecture' is %s, expected text", path,
      arch == nil and "missing" or config.shown(arch))
  end
  local shards = number(keys, "split.count")
  if shards and shards > 1 then
    notes:add("one of %d shards; norms in the others are not counted", shards)
  end
  check_tensors(header, path, arch)
  local groups = groups_of(header, path, arch, notes)
  local eps = eps_of(keys, path, arch)
  if #groups > 0 and (arch == "clip" or eps.rms or eps.ln) then
    local settle = arch == "clip" and settle_clip(keys, path, notes) or settle_text(keys, path, arch, notes)
    local sites = weights.sites(groups, settle)
    if arch ~= "clip" then without_weights(keys, arch, sites, notes) end
    if #sites > 0 then return sites, notes, {} end
  end
  return sites_of_family(header, path, arch, eps, options, notes), notes, {}
end

return gguf
