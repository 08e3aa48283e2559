-- words.lua: how a spec's elements, parameters and formulas are spelled in C; shared by the templates of all kernels.
-- One place knows what a storage type or an affine form looks like.
local words = {}

local ELEMENT = { f32 = "float", bf16 = "uint16_t", f16 = "uint16_t" }

function words.of(spec)
  local w = {}
  local suffix = spec.dtype == "f32" and "" or "_" .. spec.dtype

  w.element = ELEMENT[spec.dtype]
  w.centred = spec.op == "layernorm"           -- subtracts the mean
  w.sums = w.centred and { "s", "q" } or { "q" }
  w.scale = w.centred and { "mean", "rstd", "shift" } or { "rstd" }
  w.gamma = spec.affine ~= "none"
  w.beta = spec.affine == "full"
  w.adds = spec.residual ~= "none"             -- x + residual is what is normalised
  w.keeps_sum = spec.residual == "pre"         -- and is written to `sum`

  -- the element or elements at `place`; `count` only for a part of a register
  function w.load(place, count)
    if count then return ("load_part%s(%s, %s)"):format(suffix, place, count) end
    return ("load%s(%s)"):format(suffix, place)
  end

  -- verb: store or stream
  function w.store(verb, place, value, count)
    if count then return ("store_part%s(%s, %s, %s);"):format(suffix, place, value, count) end
    return ("%s%s(%s, %s);"):format(verb, suffix, place, value)
  end

  -- what is normalised, from places in x and residual
  function w.input(x, residual, count)
    if not w.adds or not residual then return w.load(x, count) end
    local sum = ("add(%s, %s)"):format(w.load(x, count), w.load(residual, count))
    return suffix == "" and sum or ("rounded%s(%s)"):format(suffix, sum)
  end

  function w.normalised(v, rstd, shift)
    return w.centred and ("muladd(%s, %s, %s)"):format(v, rstd, shift) or ("mul(%s, %s)"):format(v, rstd)
  end

  function w.scaled(t, g, b)
    if spec.affine == "full" then return ("muladd(%s, %s, %s)"):format(t, g, b) end
    if spec.affine == "gamma" then return ("mul(%s, %s)"):format(t, g) end
    if spec.affine == "gamma1" then return ("mul1(%s, %s)"):format(t, g) end
    return t
  end

  -- backward: g = dy times the gain
  function w.scaled_gradient(dy, g)
    return (spec.affine == "gamma1" and "mul1(%s, %s)" or "settled(mul(%s, %s))"):format(dy, g)
  end
  w.gradient_formula = spec.affine == "gamma1" and "dy*(1 + gamma)" or "dy*gamma"

  -- an element or elements of gamma or beta
  w.parameter = w.element
  w.load_parameter = w.load

  -- the formula in comments
  w.formula = (w.centred and "x*rstd + shift" or "x*rstd")
  if spec.affine == "full" then w.formula = ("(%s)*gamma + beta"):format(w.formula)
  elseif spec.affine == "gamma" then w.formula = ("(%s)*gamma"):format(w.formula)
  elseif spec.affine == "gamma1" then w.formula = ("(%s)*(1 + gamma)"):format(w.formula) end
  return w
end

return words
