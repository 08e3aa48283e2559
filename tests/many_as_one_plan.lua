-- SPDX-License-Identifier: MIT
-- many_as_one_plan.lua: gradients of rows past the caches that have the schedule of one row, beside another of few
-- rows: in groups or in loops, which take all rows of a batch, or unrolled, which leave that to one row at a time.
local function of(unroll, rows)
  return { unroll = unroll, rows = rows, ahead = 0, store = "cached", prefetch = 0 }
end
return { format = 1, version = "any", machine = "none", compiler = "none",
  { kernel = "ln_layernorm_backward_f32_300_avx512", one = of(1, 1), few = of("full", 8), many = of(1, 1) },
  { kernel = "ln_layernorm_backward_f32_300_avx2", one = of(1, 1), few = of("full", 8), many = of(1, 1) },
  { kernel = "ln_layernorm_backward_f32_520_avx512", one = of("full", 1), few = of(2, 8), many = of("full", 1) },
  { kernel = "ln_layernorm_backward_f32_520_avx2", one = of("full", 1), few = of(1, 1), many = of("full", 1) },
  { kernel = "ln_layernorm_backward_f32_none_300_avx512", one = of(2, 1), few = of(1, 1), many = of(2, 1) },
  { kernel = "ln_layernorm_backward_f32_none_300_avx2", one = of(1, 1), few = of("full", 8), many = of(1, 1) },
  { kernel = "ln_layernorm_backward_f32_none_520_avx512", one = of(2, 1), few = of("full", 1), many = of(2, 1) },
  { kernel = "ln_layernorm_backward_f32_none_520_avx2", one = of("full", 1), few = of(1, 1), many = of("full", 1) },
}
