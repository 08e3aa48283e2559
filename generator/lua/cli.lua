-- SPDX-License-Identifier: MIT
-- cli.lua: the command line. Each command declares its options once; argparse parses them and prints --help and shell
-- completion from the same declarations. Returns main(argv) -> exit status.
local argparse = require "argparse"
local fail = require "fail"
local man = require "man"
local mistakes = require "mistakes"

local commands = {
  require "command.emit",
  require "command.list",
  require "command.model",
  require "command.models",
  require "command.tune",
  require "command.show",
  require "command.doctor",
  require "command.report",
  (require "command.explain"),
}

-- What --help lists together.
local TASKS = {
  { "Make kernels", "emit", "list", "show", "explain" },
  { "Read models", "model", "models" },
  { "Measure on this machine", "doctor", "report", "tune" },
}

local EXAMPLES = [[
   lngen emit --model gpt2 --single-file -o vendor     two C files for a project
   lngen emit --width 768 --op rmsnorm -o kernels      a directory, for the library
   lngen model config.json                             which norms a model has
   lngen help emit                                     all options of a command]]

-- argparse calls os.exit after --help; return through main instead, which finds out whether the text was written
os.exit = function(status) fail.leave(status == true and 0 or status or 0) end

local function build(argv)
  local parser = argparse("lngen",
    "Writes LayerNorm and RMSNorm kernels in C, for the widths you name or the models you use.",
    ("For instance:\n%s\n\n%s"):format(EXAMPLES, man.statuses()))
  parser._examples = EXAMPLES
  parser:help_max_width(100)
  parser:flag("--version", "Print the version and exit."):action(function()
    print("lngen " .. host.version)
    fail.leave(0)
  end)
  parser:command_target("command")
  parser:require_command(true)
  parser:add_help_command { help_max_width = 100 }
  parser:add_complete_command()
  for _, command in ipairs(commands) do
    local declared = parser:command(command.name):summary(command.summary):help_max_width(100)
      :description(command.description or command.summary)
    declared._has_page = true
    command.declare(declared)
    for _, option in ipairs(declared._options) do option:overwrite(false) end -- given twice, the first would be lost
  end
  local with_page = {}
  for i, command in ipairs(commands) do with_page[i] = command.name end
  local page = parser:command("man"):summary("Print a manual page."):help_max_width(100)
    :description("Print the manual page of lngen, or of a command, as man reads it: lngen man emit | man -l -")
  page:argument("command", "The command."):args("?"):target("page_of")
  page:action(function(args)
    local of
    for _, command in ipairs(parser._commands) do
      if command._name == args.page_of then of = command end
    end
    if args.page_of and not (of and of._has_page) then
      fail.input("man: no page of '%s'%s; lngen has one, and so have %s", fail.shown(args.page_of),
        fail.nearest(args.page_of, with_page), table.concat(with_page, ", "))
    end
    print(man.page(parser, of))
    fail.leave(0)
  end)
  if argv[1] == "completion" then require("completion").prepare(parser, with_page) end
  for _, task in ipairs(TASKS) do
    local members = {}
    for i = 2, #task do
      for _, command in ipairs(parser._commands) do
        if command._name == task[i] then members[#members + 1] = command end
      end
    end
    parser:group(task[1], table.unpack(members))
  end
  -- argparse would print a usage text before each error; lngen's errors are one line
  local function refuse(self, message)
    fail.input("%s", mistakes.explained(message, argv, parser, self ~= parser and self or nil))
  end
  parser.error = refuse
  for _, command in ipairs(parser._commands) do
    command.error = refuse
    -- argparse acts on the first word after these, and would not see another
    if (command._name == "help" or command._name == "completion") and command._name == argv[1] and #argv > 2 then
      command:error("too many arguments")
    end
  end
  return parser
end

local FILES = { -- that are named by options and arguments, and what `-` means there to other programs
  { "output", "-o", "output" }, { "svg", "--svg", "output" }, { "config", "--config", "input" },
  { "gguf", "--gguf", "input" }, { "plan", "--plan", "input" }, { "file", "model", "input" },
}

-- Fails where one of them is `-`.
local function check_dash(args)
  for _, file in ipairs(FILES) do
    if args[file[1]] == "-" then
      fail.input("%s -: does not mean standard %s here; write %s./- if that is its name", file[2], file[3],
        file[3] == "input" and "/dev/stdin, or " or "")
    end
  end
end

local function run(argv)
  local args = build(argv):parse(argv)
  check_dash(args)
  for _, command in ipairs(commands) do
    if command.name == args.command then return command.run(args) or 0 end
  end
end

return function(argv)
  local ok, result = fail.try(run, argv)
  if ok then return result end
  if result.message then io.stderr:write("lngen: ", result.message, "\n") end
  return result.status
end
