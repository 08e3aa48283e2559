-- SPDX-License-Identifier: MIT
-- shell.lua: runs the user's tools, such as the compiler, for tune and explain.
local shell = {}

function shell.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- The command that compiles C.
function shell.compiler()
  local cc = os.getenv("CC")
  return cc and cc ~= "" and cc or "cc"
end

-- What a command prints to standard output; "" when it cannot be run.
function shell.output(command)
  local pipe = io.popen(command .. " 2>/dev/null")
  local text = pipe and pipe:read("a") or ""
  if pipe then pipe:close() end
  return text
end

return shell
