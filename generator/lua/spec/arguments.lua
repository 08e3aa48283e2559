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

-- Members that only some specs have: for each, whether a spec has it.
local function backward(s) return s.pass == "backward" end
local function writes(s) return s.pass == "forward" or s.pass == "apply" end
local gamma, beta = spec.has_gamma, spec.has_beta
local function two(s) return s.norms == "two" end
local HAS = {
  y = writes,
  gamma = gamma,
  beta = function(s) return beta(s) and not backward(s) end,
  residual = function(s) return s.residual ~= "none" end,
  sum = function(s) return s.residual == "pre" end,
  mean = function(s) return spec.is_centred(s) and s.pass ~= "stats" end,
  rstd = function(s) return s.pass ~= "stats" end,
  eps = function(s) return not backward(s) end,
  bias = function(s) return s.bias == "add" end,
  scale = function(s) return s.quant == "int8" end,
  static_scale = function(s) return s.quant == "int8static" end,
  y2 = two,
  gamma2 = two,
  beta2 = function(s) return two(s) and beta(s) end,
  stats = function(s) return s.pass == "stats" or s.pass == "apply" end,
  whole_width = function(s) return s.pass == "apply" end,
  dy = backward,
  dx = backward,
  dgamma = function(s) return backward(s) and gamma(s) end,
  dbeta = function(s) return backward(s) and beta(s) end,
  accumulate = backward,
  reduce_rows = backward,
}
HAS.workspace, HAS.workspace_bytes = HAS.dgamma, HAS.dgamma
for _, name in ipairs { "y", "residual", "sum", "y2", "dy", "dx" } do HAS[name .. "_stride"] = HAS[name] end

-- What else, besides members, headers and checks ask of a spec.
local ALSO = {
  backward = backward,
  float_rows = function(s) return s.dtype == "f32" end,
  short_rows = function(s) return s.dtype ~= "f32" end,        -- elements of 16 bits
  own_parameters = function(s) return gamma(s) and s.params ~= "same" end, -- float, though x is not
  x_parameters = function(s) return gamma(s) and s.params == "same" end,
  x_output = function(s) return writes(s) and s.quant == "none" end,
  int8 = function(s) return s.quant ~= "none" end,
  gives_stats = function(s) return s.pass == "stats" end,
  any_beta = beta, -- of the forward or the backward pass
}
for _, op in ipairs(spec.field.op.values) do ALSO[op] = function(s) return s.op == op end end

-- Bits by which C code knows what a spec has: { name, which of the rules above }.
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

-- A table that says for each name above whether one of `specs` has it; without specs, every name is there.
function arguments.of(specs)
  if not specs then return setmetatable({}, { __index = function() return true end }) end
  local has = {}
  for _, rules in ipairs { HAS, ALSO } do
    for name, rule in pairs(rules) do
      for _, s in ipairs(specs) do has[name] = has[name] or rule(s) end
    end
  end
  return setmetatable(has, { __index = function() return false end })
end

-- The declarations in C of those members of the struct that are in `has`.
function arguments.members(has)
  local lines = {}
  for _, declaration in ipairs(DECLARATIONS) do
    local names = {}
    for i = 2, #declaration do
      local name = declaration[i]:gsub("%*", "")
      if not HAS[name] or has[name] then names[#names + 1] = declaration[i] end
    end
    if #names > 0 then lines[#lines + 1] = declaration[1] .. table.concat(names, ", ") .. ";" end
  end
  return lines
end

return arguments
