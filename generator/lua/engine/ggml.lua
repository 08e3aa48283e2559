-- SPDX-License-Identifier: MIT
-- ggml.lua: ggml, whose graphs get nodes that the pair does.
local languages = require "output.languages"
local plain = require "output.plain"
local spec_module = require "spec.spec"

local TYPE = { f32 = "GGML_TYPE_F32", f16 = "GGML_TYPE_F16", bf16 = "GGML_TYPE_BF16" }
local AFFINE = { layernorm = "full", rmsnorm = "gamma" }

local RMSNORM = plain.part { op = "rmsnorm", affine = AFFINE.rmsnorm }
local LAYERNORM = plain.part { op = "layernorm", affine = AFFINE.layernorm }

-- Norms that nodes can be made of, in each type that ggml has.
local uses = {}
for _, dtype in ipairs(spec_module.field.dtype.values) do
  if TYPE[dtype] then
    for _, op in ipairs { "rmsnorm", "layernorm" } do
      uses[#uses + 1] = plain.part { op = op, affine = AFFINE[op], dtype = dtype }
    end
  end
end

return {
  title = "ggml",
  files = { { "PREFIX_ggml.h", "glue.h" } },
  uses = uses,
  reserved = "ggml gguf",
  closing = {
    'for each source file that builds a graph: #include "DIR/PREFIX_ggml.h", or its path from that file; its comment '
      .. "says how in several files",
    { "instead of ggml_mul(ctx, ggml_rms_norm(ctx, x, eps), w): PREFIX_ggml_rms_norm(ctx, x, w, eps)", RMSNORM },
    { "instead of ggml_add(ctx, ggml_mul(ctx, ggml_norm(ctx, x, eps), w), b): PREFIX_ggml_norm(ctx, x, w, b, eps)",
      LAYERNORM },
  },
  -- ops: list of { name of the function, title, arrays: of parameters, norms: list of { norm, type and
  -- parameter: types of ggml, condition: that tells it } }
  values = function(values)
    languages.check(values.P, "llama.cpp")
    local ops = {}
    for _, op in ipairs { { "rmsnorm", "rms_norm", { "w" } }, { "layernorm", "norm", { "w", "b" } } } do
      local list = {}
      for _, n in ipairs(values.norms) do
        if n.op == op[1] and n.direct and n.affine == AFFINE[n.op] and TYPE[n.dtype] then
          list[#list + 1] = { norm = n, type = TYPE[n.dtype],
            parameter = TYPE[n.params == "same" and n.dtype or n.params] }
        end
      end
      -- where rows of one type have parameters of two types, w tells
      for _, n in ipairs(list) do
        local same = 0
        for _, other in ipairs(list) do same = same + (other.type == n.type and 1 or 0) end
        n.condition = ("x->type == %s"):format(n.type)
          .. (same > 1 and (" && w && w->type == %s"):format(n.parameter) or "")
      end
      if #list > 0 then ops[#ops + 1] = { name = op[2], arrays = op[3], norms = list } end
    end
    return { ops = ops }
  end,
}
