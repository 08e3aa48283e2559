-- SPDX-License-Identifier: MIT
-- save.lua: writes one file, whole or not at all, and keeps files of other kinds from being replaced.
local fail = require "fail"

local save = {}

-- Fails when there is a file that does not hold `mark`, a text that all files of its kind hold.
function save.check(path, mark)
  if host.exists(path) ~= "file" then return end
  local text, problem = host.read(path)
  if not text then fail.io("%s", problem) end
  if not text:find(mark, 1, true) then
    fail.input("%s: not written by this command; move it away or name another file", path)
  end
end

function save.file(path, text)
  local parent, name = path:match("^(.*)/([^/]*)$")
  local ok, problem = host.write_set(parent == "" and "/" or parent or ".", { { name or path, text } })
  if not ok then fail.io("%s", problem) end
end

return save
