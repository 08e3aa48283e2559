-- SPDX-License-Identifier: MIT
-- facts.lua: what follows from a spec, whatever the C looks like: which arrays and sums a norm has, and their bytes.
local spec_module = require "spec.spec"
local storage = require "spec.storage"

local facts = {}

local BYTES = storage.each "bytes"

-- `target`, when given, says whether 16-bit rows are read and written in pairs of registers.
function facts.of(spec, target)
  local f = {}
  f.quantises = spec.quant ~= "none"           -- y is int8
  f.dynamic = spec.quant == "int8"             -- with a scale found for each row
  f.times_normalised = f.dynamic and 2 or 1    -- by the write pass: the scale is found before y is written
  f.parameter_type = spec.params == "f32" and "f32" or spec.dtype
  f.element_bytes, f.parameter_bytes = BYTES[spec.dtype], BYTES[f.parameter_type]
  f.output_bytes = f.quantises and 1 or f.element_bytes
  f.centred = spec_module.is_centred(spec)
  f.sums = f.centred and { "s", "q" } or { "q" }
  f.row_constants = f.centred and { "mean", "rstd", "shift" } or { "rstd" } -- of RowConstants
  f.statistics = f.centred and { "mean", "rstd" } or { "rstd" } -- what a->... has of a row
  f.split = f.centred and spec.pass == "apply" -- subtracts the mean in two parts, whatever the row
  if spec.pass == "apply" then
    f.sums = f.centred and { "mean", "m2" } or { "m2" }
    if f.split then f.row_constants[#f.row_constants + 1] = "high" end
  end
  f.gamma, f.beta = spec_module.has_gamma(spec), spec_module.has_beta(spec)
  f.adds = spec.residual ~= "none"             -- x + residual is what is normalised
  f.bias = spec.bias ~= "none"                 -- x + bias comes before
  f.keeps_sum = spec.residual == "pre"         -- and is written to `sum`

  -- the even and the odd elements of a pair in a register each: one load and one store for both, and no widening
  f.paired = target ~= nil and target.pairs[spec.dtype] and not f.quantises
    and (spec.params ~= "f32" or not f.gamma)

  -- each y, its parameters, and the letters that stand for a register of each
  f.outputs = { { name = "y", stride = "y_stride", letter = "w", gamma = "g", beta = "b" } }
  if spec.norms == "two" then
    f.outputs[2] = { name = "y2", stride = "y2_stride", letter = "u", gamma = "h", beta = "d" }
  end
  f.parameters = {}
  for i, output in ipairs(f.outputs) do
    local number = i > 1 and i or ""
    if f.gamma then table.insert(f.parameters, { name = "gamma" .. number, letter = output.gamma, gain = true }) end
    if f.beta then table.insert(f.parameters, { name = "beta" .. number, letter = output.beta }) end
  end

  -- bytes of outputs for each element of x, as they count against the last-level cache; of gradients, which read two
  -- arrays for the one that they write, half more; with int8, half of what is read and written (counted_bytes of
  -- runtime/spec.h)
  f.counted_bytes = #f.outputs * f.output_bytes + (f.keeps_sum and f.element_bytes or 0)
  if spec.pass == "backward" then f.counted_bytes = f.counted_bytes * 3 // 2 end
  if f.quantises then f.counted_bytes = (f.element_bytes * (f.adds and 2 or 1) + f.counted_bytes + 1) // 2 end
  return f
end

return facts
