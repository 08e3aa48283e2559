-- candidates.lua: the schedules that tune compares for a kernel. What cannot stay in registers, or would be more code
-- than a kernel may have, is left out and not measured.
local codesize = require "plan.codesize"
local numerics = require "spec.numerics"
local schedule = require "plan.schedule"
local words_module = require "print.spell"

local candidates = {}

-- Registers a body would like to hold at once; what scales a row can come from memory each time.
local function live(words, s, spec, target)
  local group = s.ahead > 0 and 1 or math.max(1, 4 // s.rows)
  local writes = group * (#words.parameters + s.rows * #words.outputs)
  if s.ahead == 0 then return writes end
  local totals = spec.width > numerics.of(spec).block and 16 // target.lanes * #words.sums or 0
  return writes + 4 * (1 + #words.sums) + totals
end

-- Whether those are there. Sums between writes have no room for less: one compiler still finds a place for all, another
-- keeps hundreds on the stack.
local function fits(words, s, spec, target)
  return live(words, s, spec, target) <= target.registers + (s.ahead == 0 and 4 or 0)
    and codesize.body(spec, target, s) <= codesize.MOST * 7 // 8
end

-- The unrolls worth a try: full where it is not too long, loops where they turn at least twice.
local function unrolls(spec, target, loops)
  local list = {}
  if spec.width <= schedule.full_most(spec, target) then list[1] = "full" end
  for _, k in ipairs(loops) do
    if spec.width >= 128 * k then list[#list + 1] = k end
  end
  return #list > 0 and list or { "full" }
end

-- candidates.of(spec, target) -> lists of schedules { one, few, many }, `rule` of each being the index of what
-- schedule.lua would take; a pass that has no such situation gets a list of that alone.
function candidates.of(spec, target)
  local n, words, rule = spec.width, words_module.of(spec, target), schedule.default(spec, target)
  local lists = { one = {}, few = {}, many = {} }
  local stream = target.stream and not (words.quantises and target.lanes < 16) and "stream" or "cached"

  local function index_of(list, s)
    for i, other in ipairs(list) do
      if schedule.same(s, other) then return i end
    end
  end
  local function add(part, unroll, rows, ahead, store, prefetch, into)
    local s = schedule.complete { unroll = unroll, rows = rows, ahead = ahead, store = store or "cached",
      prefetch = prefetch or 0, into = into }
    if fits(words, s, spec, target) and not index_of(lists[part], s) then table.insert(lists[part], s) end
  end
  -- rows for past the caches: not fetched ahead, or into either cache
  local function add_many(unroll, rows)
    add("many", unroll, rows, 0, stream, 0)
    add("many", unroll, rows, 0, stream, rows)
    if n * words.element_bytes >= 2048 then add("many", unroll, rows, 0, stream, rows, "l2") end
  end

  if spec.pass == "stats" then
    for _, unroll in ipairs(unrolls(spec, target, { 1, 2, 4, 8 })) do add("few", unroll, 1, 0) end
  elseif spec.pass == "backward" then
    for _, unroll in ipairs(unrolls(spec, target, { 1, 2 })) do
      add("one", unroll, 1, 0)
      for _, rows in ipairs { 1, 2, 4 } do add("few", unroll, rows, 0) end
      if unroll ~= "full" then add("few", unroll, 8, 0) end
      for _, rows in ipairs { 1, 2 } do add_many(unroll, rows) end
      if unroll ~= "full" then add("many", unroll, 8, 0, stream, 0) end
    end
  else
    for _, unroll in ipairs(unrolls(spec, target, n <= 4096 and { 1, 4 } or { 1, 2, 4, 8 })) do add("one", unroll, 1, 0) end
    local loop = n < 512 and 1 or 4
    for _, unroll in ipairs(unrolls(spec, target, { loop })) do
      for _, rows in ipairs { 1, 2, 3, 4, 8 } do
        if rows ~= 3 or unroll == "full" then
          if rows < 8 or n <= 512 then add("few", unroll, rows, 0) end
        end
      end
      for _, rows in ipairs { 1, 2, 4, 8 } do
        -- more rows need registers for what scales each, or rows that are short
        if rows < 4 or n <= (rows == 4 and 640 or 256) and target.registers >= 32 then add("few", unroll, rows, 1) end
      end
      if n <= 2048 then add("few", unroll, 1, 2) end
      for _, rows in ipairs(n <= 512 and { 1, 2, 4 } or { 1, 2 }) do
        -- past the caches one row is written by a loop; with residual pre its sums have this unroll, too
        local looped = rows == 1 and stream == "stream" and spec.norms == "one" and spec.residual ~= "pre"
        local as = looped and 1 or unroll
        add_many(as, rows)
      end
      if n * words.element_bytes > 4096 then add_many(unroll, 4) end
      -- short rows wait more for their last scalars than for memory
      for _, rows in ipairs(n <= 256 and { 2, 4, 8 } or {}) do add("many", unroll, rows, 1, stream, 0) end
    end
    if spec.pass == "apply" then
      for _, list in pairs(lists) do
        for i = #list, 1, -1 do
          if list[i].ahead > 0 then table.remove(list, i) end
        end
      end
    end
  end

  for part, list in pairs(lists) do
    local s = rule[part]
    if spec.pass == "apply" then s.ahead = 0 end
    if not index_of(list, s) then list[#list + 1] = s end
    list.rule = index_of(list, s)
  end
  return lists, rule
end

-- About how much work it is to tune a kernel, in units of a short compilation.
function candidates.work(spec, target)
  local work, words = 10, words_module.of(spec)
  for _, list in pairs((candidates.of(spec, target))) do
    for _, s in ipairs(list) do work = work + 1 + codesize.body(spec, target, s) / 8192 end
  end
  return work
end

return candidates
