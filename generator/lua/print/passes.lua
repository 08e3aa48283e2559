-- SPDX-License-Identifier: MIT
-- passes.lua: how templates/kernel/passes.c spells the passes over a row in loops, its width being an argument.
local c = require "print.c"
local registers = require "print.registers"
local schedule = require "plan.schedule"

local passes = {}

-- What the templates need to know of a spec on a target and in a pass:
--   row, advanced(by)      what a pass is given of a row: types with names, and the names, so many elements further
--   input(place, count)    the element or elements there that are normalised
--   rows(index)            the rows of that index as arguments; sums: only what sums are taken of
--   outputs, parameters    what `apply` is also given: types with names; arguments: the names of parameters
--   quantum, scale(index)  the same of what quantises a row; "" where nothing does
--   sweep_calls(arguments) calls of sweep(), which sums the lanes of one register, for all sixteen lanes of a chain;
--                          `arguments` of it before the lane
--   past                   whether rows may be written past the caches; long: also those of past_least elements or
--                          more that do not begin with a whole register; goes: whether they are, as an expression
--   last(index)            the last arguments of `apply` for the row of that index: scale() and whether it goes past
--   applied(arguments, past)  statements that write a row, with a loop for each of both; `past` says which
--   constants              declares what the sums of rows are finished with; of pass apply, of the width of whole rows
--   lanes_type, lanes_stored(place, value), all_lanes(name)  where sweep() puts its lanes: a type, a statement, and the
--                          lanes of all sweeps as arguments
function passes.of(spell, target, pass)
  local applies = pass == "apply"
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
  p.past = target.stream and pass ~= "stats" and spell.output == "float"
  p.long, p.past_least = p.past and #spell.outputs == 1, schedule.past_least
  local goes = {}
  for i, y in ipairs(pass == "backward" and { { name = "dx" } } or spell.outputs) do
    goes[i] = ("goes_past(a, a->%s, a->%s_stride)"):format(y.name, y.name)
  end
  p.goes = table.concat(goes, " && ")
  function p.last(index) return p.scale(index) .. (p.past and ", " .. p.goes or "") end
  function p.applied(arguments, past)
    local b = c.block()
    if p.past then
      b:line("if (%s)", past)
      b:line("    apply(%s, 1);", arguments)
      b:line("else")
    end
    b:line("%sapply(%s%s);", p.past and "    " or "", arguments, p.past and ", 0" or "")
    return b
  end
  if spell.quantises then p.quantum = spell.dynamic and ", float *scale" or ", float static_scale" end

  local whole, n = applies and "whole" or "(double)n", applies and "whole" or "n"
  p.constants = ("const double %swidth_inverse = 1.0 / %s%s;"):format(
    applies and "whole = (double)a->whole_width, " or "", whole,
    spell.centred and (", limit = %s > 4 ? (0.5 - 2.0 / %s) / %s : 0.0"):format(n, whole, whole) or "")

  -- where a sweep does not hold all lanes, they are put in memory, so that the loop stays one and its chains are the
  -- only registers in use
  local sweeps = 16 // target.lanes
  p.lanes_type = sweeps > 1 and "float" or "V"
  function p.sweep_calls(arguments)
    local b, declared, places = c.block(), {}, {}
    for i, k in ipairs(spell.sums) do
      declared[i] = sweeps > 1 and ("t%s[16]"):format(k) or "t" .. k
      places[i] = sweeps > 1 and ("t%s + j"):format(k) or "&t" .. k
    end
    b:line("%s %s;", p.lanes_type, table.concat(declared, ", "))
    if sweeps > 1 then b:line("for (size_t j = 0; j < 16; j += LANES)") end
    b:line("%ssweep(%s, %s, %s);", sweeps > 1 and "    " or "", arguments, sweeps > 1 and "j" or "0",
      table.concat(places, ", "))
    return b
  end
  function p.lanes_stored(place, value)
    return (sweeps > 1 and "store(%s, %s);" or "*%s = %s;"):format(place, value)
  end
  function p.all_lanes(name)
    if target.lanes == 1 or sweeps == 1 then return name end
    local list = {}
    for i = 0, sweeps - 1 do
      list[i + 1] = ("load(%s%s)"):format(name, i > 0 and " + " .. registers.times(i, "LANES") or "")
    end
    return table.concat(list, ", ")
  end
  return p
end

return passes
