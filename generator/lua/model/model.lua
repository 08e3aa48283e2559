-- SPDX-License-Identifier: MIT
-- model.lua: finds the norms that a model needs, from the model's files or its name.
--
--   sites, notes, left = model.sites(path, options)   config.json, .gguf, .safetensors, an index, a directory
--   sites, notes, left = model.named(name)            a well-known model, without a file
--   names              = model.list(pattern)          the well-known names, in order
--
-- sites: a list of { component, site, op, affine, width, eps, dtype, count, guess, gain2d, heads, rounding, gated,
-- modulated, groups, gain_dtype }; family.lua and docs/models.md say what these mean. notes: a list (see notes.lua)
-- that says where values come from that no file gives. left: lines that name the parts whose norms are not among the
-- sites.
-- options.gguf says that the file is a GGUF file. Errors are raised through fail.lua.
local config = require "model.config"
local expressions = require "model.expressions"
local fail = require "fail"
local input = require "input"
local note_list = require "model.notes"
local spellings = require "spellings"

-- Loaded only when needed: most calls read one kind of file, and for a small file compiling Lua takes most of the time.
local function gguf_sites(...) return require("model.gguf").sites(...) end
local function weights() return require "model.weights" end

local model = {}

local LFS = "version https://git-lfs.github.com/spec/"
local EXPECTED = "expected config.json, GGUF, safetensors or an index of shards"

local function refuse_pointer(path, text)
  if text:sub(1, #LFS) == LFS then
    fail.input("%s: a git-LFS pointer, not the file itself; run 'git lfs pull' first", path)
  end
end

local function parse_config(path, options)
  local text, why = input.read(path, input.CONFIG_LIMIT)
  if not text then
    if why:find("larger than", 1, true) then fail.input("%s: larger than 4 MB, %s", path, EXPECTED) end
    fail.io("%s", why)
  end
  refuse_pointer(path, text)
  if text:sub(1, 4) == "GGUF" or options and options.gguf and host.exists(path) ~= "file" then
    fail.input("%s: GGUF is read from a file only, not from a pipe; save it to a file", path)
  end
  if not text:find("^\xff\xfe") and not text:find("^\xfe\xff") and text:find("\0", 1, true) then
    fail.input("%s: not text; %s", path, EXPECTED)
  end
  local doc, remarks = host.json(text)
  if doc == nil then fail.input("%s: %s", path, remarks) end
  return doc, remarks
end

local function basename(path) return path:match("([^/]*)$") end

local function from_config(path, options)
  local doc, remarks = parse_config(path, options)
  local sites, notes, left
  if basename(path) == "model_index.json" then
    sites, notes, left = require("model.folders").pipeline(path, doc, options, model.sites)
  elseif basename(path) == "modules.json" then
    sites, notes, left = require("model.folders").modules(path, doc, options, model.sites)
  else
    sites, notes, left = config.sites(doc, path, options)
  end
  local all = note_list.new()
  for _, remark in ipairs(remarks) do all:add("%s: %s", path, remark) end
  all:append(notes)
  return sites, all, left, doc
end

local function reader(result, why, io)
  if not result then (io and fail.io or fail.input)("%s", why) end
  return result
end

local function directory_of(path) return path:match("^(.*)/[^/]*$") or "." end

-- The tensors of norms in all shards that an index names and that lie beside it.
local function indexed_tensors(path, notes)
  local index = reader(host.index(path))
  local files, seen, tensors, missing = {}, {}, {}, 0
  for _, t in ipairs(index.tensors) do
    if not seen[t.file] then
      seen[t.file] = true
      files[#files + 1] = t.file
    end
  end
  for _, file in ipairs(files) do
    local shard = directory_of(path) .. "/" .. file
    if host.exists(shard) == "file" and (host.head(shard, #LFS) or "") ~= LFS then
      for _, t in ipairs(reader(host.safetensors(shard)).tensors) do tensors[#tensors + 1] = t end
    else
      missing = missing + 1
    end
  end
  if missing > 0 then
    notes:add("%s: %d of %d shards with norms are not here", path, missing, #files)
  end
  return tensors
end

local function shard_tensors(path, notes)
  local file = reader(host.safetensors(path))
  if file.cut then notes:add("%s: longer or shorter than its header says", path) end
  return file.tensors
end

-- The file beside the weights that describes the model.
local function described_by(path)
  for _, name in ipairs { "config.json", "params.json" } do
    local beside = directory_of(path) .. "/" .. name
    if host.exists(beside) == "file" then return beside end
  end
end

-- Which norms in the weights are not run: those of layers beyond the number in the config, and of modules that predict
-- further tokens.
local function not_run(doc, notes)
  local text = type(doc.text_config) == "table" and doc.text_config or doc
  local layers = text.num_hidden_layers
  return function(module)
    local layer = tonumber(module:match("^model%.layers%.(%d+)%.") or module:match("language_model%.layers%.(%d+)%."))
    if module:find("%f[%a]mtp%f[%A]") or math.type(layers) == "integer" and layer and layer >= layers then
      local name = module:find("%f[%a]mtp%f[%A]") and "mtp" or "layer " .. layer
      notes:add("%s: weights that predict further tokens, which are not run", name)
      return true
    end
  end
end

-- The sites that the weights show, together with the config beside them if there is one.
local function from_weights(path, tensors, notes, options)
  local beside = described_by(path)
  if beside then
    local sites, more, left, doc = from_config(beside, options)
    local groups, odd = weights().groups(tensors, false, not_run(doc, notes))
    more:append(notes)
    weights().name_left_out(groups, odd, path, more)
    if #groups > 0 then weights().correct(sites, groups, path, more) end
    return sites, more, left
  end
  local groups, odd = weights().groups(tensors, false)
  weights().name_left_out(groups, odd, path, notes)
  weights().name_some_betas(groups, notes)
  local sites = weights().sites(groups, function(g)
    if g.bias then return "layernorm", 1e-5 end
    return "rmsnorm", 1e-6, true
  end)
  if #sites == 0 then fail.input("%s: no weights of norms; %s", path, config.BY_HAND) end
  notes:on("eps", "eps: not in the weights; 1e-05 for LayerNorm and 1e-06 for RMSNorm assumed")
  for _, site in ipairs(sites) do
    if site.guess then
      notes:add "rmsnorm is a guess for norms without beta; a config.json beside the weights would settle it"
      break
    end
  end
  return sites, notes, {}
end

local function only_one(path, names, what)
  if #names > 1 then
    fail.input("%s: holds %d %s files, %s and %s among them; name one", path, #names, what, names[1], names[2])
  end
  return path .. "/" .. names[1]
end

local from_file

local function from_directory(path, options)
  options = options or {}
  local names, why = host.list(path)
  if not names then fail.io("%s", why) end
  table.sort(names)
  local has, ggufs, tensors = {}, {}, {}
  for _, name in ipairs(names) do
    has[name] = true
    if name:find("%.gguf$") and not (name:find("%-%d+%-of%-%d+%.gguf$") and not name:find("%-0*1%-of%-")) then
      ggufs[#ggufs + 1] = name
    end
    if name:find("%.safetensors$") then tensors[#tensors + 1] = name end
  end
  if has["model_index.json"] then return from_config(path .. "/model_index.json", options) end
  -- inside the folder that modules.json describes, the model itself stands
  if has["modules.json"] and not options.inside then return from_config(path .. "/modules.json", options) end
  local index
  for _, name in ipairs { "model.safetensors.index.json", "diffusion_pytorch_model.safetensors.index.json",
    "consolidated.safetensors.index.json" } do
    index = index or has[name] and name
  end
  if index then return from_file(path .. "/" .. index, options) end
  if #tensors > 0 then
    local notes, all = note_list.new(), {}
    for _, name in ipairs(tensors) do
      local file = path .. "/" .. name
      if (host.head(file, #LFS) or "") == LFS then
        notes:add("%s: a git-LFS pointer, not weights; it is ignored", file)
      else
        for _, t in ipairs(shard_tensors(file, notes)) do all[#all + 1] = t end
      end
    end
    return from_weights(path .. "/" .. (#tensors == 1 and tensors[1] or "*.safetensors"), all, notes, options)
  end
  for _, name in ipairs { "config.json", "params.json" } do
    if has[name] then return from_config(path .. "/" .. name, options) end
  end
  if #ggufs > 0 then return gguf_sites(only_one(path, ggufs, "GGUF"), options) end
  for _, name in ipairs { "0_Transformer", "0_CLIPModel", "transformer" } do
    if host.exists(path .. "/" .. name .. "/config.json") == "file" then
      return from_config(path .. "/" .. name .. "/config.json", options)
    end
  end
  fail.input("%s: no config.json, GGUF or safetensors file in this directory", path)
end

function from_file(path, options)
  local kind = host.exists(path)
  if kind == "directory" then return from_directory((path:gsub("(.)/+$", "%1")), options) end
  if kind ~= "file" then return from_config(path, options) end -- a pipe can be read only once: take it as a config
  local head, why = host.head(path, 64)
  if not head then fail.io("%s", why) end
  refuse_pointer(path, head)
  local magic = head:sub(1, 4)
  if magic == "GGUF" or path:find("%.gguf$") or options and options.gguf then return gguf_sites(path, options) end
  local notes, llama2c = note_list.new(), path:find("%.bin$") and require "model.llama2c"
  local has_tensors = #head > 8 and head:sub(9, 9) == "{" and head:sub(5, 8) == "\0\0\0\0"
  -- the length of a header of safetensors, and the width of a checkpoint, may begin with \x80, too
  if not has_tensors and llama2c and llama2c.is(head) then return llama2c.sites(path, head) end
  if magic == "PK\3\4" or head:sub(1, 1) == "\x80" and not has_tensors then
    fail.input("%s: a PyTorch file, whose header is code; %s", path, EXPECTED)
  end
  if has_tensors or path:find("%.safetensors$") then
    return from_weights(path, shard_tensors(path, notes), notes, options)
  end
  if llama2c then
    fail.input("%s: no checkpoint of llama2.c, whose .bin files alone are read; %s", path, EXPECTED)
  end
  if path:find("%.index%.json$") then return from_weights(path, indexed_tensors(path, notes), notes, options) end
  return from_config(path, options)
end

-- Names the sites whose eps is 0 in a float: that has a meaning, but hardly any model means it.
local function remark_on_eps(sites, notes)
  for _, site in ipairs(sites) do
    if ("f"):unpack(("f"):pack(site.eps)) == 0 then
      notes:add("%s%s: eps %s is 0 in a float, in which kernels take it; models have 1e-12 or more",
        expressions.prefix(site.component), site.site, config.number(site.eps))
    end
  end
end

function model.sites(path, options)
  local kind, problem = host.exists(path)
  if not kind then fail.io("%s", problem) end
  local sites, notes, left = from_file(path, options)
  remark_on_eps(sites, notes)
  return sites, notes, left
end

local function known() return require "model.known" end

-- Whether a text is a path: a name has one slash at most, after its owner.
local function is_path(text)
  return text:find("^[/.~]") ~= nil or text:find("/.*/") ~= nil or text:find("/", 1, true) and host.exists(text) ~= nil
end

-- The name that lngen has for a well-known model, however it is written; nil and a hint when there is none. Second,
-- whether an ending such as -Instruct was left out for that.
function model.known_as(text)
  if is_path(text) then return nil, "" end
  return spellings.name(text, known().names)
end

-- The same of what stands where a path should, nil where something is at that path. Third, why nothing is there.
function model.known_for_path(path)
  local kind, problem, nothing = host.exists(path)
  if kind or not nothing then return nil end
  local name, hint = model.known_as(path)
  return name, hint, problem
end

function model.named(text, option)
  local name, hint = model.known_as(text)
  if not name then
    local kind = host.exists(text)
    kind = kind == "directory" and kind or kind and "file" or is_path(text) and "path"
    if kind then hint = (", but a %s, which --config takes"):format(kind) end
    fail.input("%s%s: not a name lngen knows%s; 'lngen models' lists them", option or "", config.shown(text), hint)
  end
  local entry = known()[name]
  local doc = {}
  for k, v in pairs(entry) do doc[k] = v end
  doc.model_type = entry[1]
  doc[1] = nil
  return config.sites(doc, name)
end

function model.list(pattern)
  local names = {}
  local wanted = pattern and pattern:lower()
  local all = known()
  for _, name in ipairs(all.names) do
    if not wanted or name:lower():find(wanted, 1, true) or all[name][1]:lower():find(wanted, 1, true) then
      names[#names + 1] = name
    end
  end
  return names
end

-- The model families whose name contains the text: a list of { name, source }, in order.
function model.families(pattern)
  local list = {}
  local wanted = pattern and pattern:lower()
  for name, entry in pairs(require("model.families").all()) do
    if not wanted or name:lower():find(wanted, 1, true) then list[#list + 1] = { name, entry.source or "" } end
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

-- The model_type of a well-known name.
function model.type_of(name) return known()[name][1] end

return model
