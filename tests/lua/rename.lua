-- SPDX-License-Identifier: MIT
-- rename.lua: C text as output/rename.lua takes it apart, renames in it and breaks its lines.
local check = require "check"
local directory = require "output.directory"
local plan = require "plan.plan"
local rename = require "output.rename"
local spec = require "spec.spec"
local target = require "spec.target"

-- Emitted files, for what has to hold of all C that lngen writes.
local emitted = {}
do
  local specs = {}
  for _, values in ipairs { { width = 100 }, { width = 600, pass = "backward" } } do
    specs[#specs + 1] = spec.new(values, "test")
  end
  local kernels, kinds = plan.kernels(specs, { target.named "avx512", target.named "scalar" }, {})
  for _, file in ipairs(directory.files(kernels, kinds, { command = "test", extra = "" })) do
    if not file[1]:find("_any_") then emitted[#emitted + 1] = file[2] end
  end
end

-- Tokens --------------------------------------------------------------------------------------------------------------

local function text_of(tokens)
  local pieces = {}
  for i, token in ipairs(tokens) do pieces[i] = token[2] end
  return table.concat(pieces)
end

for _, text in ipairs(emitted) do check.equal(text_of(rename.tokens(text)), text) end

-- The tokens of a text but for spaces: "kind text" for each.
local function tokens_of(text)
  local list = {}
  for _, token in ipairs(rename.tokens(text)) do
    if token[1] ~= "space" then list[#list + 1] = token[1] .. " " .. token[2] end
  end
  check.equal(text_of(rename.tokens(text)), text)
  return list
end

check.same(tokens_of "", {})
check.same(tokens_of "a + b2_c", { "word a", "mark +", "word b2_c" })
check.same(tokens_of "p->s.q", { "word p", "mark ->", "word s", "mark .", "word q" })
for _, number in ipairs { "0", "12", "0x1F", "10ull", "1.5", "1.", ".5f", "1e5", "1e-5f", "1.5E+10", "0x1.8p23f",
  "0x1p-120", "0x1.8P+3", "0X1F" } do
  check.same(tokens_of(number), { "number " .. number }, number)
  check.same(tokens_of("x+" .. number .. "-y"), { "word x", "mark +", "number " .. number, "mark -", "word y" }, number)
end
check.same(tokens_of [["a b" 'c' "\"" '\'' "\\" '"' "/*" "'" x]],
  { [[string "a b"]], "string 'c'", [[string "\""]], [[string '\'']], [[string "\\"]], [[string '"']], [[string "/*"]],
    [[string "'"]], "word x" })
check.same(tokens_of "a /* b \"c' */ d /* e\n * f */\n/**/g", { "word a", "comment /* b \"c' */", "word d",
  "comment /* e\n * f */", "comment /**/", "word g" })
check.same(tokens_of "a // the caller's /* b\nc / d //\n#if e\n// f \\\n g\nh", { "word a",
  "comment // the caller's /* b", "word c", "mark /", "word d", "comment //", "directive #if e",
  "comment // f \\\n g", "word h" })
check.same(tokens_of [["//" // "]], { 'string "//"', [[comment // "]] })
check.same(tokens_of "#if A(b)\nc\n  # define d \\\n  e \\\n  f\ng", { "directive #if A(b)", "word c",
  "directive # define d \\\n  e \\\n  f", "word g" })
check.same(tokens_of "/* a */ #else\nb # c", { "comment /* a */", "directive #else", "word b", "mark #", "word c" })
check.same(tokens_of "/* never ends", { "comment /* never ends" })
check.same(tokens_of '"never ends', { 'string "never ends' })

-- Renaming ------------------------------------------------------------------------------------------------------------

local map = { s = "sum", V = "Vector", x8 = "no", p23f = "no", f = "function", ln_one = "two", e5 = "no", F = "no",
  A = "B", d = "no_directive", ["define"] = "no", if_ = "no" }
local function renamed(text) return rename.text(text, map) end
check.equal(renamed "V s = f(s, t.s, p->s, p -> s, a . s)", "Vector sum = function(sum, t.s, p->s, p -> s, a . s)")
check.equal(renamed "typedef struct { V s, f[V], *s; ss t; } s;",
  "typedef struct { Vector s, f[Vector], *s; ss t; } sum;", "members where they are declared")
check.equal(renamed "struct s { union { s s; } f; } f(s) { s = {s, f}; }",
  "struct sum { union { sum s; } f; } function(sum) { sum = {sum, function}; }", "members where they are declared")
check.equal(renamed "struct s f(V s) { V f, s; }", "struct sum function(Vector sum) { Vector function, sum; }",
  "what a function declares is no member")
check.equal(renamed "ss s s_ _s s1", "ss sum s_ _s s1", "whole identifiers")
check.equal(renamed "0x1.8p23f 1e5 0xF 1.f .5f f", "0x1.8p23f 1e5 0xF 1.f .5f function", "numbers")
check.equal(renamed [["s V" 's' "\"s" s "s]], [["s V" 's' "\"s" sum "s]], "strings")
check.equal(renamed "/* s V ln_one */ s", "/* s V two */ sum", "in comments only names that begin with ln_")
check.equal(renamed "s // the caller's s, ln_one\nV // \"\ns", "sum // the caller's s, two\nVector // \"\nsum")
check.equal(renamed "a./* */s","a./* */s", "a comment does not part a member from its point")
check.equal(renamed "#define A(s) \\\n  f(s, \"s\") \\\n  V\nA",
  "#define B(sum) \\\n  function(sum, \"s\") \\\n  Vector\nB", "directives")
check.equal(renamed "#if defined(A) /* s */", "#if defined(B) /* s */", "directives")
check.equal(rename.text("a b c", { a = "b", b = "c", c = "a" }), "b c a", "at once, not one after the other")
for _, text in ipairs(emitted) do check.equal(rename.text(text, {}), text) end
-- there and back: marked names make another text of the same length in tokens, and the same one again
for _, text in ipairs(emitted) do
  local there, back = {}, {}
  for _, word in ipairs { "load", "add", "muladd", "x", "store", "moments", "ln_args" } do
    local marked = word:gsub("^ln_", "ln_marked_"):gsub("^%u?%l*$", "marked_%0")
    there[word], back[marked] = marked, word
  end
  local marked = rename.text(text, there)
  check.that(marked ~= text or not rename.words(text).ln_args, "names have been marked")
  check.equal(#rename.tokens(marked), #rename.tokens(text))
  check.equal(rename.text(marked, back), text)
end

check.same(rename.words "#define A(b) c\nd = e.f + \"g\" /* h */ + 0x1p2f;", { A = true, b = true, c = true, d = true,
  define = true, e = true, f = true })

-- Lines that are too long ---------------------------------------------------------------------------------------------

local function words_in(comment)
  local list = {}
  -- what a comment of several lines has at the left is no word of it
  for word in comment:sub(3, -3):gsub("\n%s*%*", "\n"):gmatch("%S+") do list[#list + 1] = word end
  return table.concat(list, " ")
end

-- Tokens that make a difference to a compiler, and the words of all comments.
local function contents(text)
  local code, comments = {}, {}
  for _, token in ipairs(rename.tokens(text)) do
    if token[1] == "comment" then
      comments[#comments + 1] = words_in(token[2])
    elseif token[1] ~= "space" then
      code[#code + 1] = token[2]
    end
  end
  return table.concat(code, " "), table.concat(comments, " ")
end

-- What is wrong with a text whose lines were broken; nil where it says what it said before.
local function wrong_wrap(before, after, least)
  local code, comments = contents(before)
  local code_after, comments_after = contents(after)
  if code_after ~= code then return "the code is another: " .. after end
  if comments_after ~= comments then return "the comments are others: " .. after end
  for _, token in ipairs(rename.tokens(after)) do
    if token[1] == "comment" then
      if not token[2]:find("^/%*.*%*/$") then return "a comment does not end: " .. after end
      for line in token[2]:gmatch("\n([^\n]*)") do
        if not line:find("^%s*%*") then return "a comment goes on without '*': " .. line end
      end
    elseif token[1] == "string" and token[2]:find("\n") then
      return "a string is broken: " .. after
    end
  end
  for line in after:gmatch("[^\n]+") do
    if #line > (least or rename.LINE_MAX) then return ("a line of %d columns: %s"):format(#line, line) end
    if line:find("%s$") then return ("a line ends in spaces: %q"):format(line) end
  end
end

local function check_wrap(text, what)
  local after = rename.wrap(text)
  check.sound(wrong_wrap(text, after), what)
  check.equal(rename.wrap(after), after, what)
  return after
end

local function list_of(n, format)
  local list = {}
  for i = 1, n do list[i] = format:format(i) end
  return table.concat(list, ", ")
end

check.equal(rename.LINE_MAX, 120)
local short = ("int a; /* %s */"):format(("x"):rep(120 - #"int a; /*  */"))
check.equal(check_wrap(short), short, "a line of 120 columns stays")
for indent = 0, 16, 4 do
  local left = (" "):rep(indent)
  check_wrap(left .. ("call(%s);"):format(list_of(30, "argument%d")), "arguments")
  check_wrap(left .. ("int x%d = f(%d); "):rep(12, ""):gsub("%%d", "1"):gsub("%s$", ""), "statements")
  check_wrap(left .. "if (" .. ("condition && "):rep(20) .. "last)", "conditions")
  check_wrap(left .. "x = " .. ("flag | "):rep(30) .. "last;", "flags")
  check_wrap(left .. "x = " .. ("term + "):rep(30) .. "last;", "terms")
  check_wrap(left .. ("call(%s);"):format(list_of(30, '"a, b; %d"')), "strings")
  check_wrap(left .. ("call(%s);"):format(list_of(30, [["a\", b; %d"]])), "strings with quotes")
  check_wrap(left .. ("call(%s);"):format(list_of(30, [['"', b%d]])), "characters")
  check_wrap(left .. ("call(%s);"):format(list_of(40, [["%d" + f(x, ',')]])), "characters")
  check_wrap(left .. "/* " .. ("word "):rep(60) .. "*/", "a comment of one line")
  check_wrap(left .. "/* " .. ("word "):rep(60) .. "word\n" .. left .. " * " .. ("word "):rep(60) .. "word\n" .. left
    .. " * " .. ("word "):rep(60) .. "*/", "a comment of several lines")
  check_wrap(left .. "int x = 1; /* " .. ("word "):rep(40) .. "*/", "a comment behind code")
  check_wrap(left .. ("call(%s); /* %s */"):format(list_of(30, "argument%d"), ("word "):rep(40)),
    "a comment behind long code")
  check_wrap(left .. "int a = 1; /* " .. ("word "):rep(15) .. "*/ int b = 2; /* " .. ("word "):rep(15) .. "*/",
    "comments between code")
  check_wrap(left .. "/* " .. ("word "):rep(15) .. "*/ int " .. list_of(30, "x%d") .. ";", "a comment before code")
  check_wrap(left .. ("call(%s);"):format(list_of(30, "x%d /* a, b; c */")), "comments among arguments")
  check_wrap(left .. ('call(%s); /* "%s */'):format(list_of(9, "argument%d"), ("word, "):rep(9)),
    "a quote in a comment")
  check_wrap(left .. "*pointer = f(" .. list_of(30, "argument%d") .. ");", "a pointer's value")
  check_wrap(left .. "**pointer = f(" .. list_of(30, "argument%d") .. ");", "a pointer's pointer's value")
  check_wrap(left .. ('puts("/* no comment */"); f(%s);'):format(list_of(20, "argument%d")), "no comment")
  check_wrap(left .. ('f(%s); puts("a */");'):format(list_of(20, "argument%d")), "no comment's end")
end
check_wrap(("FN V name(%s) { return add(%s); }"):format(list_of(8, "V a%d"), list_of(20, "a%d")),
  "a function of one line")
check_wrap(("FN V name(%s) { return add(%s); } /* %s*/"):format(list_of(8, "V a%d"), list_of(20, "a%d"),
  ("word "):rep(30)), "a function of one line with a comment")
check_wrap(("/* %s*/\nFN V name(%s)\n{\n    return add(%s); /* %s*/\n}\n"):format(("word "):rep(50),
  list_of(30, "V a%d"), list_of(40, "a%d"), ("word "):rep(50)), "several lines")

check.equal(rename.wrap("/* " .. ("word "):rep(24) .. "last\n * and more. */"),
  "/* " .. ("word "):rep(22) .. "word\n * word last and more. */", "words move to the comment's next line")
local entry = "\n * x   an entry of a list */"
check.equal(rename.wrap("/* " .. ("word "):rep(24) .. "last" .. entry),
  "/* " .. ("word "):rep(20) .. "word\n * word word word last" .. entry, "but not into an entry of a list")
check.equal(rename.wrap("/* " .. ("word "):rep(22) .. "last. */"),
  "/* " .. ("word "):rep(20) .. "word\n * word last. */", "no line of a word is left")
check.equal(rename.text("/* LN_HEAD and ln_row, LN_ISA */", { LN_HEAD = "P_HEAD", ln_row = "p_row" }),
  "/* P_HEAD and p_row, LN_ISA */", "names in comments")

local to_end, call = "// " .. ("word "):rep(20) .. "it's", ("    f(%s);"):format(list_of(12, "a%d"))
check.equal(rename.wrap(call .. " " .. to_end), "    " .. to_end .. "\n" .. call, "a comment up to the line's end")
check.equal(rename.refilled("f(a,\n        b, // it's\n        c);\n"), "f(a,\n        b, // it's\n        c);\n",
  "no code goes behind such a comment")
local directive = "#define A " .. ("word "):rep(30)
check.equal(rename.wrap(directive), directive, "directives stay")
local unbroken = ("    FN V f(V a) { return %s; }"):format(("x"):rep(90))
check.equal(rename.wrap(unbroken), unbroken, "a line that cannot be broken stays")
check.equal(rename.wrap(("int f(int a) { return %s; }"):format(("x"):rep(100))),
  ("int f(int a)\n{\n    return %s;\n}"):format(("x"):rep(100)), "a function of one line becomes several")
local before = ("f(%s); g();"):format(list_of(12, "argument%02d"))
check.equal(rename.wrap(before),
  "f(argument01, argument02, argument03, argument04, argument05, argument06, argument07, argument08, argument09,\n"
  .. "  argument10, argument11, argument12); g();", "a statement goes on behind its open parenthesis")
check.equal(rename.wrap(("    word = 1; %s"):format(("word = 2; "):rep(11)):gsub("%s$", "")),
  "    word = 1;" .. (" word = 2;"):rep(10) .. "\n    word = 2;", "statements are parted at their ends")

-- Lines of all that is emitted, broken where they need not be: most do not fit, but they say what they said
rename.LINE_MAX = 60
for _, text in ipairs(emitted) do check.sound(wrong_wrap(text, rename.wrap(text), math.huge), "60 columns") end
rename.LINE_MAX = 120

-- Planted faults
local function objects(before_, after, what) check.objects(wrong_wrap(before_, after), what) end
objects("a b", "a\nc", "another word")
objects("a /* b c */", "a /* b\n * d */", "another comment")
objects("a /* b c */", "a /* b\n c */", "a comment without *")
objects('"a b"', '"a\nb"', "a broken string")
objects("a b", "b a", "another order")
objects("a", "a" .. (" "):rep(10), "spaces")
objects("a", (" "):rep(120) .. "a", "a long line")

return check.status()
