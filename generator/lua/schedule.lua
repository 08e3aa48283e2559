-- schedule.lua: what decides speed and never a bit. Three situations, one schedule each:
--   one    a single row, or rows left over
--   few    rows that stay in the caches
--   many   more output than the last-level cache holds
-- Fields of a schedule:
--   unroll    "full", or K: loops that handle K groups of four registers a turn
--   rows      rows in flight, 1 to 8: their sums are finished together and share loads of gamma and beta
--   store     "cached" or "stream" (non-temporal)
--   prefetch  rows ahead of the current one to fetch while writing; 0 for none
local schedule = {}

schedule.UNROLLS = { 1, 2, 4, 8 }
schedule.ROWS_MAX = 8

-- Without a measured plan: full unroll where its code stays small, loops above.
function schedule.default(spec, target)
  local registers = (spec.width + target.lanes - 1) // target.lanes
  local unroll = registers <= 128 and "full" or 4
  if target.lanes == 1 then unroll = 2 end
  local rows = target.lanes == 1 and 1 or 4
  return {
    one = { unroll = unroll, rows = 1, store = "cached", prefetch = 0 },
    few = { unroll = unroll, rows = rows, store = "cached", prefetch = 0 },
    many = { unroll = unroll, rows = rows, store = target.stream and "stream" or "cached", prefetch = 0 },
  }
end

return schedule
