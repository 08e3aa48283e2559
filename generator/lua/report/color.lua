-- SPDX-License-Identifier: MIT
-- color.lua: colours on a terminal, and none anywhere else: not in files and pipes, not where the environment variable
-- NO_COLOR is set to anything, not on a terminal that calls itself dumb.
local color = {}

-- Whether standard output takes colours.
local function wanted()
  local no_color = os.getenv("NO_COLOR")
  return not (no_color and no_color ~= "") and os.getenv("TERM") ~= "dumb" and host.on_terminal("output")
end

local on
local function style(code)
  return function(text)
    if on == nil then on = wanted() end
    return on and ("\27[%sm%s\27[0m"):format(code, text) or text
  end
end

color.dim = style "2"
color.good = style "32"
color.bad = style "31"

return color
