-- SPDX-License-Identifier: MIT
-- passes.lua: how templates/kernel/passes.c spells the passes over a row in loops, its width being an argument.
local passes = {}

-- What the templates need to know of a spec:
--   row, advanced(by)      what a pass is given of a row: types with names, and the names, so many elements further
--   input(place, count)    the element or elements there that are normalised
--   rows(index)            the rows of that index as arguments; sums: only what sums are taken of
--   outputs, parameters    what `apply` is also given: types with names; arguments: the names of parameters
--   quantum, scale(index)  the same of what quantises a row; "" where nothing does
function passes.of(spell)
  local T, adds = spell.element, spell.adds and not spell.keeps_sum
  local p = { outputs = "", parameters = "", arguments = "", quantum = "" }
  local bias = spell.bias and not spell.keeps_sum
  p.row = ("const %s *x"):format(T) .. (adds and (", const %s *z"):format(T) or "")
    .. (bias and (", const %s *bias"):format(T) or "")
  local at = (adds and "x%s, z%s" or "x%s") .. (bias and ", bias%s" or "")
  function p.advanced(by) return (at:gsub("%%s", by and " + " .. by or "")) end
  function p.input(place, count)
    return spell.input("x + " .. place, adds and "z + " .. place, count, "bias + " .. place)
  end
  function p.sums(index)
    return ("row_x(a, %s)"):format(index) .. (adds and (", row_residual(a, %s)"):format(index) or "")
      .. (bias and ", bias" or "")
  end
  function p.rows(index)
    local list = {}
    for i, output in ipairs(spell.outputs) do list[i] = ("row_%s(a, %s), "):format(output.name, index) end
    return table.concat(list) .. p.sums(index) .. p.arguments
  end
  function p.scale(index)
    return spell.dynamic and (", a->scale + %s"):format(index) or spell.quantises and ", a->static_scale" or ""
  end
  for _, output in ipairs(spell.outputs) do
    p.outputs = p.outputs .. ("%s *%s, "):format(spell.output, output.name)
  end
  for _, parameter in ipairs(spell.parameters) do
    p.parameters = p.parameters .. (", const %s *%s"):format(spell.parameter, parameter.name)
    p.arguments = p.arguments .. ", " .. parameter.name
  end
  if spell.quantises then p.quantum = spell.dynamic and ", float *scale" or ", float static_scale" end
  return p
end

return passes
