-- SPDX-License-Identifier: MIT
-- arguments.lua: the argument struct of kernels: its members, and which specs have which of them.
-- templates/caller/arguments.h says what they mean.
local spec = require "spec.spec"

local arguments = {}

-- The struct, declaration by declaration.
local DECLARATIONS = {
  { "size_t ", "width" },
  { "size_t ", "x_stride", "y_stride", "residual_stride", "sum_stride" },
  { "const void ", "*x" },
  { "void ", "*y" },
  { "const void ", "*gamma", "*beta" },
  { "const void ", "*residual" },
  { "void ", "*sum" },
  { "float ", "*mean", "*rstd" },
  { "float ", "eps" },
  { "int ", "stream" },
  { "const void ", "*bias" },
  { "float ", "*scale" },
  { "float ", "static_scale" },
  { "void ", "*y2" },
  { "size_t ", "y2_stride" },
  { "const void ", "*gamma2", "*beta2" },
  { "ln_stats ", "*stats" },
  { "size_t ", "whole_width" },
  { "const void ", "*dy" },
  { "void ", "*dx" },
  { "size_t ", "dy_stride", "dx_stride" },
  { "float ", "*dgamma", "*dbeta" },
  { "int ", "accumulate" },
  { "float ", "*workspace" },
  { "size_t ", "workspace_bytes" },
  { "size_t ", "reduce_rows" },
}

-- The values of a field but for one.
local function all_but(field, but)
  local values = {}
  for _, value in ipairs(spec.field[field].values) do
    if value ~= but then values[#values + 1] = value end
  end
  return values
end

-- Members that only some specs have: for each, the fields that decide it, with the values of specs that have it.
local CENTRED, GAMMA, BETA = spec.field.op.centred, all_but("affine", "none"), spec.field.affine.beta
local BACKWARD, WRITES, TWO = { pass = { "backward" } }, { pass = { "forward", "apply" } }, { norms = { "two" } }
local DGAMMA = { pass = BACKWARD.pass, affine = GAMMA }
local HAS = {
  y = WRITES,
  gamma = { affine = GAMMA },
  beta = { pass = all_but("pass", "backward"), affine = BETA },
  residual = { residual = all_but("residual", "none") },
  sum = { residual = { "pre" } },
  mean = { op = CENTRED, pass = all_but("pass", "stats") },
  rstd = { pass = all_but("pass", "stats") },
  eps = { pass = all_but("pass", "backward") },
  bias = { bias = { "add" } },
  scale = { quant = { "int8" } },
  static_scale = { quant = { "int8static" } },
  y2 = TWO,
  gamma2 = TWO,
  beta2 = { norms = { "two" }, affine = BETA },
  stats = { pass = { "stats", "apply" } },
  whole_width = { pass = { "apply" } },
  dy = BACKWARD,
  dx = BACKWARD,
  dgamma = DGAMMA,
  dbeta = { pass = BACKWARD.pass, affine = BETA },
  accumulate = BACKWARD,
  workspace = DGAMMA,
  workspace_bytes = DGAMMA,
  reduce_rows = BACKWARD,
}
for _, name in ipairs { "y", "residual", "sum", "y2", "dy", "dx" } do HAS[name .. "_stride"] = HAS[name] end

-- What else, besides members, headers and checks ask of a spec.
local ALSO = {
  backward = BACKWARD,
  own_parameters = { affine = GAMMA, params = all_but("params", "same") }, -- float, though x is not
  x_parameters = { affine = GAMMA, params = { "same" } },
  one_more = { affine = { "gamma1", "full1" } }, -- the gain is 1 + gamma
  x_output = { pass = WRITES.pass, quant = { "none" } },
  int8 = { quant = all_but("quant", "none") },
  gives_stats = { pass = { "stats" } },
  any_beta = { affine = BETA }, -- of the forward or the backward pass
}
for _, op in ipairs(spec.field.op.values) do ALSO[op] = { op = { op } } end

-- Bits by which C code knows what a spec has: { name, what of the above, fields: what decides it }.
arguments.flags = {
  { "HAS_MEAN", "mean" },
  { "HAS_GAMMA", "gamma" },
  { "HAS_BETA", "any_beta" },
  { "HAS_RESIDUAL", "residual" },
  { "HAS_SUM", "sum" },
  { "HAS_BIAS", "bias" },
  { "HAS_SCALE", "scale" },
  { "HAS_STATIC_SCALE", "static_scale" },
  { "HAS_TWO", "y2" },
  { "GIVES_STATS", "gives_stats" },
  { "HAS_STATS", "whole_width" },
}
for _, flag in ipairs(arguments.flags) do flag.fields = HAS[flag[2]] or ALSO[flag[2]] end

local function fits(s, fields)
  for field, values in pairs(fields) do
    if not spec.among(s[field], values) then return false end
  end
  return true
end

-- A table that says for each name above whether one of `specs` has it; without specs, every name is there.
function arguments.of(specs)
  if not specs then return setmetatable({}, { __index = function() return true end }) end
  local has = {}
  for _, things in ipairs { HAS, ALSO } do
    for name, fields in pairs(things) do
      for _, s in ipairs(specs) do has[name] = has[name] or fits(s, fields) end
    end
  end
  return setmetatable(has, { __index = function() return false end })
end

-- The declarations in C of those members of the struct that are in `has`; second, the names of these, in order.
function arguments.members(has)
  local lines, all = {}, {}
  for _, declaration in ipairs(DECLARATIONS) do
    local names = {}
    for i = 2, #declaration do
      local name = declaration[i]:gsub("%*", "")
      if not HAS[name] or has[name] then
        names[#names + 1] = declaration[i]
        all[#all + 1] = name
      end
    end
    if #names > 0 then lines[#lines + 1] = declaration[1] .. table.concat(names, ", ") .. ";" end
  end
  return lines, all
end

-- Two lists of { member, value } for the values of some members: no two of a list are neighbours in the struct.
function arguments.parted(has, values)
  local parts = { {}, {} }
  for i, name in ipairs(select(2, arguments.members(has))) do
    if values[name] then table.insert(parts[2 - i % 2], { name, values[name] }) end
  end
  return parts
end

return arguments
