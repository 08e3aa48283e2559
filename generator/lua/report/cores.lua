-- SPDX-License-Identifier: MIT
-- cores.lua: what a core can do in a cycle, for the floors of `explain --cpu`, as its vendor's guide says or, where
-- that is silent, as public measurements agree. A new core is a row here.
--   mca     what llvm-mca calls it
--   wide    registers of 64 bytes: loads, stores, multiplications (fma included) and all floating-point operations a
--           cycle; false where the core has none
--   narrow  the same for registers of 32 bytes and for single floats
--   caches  bytes of L1, L2 and L3, the latter that of all cores that share it; amd: of a processor of AMD
--   fill    the most bytes a cycle that come into L1 from L2, and into L2 from L3
local cores = {}

local KIB, MIB = 1024, 1024 * 1024

local function ports(loads, stores, products, all)
  return { loads = loads, stores = stores, products = products, all = all }
end

cores.list = {
  { name = "zen4", title = "AMD Zen 4", mca = "znver4", wide = ports(1, 0.5, 1, 2), narrow = ports(2, 1, 2, 4),
    caches = { 32 * KIB, 1 * MIB, 32 * MIB, amd = true }, fill = { 32, 32 } },
  { name = "zen5", title = "AMD Zen 5", mca = "znver5", wide = ports(2, 1, 2, 4), narrow = ports(2, 2, 2, 4),
    caches = { 48 * KIB, 1 * MIB, 32 * MIB, amd = true }, fill = { 64, 32 } },
  { name = "skylake-x", title = "Intel Skylake-X", mca = "skylake-avx512", wide = ports(2, 1, 2, 2),
    narrow = ports(2, 1, 2, 2), caches = { 32 * KIB, 1 * MIB, 38 * MIB }, fill = { 64, 32 } },
  { name = "ice-lake", title = "Intel Ice Lake (server)", mca = "icelake-server", wide = ports(2, 1, 2, 2),
    narrow = ports(2, 2, 2, 2), caches = { 48 * KIB, 1280 * KIB, 60 * MIB }, fill = { 64, 32 } },
  { name = "sapphire-rapids", title = "Intel Sapphire Rapids", mca = "sapphirerapids", wide = ports(2, 1, 2, 2),
    narrow = ports(3, 2, 2, 3), caches = { 48 * KIB, 2 * MIB, 105 * MIB }, fill = { 64, 32 } },
  { name = "golden-cove", title = "Intel Golden Cove without AVX-512", mca = "alderlake", wide = false,
    narrow = ports(3, 2, 2, 3), caches = { 48 * KIB, 1280 * KIB, 30 * MIB }, fill = { 64, 32 } },
}

cores.names = {}
for i, core in ipairs(cores.list) do
  cores.names[i] = core.name
  cores[core.name] = core
end

return cores
