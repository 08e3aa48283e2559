-- SPDX-License-Identifier: MIT
-- input.lua: the text of the files that options name. A pipe gives its text once, so it is kept for later.
local input = {}

input.CONFIG_LIMIT = 4 << 20 -- bytes of a config

local from_pipes = {}

-- As host.read: the text of a file, or nil and a message.
function input.read(path, limit)
  if from_pipes[path] then return from_pipes[path] end
  local text, why = host.read(path, limit)
  if text and host.exists(path) ~= "file" then from_pipes[path] = text end
  return text, why
end

-- Text without the byte-order mark that editors may put before it.
function input.without_mark(text) return (text:gsub("^\xEF\xBB\xBF", "")) end

-- The same with the line ends of Unix.
function input.plain(text) return (input.without_mark(text):gsub("\r\n", "\n")) end

-- The text of a file, or of a pipe that was read before; nil for directories, and for what is larger than `limit`.
function input.again(path, limit)
  return from_pipes[path] or host.exists(path) == "file" and host.read(path, limit) or nil
end

return input
