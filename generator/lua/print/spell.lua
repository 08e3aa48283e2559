-- SPDX-License-Identifier: MIT
-- spell.lua: how a spec's elements, parameters and formulas are spelled in C; shared by the templates of all kernels.
-- One place knows what an affine form looks like.
local facts = require "spec.facts"
local storage = require "spec.storage"

local spell = {}

local ELEMENT = storage.each "element"

-- Affine forms: how y is computed from t, the normalised value.
--   formula           of y, in comments
--   gain              what multiplies t, when it is not gamma itself
--   scaled            y in registers
--   exact             y in double, where product() is never contracted
--   plain             y as a loop over floats computes it, from t, what multiplies it, and beta
--   one_plus          whether 1 + gamma multiplies t
--   gradient          dy times the gain, when it is not a plain product
--   gradient_formula  of that, in comments
local function text(format) return function(...) return format:format(...) end end
local AFFINE = {
  full = { formula = "%s*gamma + beta", scaled = text "muladd(%s, %s, %s)",
    exact = text "product(%s, %s) + %s", plain = text "%s * %s + %s" },
  gamma = { formula = "%s*gamma", scaled = text "mul(%s, %s)", exact = text "product(%s, %s)",
    plain = text "%s * %s" },
  full1 = { formula = "%s*(1 + gamma) + beta", gain = text "add(splat(1.0f), %s)",
    scaled = text "muladd(%s, %s, %s)", exact = text "product(%s, %s) + %s", plain = text "%s * %s + %s",
    one_plus = true, gradient_formula = "dy*(1 + gamma)" },
  gamma1 = { formula = "%s*(1 + gamma)", scaled = text "mul1(%s, %s)",
    exact = text "product(%s, 1.0 + %s)", plain = text "%s * %s", one_plus = true, gradient = text "mul1(%s, %s)",
    gradient_formula = "dy*(1 + gamma)" },
  none = { formula = "%s", scaled = text "%s", exact = text "%s", plain = text "%s" },
}

-- The facts of a spec, and how they are spelled.
function spell.of(spec, target)
  local w = facts.of(spec, target)
  local function suffix_of(type) return type == "f32" and "" or "_" .. type end
  local params = w.parameter_type
  local suffix, of_params = suffix_of(spec.dtype), suffix_of(params)
  local affine = AFFINE[spec.affine]
  w.element, w.parameter = ELEMENT[spec.dtype], ELEMENT[params]
  w.output = w.quantises and "int8_t" or w.element

  -- the type of an element of an array of rows, x, residual, sum, y, y2, dy or dx, and whether kernels only read it
  function w.row_type(array)
    return array:find("^y") and w.output or w.element, array == "x" or array == "residual" or array == "dy"
  end

  -- alone: no register of a pair
  local function rounded(type_suffix, value, alone)
    if type_suffix == "" then return value end
    return ("rounded%s%s(%s)"):format(w.paired and not alone and "_pair" or "", type_suffix, value)
  end

  local HALF = { [0] = "_even", [1] = "_odd" }
  local function load_of(type_suffix, place, count, half)
    local verb = (count and "load_part" or "load") .. (HALF[half] or "") .. type_suffix
    return count and ("%s(%s, %s)"):format(verb, place, count) or ("%s(%s)"):format(verb, place)
  end
  local function load(type_suffix, place, count, half)
    if type(half) == "string" then -- a variable that says which
      local even, odd = load_of(type_suffix, place, count, 0), load_of(type_suffix, place, count, 1)
      return ("%s ? %s : %s"):format(half, odd, even)
    end
    return load_of(type_suffix, place, count, half)
  end

  -- the element or elements at `place`; `count` only for a part of a register; `half` of a pair of registers, 0 or 1,
  -- or a variable that says which
  function w.load(place, count, half) return load(suffix, place, count, half) end

  -- the same of a parameter: gamma as what multiplies, beta as it is
  function w.load_parameter(parameter, place, count, half)
    local value = load(of_params, place, count, half)
    if parameter.gain and affine.gain then value = rounded(of_params, affine.gain(value)) end
    return value
  end

  -- verb: store, stream, or put for floats, for which the variable `past` says
  function w.store(verb, place, value, count)
    if count then return ("store_part%s(%s, %s, %s);"):format(suffix, place, value, count) end
    if verb == "put" then return ("put(past, %s, %s);"):format(place, value) end
    return ("%s%s(%s, %s);"):format(verb, suffix, place, value)
  end

  function w.store_pair(verb, place, even, odd, count)
    if count then return ("store_part_pair%s(%s, %s, %s, %s);"):format(suffix, place, even, odd, count) end
    return ("%s_pair%s(%s, %s, %s);"):format(verb, suffix, place, even, odd)
  end

  -- the same of y; `inverse` is what multiplies a row before it becomes int8
  function w.store_output(verb, place, value, count, inverse)
    if not w.quantises then return w.store(verb, place, value, count) end
    value = ("mul(%s, %s)"):format(value, inverse)
    -- with a scale of the row's own nothing is beyond 127
    if not w.dynamic then value = ("clamped(%s)"):format(value) end
    if count then return ("store_part_int8(%s, %s, %s);"):format(place, value, count) end
    return ("%s_int8(%s, %s);"):format(verb, place, value)
  end

  -- x + residual before a store rounds it, from places in x, residual and bias
  function w.added(x, residual, count, bias, half)
    local value = w.load(x, count, half)
    if w.bias then value = rounded(suffix, ("add(%s, %s)"):format(value, w.load(bias, count, half))) end
    return ("add(%s, %s)"):format(value, w.load(residual, count, half))
  end

  -- what is normalised, from the same places
  function w.input(x, residual, count, bias, half)
    if not w.adds or not residual then return w.load(x, count, half) end
    return rounded(suffix, w.added(x, residual, count, bias, half))
  end

  function w.normalised(v, rstd, shift, high)
    if w.split and high then v = ("sub(%s, %s)"):format(v, high) end
    local t = w.centred and ("muladd(%s, %s, %s)"):format(v, rstd, shift) or ("mul(%s, %s)"):format(v, rstd)
    return spec.rounding == "before_gain" and rounded(suffix, t) or t
  end

  -- g as w.load_parameter gives it
  function w.scaled(t, g, b) return affine.scaled(t, g, b) end

  -- For the slow way, in double: an element of x or a parameter, the normalised row, y before it is stored, and stored.
  local function as_double(type, text)
    return type == "f32" and ("(double)%s"):format(text) or ("(double)from_%s(%s)"):format(type, text)
  end
  function w.exact(text) return as_double(spec.dtype, text) end
  function w.exact_input(x, residual, bias)
    return w.adds and ("(double)%s"):format(w.input(x .. " + i", residual .. " + i", nil, bias .. " + i"))
      or w.exact(x .. "[i]")
  end
  function w.exact_normalised(t)
    return spec.rounding == "before_gain" and ("(double)%s"):format(rounded(suffix, "(float)" .. t, true)) or t
  end
  function w.exact_scaled(t, gamma, beta)
    local g = w.gamma and as_double(params, gamma .. "[i]")
    if affine.gain then g = ("(double)%s"):format(w.load_parameter({ gain = true }, gamma .. " + i")) end
    return affine.exact(t, g, w.beta and as_double(params, beta .. "[i]"))
  end
  function w.exact_stored(value, inverse)
    if w.quantises then return ("to_int8((float)(%s) * %s)"):format(value, inverse) end
    return spec.dtype == "f32" and ("(float)(%s)"):format(value) or ("to_%s((float)(%s))"):format(spec.dtype, value)
  end

  -- For loops over floats: y of t, gain and beta; the gain of gamma, which kernels may round to gamma's type.
  w.plain, w.one_plus, w.rounds_gain = affine.plain, affine.one_plus, affine.gain ~= nil
  function w.plain_gain(gamma) return affine.one_plus and ("(1 + %s)"):format(gamma) or gamma end

  -- backward: g = dy times the gain
  function w.scaled_gradient(dy, g)
    return affine.gradient and affine.gradient(dy, g) or ("settled(mul(%s, %s))"):format(dy, g)
  end
  w.gradient_formula = affine.gradient_formula or "dy*gamma"

  -- the formula in comments
  w.formula = w.split and "(x - high)*rstd + shift" or w.centred and "x*rstd + shift" or "x*rstd"
  if spec.rounding == "before_gain" then w.formula = ("rounded(%s)"):format(w.formula)
  elseif w.gamma then w.formula = ("(%s)"):format(w.formula) end
  w.formula = affine.formula:format(w.formula)
  if w.dynamic then w.formula = w.formula .. ", times 127 / the largest magnitude of the row"
  elseif w.quantises then w.formula = w.formula .. ", divided by a given scale" end

  w.description = "y = " .. w.formula
  w.gradient_description = ("dx = xhat*slope + %s, xhat = %s, g = %s"):format(
    w.centred and "(g*rstd + shift)" or "g*rstd", w.centred and "(x - mean)*rstd" or "x*rstd",
    w.gamma and w.gradient_formula or "dy")
  return w
end

return spell
