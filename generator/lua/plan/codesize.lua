-- SPDX-License-Identifier: MIT
-- codesize.lua: an estimate of the machine code that a schedule makes. No kernel may outgrow the caches that feed the
-- decoder.
local facts_module = require "spec.facts"
local group = require "plan.group"
local storage = require "spec.storage"
local turns = require "plan.turns"

local codesize = {}

codesize.MOST = 48 * 1024 -- bytes of code a kernel may have

local INSTRUCTION = 9 -- bytes, about, with an address far from its register

-- Bytes of the code that sums a row, and of the code that writes `rows` rows, all unrolled.
local function unrolled(spec, target, rows)
  local facts = facts_module.of(spec, target)
  local registers = (spec.width + target.lanes - 1) // target.lanes
  local cost = storage.code(spec.dtype, facts.paired, target)
  local load, keep = cost.load, cost.store
  local store = facts.quantises and (target.lanes < 16 and 7 or 5) or keep
  local element, sums, parameters
  if spec.pass == "backward" then
    element, sums, parameters = 2 * load + 5 + store, 0, 3 * #facts.parameters
  else
    local input = load * (facts.adds and 2 or 1) + (facts.adds and 1 + cost.rounding or 0)
      + (facts.bias and 1 + cost.rounding or 0)
    element = (facts.keeps_sum and load or input) + (facts.split and 2 or 1) + #facts.outputs * (1 + store)
    if facts.dynamic then element = element + input + 4 end
    sums = spec.pass == "apply" and 0 or input + 1 + #facts.sums + (facts.keeps_sum and keep or 0)
    parameters = #facts.parameters * (1 + load) * facts.times_normalised
  end
  return INSTRUCTION * registers * sums, INSTRUCTION * registers * (rows * element + parameters)
end

-- Bytes of the code of one situation, with its sums; 0 for loops.
function codesize.body(spec, target, s)
  if math.type(s.unroll) then return 0 end -- loops
  if turns.sums_before(spec, target, s) then -- the sums of a first group, of coming ones, and of a part of one
    local sums, writes = unrolled(spec, target, turns.row_by_row(spec, target, s) and 1 or s.rows)
    return writes + sums * (spec.dtype == "f32" and 2 * s.rows + 1 or 3) -- of 16 bits, loops over rows take them
  end
  local sums, writes = unrolled(spec, target, group.rows(spec, target, s) and 1 or s.rows)
  return writes * (s.ahead > 0 and 2 or 1) + sums * (s.ahead > 0 and s.rows + 1 or 1)
end

-- Bytes of a kernel with the schedules { one, few, many } and those of amd.lua, if any. In all of them, sums are
-- unrolled as the schedule `few` says.
function codesize.kernel(spec, target, schedules)
  local bytes = 4096 -- what is no body
  for name, s in pairs(schedules) do
    bytes = bytes + codesize.body(spec, target, s)
    if math.type(s.unroll) and name == "one" and not math.type(schedules.few.unroll) then
      bytes = bytes + (unrolled(spec, target, 1))
    end
  end
  return bytes
end

return codesize
