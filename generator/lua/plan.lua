-- plan.lua: spec + target + schedule -> everything a template needs to know. Pure: same input, same plan.
local numerics = require "numerics"
local schedule = require "schedule"
local spec_module = require "spec"

local plan = {}

-- The kernels a set of specs needs, in the order of the table: for one width first, best target first, then the ones
-- for any width. `options.unroll` overrides the schedules' unroll.
function plan.kernels(specs, targets, options)
  local list, families, seen = {}, {}, {}
  for _, target in ipairs(targets) do
    for _, spec in ipairs(specs) do
      list[#list + 1] = plan.kernel(spec, target, options)
    end
  end
  for _, target in ipairs(targets) do
    for _, spec in ipairs(specs) do
      local any = spec_module.any_width(spec)
      local name = spec_module.name(any) .. "_" .. target.name
      if not seen[name] then
        seen[name] = true
        list[#list + 1] = plan.kernel(any, target, options)
      end
    end
  end
  for _, spec in ipairs(specs) do
    local family = plan.family(spec)
    if not seen[family] then
      seen[family] = true
      families[#families + 1] = family
    end
  end
  return list, families
end

-- What kernels of all widths of a spec share: "layernorm_f32".
function plan.family(spec)
  return (spec_module.name(spec):gsub("_[^_]+$", ""))
end

function plan.kernel(spec, target, options)
  local k = {
    spec = spec,
    target = target,
    name = "ln_" .. spec_module.name(spec) .. "_" .. target.name,
    family = plan.family(spec),
    numerics = numerics.of(spec),
  }
  k.any = "ln_" .. k.family .. "_any_" .. target.name
  if spec.width == "any" then return k end

  local s = options.schedule and options.schedule(spec, target) or schedule.default(spec, target)
  if options.unroll then
    for _, part in pairs(s) do part.unroll = options.unroll end
  end
  k.schedule = s
  k.moments = s.few.unroll
  -- one function for each different body; equal ones are shared
  k.bodies = {}
  local function body(schedule_of, suffix)
    for _, b in ipairs(k.bodies) do
      if b.rows == schedule_of.rows and b.store == schedule_of.store and b.unroll == schedule_of.unroll
        and b.prefetch == schedule_of.prefetch then
        return b
      end
    end
    local b = { name = "rows_" .. schedule_of.rows .. suffix, rows = schedule_of.rows, store = schedule_of.store,
      unroll = schedule_of.unroll, prefetch = schedule_of.prefetch }
    k.bodies[#k.bodies + 1] = b
    return b
  end
  k.one = body(s.one, "")
  k.few = body(s.few, "")
  k.many = body(s.many, "_stream")
  k.stream = k.many ~= k.few and k.many or nil
  return k
end

local function describe(s)
  return ("%s, %d row%s in flight, %s stores%s"):format(
    s.unroll == "full" and "all unrolled" or ("loops of %d x 4 registers"):format(s.unroll), s.rows,
    s.rows == 1 and "" or "s", s.store == "stream" and "non-temporal" or "cached",
    s.prefetch > 0 and (", prefetch %d rows ahead"):format(s.prefetch) or "")
end

-- The schedules of a kernel as lines of text.
function plan.describe(k)
  if not k.schedule then return { "any width: loops, 1 row at a time, cached stores" } end
  return { "one row: " .. describe(k.schedule.one), "few rows: " .. describe(k.schedule.few),
    "many rows: " .. describe(k.schedule.many) }
end

return plan
