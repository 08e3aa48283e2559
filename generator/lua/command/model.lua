-- SPDX-License-Identifier: MIT
-- command/model.lua: `lngen model FILE|NAME` prints the norms that a model needs, as a table separated by tabs, or as
-- JSON.
local fail = require "fail"

local config -- model.config, loaded when the command runs

local COLUMNS = { "component", "site", "op", "affine", "width", "eps", "dtype", "count" }
-- further fields of a site, which only --json prints, as null where they do not apply
local FURTHER = { "rounding", "gain2d", "heads", "gated", "modulated", "groups", "gain_dtype", "guess" }

local function text_of(site, column)
  if column == "site" and site.guess then return site.site .. " (guess)" end
  local v = site[column]
  if column == "eps" then return v and config.number(v) or "-" end
  return fail.on_one_line(tostring(v))
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
      fields[#fields + 1] = quoted(field) .. ": " .. (site[field] == nil and "null" or quoted(site[field]))
    end
    rows[#rows + 1] = "  {" .. table.concat(fields, ", ") .. "}"
  end
  print("[\n" .. table.concat(rows, ",\n") .. "\n]")
end

return {
  name = "model",
  summary = "List the norms that a model needs.",
  description = "List the norms that a model needs: one line for each site of each component, separated by tabs, "
    .. "after a header line. Notes on standard error say where values come from that the file does not give.",
  declare = function(command)
    command:argument("file", "A config.json, GGUF or safetensors file, an index of shards, a directory with one, a "
      .. "checkpoint of llama2.c, or the name of a well-known model.")
    command:flag("--json", "Print JSON, with further fields.")
    command:flag("--quiet", "Print no notes.")
  end,
  run = function(args)
    -- compiling modules makes nearly no garbage, and collecting it would take a part of every short run
    collectgarbage("stop")
    config = require "model.config"
    local model = require "model.model"
    collectgarbage("restart")
    if args.file == "" then fail.input("'' is no model; name a file, a directory or a model") end
    local sites, notes
    local name, hint = model.known_for_path(args.file)
    if name then
      sites, notes = model.named(name)
    elseif hint and (hint ~= "" or not args.file:find("[./]")) then
      fail.io("%s: No such file or directory, nor a model that lngen knows by name%s; 'lngen models' lists them",
        args.file, hint)
    else
      sites, notes = model.sites(args.file)
    end
    if args.json then print_json(sites) else print_table(sites) end
    if not args.quiet then
      for _, note in ipairs(notes) do fail.note(note.text) end
    end
  end,
}
