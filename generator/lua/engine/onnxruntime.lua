-- SPDX-License-Identifier: MIT
-- onnxruntime.lua: ONNX Runtime, which loads the pair as a library of custom operators.
local languages = require "output.languages"
local plain = require "output.plain"

local TYPES = { f32 = "FLOAT", bf16 = "BFLOAT16", f16 = "FLOAT16" }
local OPERATORS = { layernorm = "LayerNormalization", rmsnorm = "RMSNormalization" }

return {
  title = "ONNX Runtime",
  files = {
    { "PREFIX_ort.cpp", "glue.cpp" },
    { "PREFIX_onnx.py", "rewrite.py" },
    { "PREFIX_ort_test.py", "test.py" },
  },
  uses = plain.uses(TYPES, { params = "same" }, { full = true, gamma = true }),
  reserved = "onnxruntime ort onnx",
  closing = {
    "the head of PREFIX_ort.cpp has the command that makes libPREFIX_ort.so; then in Python:",
    'PREFIX_onnx.rewrite("a.onnx", "b.onnx"), and options.register_custom_ops_library("libPREFIX_ort.so")',
  },
  -- served: norms whose parameters are of the rows' type, as ONNX has them
  values = function(values)
    languages.check(values.P, "Python")
    local served = {}
    for _, s in ipairs((plain.of(values.norms, TYPES))) do
      if s.gamma and s.params == s.dtype and OPERATORS[s.form] then served[#served + 1] = s end
    end
    return { served = served, types = TYPES, operators = OPERATORS }
  end,
}
