-- SPDX-License-Identifier: MIT
-- torch.lua: PyTorch, whose modules call operators that the pair serves.
local languages = require "output.languages"
local plain = require "output.plain"

local TYPES = { f32 = "Float", bf16 = "BFloat16", f16 = "Half" }
local OPERATORS = { layernorm = "layer_norm", rmsnorm = "rms_norm", rmsnorm1 = "rms_norm1" }

return {
  title = "PyTorch",
  files = {
    { "PREFIX_torch.cpp", "glue.cpp" },
    { "PREFIX.py", "swap.py" },
    { "setup.py", "setup.py" },
    { "PREFIX_torch_test.py", "test.py" },
  },
  defaults = { pass = { "forward", "backward" }, dtype = { "f32", "bf16" } },
  uses = plain.uses(TYPES),
  reserved = "torch at aten c10 caffe2 pytorch tensor",
  closing = {
    "pip install --no-build-isolation FOLDER; then in Python: import PREFIX; PREFIX.swap(model)",
  },
  values = function(values)
    languages.check_module(values.P)
    local served, forms, widths = plain.of(values.norms, TYPES)
    return { served = served, offers = forms, widths = widths, types = TYPES, operators = OPERATORS,
      functions = OPERATORS, package = "torch",
      python = { f32 = "torch.float32", bf16 = "torch.bfloat16", f16 = "torch.float16" } }
  end,
}
