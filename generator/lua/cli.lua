-- cli.lua: the command line. Each command declares its options once; argparse parses them and prints --help and shell
-- completion from the same declarations. Returns main(argv) -> exit status.
local argparse = require "argparse"
local fail = require "fail"

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

local EPILOG = [[
Exit status: 0 done, 1 a check failed, 2 bad usage or bad input, 3 could not read or write.]]

-- argparse calls os.exit after --help; return through main instead, which finds out whether the text was written
os.exit = function(status) fail.leave(status == true and 0 or status or 0) end

local function build()
  local parser = argparse("lngen", "Writes LayerNorm and RMSNorm kernels in C for given widths or models.", EPILOG)
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
    command.declare(parser:command(command.name):summary(command.summary):description(command.description
      or command.summary):help_max_width(100))
  end
  -- argparse would print a usage text before each error; lngen's errors are one line
  local refuse = function(self, message)
    local command = self == parser and "" or self._name .. " "
    fail.input("%s; try 'lngen %s--help'", (message:gsub("\n", "; ")), command)
  end
  parser.error = refuse
  for _, command in ipairs(parser._commands) do command.error = refuse end
  return parser
end

local function run(argv)
  local args = build():parse(argv)
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
