-- SPDX-License-Identifier: MIT
-- amd.lua: the schedules of few rows and of many on processors of AMD, where they are not those of other processors
-- with the same registers. Measured on a Zen 4 and a Zen 5 with AVX-512; docs/lab/zen4.md and zen5.md have the times.
--
-- Narrow rows share loads of gamma and beta: a load of 64 bytes takes a cycle there, and two where it lies in two
-- lines, so that this gains more than the order of lines. On an Intel Xeon it is the other way round. Rows of RMSNorm
-- of up to 256 elements gain by it only where they come from the last-level cache, and so do those of 641 to 896 where
-- the first-level cache has 32 KB; longer ones gain only where it has 48.
-- Wide rows, which fill the first-level cache together with their results and parameters, share the lines of gamma and
-- beta that come from the second-level cache. The first-level cache has 32 KB, and 48 KB from Zen 5 on.
local facts_module = require "spec.facts"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"

local amd = {}

local L2 = 1 << 20 -- bytes, as in past_l2_of_amd() of templates/isa/x86.h
local PAGE = 4096  -- rows of whole pages fall on the same sets of the first-level cache
local LEAST = 5    -- rows in tiles; fewer go one by one

-- { from, to, rows } are widths and rows in flight, all unrolled, a register of each row in turn, the sums of the
-- coming rows ahead. past_l2: where the rows of a batch are more than the second-level cache holds. wide: in loops,
-- without sums ahead; pages: rows in flight where a row is whole pages, and none where it is left out, since more
-- arrays fall on one set of the cache then than this has lines. tiles: of gradients with dgamma and dbeta, in tiles of
-- columns, of a few rows at least. loops: of gradients, over one row after the other, whereas others go over tiles.
-- small: where the first-level cache has 32 KB; large: where it has 48, and with past_l2 always there. within_l2: where
-- the rows of a batch stay in the second-level cache.
local NARROW_RESIDUAL = { { 160, 400, 3 }, { 401, 544, 2 } }

-- small_to: the last width, where the first-level cache has 32 KB; nil for all processors.
local function wide(from, rows, pages, small_to)
  return { from, small_to or 8192, rows, wide = true, pages = pages, small = small_to ~= nil }
end

local RANGES = { -- by spec_module.variant; of LayerNorm and of RMSNorm
  ["f32"] = {
    { { 193, 448, 4 }, { 449, 544, 3 }, { 545, 640, 2 }, wide(2176, 4, 3, 2815), wide(2816, 4, 3) },
    { { 129, 192, 4, past_l2 = true }, { 193, 256, 3, past_l2 = true }, { 257, 480, 3 }, { 481, 640, 2 },
      { 641, 896, 2, past_l2 = true, large = true }, { 897, 1151, 2, large = true },
      { 1152, 1663, 2, large = true, within_l2 = true } },
  },
  ["f32 pre"] = { { NARROW_RESIDUAL[1], NARROW_RESIDUAL[2], wide(1536, 4, 3) }, NARROW_RESIDUAL },
  ["f32 post"] = { { NARROW_RESIDUAL[1], NARROW_RESIDUAL[2], wide(2176, 4, nil, 2815), wide(2816, 4) },
    NARROW_RESIDUAL },
  ["f32 two"] = { { wide(1280, 4, 2, 1755), wide(1756, 4, 2) }, { wide(2176, 4, 2) } },
  ["f32 apply"] = { { wide(2176, 4, 3, 3071), wide(3072, 4, 3) }, { wide(2816, 4, 3, 4096), wide(4097, 4, 3) } },
  ["f32 int8static"] = { { wide(1536, 4, 4) }, { wide(2176, 4, 4) } },
  ["f32 backward"] = {
    { { 1600, 2048, 8, tiles = true, small = true }, { 2049, 2560, 1, loops = true, large = true },
      { 2561, 4096, 1, loops = true, large = true, within_l2 = true } },
    { { 2049, 3072, 1, loops = true, large = true }, { 3073, 5120, 1, loops = true, large = true, within_l2 = true } },
  },
  ["bf16 pre"] = { { wide(1280, 4, 4) }, { wide(1280, 4, 4) } },
}

-- The schedule of few rows of a spec on processors of AMD; nil where they have that of all. Its field `from`: the bytes
-- that the rows of a batch must exceed, `within`: that they must not exceed, `least`: how many rows there must be, if
-- any; `small`, `large`: on which processors; both `from` and `large`: where either is so.
local function few(spec, target)
  local ranges = RANGES[spec_module.variant(spec)]
  if not ranges then return nil end
  for _, range in ipairs(ranges[spec_module.is_centred(spec) and 1 or 2]) do
    local from, to, rows = table.unpack(range)
    if spec.width >= from and spec.width <= to then
      local parameters = spec_module.parameter_count(spec)
      if range.tiles then
        return parameters == 2 and schedule.complete { unroll = 2, rows = rows, ahead = 0, store = "cached",
          prefetch = 0, least = LEAST, small = range.small } or nil
      end
      if range.loops then
        return parameters > 0 and schedule.complete { unroll = 1, rows = 1, ahead = 0, store = "cached", prefetch = 0,
          large = true, within = range.within_l2 and L2 or nil } or nil
      end
      local bytes = spec.width * facts_module.of(spec, target).element_bytes
      if range.wide and bytes % PAGE == 0 then rows = range.pages end
      if range.wide and parameters == 0 then rows = nil end -- there is nothing to share
      return rows and schedule.complete { unroll = range.wide and 4 or "full", rows = rows,
        ahead = range.wide and 0 or 1, store = "cached", prefetch = 0, in_turn = not range.wide,
        from = range.past_l2 and L2 or nil, within = range.within_l2 and L2 or nil, small = range.small,
        large = range.large }
    end
  end
end

-- A Zen 5 hides the scalars of a group behind the sums of eight rows, not of four. { from, to, whole }: widths of
-- LayerNorm and of RMSNorm; whole: of those, rows of whole registers alone, or none of them.
local EIGHT = { { { 64, 96 }, { 193, 256, true } }, { { 128, 256, true }, { 97, 319, false } } }
amd.EIGHT_LEAST, amd.EIGHT_UNEVEN = 16, 40 -- rows: whole groups alone; others, of which the last begin anew with four

-- The schedule of few rows where the first-level cache has 48 KB, which comes before that of all processors of AMD and
-- leaves less than a group of its own to others; nil where there is none.
local function few_large(spec, target)
  if spec_module.variant(spec) ~= "f32" then return nil end
  for _, range in ipairs(EIGHT[spec_module.is_centred(spec) and 1 or 2]) do
    local from, to, whole = table.unpack(range)
    if spec.width >= from and spec.width <= to and (whole == nil or whole == (spec.width % target.lanes == 0)) then
      return schedule.complete { unroll = "full", rows = 8, ahead = 1, store = "cached", prefetch = 0, large = true }
    end
  end
end

-- Past the caches, while a row is written, the next one is summed, which the second-level cache has by then, and the
-- one after it is fetched: reading and writing overlap. Shorter rows take longer that way; of longer ones, two rows,
-- gamma and beta are more than 32 KB. { from, to }: widths of LayerNorm and of RMSNorm.
local PAST_CACHES = { { 1537, 2047 }, { 1537, 2048 } }

-- The schedule of rows past the caches on processors of AMD whose first-level cache has 32 KB; nil where they have that
-- of all. Rows begin with a whole register.
local function many(spec, target)
  if spec_module.variant(spec) ~= "f32" then return nil end
  local from, to = table.unpack(PAST_CACHES[spec_module.is_centred(spec) and 1 or 2])
  if spec.width < from or spec.width > to or spec.width % target.lanes > 0 then return nil end
  return schedule.complete { unroll = "full", rows = 1, ahead = 1, store = "stream", prefetch = 2, into = "l2",
    small = true }
end

-- Adds to the schedules of all processors what processors of AMD with AVX-512 have of their own.
function amd.add(spec, target, schedules)
  if target.arch ~= "x86" or target.registers < 32 then return end
  schedules.few_large, schedules.few_amd = few_large(spec, target), few(spec, target)
  schedules.many_amd = many(spec, target)
end

-- Whether so many rows go in groups of eight, where there are such.
function amd.eight_rows(rows) return rows >= (rows % 8 > 0 and amd.EIGHT_UNEVEN or amd.EIGHT_LEAST) end

-- Whether such a schedule serves a batch whose rows have so many bytes, on a processor of AMD whose first-level cache
-- has `l1`.
function amd.serves(s, bytes, l1)
  local large = l1 > 32 << 10
  if s.from and not (s.large and large) and bytes <= s.from or s.within and bytes > s.within then return false end
  return not (s.small and large) and (s.from ~= nil or not s.large or large)
end

return amd
