-- SPDX-License-Identifier: MIT
-- rust.lua: a crate around the pair, whose functions take slices.
local languages = require "output.languages"
local plain = require "output.plain"

local TYPES = { f32 = "f32", bf16 = "u16", f16 = "u16" }

return {
  title = "Rust",
  files = {
    { "Cargo.toml", "Cargo.toml" },
    { "build.rs", "build.rs" },
    { "src/lib.rs", "lib.rs" },
    { "tests/norms.rs", "test.rs" },
  },
  uses = plain.uses(TYPES),
  named = true,
  reserved = "rust rustc cargo",
  closing = { 'in Cargo.toml under [dependencies]: PREFIX = { path = "PATH" }; cargo test in WHERE tests it' },
  values = function(values)
    languages.check(values.P, "Rust")
    local served, _, widths = plain.of(values.norms, TYPES)
    return { served = served, widths = widths, types = TYPES }
  end,
}
