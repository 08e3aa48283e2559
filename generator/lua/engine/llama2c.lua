-- SPDX-License-Identifier: MIT
-- llama2c.lua: llama2.c, whose rmsnorm the pair does.
local plain = require "output.plain"

return {
  title = "llama2.c",
  files = { { "PREFIX_llama2.h", "glue.h" } },
  defaults = { op = { "rmsnorm" } },
  needs = { plain.part { op = "rmsnorm", dtype = "f32", affine = "gamma" } },
  reserved = "llama2c",
  closing = {
    'in run.c, above forward(): #include "DIR/PREFIX_llama2.h", or its path from run.c; then make run, as before',
  },
  values = function() return { tag = "LLAMA2" } end,
}
