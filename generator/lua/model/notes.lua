-- SPDX-License-Identifier: MIT
-- model/notes.lua: what a user should know of how the norms of a model were found; each note is kept once.
local List = {}
List.__index = List

-- Adds a note on `topic`, the part of a norm that it speaks of: "eps", "dtype", "count", or nil for all others.
function List:on(topic, text, ...)
  text = text:format(...)
  local before = self.of[text]
  if not before then
    self.of[text] = { text = text, topic = topic }
    self[#self + 1] = self.of[text]
  elseif before.topic ~= topic then
    before.topic = nil
  end
end

function List:add(text, ...) self:on(nil, text, ...) end

function List:append(list)
  for _, note in ipairs(list) do self:on(note.topic, "%s", note.text) end
end

-- Takes back all notes but the first `count`.
function List:cut(count)
  for i = #self, count + 1, -1 do
    self.of[self[i].text] = nil
    self[i] = nil
  end
end

return { new = function() return setmetatable({ of = {} }, List) end }
