-- SPDX-License-Identifier: MIT
-- completion.lua: gives argparse what it needs to print completion for shells: the words that options and arguments
-- take. A parser that has been given them refuses other spellings of these words, so only `lngen completion` does it.
local options = require "request.options"

local completion = {}

local BASH = [[
        '%s')
            COMPREPLY=($(compgen -W "%s" -- "$cur"))
            ;;]]

-- How shells complete the last of several words with commas between them, where argparse lets them complete one word.
local SEVERAL = {
  bash = { 'compgen %-W "([^"]*)" %-%- "%$cur"', [[compgen -P "${cur%%"${cur##*,}"}" -W "%s" -- "${cur##*,}"]] },
  zsh = { ": :%(([^)]*)%)", ": :_values -s , value %s" },
  fish = { "%-xa '([^']*)'", "-xa '(__fish_append , %s)'" },
}

-- Makes argparse print this for the lists of words that are keys of `several`.
local function join(parser, several)
  for shell, as in pairs(SEVERAL) do
    local method = "get_" .. shell .. "_complete"
    local plain = parser[method]
    parser[method] = function(self)
      return (plain(self):gsub(as[1], function(words) return several[words] and as[2]:format(words) end))
    end
  end
end

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
  local several = {}
  for _, command in ipairs(parser._commands) do
    for _, option in ipairs(command._options) do
      option._choices = options.words[option._aliases[1]]
      if option._choices and option._maxcount > 1 then several[table.concat(option._choices, " ")] = true end
    end
    if command._name == "man" then offer(command, with_page) end
    if command._name == "completion" then offer(command, command._arguments[1]._choices) end
  end
  join(parser, several)
  -- names of files that hold blanks would be split; bash completes them itself where nothing else is offered
  local bash = parser.get_bash_complete
  function parser:get_bash_complete()
    return (bash(self):gsub('COMPREPLY=%(%$%(compgen %-f %-%- "%$cur"%)%)', "COMPREPLY=()"))
  end
end

return completion
