-- SPDX-License-Identifier: MIT
-- numpy.lua: NumPy, for which the pair is a module of Python.
local languages = require "output.languages"
local plain = require "output.plain"

local TYPES = { f32 = "NPY_FLOAT", f16 = "NPY_HALF" }

return {
  title = "NumPy",
  files = {
    { "PREFIX_numpy.c", "glue.c" },
    { "setup.py", "setup.py" },
    { "PREFIX_numpy_test.py", "test.py" },
  },
  uses = plain.uses(),
  reserved = "numpy np npy numpy_core",
  closing = {
    "pip install --no-build-isolation DIR; then in Python: import PREFIX;",
    "y = PREFIX.layernorm(x, gamma, beta), or rmsnorm(x, gamma)",
  },
  values = function(values)
    languages.check(values.P, "Python")
    local served, forms, widths = plain.of(values.norms, TYPES)
    local names = { "layernorm", "rmsnorm", "rmsnorm1" }
    local functions = {}
    for _, name in ipairs(names) do functions[name] = name end
    return { served = served, forms = forms, widths = widths, types = TYPES, names = names, functions = functions,
      words = { f32 = "float32", f16 = "float16" }, package = "numpy",
      python = { f32 = '"float32"', f16 = '"float16"' } }
  end,
}
