-- SPDX-License-Identifier: MIT
-- words.lua: how doctor, explain and report put what they know into words.
local words = {}

-- A line of a report: what it is about, "" where the line before says so, and what there is to say.
function words.say(what, ...) print(("%-12s "):format(what) .. string.format(...)) end

-- A number of bytes as people read it.
function words.size(n)
  if n >= 1 << 20 then return ("%.4g MiB"):format(n / (1 << 20)) end
  return n >= 1 << 14 and ("%.4g KiB"):format(n / 1024) or ("%d bytes"):format(n)
end

-- Caches, as of machine.caches: "L1 32 KiB, L2 1 MiB".
function words.caches(list)
  local parts = {}
  for i, cache in ipairs(list) do parts[i] = ("L%d %s"):format(cache.level, words.size(cache.bytes)) end
  return table.concat(parts, ", ")
end

-- Text as HTML and SVG take it, within elements and attributes.
function words.escaped(value)
  return (tostring(value):gsub('[&<>"]', { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

return words
