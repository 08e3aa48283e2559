-- SPDX-License-Identifier: MIT
-- kernel.lua: a plan -> the items of its C file.
local backward = require "print.backward"
local forward = require "print.forward"
local names = require "spec.name"
local passes = require "print.passes"
local registers = require "print.registers"
local render = require "output.render"
local schedule = require "plan.schedule"
local spell_module = require "print.spell"
local spec_module = require "spec.spec"

local kernel = {}

-- The name of the function for rows that float cannot hold, and of the kernel for any width.
function kernel.slow_name(spec) return ("ln_%s_slow"):format(names.kind(spec)) end
function kernel.any_name(spec, target) return names.kernel(spec_module.any_width(spec), target) end

local ROW_PARAMETERS = "const ln_args *a, size_t row, double width_inverse, double near, unsigned ok, float mean, "
  .. "float rstd, float shift" -- of ln_write_row in ln_kernel.h

-- The name of the function beside the kernel for any width that writes one row whose sums are known.
function kernel.row_name(spec, target) return (kernel.any_name(spec, target):gsub("_any_", "_row_")) end

-- What finish() is given: the type that holds the sums of a row, and the arguments for one row, or for up to four of
-- `rows` rows from `first` on.
local function finish_of(k, spell)
  local constants = k.spec.pass == "apply" and "a"
    or "WIDTH_INVERSE" .. (spell.centred and ", NEAR" or "") .. ", (double)a->eps"
  local function of_rows(sum, rows, first)
    local one = k.spec.pass == "apply" and "rsplat(%s.%s)" or "rtotal(%s.%s)"
    if not rows then return one:format("sums", sum) end
    if rows - first == 1 then return one:format(("sums[%d]"):format(first), sum) end
    local list = {}
    for r = first, first + 3 do list[#list + 1] = ("sums[%d].%s"):format(math.min(r, rows - 1), sum) end
    return (k.spec.pass == "apply" and "rset(" or "totals(") .. table.concat(list, ", ") .. ")"
  end
  return {
    sums = k.spec.pass == "apply" and "ln_stats" or "Sums",
    all = function(rows) return rows > 4 and "255" or "15" end, -- a bit for each row, up to a multiple of four
    ok = function(rows) return rows > 4 and "f0.ok | f1.ok << 4" or "f0.ok" end,
    arguments = function(rows, first)
      local arguments = {}
      for _, sum in ipairs(spell.sums) do arguments[#arguments + 1] = of_rows(sum, rows, first) end
      local alone = k.spec.pass ~= "apply" and (rows and ", 0" or ", 1") or ""
      return table.concat(arguments, ", ") .. ", " .. constants .. alone
    end,
  }
end

-- The arrays of rows that a forward kernel goes over.
local function arrays_of(spec, spell)
  local arrays = { "x" }
  if spell.adds then arrays[#arrays + 1] = "residual" end
  if spell.keeps_sum then arrays[#arrays + 1] = "sum" end
  if spec.pass ~= "stats" then
    for _, y in ipairs(spell.outputs) do arrays[#arrays + 1] = y.name end
  end
  return arrays
end

-- What printing passes in loops needs to know.
local function in_loops(target) return { W = target.lanes, sweeps = 16 // target.lanes } end

-- Whether a kernel sums rows far from zero again, about their means.
local function finishes_far(k, spell)
  if k.spec.pass == "stats" then return spell.centred end
  for _, way in ipairs(k.ways or {}) do
    if forward.finishes_far(forward.of(k, spell), way) then return true end
  end
  return false
end

local function forward_items(k, spell, add, direct)
  local printer = forward.of(k, spell)
  local far = finishes_far(k, spell)
  local values = { print = forward, printer = printer, finish = finish_of(k, spell), direct = direct or false,
    calls_row = far and not forward.has_pilot(printer) }
  add("kernel/head.c", values)
  local arrays = arrays_of(k.spec, spell)
  add("kernel/rows.c", values, { arrays = arrays })
  add("kernel/statistics.c", values)
  if spell.dynamic then add("kernel/quantise.c", values) end
  if k.spec.pass ~= "apply" then
    local begins, goes_on, folds = false, k.spec.width > k.numerics.lanes, printer.order.chains == 4
    for _, sums in ipairs(k.sums) do
      local loops = not schedule.unrolls_all(sums.unroll)
      begins, goes_on, folds = begins or sums.starts, goes_on or loops, folds or loops
    end
    if folds and not printer.folds_pairs then add("kernel/folded.c", values) end
    for i, sums in ipairs(k.sums) do
      local fours = k.spec.width // k.numerics.lanes
      add("kernel/sums.c", values, { sums = sums, begins = i == 1 and begins,
        goes_on = i == 1 and (goes_on or fours > 1), begins_four = sums.starts and fours > 0,
        goes_on_four = fours > 1 or fours > 0 and not schedule.unrolls_all(sums.unroll) })
    end
  end
  if far and forward.has_pilot(printer) then
    add("kernel/passes.c", { print = registers, printer = in_loops(k.target), sums_in_loops = false })
  elseif not far and spell.keeps_sum then
    add("kernel/accurate.c", values)
  end
  if k.spec.pass == "stats" then return add("kernel/stats.c", values) end
  local writes_far = far and forward.has_pilot(printer)
  for _, way in ipairs(k.ways) do writes_far = writes_far or not way.fused and forward.finishes_far(printer, way) end
  if writes_far then add("kernel/far.c", values) end
  local done, ways_of = {}, {} -- by rows: how many ways call what finishes them
  for _, way in ipairs(k.ways) do
    if not way.heads then ways_of[way.rows] = (ways_of[way.rows] or 0) + (way.ahead > 0 and 2 or 1) end
  end
  for _, way in ipairs(k.ways) do
    local rows, suffix = way.rows, forward.late_suffix(printer, way.late)
    if way.fused and not done["row" .. suffix] then
      add("kernel/finish_row.c", values, { suffix = suffix, far = forward.finishes_far(printer, way) })
      done["row" .. suffix] = true
    elseif not way.fused and not done[rows .. suffix] then
      add("kernel/finish.c", values, { sums = way.sums, rows = rows, suffix = suffix, new_finish = not done[rows],
        alone = ways_of[rows] == 1 })
      done[rows], done[rows .. suffix] = true, true
    end
  end
  for _, way in ipairs(k.ways) do
    add("kernel/write.c", values, { way = way })
    if not way.fused and way.ahead > 0 then add("kernel/write_ahead.c", values, { way = way }) end
  end
  add("kernel/situations.c", values)
  if k.takes_heads then add("kernel/heads.c", values) end
  add("kernel/function.c", values)
  if direct then add("single/row.c", values) end
end

local function backward_items(k, spell, add)
  local gradients, mode = k.gradients, k.gradients.mode
  local values = { print = backward, printer = backward.of(k, spell), gradients = gradients,
    arrays = { "x", "dy", "dx" } }
  local function add_all(...)
    for _, name in ipairs { ... } do add("kernel/backward_" .. name .. ".c", values) end
  end
  if mode == "delegates" then return add_all "delegates" end
  add_all "head"
  add("kernel/rows.c", values)
  if mode == "held" then
    add_all("terms", "take_held", "begun", "held")
  elseif mode == "group" then
    add_all("rows", "terms", "take", "gradient", "group", "finish")
  elseif mode == "tiles" then
    add_all("rows", "terms", "take_held", "gradient", "begun", "tiles", "finish", "alone")
  else
    add_all("row", "terms", "take", "gradient")
    if gradients.begins and not gradients.gathers and k.spec.width >= k.target.lanes then add_all "begun" end
    add_all(mode == "unrolled" and "unrolled" or "loops", gradients.gathers and "sums" or "sums_apart")
  end
  if mode == "any" then return add_all "any" end
  for _, situation in ipairs(mode == "held" and {} or k.situations) do
    local write = values.printer.grouped and "write_group" or situation.way.tiled and "write_tiled" or "write"
    add(("kernel/backward_%s.c"):format(write), values, { situation = situation, way = situation.way })
  end
  if gradients.params[1] then add_all "blocks" end
  add_all "function"
end

-- The same for rows that a kernel leaves to it; where x + residual is kept, it is already written.
function kernel.slow_of(spec, spell)
  return kernel.slow_name(spell.keeps_sum and spec_module.without_residual(spec) or spec)
end

-- The kernels that a kernel calls for rows that it does not handle itself.
function kernel.calls(k)
  local spell = spell_module.of(k.spec, k.target)
  local any = kernel.any_name(k.spec, k.target)
  if k.spec.pass == "backward" then return k.spec.width ~= "any" and { any } or {} end
  local slow = kernel.slow_of(k.spec, spell)
  if k.spec.width == "any" then return { slow } end
  if finishes_far(k, spell) then return forward.has_pilot(forward.of(k, spell)) and { slow, any } or { any } end
  if not spell.keeps_sum then return { any } end
  local plain = kernel.any_name(spec_module.without_residual(k.spec), k.target)
  return k.sums[2] and { plain, any } or { plain }
end

-- The items of a kernel's file. templates: the directory of --templates, or nil. direct: the public function of the
-- width in a pair, { name, parameters, arguments, set }, or nil.
function kernel.items(k, templates, direct)
  local items, spell = {}, spell_module.of(k.spec, k.target)
  local common = { kernel = k, calls = kernel.calls(k), any = kernel.any_name(k.spec, k.target), spec = k.spec,
    write_row = kernel.row_name(k.spec, k.target), row_parameters = ROW_PARAMETERS,
    target = k.target, numerics = k.numerics, spell = spell, passes = passes.of(spell),
    slow = kernel.slow_of(k.spec, spell) }
  local function add(file, values, more)
    local all = setmetatable(more or {}, { __index = function(_, key)
      local v = values[key]
      if v == nil then return common[key] end
      return v
    end })
    for _, item in ipairs(render.items(file, all, templates)) do items[#items + 1] = item end
  end
  if k.spec.pass == "backward" then
    backward_items(k, spell, add)
  elseif k.spec.width == "any" then
    add("kernel/any.c", { print = registers, arrays = arrays_of(k.spec, spell), printer = in_loops(k.target),
      sums_in_loops = k.spec.pass ~= "apply" })
  else
    forward_items(k, spell, add, direct)
  end
  return items
end

-- The items of the file for rows of a spec that float cannot hold.
function kernel.slow_items(spec, templates)
  return render.items("kernel/slow.c", { slow = kernel.slow_name(spec), spec = spec, spell = spell_module.of(spec) },
    templates)
end

return kernel
