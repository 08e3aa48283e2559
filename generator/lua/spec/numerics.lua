-- SPDX-License-Identifier: MIT
-- numerics.lua: what fixes the bits, as a function of the spec alone; docs/numerics.md says why each is what it is.
local frozen = require "frozen"

local numerics = {}

-- Which contract this is. It grows by one when the bits of any output change; docs/numerics.md tells what changed.
numerics.version = 3

-- The same for every spec; ln_numerics.h prints them for the runtime and for pairs.
numerics.chains = 4       -- of a sum, folded in their order
numerics.chain = 16       -- lanes of each
numerics.lanes = numerics.chains * numerics.chain -- element i belongs to lane i mod 64
numerics.block = 512      -- elements summed in float before their lanes are added in double
numerics.block_rows = 32  -- backward: rows whose parameter gradients are summed in float, blocks then in double
numerics.sum_columns = 32 -- rows of their workspace are padded to a multiple of so many floats

local function hex(x) return ("%a"):format(x) end
local function float(x) return hex(string.unpack("f", string.pack("f", x))) .. "f" end

function numerics.of(spec)
  local n = spec.width
  return frozen({
    lanes = numerics.lanes,
    block = numerics.block,
    block_rows = numerics.block_rows,
    sum_columns = numerics.sum_columns,
    tiny = hex(2.0 ^ -120), -- variance + eps below this goes the slow way
    large = hex(2.0 ^ 138), -- pass apply: m2 above this goes the slow way
    -- constants of one width; kernels for any width compute the same values at run time
    width_inverse = n ~= "any" and hex(1 / n),
    width_inverse_float = n ~= "any" and float(1 / n), -- pass backward
    near = n ~= "any" and hex(n > 4 and (0.5 - 2 / n) / n or 0.0), -- mean^2 <= near * m2: the fast path
  }, "numerics")
end

return frozen(numerics, "numerics")
