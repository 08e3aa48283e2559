-- SPDX-License-Identifier: MIT
-- plan.lua: spec + target + schedule -> what a kernel consists of. Pure: the same input gives the same plan.
--
-- A kernel has *situations*: one row, a few rows that stay in the caches, many rows that go past them. Each is served
-- by a *way* of writing rows, a schedule's form of the write pass; situations with the same schedule share one. The
-- sums of a row are taken in one or two ways, too.
local facts_module = require "spec.facts"
local group = require "plan.group"
local names = require "spec.name"
local numerics = require "spec.numerics"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"
local turns = require "plan.turns"

local plan = {}

local NARROW = 256 -- rows up to this width are summed in line, wherever that is
plan.HEAD_WIDTH = NARROW -- kernels of rows up to this width take heads with a gamma each
local ONE_BY_ONE = 128   -- up to this width packed rows that are fewer than a group go one by one, by values
local PART = 448         -- up to this width rows that are fewer than a group go together

-- Whether gamma and beta fit into half of the registers meanwhile. With sums ahead, half of 16 are not free. Those of
-- 16-bit rows, which may be written in register pairs, are loaded for each row.
local function holds_parameters(spec, target, way)
  if spec.dtype ~= "f32" or way.ahead > 0 and target.registers < 32 then return false end
  local registers = (spec.width + target.lanes - 1) // target.lanes * spec_module.parameter_count(spec)
  return registers <= target.registers // 2
end

-- Whether the kernel of a spec takes rows that are heads with a gamma each (ln_run_heads) in one call.
local function takes_heads(spec)
  return spec.width <= plan.HEAD_WIDTH and spec_module.is_plain(spec) and spec_module.has_gamma(spec)
end

-- From how many rows on a part of a group is faster than its rows one by one: the less work in a row, the more.
local function least_together(spec)
  if spec.dtype == "f32" and spec.width <= 64 and not spec_module.is_centred(spec) then return 6 end
  if spec.dtype == "f32" then return spec.width <= 128 and 5 or 4 end
  return spec.width <= 64 and 4 or 3
end

-- Whether rows that are fewer than a group go together, where they cannot be heads. With the code for that, whole
-- groups of up to 64 elements take up to a tenth longer with two norms, and with a residual that RMSNorm keeps.
local function takes_parts(spec, few)
  if not few.sums_before or spec.quant ~= "none" or spec.width > PART then return false end
  local adds = spec.residual == "pre" and not spec_module.is_centred(spec)
  return spec.dtype ~= "f32" or spec.width > 64 or not adds and spec.norms == "one"
end

-- Up to how many packed rows of a spec a function that takes one row by values is faster than the kernel, whose
-- arguments go through memory; nil where it never is.
function plan.one_by_one(spec)
  if spec.dtype ~= "f32" or spec.width == "any" or spec.width > ONE_BY_ONE then return nil end
  return least_together(spec) - 1
end

-- The kernels that a set of specs needs, in the order of the table: for one width first, best target first, then those
-- for any width. Second, the norm kinds that they belong to, as specs of any width. `options.schedule(spec, target)`
-- gives schedules, `options.unroll` overrides their unroll.
function plan.kernels(specs, targets, options)
  local list, kinds, seen = {}, {}, {}
  for _, target in ipairs(targets) do
    for _, spec in ipairs(specs) do
      if spec.width ~= "any" then list[#list + 1] = plan.kernel(spec, target, options) end
    end
  end
  -- where x + residual is already written, kernels without a residual finish the rows that these sums do not serve
  local with_plain = {}
  for _, spec in ipairs(specs) do
    with_plain[#with_plain + 1] = spec
    if spec.residual == "pre" then with_plain[#with_plain + 1] = spec_module.without_residual(spec) end
  end
  for _, target in ipairs(targets) do
    for _, spec in ipairs(with_plain) do
      local any = spec_module.any_width(spec)
      local of = names.kernel(any, target)
      if not seen[of] then
        seen[of] = true
        list[#list + 1] = plan.kernel(any, target, options)
      end
    end
  end
  for _, spec in ipairs(with_plain) do
    local kind = names.kind(spec)
    if not seen[kind] then
      seen[kind] = true
      kinds[#kinds + 1] = spec_module.any_width(spec)
    end
  end
  return list, kinds
end

-- The schedules of a spec on a target, one for each situation, and where they come from.
local function schedules_of(spec, target, options)
  local s, source
  if options.schedule then s, source = options.schedule(spec, target) else s = schedule.default(spec, target) end
  s = schedule.copy(s) -- the given one stays as it is
  if options.unroll then s = { one = s.one, few = s.few, many = s.many } end -- no processor has one of its own then
  for _, situation in pairs(s) do
    situation.unroll = options.unroll or situation.unroll
    schedule.settle(spec, target, situation)
  end
  if group.in_registers(spec, target, s.few) then -- they hold one row, and fetching the next one ahead gains nothing
    for _, situation in pairs(s) do situation.rows, situation.unroll, situation.prefetch = 1, s.few.unroll, 0 end
  end
  if not target.stream then s.many = schedule.copy(s.few) end -- there is no way past the caches
  if not schedule.past(spec, s.many) then s.many_amd = nil end
  return s, source
end

-- How a kernel computes gradients:
--   mode     "any"        a width known only at run time
--            "delegates"  by the kernel for any width: plain C gains nothing from a known one
--            "held"       narrow rows that registers hold (group.lua)
--            "carried"    narrow rows of which registers carry g from the sums to the gradient (group.lua)
--            "group"      groups of other narrow rows; "tiles": those in tiles of columns
--            "unrolled"   narrow rows whose sums are all unrolled, row by row
--            "loops"      rows whose sums are taken in loops, block by block
--   params   the gradients that are sums over rows: they do not depend on a row's own sums, so either pass can add to
--            them
--   gathers  the statistics pass adds to them, so that loads and stores are spread over both passes
--   begins   they begin in registers in a block of rows, so that the workspace need not be zero
--   tile     of mode "tiles", as group.lua gives it
--   holds_gamma  of mode "held": gamma is in registers, too
--   keeps    g of a row is kept between the passes (group.lua)
--   carried  of mode "carried": how many registers carry g; carries_both: others carry xhat, too
--   ahead    of mode "carried": a row is taken before the one before it is written
--   in_registers  mode "held" or "carried", whose templates have the situations themselves
--   alone    a function of its own for a single row that begins a block of rows
--   apart    the same for tiles, where other rows go one by one and gather; nil where a kernel has one statistics pass
--   abreast  the statistics pass also takes two rows at once, in some situations
--   paired   dx is computed and stored in register pairs; not where the write pass also adds to sums over rows, which
--            lie in memory one after the other
local function gradients_of(k)
  local spec, target, few = k.spec, k.target, k.schedule and k.schedule.few
  local g = { mode = "any", params = {}, keeps = false, in_registers = false, alone = false, abreast = false }
  if spec_module.has_gamma(spec) then g.params[1] = "dgamma" end
  if spec_module.has_beta(spec) then g.params[2] = "dbeta" end
  g.gathers, g.begins = #g.params > 0, #g.params > 0
  g.paired = facts_module.of(spec, target).paired and (spec.width == "any" or spec.width >= 2 * target.lanes)
  if not few then return g end
  local carried = group.carried(spec, target, few)
  if not target.vector and not schedule.unrolls_all(few.unroll) then
    g.mode = "delegates"
  elseif group.held(spec, target, few) then
    g.mode, g.gathers, g.holds_gamma = "held", false, group.holds_gamma(spec, target)
  elseif carried then
    g.mode, g.carried, g.carries_both, g.ahead = "carried", carried.count, carried.both, carried.ahead
  elseif group.rows(spec, target, few) then
    g.tile = group.tile(spec, target, few)
    g.mode = g.tile and "tiles" or "group"
  else
    g.mode = schedule.unrolls_all(few.unroll) and spec.width < k.numerics.block and "unrolled" or "loops"
  end
  g.keeps = g.gathers and group.keeps(spec, target, few)
  g.in_registers = g.mode == "held" or g.mode == "carried"
  g.alone = g.in_registers or group.alone(spec, target, few)
  return g
end

-- Chooses the situations of gradients, and what depends on them. Loops over one row or over tiles, groups and rows that
-- registers hold also serve the rows that are left over, however many. Loops over several rows in flight are of two
-- kinds, of which a kernel has one. Two rows go abreast (way.abreast): the statistics pass takes both at once and adds
-- both to the sums over rows. More rows go over tiles of columns (way.tiled), whose sums over rows stay in registers:
-- there the write pass adds to them. On processors of AMD, tiles may serve what loops over one row serve on others, but
-- for fewer rows than way.least; or loops what tiles serve on others.
local function settle_gradients(k)
  local g, amd, others = k.gradients, k.few_amd, {}
  for _, situation in ipairs(k.situations) do
    if situation ~= amd then others[#others + 1] = situation end
  end
  local narrow = g.in_registers or g.mode == "group" or g.mode == "tiles"
  local function loops(way) return not narrow and not schedule.unrolls_all(way.unroll) end
  local function several(way) return loops(way) and way.rows > 1 end
  local count, abreast, looped = 0, g.mode == "loops" and g.gathers, true -- count: of situations with several rows
  for i, situation in ipairs(others) do
    local way = situation.way
    if several(way) then count, abreast = count + 1, abreast and way.rows == 2 end
    looped = looped and (narrow or loops(way) or i == 1 and k.few) -- where there are few, the first is `one`
  end
  g.abreast = abreast and count > 0
  for _, situation in ipairs(others) do
    local way = situation.way
    way.abreast, way.tiled = g.abreast and several(way), not g.abreast and several(way)
    way.row_by_row = way.abreast and way.store == "stream" -- lines of two rows in turn would not be written as a whole
  end
  local shared = k.many == k.one -- which then serves more than rows left over
  if shared and not g.abreast then looped = looped and (narrow or loops(k.one.way)) end
  if k.few and looped and not g.abreast then
    if not shared then table.remove(others, 1) end
    k.one = false
  end
  for _, situation in ipairs(others) do g.keeps = g.keeps and (narrow or situation.way.rows == 1) end
  local tiled = g.abreast and 0 or count
  local alone = amd ~= nil and not several(amd.way) and tiled > 0 and tiled == #others -- AMD's rows, of all
  g.gathers = g.gathers and (tiled == 0 or alone)
  g.begins = g.begins and looped and (tiled == 0 or tiled == #others)
  g.paired = g.paired and (g.gathers or #g.params == 0)
  k.few_amd = g.mode == "loops" and g.gathers and (count == 0 or alone) and amd
  k.situations = others
  if not k.few_amd then return end
  table.insert(others, k.many and #others or #others + 1, amd)
  amd.way.tiled = not alone
  g.apart = setmetatable({ gathers = false, keeps = false, paired = false }, { __index = g })
end

-- How the sums of a row are taken.
local function sums_of(k)
  -- With residual pre, taking the sums writes x + residual for the write pass to read. Late sums leave that to the
  -- write pass: where rows go past the caches, each line would otherwise first be read from memory and then stay in the
  -- cache.
  local list, pre = { { late = false, unroll = k.schedule.few.unroll } }, k.spec.residual == "pre"
  if pre and k.schedule.many.store == "stream" then list[2] = { late = true, unroll = k.schedule.many.unroll } end
  for _, sums in ipairs(list) do
    sums.writes_sum = pre and not sums.late         -- x + residual
    sums.starts = schedule.unrolls_all(sums.unroll) -- chains begin with registers, not at zero
    sums.called = false                             -- also wanted out of line
  end
  return list
end

-- Whether the means of rows far from zero are subtracted in two parts: of rows that a kernel sums, which it sums again,
-- four at a time; and of rows whose statistics it is given.
local function finishes_far(spec) return spec.pass == "forward" and spec_module.is_centred(spec) end
local function applies_far(spec) return spec.pass == "apply" and spec_module.is_centred(spec) end

-- Adds a way to write rows: a schedule with name, fused and other fields, to which this adds what follows from them.
local function add_way(k, way)
  local spec, target = k.spec, k.target
  schedule.complete(way)
  way.fetch, way.fetch_bytes = schedule.fetch(way, spec, target)
  way.late = k.sums[2] ~= nil and way.store == "stream"
  way.reads_sum = spec.residual == "pre" and not way.late
  way.far = finishes_far(spec) and not way.late
  way.near = applies_far(spec) and way.store == "cached"
  way.row_by_row = way.heads or way.rest or not way.late and turns.row_by_row(spec, target, way)
  way.keeps_parameters = way.row_by_row and not way.heads and holds_parameters(spec, target, way)
  way.merges = schedule.unrolls_all(way.unroll) or spec.width < k.numerics.block
  way.sums_before = way.heads or turns.sums_before(spec, target, way)
  way.sums_between = way.ahead > 0 and not way.sums_before
  way.calls_write_at = way.sums_between and way.merges and spec.width >= target.lanes
  way.sums = k.sums[way.late and 2 or 1]
  way.sums.starts = way.sums.starts or way.ahead > 0
  way.sums.called = way.sums.called
    or not way.fused and not way.sums_before and spec.pass ~= "apply" and spec.width > NARROW
  if not way.fused then k.rows_padded = math.max(k.rows_padded, (way.rows + 3) // 4 * 4) end
  k.ways[#k.ways + 1] = way
  return way
end

-- Adds the ways to write heads, and rows that are fewer than a group of `few`.
local function add_groups(k, few)
  local spec, target, s = k.spec, k.target, k.schedule
  -- always row by row
  local function add_group(named, rows, ahead)
    return add_way(k, { name = named, rows = rows, ahead = ahead, store = "cached", unroll = few.unroll,
      prefetch = 0, into = few.into, fused = false, [named] = true })
  end
  -- sums of eight rows of LayerNorm would fill 16 registers
  local many_sums = target.registers < 32 and spec.dtype == "f32" and spec_module.is_centred(spec)
  if k.takes_heads then k.heads = add_group("heads", many_sums and math.min(4, few.rows) or few.rows, 1) end
  local least = least_together(spec)
  if few.sums_before or few.rows > least then
    k.rest = add_group("rest", few.rows, 0)
    k.rest.apart = not few.sums_before
    k.rest.least = math.min(least, few.rows)
    k.rest.follows = math.min(least, few.rows // 2)
    k.rest.bounded = math.max(s.many.rows, s.few_amd and s.few_amd.rows or 0) > few.rows
  end
end

-- Chooses the ways to write rows and the situations that they serve.
local function add_ways(k)
  local spec, s = k.spec, k.schedule
  local function way_of(situation)
    for _, way in ipairs(k.ways) do
      if schedule.same(s[situation], way) then return way end
    end
    local way = schedule.copy(s[situation])
    way.name, way.fused = situation, way.rows == 1 and way.ahead == 0
    return add_way(k, way)
  end
  local function add_situation(named, way)
    for _, situation in ipairs(k.situations) do
      if situation.way == way then return situation end
    end
    k.situations[#k.situations + 1] = { name = named, way = way }
    return k.situations[#k.situations]
  end
  -- Past the caches one row at a time, from the first whole register of y on, wherever in a cache line the row begins.
  local function add_unaligned(named)
    return add_situation(named, add_way(k, { name = named, rows = 1, ahead = 0, store = "stream", unroll = 1,
      prefetch = s.many.prefetch, into = s.many.into, fused = true, unaligned = true }))
  end

  if finishes_far(spec) or applies_far(spec) then k.rows_padded = 4 end
  k.one = add_situation("one", way_of "one")
  local few = add_situation("few", way_of "few")
  k.few = few ~= k.one and few
  for _, named in ipairs { "few_large", "few_amd" } do
    local own = s[named] and add_situation(named, way_of(named))
    k[named] = own ~= few and own
  end
  k.takes_heads = takes_heads(spec)
  if few.way.rows > 1 and (k.takes_heads or takes_parts(spec, few.way)) then add_groups(k, few.way) end
  k.many_amd = s.many_amd and add_situation("many_amd", way_of "many_amd")
  if schedule.past_only(spec, s.many) then
    k.unaligned = add_unaligned "many"
    k.many = k.unaligned
    return
  end
  local many = add_situation("many", way_of "many")
  k.many = many ~= few and many
  k.unaligned = k.many and schedule.past(spec, s.many) and add_unaligned "unaligned"
end

-- The kernels that a kernel calls for rows that it does not handle itself: the one for "any" width, the "plain" one,
-- which is that for any width without a residual, and the "slow" one.
local function calls_of(k)
  local any = k.spec.width == "any"
  if k.spec.pass == "backward" then return any and {} or { "any" } end
  if any then return { "slow" } end
  if k.far then return k.pilot and { "slow", "any" } or { "any" } end
  if k.spec.residual ~= "pre" then return { "any" } end
  return k.sums[2] and { "plain", "any" } or { "plain" }
end

-- The arrays of rows that a kernel goes over.
local function arrays_of(spec, facts)
  if spec.pass == "backward" then return { "x", "dy", "dx" } end
  local arrays = { "x" }
  if facts.adds then arrays[#arrays + 1] = "residual" end
  if facts.keeps_sum then arrays[#arrays + 1] = "sum" end
  if spec.pass ~= "stats" then
    for _, y in ipairs(facts.outputs) do arrays[#arrays + 1] = y.name end
  end
  return arrays
end

-- A kernel's plan:
--   spec, target, name, kind, numerics
--   arrays             the arrays of rows that it goes over
--   calls              what it calls for rows that it does not handle itself: "any", "plain", "slow"
--   gradients          how they are computed, of pass backward
--   schedule, source   the schedules and where they come from; nil for any width, as all below
--   sums               list of { late, unroll, writes_sum, starts, called }: how the sums of a row are taken
--   ways               list of ways to write rows: the fields of a schedule with name, fetch, fetch_bytes and
--                      fused (one row, right after its sums), late, row_by_row, keeps_parameters (in registers, for
--                      all rows), unaligned, heads, sums, sums_before (those of a coming group are taken before this
--                      one is written), sums_between (they are taken while it is written), tiled (of gradients),
--                      reads_sum (the x + residual that the sums have written), far (finishes rows far from zero, too;
--                      rows whose residual only the write pass adds are left to the kernel for any width), near
--                      (of pass apply: rows of which a part of the mean is subtracted first go elsewhere), merges
--                      (sums ahead are taken between all the writes, not a block of them with each share of the
--                      writes), calls_write_at (a function writes whole registers: between the sums of coming rows,
--                      and where no more rows come), least (of gradients: fewer rows are left to another situation;
--                      nil for none)
--   situations         list of { name, way }: those that differ
--   one, few, many, unaligned  the situation that serves each; false where another one does. many: rows past the
--                      caches; unaligned: those of them that do not begin with a whole register of y
--   few_large          the situation of whole groups of few rows on processors of AMD with 48 KB of first-level cache;
--                      what is left over goes on as elsewhere
--   few_amd            the situation of few rows on processors of AMD, where `few` is that of others; its way.from:
--                      bytes that the rows of a batch must exceed, way.within: that they must not, nil for none;
--                      way.small, way.large: on those with 32 KB of first-level cache, or with more, which way.from
--                      does not count for
--   many_amd           the situation of rows past the caches that begin with a whole register of y, on processors of
--                      AMD with 32 KB of first-level cache, where `many` is that of others
--   rest               the way to write rows that are fewer than a group but not fewer than rest.least; nil where rows
--                      left over go one by one. rest.apart: by a function of their own; otherwise that of few rows
--                      serves them, and rest.follows or more after whole groups. rest.bounded: a larger group of
--                      another situation may leave more rows
--   takes_heads        rows may be heads with a gamma each; heads: the way to write them, nil for row by row
--   rows_padded        rows whose constants are kept between the passes, a multiple of four
--   near               of pass apply: a way of writing is for rows near zero only
--   far                rows far from zero are summed again, about their means
--   pilot              take_sums does that, too. Elsewhere loops do: sums that store x + residual on the way cannot,
--                      and for rows of whole blocks clang would keep registers of the sums on the stack
--   splits_far         row constants have a place for the second part of a mean
--   keeps_blocks       sums of coming rows wait in memory between blocks
function plan.kernel(spec, target, options)
  local k = { spec = spec, target = target, name = names.kernel(spec, target), kind = names.kind(spec),
    numerics = numerics.of(spec) }
  local facts = facts_module.of(spec, target)
  k.arrays = arrays_of(spec, facts)
  if spec.width ~= "any" then k.schedule, k.source = schedules_of(spec, target, options) end
  if spec.pass == "backward" then k.gradients = gradients_of(k) end
  if k.schedule then
    k.sums, k.ways, k.situations, k.rows_padded = sums_of(k), {}, {}, 0
    if spec.pass ~= "stats" then add_ways(k) end -- statistics go row by row: nothing but sums
    if k.gradients then settle_gradients(k) end
    k.far = spec.pass == "stats" and facts.centred
    for _, way in ipairs(k.ways) do
      k.far, k.near = k.far or way.far, k.near or way.near
      k.keeps_blocks = k.keeps_blocks or way.sums_between and schedule.keeps_blocks(spec, target, #facts.sums)
    end
    k.pilot = facts.centred and not facts.keeps_sum
      and (spec.pass == "stats" or spec.pass == "forward" and spec.width < k.numerics.block)
    k.splits_far = k.pilot and spec.pass == "forward"
  end
  k.calls = calls_of(k)
  return k
end

-- How far the loops of a schedule are unrolled, in words.
function plan.unrolled(s)
  if s.unroll == "straight" then return "all written out" end
  return s.unroll == "full" and "all unrolled" or ("loops of %d x 4 registers"):format(s.unroll)
end

local function plural(n, word) return ("%d %s%s"):format(n, word, n == 1 and "" or "s") end

-- s: a schedule, or a way that is written by one.
local function describe(s, gradients)
  local loops = s.unaligned and "register by register" or plan.unrolled(s)
  local text = ("%s, %s in flight%s, %s stores"):format(loops, plural(s.rows, "row"),
    s.in_turn and ", a register of each in turn" or "", s.store == "stream" and "non-temporal" or "cached")
  if s.ahead > 0 then text = text .. (", sums taken %s ahead"):format(plural(s.ahead, "group")) end
  if gradients and gradients.ahead then text = text .. ", sums taken 1 row ahead" end
  if s.prefetch > 0 then
    text = text .. (", prefetch %s ahead into %s"):format(plural(s.prefetch, "row"), schedule.into_text(s))
  end
  return text
end

-- The schedules of a kernel as lines of text.
function plan.describe(k)
  local stats, gradients = k.spec.pass == "stats", k.gradients
  if not k.schedule then return { "any width: loops, 1 row at a time" } end
  if stats then return { "all rows: " .. plan.unrolled(k.schedule.few) .. ", 1 row at a time" } end
  if gradients and gradients.mode == "delegates" then return { "all rows: by the kernel for any width" } end
  local one, few = describe(k.schedule.one, gradients), describe(k.schedule.few, gradients)
  local alike = one == few or not k.one -- what serves a few rows also serves one
  local lines = alike and { "one row or few: " .. few } or { "one row: " .. one, "few rows: " .. few }
  if k.few_large then
    local way = k.few_large.way
    lines[#lines + 1] = ("few rows in groups of %d, AMD from Zen 5 on: %s"):format(way.rows, describe(way))
  end
  if k.few_amd then
    local way = k.few_amd.way
    local which = way.small and " before Zen 5" or way.large and (way.from and " past L2 or" or "") .. " from Zen 5 on"
      or way.from and " past L2" or ""
    lines[#lines + 1] = ("few rows, AMD%s%s: %s"):format(which, way.within and ", up to L2" or "", describe(way))
  end
  local many = k.many and k.many == k.unaligned and k.many.way or k.schedule.many
  lines[#lines + 1] = "many rows: " .. describe(many, gradients)
  if k.many_amd then lines[#lines + 1] = "many rows, AMD before Zen 5: " .. describe(k.many_amd.way) end
  return lines
end

return plan
