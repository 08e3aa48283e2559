-- SPDX-License-Identifier: MIT
-- arena.lua: where the runtime's arena (runtime/arena.c) puts the arrays of a norm. tests/story/arena.c compares the
-- two.
local arguments = require "spec.arguments"
local facts_module = require "spec.facts"
local numerics = require "spec.numerics"
local spec_module = require "spec.spec"

local arena = {}

local PAGE, ENOUGH = 4096, 512 -- as in runtime/apart.h
local LINE = 64 -- bytes of a cache line, and of the line that stands before every part and after the last

local function round_up(n, unit) return (n + unit - 1) // unit * unit end

-- Bytes of workspace that gradients of so many rows need: ln_sums_bytes of templates/caller/ln_check.h in Lua.
local function workspace(spec, rows)
  local block = numerics.block_rows
  local blocks = (rows + block - 1) // block
  local columns = round_up(spec.width, numerics.sum_columns)
  return blocks * columns * spec_module.parameter_count(spec) * 4
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
  local facts, has = facts_module.of(spec), arguments.of { spec }
  local element = facts.element_bytes
  local row = round_up(spec.width * element, LINE)
  local parameter = spec.width * facts.parameter_bytes
  local list, used, places = {}, 0, {}
  local function take(name, bytes, row_bytes)
    if not has[name] and name ~= "x" then return end
    list[#list + 1] = { name = name, offset = used + LINE, bytes = bytes, row_bytes = row_bytes }
    used = used + LINE + round_up(bytes, LINE)
  end
  local function take_rows(name)
    if not has[name] and name ~= "x" then return end
    used = used + gap_of(places, used + LINE, row)
    places[#places + 1] = used + LINE
    take(name, rows * row, row)
  end
  take_rows "x"
  take_rows "dy"
  take_rows "residual"
  take("bias", spec.width * element)
  take("stats", rows * 16, 16)
  take("gamma", parameter)
  take("beta", parameter)
  take("gamma2", parameter)
  take("beta2", parameter)
  take("mean", rows * 4, 4)
  take("rstd", rows * 4, 4)
  take("scale", rows * 4, 4)
  take_rows "sum"
  take_rows "dx"
  take("dgamma", spec.width * 4)
  take("dbeta", spec.width * 4)
  take("workspace", workspace(spec, rows))
  if facts.quantises then
    take("y", rows * round_up(spec.width, LINE), round_up(spec.width, LINE))
  else
    take_rows "y"
  end
  take_rows "y2"
  return list, used + LINE
end

return arena
