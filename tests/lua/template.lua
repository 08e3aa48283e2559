-- SPDX-License-Identifier: MIT
-- template.lua: templates as print/template.lua renders them, and the blocks of print/c.lua that they put in place.
local c = require "print.c"
local check = require "check"
local template = require "print.template"

local function lines(...) return table.concat({ ... }, "\n") end

-- The items of a template called t.c, which may include the templates in `parts`.
local function render(text, values, parts)
  return template.render("t.c", text, values or {}, function(part) return (parts or {})[part], part end)
end

-- All that a template is rendered as, in one text.
local function text_of(...)
  local texts = {}
  for i, item in ipairs(render(...)) do texts[i] = item.text end
  return table.concat(texts, "|")
end

-- Substitution
check.equal(text_of("plain"), "plain")
check.equal(text_of("plain\n"), "plain")
check.equal(text_of("a ${x} b ${y}", { x = 1, y = "two" }), "a 1 b two")
check.equal(text_of("${x}${y}", { x = 1, y = 2 }), "12")
check.equal(text_of("${x}", { x = "only" }), "only")
check.equal(text_of("  ${x}", { x = "only" }), "  only")
check.equal(text_of("${x} ", { x = "behind" }), "behind ")
check.equal(text_of("${x + 1}, ${('%d'):format(x)}", { x = 2 }), "3, 2")
check.equal(text_of("${x}", { x = false }), "false")
check.equal(text_of("x$ {y} $y }", {}), "x$ {y} $y }", "what only resembles a substitution")
check.equal(text_of([[a\n "b" 'c' %d %s ]] .. "\\", {}), [[a\n "b" 'c' %d %s ]] .. "\\", "C is text")
check.equal(text_of("${x}", { x = "${y} % z" }), "${y} % z", "a value is not read again")
check.equal(text_of("${math.max(1, 2)} ${select('#', 1, 2)} ${tostring(1)} ${string.rep('a', 2)} ${table.concat(t)}",
  { t = { 1, 2 } }), "2 2 1 aa 12", "the library")

-- Lua
check.equal(text_of("% for i = 1, 3 do\nline ${i}\n% end\nend"), lines("line 1", "line 2", "line 3", "end"))
check.equal(text_of("% if x then\nyes\n% else\nno\n% end", { x = true }), "yes")
check.equal(text_of("% if x then\nyes\n% else\nno\n% end", { x = false }), "no")
check.equal(text_of("% local t = {\n%   1, 2,\n% }\n${#t}"), "2", "Lua over several lines")
check.equal(text_of(" % not Lua"), " % not Lua", "only a % that begins a line makes it Lua")
check.equal(text_of("% local x <const> = y\n% local function twice(n) return 2 * n end\n${twice(x)}", { y = 4 }), "8")
check.equal(text_of("a\n\n\nb"), lines("a", "", "", "b"), "blank lines within an item stay")
check.equal(text_of("\n\na\n\n"), "a", "blank lines around an item go")

-- Blocks
local block = c.block()
block:line("first(%d);", 1)
block:line("")
block:braces("if (x)", function() block:line("second(%d, %s);", 2, "%d") end)
block:line("100 % 3; %d")
check.equal(text_of("{\n    ${b}\n}", { b = block }),
  lines("{", "    first(1);", "", "    if (x) {", "        second(2, %d);", "    }", "    100 % 3; %d", "}"))
check.equal(text_of("${b}", { b = block }), lines("first(1);", "", "if (x) {", "    second(2, %d);", "}",
  "100 % 3; %d"))
check.equal(text_of("a\n  ${b}\nc", { b = c.block() }), lines("a", "c"), "an empty block is no line")
local outer = c.block()
outer:braces("", function() outer:add(block) end)
check.equal(text_of("${b}", { b = outer }),
  lines("{", "    first(1);", "", "    if (x) {", "        second(2, %d);", "    }", "    100 % 3; %d", "}"))
check.raises("t.c:2: ", render, "first\nx = ${b};", { b = block })
check.raises("substitution is a table; a block stands alone on its line", render, "x = ${b};", { b = block })
check.raises("substitution is a table", render, "${t}", { t = {} })
check.raises("substitution is a function", render, "f(${f})", { f = print })

-- Loops of order.lua in blocks; `lines` of an item counts what unrolled loops turn into
local tree = {
  { kind = "work" },
  { kind = "loop", variable = "i", from = 0, to = 8, by = 2, unroll = true, { kind = "work" },
    { kind = "loop", variable = "j", from = 4, to = 7, by = 1, { kind = "work" },
      { kind = "if", variable = "j", below = 5, { kind = "work" } } } },
}
local loops = c.block()
c.print_tree(loops, tree, { work = function(p, b, step, o) b:line("work(%s, %s, %s);", p, step.kind, o) end }, "p", "o")
check.equal(table.concat(loops, "\n"), lines(
  "work(p, work, o);",
  "UNROLL for (size_t i = 0; i < 8; i += 2) {",
  "    work(p, work, o);",
  "    for (size_t j = 4; j < 7; j++) {",
  "        work(p, work, o);",
  "        if (j < 5) {",
  "            work(p, work, o);",
  "        }",
  "    }",
  "}"))
-- the line before the loop, and four turns of its nine lines
check.equal(loops.lines, 1 + 4 * 9)
check.equal(render("a\n${b}\nb", { b = loops })[1].lines, 2 + 1 + 4 * 9)
check.equal(render("a\nb")[1].lines, 2)
check.equal(render("${b}\n% item 'next'\na\nb", { b = loops })[2].lines, 2, "each item has lines of its own")

-- Items
local items = render(lines("before", '% item "one"', "1", "", '% item "two  more"', "", "2", "", "2", "",
  "% item(name)", "3", '% item "none"', "", '% item ""', "last"), { name = "three" })
check.same(items, {
  { names = {}, text = "before", lines = 1, from = { "t.c:1" } },
  { names = { "one" }, text = "1", lines = 2, from = { "t.c:3" } },
  { names = { "two", "more" }, text = lines("2", "", "2"), lines = 5, from = { "t.c:7", "t.c:8", "t.c:9" } },
  { names = { "three" }, text = "3", lines = 1, from = { "t.c:12" } },
  { names = {}, text = "last", lines = 1, from = { "t.c:16" } },
}, "an item without text is left out")
check.same(render("% item 'a'\n% for _, n in ipairs { 'b', 'c' } do\n%   item(n)\nof ${n}\n% end"),
  { { names = { "b" }, text = "of b", lines = 1, from = { "t.c:4" } },
    { names = { "c" }, text = "of c", lines = 1, from = { "t.c:4" } } }, "items of a loop")
check.same(render("${x}\n% include 'p.c'", { x = "a\nb" }, { ["p.c"] = "\nc" })[1].from,
  { "t.c:1", "t.c:1", "p.c:1", "p.c:2" }, "lines of a value with several, and of an included part")
check.same(render("\n\n"), {}, "no items")
check.same(render(""), {}, "no items")

-- Includes: of the same values, into the same item, with their own items and in loops
check.equal(text_of("a\n% include 'p.c'\nc", { x = "b" }, { ["p.c"] = "${x}" }), lines("a", "b", "c"))
check.equal(text_of("% for _, n in ipairs { 'p.c', 'q.c', 'p.c' } do include(n) end", {},
  { ["p.c"] = "p", ["q.c"] = "q" }), lines("p", "q", "p"))
check.equal(text_of("a\n% include 'p.c'\nc", {}, { ["p.c"] = "b\n% item 'i'\nd\n% include 'q.c'", ["q.c"] = "e" }),
  lines("a", "b|d", "e", "c"))
check.equal(text_of("% local x = 1\n% include 'p.c'\n${x}", { x = 2 }, { ["p.c"] = "${x}" }), lines("2", "1"),
  "locals stay in their template")

-- Names
check.raises("t.c:2: unknown name 'y'", render, "a\n${y}")
check.raises("t.c:1: unknown name 'y'", render, "% local x = y")
for _, name in ipairs { "os", "io", "require", "load", "debug", "print", "host", "_G", "setmetatable", "pcall",
  "next" } do
  check.raises(("t.c:1: unknown name '%s'"):format(name), render, ("${%s}"):format(name))
end
check.raises("t.c:2: assignment to undeclared name 'x'", render, "a\n% x = 1\n", { x = 0 })
check.raises("t.c:3: assignment to undeclared name 'f'", render, "\n\n% function f() end")

-- Substitutions that say nothing
check.raises("t.c:2: substitution is nil", render, "a\nb ${t.x} c", { t = {} })
check.raises("t.c:3: substitution is nil", render, "a\nb\n  ${t.x}", { t = {} })
check.raises("t.c:2: '${' without '}'", render, "a\nb ${x")
check.raises("t.c:1: '${' without '}'", render, "${x} ${y", { x = 1, y = 1 })

-- Errors of Lua name the template's file and line, at run time and when it is compiled
check.raises("t.c:3: attempt to index a nil value", render, "a\n\n${t.x.y}", { t = {} })
check.raises("t.c:2: attempt to perform arithmetic", render, "a\n% local x = {} + 1\n")
check.raises("t.c:2: what is wrong", render, "a\n% error 'what is wrong'")
check.raises("t.c:4: assertion failed!", render, "a\nb\nc\n% assert(false)")
check.raises("t.c:3: 'then' expected", render, "a\n% if x\nb\n% end", { x = true }) -- the line that shows it
check.raises("t.c:2: ", render, "a\n${x y}", { x = 1 })
check.raises("t.c:3: ", render, "a\n% for i = 1, 2 do\nb ${i}")
check.raises("t.c:2: ", render, "a\n% end")
check.raises("t.c:2: ", render, "a\nx = ${table.concat {1}}; }", {})
local included = { ["p.c"] = "b\n\n${t.x.y}", ["q.c"] = "b\n% if", ["r.c"] = "% include 'p.c'" }
check.raises("p.c:3: attempt to index a nil value", render, "a\n% include 'p.c'", { t = {} }, included)
check.raises("p.c:3: attempt to index a nil value", render, "a\n% include 'r.c'", { t = {} }, included)
check.raises("q.c:2: ", render, "a\n% include 'q.c'", {}, included)
check.raises("p.c:3: unknown name 't'", render, "a\n% include 'p.c'", {}, included)
local message = check.problem(render, "a\n% include 'p.c'", { t = {} }, included)
check.that(not message:find("\n"), "an error is one line: " .. message)

-- Errors of what a template calls name the template's line, too
local fail = require "fail"
local function broken() return nil .. "x" end
check.raises("t.c:2: tests/lua/template.lua:", render, "a\n${f()}", { f = broken })
check.raises("attempt to concatenate a nil value", render, "a\n${f()}", { f = broken })
check.raises("t.c:3: tests/lua/template.lua:", render, "a\n\n  ${f(1, 2)}\n", { f = function() return broken() end })
check.raises("p.c:1: tests/lua/template.lua:", render, "a\n% include 'p.c'", { f = broken }, { ["p.c"] = "% f()" })
check.refuses("what the user did wrong", render, "${f()}", { f = function() fail.input("what the user did wrong") end })

-- Errors that are no text
for problem, is in pairs { ["{}"] = "a table", [""] = "nil", ["nil"] = "nil", ["error"] = "a function",
  ["false"] = "false", ["{ status = 0 }"] = "a table", ["{ message = 'a', status = 0 }"] = "a table" } do
  check.refuses("t.c:2: the error is " .. is .. "; it must be a text", render, "a\n% error(" .. problem .. ")")
end
check.raises("t.c:2: item: it must be given a text of names", render, "a\n% item {}")

-- What all templates share stays as it is
local shared = { numerics = require "spec.numerics", target = require("spec.target").named "avx2",
  spec = require("spec.spec").new({ op = "layernorm", width = 64 }, "here") }
for name, owner in pairs { ["string.format"] = "string", ["string.new"] = "string", ["table.concat"] = "table",
  ["math.huge"] = "math", ["numerics.lanes"] = "numerics", ["target.lanes"] = "target avx2",
  ["spec.width"] = "spec" } do
  check.refuses(("t.c:2: assignment to '%s' of %s, which many read and none may change"):format(name:match "[^.]*$",
    owner), render, "a\n% " .. name .. " = nil", shared)
end
check.equal(text_of("% for key in pairs(math) do\n%   if key == 'pi' then\n${key}\n%   end\n% end"), "pi")

-- Includes go down
for _, name in ipairs { "../x", "a/../../x", "/etc/passwd", "..", ".", "", "a//b", "./a", "a/", "a\\\\b" } do
  check.raises("t.c:2: include '", render, "a\n% include '" .. name .. "'", {}, { [name] = "text" })
end
check.raises("t.c:1: include 'nil': it must name a file", render, "% include(nil)")
check.raises("t.c:1: include 'a table': it must name a file", render, "% include {}")
check.raises("p.c:1: ", render, "% include 'p.c'", {}, { ["p.c"] = "% include 'p.c'" })
check.equal(text_of("% include 'a/b..c/p.c'", {}, { ["a/b..c/p.c"] = "below" }), "below")

-- Limits of time and memory, in Lua and in functions of C
template.limits.seconds, template.limits.megabytes = 0.05, 32
for _, endless in ipairs { "while true do end", "local function f() return f() end f()",
  "for i = 1, 1e12 do item 'x' end",
  "table.sort({ 3, 2, 1 }, function() while true do end end)", "('x'):gsub('x', function() while true do end end)",
  "include 'p.c'" } do
  check.raises("runs longer than 0.05 s", render, "a\n% " .. endless, {}, { ["p.c"] = "% repeat until false" })
end
template.limits.seconds = 10
for _, large in ipairs { "local s = 'x' while true do s = s .. s end", "local s = ('x'):rep(1e9)",
  "local t = {} for i = 1, 1e9 do t[i] = {} end", "local s = ('x'):rep(2e7) .. ('y'):rep(2e7)",
  "local s = string.format(('%99d'):rep(1e6), table.unpack({}, 1, 1))" } do
  local problem = check.problem(render, "a\n% " .. large)
  check.that(problem and (problem == "t.c: takes more than 32 megabytes" or problem:find("^t.c:2: ")), problem)
end
check.equal(text_of("${('x'):rep(3)}"), "xxx", "limits begin anew with each template")
template.limits.megabytes = 512

-- A template is compiled once, for as long as its text is the same; values are those of each rendering
check.equal(text_of("${x}", { x = 1 }) .. text_of("${x}", { x = 2 }) .. text_of("${x}${x}", { x = 3 }), "1233")
check.raises("unknown name 'x'", render, "${x}", {})

return check.status()
