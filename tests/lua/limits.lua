-- SPDX-License-Identifier: MIT
-- limits.lua: how long Lua code of a user may run and how much memory it may take; Lua tables read as data.
local check = require "check"
local fail = require "fail"
local planfile = require "plan.planfile"

-- Functions that stay within their limits
check.same({ host.limited("f", 1, 1, function(...) return ... end, 1, nil, "x") }, { true, 1, nil, "x" })
check.same({ host.limited("f", 1, 1, error, "why") }, { false, "why" })
check.same({ host.limited("f", 1, 1, function() return host.limited("g", 1, 1, error, "why") end) },
  { true, false, "why" })
local held = ("x"):rep(1 << 22)
check.same({ host.limited("f", 1, 1, function() return #held end) }, { true, 1 << 22 }, "what was there does not count")
for _, limits in ipairs { { 0, 1 }, { -1, 1 }, { 1, 0 }, { 1 / 0, 1 } } do
  check.raises("expected", host.limited, "f", limits[1], limits[2], error)
end

-- and others
local ok, problem = host.limited("f", 0.02, 1, function() while true do end end)
check.that(not ok and problem:find("runs longer than 0.02 s", 1, true), problem)
check.same({ host.limited("f", 1, 1, string.rep, "x", 1 << 21) }, { false, "not enough memory" })
check.equal(host.at_limit(), true)
host.limited("f", 1, 1, type, 1)
check.equal(host.at_limit(), false)

-- A function of C that does not return: the process ends, with one line. This script, run as its own child, is one.
local ENDLESS = "LNGEN_TEST_ENDLESS"
if os.getenv(ENDLESS) then
  host.limited("some.c", 0.02, 64, string.find, ("a"):rep(30), ("a?"):rep(28) .. ("a"):rep(30) .. "b")
  return 0
end
local said = host.temporary_directory() .. "/said"
local _, _, status = host.run({ ("%s=1 /proc/$PPID/exe tests/lua/limits.lua >%s 2>&1"):format(ENDLESS, said) }, 1)
check.equal(status, 2)
check.equal(host.read(said),
  "lngen: some.c: runs longer than 0.02 s, in a function that does not come back, as string.find may\n")
os.remove(said)
os.remove((said:gsub("/said$", "")))

-- Errors that are not of the user have a status of their own
for _, case in ipairs { { 70, "internal error: why", error, "why", 0 }, { 70, "internal error: a table", error, {} },
  { 70, "x: not enough memory", fail.memory, "%s: not enough memory", "x" }, { 2, "x", fail.input, "x" } } do
  local done, fault = fail.try(table.unpack(case, 3))
  check.equal(done, false)
  check.equal(fault.status, case[1], case[2])
  check.equal(fault.message:sub(1, #case[2]), case[2])
end

-- Data
for text, value in pairs { ["return 1"] = 1, ["return 1.5"] = 1.5, ["return -2^63"] = -2.0 ^ 63, ["return true"] = true,
  ["return 'a\\0b'"] = "a\0b", ["return {}"] = {}, ["return { 1, 'b', c = { d = false, [2.5] = 1 } }"] = { 1, "b", c = {
  d = false, [2.5] = 1 } }, ["local a = {} for i = 1, 3 do a[i] = i end return a"] = { 1, 2, 3 } } do
  check.same({ host.data(text, "d.lua") }, { value }, text)
end
check.equal(math.type(host.data("return 1", "d")), "integer")
check.equal(select("#", host.data("", "d")), 1)
local shared = "local a = 'x' for _ = 1, 40 do a = { a, a } end return a" -- 2^40 values
for text, problem in pairs {
  ["return os"] = false, -- a name that is nothing
  ["return os.exit(0)"] = "d.lua:1: attempt to index a nil value (global 'os')",
  ["\nreturn ('a'):rep(3)"] = "d.lua:2: attempt to index a string value (constant 'a')",
  ["return ('a'):rep(30):find(('a?'):rep(28))"] = "attempt to index a string value",
  ["while true do end"] = "d.lua:1: runs too long for a table of data",
  ["local function f() return f() end f()"] = "runs too long for a table of data",
  ["local s = 'x' while true do s = s .. s end"] = "d.lua: takes too much memory for a table of data",
  ["return function() end"] = "d.lua: holds a function; it may hold texts, numbers, true, false and tables of these",
  ["return { a = { function() end } }"] = "d.lua: holds a function",
  ["return { [{}] = 1 }"] = "d.lua: has a table for a key",
  ["return { [function() end] = 1 }"] = "d.lua: holds a function",
  ["local t = {} t.t = t return t"] = "d.lua: holds tables too deep in each other",
  [shared] = "d.lua: holds tables too deep in each other",
  ["return " .. ("{"):rep(198) .. ("}"):rep(198)] = "d.lua: holds tables too deep in each other",
  ["return " .. ("{"):rep(300) .. ("}"):rep(300)] = "d.lua: C stack overflow",
  ["local t = {} for i = 1, 1100000 do t[i] = i end return t"] = "d.lua: holds too many values",
  ["return {"] = "d.lua:1: unexpected symbol near <eof>",
  ["\27Lua"] = "d.lua: attempt to load a binary chunk",
  ["local a <close> = 1"] = "d.lua:1: variable 'a' got a non-closable value",
} do
  local value, why = host.data(text, "d.lua")
  check.equal(value, nil, text)
  if problem then
    check.that(why and why:find(problem, 1, true), ("%s: %s"):format(text:sub(1, 60), why))
    check.that(why and not why:find("0x", 1, true), why)
  end
end

-- Plan files: a byte-order mark may begin them, and what their values are is said in words
local HEAD = "return { format = 1, version = 'any', machine = '', compiler = '', "
check.equal(planfile.parse("\xEF\xBB\xBF" .. HEAD .. "}", "p.lua").head.version, "any")
check.raises("p.lua:1: unexpected symbol", planfile.parse, "\xEF\xBB" .. HEAD .. "}", "p.lua")
local ENTRY = HEAD .. "{ kernel = 'ln_layernorm_f32_64_avx2', "
for text, problem in pairs {
  ["return 1"] = "p.lua: does not return a table of plans",
  ["return { format = {} }"] = "p.lua: format a table; this lngen",
  ["return { format = 1, version = {} }"] = "p.lua: version = a table; it must be a text",
  [HEAD .. "[true] = 1 }"] = "unknown field 'true'",
  [HEAD .. "5 }"] = "entry 1 has no kernel",
  [ENTRY .. "notes = { on = '' } } }"] = "avx2.notes: unknown field 'on' (did you mean 'one'?); one of one, few, many",
  [ENTRY .. "notes = 1 } }"] = "notes = 1; they must be { one =",
  [ENTRY .. "notes = { one = {} } } }"] = "notes: one = a table; it must be a text",
  [ENTRY .. "one = { unroll = {} } } }"] = "one: unroll = a table; it must be",
  [ENTRY .. "one = { unroll = 1, rows = 'many' } } }"] = 'one: rows = "many"; it must be',
} do
  check.raises(problem, planfile.parse, text, "p.lua")
end
for _, text in ipairs { "", "return 1", "return {}", "return { {} }" } do -- which tune would replace
  check.refuses("p.lua: no plan of lngen; name another file", planfile.parse, text, "p.lua", true)
end
check.raises("p.lua: format 2; this lngen", planfile.parse, "return { format = 2 }", "p.lua", true)

return check.status()
