-- plan.lua: spec + target + schedule -> everything a template needs to know. Pure: same input, same plan.
local numerics = require "spec.numerics"
local schedule = require "plan.schedule"
local spec_module = require "spec.spec"

local plan = {}

-- The kernels a set of specs needs and the families (specs of any width) they belong to, in the order of the table: for one width first, best target first, then the ones
-- for any width. `options.unroll` overrides the schedules' unroll.
function plan.kernels(specs, targets, options)
  local list, families, seen = {}, {}, {}
  for _, target in ipairs(targets) do
    for _, spec in ipairs(specs) do
      list[#list + 1] = plan.kernel(spec, target, options)
    end
  end
  -- a kernel that writes x + residual leaves its odd rows to the family without a residual
  local with_plain = {}
  for _, spec in ipairs(specs) do
    with_plain[#with_plain + 1] = spec
    if spec.residual == "pre" then with_plain[#with_plain + 1] = spec_module.without_residual(spec) end
  end
  for _, target in ipairs(targets) do
    for _, spec in ipairs(with_plain) do
      local any = spec_module.any_width(spec)
      local name = spec_module.name(any) .. "_" .. target.name
      if not seen[name] then
        seen[name] = true
        list[#list + 1] = plan.kernel(any, target, options)
      end
    end
  end
  for _, spec in ipairs(with_plain) do
    local family = plan.family(spec)
    if not seen[family] then
      seen[family] = true
      families[#families + 1] = spec_module.any_width(spec)
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
  k.plain_any = "ln_" .. plan.family(spec_module.without_residual(spec)) .. "_any_" .. target.name
  if spec.width == "any" then return k end

  local s, source
  if options.schedule then s, source = options.schedule(spec, target) else s = schedule.default(spec, target) end
  if options.unroll then
    for _, part in pairs(s) do part.unroll = options.unroll end
  end
  if spec.pass == "apply" then
    for _, part in pairs(s) do part.ahead = 0 end -- there are no sums to take
  end
  if not target.stream then s.many = schedule.copy(s.few) end -- there is no way past the caches
  k.schedule, k.source = s, source

  -- The ways of taking sums. With residual pre they write x + residual for the second pass to read; where that goes past
  -- the caches it is `late`: written with y, for written at once every line would be read before and kept after.
  k.takes = { { late = false, unroll = s.few.unroll } }
  local late = spec.residual == "pre" and s.many.store == "stream"
  if late then k.takes[2] = { late = true, unroll = s.many.unroll } end
  for _, take in ipairs(k.takes) do
    take.starts = schedule.unrolls_all(take.unroll) -- has sums that begin with registers
    take.called = false                 -- is also wanted out of line
  end

  -- One body for each different way of writing rows; a part of the kernel for each situation that differs.
  k.bodies, k.parts, k.rows_padded = {}, {}, 0
  if spec.pass == "stats" then return k end -- row by row: nothing but sums
  local function body(of, name)
    for _, b in ipairs(k.bodies) do
      if schedule.same(of, b) then return b end
    end
    local b = schedule.copy(of)
    b.name, b.fused = name, of.rows == 1 and of.ahead == 0
    b.fetch, b.fetch_bytes = schedule.fetch(of)
    b.late = late and of.store == "stream"
    b.take = k.takes[b.late and 2 or 1]
    b.take.starts = b.take.starts or of.ahead > 0
    b.take.called = b.take.called or not b.fused and spec.pass ~= "apply"
    k.bodies[#k.bodies + 1] = b
    if b.fused then return b end
    k.rows_padded = math.max(k.rows_padded, (of.rows + 3) // 4 * 4)
    return b
  end
  local function part(of, name, title)
    local b = body(of, "write_" .. name)
    for _, p in ipairs(k.parts) do
      if p.body == b then return p end
    end
    local p = { name = name, title = title, body = b, rows = of.rows, fused = b.fused }
    k.parts[#k.parts + 1] = p
    return p
  end
  k.one = part(s.one, "one", "Row by row")
  local few = part(s.few, "few", "Rows that stay in the caches, " .. s.few.rows .. " at a time")
  k.few = few ~= k.one and few or false
  -- Past the caches one row at a time: from the first whole register of y on, wherever in a cache line the row begins.
  -- A sum that does not begin as y does is left to `few`.
  local function past(name, title)
    local b = { name = "write_" .. name, rows = 1, store = "stream", unroll = 1, prefetch = s.many.prefetch, into = s.many.into,
      ahead = 0, fused = true,
      unaligned = true, late = late, take = k.takes[late and 2 or 1] }
    b.fetch, b.fetch_bytes = schedule.fetch(b)
    local p = { name = name, title = title, body = b, rows = 1, fused = true }
    k.bodies[#k.bodies + 1], k.parts[#k.parts + 1] = b, p
    return p
  end
  if schedule.past_only(spec, s.many) then
    k.unaligned = past("many", "Rows for past the caches, 1 at a time")
    k.stream = k.unaligned
    return k
  end
  local many = part(s.many, "many", "Rows for past the caches, " .. s.many.rows .. " at a time")
  k.stream = many ~= few and many or false
  if k.stream and schedule.past(spec, s.many) then
    k.unaligned = past("unaligned", "Rows for past the caches that begin within a register of y, 1 at a time")
  end
  return k
end

local function unrolled(s)
  if s.unroll == "straight" then return "all unrolled, written out" end
  return s.unroll == "full" and "all unrolled by the compiler" or ("loops of %d x 4 registers"):format(s.unroll)
end

local function describe(s)
  return ("%s, %d row%s in flight, %s stores%s"):format(unrolled(s), s.rows,
    s.rows == 1 and "" or "s", s.store == "stream" and "non-temporal" or "cached",
    (s.ahead > 0 and (", sums taken %d group%s ahead"):format(s.ahead, s.ahead == 1 and "" or "s") or "")
    .. (s.prefetch > 0 and (", prefetch %d row%s ahead into %s"):format(s.prefetch, s.prefetch == 1 and "" or "s", s.into:upper())
      or ""))
end

-- The schedules of a kernel as lines of text.
function plan.describe(k)
  local stats = k.spec.pass == "stats"
  if not k.schedule then return { "any width: loops, 1 row at a time" .. (stats and "" or ", cached stores") } end
  if stats then return { "all rows: " .. unrolled(k.schedule.few) .. ", 1 row at a time" } end
  return { "one row: " .. describe(k.schedule.one), "few rows: " .. describe(k.schedule.few),
    "many rows: " .. describe(k.stream and k.stream == k.unaligned and k.stream.body or k.schedule.many) }
end

return plan
