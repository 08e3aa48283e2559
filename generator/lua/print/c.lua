-- c.lua: lines of C with their indentation. What printers write to and templates put in place.
local c = {}

local Block = {}
Block.__index = Block

function c.block() return setmetatable({ depth = 0 }, Block) end

function c.is_block(value) return getmetatable(value) == Block end

-- Adds a line; with further arguments `text` is a format.
function Block:line(text, ...)
  if select("#", ...) > 0 then text = text:format(...) end
  self[#self + 1] = text == "" and "" or ("    "):rep(self.depth) .. text
end

-- Adds the lines of another block.
function Block:add(other)
  for _, line in ipairs(other) do self:line("%s", line) end
end

-- `head` {, what print() adds, }
function Block:braces(head, print)
  self:line("%s{", head == "" and "" or head .. " ")
  self.depth = self.depth + 1
  print()
  self.depth = self.depth - 1
  self:line("}")
end

return c
