-- SPDX-License-Identifier: MIT
-- turns.lua: how rows in flight take turns: whether they are written one after the other, and whether the sums of
-- coming rows are taken before that.
local spec_module = require "spec.spec"

local turns = {}

-- Whether rows in flight are written one after the other, not a register of each in turn. So lines are read and written
-- in their order in memory. Rows that begin within a line need that most, since each of their registers lies in two
-- lines, which are both read twice if other rows come in between; where a register is half of a line, all rows gain.
-- Of rows in pairs, only those gain that have no register left over, and no narrow ones: these gain more by sharing
-- loads of gamma and beta. With a residual that is not kept, only rows of f32 gain, from 256 elements on, and narrow
-- ones of one sum.
local EVEN, UNEVEN, HALVES = 256, 640, 448 -- the most: of rows of whole registers, of others, of any with 16 registers
local PAIRS_LEAST, POST_LEAST = 160, 256
turns.NARROW = 64

function turns.one_after_another(spec, target)
  local n = spec.width
  if target.registers >= 32 then return spec.dtype == "f32" and n <= (n % target.lanes > 0 and UNEVEN or EVEN) end
  if n > HALVES or spec.residual == "pre" then return false end
  local centred = spec_module.is_centred(spec)
  if spec.residual == "post" and (spec.dtype ~= "f32" or n < POST_LEAST and (n > turns.NARROW or centred)) then
    return false
  end
  return spec.dtype == "f32" or target.pairs[spec.dtype] and n >= PAIRS_LEAST and n % (2 * target.lanes) == 0
end

function turns.row_by_row(spec, target, s)
  local least = target.registers < 32 and 4 or 2
  return s.rows >= least and s.unroll == "full" and not s.in_turn and s.prefetch == 0 and target.vector
    and spec.pass == "forward" and spec.quant == "none" and spec.norms == "one"
    and turns.one_after_another(spec, target)
    and (spec.dtype == "f32" or s.store == "cached") -- of rows in pairs, stores past the caches were not measured
end

-- Whether the sums of a coming group are all taken before the present one is written, in one function that keeps them
-- in registers: the last scalars of a group are found meanwhile, and no row waits for its own. Narrow rows gain by it,
-- but for f32 rows of RMSNorm, or without a residual, that 32 registers write a register of each in turn, and rows in
-- pairs with a residual that leave too few of 16. The sums of wide ones are taken while rows are written, since reading
-- and writing overlap then.
local BEFORE, BEFORE_SHORT = 256, 448 -- rows up to this width; of 16 bits with 32 registers

function turns.sums_before(spec, target, s)
  if s.ahead == 0 then return false end
  if turns.row_by_row(spec, target, s) then return true end
  if not target.vector or spec.pass ~= "forward" or s.rows == 1 or s.unroll == "straight" then return false end
  local many_registers, f32 = target.registers >= 32, spec.dtype == "f32"
  if spec.width > (many_registers and not f32 and BEFORE_SHORT or BEFORE) then return false end
  if spec.quant ~= "none" or spec.norms == "two" or spec.bias ~= "none" then return true end
  if not many_registers then return spec.residual == "none" or not target.pairs[spec.dtype] end
  return not f32 or spec.residual ~= "none" and spec_module.is_centred(spec)
end

return turns
