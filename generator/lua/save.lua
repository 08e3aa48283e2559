-- SPDX-License-Identifier: MIT
-- save.lua: writes one file, whole or not at all, and keeps files of other kinds from being replaced.
local fail = require "fail"
local shell = require "shell"

local save = {}

-- The directory that a path names a file in, and the file's name there.
local function split(path)
  local parent, name = path:match("^(.*)/([^/]*)$")
  return parent == "" and "/" or parent or ".", name or path
end

-- Fails when no file can be made in the directory of `path`, or else in the nearest one that is there.
local function try(path)
  local parent, name = split(path)
  for _, other in ipairs(host.list(parent) or {}) do
    if other == name and not host.exists(path) then fail.io("%s: a symbolic link leads to nothing", path) end
  end
  while not host.exists(parent) and parent ~= "." and parent ~= "/" do parent = split(parent) end
  if host.exists(parent) ~= "directory" then fail.io("%s: is no directory; name another place", parent) end
  local ok, problem = host.write_set(parent, {})
  if not ok then fail.io("%s", problem) end
end

-- Fails when no file of this name can be written, also where there is one that may not be written to, and when there is
-- one that does not hold `mark`, a text that all files of its kind hold; without a mark any file may be there.
function save.check(path, mark)
  if path:find("/$") then fail.input("%s: names a directory; name a file", path) end
  local kind = host.exists(path)
  if kind == "directory" then fail.io("%s: is a directory; name a file", path) end
  if kind == "other" then fail.io("%s: is a pipe or a device, expected a file", path) end
  try(path)
  if kind ~= "file" then return end
  local writable, why = host.writable(path)
  if not writable then fail.io("%s; make it writable or name another file", why) end
  if not mark then return end
  local text, problem = host.read(path)
  if not text then fail.io("%s", problem) end
  if not text:find(mark, 1, true) then
    fail.input("%s: not written by this command; move it away or name another file", path)
  end
end

-- text: what the file is to hold, or a function that returns it; nobody else writes there while that runs.
function save.file(path, text)
  local parent, name = split(path)
  local function files() return { { name, type(text) == "function" and text() or text } } end
  local ok, problem = shell.write_set(parent, files)
  if not ok then fail.io("%s", problem) end
end

return save
