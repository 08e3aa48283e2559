-- SPDX-License-Identifier: MIT
-- share.lua: which definitions of a pair of files get one name, as output/share.lua labels them; at last in real pairs.
local check = require "check"
local plan = require "plan.plan"
local rename = require "output.rename"
local render = require "output.render"
local schedule = require "plan.schedule"
local share = require "output.share"
local single = require "output.single"
local spec = require "spec.spec"
local target = require "spec.target"

-- Made-up units -------------------------------------------------------------------------------------------------------

-- A unit that defines names with texts; a key may be several names, of one item.
local function unit(label, definitions, common)
  local u = { label = label, items = {}, common = common or {} }
  for names, text in pairs(definitions) do
    local item = { names = {}, text = text }
    for name in names:gmatch("%S+") do table.insert(item.names, name) end
    table.insert(u.items, item)
  end
  return u
end

-- The labels that units with these definitions get; the labels of the units are _1, _2 and so on.
local function labels_of(...)
  local units, labels = {}, {}
  for i, definitions in ipairs { ... } do units[i] = unit("_" .. i, definitions) end
  share.label(units)
  for i, u in ipairs(units) do labels[i] = u.labels end
  return labels
end

check.same(labels_of({ f = "f()" }, { f = "f()" }), { { f = "" }, { f = "" } }, "alike")
check.same(labels_of({ f = "f()" }, { f = "f(1)" }), { { f = "_1" }, { f = "_2" } }, "not alike")
check.same(labels_of({ f = "f()" }, { g = "f()" }), { { f = "_1" }, { g = "_2" } }, "a name of one unit has its label")
check.same(labels_of({ f = "a" }, { f = "b" }, { f = "a" }, { f = "b" }),
  { { f = "_1" }, { f = "_2" }, { f = "_1" }, { f = "_2" } }, "the first that defines it so")
check.same(labels_of({ f = "a" }, {}, { f = "a" }), { { f = "" }, {}, { f = "" } }, "a unit without the name")

-- alike in text, but not in what they use, and what uses those in turn
check.same(labels_of({ f = "1", g = "f()", h = "g()", i = "i()" }, { f = "2", g = "f()", h = "g()", i = "i()" }),
  { { f = "_1", g = "_1", h = "_1", i = "" }, { f = "_2", g = "_2", h = "_2", i = "" } })
check.same(labels_of({ f = "1", g = "f()" }, { f = "1", g = "f()" }, { f = "2", g = "f()" }),
  { { f = "_1", g = "_1" }, { f = "_1", g = "_1" }, { f = "_3", g = "_3" } })
check.same(labels_of({ f = "1", g = "f()" }, { g = "f()" }), { { f = "_1", g = "_1" }, { g = "_2" } },
  "a name that only one unit defines")
check.same(labels_of({ f = "1", g = '/* f */ "f"' }, { f = "2", g = '/* f */ "f"' }),
  { { f = "_1", g = "" }, { f = "_2", g = "" } }, "comments and strings use nothing")

-- cycles
check.same(labels_of({ f = "f()" }, { f = "f()" }), { { f = "" }, { f = "" } }, "a name that uses itself")
check.same(labels_of({ f = "g()", g = "f()" }, { f = "g()", g = "f()" }), { { f = "", g = "" }, { f = "", g = "" } })
check.same(labels_of({ f = "g()", g = "f() h()", h = "1" }, { f = "g()", g = "f() h()", h = "2" }),
  { { f = "_1", g = "_1", h = "_1" }, { f = "_2", g = "_2", h = "_2" } }, "a cycle that uses what differs")

-- an item that defines several names
check.same(labels_of({ ["A B"] = "A = 1, B = 2", f = "B" }, { ["A B"] = "A = 1, B = 3", f = "B" }),
  { { A = "_1", B = "_1", f = "_1" }, { A = "_2", B = "_2", f = "_2" } })

-- what is common has labels of its own, which other definitions do not change
for _, text in ipairs { "1", "2", "3" } do
  local units = { unit("_1", { f = text }), unit("_2", { f = "1" }, { f = true }),
    unit("_3", { f = "2" }, { f = true }),
    unit("_4", { f = "1" }, { f = true }) }
  share.label(units)
  local labels = {}
  for i, u in ipairs(units) do labels[i] = u.labels.f end
  check.same(labels, { "_1", "_2", "_3", "_2" }, "common beside a target's own")
end

-- Drawn units: definitions have one name if and only if they say the same, all that they use included
local seed = 1
local function draw(n)
  seed = seed * 6364136223846793005 + 1442695040888963407
  return (seed >> 33) % n + 1
end

-- What a definition says: its text with those of all that it uses in place of their names, so many levels deep.
local function unfolded(texts, name, depth)
  return (texts[name]:gsub("%a+", function(word)
    if not texts[word] then return word .. "?" end
    return depth > 0 and ("%s{%s}"):format(word, unfolded(texts, word, depth - 1)) or word
  end))
end

local NAMES = { "a", "b", "c", "d" }
local same, other = 0, 0
for _ = 1, 150 do
  local texts = {}
  for i = 1, 1 + draw(3) do
    texts[i] = {}
    for _, name in ipairs(NAMES) do
      local text = tostring(draw(2))
      for _ = 1, draw(3) - 1 do text = text .. " " .. NAMES[draw(#NAMES)] end
      if draw(5) > 1 then texts[i][name] = text end
    end
  end
  local labels = labels_of(table.unpack(texts))
  for i in ipairs(texts) do
    for j = 1, i - 1 do
      for _, name in ipairs(NAMES) do
        if texts[i][name] and texts[j][name] then
          local alike = unfolded(texts[i], name, 6) == unfolded(texts[j], name, 6)
          check.equal(labels[i][name] == labels[j][name], alike, ("%s of units %d and %d"):format(name, j, i))
          if alike then same = same + 1 else other = other + 1 end
        end
      end
    end
  end
end
check.that(same > 50 and other > 50, ("%d drawn definitions are alike, %d are not"):format(same, other))

-- Real pairs ----------------------------------------------------------------------------------------------------------

-- The text of a pair's C file, or of its self-test. rows[width][target]: rows in flight, where the rule would choose
-- others.
local function pair_of(list, rows, test)
  local specs = {}
  for i, values in ipairs(list) do specs[i] = spec.new(values, "test") end
  local kernels, kinds = plan.kernels(specs, target.list, { schedule = function(s, isa)
    local found = schedule.default(s, isa)
    local wanted = rows and rows[s.width] and rows[s.width][isa.name]
    if wanted then
      found.few.rows, found.few.ahead = wanted, 0
      found.many.rows, found.many.ahead = 1, 0
    end
    return found, "test"
  end })
  local files = single.files(kernels, kinds, { prefix = "test", abi = {}, self_test = test, command = "", extra = "" })
  return files[test and 3 or 2][2]
end

-- What is wrong with the definitions of a text: a name that is defined twice or is not used, or constants of rows that
-- are not defined.
local function wrong_definitions(text)
  -- of kernels: a vocabulary goes into a pair by groups of functions
  local useless = check.useless((text:gsub("/%*.-%*/", "")), "TEST_[%u_]+%d+", "_x%d+$")
  if useless then return useless .. " is not used" end
  text = text:gsub("\n#elif defined%(__aarch64__%).-\n#else", "\n#else") -- in place of those of x86
  local defined = {}
  for name in text:gmatch("\n} ([%w_]+);") do
    if defined[name] then return name .. " is defined twice" end
    defined[name] = true
  end
  for name in text:gmatch("%f[%w_](test_RowConstants_[%w_]+)") do
    if not defined[name] then return name .. " is used and not defined" end
  end
  for name in text:gmatch("\nTEST_[%u_]+%d+ %l[^\n;{}]- ([%l_%d]+)%([^;{}]*%)\n{") do
    if defined[name] then return name .. " is defined twice" end
    defined[name] = true
  end
end

-- Rows of 100 differ between the vector sets; rows of 200 and 240 do not, but are as one of each.
local text = pair_of({ { width = 100 }, { width = 200 }, { width = 240 } },
  { [100] = { avx2 = 4, avx512 = 8 }, [200] = { avx2 = 4, avx512 = 4 }, [240] = { avx2 = 8, avx512 = 8 } })
check.sound(wrong_definitions(text))
for width, size in pairs { [200] = 4, [240] = 8 } do
  for _, lanes in ipairs { "x8", "x16" } do
    local constants = text:match(("size_t test_few_%d_%s%%(.-(test_RowConstants[%%w_]+) "):format(width, lanes))
    check.that(constants, ("few_%d_%s has constants of rows"):format(width, lanes))
    check.that(text:find(("typedef struct {\n    float mean[%d];\n    float rstd[%d];\n    float shift[%d];\n"
      .. "    float high[%d];\n} %s;"):format(size, size, size, size, constants), 1, true),
      ("%s is for %d rows"):format(constants, size))
  end
end

-- Every function of a vocabulary is among the names of its item, since only these get the prefix of a pair.
for _, t in ipairs(target.list) do
  local functions = 0
  for _, item in ipairs(render.items("isa/target.h", { target = t, pair = true })) do
    local names = {}
    for _, name in ipairs(item.names) do names[name] = true end
    for name in ("\n" .. item.text):gmatch("\nFN [^(\n]-([%w_]+)%(") do
      functions = functions + 1
      check.that(names[name], ("%s of %s is among the names of its item"):format(name, t.name))
    end
  end
  check.that(functions > 50, t.name .. " has a vocabulary")
end

-- Pairs of several kernels are made without a name that has two definitions: widths that are also numbers of rows, and
-- different norms
check.sound(wrong_definitions(pair_of { { width = 1 }, { width = 4 }, { width = 8 } }))
check.sound(wrong_definitions(pair_of { { width = 4 }, { width = 100, op = "rmsnorm", residual = "pre" },
  { width = 100, dtype = "bf16", pass = "apply" }, { width = 100, pass = "backward" } }))

-- The set for a Zen 4: each kernel in its column, those of f16 from 256 elements on of AVX2; none where there is none
local f16 = pair_of { { width = 70, dtype = "f16" }, { width = 600, dtype = "f16" }, { width = 600 } }
local columns, mixed = {}, {}
for name in f16:match("typedef struct {\n    const char %*name;\n(.-)} test_set;"):gmatch("([%w_]+);") do
  columns[#columns + 1] = name
end
for name in f16:match("test_mixed = {\"avx512\", (.-)};"):gmatch("test_([%w_]+)") do mixed[#mixed + 1] = name end
check.equal(#mixed, #columns)
for i, column in ipairs(columns) do
  check.equal(mixed[i], column .. (column:find "f16_600" and "_avx2" or "_avx512"))
end
check.that(f16:find("= &test_mixed;", 1, true), "the set for a Zen 4 is chosen")
local single_rows = pair_of({ { width = 300, op = "rmsnorm" } }):match("test_mixed = {\"avx512\", (.-)};")
check.equal(single_rows:gsub("%s+", " "), "test_rmsnorm_f32_300_avx512, test_rmsnorm_f32_any_avx512, "
  .. "test_rmsnorm_f32_300_row_avx2", "the function for one row alone")
check.that(pair_of({ { width = 2048, op = "rmsnorm" } }):find("(a->stream == 1 ? test_rmsnorm_f32_2048_avx512 : "
  .. "test_rmsnorm_f32_2048_avx2)(a, begin, end);", 1, true), "a kernel for each case of `stream`")
check.that(not text:find "mixed" and not text:find "zen4", "f32 has no such set")
check.that(pair_of({ { width = 768, dtype = "f16" } }, nil, true):find "n < TESTED", "the self-test takes it, too")
local self_test = pair_of({ { width = 100 } }, nil, true)
check.that(not self_test:find "TESTED" and not self_test:find "n >= SETS", "the self-test asks for no set beyond these")

-- Two instruction sets with as many lanes
table.insert(target.list, 2, setmetatable({ name = "twin", label = "twin", registers = 32, pairs = {} },
  { __index = target.named "avx2" }))
local twins = pair_of { { width = 100 }, { width = 64, op = "rmsnorm", dtype = "bf16" } }
check.that(twins:find "test_widen8%(" and twins:find "test_widen_twin%(", "each has functions of its own")
check.sound(wrong_definitions(twins), "as many lanes")
table.remove(target.list, 2)

check.objects(wrong_definitions(text .. text), "everything twice")
check.objects(wrong_definitions(text .. "\nTEST_FN8 int test_idle_x8(int x) { return x; }\n"), "an idle function")
check.objects(wrong_definitions((text:gsub("\n} test_RowConstants_[%w_]+;", "\n};", 1))), "constants without a name")
check.that(rename.words(text).test_RowConstants_200 ~= nil, "what all sets define alike has one name")

return check.status()
