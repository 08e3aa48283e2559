-- SPDX-License-Identifier: MIT
-- candidates.lua: the schedules that tune compares for a kernel. It leaves out schedules that need too many registers,
-- or more code than a kernel may have.
local codesize = require "plan.codesize"
local facts_module = require "spec.facts"
local numerics = require "spec.numerics"
local schedule = require "plan.schedule"
local turns = require "plan.turns"

local candidates = {}

-- The registers that a schedule needs at the same time. Row constants are not counted, since they can be loaded each
-- time.
local function live(facts, s, spec, target)
  local rows = turns.row_by_row(spec, target, s) and 1 or s.rows
  local before = turns.sums_before(spec, target, s)
  local group = s.ahead > 0 and not before and 1 or math.max(1, 4 // s.rows)
  local writes = group * (#facts.parameters + rows * #facts.outputs)
  if s.ahead == 0 then return writes end
  if before then return writes + s.rows * #facts.sums end
  local in_registers = spec.width > numerics.block
    and not (s.rows == 1 and schedule.keeps_blocks(spec, target, #facts.sums))
  local totals = in_registers and 16 // target.lanes * #facts.sums or 0
  return writes + 4 * (1 + #facts.sums) + totals
end

-- Whether the target has enough registers and the code is not too long. With sums ahead no register may be missing:
-- with one too few, one compiler still manages, and another spills hundreds of times.
local function fits(facts, s, spec, target)
  return live(facts, s, spec, target) <= target.registers + (s.ahead == 0 and 4 or 0)
    and codesize.body(spec, target, s) <= codesize.MOST * 7 // 8
end

-- The unrolls to try: full if that is not too much code, and loops that turn at least twice.
local function unrolls(spec, target, loops)
  local list = {}
  if spec.width <= schedule.full_most(spec, target) then list[1] = "full" end
  for _, k in ipairs(loops) do
    if spec.width >= 128 * k then list[#list + 1] = k end
  end
  return #list > 0 and list or { "full" }
end

-- The functions below call add(part, schedule) for each candidate of a pass; what is left out is cached, without sums
-- ahead or prefetch. k: spec, target, facts, and stream: how rows past the caches are stored.

-- Rows past the caches: without prefetch, and with prefetch into the first- or the second-level cache.
local function add_many(add, k, unroll, rows)
  add("many", { unroll = unroll, rows = rows, store = k.stream })
  add("many", { unroll = unroll, rows = rows, store = k.stream, prefetch = rows })
  if k.spec.width * k.facts.element_bytes >= 2048 then
    add("many", { unroll = unroll, rows = rows, store = k.stream, prefetch = rows, into = "l2" })
  end
end

local function add_statistics(add, k)
  for _, unroll in ipairs(unrolls(k.spec, k.target, { 1, 2, 4, 8 })) do add("few", { unroll = unroll, rows = 1 }) end
end

local function add_gradients(add, k)
  for _, unroll in ipairs(unrolls(k.spec, k.target, { 1, 2 })) do
    add("one", { unroll = unroll, rows = 1 })
    for _, rows in ipairs { 1, 2, 4 } do add("few", { unroll = unroll, rows = rows }) end
    if unroll ~= "full" then add("few", { unroll = unroll, rows = 8 }) end
    for _, rows in ipairs { 1, 2 } do add_many(add, k, unroll, rows) end
    if unroll ~= "full" then add("many", { unroll = unroll, rows = 8, store = k.stream }) end
  end
end

-- Passes forward and apply.
local function add_norms(add, k)
  local spec, n = k.spec, k.spec.width
  local loops = n <= 4096 and { 1, 4 } or { 1, 2, 4, 8 }
  for _, unroll in ipairs(unrolls(spec, k.target, loops)) do add("one", { unroll = unroll, rows = 1 }) end
  local loop = n < 512 and 1 or 4
  for _, unroll in ipairs(unrolls(spec, k.target, { loop })) do
    for _, rows in ipairs { 1, 2, 3, 4, 8 } do
      if rows < 8 or n <= 512 then add("few", { unroll = unroll, rows = rows }) end
    end
    for _, rows in ipairs { 1, 2, 4, 8 } do
      -- more rows in flight need more registers for their row constants, or short rows
      if rows < 4 or n <= (rows == 4 and 640 or 384) then add("few", { unroll = unroll, rows = rows, ahead = 1 }) end
    end
    for _, rows in ipairs { 2, 3, 4 } do -- the same schedule as another one, unless rows go one after the other
      if n <= 640 then add("few", { unroll = unroll, rows = rows, ahead = 1, in_turn = true }) end
    end
    if n <= 2048 then add("few", { unroll = unroll, rows = 1, ahead = 2 }) end
    for _, rows in ipairs(n <= 512 and { 1, 2, 4 } or { 1, 2 }) do
      -- past the caches, one row in flight is written in a loop; with residual pre its sums are unrolled alike
      local looped = rows == 1 and k.stream == "stream" and spec.norms == "one" and spec.residual ~= "pre"
      add_many(add, k, looped and 1 or unroll, rows)
    end
    if n * k.facts.element_bytes > 4096 then add_many(add, k, unroll, 4) end
    -- wide rows, of which the first-level cache holds two: one is summed while another is written and a third fetched
    if n > 1024 and n <= 3072 and k.facts.element_bytes == 4 then
      add("many", { unroll = unroll, rows = 1, ahead = 1, store = k.stream, prefetch = 2, into = "l2" })
    end
    -- short rows wait longer for their square root and division than for memory
    for _, rows in ipairs(n <= 256 and { 2, 4, 8 } or {}) do
      add("many", { unroll = unroll, rows = rows, ahead = 1, store = k.stream })
    end
  end
end

local ADD = { stats = add_statistics, backward = add_gradients, forward = add_norms, apply = add_norms }

-- candidates.of(spec, target) -> a list of schedules for each situation, { one, few, many }. The field `rule` of a list
-- is the index of the schedule that schedule.lua's rules give. If the pass has no such situation, its list holds that
-- alone.
function candidates.of(spec, target)
  local facts, rule = facts_module.of(spec, target), schedule.default(spec, target)
  local lists = { one = {}, few = {}, many = {} }
  local stream = target.stream and not (facts.quantises and target.lanes < 16) and "stream" or "cached"

  local function index_of(list, s)
    for i, other in ipairs(list) do
      if schedule.same(s, other) then return i end
    end
  end
  ADD[spec.pass](function(part, s)
    s.ahead, s.store, s.prefetch = s.ahead or 0, s.store or "cached", s.prefetch or 0
    local ahead = s.ahead
    schedule.settle(spec, target, schedule.complete(s))
    if s.ahead < ahead then return end -- the pass takes no sums ahead
    if fits(facts, s, spec, target) and not index_of(lists[part], s) then table.insert(lists[part], s) end
  end, { spec = spec, target = target, facts = facts, stream = stream })

  for part, list in pairs(lists) do
    local s = rule[part]
    schedule.settle(spec, target, s)
    if not index_of(list, s) then list[#list + 1] = s end
    list.rule = index_of(list, s)
  end
  return lists, rule
end

-- About how long it takes to tune a kernel, in units of a short compilation.
function candidates.work(spec, target)
  local work = 10
  for _, list in pairs((candidates.of(spec, target))) do
    for _, s in ipairs(list) do work = work + 1 + codesize.body(spec, target, s) / 8192 end
  end
  return work
end

return candidates
