-- SPDX-License-Identifier: MIT
-- target.lua: the instruction sets, best first. A new one is a row here and a vocabulary file in templates/.
--   arch       the processors that have it: "x86", or "any"
--   vector     whether its registers hold several elements; plain C has one target without
--   lanes      floats in one register
--   registers  of that kind
--   stream     alignment in bytes that non-temporal stores ask of y; nil where there are none
--   pairs      storage types whose rows are read and written in pairs of registers, even and odd elements
--   headers    what its vocabulary includes
--   vocabulary the template files it consists of
--   needs      features as __builtin_cpu_supports and the target attribute spell them
--   asks       for each of them the C that asks the processor, filled in below
--   label      what its names in a pair of files end with, filled in below
local frozen = require "frozen"

local target = {}

target.list = {
  { name = "avx512", title = "AVX-512 (F, BW, DQ, VL)", arch = "x86", vector = true, lanes = 16, registers = 32,
    stream = 64, pairs = { bf16 = true },
    needs = { "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma", "f16c" },
    headers = { "float.h", "immintrin.h", "string.h" }, vocabulary = { "isa/x86.h", "isa/avx512.h" } },
  { name = "avx2", title = "AVX2 and FMA", arch = "x86", vector = true, lanes = 8, registers = 16, stream = 32,
    pairs = { bf16 = true },
    needs = { "avx2", "fma", "f16c" },
    headers = { "float.h", "immintrin.h", "string.h" }, vocabulary = { "isa/x86.h", "isa/avx2.h" } },
  { name = "scalar", title = "plain C", arch = "any", vector = false, lanes = 1, registers = 16, needs = {},
    headers = { "float.h", "math.h", "string.h" }, vocabulary = { "isa/scalar.h" } },
}

local by_name, of_lanes = {}, {}
target.names = {}
for i, t in ipairs(target.list) do
  t.asks, t.pairs = {}, t.pairs or {}
  for n, feature in ipairs(t.needs) do -- ln_cpu_f16c is in templates/caller/ln_cpu.h
    t.asks[n] = feature == "f16c" and "ln_cpu_f16c()" or ('__builtin_cpu_supports("%s")'):format(feature)
  end
  t.label = of_lanes[t.lanes] and t.name or "x" .. t.lanes
  of_lanes[t.lanes] = true
  target.list[i] = frozen(t, "target " .. t.name)
  target.names[i] = t.name
  by_name[t.name] = target.list[i]
end

-- The target with a name, or nil.
function target.named(name) return by_name[name] end

return frozen(target, "targets")
