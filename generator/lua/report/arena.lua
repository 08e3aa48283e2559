-- SPDX-License-Identifier: MIT
-- arena.lua: where the runtime's arena (runtime/arena.c) puts the arrays of a norm. tests/story/arena.c compares the
-- two.
local facts_module = require "spec.facts"
local numerics = require "spec.numerics"
local spec_module = require "spec.spec"

local arena = {}

local PAGE, ENOUGH = 4096, 512 -- as in runtime/apart.h
local LINE = 64 -- bytes of a cache line, and of the line that stands before every part and after the last

local function round_up(n, unit) return (n + unit - 1) // unit * unit end

-- Floats of workspace that gradients of so many rows need, for each of dgamma and dbeta.
local function workspace(spec, rows)
  local block = numerics.block_rows
  local blocks = (rows + block - 1) // block
  local columns = round_up(spec.width, numerics.sum_columns)
  local arrays = (spec_module.has_gamma(spec) and 1 or 0) + (spec_module.has_beta(spec) and 1 or 0)
  return blocks * columns * arrays * 4
end

-- By how many bytes more an array of rows at `at` lies behind what is before it, so that it is apart from those at
-- `places`: runtime/apart.h in Lua.
local function gap_of(places, at, stride)
  local best, most = 0, 0
  for gap = 0, PAGE - LINE, LINE do
    if most >= ENOUGH then break end
    local least = PAGE
    for _, other in ipairs(places) do
      for row = -2, 2 do
        local past = (at + gap + row * stride - other) % PAGE
        least = math.min(least, past, PAGE - past)
      end
    end
    if least > most then best, most = gap, least end
  end
  return best
end

-- arena.layout(spec, rows) -> list of { name, offset, bytes, row_bytes }, and the bytes of the whole arena. row_bytes:
-- from a row to the next, for arrays of rows.
function arena.layout(spec, rows)
  local facts = facts_module.of(spec)
  local element = facts.element_bytes
  local row = round_up(spec.width * element, LINE)
  local parameter = spec.width * facts.parameter_bytes
  local backward, writes = spec.pass == "backward", spec.pass ~= "stats"
  local list, used, places = {}, 0, {}
  local function take(when, name, bytes, row_bytes)
    if not when then return end
    list[#list + 1] = { name = name, offset = used + LINE, bytes = bytes, row_bytes = row_bytes }
    used = used + LINE + round_up(bytes, LINE)
  end
  local function take_rows(when, name)
    if not when then return end
    used = used + gap_of(places, used + LINE, row)
    places[#places + 1] = used + LINE
    take(true, name, rows * row, row)
  end
  local two = spec.norms == "two"
  take_rows(true, "x")
  take_rows(backward, "dy")
  take_rows(facts.adds, "residual")
  take(facts.bias, "bias", spec.width * element)
  take(spec.pass == "stats" or spec.pass == "apply", "stats", rows * 16, 16)
  take(facts.gamma, "gamma", parameter)
  take(facts.beta and not backward, "beta", parameter)
  take(two, "gamma2", parameter)
  take(two and facts.beta, "beta2", parameter)
  take(facts.centred and writes, "mean", rows * 4, 4)
  take(writes, "rstd", rows * 4, 4)
  take(facts.dynamic, "scale", rows * 4, 4)
  take_rows(facts.keeps_sum, "sum")
  if backward then
    take_rows(true, "dx")
    take(facts.gamma, "dgamma", spec.width * 4)
    take(facts.beta, "dbeta", spec.width * 4)
    take(facts.gamma, "workspace", workspace(spec, rows))
  elseif facts.quantises then
    take(true, "y", rows * round_up(spec.width, LINE), round_up(spec.width, LINE))
  else
    take_rows(writes, "y")
  end
  take_rows(two, "y2")
  return list, used + LINE
end

return arena
