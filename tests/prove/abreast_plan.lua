-- SPDX-License-Identifier: MIT
-- abreast_plan.lua: gradients with two rows abreast, at a width that is proven quickly
local function entry(kernel)
  return { kernel = kernel,
    one = { unroll = 1, rows = 1, ahead = 0, store = "cached", prefetch = 0 },
    few = { unroll = 1, rows = 2, ahead = 0, store = "cached", prefetch = 0 },
    many = { unroll = 1, rows = 2, ahead = 0, store = "stream", prefetch = 2 } }
end
return {
  format = 1, version = "any", machine = "any", compiler = "any",
  entry("ln_layernorm_backward_f32_700_avx512"),
  entry("ln_layernorm_backward_f32_700_avx2"),
  entry("ln_layernorm_backward_bf16_700_avx512"),
  entry("ln_layernorm_backward_bf16_700_avx2"),
  entry("ln_rmsnorm_backward_f32_700_avx512"),
  entry("ln_rmsnorm_backward_f32_700_avx2"),
}
