-- SPDX-License-Identifier: MIT
-- storage.lua: the storage types, a row each. Arithmetic is in float for all of them. C converts them: `load_T`,
-- `store_T` and `rounded_T` of each vocabulary in templates/isa, reference/storage.c, and `of_T` and `to_T` of
-- templates/single/test.c.

-- title: what texts call the type; element: its type in C; bytes: of an element; digits: of the significand, the one
-- that is not stored among them; allowed: what a pair's self-test allows of error in dx.
-- work: operations that it takes to load a register, to round one to the type and, without the store itself, to store
-- one, by the form of a row: apart, as any target can; wide, the same in 16 lanes; pairs and wide_pairs, in pairs of
-- registers (`pairs` in target.lua). code: the same in instructions, the store among them.
local storage = { list = {
  { name = "f32", title = "float", element = "float", bytes = 4, digits = 24, allowed = "1e-5",
    work = { apart = { load = 0, rounding = 0, store = 0 } },
    code = { apart = { load = 0, rounding = 0, store = 1 } } },
  { name = "bf16", title = "bfloat16", element = "uint16_t", bytes = 2, digits = 8, allowed = "0.01",
    work = { apart = { load = 1, rounding = 8, store = 6 }, wide = { load = 2, rounding = 8, store = 6 },
      pairs = { load = 1, rounding = 5, store = 4.5 }, wide_pairs = { load = 1, rounding = 4, store = 3.5 } },
    code = { apart = { load = 2, rounding = 8, store = 7 }, pairs = { load = 1, rounding = 8, store = 4 } } },
  { name = "f16", title = "IEEE half", element = "uint16_t", bytes = 2, digits = 11, allowed = "0.001",
    work = { apart = { load = 1, rounding = 2, store = 1 } },
    code = { apart = { load = 1, rounding = 2, store = 1 } } },
} }

storage.names = {}
for i, t in ipairs(storage.list) do
  storage[t.name], storage.names[i] = t, t.name
  -- the bits of infinity: all of the exponent's; above them, sign aside, NaNs begin
  t.infinity = ((1 << 8 * t.bytes - t.digits) - 1) << t.digits - 1
end

-- The row's costs of that form, or of the nearest that it has.
local function of_form(costs, paired, target)
  local wide = target.lanes >= 16
  return paired and (wide and costs.wide_pairs or costs.pairs) or wide and costs.wide or costs.apart
end

function storage.work(dtype, paired, target) return of_form(storage[dtype].work, paired, target) end
function storage.code(dtype, paired, target) return of_form(storage[dtype].code, paired, target) end

-- One property of every type, by name.
function storage.each(property)
  local t = {}
  for _, row in ipairs(storage.list) do t[row.name] = row[property] end
  return t
end

return storage
