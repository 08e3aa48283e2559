-- SPDX-License-Identifier: MIT
-- backward.lua: what printing needs to know of a kernel that computes gradients, and what its two passes share. Their
-- steps are in gradient_sums.lua and gradient_writes.lua.
local c = require "print.c"
local order = require "plan.order"
local writes = require "print.gradient_writes"

local backward = setmetatable({}, { __index = writes }) -- so templates find both passes in one table

-- What printing needs to know of a kernel. The sums over rows, as further parameters and arguments of a function: `to`,
-- `passed`; `gathered`: the arguments of the statistics pass behind gamma. apart: k.gradients.apart, for the ways that
-- it serves; the names of their functions end so.
function backward.of(k, spell, apart)
  local gradients = apart or k.gradients
  local p = { k = k, spell = spell, spec = k.spec, target = k.target, W = k.target.lanes, T = spell.element,
    params = gradients.params, tile = gradients.tile, gathers = gradients.gathers, begins = gradients.begins,
    keeps = gradients.keeps, carried = gradients.carried, carries_both = gradients.carries_both }
  p.apart = apart and "_apart" or ""
  p.any = gradients.mode == "any"
  p.grouped = gradients.mode == "group" or gradients.mode == "tiles"
  p.N, p.columns = p.any and "n" or "WIDTH", p.any and "a->width" or "WIDTH"
  p.order = order.new(p.any and k.target.lanes or k.spec.width, p.W, k.numerics)
  p.paired = gradients.paired
  p.writes_order = order.new(p.any and 2 * p.W or k.spec.width, p.W, k.numerics, p.paired)
  p.centred = spell.centred
  p.tells_fresh = p.gathers and p.begins and not p.tile -- take() is told whether sums over rows begin
  p.sweep, p.sweep_abreast = backward.sweep(p, 1), gradients.abreast and backward.sweep(p, 2)

  p.named = table.concat(p.params, " and ")
  p.to, p.passed = "", ""
  for _, sum in ipairs(p.params) do p.to, p.passed = p.to .. ", float *" .. sum, p.passed .. ", " .. sum end
  p.gathered = (p.gathers and p.passed or "") .. (p.keeps and ", kept" or "")
  p.places = ("const %s *x, const %s *dy"):format(p.T, p.T)
    .. (spell.gamma and (", const %s *gamma"):format(spell.parameter) or "") .. (p.gathers and p.to or "")
    .. (p.keeps and ", float *kept" or "")
  p.formula = ("dx = xhat*slope + %s"):format(p.centred and "(g*rstd + shift)" or "g*rstd")
  p.combined = p.centred and "muladd(xhat, slope, muladd(g, rstd, shift))"
    or "muladd(xhat, slope, settled(mul(g, rstd)))"
  return p
end

-- The ways to write a row of any width: through the caches, and as the variable `past` says.
backward.any_way = { rows = 1, unroll = "full", store = "cached", prefetch = 0 }
backward.any_way_past = { rows = 1, unroll = "full", store = "either", prefetch = 0 }

-- Whether the sums of a block of rows begin with row `row`.
function backward.fresh(p, row)
  return ("(a->workspace || (a->accumulate & LN_BEGIN_PARAMS)) && %s %% %d == 0"):format(row, p.k.numerics.block_rows)
end

-- The width that a function of any width reads, and its inverse.
function backward.width(p)
  local b = c.block()
  if p.any then
    b:line("const size_t n = a->width;")
    b:line("const float width_inverse = 1.0f / (float)n;")
  end
  return b
end

-- What the write pass needs of a row's sums.
function backward.finished(p, row)
  local b = c.block()
  b:line("const float scale = %srstd * -%s;", row, p.any and "width_inverse" or "WIDTH_INVERSE")
  if p.centred then b:line("%sshift = (float)%ss * scale;", row, row) end
  b:line("%sslope = (float)%sq * scale;", row, row)
  return b
end

return backward
