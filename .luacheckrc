-- SPDX-License-Identifier: MIT
-- .luacheckrc: how luacheck reads the Lua of this project; `luacheck .` must find nothing.
std = "lua54"
read_globals = { "host" } -- what lngen's C offers to its Lua
max_line_length = 120
exclude_files = { "build*", "out" }
ignore = {
  "42.", "43.", -- a local with the name of an outer one
}

files["generator/lua/cli.lua"] = { globals = { "os.exit" } } -- argparse calls it
files["fuzz"] = { globals = { "host", "io", "os", "print" } } -- a fuzzer takes their functions away
files["tests/lua"] = { globals = { "host", "io.stderr" } } -- tests put their own in place
files["plans"] = { max_line_length = false } -- data, written by `lngen tune`
