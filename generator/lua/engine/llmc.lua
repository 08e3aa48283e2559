-- SPDX-License-Identifier: MIT
-- llmc.lua: llm.c, whose layernorm_forward and layernorm_backward the pair does.
return {
  title = "llm.c",
  files = { { "PREFIX_llmc.h", "glue.h" } },
  defaults = { pass = { "forward", "backward" } },
  needs = {
    { op = "layernorm", pass = "forward", dtype = "f32", affine = "full" },
    { op = "layernorm", pass = "backward", dtype = "f32", affine = "full" },
  },
  abi = { "llmc" },
  reserved = "llmc llm",
  closing = {
    '#include "PREFIX_llmc.h" in train_gpt2.c; the head of PREFIX_llmc.h has the make line',
  },
}
