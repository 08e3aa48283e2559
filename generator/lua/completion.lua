-- SPDX-License-Identifier: MIT
-- completion.lua: gives argparse what it needs to print completion for shells: the words that options and arguments
-- take. A parser that has been given them refuses other spellings of these words, so only `lngen completion` does it.
local options = require "request.options"

local completion = {}

local BASH = [[
        '%s')
            COMPREPLY=($(compgen -W "%s" -- "$cur"))
            ;;]]

-- argparse offers the words of an argument to zsh alone.
local function offer(command, words)
  command._arguments[1]._choices = words
  local list, fish = table.concat(words, " "), command._fish_complete_help
  function command:_bash_cmd_completions(buf) buf[#buf + 1] = BASH:format(self._name, list) end
  function command:_fish_complete_help(buf, name)
    fish(self, buf, name)
    buf[#buf + 1] = ("complete -c %s -n '__fish_%s_using_command %s' -xa '%s'"):format(name, name, self._name, list)
  end
end

-- with_page: the names of commands that have a manual page.
function completion.prepare(parser, with_page)
  options.words["--model"] = require("model.model").list()
  for _, command in ipairs(parser._commands) do
    for _, option in ipairs(command._options) do option._choices = options.words[option._aliases[1]] end
    if command._name == "man" then offer(command, with_page) end
    if command._name == "completion" then offer(command, command._arguments[1]._choices) end
  end
  -- names of files that hold blanks would be split; bash completes them itself where nothing else is offered
  local bash = parser.get_bash_complete
  function parser:get_bash_complete()
    return (bash(self):gsub('COMPREPLY=%(%$%(compgen %-f %-%- "%$cur"%)%)', "COMPREPLY=()"))
  end
end

return completion
