-- SPDX-License-Identifier: MIT
-- numpy.lua: NumPy, for which the pair is a module of Python.
local languages = require "output.languages"
local plain = require "output.plain"

local TYPES = { f32 = "NPY_FLOAT", f16 = "NPY_HALF" }

-- Forms of norms: function, op, affine, arguments.
local FORMS = {
  { "layernorm", "layernorm", "full", "x, gamma, beta" }, { "layernorm", "layernorm", "gamma", "x, gamma" },
  { "layernorm", "layernorm", "none", "x" }, { "rmsnorm", "rmsnorm", "gamma", "x, gamma" },
  { "rmsnorm", "rmsnorm", "none", "x" }, { "rmsnorm1", "rmsnorm", "gamma1", "x, gamma" },
}

local function closing()
  local lines = { "pip install --no-build-isolation FOLDER; then in Python: import PREFIX" }
  for _, form in ipairs(FORMS) do
    lines[#lines + 1] = { ("y = PREFIX.%s(%s)"):format(form[1], form[4]), { op = form[2], affine = form[3] } }
  end
  return lines
end

return {
  title = "NumPy",
  files = {
    { "PREFIX_numpy.c", "glue.c" },
    { "setup.py", "setup.py" },
    { "PREFIX_numpy_test.py", "test.py" },
  },
  uses = plain.uses(TYPES),
  reserved = "numpy np npy numpy_core",
  closing = closing(),
  values = function(values)
    languages.check_module(values.P)
    local served, forms, widths = plain.of(values.norms, TYPES)
    local names = { "layernorm", "rmsnorm", "rmsnorm1" }
    local functions = {}
    for _, name in ipairs(names) do functions[name] = name end
    return { served = served, forms = forms, widths = widths, types = TYPES, names = names, functions = functions,
      words = { f32 = "float32", f16 = "float16" }, package = "numpy",
      python = { f32 = '"float32"', f16 = '"float16"' } }
  end,
}
