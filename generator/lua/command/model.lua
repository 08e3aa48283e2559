-- command/model.lua: lngen model FILE, the norms a model needs, as a tab-separated table or JSON.
local config -- model.config, loaded when the command runs

local COLUMNS = { "component", "site", "op", "affine", "width", "eps", "dtype", "count" }
-- further fields of a site, in --json only
local FURTHER = { "rounding", "gain2d", "heads", "gated", "groups", "guess" }

local function text_of(site, column)
  if column == "site" and site.guess then return site.site .. " (guess)" end
  local v = site[column]
  if column == "eps" then return v and config.number(v) or "-" end
  return tostring(v)
end

local function quoted(v)
  if type(v) == "number" then return config.number(v) end
  if type(v) ~= "string" then return tostring(v) end
  return '"' .. v:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function print_table(sites)
  print(table.concat(COLUMNS, "\t"))
  for _, site in ipairs(sites) do
    local row = {}
    for i, column in ipairs(COLUMNS) do row[i] = text_of(site, column) end
    print(table.concat(row, "\t"))
  end
end

local function print_json(sites)
  local rows = {}
  for _, site in ipairs(sites) do
    local fields = {}
    for _, column in ipairs(COLUMNS) do
      fields[#fields + 1] = quoted(column) .. ": " .. (site[column] == nil and "null" or quoted(site[column]))
    end
    for _, field in ipairs(FURTHER) do
      if site[field] ~= nil then fields[#fields + 1] = quoted(field) .. ": " .. quoted(site[field]) end
    end
    rows[#rows + 1] = "  {" .. table.concat(fields, ", ") .. "}"
  end
  print("[\n" .. table.concat(rows, ",\n") .. "\n]")
end

return {
  name = "model",
  summary = "List the norms a model needs.",
  description = "List the norms a model needs: one line for each kind of norm in each part of the model, tab "
    .. "separated, with a header line. Notes on standard error say where a value came from that is not in the file.",
  declare = function(command)
    command:argument("file", "config.json, GGUF or safetensors file, index of shards, or a directory with any of them.")
    command:flag("--json", "Print JSON instead.")
    command:flag("--quiet", "No notes.")
  end,
  run = function(args)
    config = require "model.config"
    local sites, notes = require("model.model").sites(args.file)
    if args.json then print_json(sites) else print_table(sites) end
    if not args.quiet then
      for _, text in ipairs(notes) do io.stderr:write("lngen: note: ", text, "\n") end
    end
  end,
}
