-- SPDX-License-Identifier: MIT
-- name.lua: names of kernels. A name is an address: file, symbol, row of the table and filter of tests are one string.
local fail = require "fail"
local spec_module = require "spec.spec"
local target = require "spec.target"

local name = {}

-- How a value is spelled in a name; nil for what a name leaves out.
local function word_of(field, value)
  if field.tag and field.tag[value] then return field.tag[value] end
  if field.name == "op" or field.name == "dtype" or field.name == "affine" then return value end
end

-- The words that a name may still have, beside the fields in `values`.
local function words_beside(values)
  local words = {}
  for _, field in ipairs(spec_module.fields) do
    for _, value in ipairs(values[field.name] and {} or field.values) do words[#words + 1] = word_of(field, value) end
  end
  return words
end

-- The spec's part of a kernel's name: "layernorm_f32_768", "layernorm_bf16_gamma1_any".
function name.of(s)
  local parts = {}
  for _, field in ipairs(spec_module.fields) do
    local value = s[field.name]
    local usual = field.name == "affine" and value == spec_module.usual_affine(s)
    if not usual then parts[#parts + 1] = word_of(field, value) end
  end
  parts[#parts + 1] = tostring(s.width)
  return table.concat(parts, "_")
end

-- What specs of all widths share, a norm kind: "layernorm_f32".
function name.kind(spec) return (name.of(spec):gsub("_[^_]+$", "")) end

-- "ln_layernorm_f32_768_avx512"
function name.kernel(spec, target) return ("ln_%s_%s"):format(name.of(spec), target.name) end

-- A kernel's name is its address: "ln_rmsnorm_bf16_gamma1_pre_4096_avx512" -> spec, target. any: whether it may be the
-- name of a kernel for any width.
function name.parse(text, where, any)
  local shown = fail.shown(text)
  local middle, isa = text:match("^ln_(.*)_([^_]+)$")
  local on = target.named(isa)
  if not on then
    fail.input("%s: '%s' is not a kernel's name%s; one is ln_layernorm_f32_768_avx512", where, shown,
      fail.nearest(isa or "", target.names))
  end
  local words = {}
  for word in middle:gmatch("[^_]+") do words[#words + 1] = word end
  local width = table.remove(words)
  local values = { width = any and width == "any" and width or math.tointeger(tonumber(width)) }
  if not values.width then
    fail.input("%s: '%s': '..._WIDTH_ISA' must end the name, with a number%s for WIDTH", where, shown,
      any and " or 'any'" or "")
  end
  for _, word in ipairs(words) do
    local known = false
    for _, field in ipairs(spec_module.fields) do
      for _, value in ipairs(field.values) do
        if word_of(field, value) == word and not values[field.name] and not known then
          values[field.name] = value
          known = true
        end
      end
    end
    if not known then
      fail.input("%s: '%s': '%s' is not part of a spec%s", where, shown, fail.shown(word),
        fail.nearest(word, words_beside(values)))
    end
  end
  local spec = spec_module.new(values, where .. ": " .. shown)
  if name.kernel(spec, on) ~= text then
    fail.input("%s: '%s': that kernel is called %s", where, shown, name.kernel(spec, on))
  end
  return spec, on
end

return name
