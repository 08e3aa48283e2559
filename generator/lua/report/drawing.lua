-- SPDX-License-Identifier: MIT
-- drawing.lua: the journey of a row as a drawing, in SVG: the arena, the levels of memory, registers and operations.
local arena = require "report.arena"
local plan = require "plan.plan"
local words = require "report.words"

local drawing = {}

local WIDE, HIGH = 1280, 720
local INK, SOFT, READ, WRITE, FILL = "#1b1f24", "#6b7280", "#0060ad", "#c2410c", "#f3f5f8"

-- Lines of SVG and what adds to them.
local function canvas()
  local self = {}
  function self.add(format, ...) self[#self + 1] = format:format(...) end
  function self.text(x, y, size, text, more)
    self.add('<text x="%.1f" y="%.1f" font-size="%d" %s>%s</text>', x, y, size, more or "", words.escaped(text))
  end
  function self.box(x, y, w, h, more)
    self.add('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="8" %s/>', x, y, w, h, more or "")
  end
  function self.arrow(x1, y1, x2, y2, color, thick)
    self.add('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%.1f" marker-end="url(#%s)"/>',
      x1, y1, x2, y2, color, thick, color == READ and "read" or "write")
  end
  return self
end

-- The parts of the arena, one below the other; heights grow slowly with bytes.
local function draw_arena(c, spec, rows, x, y, w, h)
  local parts, total = arena.layout(spec, rows)
  c.text(x, y - 14, 18, "The arena", 'font-weight="bold"')
  c.text(x + w, y - 14, 13, ("%s for %d rows"):format(words.size(total), rows),
    ('text-anchor="end" fill="%s"'):format(SOFT))
  local weights, sum = {}, 0
  for i, part in ipairs(parts) do
    weights[i] = 1 + math.log(math.max(part.bytes, 64), 2) / 10
    sum = sum + weights[i]
  end
  local at = y
  for i, part in ipairs(parts) do
    local high = h * weights[i] / sum
    local written = ({ y = true, y2 = true, sum = true, dx = true, dgamma = true, dbeta = true, mean = true,
      rstd = true,
      scale = true })[part.name]
    c.box(x, at, w, high - 5, ('fill="%s" stroke="%s" stroke-width="1.5"'):format(FILL, written and WRITE or READ))
    local middle = at + (high - 5) / 2 + 5
    c.text(x + 12, middle, 17, part.name, 'font-weight="bold"')
    c.text(x + w - 12, middle, 13, ("%#x, %s"):format(part.offset, words.size(part.bytes)), 'text-anchor="end"')
    at = at + high
  end
end

local function sum_of(by) return by[1] + by[2] + by[3] + by[4] end

drawing.MARK = ": the journey of a row</title>" -- in every drawing

-- drawing.svg(k, j, facts) -> text of the file. j: of journey.of; facts: caches, whose, floors, ns.
function drawing.svg(k, j, facts)
  local c = canvas()
  c.add('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"', WIDE, HIGH,
    WIDE, HIGH)
  c.add('  font-family="Helvetica, Arial, sans-serif" fill="%s">', INK)
  c.add("<title>%s%s", words.escaped(k.name), drawing.MARK)
  for _, marker in ipairs { { "read", READ }, { "write", WRITE } } do
    c.add('<marker id="%s" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="20" '
      .. 'markerHeight="20" orient="auto"><path d="M0 0L10 5L0 10z" fill="%s"/></marker>', marker[1], marker[2])
  end
  c.add('<rect width="%d" height="%d" fill="#ffffff"/>', WIDE, HIGH)
  c.text(40, 52, 28, "The journey of one row", 'font-weight="bold"')
  c.text(40, 80, 16, ("%s, in a batch of %d row%s"):format(k.name, j.rows, j.rows == 1 and "" or "s"),
    ('fill="%s"'):format(SOFT))
  draw_arena(c, k.spec, j.rows, 40, 136, 300, 500)

  -- the levels, from memory at the bottom to registers at the top
  local x, w, high, gap = 400, 480, 74, 33
  local names = { "Memory", "L3", "L2", "L1" }
  local y_of = {}
  for i, name in ipairs(names) do
    local level = 5 - i
    local y = 136 + (5 - i) * (high + gap)
    y_of[level] = y
    local from, to = j.from[level], j.to[level]
    local used = from + to > 0
    c.box(x, y, w, high, ('fill="%s" stroke="%s" stroke-width="%s"'):format(FILL, used and INK or "#c7ccd4",
      used and "2" or "1"))
    local size = facts.caches[level]
    c.text(x + 16, y + 31, 20, name, ('font-weight="bold" fill="%s"'):format(used and INK or SOFT))
    c.text(x + 16, y + 55, 13, size and words.size(size) or "where the arena lies", ('fill="%s"'):format(SOFT))
    if from > 0 then
      c.text(x + w - 150, y + 31, 15, ("%d bytes read"):format(from), ('fill="%s" text-anchor="middle"'):format(READ))
    end
    if to > 0 then
      c.text(x + w - 150, y + 55, 15, ("%d bytes written"):format(to), ('fill="%s" text-anchor="middle"'):format(WRITE))
    end
  end
  c.box(x, 136, w, high, ('fill="#ffffff" stroke="%s" stroke-width="2.5"'):format(INK))
  c.text(x + 16, 167, 20, "Registers", 'font-weight="bold"')
  c.text(x + 16, 191, 13, ("%d of %d elements; a row fills %d"):format(k.target.registers, k.target.lanes, j.registers),
    ('fill="%s"'):format(SOFT))
  c.text(x + w - 16, 167, 15, ("%.4g loads"):format(j.loads), ('text-anchor="end" fill="%s"'):format(READ))
  c.text(x + w - 16, 191, 15, ("%.4g stores"):format(j.stores), ('text-anchor="end" fill="%s"'):format(WRITE))
  -- what passes between two neighbours: all bytes that come from, or go to, the lower one and those below it
  for level = 1, 4 do
    local up, down = 0, 0
    for l = level, 4 do up, down = up + j.from[l], down + j.to[l] end
    local low, top = y_of[level], (y_of[level - 1] or 136) + high
    local function thick(bytes) return 2 + 6 * bytes / math.max(sum_of(j.from), sum_of(j.to), 1) end
    if up > 0 then c.arrow(x + w - 240, low, x + w - 240, top + 2, READ, thick(up)) end
    if down > 0 and not j.streams then
      c.arrow(x + w - 60, top, x + w - 60, low - 2, WRITE, thick(down))
    end
  end
  if j.streams and j.to[4] > 0 then -- past the caches
    local right = x + w + 18
    c.add('<path d="M%.1f %.1f H%.1f V%.1f H%.1f" fill="none" stroke="%s" stroke-width="6" marker-end="url(#write)"/>',
      x + w, 173.0, right, y_of[4] + 37.0, x + w + 3, WRITE)
  end

  -- what is done to the row
  local right, y = 918, 136
  c.text(right, y - 14, 18, "What is done to it", 'font-weight="bold"')
  local function paragraph(head, lines)
    c.text(right, y + 18, 16, head, 'font-weight="bold"')
    y = y + 18
    for _, line in ipairs(lines) do
      y = y + 21
      c.text(right, y, 14, line)
    end
    y = y + 26
  end
  local spell = (require "print.spell").of(k.spec)
  if k.spec.pass == "backward" then
    paragraph("Statistics pass", { "reads x and dy once, for two sums of a row" })
    paragraph("Write pass", { "reads x and dy again, writes dx,", "adds to dgamma and dbeta" })
  else
    if k.spec.pass ~= "apply" then
      paragraph("Statistics pass", { spell.centred and "reads the row once, for the sums of x and x*x"
        or "reads the row once, for the sum of x*x", spell.centred and "gives mean and rstd" or "gives rstd" })
    end
    if k.spec.pass ~= "stats" then
      local lines = { "reads the row again, writes" }
      local line = ""
      for word in ("y = " .. spell.formula):gmatch("%S+") do
        if #line + #word > 40 then
          lines[#lines + 1] = line
          line = " "
        end
        line = line .. (line == "" and "" or " ") .. word
      end
      lines[#lines + 1] = line
      paragraph("Write pass", lines)
    end
  end
  local lines = {}
  for _, o in ipairs(j.operations) do lines[#lines + 1] = ("%.4g %s"):format(o.count, o.name) end
  paragraph("Operations on registers, a row", lines)
  local s = j.schedule
  paragraph("Schedule, situation " .. j.situation, {
    ("%d row%s in flight%s"):format(s.rows, s.rows == 1 and "" or "s",
      s.ahead > 0 and (", sums %d group%s ahead"):format(s.ahead, s.ahead == 1 and "" or "s") or ""),
    plan.unrolled(s) .. ", " .. (j.streams and "stores past the caches" or "stores through the caches") })
  lines = {}
  for i, floor in ipairs(facts.floors) do
    if i <= 6 then
      lines[#lines + 1] = ("%s: %.0f%s"):format(floor.core.title, floor.cycles,
        floor.static and (" (llvm-mca: %.0f)"):format(floor.static) or "")
    end
  end
  if #lines > 0 then paragraph("Cycles a row, at least", lines) end
  if facts.ns then paragraph("Measured", { ("%.1f ns a row"):format(facts.ns) }) end
  c.text(40, 682, 13,
    ("Caches %s. Bytes are those of one row; what is shared by rows in flight counts in part."):format(
    facts.whose), ('fill="%s"'):format(SOFT))
  c.add("</svg>")
  return table.concat(c, "\n") .. "\n"
end

return drawing
