-- SPDX-License-Identifier: MIT
-- drawing.lua: the journey of a row as a drawing, in SVG: the arena, the levels of memory, registers and operations.
local arena = require "report.arena"
local plan = require "plan.plan"
local spell_module = require "print.spell"
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

local WRITTEN = { y = true, y2 = true, sum = true, dx = true, dgamma = true, dbeta = true, mean = true, rstd = true,
  scale = true }

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
    c.box(x, at, w, high - 5, ('fill="%s" stroke="%s" stroke-width="1.5"'):format(FILL,
      WRITTEN[part.name] and WRITE or READ))
    local middle = at + (high - 5) / 2 + 5
    c.text(x + 12, middle, 17, part.name, 'font-weight="bold"')
    c.text(x + w - 12, middle, 13, ("%#x, %s"):format(part.offset, words.size(part.bytes)), 'text-anchor="end"')
    at = at + high
  end
end

local LEFT, TOP, BROAD, TALL, GAP = 400, 136, 480, 74, 33 -- the levels, registers first, memory last
local LEVELS = { "L1", "L2", "L3", "Memory" }

-- Where level `level` begins; 0 is the registers.
local function y_of(level) return TOP + level * (TALL + GAP) end

local function draw_registers(c, target, j)
  c.box(LEFT, TOP, BROAD, TALL, ('fill="#ffffff" stroke="%s" stroke-width="2.5"'):format(INK))
  c.text(LEFT + 16, TOP + 31, 20, "Registers", 'font-weight="bold"')
  c.text(LEFT + 16, TOP + 55, 13, ("%d of %d elements; a row fills %d"):format(target.registers, target.lanes,
    j.registers), ('fill="%s"'):format(SOFT))
  local right = LEFT + BROAD - 16
  c.text(right, TOP + 31, 15, ("%.4g loads"):format(j.loads), ('text-anchor="end" fill="%s"'):format(READ))
  c.text(right, TOP + 55, 15, ("%.4g stores"):format(j.stores), ('text-anchor="end" fill="%s"'):format(WRITE))
end

-- A level of memory, with the bytes that come from it and go to it. size: its bytes, nil of memory.
local function draw_level(c, level, from, to, size)
  local y, used, middle = y_of(level), from + to > 0, LEFT + BROAD - 150
  c.box(LEFT, y, BROAD, TALL, ('fill="%s" stroke="%s" stroke-width="%s"'):format(FILL, used and INK or "#c7ccd4",
    used and "2" or "1"))
  c.text(LEFT + 16, y + 31, 20, LEVELS[level], ('font-weight="bold" fill="%s"'):format(used and INK or SOFT))
  c.text(LEFT + 16, y + 55, 13, size and words.size(size) or "where the arena lies", ('fill="%s"'):format(SOFT))
  local function moved(below, bytes, how, color)
    if bytes == 0 then return end
    c.text(middle, y + below, 15, ("%d bytes %s"):format(bytes, how), ('fill="%s" text-anchor="middle"'):format(color))
  end
  moved(31, from, "read", READ)
  moved(55, to, "written", WRITE)
end

local function sum_of(by, first)
  local sum = 0
  for level = first, 4 do sum = sum + by[level] end
  return sum
end

-- What passes between two neighbours: all bytes that come from, or go to, the lower one and those below it.
local function draw_traffic(c, j)
  local right = LEFT + BROAD
  local most = math.max(sum_of(j.from, 1), sum_of(j.to, 1), 1)
  for level = 1, 4 do
    local up, down = sum_of(j.from, level), sum_of(j.to, level)
    local low, top = y_of(level), y_of(level - 1) + TALL
    if up > 0 then c.arrow(right - 240, low, right - 240, top + 2, READ, 2 + 6 * up / most) end
    if down > 0 and not j.streams then
      c.arrow(right - 60, top, right - 60, low - 2, WRITE, 2 + 6 * down / most)
    end
  end
  if j.streams and j.to[4] > 0 then -- past the caches
    c.add('<path d="M%.1f %.1f H%.1f V%.1f H%.1f" fill="none" stroke="%s" stroke-width="6" marker-end="url(#write)"/>',
      right, TOP + 37.0, right + 18, y_of(4) + 37.0, right + 3, WRITE)
  end
end

-- The formula of y in lines of about 40 characters.
local function formula_lines(spell)
  local lines, line = {}, ""
  for word in ("y = " .. spell.formula):gmatch("%S+") do
    if #line + #word > 40 then
      lines[#lines + 1] = line
      line = " "
    end
    line = line .. (line == "" and "" or " ") .. word
  end
  lines[#lines + 1] = line
  return lines
end

-- What is done to a row, as paragraphs: list of { head, its lines }. facts: as of drawing.svg.
local function told(k, j, facts)
  local list, spell, pass, s = {}, spell_module.of(k.spec), k.spec.pass, j.schedule
  local function paragraph(head, ...) list[#list + 1] = { head, { ... } } end
  if pass == "backward" then
    paragraph("Statistics pass", "reads x and dy once, for two sums of a row")
    paragraph("Write pass", "reads x and dy again, writes dx,", "adds to dgamma and dbeta")
  elseif pass ~= "apply" then
    paragraph("Statistics pass", spell.centred and "reads the row once, for the sums of x and x*x"
      or "reads the row once, for the sum of x*x", spell.centred and "gives mean and rstd" or "gives rstd")
  end
  if pass == "forward" or pass == "apply" then
    paragraph("Write pass", "reads the row again, writes", table.unpack(formula_lines(spell)))
  end
  local lines = {}
  for i, o in ipairs(j.operations) do lines[i] = ("%.4g %s"):format(o.count, o.name) end
  paragraph("Operations on registers, a row", table.unpack(lines))
  paragraph("Schedule, situation " .. j.situation, ("%d row%s in flight%s"):format(s.rows, s.rows == 1 and "" or "s",
    s.ahead > 0 and (", sums %d group%s ahead"):format(s.ahead, s.ahead == 1 and "" or "s") or ""),
    plan.unrolled(s) .. ", " .. (j.streams and "stores past the caches" or "stores through the caches"))
  lines = {}
  for i = 1, math.min(#facts.floors, 6) do
    local floor = facts.floors[i]
    lines[i] = ("%s: %.0f%s"):format(floor.core.title, floor.cycles,
      floor.static and (" (llvm-mca: %.0f)"):format(floor.static) or "")
  end
  if #lines > 0 then paragraph("Cycles a row, at least", table.unpack(lines)) end
  if facts.ns then paragraph("Measured", ("%.1f ns a row"):format(facts.ns)) end
  return list
end

local function draw_paragraphs(c, x, y, paragraphs)
  c.text(x, y - 14, 18, "What is done to it", 'font-weight="bold"')
  for _, paragraph in ipairs(paragraphs) do
    local head, lines = table.unpack(paragraph)
    c.text(x, y + 18, 16, head, 'font-weight="bold"')
    for i, line in ipairs(lines) do c.text(x, y + 18 + 21 * i, 14, line) end
    y = y + 18 + 21 * #lines + 26
  end
end

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
  draw_arena(c, k.spec, j.rows, 40, TOP, 300, 500)
  for level = 4, 1, -1 do draw_level(c, level, j.from[level], j.to[level], facts.caches[level]) end
  draw_registers(c, k.target, j)
  draw_traffic(c, j)
  draw_paragraphs(c, 918, TOP, told(k, j, facts))
  c.text(40, 682, 13,
    ("Caches %s. Bytes are those of one row; what is shared by rows in flight counts in part."):format(
    facts.whose), ('fill="%s"'):format(SOFT))
  c.add("</svg>")
  return table.concat(c, "\n") .. "\n"
end

return drawing
