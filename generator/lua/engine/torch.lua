-- torch.lua: PyTorch, whose modules call operators that the pair serves.
local SCALAR = { f32 = "at::kFloat", bf16 = "at::kBFloat16", f16 = "at::kHalf" }

-- The operator that serves a norm, or nil.
local function operator_of(n)
  if n.op == "layernorm" then return (n.affine == "full" or n.affine == "gamma" or n.affine == "none") and "LAYER_NORM" end
  return n.affine == "gamma1" and "RMS_NORM1" or "RMS_NORM"
end

return {
  title = "PyTorch",
  files = {
    { "PREFIX_torch.cpp", "glue.cpp" },
    { "PREFIX.py", "swap.py" },
    { "setup.py", "setup.py" },
    { "PREFIX_torch_test.py", "test.py" },
  },
  defaults = { pass = { "forward", "backward" } },
  uses = {
    { op = "layernorm", pass = "forward", residual = "none", quant = "none", norms = "one" },
    { op = "rmsnorm", pass = "forward", residual = "none", quant = "none", norms = "one" },
  },
  reserved = "torch at aten c10 caffe2 pytorch tensor",
  closing = {
    "pip install DIR; then in Python: import PREFIX; PREFIX.swap(model)",
  },
  -- served: list of { norm, operator, scalar, parameter: types of rows and parameters as C++ has them }
  values = function(values)
    local served, offers, widths = {}, {}, {}
    for _, n in ipairs(values.norms) do
      local operator = operator_of(n)
      if operator and n.pass == "forward" and n.residual == "none" and n.quant == "none" and n.norms == "one" then
        served[#served + 1] = { norm = n, operator = operator, scalar = SCALAR[n.dtype],
          parameter = not n.words.gamma and "at::ScalarType::Undefined" or SCALAR[n.params == "same" and n.dtype or n.params] }
        offers[operator] = true
        widths = n.widths
      end
    end
    return { served = served, widths = widths, offers = setmetatable(offers, { __index = function() return false end }) }
  end,
}
