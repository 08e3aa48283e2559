-- spec.lua: what is computed. A spec decides every output bit (through numerics.lua) and nothing of how.
--
-- `fields` is the one list of what a spec consists of: options, names, kernels.inc columns and checks are made from it.
local fail = require "fail"

local spec = {}

-- values: every value the field can take; built: those this version can emit; tag: what the value adds to a name
spec.fields = {
  { name = "op", values = { "layernorm", "rmsnorm" }, default = "layernorm",
    help = "What normalises a row: layernorm subtracts the mean, rmsnorm does not." },
  { name = "pass", values = { "forward", "backward" }, default = "forward", tag = { backward = "backward" },
    help = "Direction." },
  { name = "dtype", values = { "f32", "bf16", "f16" }, default = "f32",
    help = "Element type of x and y; arithmetic is f32 in any case." },
  { name = "affine", values = { "full", "gamma", "gamma1", "none" },
    tag = { gamma1 = "gamma1", none = "none" },
    help = "Parameters: gamma and beta, gamma, (1 + gamma), none." },
  { name = "residual", values = { "none", "pre", "post" }, default = "none", tag = { pre = "pre", post = "post" },
    help = "Residual input: pre writes the sum x + r beside its norm, post only the norm." },
}

spec.field = {}
for _, field in ipairs(spec.fields) do spec.field[field.name] = field end

spec.WIDTH_MAX = 65536

-- What the templates can make today, one predicate a limit.
local limits = {
  { function(s) return s.pass == "backward" end, "pass backward is not built yet; forward is" },
}

-- Fills defaults in and checks each field. `where` names the source in messages ("--width", "config.json").
function spec.new(values, where)
  local s = {}
  for _, field in ipairs(spec.fields) do
    local value = values[field.name] or field.default
    if field.name == "affine" and not value then value = s.op == "layernorm" and "full" or "gamma" end
    local known = false
    for _, v in ipairs(field.values) do known = known or v == value end
    if not known then
      fail.input("%s: unknown %s '%s'%s; one of %s", where, field.name, tostring(value),
        fail.nearest(tostring(value), field.values), table.concat(field.values, ", "))
    end
    s[field.name] = value
  end
  s.width = values.width
  if s.width ~= "any" and not (math.type(s.width) == "integer" and s.width >= 1 and s.width <= spec.WIDTH_MAX) then
    fail.input("%s: width %s is out of range; widths are whole numbers from 1 to %d", where, tostring(s.width),
      spec.WIDTH_MAX)
  end
  return s
end

-- nil, or why this version cannot emit the spec
function spec.missing(s)
  for _, limit in ipairs(limits) do
    if limit[1](s) then return limit[2]:format(limit[3] and s[limit[3]]) end
  end
end

-- The spec's part of a kernel's name: "layernorm_f32_768", "layernorm_bf16_gamma1_any".
function spec.name(s)
  local parts = {}
  for _, field in ipairs(spec.fields) do
    local value = s[field.name]
    local default_affine = field.name == "affine" and ((s.op == "layernorm") ~= (value == "full"))
    if field.name == "op" or field.name == "dtype" then
      parts[#parts + 1] = value
    elseif field.tag and field.tag[value] then
      parts[#parts + 1] = field.tag[value]
    elseif default_affine then
      parts[#parts + 1] = value
    end
  end
  parts[#parts + 1] = tostring(s.width)
  return table.concat(parts, "_")
end

-- Bytes of an element.
function spec.bytes(s) return s.dtype == "f32" and 4 or 2 end

local function with(s, field, value)
  local t = {}
  for k, v in pairs(s) do t[k] = v end
  t[field] = value
  return t
end

-- The same spec for a width known only at run time.
function spec.any_width(s) return with(s, "width", "any") end

-- The same norm of x alone.
function spec.without_residual(s) return with(s, "residual", "none") end

return spec
