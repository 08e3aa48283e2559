-- SPDX-License-Identifier: MIT
-- name.lua: specs and the names of kernels: every spec that spec/spec.lua accepts has a name of its own from which
-- spec/name.lua reads the same spec again; other names are refused with a line that says why.
local check = require "check"
local names = require "spec.name"
local spec = require "spec.spec"
local target = require "spec.target"

-- Calls body(values) for every combination of the values of all fields.
local function each_combination(body, values, index)
  values, index = values or {}, index or 1
  local field = spec.fields[index]
  if not field then return body(values) end
  for _, value in ipairs(field.values) do
    values[field.name] = value
    each_combination(body, values, index + 1)
  end
end

local WIDTHS = { 1, 64, 768, 4096, 65536 }
local accepted, refused, by_name = 0, 0, {}
each_combination(function(values)
  local count = accepted + refused
  values.width = WIDTHS[1 + count % #WIDTHS]
  local ok, s = pcall(spec.new, values, "test")
  if not ok then
    refused = refused + 1
    return check.that(s.status == 2 and s.message:find("^test: .* exclude each other: "), tostring(s.message))
  end
  accepted = accepted + 1
  local isa = target.list[1 + count % #target.list]
  local name = names.kernel(s, isa)
  check.that(name:find("^ln_[%l%d_]+$") and not name:find("__"), name .. " is a name in C")
  local found, found_isa = names.parse(name, "test")
  check.same(found, s, name)
  check.equal(found_isa, isa, name)
  check.equal(name, ("ln_%s_%s"):format(names.of(s), isa.name))
  check.equal(names.of(s), ("%s_%d"):format(names.kind(s), s.width))
  check.equal(names.kind(spec.any_width(s)), names.kind(s))
  -- f32 elements have f32 parameters under either name; otherwise a name is one spec's
  local before = by_name[names.kind(s)]
  check.sound(before and check.difference(before, spec.any_width(s)), name)
  by_name[names.kind(s)] = spec.any_width(s)
end)
check.that(accepted > 500 and refused > 500, ("%d specs are accepted, %d refused"):format(accepted, refused))

-- What a field says of its values: of each one where texts or sizes need it, and of nothing that is no value.
local function wrong_field(field)
  for _, each in ipairs { "titles", "bytes" } do
    for _, value in ipairs(field[each] and field.values or {}) do
      if not field[each][value] then return ("%s: %s have no %s"):format(field.name, each, value) end
    end
  end
  for _, of in ipairs { "titles", "bytes", "tag", "notes" } do
    for value in pairs(field[of] or {}) do
      if value ~= "default" and not spec.among(value, field.values) then
        return ("%s: %s of %s, which is no value"):format(field.name, of, value)
      end
    end
  end
  for _, list in ipairs { field.centred or {}, field.beta or {} } do
    for _, value in ipairs(list) do
      if not spec.among(value, field.values) then return ("%s: %s is no value"):format(field.name, value) end
    end
  end
end
for _, field in ipairs(spec.fields) do check.sound(wrong_field(field)) end
for what, field in pairs { ["a title"] = { titles = { a = "A" } }, ["a tag"] = { tag = { c = "c" } },
  ["a list"] = { beta = { "c" } } } do
  field.name, field.values = "field", { "a", "b" }
  check.objects(wrong_field(field), what)
end
for _, op in ipairs(spec.field.op.values) do
  check.that(spec.usual_affine { op = op }, op .. " has a usual affine form")
end

-- Names that are relied upon
local function name_of(values)
  values.width = values.width or 768
  return names.of(spec.new(values, "test"))
end
check.equal(name_of {}, "layernorm_f32_768")
check.equal(name_of { op = "rmsnorm", dtype = "bf16", width = 2048 }, "rmsnorm_bf16_2048")
check.equal(name_of { op = "rmsnorm", affine = "full" }, "rmsnorm_f32_full_768")
check.equal(name_of { affine = "gamma" }, "layernorm_f32_gamma_768")
check.equal(name_of { affine = "none" }, "layernorm_f32_none_768")
check.equal(name_of { pass = "stats" }, "layernorm_stats_f32_768")
check.equal(name_of { pass = "apply", affine = "none" }, "layernorm_apply_f32_none_768")
check.equal(name_of { pass = "backward", op = "rmsnorm" }, "rmsnorm_backward_f32_768")
check.equal(name_of { dtype = "f16", params = "f32", affine = "gamma1", rounding = "before_gain", residual = "pre",
  bias = "add", norms = "two" }, "layernorm_f16_params32_gamma1_rounded_pre_bias_two_768")
check.equal(name_of { residual = "post", quant = "int8static" }, "layernorm_f32_post_int8static_768")
check.equal(name_of { width = "any" }, "layernorm_f32_any")
check.equal(name_of { params = "f32" }, "layernorm_f32_768")
check.equal(names.kernel(spec.new({ width = 768 }, "test"), target.named "avx512"), "ln_layernorm_f32_768_avx512")

-- What stands beside the values of a field is there for each of them
for _, field in ipairs(spec.fields) do
  for _, value in ipairs(field.values) do
    check.that(not field.titles or field.titles[value], ("%s %s has no title"):format(field.name, value))
  end
end
for _, op in ipairs(spec.field.op.values) do
  check.that(spec.usual_affine { op = op, pass = "forward" }, op .. " has no usual affine form")
end

-- Specs that are none
local function refuses(text, values)
  values.width = values.width == nil and 768 or values.width
  check.refuses("test: " .. text, spec.new, values, "test")
end
refuses("unknown op 'layrnorm' (did you mean 'layernorm'?); one of layernorm, rmsnorm", { op = "layrnorm" })
refuses("unknown dtype 'f64' (did you mean 'f32'?); one of f32, bf16, f16", { dtype = "f64" })
refuses("unknown quant 'INT8' (did you mean 'int8'?); one of none, int8, int8static", { quant = "INT8" })
refuses("unknown quant 'fp4x'; one of none, int8, int8static", { quant = "fp4x" })
refuses("affine 'beta': there is no beta without gamma; full has both, none has neither", { affine = "beta" })
refuses("residual pre and pass backward exclude each other: only the forward pass adds a residual",
  { residual = "pre", pass = "backward" })
for _, width in ipairs { 0, -1, 65537, 1.5, 768.0, "768", false } do
  refuses(("width %s is out of range; widths are whole numbers from 1 to 65536"):format(tostring(width)),
    { width = width })
end
check.refuses("test: width nil is out of range; widths are whole numbers from 1 to 65536", spec.new, {}, "test")

-- Names that are none
local function not_a_name(name, hint)
  check.refuses(("test: '%s' is not a kernel's name%s; one is ln_layernorm_f32_768_avx512"):format(name, hint or ""),
    names.parse, name, "test")
end
for _, name in ipairs { "", "ln", "ln_", "ln_avx2", "layernorm_f32_768_avx2", "ln_layernorm_f32_768",
  "LN_layernorm_f32_768_avx2", "ln_layernorm_f32_768_avx2_", "ln_layernorm_f32_768_list",
  "ln_layernorm_f32_768_names", " ln_layernorm_f32_768_avx2" } do
  not_a_name(name)
end
not_a_name("ln_layernorm_f32_768_avx", " (did you mean 'avx2'?)")
not_a_name("ln_layernorm_f32_768_avx2 ", " (did you mean 'avx2'?)")
not_a_name("ln_layernorm_f32_768_sclar", " (did you mean 'scalar'?)")
for _, name in ipairs { "ln_layernorm_f32_avx2", "ln_layernorm_f32_any_avx2", "ln_layernorm_f32_7.5_avx2",
  "ln__avx2" } do
  check.refuses(("test: '%s': '..._WIDTH_ISA' must end the name, with a number for WIDTH"):format(name),
    names.parse, name, "test")
end
for name, word in pairs { ln_layernorm_f32_f32_768_avx2 = "f32", ln_layernorm_rmsnorm_f32_768_avx2 = "rmsnorm",
  ln_nosuch_f32_768_avx2 = "nosuch", ln_layernorm_f32_pre_post_768_avx2 = "post",
  ln_layernorm_f32_same_768_avx2 = "same", ln_layernorm_forward_f32_768_avx2 = "forward",
  ln_layernorm_f32_none_none_768_avx2 = "none",
  ln_layernorm_f32_before_gain_768_avx2 = "before" } do
  check.refuses(("test: '%s': '%s' is not part of a spec"):format(name, word), names.parse, name, "test")
end
for name, words in pairs {
  ln_rmsnrm_f32_768_avx2 = { "rmsnrm", "rmsnorm" }, ln_layernorm_f64_768_avx2 = { "f64", "f32" },
  ln_rmsnorm_bakward_f32_768_avx2 = { "bakward", "backward" }, ln_rmsnorm_f32_gama_768_avx2 = { "gama", "gamma" },
} do
  check.refuses(("test: '%s': '%s' is not part of a spec (did you mean '%s'?)"):format(name, words[1], words[2]),
    names.parse, name, "test")
end
local function other_name(name, right)
  check.refuses(("test: '%s': that kernel is called %s"):format(name, right), names.parse, name, "test")
end
other_name("ln_f32_layernorm_768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_f32_0768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_f32_0x300_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_f32_768.0_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm__f32_768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_f32_full_768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_rmsnorm_f32_gamma_768_avx2", "ln_rmsnorm_f32_768_avx2")
other_name("ln_layernorm_f32_params32_768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_stats_f32_none_768_scalar", "ln_layernorm_stats_f32_768_scalar")
other_name("ln_768_avx2", "ln_layernorm_f32_768_avx2")
other_name("ln_layernorm_768_avx2", "ln_layernorm_f32_768_avx2")
for name, problem in pairs {
  ln_layernorm_f32_0_avx2 = "width 0 is out of range; widths are whole numbers from 1 to 65536",
  ln_layernorm_f32_65537_avx2 = "width 65537 is out of range; widths are whole numbers from 1 to 65536",
  ln_layernorm_backward_f32_pre_768_avx2 =
    "residual pre and pass backward exclude each other: only the forward pass adds a residual",
} do
  check.refuses("test: " .. name .. ": " .. problem, names.parse, name, "test")
end

return check.status()
