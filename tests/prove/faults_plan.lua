-- SPDX-License-Identifier: MIT
-- faults_plan.lua: schedules of the kernels that faults are planted in, so that the shipped plan may change
local function entry(kernel, unroll, rows, ahead)
  return { kernel = kernel,
    one = { unroll = unroll, rows = 1, ahead = 0, store = "cached", prefetch = 0 },
    few = { unroll = unroll, rows = rows, ahead = ahead, store = "cached", prefetch = 0 },
    many = { unroll = 2, rows = 1, ahead = 0, store = "stream", prefetch = 0 } }
end
return {
  format = 1, version = "any", machine = "any", compiler = "any",
  entry("ln_layernorm_f32_768_avx512", "full", 2, 1),
  entry("ln_layernorm_f32_1000_avx512", "full", 1, 1),
  entry("ln_layernorm_f32_64_avx512", "full", 8, 1),
  entry("ln_layernorm_f32_1000_avx2", 2, 2, 0),
  entry("ln_layernorm_bf16_pre_1000_avx512", "full", 2, 0),
  entry("ln_rmsnorm_f16_rounded_1000_avx2", "full", 1, 0),
}
