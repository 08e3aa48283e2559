-- SPDX-License-Identifier: MIT
-- check.lua: the checks of arguments that concern many arrays, as C. Whether a norm has an array is a bit of its norm
-- kind; where every norm of a pair has the array, the C does not ask.
local arguments = require "spec.arguments"
local c = require "print.c"
local layout = require "print.layout"

local check = {}

-- The arrays of a batch. name; has: the name arguments.lua knows it by, where that is another; bits: which say that a
-- norm has it; of: bytes of an element; rows: elements that lie together in a row, or once: all elements, where one row
-- serves all rows. Arrays of rows come first: outputs of rows may lie on inputs of rows.
local ROWS = {
  inputs = {
    { name = "x", of = "element", rows = "x_span" },
    { name = "residual", bits = { "HAS_RESIDUAL" }, of = "element", rows = "width" },
    { name = "gamma", bits = { "HAS_GAMMA" }, of = "parameter", once = "gamma_span" },
    { name = "beta", bits = { "HAS_BETA" }, of = "parameter", once = "gamma_span" },
    { name = "gamma2", bits = { "HAS_TWO" }, of = "parameter", once = "width" },
    { name = "beta2", bits = { "HAS_TWO", "HAS_BETA" }, of = "parameter", once = "width" },
    { name = "bias", bits = { "HAS_BIAS" }, of = "element", once = "width" },
    { name = "stats", has = "whole_width", bits = { "HAS_STATS" } },
  },
  outputs = {
    { name = "y", bits = { "writes" }, of = "output", rows = "y_span" },
    { name = "sum", bits = { "HAS_SUM" }, of = "element", rows = "width" },
    { name = "y2", bits = { "HAS_TWO" }, of = "element", rows = "width" },
    { name = "stats", has = "gives_stats", bits = { "GIVES_STATS" } },
    { name = "scale", bits = { "HAS_SCALE" }, of = "sizeof(float)", once = "rows" },
    { name = "mean", bits = { "HAS_MEAN" }, of = "sizeof(float)", once = "all_heads" },
    { name = "rstd", bits = { "writes" }, of = "sizeof(float)", once = "all_heads" },
  },
  -- arrays that must not be NULL, in the order in which they are checked
  needed = { "x", "y", "gamma", "beta", "stats", "residual", "sum", "bias", "scale", "y2", "gamma2", "beta2" },
}

local GRADIENTS = {
  inputs = {
    { name = "x", of = "element", rows = "width" },
    { name = "dy", of = "element", rows = "width" },
    { name = "gamma", bits = { "HAS_GAMMA" }, of = "parameter", once = "width" },
    { name = "mean", bits = { "HAS_MEAN" }, of = "sizeof(float)", once = "rows" },
    { name = "rstd", of = "sizeof(float)", once = "rows" },
  },
  outputs = {
    { name = "dx", of = "element", rows = "width" },
    { name = "dgamma", bits = { "HAS_GAMMA" }, of = "sizeof(float)", once = "width", always = true },
    { name = "dbeta", bits = { "HAS_BETA" }, of = "sizeof(float)", once = "width", always = true },
    { name = "workspace", bits = { "HAS_GAMMA" }, of = "sizeof(float)", once = "sums / sizeof(float)" },
  },
  -- without rows those that are always read or written
  needed = { "x", "dy", "dx", "mean", "rstd", "gamma", "dgamma", "dbeta", "workspace" },
  needs_rows = true,
}

-- The set of bits in which `specs` differ; every bit if there are no specs.
local function asked(specs)
  local set = {}
  for _, flag in ipairs(arguments.flags) do
    local with = 0
    for _, s in ipairs(specs or {}) do with = with + (arguments.of({ s })[flag[2]] and 1 or 0) end
    set[flag[1]] = (not specs or with > 0 and with < #specs) or nil
  end
  set.any = next(set) ~= nil
  set.writes = set.GIVES_STATS
  return set
end

-- How C asks for all of some bits, nil where there is nothing to ask.
local function condition(ask, bits)
  local list = {}
  for _, bit in ipairs(bits or {}) do
    if ask[bit] then list[#list + 1] = bit == "writes" and bit or ("(has & LN_%s)"):format(bit) end
  end
  return #list > 0 and table.concat(list, " && ") or nil
end

local function and_also(first, second) return first .. (second and " && " .. second or "") end

-- A text behind a condition; without a condition the text alone.
local function where(there, text) return there and there .. " && " .. text or text end

-- `if (a || (there && (b || c))) return STATUS;` for a list of { test, status, there }: `there` says when it counts,
-- nil always. Neighbours with the same status share one.
local function refusals(list, status_of)
  local b, groups = c.block(), {} -- of tests that count at the same time
  for i, r in ipairs(list) do
    local test, status, there = r[1], r[2], r[3] or nil
    local group = groups[#groups]
    if group and group.there == there then
      group[#group + 1] = test
    else
      groups[#groups + 1] = { test, there = there }
    end
    if not list[i + 1] or status_of(list[i + 1][2]) ~= status_of(status) then
      local texts = {}
      for n, g in ipairs(groups) do
        texts[n] = table.concat(g, " || ")
        if g.there then
          texts[n] = where(g.there, #g > 1 and "(" .. texts[n] .. ")" or texts[n])
          if #groups > 1 then texts[n] = "(" .. texts[n] .. ")" end
        end
      end
      local line = "if ("
      for text in (table.concat(texts, " || ") .. ")"):gsub(" || ", "%0\n"):gmatch("[^\n]+") do
        if #line + #text > layout.COLUMNS - 8 then -- where it stands in a function
          b:line("%s", (line:gsub(" $", "")))
          line = "    "
        end
        line = line .. text
      end
      b:line("%s", line)
      b:line("    return %s;", status)
      groups = {}
    end
  end
  return b
end

-- When a batch has statistics: where there are norms with neither bit, C that asks for either; else false.
local function when_stats_of(ask, has, specs)
  local without, bits = not specs, {}
  for _, s in ipairs(specs or {}) do without = without or not arguments.of({ s }).stats end
  for _, bit in ipairs { "GIVES_STATS", "HAS_STATS" } do
    if ask[bit] then bits[#bits + 1] = "LN_" .. bit end
  end
  return has.stats and without
    and ("(has & %s)"):format(#bits > 1 and ("(%s)"):format(table.concat(bits, " | ")) or bits[1]) or false
end

-- Tests for null pointers. all: the arrays by name.
local function nulls_of(tables, ask, all, when_stats)
  local missing = { { "!a", "LN_NULL_ARGS" } }
  for _, name in ipairs(tables.needed) do
    local array = all[name]
    if array then
      local there = condition(ask, array.bits)
      if name == "stats" then there = when_stats end
      if tables.needs_rows and not array.always then there = and_also("rows", there) end
      missing[#missing + 1] = { "!a->" .. name, "LN_NULL_" .. name:upper(), there }
    end
  end
  return missing
end

-- Tests of strides, and C that finds the largest. elements(what): how many elements that is, in C.
local function strides_of(lists, ask, elements)
  local short, b = {}, c.block()
  for _, list in ipairs(lists) do
    for _, array in ipairs(list) do
      if array.rows then
        local there, stride = condition(ask, array.bits), ("a->%s_stride"):format(array.name)
        short[#short + 1] = { ("%s < %s"):format(stride, elements(array.rows)),
          ("LN_BAD_%s_STRIDE"):format(array.name:upper()), there }
        if array.name ~= "x" then
          b:line("stride = %s ? %s : stride;", where(there, ("%s > stride"):format(stride)), stride)
        end
      end
    end
  end
  return short, b
end

-- The places of arrays, as C; how many of them are arrays of rows. `uses` is told which sizes of elements they have.
local function places_of(list, ask, elements, uses)
  local block, rows = c.block(), 0
  for _, array in ipairs(list) do
    local there = condition(ask, array.bits)
    local pointer = there and ("%s ? a->%s : NULL"):format(there, array.name) or "a->" .. array.name
    if array.of then uses[array.of] = true end
    if array.name == "stats" then
      block:line("ln_stats_of(%s, rows),", pointer)
    elseif array.rows then
      rows = rows + 1
      block:line("ln_array_of(%s, %s, %s, a->%s_stride, rows),", pointer, array.of, elements(array.rows), array.name)
    else
      block:line("ln_array_of(%s, %s, %s, 0, 1),", pointer, array.of, elements(array.once))
    end
  end
  return block, rows
end

-- What the template ln_check.h needs for one kind of batch. specs: nil in a directory; heads: whether rows may be
-- tokens with heads; status_of: what a status is called in the end.
local function checks_of(tables, specs, heads, status_of)
  local ask, has, all = asked(specs), arguments.of(specs), {}
  local function elements(what)
    if heads then return what == "all_heads" and "rows * heads" or what end
    return what == "all_heads" and "rows" or what:find("_span$") and "width" or what
  end
  local function held(list)
    local kept = {}
    for _, array in ipairs(list) do
      if array.name == "x" or has[array.has or array.name] then
        kept[#kept + 1] = array
        all[array.name] = all[array.name] or array
      end
    end
    return kept
  end
  local inputs, outputs = held(tables.inputs), held(tables.outputs)
  local checks = { ask = ask, uses = {}, when = function(bit, text)
    return where(condition(ask, { bit }), text)
  end }
  checks.when_stats = when_stats_of(ask, has, specs)
  checks.nulls = refusals(nulls_of(tables, ask, all, checks.when_stats), status_of)
  local short
  short, checks.largest_stride = strides_of({ inputs, outputs }, ask, elements)
  checks.strides = refusals(short, status_of)
  local written, in_rows, out_rows
  checks.arrays, in_rows = places_of(inputs, ask, elements, checks.uses)
  written, out_rows = places_of(outputs, ask, elements, checks.uses)
  checks.arrays:add(written)
  checks.first_output = #inputs
  local call = ("ln_check_places(arrays, %d, %%d, %d, %%d)"):format(#inputs, #outputs)
  checks.compared, checks.disjoint = call:format(in_rows, out_rows), call:format(0, 0)
  return checks
end

-- The checks of batches of rows, and of gradients. `specs` is nil in a directory, which asks for everything.
function check.of(specs, heads, status_of)
  local rows, gradients = specs and {}, specs and {}
  for _, s in ipairs(specs or {}) do table.insert(s.pass == "backward" and gradients or rows, s) end
  return checks_of(ROWS, rows, heads, status_of), checks_of(GRADIENTS, gradients, false, status_of)
end

return check
