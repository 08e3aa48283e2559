-- shape.lua: the order of a kernel's work, as lists of steps that a template prints one by one. Which addition comes
-- first within a lane is fixed by numerics; everything else here is schedule.
--
-- Steps of one row's sums, elements `from` .. `to` - 1 of the row (one superblock at most between two `widen`):
--   { kind = "sum", row, sweep, start, parts = { { chain, at, count }, ... } }   add registers to their chains
--   { kind = "fold", row, sweep, used }        chains of a sweep to sixteen lanes
--   { kind = "widen", row, first, last }       sixteen lanes to double, added to the row's sums
--   { kind = "finish", rows }                  what writing needs, from the sums of all rows in flight
-- In pairs of registers a part is { chain, at, count, half }: the even or the odd elements of up to 32 from `at` on.
-- Steps of the second pass:
--   { kind = "write", parts = { { at, count }, ... } }   the same registers of all rows in flight
--   { kind = "largest", parts }                          their largest magnitudes, before anything is written as int8
local shape = {}

-- The register of the elements from `at` on, `to` being the end; in pairs, the half of a pair that takes its place.
local function part_of(at, to, W, pairs)
  if not pairs then return at < to and { at = at, count = math.min(W, to - at) } or nil end
  local base = at // 32 * 32
  return base < to and { at = base, count = math.min(32, to - base), half = at // 16 % 2 } or nil
end

-- Chains: four of them, 16 lanes apart; a register of W lanes covers one sweep of 16 / W.
function shape.sums(row, from, to, W, numerics, first, pairs)
  local steps = {}
  for block = from, to - 1, numerics.block do
    local last = math.min(block + numerics.block, to)
    for sweep = 0, 16 // W - 1 do
      local used = 0
      for e = block, last - 1, numerics.lanes do
        local parts = {}
        for chain = 0, 3 do
          local part = part_of(e + 16 * chain + W * sweep, last, W, pairs)
          if part then
            part.chain = chain
            parts[#parts + 1] = part
            used = math.max(used, chain + 1)
          end
        end
        if #parts > 0 then
          steps[#steps + 1] = { kind = "sum", row = row, sweep = sweep, start = e == block, parts = parts }
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
-- `kind` is "write" without it. In pairs, `from` is a multiple of 32 and `group` even.
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
-- when a ends: to quarters of a step for a sum, and what follows a sum stays with it, so that the pattern repeats.
local SPREAD = 0.85

function shape.merge(a, b)
  local groups = {}
  for _, step in ipairs(b) do
    if step.kind == "sum" or #groups == 0 then groups[#groups + 1] = {} end
    table.insert(groups[#groups], step)
  end
  local merged, taken, within = {}, 0, #a * SPREAD
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
