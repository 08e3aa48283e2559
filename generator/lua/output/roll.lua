-- roll.lua: straight-line code told shorter. Runs of lines that repeat with evenly growing offsets become a loop that
-- the compiler is told to unroll: the same code for the processor, a tenth of it for readers.
local roll = {}

local KEYWORDS = { ["if"] = true, ["for"] = true, ["while"] = true, ["return"] = true, ["else"] = true, ["do"] = true,
  ["switch"] = true, ["case"] = true }

local PERIOD_MAX = 192 -- lines
local SAVED_MIN = 4    -- lines
local TWICE_MIN = 10   -- lines of a turn that two turns are enough for: whatever stands twice has even steps

-- A line of plain assignments and calls: its text with a hole for every number and every index, and the numbers.
local function shape(line)
  local word, after = line:match("^%s*([%a_][%w_]*)%s*([=%[%.%-%(])")
  if not word or KEYWORDS[word] or not line:find(";%s*$") or line:find("[{}\"#]") then return end
  local numbers = {}
  local text = line:gsub("%f[%w_.]%d+%f[^%w_.]", function(number)
    numbers[#numbers + 1] = math.tointeger(tonumber(number))
    return "\1"
  end)
  return text, numbers
end

-- How often the `period` lines at `from` repeat with constant steps, and the steps: list a line of lists a number.
local function repeats(lines, from, period)
  local steps, count = nil, 1
  while true do
    local base = from + count * period
    if base + period - 1 > #lines then break end
    local found = steps or {}
    for k = 0, period - 1 do
      local a, b = lines[base + k - period], lines[base + k]
      if not a.shape or a.shape ~= b.shape then return count, steps end
      found[k] = found[k] or {}
      for n = 1, #a.numbers do
        local step = b.numbers[n] - a.numbers[n]
        if steps and step ~= steps[k][n] then return count, steps end
        if not steps then found[k][n] = step end
      end
    end
    steps = found
    count = count + 1
  end
  return count, steps
end

local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return math.abs(a)
end

local rolled

-- The loop for `count` turns of `period` lines; the lines of a turn are rolled in their turn, with the next variable.
local function loop(lines, from, period, count, steps, variables, depth, out)
  local unit, start, even = 0, nil, true
  for k = 0, period - 1 do
    for n, step in ipairs(steps[k]) do
      if step ~= 0 then
        even = even and (unit == 0 or step == unit)
        unit = gcd(unit, step)
        start = start or lines[from + k].numbers[n]
      end
    end
  end
  if unit == 0 then return false end
  if not even then unit, start = 1, 0 end -- the variable counts turns
  local variable = variables[depth]
  local indent = lines[from].text:match("^%s*")
  out[#out + 1] = ("%sUNROLL for (size_t %s = %d; %s < %d; %s += %d) {"):format(indent, variable, start, variable,
    start + count * unit, variable, unit):gsub(" %+= 1%)", "++)")
  local turn = {}
  for k = 0, period - 1 do
    local n = 0
    turn[k + 1] = "    " .. lines[from + k].shape:gsub("\1", function()
      n = n + 1
      local number, step = lines[from + k].numbers[n], steps[k][n]
      if step == 0 then return tostring(number) end
      local times, rest = step // unit, number - start * (step // unit)
      local term = times == 1 and variable or ("%d * %s"):format(times, variable)
      return rest >= 0 and ("%s + %d"):format(term, rest) or ("%s - %d"):format(term, -rest)
    end)
  end
  for _, line in ipairs(rolled(turn, variables, depth + 1)) do
    out[#out + 1] = line:gsub("(%f[%w_]" .. variable .. ") %+ 0%f[^%w]", "%1")
  end
  out[#out + 1] = indent .. "}"
  return true
end

-- Lines of text with every run that repeats as a loop over variables[depth].
function rolled(texts, variables, depth)
  if depth > #variables then return texts end
  local lines = {}
  for i, text in ipairs(texts) do
    local s, numbers = shape(text)
    lines[i] = { text = text, shape = s, numbers = numbers }
  end
  local out, at = {}, 1
  while at <= #lines do
    local best, saved, best_count, best_steps = nil, SAVED_MIN - 1, nil, nil
    if lines[at].shape then
      for period = 1, PERIOD_MAX do
        if at + 2 * period - 1 > #lines then break end
        local next_line = lines[at + period]
        if next_line.shape == lines[at].shape then
          local count, steps = repeats(lines, at, period)
          if (count > 2 or count == 2 and period >= TWICE_MIN) and period * (count - 1) - 2 > saved then
            best, saved, best_count, best_steps = period, period * (count - 1) - 2, count, steps
          end
        end
      end
    end
    if best and loop(lines, at, best, best_count, best_steps, variables, depth, out) then
      at = at + best * best_count
    else
      out[#out + 1] = lines[at].text
      at = at + 1
    end
  end
  return out
end

-- The text of a function, rolled.
function roll.text(text)
  local variables, lines = {}, {}
  for _, name in ipairs { "i", "j", "k", "e" } do
    if not text:find("%f[%w_]" .. name .. "%f[^%w_]") then variables[#variables + 1] = name end
  end
  for line in (text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  return table.concat(rolled(lines, variables, 1), "\n")
end

return roll
