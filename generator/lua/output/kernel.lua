-- SPDX-License-Identifier: MIT
-- kernel.lua: a plan -> the items of its C file.
local backward = require "print.backward"
local finish = require "print.finish"
local forward = require "print.forward"
local names = require "spec.name"
local passes = require "print.passes"
local registers = require "print.registers"
local rename = require "output.rename"
local render = require "output.render"
local schedule = require "plan.schedule"
local spell_module = require "print.spell"
local spec_module = require "spec.spec"

local kernel = {}

-- The name of the function for rows that float cannot hold, and of the kernel for any width.
function kernel.slow_name(spec) return ("ln_%s_slow"):format(names.kind(spec)) end
function kernel.any_name(spec, target) return names.kernel(spec_module.any_width(spec), target) end

-- The name of the function beside the kernel for any width that writes one row whose sums are known.
function kernel.row_name(spec, target) return (kernel.any_name(spec, target):gsub("_any_", "_row_")) end

-- Adds what takes sums, in each of a kernel's ways. They share what begins a chain, and what goes on with one.
local function add_sums(k, printer, add, values)
  local begins, goes_on, folds = false, k.spec.width > k.numerics.lanes, printer.order.chains == 4
  for _, sums in ipairs(k.sums) do
    local loops = not schedule.unrolls_all(sums.unroll)
    begins, goes_on, folds = begins or sums.starts, goes_on or loops, folds or loops
  end
  if folds and not printer.folds_pairs then add("kernel/folded.c", values) end
  for i, sums in ipairs(k.sums) do
    add("kernel/sums.c", values, { sums = sums, begins = i == 1 and begins, goes_on = i == 1 and goes_on })
  end
end

-- Adds what makes row constants of sums, once for each number of rows.
local function add_finishes(k, add, values)
  local done, ways_of, apart = {}, {}, {} -- by rows: how many ways call what finishes them; whether out of line
  for _, way in ipairs(k.ways) do
    ways_of[way.rows] = (ways_of[way.rows] or 0) + (way.ahead > 0 and 2 or 1)
    if not (way.sums_before or way.rest) then apart[way.rows .. forward.suffix(way.sums)] = true end
  end
  for _, way in ipairs(k.ways) do
    local rows, suffix = way.rows, forward.suffix(way.sums)
    if way.fused and not done["row" .. suffix] then
      add("kernel/finish_row.c", values, { suffix = suffix, way = way })
      done["row" .. suffix] = true
    elseif not way.fused and not done[rows .. suffix] then
      add("kernel/finish.c", values, { sums = way.sums, rows = rows, suffix = suffix, new_finish = not done[rows],
        alone = ways_of[rows] == 1, apart = apart[rows .. suffix] or false })
      done[rows], done[rows .. suffix] = true, true
    end
  end
end

local function forward_items(k, spell, add, direct)
  local printer = forward.of(k, spell)
  local values = { print = forward, printer = printer, finish = finish.of(k, spell), direct = direct or false }
  add("kernel/head.c", values)
  add("kernel/rows.c", values)
  add("kernel/statistics.c", values)
  if spell.dynamic then add("kernel/quantise.c", values) end
  if k.spec.pass ~= "apply" then add_sums(k, printer, add, values) end
  if k.pilot or k.near then
    add("kernel/passes.c", values, { sums_in_loops = false })
  elseif not k.far and spell.keeps_sum then
    add("kernel/accurate.c", values)
  end
  if k.spec.pass == "stats" then return add("kernel/stats.c", values) end
  local together = false
  for _, way in ipairs(k.ways) do together = together or way.far and way.rows > 1 end
  if k.pilot or k.near or together then add("kernel/far.c", values, { together = together }) end
  add_finishes(k, add, values)
  for _, way in ipairs(k.ways) do
    if not way.rest then add("kernel/write.c", values, { way = way }) end
    if way.sums_between then add("kernel/write_ahead.c", values, { way = way }) end
  end
  if k.rest then add("kernel/rest.c", values) end
  add("kernel/situations.c", values)
  for _, situation in ipairs(k.situations) do
    local way = situation.way
    if way.sums_before then add("kernel/groups.c", values, { situation = situation, way = way }) end
  end
  if k.takes_heads then add("kernel/heads.c", values) end
  if k.heads then add("kernel/groups.c", values, { situation = false, way = k.heads }) end
  add("kernel/function.c", values)
  if direct then add("single/row.c", values) end
end

local function backward_items(k, spell, add, direct)
  local gradients, mode = k.gradients, k.gradients.mode
  local function values_of(apart)
    return { print = backward, printer = backward.of(k, spell, apart), gradients = apart or gradients,
      direct = direct or false }
  end
  local values, apart = values_of(nil), gradients.apart and values_of(gradients.apart)
  local function add_all(...)
    for _, name in ipairs { ... } do add("kernel/backward_" .. name .. ".c", values) end
  end
  if mode == "delegates" then return add_all "delegates" end
  add_all "head"
  add("kernel/rows.c", values)
  if mode == "held" then
    add_all("terms", "take_held", "combined", "begun", "held")
  elseif mode == "carried" then
    add_all("terms", "take", gradients.carries_both and "combined" or "gradient", "carried")
  elseif mode == "group" then
    add_all("rows", "terms", "take", "gradient", "group", "finish")
    if gradients.alone then add_all("take_held", "combined", "alone") end
  elseif mode == "tiles" then
    add_all("rows", "terms", "take_held", "combined", "gradient", "begun", "tiles", "finish", "alone")
  else
    add_all("row", "terms", "take", "gradient")
    if gradients.begins and not gradients.gathers and k.spec.width >= k.target.lanes then add_all "begun" end
    add_all(mode == "unrolled" and "unrolled" or "loops", gradients.gathers and "sums" or "sums_apart")
    if gradients.abreast then add_all "abreast" end
  end
  for _, name in ipairs(apart and { "take", "gradient", "begun", "loops", "sums_apart" } or {}) do
    add(("kernel/backward_%s.c"):format(name), apart)
  end
  if mode == "any" then return add_all "any" end
  for _, situation in ipairs(gradients.in_registers and {} or k.situations) do
    local tiled = situation.way.tiled
    local write = values.printer.grouped and "write_group" or tiled and "write_tiled" or "write"
    add(("kernel/backward_%s.c"):format(write), tiled and apart or values,
      { situation = situation, way = situation.way })
  end
  if gradients.params[1] then add_all "blocks" end
  add_all "function"
  if direct then add("single/gradient_row.c", values) end
end

-- The same for rows that a kernel leaves to it; where x + residual is kept, it is already written.
local function slow_of(spec)
  return kernel.slow_name(spec.residual == "pre" and spec_module.without_residual(spec) or spec)
end

-- The kernels that a kernel calls for rows that it does not handle itself.
function kernel.calls(k)
  local list = {}
  for i, role in ipairs(k.calls) do
    list[i] = role == "slow" and slow_of(k.spec)
      or kernel.any_name(role == "plain" and spec_module.without_residual(k.spec) or k.spec, k.target)
  end
  return list
end

-- What begins the definition of an inline function, a type or a constant.
local NAMED = { "^FN ", "^typedef ", "^enum ", "^static const " }

-- Whether an item is such definitions and nothing else, each with its name; words: those of the item.
local function only_defines(item, words)
  local defined = 0
  for line in (item.text:gsub("/%*.-%*/\n?", "")):gmatch("[^\n]+") do
    local named = false
    for _, start in ipairs(NAMED) do named = named or line:find(start) end
    if named then defined = defined + 1 elseif line:find("^[%w_#]") then return false end
  end
  for _, name in ipairs(item.names) do
    if not words[name] then return false end
  end
  return defined > 0 and defined <= #item.names
end

-- Items without definitions that no other item uses.
local function needed(items)
  local words, uses = {}, {} -- uses: how many items hold a word
  for _, item in ipairs(items) do
    words[item] = rename.words(item.text)
    for word in pairs(words[item]) do uses[word] = (uses[word] or 0) + 1 end
  end
  local kept = items
  while true do
    local left = {}
    for _, item in ipairs(kept) do
      local used = false
      for _, name in ipairs(item.names) do used = used or uses[name] and uses[name] > 1 end
      if used or not only_defines(item, words[item]) then
        left[#left + 1] = item
      else
        for word in pairs(words[item]) do uses[word] = uses[word] - 1 end
      end
    end
    if #left == #kept then return kept end
    kept = left
  end
end

-- A function that writes a call, as text, which writes a row far from zero: it is summed again, about its mean.
local function far_row_of(k)
  if k.splits_far then return function(...) return ("write_far_row(%s, %s, %s);"):format(...) end end
  local name = kernel.row_name(k.spec, k.target)
  return function(...) return name .. ("(%s, %s, 0, %s, 0.0f, 0.0f);"):format(...) end
end

-- The items of a kernel's file. templates: the directory of --templates, or nil. direct: the public function of the
-- width in a pair, { name, parameters, arguments, set }, or nil.
function kernel.items(k, templates, direct)
  local items, spell = {}, spell_module.of(k.spec, k.target)
  local common = { kernel = k, calls = kernel.calls(k), any = kernel.any_name(k.spec, k.target), slow = slow_of(k.spec),
    write_row = kernel.row_name(k.spec, k.target), spec = k.spec, target = k.target, numerics = k.numerics,
    spell = spell, passes = passes.of(spell, k.target, k.spec.pass), far_row = far_row_of(k) }
  local function add(file, values, more)
    local all = setmetatable(more or {}, { __index = function(_, key)
      local v = values[key]
      if v == nil then return common[key] end
      return v
    end })
    for _, item in ipairs(render.items(file, all, templates)) do items[#items + 1] = item end
  end
  if k.spec.pass == "backward" then
    backward_items(k, spell, add, direct)
  elseif k.spec.width == "any" then
    add("kernel/any.c", { print = registers, printer = { spell = spell }, sums_in_loops = k.spec.pass ~= "apply" })
  else
    forward_items(k, spell, add, direct)
  end
  return needed(items)
end

-- The items of the file for rows of a spec that float cannot hold.
function kernel.slow_items(spec, templates)
  local spell = spell_module.of(spec)
  return render.items("kernel/slow.c", { slow = kernel.slow_name(spec), spec = spec, spell = spell,
    print = registers, printer = { spell = spell } }, templates)
end

return kernel
