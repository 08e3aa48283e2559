-- kernel.lua: a plan -> the items of its C file.
local backward = require "print.backward"
local forward = require "print.forward"
local plan = require "plan.plan"
local render = require "output.render"
local spell_module = require "print.spell"
local spec_module = require "spec.spec"

local kernel = {}

-- The name of the function for rows that float cannot hold.
function kernel.slow_name(spec) return ("ln_%s_slow"):format(plan.family(spec)) end

-- What finish() is given: the type that holds the sums of a row, and the arguments for one row, or for up to four of
-- `rows` rows from `first` on.
local function finish_of(k, spell)
  local constants = k.spec.pass == "apply" and "a"
    or "WIDTH_INVERSE" .. (spell.centred and ", NEAR" or "") .. ", (double)a->eps"
  local function of_rows(sum, rows, first)
    if not rows then return ("rsplat(m.%s)"):format(sum) end
    if rows - first == 1 then return ("rsplat(m[%d].%s)"):format(first, sum) end
    local list = {}
    for r = first, first + 3 do list[#list + 1] = ("m[%d].%s"):format(math.min(r, rows - 1), sum) end
    return "rset(" .. table.concat(list, ", ") .. ")"
  end
  return {
    moments = k.spec.pass == "apply" and "ln_stats" or "Moments",
    arguments = function(rows, first)
      local arguments = {}
      for _, sum in ipairs(spell.sums) do arguments[#arguments + 1] = of_rows(sum, rows, first) end
      return table.concat(arguments, ", ") .. ", " .. constants
    end,
  }
end

local function forward_items(k, spell, add)
  local printer = forward.of(k, spell)
  local values = { print = forward, printer = printer, finish = finish_of(k, spell) }
  add("kernel/head.c", values)
  add("kernel/statistics.c", values)
  if spell.dynamic then add("kernel/quantise.c", values) end
  if k.spec.pass ~= "apply" then
    for _, take in ipairs(k.takes) do add("kernel/sums.c", values, { take = take }) end
  end
  if spell.keeps_sum then add("kernel/long_way.c", values) end
  if k.spec.pass == "stats" then return add("kernel/stats.c", values) end
  local done = {}
  for _, part in ipairs(k.parts) do
    local rows, suffix = part.rows, forward.late_suffix(printer, part.body.late)
    if not part.fused and not done[rows .. suffix] then
      add("kernel/finish.c", values, { rows = rows, suffix = suffix, new_finish = not done[rows] })
      done[rows], done[rows .. suffix] = true, true
    end
  end
  for _, way in ipairs(k.bodies) do
    add("kernel/write.c", values, { way = way })
    if not way.fused and way.ahead > 0 then add("kernel/write_ahead.c", values, { way = way }) end
  end
  add("kernel/situations.c", values)
end

-- The kernels that a kernel calls for what it does not do itself.
local function calls_of(k, spell)
  if k.spec.pass == "backward" then return k.spec.width ~= "any" and { k.any } or {} end
  if k.spec.width == "any" then return { kernel.slow_name(spell.keeps_sum and spec_module.without_residual(k.spec) or k.spec) } end
  if not spell.keeps_sum then return { k.any } end
  return k.takes[2] and { k.plain_any, k.any } or { k.plain_any }
end

-- The items of a kernel's file, `templates` being the directory of --templates or nil.
function kernel.items(k, templates)
  local items, spell = {}, spell_module.of(k.spec, k.target)
  k.calls = calls_of(k, spell)
  local common = { kernel = k, spec = k.spec, target = k.target, numerics = k.numerics, spell = spell }
  local function add(name, values, more)
    local all = setmetatable(more or {}, { __index = function(_, key)
      local v = values[key]
      if v == nil then return common[key] end
      return v
    end })
    for _, item in ipairs(render.items(name, all, templates)) do items[#items + 1] = item end
  end
  if k.spec.pass == "backward" then
    add("kernel/backward.c", { print = backward, printer = backward.of(k, spell) })
  elseif k.spec.width == "any" then
    add("kernel/any.c", {})
  else
    forward_items(k, spell, add)
  end
  return items
end

-- The items of the file for rows of a spec that float cannot hold.
function kernel.slow_items(spec, templates)
  return render.items("kernel/slow.c", { kernel = { slow = kernel.slow_name(spec) }, spec = spec,
    spell = spell_module.of(spec) }, templates)
end

return kernel
