-- SPDX-License-Identifier: MIT
-- registers.lua: how printers of steps spell places in rows, pointers to rows and the names of registers.
local amd = require "plan.amd"
local c = require "print.c"
local order = require "plan.order"

local registers = {}

-- A form (order.lua) as C: "64 * i + 128".
function registers.number(at)
  local terms = {}
  for i = 2, #at do terms[#terms + 1] = registers.times(at[i][2], at[i][1]) end
  local text = table.concat(terms, " + ")
  if text == "" then return tostring(at[1]) end
  if at[1] == 0 then return text end
  return ("%s %s %d"):format(text, at[1] < 0 and "-" or "+", math.abs(at[1]))
end

-- The place of the element `offset` behind a form: "x + i + 16".
function registers.place(pointer, at, offset)
  local sum = registers.number(order.plus(at, offset or 0))
  return sum == "0" and pointer or pointer .. " + " .. sum
end

-- The number of the register, of W elements, that begins at a form, in an array of a row's: "i / 16 + k".
function registers.index(at, W)
  local scaled = { at[1] // W }
  for i = 2, #at do
    local variable, factor = table.unpack(at[i])
    scaled[i] = factor % W == 0 and { variable, factor // W } or { registers.times(factor, variable) .. " / " .. W, 1 }
  end
  return registers.number(scaled)
end

-- The row `r` behind `first`, or behind the present one.
function registers.row_at(r, first)
  first = first or "row"
  return r == 0 and first or ("%s + %d"):format(first, r)
end

-- "2 * a->x_stride", "a->x_stride"
function registers.times(n, text) return n == 1 and text or ("%d * %s"):format(n, text) end

-- The name of register p of those that a letter stands for; if there is one register only, the letter alone.
function registers.name(letter, p, several)
  return several and letter .. (letter:match("%d") and "_" or "") .. p or letter
end

-- The names that a pass over `count` registers needs for each of `letters`, if it takes `group` of them at a time:
-- numbered ones for a group, and the letter alone for a register that is by itself.
function registers.names_of(letters, count, group)
  local list = {}
  local function add(p, several)
    for _, letter in ipairs(letters) do list[#list + 1] = registers.name(letter, p, several) end
  end
  for p = 0, math.min(group, count) - 1 do
    if group > 1 and count > 1 then add(p, true) end
  end
  if count % group == 1 % group then add(0, false) end
  return list
end

-- "add(add(s0, s2), add(s1, s3))": the `used` chains of a sum, "s%d" or a function of i, folded; nil without any.
function registers.folded(sum, used, paired)
  local function chain(i) return used > i and (type(sum) == "function" and sum(i) or sum:format(i)) or nil end
  local function both(x, y) return x and y and ("add(%s, %s)"):format(x, y) or x end
  local x, y = both(chain(0), chain(2)), both(chain(1), chain(3))
  return paired and ("add(first_of_pair(%s, %s), last_of_pair(%s, %s))"):format(x, y, x, y) or both(x, y)
end

-- The sixteen folded lanes as arguments: the registers of all sweeps, the one register, or in plain C an array of
-- floats.
function registers.lanes(o, name)
  if o.W == 1 or o.sweeps == 1 then return name end
  local list = {}
  for i = 0, o.sweeps - 1 do list[i + 1] = ("%s[%d]"):format(name, i) end
  local all = table.concat(list, ", ")
  return o:sweeps_halves() and ("first_of_pair(%s), last_of_pair(%s)"):format(all, all) or all
end

-- Those of one sweep, `fold` being a step of order.lua.
function registers.lanes_of(name, fold)
  return fold.sweep and ("%s[%s]"):format(name, registers.number(fold.sweep)) or name
end

-- Those of all sums, as declared.
function registers.lanes_declared(p)
  local list, each = {}, p.order.sweeps > 1 and ("[%d]"):format(p.order.sweeps) or ""
  for i, k in ipairs(p.spell.sums) do list[i] = "t" .. k .. each end
  return table.concat(list, ", ")
end

-- A situation of plan.lua in words.
function registers.situation(situation)
  local rows = ("%d at a time"):format(situation.way.rows)
  if situation.name == "one" then return "Handles row by row" end
  if situation.name == "few" then return "Handles rows that stay in the caches, " .. rows end
  if situation.name == "few_large" or situation.name == "few_amd" then
    local way = situation.way
    local where = way.from and not way.large and "last-level cache" or "caches"
    local whose = way.small and "AMD before Zen 5" or way.large and not way.from and "AMD from Zen 5 on" or "AMD"
    return ("Handles rows that stay in the %s of a processor of %s, %s"):format(where, whose, rows)
  end
  local which = situation.name == "unaligned" and " whose y begins within a register"
    or situation.name == "many_amd" and " of a processor of AMD before Zen 5" or ""
  return ("Handles rows past the caches%s, %s"):format(which, rows)
end

-- amd.serves() in C: what is asked before a schedule for processors of AMD serves `rows` rows of so many bytes each,
-- which count only for schedules with bounds.
function registers.serves_amd(way, rows, bytes)
  local test = way.small and "on_small_amd()" or way.large and "on_large_amd()" or "on_amd()"
  if way.from then
    local past = ("past_l2_of_amd(%s * %d)"):format(rows, bytes)
    test = way.large and ("(%s || %s)"):format(test, past) or past
  end
  return way.within and ("%s * %d <= %d && %s"):format(rows, bytes, way.within, test) or test
end

-- amd.eight_rows() in C, on the processors that have such groups.
function registers.serves_large(rows)
  return ("%s >= ((%s) %% 8 ? %d : %d) && on_large_amd()"):format(rows, rows, amd.EIGHT_UNEVEN, amd.EIGHT_LEAST)
end

-- The row that `index` names, of an array in the arguments: templates/kernel/rows.c has a function for each.
function registers.row(array, index) return ("row_%s(a, %s)"):format(array, index) end

-- What declares a pointer to it, called as the array is if no name is given. `p`, here and below: what a printer needs
-- to know of a kernel, of which only its `spell` counts.
function registers.row_pointer(p, array, index, name)
  local type, constant = p.spell.row_type(array)
  return ("%s%s *%s = %s;"):format(constant and "const " or "", type, name or array, registers.row(array, index))
end

-- Elements from one prefetch of a way of writing to the next; nil where it has none.
function registers.fetch_of(p, way) return way.prefetch > 0 and way.fetch_bytes // p.spell.element_bytes or nil end

-- Declares pointers to parameters.
function registers.parameter_pointers(p, parameters)
  local b, T = c.block(), p.spell.parameter
  for _, parameter in ipairs(parameters or p.spell.parameters) do
    b:line("const %s *%s = (const %s *)a->%s;", T, parameter.name, T, parameter.name)
  end
  return b
end

-- The same of a head whose gamma begins `offset` elements after that of the first.
function registers.head_pointers(p, offset)
  local b, T = c.block(), p.spell.parameter
  for _, parameter in ipairs(p.spell.parameters) do
    b:line("const %s *%s = (const %s *)row_of(a->%s, %s, sizeof(%s));", T, parameter.name, T, parameter.name, offset, T)
  end
  return b
end

function registers.bias_pointer(p)
  local b, T = c.block(), p.spell.element
  if p.spell.bias then b:line("const %s *bias = (const %s *)a->bias;", T, T) end
  return b
end

return registers
