-- SPDX-License-Identifier: MIT
-- mistakes.lua: what lngen says about a command line that argparse refuses: the mistake, and what was probably meant.
local fail = require "fail"

local mistakes = {}

-- What people write for options and commands of lngen.
local OPTIONS = {
  ["--out"] = "-o", ["--outdir"] = "-o", ["--output-dir"] = "-o", ["--dir"] = "-o",
  ["--size"] = "--width", ["--dim"] = "--width", ["--hidden-size"] = "--width", ["--n"] = "--width", ["-w"] = "--width",
  ["--type"] = "--dtype", ["--precision"] = "--dtype",
  ["--arch"] = "--isa", ["--target"] = "--isa", ["--march"] = "--isa", ["--simd"] = "--isa",
  ["--norm"] = "--op", ["--kind"] = "--op", ["--rms"] = "--op rmsnorm", ["--rmsnorm"] = "--op rmsnorm",
  ["--layernorm"] = "--op layernorm", ["--backward"] = "--pass backward", ["--grad"] = "--pass backward",
  ["--name"] = "--prefix", ["--single"] = "--single-file", ["--pair"] = "--single-file", ["--test"] = "--self-test",
  ["--engine"] = "--for", ["--dry-run"] = "--check", ["--overwrite"] = "--force", ["--json-config"] = "--config",
  ["-v"] = "--version", ["-V"] = "--version",
}
local COMMANDS = {
  generate = "emit", gen = "emit", build = "emit", make = "emit", write = "emit", new = "emit", check = "emit --check",
  ls = "list", kernels = "list", bench = "report", benchmark = "report", time = "report", measure = "report",
  optimize = "tune", autotune = "tune", inspect = "model", norms = "model", info = "doctor", cpu = "doctor",
  cat = "show", print = "show", version = "--version", test = "emit --self-test",
}
-- Options that other commands have, and why this one does not.
local MEASURES = "does not go with tune, which measures schedules itself"
local NOT_OF = { tune = { ["--plan"] = MEASURES, ["--unroll"] = MEASURES } }
-- What people write before the file or name that `lngen model` takes.
local OF_MODELS = { ["--model"] = true, ["--config"] = true, ["--gguf"] = true, ["--file"] = true, ["--name"] = true }

local function hint(word, also, names)
  local meant = also[word]
  if meant then
    local first = meant:match("%S+")
    for _, name in ipairs(names) do
      if name == first or first == "--version" then return (" (did you mean '%s'?)"):format(meant) end
    end
  end
  local begins = {}
  for _, name in ipairs(names) do
    if #word > 3 and name:sub(1, #word) == word then begins[#begins + 1] = name end
  end
  if #begins == 1 then return (" (did you mean '%s'?)"):format(begins[1]) end
  if #word == 2 then return "" end -- every other short option is near
  return fail.nearest(word, names)
end

-- All names of commands or options.
local function names_of(elements)
  local names = {}
  for _, element in ipairs(elements) do
    for _, name in ipairs(element._aliases) do names[#names + 1] = name end
  end
  return names
end

-- Of an option before any command.
local function without_command(option, parser)
  for _, command in ipairs(parser._commands) do
    for _, name in ipairs(names_of(command._options)) do
      if name == option then
        return ("'%s' is an option of a command, which comes first, as in: lngen %s %s"):format(option, command._name,
          command._name == "emit" and option == "--width" and "--width 768 -o kernels" or option .. " ...")
      end
    end
  end
end

-- Of a word that stands where the value of an option should and was taken for an option.
local function taken_for_option(word, argv, command)
  for i = 2, #argv do
    if argv[i]:sub(1, #word) == word then
      for _, element in ipairs(command._options) do
        for _, name in ipairs(element._aliases) do
          if name == argv[i - 1] and element._minargs > 0 then
            return ("%s: its value '%s' begins with '-', as options do; if it is meant, write %s=%s"):format(name,
              argv[i], element._aliases[#element._aliases], argv[i])
          end
        end
      end
    end
  end
end

-- The line for argparse's message about the words argv; command: the one that was being read, nil before any.
function mistakes.explained(message, argv, parser, command)
  local first = message:match("^[^\n]*")
  local option = first:match("^unknown option '(.*)'$")
  if option then
    local known
    if not command then known = without_command(option, parser) else known = taken_for_option(option, argv, command) end
    if known then return known end
    local why = command and NOT_OF[command._name] and NOT_OF[command._name][option]
    if why then return ("%s: %s"):format(option, why) end
    first = ("unknown option '%s'"):format(fail.shown(option))
    if command and command._name == "model" and OF_MODELS[option] then
      return ("%s; the file or name stands by itself, as in: lngen model gpt2"):format(first)
    end
    return ("%s%s; try 'lngen %s--help'"):format(first,
      hint(option, OPTIONS, names_of((command or parser)._options)), command and command._name .. " " or "")
  end
  local word = first:match("^unknown command '(.*)'$")
  if word then
    local model = (host.exists(word) or require("model.model").known_as(word))
      and (" (to see the norms of a model: lngen model %s)"):format(word)
    return ("unknown command '%s'%s; 'lngen help' lists the commands"):format(fail.shown(word),
      model or hint(word, COMMANDS, names_of(parser._commands)))
  end
  if first == "a command is required" then
    return "say what to do, as in: lngen emit --width 768 -o kernels; 'lngen help' lists the commands"
  end
  local takes_widths = false -- and models
  for _, name in ipairs(command and names_of(command._options) or {}) do
    takes_widths = takes_widths or name == "--width"
  end
  if first == "too many arguments" and command and not takes_widths then
    local argument = command._arguments[1]
    return ("%s; 'lngen %s' takes %s; try 'lngen %s--help'"):format(first, command._name,
      argument and ("one, <%s>"):format(argument._name) or "none",
      command._name == "help" and "" or command._name .. " ")
  end
  if first == "too many arguments" then
    return ("%s; values of one option have commas between them (--width 768,1024), and a model is named by an option "
      .. "(--model gpt2); try 'lngen %s--help'"):format(first, command and command._name .. " " or "")
  end
  return ("%s; try 'lngen %s--help'"):format(message:gsub("\n", "; "), command and command._name .. " " or "")
end

return mistakes
