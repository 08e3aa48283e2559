-- SPDX-License-Identifier: MIT
-- llmc.lua: llm.c, whose layernorm_forward and layernorm_backward the pair does.
local plain = require "output.plain"

return {
  title = "llm.c",
  files = { { "PREFIX_llmc.h", "glue.h" } },
  defaults = { pass = { "forward", "backward" } },
  needs = {
    plain.part { op = "layernorm", dtype = "f32", affine = "full" },
    { op = "layernorm", pass = "backward", dtype = "f32", affine = "full" },
  },
  abi = { "llmc" },
  reserved = "llmc llm",
  closing = {
    'in train_gpt2.c, above gpt2_forward(): #include "DIR/PREFIX_llmc.h", or its path from that file; then make '
      .. "train_gpt2, as before",
  },
  values = function() return { tag = "LLMC" } end,
}
