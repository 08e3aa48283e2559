-- SPDX-License-Identifier: MIT
-- options.lua: the options that say which kernels are meant, shared by emit, list, report and tune.
local fail = require "fail"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"
local spellings = require "spellings"
local target = require "spec.target"

local options = {}

-- The words that completion offers as values of an option.
options.words = { ["--unroll"] = { "full", "straight" } }

-- Options that repeat or take commas collect into one list.
function options.collect(result, key, value)
  result[key] = result[key] or {}
  for part in (value .. ","):gmatch("([^,]*),") do table.insert(result[key], part) end
end

-- The same for an option that takes values from a list: collects them as the list spells them. otherwise(word) is what
-- becomes of a word that means none of them.
function options.collect_values(option, values, otherwise)
  options.words["--" .. option] = values
  return function(result, key, text)
    local from = #(result[key] or {}) + 1
    options.collect(result, key, text)
    for i = from, #result[key] do
      result[key][i] = spellings.value(option, result[key][i], values) or otherwise(result[key][i])
    end
  end
end

-- The same where other words are refused.
function options.collect_known(option, values)
  return options.collect_values(option, values, function(word)
    return option == "affine" and word == "beta" and word
      or fail.if_unknown("--" .. option, option == "isa" and "instruction set" or option, word, values)
  end)
end

-- The value of an option that names a file.
local function file_name(result, key, text)
  if text == "" then fail.input("--%s: '' is no file; name one", key) end
  result[key] = text
end

-- The option that says where to write. Its short form takes no '=', which would become part of the name.
function options.declare_output(command, argname, description)
  local option = command:option("-o --output"):argname(argname):description(description)
  option:action(function(result, key, text)
    local short = text:match("^=([^-].*)") -- a name with '-' in front stands behind --output= alone
    if text:sub(1, 1) == "=" then
      fail.input("-o%s: write %s--output%s", text, short and ("-o %s, or "):format(short) or "", text)
    end
    result[key] = text
  end)
  -- the usage says that it must be given; argparse need not know, since need_output says more where it is missing
  function option:_get_usage() return "-o " .. self._argname end
end

-- Fails unless --templates, where it is given, names a directory.
function options.check_templates(args)
  if not args.templates then return end
  if args.templates == "" then fail.input("--templates: '' is no directory; name one") end
  local kind, problem = host.exists(args.templates)
  if not kind then fail.io("--templates: %s", problem) end
  if kind ~= "directory" then
    fail.io("--templates: %s: is no directory; name one that holds templates", args.templates)
  end
end

-- The options that say how kernels are made. unrolls: what --unroll says there; without it, as emit does.
function options.declare_schedule(command, unrolls)
  command:option("--plan"):argname("FILE"):action(file_name)
    :description("Take schedules from a plan file, which 'lngen tune' writes.")
  command:option("--unroll"):argname("full|straight|K")
    :description(unrolls or "How far loops over a row are unrolled, as for emit.")
end

function options.declare_templates(command)
  command:option("--templates"):argname("DIR"):description("Read templates from DIR instead of the embedded ones.")
end

-- A model's name, as lngen spells it.
local function model_name(result, key, text)
  local name, shortened = require("model.model").known_as(text)
  if name and shortened then fail.note(("--%s %s: read as %s"):format(key, text, name)) end
  result[key] = name or text
end

-- measures: whether the command measures schedules itself, so that none can be given.
function options.declare(command, measures)
  command:option("--width"):argname("N,..."):action(options.collect):count("*"):init(nil)
    :description(("Widths of rows in elements, 1 to %d, with commas between them."):format(spec_module.WIDTH_MAX))
  for _, field in ipairs(spec_module.fields) do
    command:option("--" .. field.name):argname(table.concat(field.values, "|") .. ",...")
      :action(options.collect_known(field.name, field.values)):count("*"):init(nil)
      :description(field.help .. (field.default and (" Default: %s."):format(field.default) or ""))
  end
  command:option("--isa"):argname("ISA,..."):action(options.collect_known("isa", target.names)):count("*"):init(nil)
    :description(("Instruction sets: %s. Default: all."):format(table.concat(target.names, ", ")))
  command:option("--config"):argname("FILE"):action(file_name)
    :description("Make the kernels of a model: its config.json or params.json, a checkpoint of llama2.c, or a "
      .. "directory.")
  command:option("--gguf"):argname("FILE"):action(file_name)
    :description("Make the kernels of the model in a GGUF file.")
  command:option("--model"):argname("NAME"):action(model_name)
    :description("Make the kernels of a well-known model; 'lngen models' lists the names.")
  command:flag("--accept-guess"):description("Also make kernels for norms that lngen had to guess.")
  if not measures then
    options.declare_schedule(command, "How far loops over a row are unrolled: wholly, by the compiler (full) or in "
      .. "the text (straight), or K groups of four registers a turn, K being "
      .. table.concat(schedule.UNROLLS, ", ") .. ".")
  end
  command:option("--only"):argname("NAME"):description("Only the kernel with this name, as 'lngen list' prints it.")
end

-- The number that `text`, the value of an option, is.
function options.whole(text, option, from, to)
  local n = text:match("^%d+$") and math.tointeger(tonumber(text))
  if not n or n < from or n > to then
    fail.input("%s: '%s' is not a whole number from %d to %d", option, fail.shown(text), from, to)
  end
  return n
end

-- The value of --unroll: "full", "straight", a number, or nil.
function options.unroll(args)
  local unroll
  if args.unroll then
    unroll = schedule.unrolls_all(args.unroll) and args.unroll or args.unroll:match("^%d+$") and tonumber(args.unroll)
    local known = schedule.unrolls_all(unroll)
    for _, k in ipairs(schedule.UNROLLS) do known = known or unroll == k end
    if not known then
      fail.input("--unroll: '%s' is neither full nor straight nor one of %s", fail.shown(args.unroll),
        table.concat(schedule.UNROLLS, ", "))
    end
  end
  return unroll
end

-- An option and its value as a shell takes them, for a comment of any language: empty quotes part what would begin or
-- end a comment of C.
function options.said(name, value)
  if type(value) == "table" then value = table.concat(value, ",") end
  if value:find("%c") then
    fail.input("--%s '%s': its name would stand in the emitted files; it may hold no line ends or other control "
      .. "characters", name, value)
  end
  if not utf8.len(value) then
    fail.input("--%s '%s': its name would stand in the emitted files; it must be UTF-8", name, value)
  end
  if value:find("[^%w_./,=+-]") then
    value = "'" .. value:gsub("'", "'\\''"):gsub("%*/", "*''/"):gsub("/%*", "/''*") .. "'"
  end
  return ("--%s%s%s"):format(name, value:sub(1, 1) == "-" and "=" or " ", value)
end

-- The parts of a relative path; nil where it is absolute.
local function parts_of(path)
  if path:find("^/") then return nil end
  local parts = {}
  for part in path:gmatch("[^/]+") do
    if part ~= "." then parts[#parts + 1] = part end
  end
  return parts
end

-- A path as it is seen from the directory of the output, where the command in a banner is meant to run. Between an
-- absolute and a relative path, and above a parent directory, it stands as it is.
local function from_output(path, output)
  local from, to = parts_of(output or "."), parts_of(path)
  if not from or not to or #from == 0 then return path end
  for _, part in ipairs(from) do
    if part == ".." then return path end
  end
  while #from > 0 and #to > 1 and from[1] == to[1] do
    table.remove(from, 1)
    table.remove(to, 1)
  end
  return ("../"):rep(#from) .. table.concat(to, "/")
end

-- Options whose values are paths.
local PATHS = { config = true, gguf = true, plan = true, templates = true }

-- An option that is given, as a banner says it; nil if it is not.
local function given(args, name)
  local value = args[name]
  return value and options.said(name, PATHS[name] and from_output(value, args.output) or value)
end

-- Those of `names` that are given, each after a blank.
function options.repeated(args, names)
  local text = ""
  for _, name in ipairs(names) do
    local said = given(args, name)
    if said then text = text .. " " .. said end
  end
  return text
end

-- What to say in banners: the options that matter, in the order of their declaration.
function options.command_line(args)
  local words = {}
  local function say(name) words[#words + 1] = given(args, name) end
  for _, name in ipairs { "config", "gguf", "model", "plan", "width" } do say(name) end
  for _, field in ipairs(spec_module.fields) do say(field.name) end
  for _, name in ipairs { "isa", "unroll", "templates" } do say(name) end
  if args.accept_guess then words[#words + 1] = "--accept-guess" end
  return table.concat(words, " ")
end

-- Fails when -o is missing; the message shows the same command with an -o.
function options.need_output(args, what, names, suggestion, more)
  if args.output and args.output ~= "" then return end
  local asked = options.command_line(args)
  fail.input("-o %s is missing; it names the %s: lngen %s %s%s -o %s", what, names, args.command,
    asked == "" and "--width 768" or asked, more or "", suggestion)
end

return options
