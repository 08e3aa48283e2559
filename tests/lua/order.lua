-- SPDX-License-Identifier: MIT
-- order.lua: the order of a row's work as plan/order.lua lays it out. What docs/numerics.md fixes is said here once
-- more, and every list of steps is held against it; at last, lists with planted faults must be objected to.
local check = require "check"
local numerics = require "spec.numerics"
local order = require "plan.order"
local registers = require "print.registers"

local LANES, BLOCK = 64, 512 -- element i belongs to lane i mod 64; a block is 512 elements

-- How a target takes a row: lanes of a register, whether even and odd elements have registers of their own, whether
-- chains may begin within a loop, and whether the sweeps over a block take turns.
local KINDS = { { W = 16 }, { W = 16, paired = true }, { W = 8 }, { W = 8, paired = true }, { W = 1 },
  { W = 16, in_fours = true }, { W = 16, paired = true, in_fours = true }, { W = 8, in_fours = true },
  { W = 8, paired = true, in_fours = true }, { W = 1, in_fours = true }, { W = 8, at_once = true },
  { W = 8, paired = true, at_once = true }, { W = 8, in_fours = true, at_once = true },
  { W = 8, paired = true, in_fours = true, at_once = true } }
local UNROLLS = { "full", 1, 2, 4, 8 }

local WIDE = { 255, 256, 257, 385, 449, 511, 512, 513, 528, 529, 577, 768, 1000, 1023, 1024, 1025, 1041, 1087, 2047,
  2048, 2049, 4095, 4096, 4097, 4100 }

local function name_of(kind, width, unroll)
  return ("width %d, %d lanes%s%s%s, unroll %s"):format(width, kind.W, kind.paired and " in pairs" or "",
    kind.in_fours and " in fours" or "", kind.at_once and " at once" or "", unroll)
end

local function order_of(kind, width)
  return order.new(width, kind.W, numerics.of { width = width }, kind.paired, kind.in_fours, kind.at_once)
end

local function number(form) return #form == 1 and form[1] end

-- Elements ------------------------------------------------------------------------------------------------------------

-- The first of the elements of a step's register, the distance to the next, and how many there are: all W, or what a
-- tail has. In pairs a register has every other element.
local function elements_of(o, step, register)
  local first = number(step.at) + register.offset
  if not register.half then return first, 1, register.count or o.W end
  local count = register.count and (register.count - register.half + 1) // 2 or o.W
  return first + register.half, 2, math.min(count, o.W)
end

-- The lane that position `k` of chain `chain` holds in a sweep, counted from the block's first element.
local function lane_of(o, chain, sweep, k)
  if o.paired and o.W == 8 then return 16 * chain + 2 * k + sweep end -- a pair is a chain
  if o.paired then return 32 * (chain // 2) + 2 * k + chain % 2 end
  return 16 * chain + o.W * sweep + k
end

-- Sums ----------------------------------------------------------------------------------------------------------------

-- What is wrong with a list of steps as the sums of `rows` rows of `width` elements, one row after the other; nil where
-- all is as numerics.md has it: each lane a chain of additions in the order of the elements, block by block. begun:
-- double sums have a value before the first block. ended: the row ends with one double for each sum.
local function wrong_sums(o, list, rows, width, begun, ended)
  local W, sweeps = o.W, 16 // o.W
  -- of each chain that has been begun: elements at each position, and the first of them; sweeps that take turns have
  -- four chains each, 0 to 3, 4 to 7
  local counts, firsts = {}, {}
  for chain = 0, 4 * sweeps - 1 do firsts[chain] = {} end
  local function first_chain(step) return o.at_once and step.sweep and 4 * number(step.sweep) or 0 end
  local folded = {}             -- sweeps of this block
  local row, from, doubles, only = 0, 0, begun, false
  local last_row = -1           -- whose total was taken
  local function size() return math.min(BLOCK, width - from) end

  local function sum(step)
    for _, register in ipairs(step.registers) do
      local chain = first_chain(step) + register.chain
      local count, first = counts[chain], firsts[chain]
      if step.start and count then return ("chain %d begins twice"):format(chain) end
      if not step.start and not count then return ("chain %d is added to before it begins"):format(chain) end
      if not count then
        count = {}
        for k = 0, W - 1 do count[k] = 0 end
        counts[chain] = count
      end
      local element, distance, n = elements_of(o, step, register)
      -- the odd elements of a pair that one element is left of are none
      if n < (register.half == 1 and 0 or 1) or n > W then return ("a register of %d elements"):format(n) end
      local last = element + distance * (n - 1)
      if n > 0 and (element < from or last >= from + size()) then
        return ("elements %d to %d are not in the block at %d"):format(element, last, from)
      end
      for k = 0, n - 1 do
        local before = count[k]
        if before == 0 then
          first[k] = element
        elseif element ~= first[k] + LANES * before then
          return ("element %d follows element %d in a lane"):format(element, first[k] + LANES * (before - 1))
        end
        count[k] = before + 1
        element = element + distance
      end
    end
  end

  local function fold(step)
    local sweep = step.sweep and number(step.sweep) or sweeps == 1 and 0
    if not sweep or sweep < 0 or sweep >= sweeps then return "a fold of no sweep" end
    if folded[sweep] then return ("sweep %d is folded twice"):format(sweep) end
    folded[sweep] = true
    local begun_chains, elements, chains = 0, size(), first_chain(step)
    for chain = 0, 3 do
      local count, first = counts[chains + chain], firsts[chains + chain]
      if count then
        if begun_chains < chain then return ("chain %d begins without chain %d"):format(chain, begun_chains) end
        begun_chains = chain + 1
      end
      for k = 0, W - 1 do
        local lane = lane_of(o, chain, sweep, k)
        local expected = lane < elements and (elements - lane - 1) // LANES + 1 or 0
        local found = count and count[k] or 0
        if found ~= expected then
          return ("lane %d of the block at %d has %d elements, not %d"):format(lane, from, found, expected)
        end
        if found > 0 and first[k] ~= from + lane then
          return ("lane %d of the block at %d begins with element %d"):format(lane, from, first[k])
        end
      end
    end
    if step.used ~= begun_chains then
      return ("%s chains are folded, %d have been begun"):format(step.used, begun_chains)
    end
    if o.paired and sweeps == 1 and step.used % 2 > 0 then return "one chain of a register pair is folded" end
    for chain = chains, chains + 3 do counts[chain] = nil end
  end

  local function widen(step)
    for sweep = 0, sweeps - 1 do
      if not folded[sweep] then return ("sweep %d was not folded"):format(sweep) end
    end
    folded = {}
    if only then return "a block after the only one" end
    if step.of_row == "only" then
      if from > 0 or size() < width then return "the only block is not all of the row" end
      only = true
    elseif step.of_row == "first" then
      if from > 0 or begun then return "the first block is not the first" end
      doubles = true
    elseif not doubles then
      return "a block is added to double sums that have no value"
    end
    from = from + size()
  end

  local function end_row()
    if from ~= width then return ("the sums end at element %d"):format(from) end
    row, from, doubles, only, last_row = row + 1, 0, begun, false, row
  end

  for _, step in ipairs(list) do
    local problem
    if step.kind ~= "zero" and step.row and number(step.row) ~= row then
      return ("a step of row %s within row %d"):format(number(step.row), row)
    end
    if step.kind == "zero" then
      local chains = first_chain(step)
      for chain = chains, chains + 3 do
        if counts[chain] then return "chains become zero that hold a sum" end
        counts[chain] = {}
        for k = 0, W - 1 do counts[chain][k] = 0 end
      end
    elseif step.kind == "sum" then
      problem = sum(step)
    elseif step.kind == "fold" then
      problem = fold(step)
    elseif step.kind == "widen" then
      problem = widen(step)
      if not problem and only and ended then problem = end_row() end
    elseif step.kind == "total" then
      if not ended or last_row == row then return "a total that nobody wants" end
      if from == 0 then return "a total of nothing" end
      problem = end_row()
    else
      return ("a step '%s' among sums"):format(step.kind)
    end
    if problem then return problem end
  end
  if not ended then
    if from ~= width or rows ~= 1 then return ("the sums end at element %d"):format(from) end
  elseif row ~= rows then
    return ("%d rows are summed, not %d"):format(row, rows)
  end
  if next(counts) then return "chains are left that were not folded" end
end

-- Trees ---------------------------------------------------------------------------------------------------------------

-- What is wrong with the loops of a tree: a variable that is taken by a loop around it, or used without one; a turn
-- that goes past the end. `taken` are variables of loops around the tree.
local function wrong_loops(tree, taken)
  taken = taken or {}
  for _, step in ipairs(tree) do
    if step.kind == "loop" then
      if not step.variable then return "a loop without a variable" end
      if taken[step.variable] then return ("variable %s is of two loops, one in the other"):format(step.variable) end
      if step.by == 0 or (step.to - step.from) % step.by ~= 0 then
        return ("a loop from %d to %d by %d"):format(step.from, step.to, step.by)
      end
      if #step == 0 then return "a loop around nothing" end
      taken[step.variable] = true
      local problem = wrong_loops(step, taken)
      taken[step.variable] = nil
      if problem then return problem end
    elseif step.kind == "if" then
      if not taken[step.variable] then return ("variable %s of no loop"):format(step.variable) end
      local problem = wrong_loops(step, taken)
      if problem then return problem end
    else
      for _, key in ipairs { "at", "row", "sweep" } do
        local seen = {}
        for i = 2, #(step[key] or {}) do
          local variable = step[key][i][1]
          if not taken[variable] then return ("variable %s of no loop"):format(variable) end
          if seen[variable] then return ("variable %s stands twice in a place"):format(variable) end
          seen[variable] = true
        end
      end
    end
  end
end

-- Writes --------------------------------------------------------------------------------------------------------------

-- What is wrong with a list of steps as writes of the elements from .. to - 1, at most `group` registers at a time.
-- fetch(element): whether it is to be prefetched.
local function wrong_writes(o, list, from, to, group, kind, fetch)
  local visits, fetched = {}, {}
  for _, step in ipairs(list) do
    if step.kind ~= (kind or "write") then return ("a step '%s' among writes"):format(step.kind) end
    if #step.registers < 1 or #step.registers > group then return ("a step of %d registers"):format(#step.registers) end
    for index, register in ipairs(step.registers) do
      if o.paired then
        local other = step.registers[register.half == 0 and index + 1 or index - 1]
        if not other or other.half ~= 1 - register.half or other.offset ~= register.offset
          or other.count ~= register.count then
          return "a register of a pair without the other"
        end
      end
      local element, distance, n = elements_of(o, step, register)
      if register.count and (register.count < 1 or register.count >= o.unit) then return "a tail that is no tail" end
      if register.fetch then
        local place = element - (register.half or 0)
        if fetched[place] then return ("element %d is prefetched twice"):format(place) end
        fetched[place] = true
      end
      if n > 0 and (element < from or element + distance * (n - 1) >= to) then
        return ("%d elements from %d on are not all of the row"):format(n, element)
      end
      for e = element, element + distance * (n - 1), distance do visits[e] = (visits[e] or 0) + 1 end
    end
  end
  for element = from, to - 1 do
    if visits[element] ~= 1 then return ("element %d is written %d times"):format(element, visits[element] or 0) end
  end
  if not fetch then return next(fetched) and "what nobody wants is prefetched" or nil end
  for element = from, to - 1 do
    local wanted = fetch(element)
    if wanted ~= (fetched[element] or false) then
      return ("element %d is %sprefetched"):format(element, wanted and "not " or "")
    end
  end
end

-- Lists ---------------------------------------------------------------------------------------------------------------

local OF_STEPS = { "kind", "start", "of_row", "used", "register", "rows" }
local FORMS = { "at", "row", "sweep" }
local OF_REGISTERS = { "offset", "count", "chain", "half", "fetch" }

local function copy(value)
  if type(value) ~= "table" then return value end
  local t = {}
  for key, v in pairs(value) do t[key] = copy(v) end
  return t
end

-- Where two lists of steps differ.
local function difference(a, b)
  if #a ~= #b then return ("%d steps, not %d"):format(#a, #b) end
  for i = 1, #a do
    local x, y = a[i], b[i]
    for _, key in ipairs(OF_STEPS) do
      if x[key] ~= y[key] then return ("step %d: %s is %s, not %s"):format(i, key, x[key], y[key]) end
    end
    for _, key in ipairs(FORMS) do
      local at, other = x[key] and number(x[key]), y[key] and number(y[key])
      if at ~= other then return ("step %d: %s is %s, not %s"):format(i, key, at, other) end
    end
    local registers_x, registers_y = x.registers or {}, y.registers or {}
    if #registers_x ~= #registers_y then
      return ("step %d: %d registers, not %d"):format(i, #registers_x, #registers_y)
    end
    for k, register in ipairs(registers_x) do
      for _, key in ipairs(OF_REGISTERS) do
        if register[key] ~= registers_y[k][key] then return ("step %d, register %d: another %s"):format(i, k, key) end
      end
    end
  end
end

-- Whether a list holds both others, each in its own order: what is wrong, or nil.
local function wrong_merge(list, a, b)
  local from = {}
  for _, step in ipairs(a) do from[step] = a end
  for _, step in ipairs(b) do from[step] = b end
  local at = { [a] = 0, [b] = 0 }
  for i, step in ipairs(list) do
    local of = from[step]
    if not of then return ("step %d is in neither list"):format(i) end
    at[of] = at[of] + 1
    if of[at[of]] ~= step then return ("step %d is out of order"):format(i) end
  end
  if at[a] ~= #a or at[b] ~= #b then return "steps are missing" end
end

-- About how many lines a step is printed as.
local function lines(step)
  if step.kind == "sum" then return #step.registers == 4 and 1 or #step.registers end
  return step.kind == "write" and 3 * #step.registers or step.kind == "finish" and 1 or 2
end

-- All of it -----------------------------------------------------------------------------------------------------------

-- Every width of up to two units and a bit, and some of three; where a register is one element, the widest of the wide
-- ones alone.
local function each_width(kind, body)
  for width = 1, 130 do body(width) end
  for _, width in ipairs { 160, 191, 192, 193, 200 } do body(width) end
  for _, width in ipairs(WIDE) do
    if kind.W > 1 or width < 1100 or width == WIDE[#WIDE] then body(width) end
  end
end

-- Sums: of a row by itself; of a row that begins from zero, in loops or not; of backward, which adds to sums of its own
for _, kind in ipairs(KINDS) do
  each_width(kind, function(width)
    local o = order_of(kind, width)
    local function sound(tree, unroll, begun, ended)
      local name = name_of(kind, width, unroll)
      check.sound(wrong_loops(tree), name)
      check.sound(wrong_sums(o, order.flat(tree), 1, width, begun, ended), name)
    end
    sound(o:sums(0, 0, width, true, true), "full", false, true)
    if width % 4 == 0 then sound(o:sums(0, 0, width), "full, without beginning or end", true, false) end
    for i = 2, #UNROLLS do
      if width <= 200 and (width + i) % 2 == 0 or width % 4 == i - 2 then
        sound(o:sums(0, 0, width, false, true, UNROLLS[i]), UNROLLS[i], true, true)
      end
    end
    -- chains are named once for all blocks: as many as the first of them needs
    local in_pairs = kind.paired and kind.W == 16 and width >= 32 -- of chains
    check.equal(o.chains, math.min(4, in_pairs and 2 * ((width + 31) // 32) or (width + 15) // 16),
      name_of(kind, width, "full"))
  end)
end

-- The sums of a row's end, as they stand behind a loop over its whole blocks
for _, kind in ipairs(KINDS) do
  for _, width in ipairs { 513, 520, 1030, 1100, 2560, 4100 } do
    local o, whole = order_of(kind, width), width // BLOCK * BLOCK
    local list = order.flat(o:sums(0, whole, width, false, true))
    for _, step in ipairs(list) do
      if step.at then step.at[1] = step.at[1] - whole end
    end
    check.sound(width > whole and wrong_sums(o, list, 1, width - whole, true, true) or nil,
      name_of(kind, width, "the end"))
  end
end

-- The fold of docs/numerics.md: lane i with lane i + half, so chain 0 with 2 and 1 with 3, then both
check.equal(registers.folded("s%d", 4), "add(add(s0, s2), add(s1, s3))")
check.equal(registers.folded("s%d", 3), "add(add(s0, s2), s1)")
check.equal(registers.folded("s%d", 2), "add(s0, s1)")
check.equal(registers.folded("q%d", 1), "q0")
check.equal(registers.folded("q%d", 0), nil)
-- chains 0 and 2 have even elements, 1 and 3 odd ones: lanes 0 to 15 are the first half of both in order
check.equal(registers.folded("s%d", 4, true),
  "add(first_of_pair(add(s0, s2), add(s1, s3)), last_of_pair(add(s0, s2), add(s1, s3)))")
check.equal(registers.folded("s%d", 2, true), "add(first_of_pair(s0, s1), last_of_pair(s0, s1))")

-- Writes: of every group of registers, with and without prefetches. `fetch` elements lie between two of them, but a
-- loop that turns at run time has one in each turn.
local function fetches(o, width, fetch, K)
  local turn = K and 4 * o.W * K or fetch
  local looped = width // turn > 1 and width // turn * turn or 0
  return function(element) return element % (element < looped and math.min(turn, fetch) or fetch) == 0 end
end

for _, kind in ipairs(KINDS) do
  each_width(kind, function(width)
    local o = order_of(kind, width)
    local function sound(group, fetch, unroll)
      local K = unroll ~= "full" and unroll or nil
      local tree = o:writes(0, width, group, nil, fetch, K)
      local name = ("%s, groups of %d, prefetches of %s"):format(name_of(kind, width, unroll), group, fetch)
      check.sound(wrong_loops(tree), name)
      check.sound(wrong_writes(o, order.flat(tree), 0, width, group, nil, fetch and fetches(o, width, fetch, K)), name)
    end
    -- every group with some unroll, and some unrolls with some group; prefetches of lines of 64 bytes and of every
    -- other line, of elements of four bytes and of two
    local GROUPS = { 1, 2, 4, 8 }
    local function with(i, k)
      local group, fetch = GROUPS[1 + i % #GROUPS], ({ false, 16, 32, 64 })[1 + (width + i + k) % 4]
      if group >= o.unit_registers and (not fetch or fetch >= o.unit) then
        sound(group, fetch or nil, UNROLLS[1 + k % #UNROLLS])
      end
    end
    for i = 1, #GROUPS do
      local wanted = width <= 200 or width <= 1100 and i % 2 == width % 2 or i == 1 + width % #GROUPS
      if wanted then with(i, width // 4 + i) end
    end
    if width <= 200 then
      for k = 1 + width % 2, #UNROLLS, 2 do with(width // 2 + k, k) end
    end
    if width % 4 == 0 then
      check.sound(wrong_writes(o, order.flat(o:writes(0, width, 4, "largest", 32)), 0, width, 4, "largest"),
        name_of(kind, width, "largest"))
    end
  end)
end

-- Lists become loops again and stay the same lists: sums and writes by themselves, and the sums of 1 to 8 coming rows
-- between the writes of as many, as a function that takes sums ahead has them
local function wrong_rolled(list, tree, taken)
  return wrong_loops(tree, taken) or difference(order.flat(tree), list)
end

local function check_rolled(list, name)
  local tree = order.rolled(list, lines)
  check.sound(wrong_rolled(list, tree), name)
  check.sound(wrong_rolled(list, order.rolled(list, lines, 2), { i = true }), name .. ", within a loop")
  return tree
end

for _, kind in ipairs(KINDS) do
  for _, width in ipairs(kind.W > 1 and { 1, 7, 33, 64, 100, 200, 511, 520, 768, 1100, 4096 }
    or { 1, 7, 33, 70, 130 }) do
    local o = order_of(kind, width)
    local sums = order.flat(o:sums(0, 0, width, true, true))
    local tree = check_rolled(sums, name_of(kind, width, "sums"))
    check.that(width < 768 or #tree < #sums, "long sums have loops")
    check_rolled(order.flat(o:writes(0, width, math.max(2, o.unit_registers), nil, 32)), name_of(kind, width, "writes"))
  end
end

for _, kind in ipairs(KINDS) do
  for _, case in ipairs(kind.W > 1 and { { 64, 8 }, { 100, 3 }, { 130, 8 }, { 200, 5 }, { 513, 4 }, { 520, 2 },
    { 768, 1 }, { 768, 2 }, { 800, 6 }, { 640, 7 }, { 1100, 1 }, { 2049, 1 } } or { { 7, 8 }, { 33, 2 }, { 70, 1 } }) do
    local width, rows = table.unpack(case)
    local o, name = order_of(kind, width), ("%s, %d rows"):format(name_of(kind, width, "merged"), rows)
    local sums = {}
    for row = 0, rows - 1 do order.flat(o:sums(row, 0, width, true, true), sums) end
    check.sound(wrong_sums(o, sums, rows, width, false, true), name)
    sums[#sums + 1] = { kind = "finish", rows = rows }
    local writes = order.flat(o:writes(0, width, o.unit_registers, nil, 32))
    local list = order.merge(writes, sums, rows == 1)
    check.sound(wrong_merge(list, writes, sums), name)
    check_rolled(list, name)

    local plain = order.merge(order.flat(o:writes(0, width, o.unit_registers)), sums, rows == 1)
    local joined, apart = order.joined(copy(plain), o.unit, width), {}
    for _, step in ipairs(joined) do
      for k = 1, step.units or 1 do
        apart[#apart + 1] = copy(step)
        if step.units then apart[#apart].at = { step.at[1] + (k - 1) * o.unit } end
      end
    end
    check.sound(difference(apart, plain), name .. ", writes joined")
    check.that(width < 768 or #joined < #plain, name .. ": some writes follow each other")
    check_rolled(joined, name .. ", writes joined")
  end
end

-- and lists that are drawn: a few kinds of steps, at places that are even for a while
do
  local seed = 1
  local function draw(from, to)
    seed = seed * 6364136223846793005 + 1442695040888963407
    return from + (seed >> 33) % (to - from + 1)
  end
  local loops = 0
  for _ = 1, 200 do
    local list, at, by = {}, 0, 16
    for i = 1, draw(1, 60) do
      if draw(1, 9) == 1 then by = 16 * draw(-1, 2) end
      at = at + by
      list[i] = { kind = "sum", row = { draw(1, 20) // 20 }, at = { at }, registers = { { offset = 0, chain = 0 } } }
      if draw(1, 30) == 1 then list[i].start = true end
    end
    loops = loops + (#check_rolled(list, "a drawn list") < #list and 1 or 0)
  end
  check.that(loops > 50, loops .. " drawn lists have loops")
end

-- A merge takes whatever the lengths of the lists are
for a = 0, 12 do
  for b = 0, 12 do
    local writes, sums = {}, {}
    for i = 1, a do writes[i] = { kind = "write", at = { 16 * i }, registers = { { offset = 0 } } } end
    for i = 1, b do sums[i] = { kind = i % 3 == 0 and "fold" or "sum" } end
    check.sound(wrong_merge(order.merge(writes, sums, a % 2 == 0), writes, sums),
      ("%d writes, %d steps of sums"):format(a, b))
  end
end

-- Planted faults ------------------------------------------------------------------------------------------------------

-- A list with a fault planted at step i; the list itself stays as it is.
local function planted(list, i, plant)
  local broken = table.move(list, 1, #list, 1, {})
  broken[i] = copy(list[i])
  plant(broken, i)
  return broken
end

-- Steps of a list that a fault is planted at: the first, one in the middle and the last of those that it makes a
-- difference to.
local function places(list, suits)
  local all = {}
  for i, step in ipairs(list) do
    if suits(step, i) then all[#all + 1] = i end
  end
  check.that(#all > 0, "no place for the fault")
  return { all[1], all[(#all + 1) // 2], all[#all] }
end

local function has(...)
  local set = {}
  for _, kind in ipairs { ... } do set[kind] = true end
  return function(step) return set[step.kind] end
end

-- A fault: what it is called, the steps it can be planted at, and what it does to a list.
local function fault(name, suits, plant) return { name = name, suits = suits, plant = plant } end

local FAULTS_OF_SUMS = {
  fault("a step is left out", has("zero", "sum", "fold", "widen", "total"), table.remove),
  fault("a step is done twice", has("sum", "fold", "widen", "total"),
    function(list, i) table.insert(list, i, list[i]) end),
  fault("a sum is of the next elements", has "sum", function(list, i) list[i].at[1] = list[i].at[1] + 16 end),
  fault("a sum is of the elements before", has "sum", function(list, i) list[i].at[1] = list[i].at[1] - 1 end),
  fault("a sum is of the next group", has "sum", function(list, i) list[i].at[1] = list[i].at[1] + 64 end),
  fault("chains begin that are to go on", function(step) return step.kind == "sum" and not step.start end,
    function(list, i) list[i].start = true end),
  fault("chains go on that are to begin", function(step) return step.start end,
    function(list, i) list[i].start = nil end),
  fault("a register is left out", has "sum", function(list, i) table.remove(list[i].registers) end),
  fault("a register is added to another chain", has "sum", function(list, i)
    local register = list[i].registers[1]
    register.chain = (register.chain + 1) % 4
  end),
  fault("a register has an element less", has "sum", function(list, i)
    local register = list[i].registers[#list[i].registers]
    register.count = (register.count or 16) - (register.half and 2 or 1) -- of two elements, a half has one
  end),
  fault("too few chains are folded", has "fold", function(list, i) list[i].used = list[i].used - 1 end),
  fault("too many chains are folded", has "fold", function(list, i) list[i].used = list[i].used + 1 end),
  fault("another sweep is folded", has "fold", function(list, i)
    list[i].sweep = { (list[i].sweep or { 0 })[1] + 1 }
  end),
  fault("a block begins the row", function(step) return step.kind == "widen" and not step.of_row end,
    function(list, i) list[i].of_row = "first" end),
  fault("a block does not begin the row", function(step) return step.of_row end,
    function(list, i) list[i].of_row = nil end),
  fault("a step is of the next row", has("sum", "fold", "widen", "total"), function(list, i) list[i].row[1] = 1 end),
}

for _, kind in ipairs(KINDS) do
  for _, width in ipairs { 100, 520, 1050 } do
    local o = order_of(kind, width)
    local list = order.flat(o:sums(0, 0, width, true, true))
    -- the next sum in the same chains; sweeps that take turns have those of others between them
    local function next_sum(step, i)
      local distance = o.at_once and step.sweep and 16 // kind.W or 1
      local after = list[i + distance]
      return step.kind == "sum" and after and after.kind == "sum"
        and after.registers[1].chain == step.registers[1].chain and i + distance
    end
    local swaps = fault("two sums change places", next_sum, function(l, i)
      local other = next_sum(l[i], i)
      l[i], l[other] = l[other], l[i]
    end)
    -- a fold of no chains needs none
    local strays = fault("the chains are those of another sweep",
      function(step) return step.sweep and step.used ~= 0 end,
      function(l, i) l[i].sweep = { 1 - l[i].sweep[1] } end)
    for _, f in ipairs { swaps, strays, table.unpack(FAULTS_OF_SUMS) } do
      -- one block is the only one and neither begins the row nor is added to it
      local suited = (f.name ~= "a block begins the row" or width > BLOCK) and (f ~= strays or o.at_once)
      if suited and not (f == swaps and width < 128) then
        for _, i in ipairs(places(list, f.suits)) do
          local broken = planted(list, i, f.plant)
          check.objects(wrong_sums(o, broken, 1, width, false, true),
            ("%s: %s, at step %d"):format(name_of(kind, width), f.name, i))
        end
      end
    end
    check.objects(wrong_sums(o, list, 1, width + 1, false, true), "the row is longer")
    check.objects(wrong_sums(o, list, 2, width, false, true), "there is another row")
  end
end

-- In loops chains become zero before every block
for _, kind in ipairs(KINDS) do
  local o = order_of(kind, 1100)
  local list = order.flat(o:sums(0, 0, 1100, false, true, 1))
  for _, i in ipairs(places(list, has "zero")) do
    local broken = planted(list, i, table.remove)
    check.objects(wrong_sums(o, broken, 1, 1100, true, true), name_of(kind, 1100, 1) .. ": chains do not become zero")
  end
end

local FAULTS_OF_WRITES = {
  fault("a step is left out", has "write", table.remove),
  fault("a step is done twice", has "write", function(list, i) table.insert(list, i, list[i]) end),
  fault("a step is of other elements", has "write", function(list, i) list[i].at[1] = list[i].at[1] + 1 end),
  fault("a register is left out", has "write", function(list, i) table.remove(list[i].registers) end),
  fault("a register has an element less", has "write", function(list, i)
    local register = list[i].registers[#list[i].registers]
    register.count = (register.count or 32) - 1
  end),
  fault("a line is not prefetched", function(step)
    return step.registers[1].fetch or step.registers[2] and step.registers[2].fetch
  end, function(list, i)
    for _, register in ipairs(list[i].registers) do register.fetch = nil end
  end),
  fault("the step is for the largest magnitudes", has "write", function(list, i) list[i].kind = "largest" end),
}
for _, kind in ipairs(KINDS) do
  for _, width in ipairs { 100, 580 } do
    local o = order_of(kind, width)
    for _, unroll in ipairs(UNROLLS) do
      local K = unroll ~= "full" and unroll or nil
      local list = order.flat(o:writes(0, width, 4, nil, 32, K))
      for _, f in ipairs(FAULTS_OF_WRITES) do
        for _, i in ipairs(places(list, f.suits)) do
          local broken = planted(list, i, f.plant)
          check.objects(wrong_writes(o, broken, 0, width, 4, nil, fetches(o, width, 32, K)),
            ("%s: %s, at step %d"):format(name_of(kind, width, unroll), f.name, i))
        end
      end
      check.objects(wrong_writes(o, list, 0, width, 3, nil, fetches(o, width, 32, K)), "groups are smaller")
      check.objects(wrong_writes(o, list, 0, width, 4, nil, nil), "nothing is to be prefetched")
      check.objects(wrong_writes(o, list, 0, width, 4, nil, function() return true end), "all is to be prefetched")
    end
  end
end

-- Loops that lists became
local o = order.new(1100, 16, numerics.of { width = 1100 })
local sums, writes = order.flat(o:sums(0, 0, 1100, true, true)), order.flat(o:writes(0, 1100, 1))
local merged = order.merge(writes, sums, true)
local rolled = order.rolled(merged, lines)
local function first_loop(tree)
  for _, step in ipairs(tree) do
    if step.kind == "loop" then return step end
  end
end
local function step_in(loop) -- that follows the loop's variable
  for _, step in ipairs(loop) do
    if step.at and #step.at > 1 then return step end
  end
end
local function check_loop_fault(name, plant)
  local broken = copy(rolled)
  plant(first_loop(broken))
  check.objects(wrong_rolled(merged, broken), name)
end
check_loop_fault("a turn less", function(loop) loop.to = loop.to - loop.by end)
check_loop_fault("a turn more", function(loop) loop.to = loop.to + loop.by end)
check_loop_fault("turns are longer", function(loop)
  loop.by, loop.to = 2 * loop.by, loop.from + 2 * (loop.to - loop.from)
end)
do
  local broken = copy(order.rolled(sums, lines))
  local loop = first_loop(broken)
  loop.to = loop.to + loop.by // 2
  check.objects(wrong_rolled(sums, broken), "half a turn more")
end
check_loop_fault("chains begin in another turn", function(loop)
  for _, step in ipairs(loop) do
    if type(step.start) == "table" then step.start[2] = loop.by end
  end
end)
check_loop_fault("another place", function(loop) step_in(loop).at[1] = step_in(loop).at[1] + 16 end)
check_loop_fault("another factor", function(loop) step_in(loop).at[2][2] = step_in(loop).at[2][2] + 1 end)
check_loop_fault("a step less", function(loop) table.remove(loop) end)
check_loop_fault("a step more", function(loop) table.insert(loop, loop[1]) end)
check_loop_fault("nothing to do", function(loop)
  while #loop > 0 do table.remove(loop) end
end)
check_loop_fault("another variable", function(loop) loop.variable = "other" end)
check.objects(wrong_rolled(merged, rolled, { i = true }), "the variable of a loop around all")
local nested = { { kind = "loop", variable = "i", from = 0, to = 4, by = 2,
  { kind = "loop", variable = "j", from = 0, to = 2, by = 1, { kind = "zero" } } } }
check.sound(wrong_loops(nested))
nested[1][1].variable = "i"
check.objects(wrong_loops(nested), "a variable of two loops")

-- Lists that are put together
local function check_merge_fault(name, plant)
  local broken = table.move(merged, 1, #merged, 1, {})
  plant(broken)
  check.objects(wrong_merge(broken, writes, sums), name)
end
check.sound(wrong_merge(merged, writes, sums))
check_merge_fault("a step less", function(list) table.remove(list) end)
check_merge_fault("a step twice", function(list) table.insert(list, list[#list]) end)
check_merge_fault("two writes change places", function(list)
  local a, b = places(list, has "write")[1], places(list, has "write")[2]
  list[a], list[b] = list[b], list[a]
end)
check_merge_fault("two sums change places", function(list)
  local a, b = places(list, has "sum")[1], places(list, has "sum")[2]
  list[a], list[b] = list[b], list[a]
end)
check_merge_fault("a strange step", function(list) table.insert(list, 5, { kind = "zero" }) end)

return check.status()
