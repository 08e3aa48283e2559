-- SPDX-License-Identifier: MIT
-- order.lua: the order of a kernel's work on a row, as a tree of steps and loops that print/ spells in C. Which
-- addition comes first within a lane is fixed by numerics; everything else here is schedule.
--
-- Steps of one row's sums, at most one block between two `widen`:
--   { kind = "zero", sweep }                     the chains begin at zero; sweep: where sweeps take turns, each
--                                                with chains of its own
--   { kind = "sum", row, at, start, four, sweep, registers } registers are added to their chains, or begin them; four:
--                                                one to each chain, all whole, as a row has them every 64 elements;
--                                                start: true, or { variable, value }: in that turn of a loop
--   { kind = "fold", row, sweep, used }          the chains of a sweep to its part of the sixteen lanes; `used`: how
--                                                many chains have begun; sweep is nil where there is but one;
--                                                in plain C a sweep is a lane
--   { kind = "widen", row, of_row }              sixteen lanes to double, added to the row's sums; of_row: the "first"
--                                                block begins these sums, the "only" block is all of them
--   { kind = "total", row }                      the row's sums to four doubles each
--   { kind = "finish", rows }                    what writing needs, from the sums of all rows in flight
-- Steps of the write pass:
--   { kind = "write", at, registers, units }     the same registers of all rows in flight; units: as many times, each
--                                                time right after the last, 1 if not given
--   { kind = "largest", at, registers }          their largest magnitudes, before anything is written as int8
-- Around steps:
--   { kind = "loop", variable, from, to, by, unroll, ... }  `unroll`: the compiler writes every turn out
--   { kind = "if", variable, below, ... }
--
-- A register is { offset, count, chain, half, fetch }: where it lies behind the step's `at`; how many elements it has
-- where that is less than all; the chain it is added to; in register pairs whether it takes the even or the odd
-- elements; and whether rows to come are prefetched with it. Places, rows and sweeps are forms:
-- { n, { variable, factor }, ... }.
local numerics_module = require "spec.numerics"

local order = {}
order.__index = order

local CHAINS, CHAIN = numerics_module.chains, numerics_module.chain -- a register covers one sweep of CHAIN / W
local VARIABLES = { "i", "j", "e", "h" } -- functions that print loops have a parameter k
local NUMBERS = { "at", "row", "sweep" } -- what is a form in a step

-- The order for rows of `width` elements in registers of W lanes. `paired`: even and odd elements lie in separate
-- registers, where a row is long enough for a pair. in_fours: steps of four registers are printed as calls, which can
-- begin the chains in one turn of a loop. at_once: a block is read once for all sweeps, which take turns, each with
-- chains of its own; otherwise once for each.
function order.new(width, W, numerics, paired, in_fours, at_once)
  local pair = 2 * W
  local o = { width = width, W = W, block = numerics.block, lanes = numerics.lanes, sweeps = CHAIN // W,
    paired = paired and width >= pair, in_fours = in_fours, at_once = at_once and W > 1 and W < CHAIN }
  o.unit = o.paired and pair or W -- elements that a load or a store is about
  o.unit_registers = o.unit // W  -- registers they fill
  o.chains = #order.group(o, 0, width)
  return setmetatable(o, order)
end

-- Forms ---------------------------------------------------------------------------------------------------------------

local function form(n, ...) return { n, ... } end

-- The form `at`, some elements further on, or some turns of a variable further on.
function order.plus(at, n, variable)
  local sum = { at[1] + n }
  for i = 2, #at do sum[i] = at[i] end
  if variable then sum[#sum + 1] = { variable, 1 } end
  return sum
end

local function value_of(at, variables)
  local n = at[1]
  for i = 2, #at do n = n + at[i][2] * variables[at[i][1]] end
  return n
end

-- Registers -----------------------------------------------------------------------------------------------------------

-- The register of the elements from `from` + `offset` on, `to` being the end; in register pairs the half that takes its
-- place, or the given half. nil where there is none.
local function register(o, from, offset, to, half)
  local at = from + offset
  if not o.paired then
    return at < to and { offset = offset, count = to - at < o.W and to - at or nil } or nil
  end
  local base = at // o.unit * o.unit
  if base >= to then return nil end
  return { offset = base - from, count = to - base < o.unit and to - base or nil, half = half or at // o.W % 2 }
end

-- Whether a register pair is a chain: one sweep then takes the even elements, and the next the odd ones.
function order:sweeps_halves() return self.paired and self.sweeps > 1 end

-- The registers of one sweep over the chains' lanes from element `from` on, with their chains, and how many lanes of a
-- chain there are before the end `to`. half: of register pairs, where that depends on the sweep.
function order:group(from, to, half)
  local registers = {}
  for chain = 0, CHAINS - 1 do
    local r = register(self, from, CHAIN * chain, to, half)
    if r then
      r.chain, r.below = chain, math.min(CHAIN, to - from - CHAIN * chain)
      registers[#registers + 1] = r
    end
  end
  return registers
end

-- Trees ---------------------------------------------------------------------------------------------------------------

-- A loop from `from` to `to` with `by` elements in each turn; if there is one turn only, its steps without a loop.
-- body(list, at) adds the steps of a turn.
local function loop(list, variable, at, from, to, by, unroll, body)
  if to - from <= by then
    for e = from, to - 1, by do body(list, order.plus(at, e)) end
    return
  end
  local turn = { kind = "loop", variable = variable, from = from, to = to, by = by, unroll = unroll }
  body(turn, order.plus(at, 0, variable))
  list[#list + 1] = turn
end

-- Sweeps over one block of a row, which take turns. The functions below add their steps to a list; `s` is:
--   o, row, K     as for block()
--   numbers       of the sweeps
--   at            where the elements of sweep 0 begin
--   turn          the only sweep, which is number 0, is a turn of a loop over this variable, or nil
--   free          the number of the first variable that no loop around has
--   groups, rest  whole groups of four registers, and the elements that are left

local function half_of(s, number) return s.o:sweeps_halves() and number or nil end
local function turn_of(s, number) return s.o.at_once and form(number) or nil end

local function add_sum(s, list, number, at, start, registers, four)
  if not s.o.paired then at = order.plus(at, number * s.o.W) end
  list[#list + 1] = { kind = "sum", row = s.row, at = at, start = start, four = four, registers = registers,
    sweep = turn_of(s, number) }
end

-- The whole groups; where there is no K, the first one begins the chains.
local function add_groups(s, list)
  local o, lanes, done = s.o, s.o.lanes, 0
  local outer, inner = VARIABLES[s.free], VARIABLES[s.free + 1]
  local function add_group(into, at, start)
    for _, number in ipairs(s.numbers) do
      add_sum(s, into, number, at, start, o:group(0, lanes, half_of(s, number)), true)
    end
  end
  if s.K then
    for _, number in ipairs(s.numbers) do list[#list + 1] = { kind = "zero", sweep = turn_of(s, number) } end
    done = s.groups // s.K * s.K
    loop(list, outer, s.at, 0, done * lanes, s.K * lanes, false, function(turn, at)
      loop(turn, inner, at, 0, s.K * lanes, lanes, true, add_group)
    end)
  elseif s.groups > 0 and not (o.in_fours and s.groups > 1) then
    add_group(list, s.at, true)
    done = 1
  end
  local start = not s.K and done == 0 and { outer, 0 } or nil
  loop(list, outer, s.at, done * lanes, s.groups * lanes, lanes, true, function(into, at)
    add_group(into, at, start)
  end)
end

-- What is left behind the groups. Returns how many chains each sweep takes there.
local function add_rest(s, list)
  local o, begins, taken = s.o, not s.K and s.groups == 0, {}
  local at = order.plus(s.at, s.groups * o.lanes)
  for _, number in ipairs(s.numbers) do
    local half = half_of(s, number)
    local registers = o:group(half and 0 or number * o.W, s.rest, half)
    taken[number] = #registers
    if s.turn and o.W == 1 then -- a sweep is a lane, which the last chain may not have
      for _, r in ipairs(registers) do
        local to = list
        if r.below < CHAIN then
          to = { kind = "if", variable = s.turn, below = r.below }
          list[#list + 1] = to
        end
        add_sum(s, to, number, at, begins, { r })
      end
    elseif #registers > 0 then
      add_sum(s, list, number, at, begins, registers)
    end
  end
  return taken
end

local function add_sweeps(s, list)
  add_groups(s, list)
  local taken = add_rest(s, list)
  for _, number in ipairs(s.numbers) do
    local sweep = s.turn and form(0, { s.turn, 1 }) or form(number)
    list[#list + 1] = { kind = "fold", row = s.row, sweep = s.o.sweeps > 1 and sweep or nil,
      used = (s.K or s.groups > 0) and CHAINS or taken[number] }
  end
end

-- One block of `n` elements at `at`. K: loops of K groups of four registers a turn, chains beginning at zero; otherwise
-- all is unrolled. of_row: "first" of the row, or the "only" one.
local function block(o, list, row, at, n, K, free, of_row)
  local s = { o = o, row = row, at = at, K = K, free = free, groups = n // o.lanes, rest = n % o.lanes, numbers = {} }
  -- in plain C a short row lacks some lanes: those sweeps begin no chain, and differ from the others
  local ragged = not K and s.groups == 0 and s.rest % CHAIN > 0
  if o.at_once then
    for number = 0, o.sweeps - 1 do s.numbers[number + 1] = number end
    add_sweeps(s, list)
  elseif o.W == 1 and not ragged or o.W > 1 and o.sweeps > 1 and s.rest % CHAIN == 0 and not o.paired then
    s.turn, s.free, s.numbers[1], s.at = VARIABLES[free], free + 1, 0, order.plus(at, 0)
    table.insert(s.at, { s.turn, o.W })
    local turn = { kind = "loop", variable = s.turn, from = 0, to = o.sweeps, by = 1, unroll = not K or o.W > 1 }
    add_sweeps(s, turn)
    list[#list + 1] = turn
  else
    for number = 0, o.sweeps - 1 do
      s.numbers[1] = number
      add_sweeps(s, list)
    end
  end
  list[#list + 1] = { kind = "widen", row = row, of_row = of_row }
end

-- The sums of a row's elements `from` .. `to` - 1, `from` being a multiple of a block. first: they begin the row's sums
-- in double; last: and end them. K as above.
function order:sums(row, from, to, first, last, K)
  local list, size = {}, self.block
  row = form(row)
  if first and last and to - from <= size then
    block(self, list, row, form(from), to - from, K, 1, "only")
    return list
  end
  local whole = to // size * size
  if first and from < whole then
    block(self, list, row, form(from), size, K, 1, "first")
    from = from + size
  end
  local inner = whole - from > size and 2 or 1
  loop(list, VARIABLES[1], form(0), from, whole, size, not K, function(l, at)
    block(self, l, row, at, size, K, inner)
  end)
  if whole < to then block(self, list, row, form(whole), to - whole, K, 1) end
  if last then list[#list + 1] = { kind = "total", row = row } end
  return list
end

-- Writes of the elements `from` .. `to` - 1: `group` registers of every row are computed before any is stored, since a
-- store and a later load of another row may share their low address bits, and the load would wait. fetch: elements from
-- one prefetch to the next, or nil. K: loops of K groups of four registers a turn; each turn has a prefetch, even where
-- it has fewer elements than that. kind: of the steps, "write" if not given.
function order:writes(from, to, group, kind, fetch, K)
  local list, size = {}, self.W * group
  local function step(into, at, e, last)
    local registers = {}
    for k = 0, group - 1 do
      local r = register(self, e, k * self.W, last)
      if r then
        r.fetch = fetch and kind ~= "largest" and (e + r.offset) % fetch == 0 and r.half ~= 0
        registers[#registers + 1] = r
      end
    end
    into[#into + 1] = { kind = kind or "write", at = at, registers = registers }
  end
  local turn = math.max(size, fetch and fetch // size * size or 0) -- what repeats
  local function straight(into, at, first, last, variable)
    local looped = first + (last - first) // turn * turn
    loop(into, variable, at, first, looped, turn, true, function(l, w)
      for e = 0, turn - 1, size do step(l, order.plus(w, e), first + e, first + turn) end
    end)
    for e = looped, last - 1, size do step(into, order.plus(at, e), e, last) end
  end
  if K then
    local elements = 4 * self.W * K
    local looped = from + (to - from) // elements * elements
    if looped > from + elements then
      loop(list, VARIABLES[1], form(0), from, looped, elements, false, function(l, w)
        straight(l, w, 0, elements, VARIABLES[2])
      end)
      from = looped
    end
  end
  straight(list, form(0), from, to, VARIABLES[1])
  return list
end

-- Lists without loops, and loops found in lists -----------------------------------------------------------------------

-- The steps of a tree one by one, every loop turned.
function order.flat(tree, list, variables)
  list, variables = list or {}, variables or {}
  for _, s in ipairs(tree) do
    if s.kind == "loop" then
      for value = s.from, s.to - 1, s.by do
        variables[s.variable] = value
        order.flat(s, list, variables)
      end
      variables[s.variable] = nil
    elseif s.kind == "if" then
      if variables[s.variable] < s.below then order.flat(s, list, variables) end
    else
      local step = {}
      for key, value in pairs(s) do step[key] = value end
      for _, key in ipairs(NUMBERS) do
        if s[key] then step[key] = form(value_of(s[key], variables)) end
      end
      if type(s.start) == "table" then step.start = variables[s.start[1]] == s.start[2] or nil end
      list[#list + 1] = step
    end
  end
  return list
end

-- A tree as a schedule's unroll has it in C: with loops that the compiler unrolls, or "straight".
function order.as_written(unroll, tree) return unroll == "straight" and order.flat(tree) or tree end

-- A list in which up to `most` whole writes of one unit that follow each other are one step, which says nothing of
-- prefetching.
function order.joined(list, unit, most)
  local out = {}
  for _, step in ipairs(list) do
    local last = out[#out]
    if last and last.kind == "write" and last.units < most and step.kind == "write" and not step.registers[1].count
      and step.at[1] == last.at[1] + last.units * unit then
      last.units = last.units + 1
    else
      out[#out + 1] = step
      if step.kind == "write" then step.units = 1 end
    end
  end
  return out
end

-- Text that is the same for two steps if these differ in numbers only.
local function key_of(s)
  local key = { s.kind }
  for _, name in ipairs { "four", "of_row", "used", "rows", "units" } do key[#key + 1] = tostring(s[name]) end
  for _, r in ipairs(s.registers or {}) do
    key[#key + 1] = ("%d.%s.%s.%s.%s"):format(r.offset, r.count, r.chain, r.half, not s.units and r.fetch)
  end
  for _, name in ipairs(NUMBERS) do
    for i = 2, #(s[name] or {}) do key[#key + 1] = ("%s.%s.%d"):format(name, s[name][i][1], s[name][i][2]) end
    key[#key + 1] = s[name] and "+" or "-"
  end
  return table.concat(key, " ")
end

-- Whether step b can be the same step of a loop as a, one turn later: if chains begin in one of them, that is a in the
-- first turn.
local function starts_alike(a, b, first)
  return a.start == b.start or first and a.four and a.start == true and b.start == nil
end

-- How often the `period` steps at `from` repeat at equal distances; second, these distances, a list for each step.
local function repeats(list, keys, from, period)
  local distances, count = nil, 1
  while from + (count + 1) * period - 1 <= #list do
    local found = distances or {}
    for k = 0, period - 1 do
      local a, b = from + (count - 1) * period + k, from + count * period + k
      if keys[a] ~= keys[b] or not starts_alike(list[a], list[b], count == 1) then return count, distances end
      found[k] = found[k] or {}
      for _, name in ipairs(NUMBERS) do
        if list[a][name] then
          local distance = list[b][name][1] - list[a][name][1]
          if distances and distance ~= found[k][name] then return count, distances end
          if not distances then found[k][name] = distance end
        end
      end
    end
    distances = found
    count = count + 1
  end
  return count, distances
end

local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return math.abs(a)
end

-- The loop of `count` turns of `period` steps. Its variable is the place in a row, if all numbers grow with that;
-- otherwise it counts turns.
local function loop_of(list, from, period, count, distances, variable)
  local unit, start, even = 0, nil, true
  for k = 0, period - 1 do
    for _, name in ipairs(NUMBERS) do
      local distance = distances[k][name]
      if distance and distance ~= 0 then
        even = even and (unit == 0 or distance == unit)
        unit = gcd(unit, distance)
        start = start or list[from + k][name][1]
      end
    end
  end
  if unit == 0 then return nil end
  if not even then unit, start = 1, 0 end
  local node = { kind = "loop", variable = variable, from = start, to = start + count * unit, by = unit, unroll = true }
  for k = 0, period - 1 do
    local step = {}
    for key, value in pairs(list[from + k]) do step[key] = value end
    if step.start ~= list[from + period + k].start then step.start = { variable, start } end
    for _, name in ipairs(NUMBERS) do
      local distance = distances[k][name]
      if distance and distance ~= 0 then
        local times = distance // unit
        step[name] = order.plus(step[name], -start * times)
        table.insert(step[name], { variable, times })
      end
    end
    node[k + 1] = step
  end
  return node
end

local PERIOD_MAX = 192 -- steps of a turn
local SAVED_MIN = 3    -- lines that a loop must save
local TWICE_MIN = 8    -- lines of a turn that two turns are enough for: whatever stands twice has even distances

-- A list of steps with every run that repeats as a loop. lines(step): how many lines a step is printed as.
function order.rolled(list, lines, depth)
  depth = depth or 1
  if depth > #VARIABLES then return list end
  local keys, before = {}, { [0] = 0 } -- lines before each step
  for i, s in ipairs(list) do
    keys[i] = key_of(s)
    before[i] = before[i - 1] + lines(s)
  end
  local out, at = {}, 1
  while at <= #list do
    local best, saved, best_count, best_distances = nil, SAVED_MIN - 1, nil, nil
    for period = 1, math.min(PERIOD_MAX, (#list - at + 1) // 2) do
      if keys[at + period] == keys[at] then
        local turn = before[at + period - 1] - before[at - 1]
        local count, distances = repeats(list, keys, at, period)
        if (count > 2 or count == 2 and turn >= TWICE_MIN) and turn * (count - 1) - 2 > saved then
          best, saved, best_count, best_distances = period, turn * (count - 1) - 2, count, distances
        end
      end
    end
    local node = best and loop_of(list, at, best, best_count, best_distances, VARIABLES[depth])
    if node then
      local body = order.rolled(node, lines, depth + 1)
      for i = 1, math.max(#node, #body) do node[i] = body[i] end
      out[#out + 1] = node
      at = at + best * best_count
    else
      out[#out + 1] = list[at]
      at = at + 1
    end
  end
  return out
end

-- Merges two lists, each in its own order. The sums of b are spread evenly over most of a, so that what is computed
-- from them is ready when a ends. Places are rounded to quarters of a step for each sum, and the steps after a sum stay
-- with it, so that the pattern repeats. Where a writes one row (`alone`), computing the row constants takes about as
-- long as writing its last 240 elements.
local SPREAD, LAST, LEAST = 0.85, 240, 0.75

function order.merge(a, b, alone)
  local groups = {}
  for _, step in ipairs(b) do
    if step.kind == "sum" or #groups == 0 then groups[#groups + 1] = {} end
    table.insert(groups[#groups], step)
  end
  local merged, taken = {}, 0
  local within = #a * SPREAD
  if alone and #a > 1 then
    local elements = a[2].at[1] + a[2].registers[1].offset - a[1].at[1] - a[1].registers[1].offset
    within = math.max(LEAST * #a, math.min(within, #a - LAST / elements))
  end
  if within >= #groups then within = (4 * within / #groups + 0.5) // 1 / 4 * #groups end
  local function take()
    taken = taken + 1
    for _, step in ipairs(groups[taken]) do merged[#merged + 1] = step end
  end
  for i, step in ipairs(a) do
    merged[#merged + 1] = step
    while taken < math.min(#groups, i * #groups // within) do take() end
  end
  while taken < #groups do take() end
  return merged
end

-- Adds `by` turns of a variable to the places of the steps of some kinds; returns the tree.
function order.shifted(tree, variable, kinds)
  for _, s in ipairs(tree) do
    if s.kind == "loop" or s.kind == "if" then
      order.shifted(s, variable, kinds)
    elseif kinds[s.kind] and s.at then
      table.insert(s.at, 2, { variable, 1 })
    end
  end
  return tree
end

return order
