-- SPDX-License-Identifier: MIT
-- caller.lua: the lists that headers, checks and statuses are printed from (arguments.lua, status.lua, spec.lua), what
-- is printed from them (callers.lua, print/check.lua), and how text is laid out in lines (layout.lua).
local arguments = require "spec.arguments"
local callers = require "output.callers"
local check = require "check"
local layout = require "print.layout"
local spec = require "spec.spec"
local status = require "spec.status"
local target = require "spec.target"

-- Every field is a member of ln_spec, once, and the width is the only other member.
local members = {}
for _, name in ipairs(spec.members) do members[name] = (members[name] or 0) + 1 end
for _, field in ipairs(spec.fields) do check.equal(members[field.name], 1, field.name) end
check.equal(#spec.members, #spec.fields + 1, "members of ln_spec")
check.equal(spec.c_values(spec.field.affine)[1], "default", "the first value of an enum without a default")
check.equal(spec.c_values(spec.field.op)[1], "layernorm", "the first value of an enum")

-- Values that exclude each other are values of their fields, and a spec with both is refused.
for _, p in ipairs(spec.excluded) do
  for _, side in ipairs { p.a, p.b } do
    for i = 2, #side do
      local known = false
      for _, value in ipairs(spec.field[side[1]].values) do known = known or value == side[i] end
      check.that(known, ("%s %s"):format(side[1], side[i]))
    end
  end
  -- 16 bits, since f32 rows have neither params nor rounding of their own
  local values = { width = 64, dtype = "bf16", [p.a[1]] = p.a[2], [p.b[1]] = p.b[2] }
  if p.a[1] ~= "residual" and p.b[1] ~= "residual" and values.bias == "add" then values.residual = "post" end
  check.that(not pcall(spec.new, values, "test"), ("%s and %s"):format(p.a[1], p.b[1]))
end

-- Statuses: names and texts once; each status of a pair stands for some of the runtime, and the other way round.
local everything = arguments.of()
local of_pair, names, texts, used = {}, {}, {}, {}
for _, s in ipairs(status.of_pair(everything, "P")) do
  check.that(not of_pair[s.name] and not texts[s.text], s.name)
  of_pair[s.name], texts[s.text] = true, true
end
local strides = { head = "x_head", gamma = "gamma_head" } -- those of norms over heads
texts = {}
for _, s in ipairs(status.list) do
  local stride = s.name:match("^BAD_(.*)_STRIDE$")
  local of = stride and (strides[stride:lower()] or stride:lower() .. "_stride") or s.name:match("^NULL_(.*)$")
  check.that(not of or s.text:find(("%%f[%%w_]%s%%f[^%%w_]"):format(of:lower())), s.name .. " says what it is of")
  check.that(not names[s.name] and not texts[s.text], s.name)
  names[s.name], texts[s.text] = true, true
  if s.pair then
    check.that(of_pair["P_" .. s.pair], s.name .. " in a pair")
    used["P_" .. s.pair] = true
  end
end
for name in pairs(of_pair) do check.that(used[name], name) end
check.equal(status.list[1].name, "OK", "status 0")
for _, field in ipairs(spec.fields) do check.that(names["BAD_" .. field.name:upper()], field.name) end

-- The struct: a spec has the members it needs and no others.
local function of(values)
  values.width = values.width or 64
  return arguments.of { spec.new(values, "test") }
end
local function members_of(has) return table.concat(arguments.members(has), "\n") end
local plain = members_of(of {})
for _, name in ipairs { "x", "y", "gamma", "beta", "mean", "rstd", "eps", "stream", "y_stride" } do
  check.that((" " .. plain):find("[ *]" .. name .. "[,;]"), name)
end
for _, name in ipairs { "residual", "sum", "bias", "scale", "y2", "stats", "dx", "workspace", "whole_width" } do
  check.that(not plain:find("[ *]" .. name .. "[,;]"), name)
end
check.that(not members_of(of { op = "rmsnorm" }):find("mean"), "RMSNorm has no mean")
check.that(not members_of(of { affine = "none" }):find("gamma"), "no parameters")
check.that(members_of(of { residual = "pre" }):find("sum_stride"), "pre writes the sum")
check.that(not members_of(of { residual = "post" }):find("sum"), "post does not")
check.that(not members_of(of { pass = "stats" }):find("%*y"), "statistics have no y")
check.that(members_of(of { pass = "backward" }):find("%*workspace;"), "gradients of parameters need a workspace")
check.that(not members_of(of { pass = "backward", affine = "none" }):find("workspace"), "without parameters none")
check.equal(members_of(arguments.of()), members_of(arguments.of {
  spec.new({ width = 64, residual = "pre", bias = "add", quant = "int8" }, "test"),
  spec.new({ width = 64, quant = "int8static" }, "test"), spec.new({ width = 64, norms = "two" }, "test"),
  spec.new({ width = 64, pass = "backward" }, "test"), spec.new({ width = 64, pass = "apply" }, "test"),
}), "all members")

-- What stands in a pair: no name of the directory is left, bits are asked for only where they tell norms apart.
local function pair(list)
  local specs = {}
  for i, values in ipairs(list) do
    values.width = "any"
    specs[i] = spec.new(values, "test")
  end
  local has = arguments.of(specs)
  has.heads = false
  return callers.pair(specs, has, target.list, "pfx")
end
for _, list in ipairs { { {} }, { {}, { op = "rmsnorm" } }, { { pass = "stats" }, { pass = "apply" } },
  { {}, { pass = "backward" } }, { { residual = "pre", quant = "int8" }, { norms = "two" } } } do
  local caller = pair(list)
  for _, file in ipairs { "arguments.h", "precise.h", "ln_batch.h", "ln_check.h", "ln_cpu.h", "ln_numerics.h",
    "ln_split.h" } do
    local text = caller(file)
    check.that(not text:find("%f[%w_]ln_%l") and not text:gsub('"LN_ISA"', ""):find("%f[%w_]LN_%u"), file)
    for line in text:gmatch("[^\n]+") do check.that(#line <= layout.COLUMNS, line) end
  end
end
local one, two = pair { {} } "ln_check.h", pair { {}, { op = "rmsnorm" } } "ln_check.h"
check.that(not one:find("HAS_"), "one norm needs no bits")
check.that(two:find("HAS_MEAN") and two:find("HAS_BETA"), "bits tell two norms apart")
check.that(not two:find("HAS_GAMMA"), "but not what both have")
check.that(one:find("if (!a || !a->x || !a->y || !a->gamma || !a->beta)\n        return PFX_NULL;", 1, true),
  "statuses that are one in a pair are asked for at once")

-- Lines
local function lines(block) return table.concat(block, "\n") end
check.equal(lines(layout.list("f", { "a", "b" }, ";")), "f(a, b);", "a short list")
local long = layout.list("void function", { ("a"):rep(60), ("b"):rep(41), "c" })
check.equal(lines(long), ("void function(%s, %s,\n              c)"):format(("a"):rep(60), ("b"):rep(41)), "a list")
for words = 1, 60 do
  for _, line in ipairs(layout.filled(("word "):rep(words), " * ", "/* ")) do check.that(#line <= 120, line) end
end
check.equal(lines(layout.filled("a  b\nc", " * ")), " * a b c", "spaces are one")
check.equal(lines(layout.enumerators { { name = "A", text = "one" }, { name = "LONG", text = "two" } }),
  "A,    /* one */\nLONG  /* two */", "an enum")
for _, line in ipairs(layout.enumerators { { name = "NAME", text = ("word "):rep(50) .. "end" } }) do
  check.that(4 + #line <= 120, line)
end

return check.status()
