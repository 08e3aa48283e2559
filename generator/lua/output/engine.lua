-- SPDX-License-Identifier: MIT
-- engine.lua: the further files of `lngen emit --for ENGINE`, which fit a pair of files to an engine.
--
-- Each engine is one file of engine/, a table with
--   title     what messages call the engine
--   files     list of { name of the file, its template in templates/engine/ENGINE }; PREFIX in a name is the prefix,
--             and a name may have a directory: "src/lib.rs"
--   defaults  options of emit that count where the user gives none, such as { pass = { "forward", "backward" } }
--   needs     list of parts of specs, such as { op = "layernorm", pass = "backward" }: the pair must have a norm that
--             fits, for each of them
--   uses      the same, but one norm that fits one of them is enough
--   named     whether norms are called by their names, so that two may differ in their rounding alone
--   abi       list of functions that the pair must have: values of --abi
--   reserved  text: words that no prefix may be, since they are the engine's own
--   closing   list of lines that emit prints at the end: what the user writes; PREFIX and DIR stand for themselves,
--             PATH for DIR within a quoted text, WHERE in a command, and FOLDER where it can be nothing but a path.
--             A line of a norm is { text, a part of its spec }, and is printed where the pair has that norm
--   values    optional: function(values) -> further values for the templates
-- All but title and files may be left out. Templates see the values of the pair's own (single.lua): P, U, has,
-- and `norms`, the norms that the pair offers.
local fail = require "fail"
local render = require "output.render"
local shell = require "shell"
local spec_module = require "spec.spec"

local engine = {}

local FROM, SUFFIX = "lua/engine/", ".lua"

-- The names of all engines, sorted.
function engine.names()
  local names = {}
  for _, file in ipairs(host.resource_names()) do
    if file:sub(1, #FROM) == FROM then names[#names + 1] = file:sub(#FROM + 1, -#SUFFIX - 1) end
  end
  table.sort(names)
  return names
end

-- The engines that --for names, each once: list of { name, the fields above }.
function engine.chosen(names)
  local list, known = {}, engine.names()
  for _, name in ipairs(names or {}) do
    fail.if_unknown("--for", "engine", name, known)
    if not list[name] then
      list[name] = setmetatable({ name = name }, { __index = require("engine." .. name) })
      list[#list + 1] = list[name]
    end
  end
  return list
end

-- `args` with the engines' defaults where the user gave nothing; a model says itself what its norms are. The field
-- `added` says which engine a value of an option comes from: added[option][value] is its name.
function engine.with_defaults(engines, args)
  local added, given, said = {}, {}, (args.config or args.gguf or args.model) and { op = true, affine = true } or {}
  for _, e in ipairs(engines) do
    for option, values in pairs(e.defaults or {}) do
      if not args[option] and not said[option] then
        given[option], added[option] = given[option] or {}, added[option] or {}
        for _, value in ipairs(values) do
          if not added[option][value] then
            table.insert(given[option], value)
            added[option][value] = e.name
          end
        end
      end
    end
  end
  if not next(given) then return args end
  given.added = added
  return setmetatable(given, { __index = args })
end

-- Whether one of the kernels fits a part of a spec. Those for any width do not count: what kernels of other norms need
-- is among them, and each norm that was asked for has a kernel for a width, too.
local function offered(kernels, part)
  for _, k in ipairs(kernels) do
    local fits = k.spec.width ~= "any"
    for field, value in pairs(part) do fits = fits and k.spec[field] == value end
    if fits then return true end
  end
end

-- The fields in which a kernel differs from a part of a spec, in their order, and how much that is: another op counts
-- for more than another value of a field.
local function differences(k, part)
  local list, weight = {}, 0
  for _, field in ipairs(spec_module.fields) do
    local name = field.name
    if part[name] and part[name] ~= k.spec[name] then
      list[#list + 1], weight = field, weight + (name == "op" and 1.5 or 1)
    end
  end
  return list, weight
end

-- The part, among several, that a pair comes nearest to, and the fields in which it differs.
local function nearest(kernels, parts)
  local best, fields, least
  for _, part in ipairs(parts) do
    for _, k in ipairs(kernels) do
      if k.spec.width ~= "any" then
        local list, weight = differences(k, part)
        if not least or weight < least then best, fields, least = part, list, weight end
      end
    end
  end
  return best, fields
end

-- Fails for want of a norm that fits one of `parts`: names what the nearest one lacks, and what the user gave instead.
local function refuse(e, kernels, parts, args)
  local part, fields = nearest(kernels, parts)
  local needed, given, left_out = {}, {}, {}
  local own, model = e.defaults or {}, nil
  for _, option in ipairs { "model", "config", "gguf" } do
    if args[option] then model = ("--%s %s"):format(option, shell.word(args[option])) end
  end
  for _, field in ipairs(fields) do
    local name, value = field.name, part[field.name]
    local usual = own[name] or { name == "affine" and spec_module.usual_affine(part) or field.default }
    local by_user = args[name] and not (args.added and args.added[name])
    -- what another value of op brings with it needs no word
    if name ~= "affine" or value ~= usual[1] or by_user or fields[1] == field then
      needed[#needed + 1] = ("--%s %s"):format(name, value)
    end
    if by_user then
      given[#given + 1] = ("--%s %s"):format(name, table.concat(args[name], ","))
      if spec_module.among(value, usual) then left_out[#left_out + 1] = "--" .. name end
    elseif model and given[1] ~= model then
      table.insert(given, 1, model)
    end
  end
  fail.input("--for %s: %s needs a norm of %s%s%s", e.name, e.title, table.concat(needed, " "),
    #given > 0 and (", and %s gives none"):format(table.concat(given, " ")) or "",
    #left_out > 0 and ("; leave %s out"):format(table.concat(left_out, " and ")) or "")
end

-- Fails unless the kernels offer what the engines need. `args`: the options, with the engines' defaults.
function engine.check(engines, kernels, args)
  for _, e in ipairs(engines) do
    for _, part in ipairs(e.needs or {}) do
      if not offered(kernels, part) then refuse(e, kernels, { part }, args) end
    end
    local roundings = e.uses and not e.named and args.rounding or {}
    if #roundings > 1 then
      fail.input("--for %s: --rounding %s gives norms that %s cannot tell apart; give one of them", e.name,
        table.concat(roundings, ","), e.title)
    end
    local any = not e.uses
    for _, part in ipairs(e.uses or {}) do any = any or offered(kernels, part) end
    if not any then refuse(e, kernels, e.uses, args) end
  end
end

-- The files of engines: list of { name, text } without banners. `values`: what templates see.
function engine.files(engines, values, templates)
  local files, by = {}, {}
  for _, e in ipairs(engines) do
    local of_engine = setmetatable(e.values and e.values(values) or {}, { __index = values })
    for _, file in ipairs(e.files) do
      local name = file[1]:gsub("PREFIX", values.P)
      if by[name] then
        fail.input("--for: %s and %s both have a file %s; emit them into two directories", by[name], e.name, name)
      end
      by[name] = e.name
      files[#files + 1] = { name, render.text(("engine/%s/%s"):format(e.name, file[2]), of_engine, templates) }
    end
  end
  return files
end

-- What emit says at the end.
function engine.closing(engines, kernels, prefix, directory)
  local plain = directory:gsub("(.)/+$", "%1")
  -- pip takes a name without a slash for a package of its index
  local folder = shell.word((plain .. "/"):find("^%.?%.?/") and plain or "./" .. plain)
  local lines = {}
  local words = { PREFIX = prefix, DIR = plain, WHERE = shell.word(plain), PATH = (plain:gsub('[\\"]', "\\%0")),
    FOLDER = folder }
  for _, e in ipairs(engines) do
    for _, line in ipairs(e.closing or {}) do
      local text, part = line, {}
      if type(line) == "table" then text, part = line[1], line[2] end
      if offered(kernels, part) then lines[#lines + 1] = ("%s: %s"):format(e.title, (text:gsub("%u+", words))) end
    end
  end
  return lines
end

-- The engine whose own word `name` is, or nil.
function engine.owner(name)
  for _, e in ipairs(engine.chosen(engine.names())) do
    for word in (e.reserved or ""):gmatch("%S+") do
      if word == name:lower() then return e.title end
    end
  end
end

return engine
