-- SPDX-License-Identifier: MIT
-- plain.lua: norms of one x, one y and its own parameters, which are what operators of engines compute.
local spec_module = require "spec.spec"

local plain = {}

-- What engines call a norm, by its op and affine: rmsnorm1 where 1 + gamma multiplies.
local FORMS = {
  layernorm = { full = "layernorm", gamma = "layernorm", none = "layernorm" },
  rmsnorm = { gamma = "rmsnorm", none = "rmsnorm", gamma1 = "rmsnorm1" },
}

-- What such a norm is, as part of a spec.
local PART = { pass = "forward", residual = "none", bias = "none", quant = "none", norms = "one" }

-- The same with further fields; for the fields `uses` and `needs` of an engine.
function plain.part(more)
  local part = {}
  for _, fields in ipairs { PART, more } do
    for field, value in pairs(fields) do part[field] = value end
  end
  return part
end

-- The same for each form and dtype, usual ones first. `types`: the dtypes that the engine has; `more`: further fields,
-- or none; `affines`: the affine forms that the engine has, each true, or nil for all.
function plain.uses(types, more, affines)
  local list, fields = {}, spec_module.field
  for _, dtype in ipairs(fields.dtype.values) do
    for _, op in ipairs(fields.op.values) do
      for _, affine in ipairs(fields.affine.values) do
        if types[dtype] and (FORMS[op] or {})[affine] and (not affines or affines[affine]) then
          local part = plain.part(more or {})
          part.op, part.dtype, part.affine = op, dtype, affine
          list[#list + 1] = part
        end
      end
    end
  end
  return list
end

-- Of the norms of a pair those that are such, in their order: list of { norm, form, gamma, beta: whether it has them,
-- dtype, params: "f32", "bf16" or "f16", params nil without gamma }; the set of their forms; all their widths.
-- `types`: the dtypes that the engine has.
function plain.of(norms, types)
  local list, forms, widths, seen = {}, {}, {}, {}
  for _, n in ipairs(norms) do
    local form, fits = (FORMS[n.op] or {})[n.affine], types[n.dtype] ~= nil
    for field, value in pairs(PART) do fits = fits and n[field] == value end
    if form and fits then
      local gamma = n.affine ~= "none"
      list[#list + 1] = { norm = n, form = form, gamma = gamma, beta = n.affine == "full", dtype = n.dtype,
        params = gamma and (n.params == "same" and n.dtype or n.params) or nil }
      forms[form] = true
      for _, width in ipairs(n.widths) do
        if not seen[width] then seen[width], widths[#widths + 1] = true, width end
      end
    end
  end
  table.sort(widths)
  return list, setmetatable(forms, { __index = function() return false end }), widths
end

return plain
