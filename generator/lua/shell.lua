-- SPDX-License-Identifier: MIT
-- shell.lua: runs the user's tools, such as the compiler, for tune and explain.
local shell = {}

function shell.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- What a command prints to standard output; "" when it cannot be run.
function shell.output(command)
  local pipe = io.popen(command .. " 2>/dev/null")
  local text = pipe and pipe:read("a") or ""
  if pipe then pipe:close() end
  return text
end

return shell
