-- SPDX-License-Identifier: MIT
-- schedule.lua: what decides speed and never a bit. Three situations, one schedule each:
--   one    a single row, or rows left over
--   few    rows that stay in the caches
--   many   more output than the last-level cache holds
-- Of few rows, processors of AMD may have a schedule of their own (amd.lua).
-- Fields of a schedule:
--   unroll    "full": all, by loops that the compiler is told to unroll; "straight": all, written out line by line;
--             or K: loops that handle K groups of four registers a turn
--   rows      rows in flight, 1 to 8: their sums are finished together and share loads of gamma and beta
--   ahead     0, 1 or 2: while rows are written the sums of the rows one or two groups later are taken
--   store     "cached" or "stream" (non-temporal)
--   prefetch  rows ahead of the current one to fetch while writing; 0 for none
--   into      "l1", the default, or "l2", the second-level cache and every second line, on processors of AMD, which
--             fetch lines in pairs: a prefetch occupies a miss buffer that loads of the present row need. With sums
--             ahead, every line; every second one takes longer there. Others fetch every line into the first-level
--             cache for either, and so do gradients on processors of AMD where it has 48 KB, of the row after that
--             (prefetch_next and prefetch_later of templates/isa/x86.h)
--   in_turn   true: rows in flight are written a register of each in turn, also where turns.lua would have them
--             written one after the other. false, the default: as it says
local codesize = require "plan.codesize"
local group = require "plan.group"
local numerics = require "spec.numerics"
local spec_module = require "spec.spec"
local storage = require "spec.storage"
local turns = require "plan.turns"
local zen4 = require "plan.zen4"

local is_centred = spec_module.is_centred

local schedule = {}

schedule.UNROLLS = { 1, 2, 4, 8 }
schedule.ROWS_MAX = 8
schedule.CACHE_MOST = 64 -- MiB of the last-level cache that count for each processor, where `many` begins

-- The situations, and the fields that some cannot choose: a row left over has no others in flight, and non-temporal
-- stores ask more of y than rows that stay in the caches have.
schedule.parts = {
  { name = "one", fixed = { rows = 1, ahead = 0, store = "cached" } },
  { name = "few", fixed = { store = "cached" } },
  { name = "many", fixed = {} },
}

local function listed(list)
  return function(value) return spec_module.among(value, list) end
end

local function whole(from, to)
  return function(value) return math.type(value) == "integer" and value >= from and value <= to end
end

-- ok: whether a value can be held; range: what can, in words; word: a value in a short description, nil for the usual;
-- default: the value of a field that is not given, for those that need not be
schedule.fields = {
  { name = "unroll", ok = listed { "full", "straight", table.unpack(schedule.UNROLLS) },
    range = '"full", "straight" or one of ' .. table.concat(schedule.UNROLLS, ", "),
    word = function(v) return type(v) == "string" and v or "loop " .. v end },
  { name = "rows", ok = whole(1, schedule.ROWS_MAX), range = "a whole number from 1 to " .. schedule.ROWS_MAX,
    word = function(v) return "rows " .. v end },
  { name = "ahead", ok = listed { 0, 1, 2 }, range = "0, 1 or 2", word = function(v) return "ahead " .. v end },
  { name = "store", ok = listed { "cached", "stream" }, range = '"cached" or "stream"',
    word = function(v) return v == "stream" and v or nil end },
  { name = "prefetch", ok = whole(0, 64), range = "a whole number from 0 to 64",
    word = function(v) return v > 0 and "prefetch " .. v or nil end },
  { name = "into", default = "l1", ok = listed { "l1", "l2" }, range = '"l1" or "l2"',
    word = function(v) return v ~= "l1" and "into " .. v or nil end },
  { name = "in_turn", default = false, ok = listed { false, true }, range = "true or false",
    word = function(v) return v and "in turn" or nil end },
}

-- Whether a row is written without loops that turn at run time.
function schedule.unrolls_all(unroll) return unroll == "full" or unroll == "straight" end

-- Whether the sums in double of a coming row, `sums` of them, wait in memory for the row's next block. Those of two
-- sums do not fit in sixteen registers beside their chains and what a write needs.
function schedule.keeps_blocks(spec, target, sums)
  return target.vector and target.registers <= 16 and sums > 1 and spec.width > numerics.block
end

-- Whether half of the registers hold the chains of all sweeps over a block, so that it is read once, in whole lines.
function schedule.sweeps_at_once(target, sums)
  return target.vector and sums * numerics.lanes // target.lanes <= target.registers // 2
end

-- Leaves out of a schedule what makes no difference, so that two that make the same code are the same: sums ahead where
-- none are taken, sums two groups ahead where all of a group are taken before the one before it is written, and in_turn
-- where rows go in turn anyway.
function schedule.settle(spec, target, s)
  if spec.pass ~= "forward" then s.ahead = 0 end
  if turns.sums_before(spec, target, s) then s.ahead = 1 end
  if not s.in_turn then return end
  s.in_turn = false
  s.in_turn = turns.row_by_row(spec, target, s) or false
end

-- What is fetched ahead of one array: the name of the operation, and the bytes from one to the next. Of gradients,
-- prefetch_next and prefetch_later take the place in the present row, too: they fetch the next row, the latter on a
-- Zen 4 the one after it. That gains where rows of LayerNorm are long, unless they are whole pages of 4 KB.
function schedule.fetch(s, spec, target)
  if s.into ~= "l2" then return "prefetch", 64 end
  if spec.pass == "backward" then
    local later = spec.dtype == "f32" and target.registers >= 32 and is_centred(spec) and spec.width >= 704
      and spec.width % 1024 > 0
    return later and "prefetch_later" or "prefetch_next", 128
  end
  if s.ahead > 0 then return "prefetch_l2", 64 end
  return "prefetch_two", 128
end

-- The cache that prefetches go to, in words. small: of schedules that are for processors of AMD alone (amd.lua).
function schedule.into_text(s) return s.into ~= "l2" and "L1" or s.small and "L2" or "L1 (AMD: L2)" end

-- A schedule of one situation with the fields that were left out.
function schedule.complete(s)
  for _, field in ipairs(schedule.fields) do
    if s[field.name] == nil then s[field.name] = field.default end
  end
  return s
end

-- Whether two schedules of a situation are the same.
function schedule.same(a, b)
  for _, field in ipairs(schedule.fields) do
    if a[field.name] ~= b[field.name] then return false end
  end
  return true
end

-- A schedule of one situation, or all three, as one of its own.
function schedule.copy(s)
  local t = {}
  for k, v in pairs(s) do t[k] = type(v) == "table" and schedule.copy(v) or v end
  return t
end

-- One situation's schedule in a few words: "full, rows 2, ahead 1".
function schedule.text(s)
  local words = {}
  for _, field in ipairs(schedule.fields) do words[#words + 1] = field.word(s[field.name]) end
  return table.concat(words, ", ")
end

-- Backward. Narrow rows go one by one if registers hold them, others in groups of eight (group.lua). Rows of a block
-- at least go one by one, in loops of four registers: the statistics pass, which reads x and dy, also adds to the sums
-- over rows, so that both passes load and store about as much. With 16 registers, that is better from half a block on:
-- while eight rows are written, nothing is read from the last-level cache. For rows from memory, the next row is
-- fetched ahead.
-- Wide rows of RMSNorm, which has one sum and reads line after line, the processor fetches by itself. With 32
-- registers, tiles of columns of wide f32 rows keep the sums over rows in registers: these are loaded and stored less
-- often, as long as x and dy of all the rows stay in the second-level cache between the passes. With 16, a tile would
-- be one line wide.
-- Two rows of such widths go abreast with 16 registers: where a row, gamma and the sums over rows are together more
-- than the first-level cache, these come from the next one, and one load serves both rows. With 32, wide rows of 16-bit
-- elements do, since they are written in pairs, as those of tiles cannot be. Shorter ones take longer when they come
-- from the last-level cache.
local BACKWARD_WIDE = 2048 -- rows longer than that
local ABREAST = 40 * 1024 -- bytes, in f32, of x, dy, gamma and the sums over rows

local function goes_abreast(spec, target)
  local params = spec_module.parameter_count(spec)
  if params == 0 then return false end
  if target.registers >= 32 then return spec.dtype ~= "f32" and spec.width > BACKWARD_WIDE end
  return 4 * (3 + params) * spec.width >= ABREAST
end

local function backward(spec, target)
  local many = target.stream and "stream" or "cached"
  local function ways(unroll, rows, fetched)
    local function s(count, store, prefetch)
      return { unroll = unroll, rows = count, store = store, ahead = 0, prefetch = prefetch }
    end
    return { one = s(1, "cached", 0), few = s(rows, "cached", 0), many = s(rows, many, fetched) }
  end
  if target.lanes == 1 then return ways(1, 1, 0) end
  local held, grouped = ways("full", 1, 0), ways("full", 8, 0)
  if group.in_registers(spec, target, held.few) then return held end
  local looped = spec.width >= numerics.block
    or target.registers < 32 and spec.dtype == "f32" and spec.width >= numerics.block // 2
  if not looped and group.rows(spec, target, grouped.few) then return grouped end
  local wide = spec.width > BACKWARD_WIDE
  if target.registers >= 32 and wide and spec.dtype == "f32" then return ways(2, 8, 0) end
  local s = ways(looped and 1 or "full", 1, wide and not is_centred(spec) and 0 or 1)
  if target.registers >= 32 or zen4.prefetches(spec) then s.many.into = "l2" end
  if goes_abreast(spec, target) then
    s.few.rows = 2
    if wide and (is_centred(spec) or spec.dtype ~= "f32") then s.many.rows, s.many.prefetch = 2, 2 end
  end
  return s
end

-- The largest width for which unrolling all is worth the code. Conversions make the code longer: for bf16 that is not
-- read in pairs, gcc 12 takes ten seconds at 768. In pairs with 16 registers, loops are faster from 768 on.
function schedule.full_most(spec, target)
  if spec.dtype == "f32" then return 4096 end
  local short = storage[spec.dtype].code.apart.store == 1 -- one instruction converts and stores
  return (short or target.pairs[spec.dtype] and target.registers >= 32) and 1024 or 512
end

-- The least width of rows that may begin anywhere and still go past the caches from their first whole register of y on.
-- The lines that a row shares with its neighbours, at both ends, go through the caches. In shorter rows these lines are
-- too large a part, and the kernel for any width writes the whole row through the caches.
schedule.past_least = 512

-- Whether a kernel has that way of writing many rows. With two norms, y and y2 may begin at different offsets within a
-- register, and gradients have ways of their own.
function schedule.past(spec, many)
  return many.store == "stream" and spec.norms == "one" and spec.pass ~= "backward"
    and spec.width >= schedule.past_least
end

-- Whether many rows go that way and no other: then in a loop, whatever their unroll.
function schedule.past_only(spec, many)
  return schedule.past(spec, many) and many.rows == 1 and many.ahead == 0
end

-- With 16 registers, rows of one sum up to this width gain from being finished together: as many as need no constants
-- on the stack. These are four, or three where elements are also rounded before gamma; of rows of two sums three.
local TOGETHER = 384

-- What the rules below ask of a spec and a target with vectors more than once; in_order: rows in flight are written one
-- after the other, each register being half a line.
local function traits(spec, target)
  local n, plain = spec.width, spec_module.is_plain(spec) or spec.pass == "stats"
  return { n = n, centred = is_centred(spec), many_registers = target.registers >= 32, adds = spec.residual == "pre",
    f32 = plain and spec.dtype == "f32", paired = target.pairs[spec.dtype], wide = n > 2048,
    in_order = plain and target.registers < 32 and turns.one_after_another(spec, target) }
end

-- The rows in flight of a norm of x alone, and how far ahead their sums are taken. Registers decide how many rows fit,
-- caches how far ahead pays. looped, alone: the unroll of `few`, and of `one`, where it is not the usual one.
local function rows_of_registers(spec, t)
  local n, s = t.n, { rows = 4, ahead = 0 }
  if t.many_registers then
    if n <= 256 then
      -- of f32, groups of four where eight rows have too many sums for registers, or are too much for L1
      s.rows = spec.dtype == "f32" and (t.centred or n > 192 or n > 64 and n <= 128) and 4 or 8
      s.ahead = 1
    elseif n <= 640 and spec.dtype ~= "f32" and spec.residual == "none" then
      s.ahead = 1
    elseif n > 640 and n <= 896 then
      s.rows, s.ahead = 2, 1
    elseif n > 896 and n <= 2048 then
      -- two rows of 8 KB and their results compete for the same lines of L1
      s.rows, s.ahead = 1, n <= 1280 and 1 or 0
    end
  elseif t.in_order then
    s.rows, s.ahead = 8, t.f32 and n <= 256 and not t.centred and 1 or 0
    if s.ahead > 0 and n > 192 then s.rows = 4 end -- eight are too much for L1
  elseif n > 512 and t.f32 then
    -- Reading coming rows and writing these share the way to the second-level cache. Of wide rows, the loop of a pass
    -- costs less than unrolled code does.
    if n <= (t.centred and 1024 or 896) then s.rows, s.ahead = 1, 1 else s.looped, s.rows = 4, 2 end
    if n > 896 then s.alone = 4 end
    -- one sum is taken fast enough that a second row in flight gains nothing while one fits in L1 with its results
    if not t.centred and n > 1792 and n <= 4096 then s.rows = 1 end
  elseif n > (t.paired and 1792 or 896) and n <= 2048 then
    s.rows = 2
  elseif t.paired and n <= 200 and spec.residual == "none" then
    s.rows = 8
  end
  return s
end

-- The schedule of rows that stay in the caches. most: rows in flight where rows are wide.
local function in_caches(spec, target, t)
  local n, s = t.n, rows_of_registers(spec, t)
  s.unroll = n <= schedule.full_most(spec, target) and "full" or 4
  if t.adds and n > 640 then
    -- the stored sums are read again soon, so few rows come between; wide rows go in loops: as fast, and less code
    s.rows, s.ahead = 2, 0
    if t.many_registers and n <= 896 then s.rows, s.ahead = 1, 1 end
    if t.wide or not t.many_registers and n > 1024 then s.unroll = 4 end
  end
  -- rounding in between, int8 and a second norm need registers of their own
  if spec.quant ~= "none" or spec.norms == "two" or spec.rounding ~= "once" or spec.bias ~= "none" then
    s.rows, s.ahead = t.many_registers and math.min(s.rows, 4) or 1, 0
    if not t.many_registers and spec.rounding ~= "once" and not t.centred and n <= TOGETHER then s.rows = 3 end
  end
  s.most = (t.many_registers or t.adds or s.looped or t.paired) and 2 or 1
  if spec.quant == "int8" and t.many_registers then
    -- a row is read three times: sharing gamma and beta gains more than four rows lose by evicting lines, unless the
    -- rows fall on the same lines of L1
    s.rows, s.most, s.unroll = n > 896 and n <= 2048 and 2 or 4, 4, t.wide and 4 or s.unroll
  end
  if spec.pass == "apply" then
    -- there are no sums to take; rows in flight only finish together, which helps short rows
    s.rows, s.ahead = n > 512 and 1 or 4, 0
  end
  return s
end

-- How many rows of pass apply are finished together with 16 registers, so that no constants go over the stack: rows
-- near zero need two each at most, and conversions of pairs need registers, too.
local function applied_together(t)
  if not t.paired then return 4 end
  return t.centred and 2 or t.n < numerics.block and 3 or 4
end

-- The schedule of rows that go past the caches; `few` is that of in_caches().
local function past_caches(spec, target, t, few)
  local n = t.n
  -- short rows wait longer for their last scalars than for memory
  local many = { unroll = t.wide and 4 or few.unroll, rows = n <= 256 and few.rows or math.min(few.rows, 2),
    store = target.stream and "stream" or "cached", ahead = n <= 256 and math.min(few.ahead, 1) or 0, prefetch = 0 }
  if not target.stream then return many end
  if n >= schedule.past_least then
    -- While a row is written nothing is read, unless the next row is prefetched. Long rows share gamma and beta; with
    -- 16 registers only longer ones of f32 do, and the next row is best kept in the first-level cache. The sum of
    -- residual pre needs registers of its own, and its two arrays are read faster from that cache, too.
    local shares = t.many_registers and not t.adds
      or n >= (t.centred and 4096 or 6144) and spec.dtype == "f32" and spec.residual == "none" and spec.norms == "one"
    many.rows = t.wide and shares and 2 or 1
    if many.rows > 1 and n >= 4096 and spec.dtype == "f32" and t.many_registers and t.centred then many.rows = 4 end
    if not t.adds and schedule.past_only(spec, many) then many.unroll = 1 end
    many.prefetch = many.rows
    many.into = t.many_registers and (t.wide or not t.adds and n >= 1024) and "l2" or "l1"
  elseif spec.pass == "apply" and not t.many_registers then
    -- nothing waits for sums: as soon as a row has some lines, one at a time is best
    many.rows = n * (spec.dtype == "f32" and 4 or 2) > 384 and 1 or t.centred and 2 or applied_together(t)
    many.unroll, many.prefetch = many.rows == 1 and 1 or many.unroll, many.rows
  elseif t.in_order then
    -- a register is half a line: where eight rows are written a register of each in turn, too many lines wait for the
    -- other half
    many.rows, many.ahead = (n <= 128 or not t.f32) and 4 or 1, 0
    if many.rows == 1 or not t.f32 and n <= 192 then
      many.unroll, many.prefetch = 1, many.rows
    elseif spec.rounding ~= "once" then
      many.rows, many.unroll = 2, 1
    end
  elseif t.adds and n > 256 then
    many.rows, many.prefetch = 1, 1
  elseif t.adds then
    many.rows = math.min(few.rows, t.many_registers and 4 or 2)
  end
  return many
end

-- With 16 registers, what differs in the caches for int8, a second norm, a bias and a residual that is not kept. Narrow
-- rows gain most from finishing together; from a block on, loops of a few registers cost less than unrolled code does.
-- Past the caches, more rows would leave more lines half written.
local function of_few_registers(spec, t, s)
  local n, f32, quantised, two = t.n, spec.dtype == "f32", spec.quant ~= "none", spec.norms == "two"
  local post, biased = f32 and spec.residual == "post", f32 and spec.bias ~= "none"
  if n < numerics.block then
    local together = not f32 and 128 or not t.centred and TOGETHER or two and 128 or 256
    if post and not biased and not t.centred and n <= turns.NARROW then s.rows = 8
    elseif two and not f32 then s.rows = not t.centred and n <= 256 and 2 or s.rows
    elseif quantised or two or biased then
      s.rows = n <= together and (t.centred and 3 or 4) or not f32 and n <= 256 and 2 or s.rows
    end
  elseif f32 and (quantised or two or post) then
    s.unroll, s.alone, s.looped, s.ahead, s.most = 4, 4, 4, 0, 2
    if quantised then s.rows = 2
    elseif two then s.rows = t.centred and n > 1280 and 2 or 1
    else s.rows = t.wide and 2 or 1 end -- two rows of two arrays, and y, are more than L1 has
  end
  -- sums of eight rows of LayerNorm fill the registers, which wide conversions need
  local room = not t.paired or spec.residual == "none" and (not t.centred or n <= 200)
  if n <= 256 and s.rows > 1 and not t.f32 and room then s.ahead = 1 end
end

-- The same with 32 registers. int8, a second norm and a bias give the processor enough to do while it waits for the
-- last scalars of coming rows. Four rows of 16-bit elements that are also rounded before gamma share its conversion.
local function of_many_registers(spec, t, s)
  local n = t.n
  if spec.dtype ~= "f32" then
    local fits = spec.residual == "none" or n <= 896 or n > 1024 -- in between, unrolled code would be too long
    if spec.rounding ~= "once" and spec.quant == "none" and spec.residual ~= "post" and n > 256 and fits then
      s.rows, s.most, s.ahead = 4, 4, spec.residual == "none" and n <= 640 and 1 or 0
    end
  elseif spec.norms == "two" then
    if n <= 304 and spec.residual == "none" then s.rows, s.ahead = 4, 1
    elseif n <= 544 then s.rows, s.ahead = (t.centred or spec.residual ~= "none") and 2 or 3, 1 end
  elseif spec.quant ~= "none" then
    if n <= (spec.residual == "none" and 640 or 320) then s.rows, s.ahead = 4, 1
    elseif n <= (spec.quant == "int8" and 896 or t.centred and 1280 or 1792) then s.rows, s.ahead = 2, 1 end
  elseif spec.bias ~= "none" and n <= 256 then
    s.rows, s.ahead = 4, 1
  end
end

-- What differs with 16 registers in pass apply, which takes no sums. Wide rows share gamma and beta: of f32, from where
-- x and y of two rows leave the first-level cache anyway.
local function of_applied(spec, t, s)
  local f32, narrow = spec.dtype == "f32", t.n < numerics.block
  s.rows, s.most = applied_together(t), 2
  if f32 and not narrow then s.rows = t.n >= (t.centred and 2048 or 2560) and 2 or 1 end
  if not narrow then s.unroll, s.alone, s.looped = 4, 4, 4
  elseif not f32 and t.n >= 300 then s.looped = 1 end
end

local function rule(spec, target)
  if spec.pass == "backward" then return backward(spec, target) end
  local function cached(unroll, rows, ahead)
    return { unroll = unroll, rows = rows, store = "cached", ahead = ahead, prefetch = 0 }
  end
  if target.lanes == 1 then return { one = cached(2, 1, 0), few = cached(2, 1, 0), many = cached(2, 1, 0) } end
  local t = traits(spec, target)
  local few = in_caches(spec, target, t)
  local many = past_caches(spec, target, t, few)
  if not t.many_registers then (spec.pass == "apply" and of_applied or of_few_registers)(spec, t, few)
  elseif spec.pass == "forward" then of_many_registers(spec, t, few) end
  return {
    one = cached(few.alone or t.wide and 4 or few.unroll, 1, 0),
    few = cached(few.looped or few.unroll, t.wide and math.min(few.rows, few.most) or few.rows, few.ahead),
    many = many,
  }
end

-- The schedules for a kernel that no plan holds: those of the rule, with loops where unrolled code would be too long.
function schedule.default(spec, target)
  local s = rule(spec, target)
  for _, name in ipairs { "many", "one", "few" } do
    schedule.complete(s[name])
    if codesize.kernel(spec, target, s) > codesize.MOST * 7 // 8 and schedule.unrolls_all(s[name].unroll) then
      s[name].unroll = 4
    end
  end
  return s
end

return schedule
