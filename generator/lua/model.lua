-- model.lua: from a model's files to the norms it needs.
--
--   sites, notes = model.sites(path, options)    config.json, .gguf, .safetensors, an index of shards or a directory
--   sites, notes = model.named(name)             a well-known model, without a file
--   names        = model.list(pattern)           the well-known names, in order
--
-- sites: a list of { component, site, op, affine, width, eps, dtype, count, guess, gain2d, heads, rounding, gated,
-- groups, plus_one }; families.lua says what these mean. notes: one line each, where a value that no file gives came
-- from. options.op, .affine and .eps state the norm of a model that is not known. Bad files raise through fail.lua.
local config = require "model.config"
local fail = require "fail"

local model = {}

local CONFIG_LIMIT = 4 << 20
local LFS = "version https://git-lfs.github.com/spec/"

function model.read_config(path)
  local text, why = host.read(path, CONFIG_LIMIT)
  if not text then
    if host.exists(path) == "file" and why:find("larger than", 1, true) then
      fail.input("%s: larger than 4 MB, expected a config.json", path)
    end
    fail.io("%s", why)
  end
  if text:sub(1, #LFS) == LFS then
    fail.input("%s: a git-LFS pointer, not the file itself; run 'git lfs pull' first", path)
  end
  local doc, remarks = host.json(text)
  if doc == nil then fail.input("%s: %s", path, remarks) end
  return doc, remarks
end

function model.sites(path, options)
  if not host.exists(path) then fail.io("%s: No such file or directory", path) end
  local doc, remarks = model.read_config(path)
  local sites, notes = config.sites(doc, path, options)
  for i, remark in ipairs(remarks) do table.insert(notes, i, path .. ": " .. remark) end
  return sites, notes
end

return model
