-- SPDX-License-Identifier: MIT
-- zen4.lua: which kernels of AVX2 take less time on a Zen 4 than those of AVX-512, and run in their place there.
-- Measured on one; docs/lab/zen4.md has the times.
--
-- Such a processor converts a register of 8 elements from f16 in half a cycle, and one of 16 in 1.3. It takes no less
-- time where kernels of AVX2 lack registers: for narrow rows, which are longer with two norms or where values are
-- rounded before gamma, for results in int8, and for wide rows that share gamma and beta of float. Where rows begin
-- within a line, half of the loads of AVX2 lie in two lines and all of those of AVX-512, which decides for gradients
-- past the caches.
local spec_module = require "spec.spec"

local zen4 = { wide = "avx512", narrow = "avx2" } -- the two sets

local GRADIENTS = { 512, 1599 } -- widths of RMSNorm
local ALWAYS = { -- widths of RMSNorm, by spec_module.variant
  ["f32 two"] = { 641, 1919 }, ["f32 pre"] = { 896, 1300 }, ["f32 backward"] = GRADIENTS,
}
local CACHED = { ["f32"] = { 1500, 2500 }, ["f32 backward"] = { 512, 1024 } }

local function is_within(width, range) return range ~= nil and width >= range[1] and width <= range[2] end

-- What a spec is of RMSNorm, as spec_module.variant says it; nil for others.
local function of_rmsnorm(spec) return not spec_module.is_centred(spec) and spec_module.variant(spec) or nil end

-- When the kernel of AVX2 takes less time: "always", "cached", where a batch is not written past the caches, or nil.
function zen4.narrower(spec)
  local width = spec.width
  if width == "any" then return nil end
  if spec.dtype == "f16" then
    local least = spec.rounding ~= "once" and 641 or spec.norms == "two" and 513 or 256
    local most = spec.params == "f32" and spec_module.has_beta(spec) and 2048 or math.huge
    return spec.quant == "none" and is_within(width, { least, most }) and "always" or nil
  end
  local kind = of_rmsnorm(spec)
  if not kind or spec.pass == "backward" and not spec_module.has_gamma(spec) then return nil end
  local whole_lines = width % 16 == 0
  if is_within(width, ALWAYS[kind]) and not (spec.pass == "backward" and whole_lines) then return "always" end
  return is_within(width, CACHED[kind]) and "cached" or nil
end

-- Whether the function for one row, by values, does. With AVX-512, the products and stores of a row that wait for its
-- rstd leave the next call's sums a place in the scheduler up to 288 elements.
function zen4.narrower_row(spec)
  return zen4.narrower(spec) ~= nil
    or spec.width ~= "any" and of_rmsnorm(spec) == "f32" and is_within(spec.width, { 289, CACHED.f32[2] })
end

-- Whether gradients of a spec's width and type may come from AVX2, which are then prefetched as those of AVX-512 are.
function zen4.prefetches(spec) return of_rmsnorm(spec) == "f32 backward" and is_within(spec.width, GRADIENTS) end

return zen4
