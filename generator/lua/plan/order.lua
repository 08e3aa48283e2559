-- shape.lua: the order of a kernel's work, as lists of steps that a template prints one by one. Which addition comes
-- first within a lane is fixed by numerics; everything else here is schedule.
--
-- Steps of one row's sums, elements `from` .. `to` - 1 of the row (one superblock at most between two `widen`):
--   { kind = "sum", row, sweep, start, four, parts = { { chain, at, count }, ... } }   add registers to their chains;
--     four: one to each, none of them in part
--   { kind = "fold", row, sweep, used }        chains of a sweep to sixteen lanes
--   { kind = "widen", row, first, last }       sixteen lanes to double, added to the row's sums
--   { kind = "finish", rows }                  what writing needs, from the sums of all rows in flight
-- In pairs of registers a part is { chain, at, count, half }: the even or the odd elements of up to 32 from `at` on.
-- Steps of the second pass:
--   { kind = "write", parts = { { at, count }, ... } }   the same registers of all rows in flight
--   { kind = "largest", parts }                          their largest magnitudes, before anything is written as int8
local shape = {}

local CHAINS, CHAIN = 4, 16 -- chains of sums, and lanes of each; a register of W lanes covers one sweep of CHAIN / W
local PAIR = 32             -- elements of a pair of registers

-- Whether a row of `width` elements is read in pairs, where there are any: a short one is one register, or part of one.
function shape.pairs(width, wanted) return wanted and width >= PAIR end

-- Elements that a load or a store is about, and registers they fill.
function shape.unit(W, pairs)
  if pairs then return PAIR, PAIR // W end
  return W, 1
end

-- The register of the elements from `at` on, `to` being the end; in pairs, the half of a pair that takes its place.
local function part_of(at, to, W, pairs)
  if not pairs then return at < to and { at = at, count = math.min(W, to - at) } or nil end
  local base = at // PAIR * PAIR
  return base < to and { at = base, count = math.min(PAIR, to - base), half = at // W % 2 } or nil
end

-- Registers of one sweep over the chains' lanes from `from` on, with their chains; `lanes` is how many of a chain's there
-- are before `to`.
function shape.group(from, to, W, pairs)
  local parts = {}
  for chain = 0, CHAINS - 1 do
    local at = from + CHAIN * chain
    local part = part_of(at, to, W, pairs)
    if part then
      part.chain, part.lanes = chain, math.min(CHAIN, to - at)
      parts[#parts + 1] = part
    end
  end
  return parts
end

-- Chains that the sums of a row of `width` elements use.
function shape.chains(width, W, pairs) return #shape.group(0, width, W, pairs) end

function shape.sums(row, from, to, W, numerics, first, pairs)
  local steps = {}
  for block = from, to - 1, numerics.block do
    local last = math.min(block + numerics.block, to)
    for sweep = 0, CHAIN // W - 1 do
      local used = 0
      for e = block, last - 1, numerics.lanes do
        local parts = shape.group(e + W * sweep, last, W, pairs)
        if #parts > 0 then
          used = math.max(used, #parts)
          steps[#steps + 1] = { kind = "sum", row = row, sweep = sweep, start = e == block,
            four = e + numerics.lanes <= last, parts = parts }
        end
      end
      steps[#steps + 1] = { kind = "fold", row = row, sweep = sweep, used = used }
    end
    steps[#steps + 1] = { kind = "widen", row = row, first = first and block == from, last = last == to }
  end
  return steps
end

-- `group` registers of every row are computed before any is stored: a store and a later load of another row may share
-- their low address bits, and the load would wait.
-- `kind` is "write" without it. In pairs, `from` is a multiple of PAIR and `group` even.
function shape.writes(from, to, W, group, kind, pairs)
  local steps = {}
  for e = from, to - 1, W * group do
    local parts = {}
    for k = 0, group - 1 do
      parts[#parts + 1] = part_of(e + W * k, to, W, pairs)
    end
    steps[#steps + 1] = { kind = kind or "write", parts = parts }
  end
  return steps
end

-- Both lists in their own order, the sums of b spread evenly over most of a, so that what follows from them is ready
-- when a ends: to quarters of a step for a sum, and what follows a sum stays with it, so that the pattern repeats. Where a
-- writes one row (`alone`), what follows takes about as long as writing its last 240 elements.
local SPREAD, LAST, LEAST = 0.85, 240, 0.75

function shape.merge(a, b, alone)
  local groups = {}
  for _, step in ipairs(b) do
    if step.kind == "sum" or #groups == 0 then groups[#groups + 1] = {} end
    table.insert(groups[#groups], step)
  end
  local merged, taken = {}, 0
  local within = #a * SPREAD
  if alone and #a > 1 then
    local elements = a[2].parts[1].at - a[1].parts[1].at
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
return shape
