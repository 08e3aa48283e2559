-- SPDX-License-Identifier: MIT
-- save.lua: writes one file, whole or not at all, and keeps files of other kinds from being replaced.
local fail = require "fail"

local save = {}

-- Fails when no file can have this name, and when there is one that does not hold `mark`, a text that all files of its
-- kind hold; without a mark any file may be there.
function save.check(path, mark)
  if path:find("/$") then fail.input("%s: names a directory; name a file", path) end
  local kind = host.exists(path)
  if kind == "directory" then fail.io("%s: is a directory; name a file", path) end
  if kind ~= "file" or not mark then return end
  local text, problem = host.read(path)
  if not text then fail.io("%s", problem) end
  if not text:find(mark, 1, true) then
    fail.input("%s: not written by this command; move it away or name another file", path)
  end
end

-- text: what the file is to hold, or a function that returns it; nobody else writes there while that runs.
function save.file(path, text)
  local parent, name = path:match("^(.*)/([^/]*)$")
  local function files() return { { name or path, type(text) == "function" and text() or text } } end
  local ok, problem = host.write_set(parent == "" and "/" or parent or ".", files)
  if not ok then fail.io("%s", problem) end
end

return save
