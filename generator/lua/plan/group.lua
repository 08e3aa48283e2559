-- SPDX-License-Identifier: MIT
-- group.lua: narrow rows in the backward pass: those that registers hold, wholly or g alone, and groups of others,
-- whose sums are all taken before one tree finishes four rows.
local numerics = require "spec.numerics"
local spec_module = require "spec.spec"

local group = {}

-- Whether rows are narrow and `few`, the schedule of that name, unrolls them all.
local function unrolled(spec, target, few)
  return spec.pass == "backward" and spec.width ~= "any" and spec.width < numerics.block
    and spec_module.has_gamma(spec) and target.lanes > 1 and not math.type(few.unroll)
end

-- Whether `few` makes such groups: where four rows or more are in flight. Rows are written one by one.
function group.rows(spec, target, few) return unrolled(spec, target, few) and few.rows >= 4 end

-- Whether a kernel of groups has a function for a single row that begins a block, which need not read sums over rows.
local ALONE = 128 -- rows up to this width

function group.alone(spec, target, few)
  return group.rows(spec, target, few) and spec.width <= ALONE and spec.width % numerics.lanes == 0
end

-- Groups where sums over rows of some columns stay in registers: tiles of columns, each summed over all rows. A tile is
-- `runs` runs of registers next to each other. A run is one chain of a row's sums, or in rows of 64 elements two
-- chains of one register each, and leaves its lanes in memory: `lanes` of each sum for a row. nil where rows are no
-- multiple of 64 elements, where the registers do not suffice, or where lines of x and dy, read tile by tile,
-- would leave the first-level cache in between. With 16 registers, rows of 128 have two tiles: each row is read in
-- pieces of two lines, which takes longer than to load and store the sums over rows.
function group.tile(spec, target, few)
  local n = spec.width
  if not group.alone(spec, target, few) then return nil end
  local lanes = n == numerics.lanes and numerics.lanes // 2 or numerics.lanes
  local run = n // lanes
  local most = target.registers // 2 // spec_module.parameter_count(spec) -- half of them hold sums over rows
  if run > most or target.registers < 32 and n > numerics.lanes then return nil end
  local runs = math.min(most // run, lanes // target.lanes)
  while lanes // target.lanes % runs > 0 do runs = runs - 1 end
  return { lanes = lanes, run = run, runs = runs }
end

-- Whether g of a row with gamma is kept in memory between the passes, so that the write pass reads it and not dy and
-- gamma. That saves one of eight products and a load for each register, and costs a store in the statistics pass. Where
-- that pass stores dgamma and dbeta already, the stores are what takes longest, and nothing is gained.
local KEPT = 1024 -- rows up to this width: x, dy, g, gamma and dgamma share the first-level cache

function group.keeps(spec, target, few)
  return spec.width <= KEPT and spec.dtype == "f32" and not spec_module.has_beta(spec) and target.lanes > 1
    and target.registers < 32 and (group.rows(spec, target, few) or few.rows == 1 and math.type(few.unroll) ~= nil)
end

-- Whether so many arrays of a row's width fit into the registers. A quarter of these is left for the rest, and more for
-- rounding to 16 bits.
local function fit(spec, target, arrays)
  return arrays * spec.width // target.lanes <= target.registers * (spec.dtype == "f32" and 6 or 5) // 8
end

-- Whether a row is read once: xhat, g and the sums over rows of all columns stay in registers. Only one row is in
-- flight then.
function group.held(spec, target, few)
  return unrolled(spec, target, few) and few.rows == 1 and spec.width % numerics.lanes == 0
    and fit(spec, target, 2 + spec_module.parameter_count(spec))
end

-- Whether gamma of such rows stays in registers, too.
function group.holds_gamma(spec, target) return fit(spec, target, 3 + spec_module.parameter_count(spec)) end

-- How registers carry g of a row from the sums to the gradient, where such rows go one by one: of x, dy and gamma only
-- x is read again for them. The sums over rows are in memory, so four chains of each sum and a few registers for
-- statistics and what is being computed are all that is needed besides. nil where rows do not go that way.
--   count  how many registers of a row carry g
--   both   as many carry xhat, so that x is not read again
--   ahead  they suffice for g and xhat of two rows: each is taken before the one before it is written, which does not
--          wait for its scalars then. Rows of RMSNorm, which have one sum, and rows that begin within a line gain
--          nothing, and those of which xhat would be computed again lose on a Zen 5
local OTHERS, FEWEST = 9, 8 -- registers

function group.carried(spec, target, few)
  if not unrolled(spec, target, few) or few.rows ~= 1 or target.registers < 32 or spec.dtype ~= "f32"
    or group.held(spec, target, few) then
    return nil
  end
  local centred = spec_module.is_centred(spec)
  local count, free = (spec.width + target.lanes - 1) // target.lanes, target.registers - (centred and 8 or 4)
  local ahead = centred and spec.width % target.lanes == 0 and 4 * count <= free - FEWEST
  return { count = math.min(count, free - OTHERS), both = 2 * count <= target.registers // 2, ahead = ahead }
end

-- Whether registers hold a row in either of these ways.
function group.in_registers(spec, target, few)
  return group.held(spec, target, few) or group.carried(spec, target, few) ~= nil
end

return group
