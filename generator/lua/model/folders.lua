-- SPDX-License-Identifier: MIT
-- model/folders.lua: models that consist of several folders: the pipelines of diffusers (model_index.json) and the
-- modules of sentence-transformers (modules.json). Each function takes the path of the file, what it holds, options,
-- and the function that finds the norms of a folder; it returns sites, notes, left (see model.lua).
local config = require "model.config"
local fail = require "fail"
local note_list = require "model.notes"
local spec_module = require "spec.spec"

local folders = {}

local function directory_of(path) return path:match("^(.*)/[^/]*$") or "." end

local FOLDERS = 3 -- how deep the folders of a pipeline may lie in each other

local function check_folder(path, name)
  if name:find("/") or name:find("^%.") or name:find("%c") then
    fail.input("%s: %s is not the name of a folder beside the file", path, config.shown(name))
  end
end

-- The norms of a component in a folder of its own: a plain name inside the folder of the file that names it.
local function from_folder(path, name, class, options, result, sites_of)
  local folder = directory_of(path) .. (name == "" and "" or "/" .. name)
  local component = (options.component or ""):gsub("^%.$", "") .. (name == "" and "" or name .. ".")
  local function leave_out(why)
    result.left[#result.left + 1] = ("%s: %s"):format(name == "" and "." or name, why)
    result.notes:add("%s: %s; its norms are not listed", name == "" and "." or name, why)
  end
  check_folder(path, name)
  local depth = (options.depth or 0) + 1
  local below = setmetatable({ component = component == "" and "." or component, depth = depth, inside = true,
    class = class }, { __index = options })
  if depth > FOLDERS then return leave_out("folders nested deeper than " .. FOLDERS .. " levels") end
  if host.exists(folder) ~= "directory" then return leave_out("no such folder here; its norms are not known") end
  local ok, sites, notes, left = pcall(sites_of, folder, below)
  if not ok then
    if type(sites) ~= "table" then error(sites, 0) end
    return leave_out(sites.message:gsub("; give it by hand.*", ""))
  end
  for _, site in ipairs(sites) do result.sites[#result.sites + 1] = site end
  result.notes:append(notes)
  for _, text in ipairs(left or {}) do result.left[#result.left + 1] = text end
end

local function finish(path, result)
  if #result.sites == 0 then
    fail.input("%s: no component with norms that lngen knows%s", path,
      result.left[1] and "; " .. table.concat(result.left, "; ") or "")
  end
  return result.sites, result.notes, result.left
end

-- Parts of a pipeline that hold no weights.
local function no_weights(library, class)
  for _, word in ipairs { "Tokenizer", "Scheduler", "Processor", "FeatureExtractor", "Solver" } do
    if class:find(word) then return true end
  end
  return library == "k_diffusion"
end

-- model_index.json of diffusers: { "unet": ["diffusers", "UNet2DConditionModel"], ... }, each in a folder of its name
function folders.pipeline(path, doc, options, sites_of)
  local result, names = { sites = {}, notes = note_list.new(), left = {} }, {}
  if type(doc) ~= "table" or doc.n then fail.input("%s: expected one JSON object that names components", path) end
  for name, value in pairs(doc) do
    if type(value) == "table" and name:sub(1, 1) ~= "_" then
      if value.n ~= 2 then
        fail.input("%s: key '%s' has %s, expected a library and a class", path, name,
          value.n and value.n .. " elements" or "an object")
      end
      names[#names + 1] = name
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local library, class = doc[name][1], doc[name][2]
    if type(library) == "string" and type(class) == "string" then
      if not no_weights(library, class) then from_folder(path, name, class, options or {}, result, sites_of) end
    elseif library ~= host.null or class ~= host.null then
      fail.input("%s: key '%s' is not a library and a class", path, name)
    end
  end
  return finish(path, result)
end

local NO_NORMS = { Pooling = true, Dropout = true, BoW = true, WeightedLayerPooling = true, WordWeights = true,
  WordEmbeddings = true, Dense = true, LSTM = true, CNN = true, StaticEmbedding = true }

-- modules.json of sentence-transformers: [{ "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" }, ...]
function folders.modules(path, doc, options, sites_of)
  local result = { sites = {}, notes = note_list.new(), left = {} }
  if type(doc) ~= "table" or not doc.n then fail.input("%s: expected a list of modules", path) end
  for i = 1, doc.n do
    local module = doc[i]
    local folder, class = type(module) == "table" and module.path, type(module) == "table" and module.type
    if type(folder) ~= "string" or type(class) ~= "string" then
      fail.input("%s: module %d has no 'path' and 'type' that are text", path, i)
    end
    local kind = class:match("([^%.]*)$")
    if kind == "LayerNorm" then
      check_folder(path, folder)
      local text = host.read(directory_of(path) .. "/" .. folder .. "/config.json", 1 << 20)
      local sub = text and host.json(text)
      local width = type(sub) == "table" and sub.dimension
      if not spec_module.is_width(width) then
        fail.input("%s/config.json: key 'dimension' is %s, expected a whole number from 1 to %d", folder,
          config.shown(width), spec_module.WIDTH_MAX)
      end
      result.sites[#result.sites + 1] = { component = folder .. ".", site = "norm", op = "layernorm", affine = "full",
        width = width, eps = 1e-5, dtype = "f32", count = 1, rounding = "once" }
      result.notes:on("eps", "%s: eps 1e-05 is fixed in sentence_transformers LayerNorm", folder)
    elseif kind == "Normalize" then
      result.notes:add("%s: divides by the length of the vector, which is no RMSNorm", folder)
    elseif kind == "Transformer" or kind == "CLIPModel" or kind == "MLMTransformer" then
      from_folder(path, folder, nil, options or {}, result, sites_of)
    elseif not NO_NORMS[kind] then
      result.left[#result.left + 1] = ("%s: module type %s is not known"):format(folder, config.shown(class))
      result.notes:add("%s; its norms are not listed", result.left[#result.left])
    end
  end
  return finish(path, result)
end

return folders
