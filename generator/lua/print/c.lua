-- SPDX-License-Identifier: MIT
-- c.lua: blocks, which are lines of C with their indentation. Printers fill them and templates place them.
local c = {}

local Block = {}
Block.__index = Block

-- `lines` counts each line as often as the unrolled loops around it turn; the next line counts `turns` times.
function c.block() return setmetatable({ depth = 0, lines = 0, turns = 1 }, Block) end

function c.is_block(value) return getmetatable(value) == Block end

-- Adds a line; with further arguments `text` is a format.
function Block:line(text, ...)
  if select("#", ...) > 0 then text = text:format(...) end
  self[#self + 1] = text == "" and "" or ("    "):rep(self.depth) .. text
  self.lines = self.lines + self.turns
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

-- The head of a loop of order.lua.
local function loop_head(s)
  return ("%sfor (size_t %s = %d; %s < %d; %s"):format(s.unroll and "UNROLL " or "", s.variable, s.from, s.variable,
    s.to, s.variable) .. (s.by == 1 and "++)" or (" += %d)"):format(s.by))
end

-- Prints a tree of order.lua: print[kind](p, b, step, o) prints a step.
function c.print_tree(b, tree, print, p, o)
  for _, s in ipairs(tree) do
    if s.kind == "loop" then
      local turns = b.turns
      if s.unroll then b.turns = turns * ((s.to - s.from) // s.by) end
      b:braces(loop_head(s), function() c.print_tree(b, s, print, p, o) end)
      b.turns = turns
    elseif s.kind == "if" then
      b:braces(("if (%s < %d)"):format(s.variable, s.below), function() c.print_tree(b, s, print, p, o) end)
    else
      print[s.kind](p, b, s, o)
    end
  end
end

return c
