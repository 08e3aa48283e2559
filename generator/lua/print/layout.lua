-- SPDX-License-Identifier: MIT
-- layout.lua: C and comments in lines of at most 120 columns.
local c = require "print.c"

local layout = {}

layout.COLUMNS = 120

-- `head(a, b, c)`, with its parameters filled into lines. `length(text)`: how long a piece of text is once its names
-- are changed; without it, as long as it is now.
function layout.list(head, parameters, tail, length)
  length = length or function(text) return #text end
  local b, indent = c.block(), (" "):rep(length(head) + 1)
  local line, width = head .. "(", #indent
  for i, parameter in ipairs(parameters) do
    parameter = parameter .. (i < #parameters and "," or ")" .. (tail or ""))
    local more = length(parameter)
    if i > 1 and width + 1 + more > layout.COLUMNS then
      b:line("%s", line)
      line, width = indent .. parameter, #indent + more
    else
      line, width = line .. (i > 1 and " " or "") .. parameter, width + (i > 1 and 1 or 0) + more
    end
  end
  b:line("%s", line)
  return b
end

-- Words filled into lines that begin with `lead`, the first line with `first`; `less` columns stay free.
function layout.filled(text, lead, first, less)
  local b, line, empty = c.block(), first or lead, true
  for word in text:gmatch("%S+") do
    if not empty and #line + 1 + #word > layout.COLUMNS - (less or 0) then
      b:line("%s", line)
      line, empty = lead, true
    end
    line, empty = line .. (empty and "" or " ") .. word, false
  end
  b:line("%s", line)
  return b
end

-- A comment of one paragraph.
function layout.comment(text) return layout.filled(text .. " */", " * ", "/* ") end

-- The members of an enum, list of { name, text }, each with its text as a comment.
function layout.enumerators(list)
  local b, longest = c.block(), 0
  for _, e in ipairs(list) do longest = math.max(longest, #e.name + 1) end
  for i, e in ipairs(list) do
    local name = e.name .. (i < #list and "," or "")
    local line = ("%-" .. longest .. "s /* %s */"):format(name, e.text)
    if 4 + #line <= layout.COLUMNS then
      b:line("%s", line)
    else
      b:add(layout.filled(e.text .. " */", (" "):rep(longest + 4), ("%-" .. longest .. "s /* "):format(name), 4))
    end
  end
  return b
end

return layout
