-- SPDX-License-Identifier: MIT
-- spec.lua: what is computed. A spec decides every output bit (through numerics.lua), and never how a kernel works.
--
-- `fields` is the one list of what a spec consists of: options, names, kernels.inc columns, ln_spec.h, spec.inc and
-- checks are made from it.
local fail = require "fail"
local frozen = require "frozen"
local storage = require "spec.storage"

local spec = {}

-- values: every value the field can take, in the order of the enum of C; tag: what the value adds to a name; notes:
-- comments of the enum; titles: what texts call the values; centred: the ops that subtract the mean; beta: the affine
-- forms that have a beta; usual: the affine form that the default stands for, by the first of these rows that fits. A
-- field without a default has LN_..._DEFAULT before its values in C.
spec.fields = {
  { name = "op", values = { "layernorm", "rmsnorm" }, default = "layernorm",
    titles = { layernorm = "LayerNorm", rmsnorm = "RMSNorm" },
    centred = { "layernorm" },
    help = "The norm: layernorm subtracts the mean of a row, rmsnorm does not." },
  { name = "pass", values = { "forward", "backward", "stats", "apply" }, default = "forward",
    tag = { backward = "backward", stats = "stats", apply = "apply" },
    notes = { stats = "statistics of a row, or of a piece of one", apply = "normalises with given statistics" },
    help = "What is computed: y (forward), gradients (backward), or the halves of forward for rows split over "
      .. "machines: statistics of a piece (stats), and a piece normalised with given statistics (apply)." },
  { name = "dtype", values = storage.names, default = "f32", titles = storage.each "title",
    help = "Type of the elements of x and y; arithmetic is in f32 for each." },
  { name = "params", values = { "same", "f32" }, default = "same", tag = { f32 = "params32" },
    help = "Type of gamma and beta: the type of x (same), or f32." },
  { name = "affine", values = { "full", "gamma", "gamma1", "none", "full1" },
    tag = { gamma1 = "gamma1", none = "none", full1 = "full1" },
    notes = { default = "full for LayerNorm, gamma for RMSNorm, none for statistics", full = "gamma and beta",
      gamma1 = "1 + gamma", full1 = "1 + gamma, rounded to gamma's type, and beta" },
    titles = { full = "gamma and beta", gamma = "gamma", gamma1 = "(1 + gamma)", none = "no parameters",
      full1 = "(1 + gamma) and beta" },
    beta = { "full", "full1" },
    usual = { { "pass", "stats", "none" }, { "op", "layernorm", "full" }, { "op", "rmsnorm", "gamma" } },
    help = "Parameters: gamma and beta (full), gamma alone, 1 + gamma (gamma1), 1 + gamma and beta (full1), or none. "
      .. "Default: full for layernorm, gamma for rmsnorm, none for pass stats." },
  { name = "rounding", values = { "once", "before_gain" }, default = "once", tag = { before_gain = "rounded" },
    help = "Where 16-bit types round: once, at the end, or also before gamma multiplies (before_gain)." },
  { name = "residual", values = { "none", "pre", "post" }, default = "none", tag = { pre = "pre", post = "post" },
    help = "A second input that is added to x: pre writes the sum and its norm, post writes the norm." },
  { name = "bias", values = { "none", "add" }, default = "none", tag = { add = "bias" },
    help = "A row that is added to x before the residual is (add)." },
  { name = "quant", values = { "none", "int8", "int8static" }, default = "none",
    tag = { int8 = "int8", int8static = "int8static" },
    help = "Type of y: the type of x (none), int8 with a scale for each row (int8), or int8 with one given scale "
      .. "(int8static)." },
  { name = "norms", values = { "one", "two" }, default = "one", tag = { two = "two" },
    help = "Outputs: two writes a second y of the same row, with its own gamma and beta." },
}

spec.field = {}
for _, field in ipairs(spec.fields) do spec.field[field.name] = field end

-- The values of a field's enum of C.
function spec.c_values(field)
  return field.default and field.values or { "default", table.unpack(field.values) }
end

spec.WIDTH_MAX = 65536

function spec.is_width(v) return math.type(v) == "integer" and v >= 1 and v <= spec.WIDTH_MAX end

-- The members of ln_spec: the fields and the width. Their order is that of the struct and of its statuses, to which
-- programs are compiled, so a new member is the last; that of `fields` is the order of words in names.
spec.members = { "op", "pass", "dtype", "affine", "residual", "width", "params", "rounding", "bias", "quant", "norms" }
assert(#spec.members == #spec.fields + 1, "spec.members has each of spec.fields, and width")

-- Fields that exclude each other: what they are, and why. The runtime refuses the same: spec.inc is printed from this.
-- Where two pairs have the same fields, `name` gives them different names.
local function pair(a, b, why, name) return { a = a, b = b, why = why, name = name or a[1] .. "_" .. b[1] } end
spec.excluded = {
  pair({ "residual", "pre", "post" }, { "pass", "backward", "stats", "apply" },
    "only the forward pass adds a residual"),
  pair({ "bias", "add" }, { "residual", "none" }, "the bias is added before a residual"),
  pair({ "quant", "int8", "int8static" }, { "pass", "backward", "stats", "apply" }, "only the forward pass quantises"),
  pair({ "norms", "two" }, { "pass", "backward", "stats", "apply" }, "only the forward pass writes two norms"),
  pair({ "norms", "two" }, { "affine", "none" }, "without parameters both norms would be the same"),
  pair({ "norms", "two" }, { "quant", "int8", "int8static" }, "int8 rows are written for one norm"),
  pair({ "rounding", "before_gain" }, { "dtype", "f32" }, "f32 rows are not rounded in between"),
  pair({ "rounding", "before_gain" }, { "affine", "none" }, "there is no gain to round before"),
  pair({ "rounding", "before_gain" }, { "quant", "int8", "int8static" }, "int8 rows are quantised from f32"),
  pair({ "rounding", "before_gain" }, { "pass", "backward", "stats" }, "the pass does not multiply the normalised row"),
  pair({ "params", "f32" }, { "affine", "none" }, "there are no parameters"),
  pair({ "affine", "full", "full1", "gamma", "gamma1" }, { "pass", "stats" }, "statistics need no parameters"),
}

local function any_of(s, field)
  for i = 2, #field do
    if s[field[1]] == field[i] then return true end
  end
end

-- The pair of values for which a spec makes no sense, or nil: { a, its value, b, its value, why }.
local function conflict_of(s)
  for _, p in ipairs(spec.excluded) do
    if any_of(s, p.a) and any_of(s, p.b) then return { p.a[1], s[p.a[1]], p.b[1], s[p.b[1]], p.why } end
  end
end

-- Fails for a spec that makes no sense, with one line that names the pair.
function spec.refuse(where, conflict)
  fail.input("%s: %s %s and %s %s exclude each other: %s", where, table.unpack(conflict))
end

-- The parameters that a norm has unless it says otherwise.
function spec.usual_affine(s)
  for _, usual in ipairs(spec.field.affine.usual) do
    if s[usual[1]] == usual[2] then return usual[3] end
  end
end

-- Fills defaults in and checks each field. `where` names the source in messages ("--width", "config.json"). Returns nil
-- and what conflict_of says where values exclude each other.
function spec.try(values, where)
  local s = {}
  for _, field in ipairs(spec.fields) do
    local value = values[field.name] or field.default
    if field.name == "affine" and not value then value = spec.usual_affine(s) end
    if field.name == "affine" and value == "beta" then
      fail.input("%s: affine 'beta': there is no beta without gamma; full has both, none has neither", where)
    end
    fail.if_unknown(where, field.name, value, field.values)
    s[field.name] = value
  end
  if s.dtype == "f32" then s.params = "same" end
  local conflict = conflict_of(s)
  if conflict then return nil, conflict end
  s.width = values.width
  if s.width ~= "any" and not spec.is_width(s.width) then
    fail.input("%s: width %s is out of range; widths are whole numbers from 1 to %d", where, tostring(s.width),
      spec.WIDTH_MAX)
  end
  return frozen(s, "spec")
end

-- The same; fails where values exclude each other.
function spec.new(values, where)
  local s, conflict = spec.try(values, where)
  if not s then spec.refuse(where, conflict) end
  return s
end

-- Whether values, not yet a spec, leave room for rounding before_gain.
function spec.can_round(values)
  local rounded = { rounding = "before_gain" }
  for _, field in ipairs(spec.fields) do
    rounded[field.name] = rounded[field.name] or values[field.name] or field.default
  end
  for _, p in ipairs(spec.excluded) do
    if any_of(rounded, p.a) and any_of(rounded, p.b) and p.a[1] == "rounding" then return false end
  end
  return true
end

-- Whether a value is in a list.
function spec.among(value, list)
  for _, v in ipairs(list) do
    if v == value then return true end
  end
  return false
end

-- Whether a spec has gamma, and beta; whether it subtracts the mean of a row.
function spec.has_gamma(s) return s.affine ~= "none" end
function spec.has_beta(s) return spec.among(s.affine, spec.field.affine.beta) end
function spec.is_centred(s) return spec.among(s.op, spec.field.op.centred) end

-- How many arrays of parameters a norm has, 0 to 2; gradients are summed over rows for as many.
function spec.parameter_count(s) return (spec.has_gamma(s) and 1 or 0) + (spec.has_beta(s) and 1 or 0) end

local function with(s, field, value)
  local t = {}
  for k, v in pairs(s) do t[k] = v end
  t[field] = value
  return frozen(t, "spec")
end

-- The same spec for a width known only at run time.
function spec.any_width(s) return with(s, "width", "any") end

-- Whether a spec reads and writes no more than x, y, gamma, beta and statistics; is_plain of runtime/spec.h.
function spec.is_plain(s)
  return s.pass == "forward" and s.residual == "none" and s.quant == "none" and s.norms == "one"
end

-- The type of x, and what else a spec has than the forward pass of one norm of x, its parameters aside: "f32",
-- "f32 pre", "bf16 backward", "f32 pre two".
local ALWAYS = { op = true, dtype = true, params = true, affine = true } -- fields that each of these has

function spec.variant(s)
  local text = s.dtype
  for _, field in ipairs(spec.fields) do
    local value = s[field.name]
    if not ALWAYS[field.name] and value ~= field.default then text = text .. " " .. value end
  end
  return text
end

-- The same norm of x alone.
function spec.without_residual(s) return with(with(s, "residual", "none"), "bias", "none") end

return spec
