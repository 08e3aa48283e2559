-- SPDX-License-Identifier: MIT
-- plan.lua: plans and schedules: the same input gives the same plan, every plan holds together, and emitting leaves
-- nothing behind that the next emission would see.
local amd = require "plan.amd"
local check = require "check"
local codesize = require "plan.codesize"
local lookup = require "plan.lookup"
local names = require "spec.name"
local plan = require "plan.plan"
local planfile = require "plan.planfile"
local schedule = require "plan.schedule"
local spec = require "spec.spec"
local target = require "spec.target"
local zen4 = require "plan.zen4"

local function copy(value)
  if type(value) ~= "table" then return value end
  local t = {}
  for k, v in pairs(value) do t[k] = copy(v) end
  return t
end

-- Specs of all kinds, at widths on either side of what schedules tell apart
local WIDTHS = { 1, 15, 64, 256, 257, 511, 512, 640, 641, 768, 896, 897, 1024, 1280, 2048, 2049, 4096, 4097, 12288,
  65536 }
local specs = {}
do
  local function add(values)
    local ok, s = pcall(spec.new, values, "test")
    if ok then specs[#specs + 1] = s end
  end
  local count = 0
  for _, op in ipairs(spec.field.op.values) do
    for _, pass in ipairs(spec.field.pass.values) do
      for _, dtype in ipairs(spec.field.dtype.values) do
        for _, residual in ipairs(spec.field.residual.values) do
          for _, quant in ipairs(spec.field.quant.values) do
            for _, norms in ipairs(spec.field.norms.values) do
              count = count + 1
              for i = 0, 3 do
                add { op = op, pass = pass, dtype = dtype, residual = residual, quant = quant, norms = norms,
                  bias = residual ~= "none" and count % 2 == 0 and "add" or "none",
                  width = WIDTHS[1 + (count + 3 * i) % #WIDTHS] }
              end
            end
          end
        end
      end
    end
  end
end
check.that(#specs > 300, #specs .. " specs")

local field_of = {}
for _, field in ipairs(schedule.fields) do field_of[field.name] = field end

-- What is wrong with the schedules of a kernel; nil where each field is one that a plan file may have.
local function wrong_schedules(s)
  for _, situation in ipairs(schedule.parts) do
    local one = s[situation.name]
    if not one then return situation.name .. " has no schedule" end
    for name, value in pairs(one) do
      if not field_of[name] then return ("%s: unknown field %s"):format(situation.name, name) end
      if not field_of[name].ok(value) then return ("%s: %s is %s"):format(situation.name, name, tostring(value)) end
    end
    for name in pairs(field_of) do
      if one[name] == nil then return ("%s: %s is missing"):format(situation.name, name) end
      local fixed = situation.fixed[name]
      if fixed ~= nil and one[name] ~= fixed then
        return ("%s: %s is %s"):format(situation.name, name, tostring(one[name]))
      end
    end
  end
end

-- What is wrong with a plan.
local function wrong_plan(k)
  if k.name ~= names.kernel(k.spec, k.target) then return "the name is another's" end
  if k.spec.width == "any" then return k.schedule and "a schedule for any width" or nil end
  local known, ways = {}, {}
  for _, way in ipairs(k.ways) do
    ways[way] = true
    for name, field in pairs(field_of) do
      if not field.ok(way[name]) then return ("way %s: %s is %s"):format(way.name, name, tostring(way[name])) end
    end
    if way.fused ~= (way.rows == 1 and way.ahead == 0) then return way.name .. " is fused or is not" end
    if not way.fused and (way.rows > k.rows_padded or k.rows_padded % 4 > 0) then
      return way.name .. " has more rows than constants"
    end
    if way.late and k.spec.residual ~= "pre" then return way.name .. " is late without a sum" end
    local found = false
    for _, sums in ipairs(k.sums) do found = found or sums == way.sums end
    if not found then return way.name .. " has no sums" end
    if way.late ~= way.sums.late then return way.name .. " writes the sum that its sums write" end
    if way.ahead > 0 and not way.sums.starts then return way.name .. " takes sums ahead that cannot begin" end
    if known[way.name] then return "two ways are called " .. way.name end
    known[way.name] = true
  end
  local situations = {}
  for _, situation in ipairs(k.situations) do
    if situations[situation.name] then return "two situations are called " .. situation.name end
    if not ways[situation.way] then return situation.name .. " has no way" end
    situations[situation.name] = situation
  end
  if k.spec.pass == "stats" then return #k.ways + #k.situations > 0 and "statistics are not written" or nil end
  for _, name in ipairs { "one", "few", "few_large", "few_amd", "many", "many_amd", "unaligned" } do
    local of, found = k[name], false
    if of then
      for _, situation in ipairs(k.situations) do found = found or situation == of end
      if not found then return name .. " is none of the situations" end
    end
  end
  if not (k.one or k.gradients and k.few) then return "no way to write one row" end
  if k.one and k.one.way.rows ~= 1 then return "one row has company" end
  for _, situation in ipairs(k.situations) do
    local way = situation.way
    if way.store == "stream" and not k.target.stream then return "the target has no non-temporal stores" end
    if way.store == "stream" and situation ~= k.many and situation ~= k.many_amd and situation ~= k.unaligned then
      return situation.name .. " writes past the caches"
    end
  end
end

-- Whether a description has a line for each situation, or one for two that are served alike.
local function is_described(k, text)
  local by_any = k.gradients and k.gradients.mode == "delegates"
  if by_any then return text == "all rows: by the kernel for any width" end
  if k.spec.pass == "stats" then return text:find("^all rows: [^\n]*$") end
  local past = text:find("\nmany rows: register by register, 1 row in flight,")
  if (past ~= nil) ~= (k.many and k.many == k.unaligned or false) then return false end
  if not k.one and text:find("^one row: ") then return false end
  local one, few = text:match("^one row: ([^\n]*)\nfew rows: ([^\n]*)\nmany rows: [^\n]*$")
  return one and one ~= few or text:find("^one row or few: [^\n]*\nmany rows: [^\n]*$")
end

-- Every plan holds together, its schedules are such as a plan file may have, and no kernel is more code than the caches
-- hold
local shipped = lookup.of()
for i, s in ipairs(specs) do
  local isa = target.list[1 + i % #target.list]
  local name = names.kernel(s, isa)
  local rule = schedule.default(s, isa)
  check.sound(wrong_schedules(rule), name)
  check.that(codesize.kernel(s, isa, rule) <= codesize.MOST, name .. " is too much code")
  check.same(schedule.default(s, isa), rule, name)
  local of = copy(s)
  local k = plan.kernel(s, isa, {})
  check.sound(wrong_plan(k), name)
  check.same(plan.kernel(s, isa, {}), k, name)
  check.same(s, of, "a plan leaves its spec as it is")
  local unroll = ({ "full", "straight", table.unpack(schedule.UNROLLS) })[1 + i % (2 + #schedule.UNROLLS)]
  local changed = plan.kernel(s, isa, { unroll = unroll })
  check.sound(wrong_plan(changed), name)
  for _, way in ipairs(changed.ways) do check.that(way.unaligned or way.unroll == unroll, name .. ": --unroll") end
  check.sound(wrong_plan(plan.kernel(s, isa, { schedule = shipped })), name)
  local any = plan.kernel(spec.any_width(s), isa, {})
  check.sound(wrong_plan(any), name)
  check.that(is_described(k, table.concat(plan.describe(k), "\n")) and #plan.describe(any) == 1,
    name .. " is described")
end

-- Sums are taken ahead in pass forward alone, and rows that registers hold go one by one, all unrolled
do
  local function given_to(pass, width)
    return plan.kernel(spec.new({ width = width, pass = pass }, "test"), target.named "avx512", { schedule = function()
      local function s(unroll, rows, ahead)
        return schedule.complete { unroll = unroll, rows = rows, ahead = ahead, store = "cached", prefetch = 3 }
      end
      return { one = s("full", 1, 0), few = s("full", 1, 1), many = s(2, 4, 2) }, "given"
    end }).schedule
  end
  for _, pass in ipairs(spec.field.pass.values) do
    local s = given_to(pass, 300)
    check.same({ s.few.ahead, s.many.ahead }, pass == "forward" and { 1, 2 } or { 0, 0 }, pass)
  end
  for _, width in ipairs { 64, 300 } do -- held and carried
    local s = given_to("backward", width)
    for _, part in ipairs(schedule.parts) do
      local of = s[part.name]
      check.same({ of.unroll, of.rows, of.prefetch }, { "full", 1, 0 }, part.name)
    end
  end
end

-- Schedules that are given are not changed, so one table may serve many kernels
do
  local given = schedule.default(spec.new({ width = 200 }, "test"), target.named "avx512")
  check.equal(given.many.store, "stream")
  local before = copy(given)
  local function schedules() return given, "given" end
  for _, pass in ipairs { "forward", "apply", "stats", "backward" } do
    for _, isa in ipairs(target.list) do
      local k = plan.kernel(spec.new({ width = 200, pass = pass }, "test"), isa, { schedule = schedules, unroll = 2 })
      check.same(given, before, ("%s on %s"):format(pass, isa.name))
      check.sound(wrong_plan(k), k.name)
      check.equal(k.source, "given")
    end
  end
end

-- Gradients of many rows may have the schedule of one row, beside another of few: its situation stays
for _, isa in ipairs(target.list) do
  for _, width in ipairs { 163, 300, 768 } do
    for _, one in ipairs { "full", 1 } do
      for _, few in ipairs { { "full", 8 }, { 2, 1 }, { 1, 2 }, { 2, 8 } } do
        local function s(unroll, rows)
          return schedule.complete { unroll = unroll, rows = rows, ahead = 0, store = "cached", prefetch = 0 }
        end
        local function schedules() return { one = s(one, 1), few = s(few[1], few[2]), many = s(one, 1) }, "given" end
        for _, affine in ipairs { "full", "none" } do
          local of = spec.new({ width = width, pass = "backward", affine = affine }, "test")
          local k = plan.kernel(of, isa, { schedule = schedules })
          check.sound(wrong_plan(k), ("%s, one %s, few %s, %d"):format(k.name, one, few[1], few[2]))
        end
      end
    end
  end
end

-- Which kernels of AVX2 a Zen 4 takes: width, what is computed
do
  local function of_spec(question)
    return function(width, what)
      what.width = width
      return question(spec.new(what, "test"))
    end
  end
  local when, narrower_row = of_spec(zen4.narrower), of_spec(zen4.narrower_row)
  local function narrower(width, what) return when(width, what) == "always" end
  local function f16(width, what)
    what.dtype = "f16"
    return narrower(width, what)
  end
  check.that(f16(256, {}) and f16(4096, { op = "rmsnorm", pass = "backward" }) and f16(256, { params = "f32" }))
  check.that(not f16(255, {}) and not f16("any", {}) and not f16(768, { quant = "int8" }))
  check.that(f16(513, { norms = "two" }) and not f16(512, { norms = "two" }))
  check.that(f16(2048, { params = "f32" }) and not f16(2049, { params = "f32" }))
  check.that(f16(4096, { params = "f32", op = "rmsnorm" }) and f16(4096, {}))
  check.that(f16(641, { rounding = "before_gain" }) and not f16(640, { rounding = "before_gain" }))
  for _, dtype in ipairs { "f32", "bf16" } do check.that(not narrower(768, { dtype = dtype }), dtype) end
  for width, expected in pairs { [640] = false, [641] = true, [1919] = true, [1920] = false } do
    check.equal(narrower(width, { op = "rmsnorm", norms = "two" }), expected, width)
  end
  for width, expected in pairs { [895] = false, [896] = true, [1300] = true, [1301] = false } do
    check.equal(narrower(width, { op = "rmsnorm", residual = "pre" }), expected, width)
  end
  check.that(not narrower(896, { residual = "pre" }) and not narrower(896, { op = "rmsnorm", residual = "post" }))
  check.that(not narrower(896, { op = "rmsnorm", residual = "pre", dtype = "bf16" }))
  for width, expected in pairs { [511] = false, [513] = true, [520] = true, [768] = false, [1599] = true,
    [1601] = false } do
    check.equal(narrower(width, { op = "rmsnorm", pass = "backward" }), expected, width)
    for _, what in ipairs { { pass = "backward" }, { op = "rmsnorm", pass = "backward", affine = "none" } } do
      check.equal(when(width, what), nil, width)
    end
  end
  for width, expected in pairs { [496] = false, [512] = true, [1024] = true, [1040] = false } do
    check.equal(when(width, { op = "rmsnorm", pass = "backward" }), expected and "cached" or nil, width)
    check.equal(when(width, { op = "rmsnorm", pass = "backward", dtype = "bf16" }), nil, width)
  end
  -- past the caches, gradients of RMSNorm of these widths are prefetched as those of AVX-512 are
  for width, into in pairs { [500] = "l1", [512] = "l2", [1599] = "l2", [1600] = "l1" } do
    local function many(values, isa)
      values.width, values.pass = width, "backward"
      return schedule.default(spec.new(values, "test"), target.named(isa)).many.into
    end
    check.equal(many({ op = "rmsnorm" }, "avx2"), into, width)
    check.equal(many({}, "avx2"), "l1", width)
    check.equal(many({ op = "rmsnorm", dtype = "bf16" }, "avx2"), "l1", width)
    if width >= 512 then check.equal(many({ op = "rmsnorm" }, "avx512"), "l2", width) end
  end
  for width, expected in pairs { [1499] = false, [1500] = true, [2500] = true, [2501] = false } do
    check.equal(when(width, { op = "rmsnorm" }), expected and "cached" or nil, width)
    check.equal(when(width, {}), nil, width)
  end
  for width, expected in pairs { [288] = false, [289] = true, [2500] = true, [2501] = false, any = false } do
    check.equal(narrower_row(width, { op = "rmsnorm" }), expected, width)
    check.that(not narrower_row(width, {}) and not narrower_row(width, { op = "rmsnorm", dtype = "bf16" }), width)
  end
  check.that(narrower_row(256, { dtype = "f16" }) and not narrower_row(255, { dtype = "f16" }))
end

-- Processors of AMD have a schedule of few rows of their own, where it is another one
do
  local function few_amd(what, isa, options)
    local k = plan.kernel(spec.new(what, "test"), target.named(isa or "avx512"), options or { schedule = shipped })
    check.sound(wrong_plan(k), k.name)
    check.that(codesize.kernel(k.spec, k.target, k.schedule) <= codesize.MOST, k.name .. " is too much code")
    local past = table.concat(plan.describe(k), "\n"):match("few rows, AMD( ?[^\n:]*): ")
    local way = k.few_amd and k.few_amd.way
    local which = not way and "" or way.from and (way.large and " past L2 or from Zen 5 on" or " past L2")
      or way.small and " before Zen 5" or way.large and " from Zen 5 on" or ""
    check.equal(past, way and which .. (way.within and ", up to L2" or "") or nil, k.name)
    return way and { way.rows, way.ahead, way.in_turn, way.row_by_row }
  end
  local function none(what, isa, options) check.that(not few_amd(what, isa, options), what.width) end
  local function past_l2(what)
    return plan.kernel(spec.new(what, "test"), target.named "avx512", { schedule = shipped }).few_amd.way.from
  end
  check.same(few_amd { width = 300 }, { 4, 1, true, false })
  check.same(few_amd { width = 257, op = "rmsnorm" }, { 3, 1, true, false })
  check.same(few_amd { width = 640, op = "rmsnorm" }, { 2, 1, false, false }) -- such rows go in turn anyway
  check.same(few_amd { width = 500, residual = "post" }, { 2, 1, true, false })
  check.same(few_amd { width = 256, op = "rmsnorm" }, { 3, 1, true, false })
  for width, from in pairs { [256] = 1 << 20, [768] = 1 << 20, [300] = false, [640] = false } do
    check.equal(past_l2 { width = width, op = "rmsnorm" }, from or nil, width)
  end
  check.equal(past_l2 { width = 256 }, nil)
  -- what fits into 48 KB goes as on other processors from Zen 5 on
  local function small(what) return plan.kernel(spec.new(what, "test"), target.named "avx512",
    { schedule = shipped }).few_amd.way.small or false end
  for width, expected in pairs { [300] = false, [2176] = true, [2815] = true, [2816] = false } do
    check.equal(small { width = width }, expected, width)
  end
  check.that(small { width = 1600, pass = "backward" } and small { width = 1280, norms = "two" })
  check.that(small { width = 4096, pass = "apply", op = "rmsnorm" } and not small { width = 4096, pass = "apply" })
  none { width = 384 } -- has that schedule on all processors
  for _, width in ipairs { 159, 641, 2175, 8193 } do none { width = width } end
  for _, width in ipairs { 127, 1664, 2560 } do none { width = width, op = "rmsnorm" } end
  -- on which batches and processors, of those with first-level caches of 32 and 48 KB
  local function served(width, bytes)
    local way = plan.kernel(spec.new({ width = width, op = "rmsnorm" }, "test"), target.named "avx512",
      { schedule = shipped }).few_amd.way
    return { amd.serves(way, bytes, 32 << 10), amd.serves(way, bytes, 48 << 10) }
  end
  check.same(served(256, 1 << 20), { false, false })
  check.same(served(256, (1 << 20) + 1), { true, true })
  check.same(served(300, 1000), { true, true })
  check.same(served(768, 1000), { false, true })
  check.same(served(768, 2 << 20), { true, true })
  check.same(served(1024, 2 << 20), { false, true })
  check.same(served(1536, 1 << 20), { false, true })
  check.same(served(1536, (1 << 20) + 1), { false, false })
  -- narrow ones go in groups of eight from Zen 5 on
  local function eight(what)
    local k = plan.kernel(spec.new(what, "test"), target.named "avx512", { schedule = shipped })
    check.sound(wrong_plan(k), k.name)
    local found, text = k.few_large ~= false and k.few_large ~= nil, table.concat(plan.describe(k), "\n")
    check.equal(found, text:find("\nfew rows in groups of 8, AMD from Zen 5 on: ", 1, true) ~= nil, k.name)
    check.that(not found or k.few_large.way.rows == 8 and k.few_large.way.sums_before, k.name)
    return found
  end
  for width, expected in pairs { [63] = false, [64] = true, [96] = true, [97] = false, [192] = false, [200] = false,
    [208] = true, [256] = true, [272] = false } do
    check.equal(eight { width = width }, expected, width)
    check.that(not eight { width = width, residual = "post" } and not eight { width = width, dtype = "bf16" }, width)
  end
  for width, expected in pairs { [96] = false, [97] = true, [112] = false, [128] = true, [256] = true, [272] = false,
    [300] = true, [320] = false } do
    check.equal(eight { width = width, op = "rmsnorm" }, expected, width)
  end
  for rows, expected in pairs { [8] = false, [15] = false, [16] = true, [17] = false, [24] = true, [39] = false,
    [40] = true, [41] = true } do
    check.equal(amd.eight_rows(rows), expected, rows)
  end
  -- wide rows share gamma and beta; where a row is whole pages, fewer do, or none
  local function rows(what) return (few_amd(what) or { 0 })[1] end
  check.equal(rows { width = 2560 }, 4)
  check.equal(rows { width = 3072 }, 3)
  check.equal(rows { width = 2560, residual = "post" }, 4)
  none { width = 3072, residual = "post" }
  check.equal(rows { width = 2560, norms = "two" }, 4)
  check.equal(rows { width = 2048, norms = "two" }, 2)
  check.equal(rows { width = 2560, norms = "two", op = "rmsnorm" }, 4)
  check.equal(rows { width = 4096, quant = "int8static" }, 4)
  check.equal(rows { width = 4096, pass = "apply" }, 3)
  check.equal(rows { width = 2880, pass = "apply", op = "rmsnorm" }, 4)
  check.equal(rows { width = 4096, dtype = "bf16", residual = "pre" }, 4)
  -- gradients of two sums over rows go in tiles
  -- before Zen 5, where others go row by row; from Zen 5 on it is the other way round, for wider rows
  for width, expected in pairs { [1599] = 0, [1600] = 8, [2048] = 8, [2049] = 1, [4096] = 1, [4097] = 0 } do
    check.equal(rows { width = width, pass = "backward" }, expected, width)
  end
  for width, expected in pairs { [2048] = 0, [2049] = 1, [5120] = 1, [5121] = 0 } do
    check.equal(rows { width = width, pass = "backward", op = "rmsnorm" }, expected, width)
  end
  local function within(width)
    local k = plan.kernel(spec.new({ width = width, pass = "backward" }, "test"), target.named "avx512",
      { schedule = shipped })
    check.that(k.few_amd.way.large and not k.few_amd.way.tiled and k.few.way.tiled and k.many.way.tiled, k.name)
    return k.few_amd.way.within
  end
  check.equal(within(2560), nil)
  check.equal(within(2561), 1 << 20)
  none { width = 2048, pass = "backward", op = "rmsnorm" }
  none { width = 2048, pass = "backward", affine = "gamma" }
  none { width = 2048, pass = "backward", dtype = "bf16" }
  for _, what in ipairs { { quant = "int8" }, { residual = "pre", bias = "add" }, { dtype = "f16", residual = "pre" },
    { residual = "pre", norms = "two" }, { pass = "backward", affine = "none" }, { pass = "stats" },
    { affine = "none" } } do
    what.width = 2560
    none(what)
  end
  none({ width = 300 }, "avx2")
  none { width = 300, dtype = "bf16" }
  none { width = 300, pass = "apply" }
  none({ width = 300 }, "avx512", { schedule = shipped, unroll = 2 })
  local plans = planfile.new("measured here")
  local entry = schedule.default(spec.new({ width = 300 }, "test"), target.named "avx512")
  entry.notes = {}
  planfile.put(plans, "ln_layernorm_f32_300_avx512", entry)
  none({ width = 300 }, "avx512", { schedule = lookup.of(plans) })
  check.same(few_amd({ width = 300, residual = "post" }, "avx512", { schedule = lookup.of(plans) }),
    { 3, 1, true, false }) -- not in that plan
end

-- So are rows past the caches that begin with a whole register
do
  local function many_amd(what, options)
    local k = plan.kernel(spec.new(what, "test"), target.named(what.isa or "avx512"), options or { schedule = shipped })
    check.sound(wrong_plan(k), k.name)
    check.that(codesize.kernel(k.spec, k.target, k.schedule) <= codesize.MOST, k.name .. " is too much code")
    local way = k.many_amd and k.many_amd.way
    local line = table.concat(plan.describe(k), "\n"):match("\nmany rows, AMD before Zen 5: all unrolled, ([^\n]*)$")
    check.equal(line, way and "1 row in flight, non-temporal stores, sums taken 1 group ahead, "
      .. "prefetch 2 rows ahead into L2" or nil, k.name)
    check.that(not way or k.unaligned and k.unaligned ~= k.many_amd and amd.serves(way, 1 << 30, 32 << 10)
      and not amd.serves(way, 1 << 30, 48 << 10), k.name)
    return way ~= nil
  end
  for width, expected in pairs { [1536] = false, [1552] = true, [1600] = true, [1601] = false, [2032] = true } do
    check.equal(many_amd { width = width }, expected, width)
    check.equal(many_amd { width = width, op = "rmsnorm" }, expected, width)
  end
  check.that(not many_amd { width = 2048 } and many_amd { width = 2048, op = "rmsnorm" })
  check.that(not many_amd { width = 2064, op = "rmsnorm" })
  for _, what in ipairs { { isa = "avx2" }, { isa = "scalar" }, { dtype = "bf16" }, { residual = "post" },
    { norms = "two" }, { quant = "int8" }, { pass = "apply" }, { pass = "backward" } } do
    what.width = 1600
    check.that(not many_amd(what))
  end
  check.that(not many_amd({ width = 1600 }, { schedule = shipped, unroll = 2 }))
end

-- Which row of gradients is fetched
for _, x in ipairs { { 703, "layernorm", "next" }, { 704, "layernorm", "later" }, { 1024, "layernorm", "next" },
  { 1536, "layernorm", "later" }, { 1536, "rmsnorm", "next" }, { 1600, "layernorm", "next", isa = "avx2" },
  { 1600, "layernorm", "next", dtype = "bf16" } } do
  local k = plan.kernel(spec.new({ width = x[1], op = x[2], pass = "backward", dtype = x.dtype }, "test"),
    target.named(x.isa or "avx512"), { schedule = shipped })
  local way = k.many.way
  check.equal(way.fetch, way.into == "l2" and "prefetch_" .. x[3] or "prefetch", k.name)
  check.that(x[3] == "next" or way.into == "l2", k.name)
end

-- How gradients are computed
do
  local function gradients(width, isa, unroll, rows, many_unroll, many_rows, op)
    local function s(count, u, store)
      return schedule.complete { rows = count, unroll = u, store = store, ahead = 0, prefetch = 0 }
    end
    local schedules = { one = s(1, unroll, "cached"), few = s(rows, unroll, "cached"),
      many = s(many_rows, many_unroll, "stream") }
    return plan.kernel(spec.new({ width = width, pass = "backward", op = op }, "test"), isa,
      { schedule = function() return schedules, "given" end })
  end
  local function found(...)
    local k = gradients(...)
    check.sound(wrong_plan(k), k.name)
    local g = k.gradients
    return { g.mode, g.gathers, g.begins, k.one ~= false, k.few and k.few.way.tiled, k.many and k.many.way.tiled }
  end
  local A, B = target.named "avx512", target.named "avx2"
  check.same(found(64, A, "full", 1, "full", 1), { "held", false, true, true, false, false })
  check.same(found(64, B, "full", 8, "full", 8), { "tiles", true, true, false, false, false })
  check.same(found(128, A, "full", 8, "full", 8), { "tiles", true, true, false, false, false })
  check.same(found(128, B, "full", 8, "full", 8), { "group", true, true, false, false, false }, "no room for tiles")
  check.same(found(100, B, "full", 4, "full", 2), { "group", true, true, false, false, false })
  check.same(found(100, A, "full", 1, "full", 2), { "carried", true, true, true, false, false })
  check.same(found(100, B, "full", 1, "full", 1), { "unrolled", true, false, true, false, false }, "few registers")
  check.same(found(100, A, "full", 2, "full", 2), { "unrolled", true, false, true, false, false })
  check.same(found(100, A, 1, 1, 1, 1), { "loops", true, true, true, false, false })
  check.same(found(600, A, "full", 1, 1, 1), { "loops", true, false, true, false, false })
  check.same(found(600, A, 2, 8, 2, 8), { "loops", false, true, false, true, true }, "tiles of columns")
  check.same(found(600, A, 2, 8, 2, 1), { "loops", false, false, false, true, false }, "tiles in some situations")
  check.same(found(600, B, 1, 2, 1, 1), { "loops", true, true, true, false, false }, "two rows abreast")
  check.same(found(600, B, 1, 2, 2, 8), { "loops", false, true, false, true, true }, "tiles in another situation")
  check.same(found(600, B, "full", 2, 1, 2), { "loops", true, false, true, false, false })
  check.equal(gradients(600, target.named "scalar", 1, 1, 1, 1).gradients.mode, "delegates")
  check.equal(plan.kernel(spec.new({ width = "any", pass = "backward" }, "test"), A, {}).gradients.mode, "any")
  for _, width in ipairs { 64, 100 } do
    check.equal(gradients(width, A, "full", 1, "full", 2).many.way.rows, 1, "registers hold one row")
  end
  local function carried(width, op)
    local g = gradients(width, A, "full", 1, "full", 1, op).gradients
    return { g.carried, g.carries_both, g.ahead, g.alone }
  end
  check.same(carried(1, "layernorm"), { 1, true, false, true })
  check.same(carried(48, "layernorm"), { 3, true, true, true }, "all of two rows")
  check.same(carried(100, "layernorm"), { 7, true, false, true }, "rows begin within a line")
  check.same(carried(128, "layernorm"), { 8, true, false, true }, "all of one row")
  check.same(carried(144, "layernorm"), { 9, false, false, true })
  check.same(carried(256, "layernorm"), { 15, false, false, true }, "four chains of two sums")
  check.same(carried(96, "rmsnorm"), { 6, true, false, true }, "one sum")
  check.same(carried(511, "rmsnorm"), { 19, false, false, true })
  check.equal(gradients(512, A, "full", 1, "full", 1).gradients.carried, nil)
  for width, alone in pairs { [64] = true, [128] = true, [100] = false, [192] = false } do
    check.equal(gradients(width, B, "full", 8, "full", 8).gradients.alone, alone, width)
  end

  -- two rows go abreast in loops, and are written one after the other past the caches; a row left over has its own way
  for _, isa in ipairs { A, B } do
    local k = gradients(600, isa, 1, 2, 1, 2)
    check.same({ k.gradients.abreast, k.few.way.abreast, k.many.way.abreast }, { true, true, true })
    check.same({ k.few.way.row_by_row, k.many.way.row_by_row }, { false, true })
    k = gradients(600, isa, 1, 1, 1, 2)
    check.same({ k.gradients.abreast, k.one ~= false, k.few, k.many.way.abreast }, { true, true, false, true })
    k = gradients(600, isa, 2, 2, 2, 8)
    check.same({ k.gradients.abreast, k.few.way.abreast, k.many.way.row_by_row }, { false, false, false })
    check.equal(gradients(100, isa, "full", 2, 1, 2).gradients.abreast, false, "sums that are unrolled")
  end
  -- the rows in flight of a rule's few and many
  local function in_flight(width, isa, more)
    local s = { width = width, pass = "backward" }
    for k, v in pairs(more or {}) do s[k] = v end
    local schedules = schedule.default(spec.new(s, "test"), isa)
    return { schedules.few.rows, schedules.many.rows }
  end
  check.same(in_flight(2047, B), { 1, 1 })
  check.same(in_flight(2048, B), { 2, 1 })
  check.same(in_flight(2049, B), { 2, 2 })
  check.same(in_flight(2559, B, { op = "rmsnorm" }), { 1, 1 })
  check.same(in_flight(2560, B, { op = "rmsnorm" }), { 2, 1 })
  check.same(in_flight(2560, B, { op = "rmsnorm", dtype = "bf16" }), { 2, 2 })
  check.same(in_flight(8192, B, { affine = "none" }), { 1, 1 }, "nothing to share")
  check.same(in_flight(2048, A), { 1, 1 }, "f32 with 32 registers: one by one, or tiles")
  check.same(in_flight(2049, A), { 8, 8 })
  check.same(in_flight(511, A, { dtype = "bf16" }), { 8, 8 }, "groups")
  check.same(in_flight(2048, A, { dtype = "bf16" }), { 1, 1 })
  check.same(in_flight(2049, A, { dtype = "f16" }), { 2, 2 })
  check.same(in_flight(4096, A, { dtype = "bf16", affine = "none" }), { 1, 1 }, "nothing to share")

  -- g is kept where it is the statistics pass's only store beside dgamma, and all of a row stays in the first cache
  local function keeps(width, isa, more)
    local s = { width = width, pass = "backward", op = "rmsnorm" }
    for k, v in pairs(more or {}) do s[k] = v end
    return plan.kernel(spec.new(s, "test"), isa, {}).gradients.keeps
  end
  for _, width in ipairs { 64, 100, 128, 300, 1024 } do check.equal(keeps(width, B), true, width) end
  check.equal(gradients(600, B, 1, 1, 1, 1, "rmsnorm").gradients.keeps, true)
  check.equal(gradients(600, B, 1, 1, "full", 2, "rmsnorm").gradients.keeps, false, "two rows at a time")
  check.equal(keeps(1025, B), false, "too wide")
  check.equal(keeps(768, A), false, "measured with 16 registers only")
  check.equal(keeps(768, target.named "scalar"), false)
  check.equal(keeps(768, B, { op = "layernorm" }), false)
  check.equal(keeps(768, B, { affine = "none" }), false, "g is dy")
  check.equal(keeps(768, B, { dtype = "bf16" }), false)
  check.equal(keeps("any", B), false)
end

-- The kernels of a set of specs: each once, those for any width last, and what they leave rows to
do
  local list, kinds = plan.kernels({ spec.new({ width = 64 }, "test"), spec.new({ width = 768 }, "test"),
    spec.new({ width = 100, residual = "pre", bias = "add" }, "test") },
    { target.named "avx512", target.named "scalar" }, {})
  local found = {}
  for i, k in ipairs(list) do found[i] = k.name end
  check.same(found, { "ln_layernorm_f32_64_avx512", "ln_layernorm_f32_768_avx512",
    "ln_layernorm_f32_pre_bias_100_avx512", "ln_layernorm_f32_64_scalar", "ln_layernorm_f32_768_scalar",
    "ln_layernorm_f32_pre_bias_100_scalar", "ln_layernorm_f32_any_avx512", "ln_layernorm_f32_pre_bias_any_avx512",
    "ln_layernorm_f32_any_scalar", "ln_layernorm_f32_pre_bias_any_scalar" })
  for i, kind in ipairs(kinds) do kinds[i] = names.of(kind) end
  check.same(kinds, { "layernorm_f32_any", "layernorm_f32_pre_bias_any" })
  list, kinds = plan.kernels({ spec.new({ width = 100, residual = "pre" }, "test") }, { target.named "avx2" }, {})
  check.equal(#list, 3, "rows whose sum is written go to the norm without a residual")
  check.equal(list[3].name, "ln_layernorm_f32_any_avx2")
  check.equal(#kinds, 2)
  list, kinds = plan.kernels({ spec.new({ width = "any" }, "test") }, { target.named "avx2" }, {})
  check.same({ #list, list[1].name, #kinds }, { 1, "ln_layernorm_f32_any_avx2", 1 }, "a kernel for any width, once")
end

-- Plan files: what is written is read again; a plan serves near widths too
do
  local plans = planfile.new("test")
  plans.head = { version = host.version, machine = "m", compiler = "c" }
  for i = 1, #specs, 7 do
    local s, isa = specs[i], target.list[1 + i % #target.list]
    local entry = schedule.default(s, isa)
    entry.notes = i % 2 == 0 and { few = "1.0 ns/row; \"quoted\"" } or {}
    entry.version, entry.machine = i % 3 == 0 and "any" or host.version, "m"
    entry.compiler = i % 5 == 0 and "other" or "c"
    planfile.put(plans, names.kernel(s, isa), entry)
  end
  local again = planfile.parse(planfile.text(plans), "test")
  check.same(again, plans)
  check.equal(planfile.text(again), planfile.text(plans))
  local function head(text) return text:match("^(.-\n)return {\n") end
  check.equal(head(planfile.text(plans)), head(host.resource "plans/default.lua"), "the head of a plan")
  check.that(head(planfile.text(plans)):find("\n-- Comments are not kept when tune writes the file again.\n", 1, true))
  check.equal(check.problem(planfile.check_version, again), nil)
  local text = planfile.text(plans)
  local entries = text:find("\n  { kernel = ", 1, true)
  local one = text:sub(entries, text:find("\n  { kernel = ", entries + 1, true) - 1)
  check.raises("test: " .. plans.order[1] .. ": stands twice; leave one out", planfile.parse,
    text:sub(1, entries - 1) .. one .. text:sub(entries), "test")
  -- a long file
  local place = host.temporary_directory()
  check.that(host.write_set(place, { { "long.lua", ("-- a comment\n"):rep(1 << 17) .. text } }))
  check.same(planfile.load(place .. "/long.lua").order, plans.order)
  check.that(host.remove_tree(place))
  local entry = schedule.default(spec.new({ width = 768 }, "test"), target.named "avx2")
  entry.notes, entry.version, entry.machine, entry.compiler = {}, "0.0.1", "m", "c"
  local old = planfile.new("old")
  planfile.put(old, "ln_layernorm_f32_768_avx2", entry)
  check.raises("old: ln_layernorm_f32_768_avx2: was measured with lngen 0.0.1", planfile.check_version, old)
  for _, here in ipairs { { "0.0.1", "m", "c", true }, { "0.0.2", "m", "c" }, { "0.0.1", "n", "c" },
    { "0.0.1", "m", "d" } } do
    check.equal(planfile.holds(old, "ln_layernorm_f32_768_avx2",
      { version = here[1], machine = here[2], compiler = here[3] }), here[4] or false, table.concat(here, " ", 1, 3))
  end
  check.equal(planfile.holds(old, "ln_layernorm_f32_768_avx512", { version = "0.0.1", machine = "m", compiler = "c" }),
    false)
  for width, found in pairs { [768] = true, [1000] = true, [1040] = false, [570] = true, [560] = false } do
    local s, kernel = planfile.lookup(old, ("ln_layernorm_f32_%d_avx2"):format(width))
    check.equal(s ~= nil, found, width)
    check.equal(kernel, found and "ln_layernorm_f32_768_avx2" or nil, width)
    check.that(not s or s.few ~= entry.few, "a schedule that is found is one of its own")
  end
  for _, width in ipairs { 840, 700 } do planfile.put(old, ("ln_layernorm_f32_%d_avx2"):format(width), entry) end
  for width, nearest in pairs { [720] = 700, [740] = 768, [800] = 768, [820] = 840 } do
    check.equal(select(2, planfile.lookup(old, ("ln_layernorm_f32_%d_avx2"):format(width))),
      ("ln_layernorm_f32_%d_avx2"):format(nearest))
  end
  check.equal(planfile.lookup(old, "ln_layernorm_f32_768_avx512"), nil)
  -- what a plan that is given lacks comes from the shipped one, and then from the rule
  local from = lookup.of(old)
  for _, place in ipairs { { 768, "full", "old" }, { 770, "full", "old, measured for ln_layernorm_f32_768_avx2" },
    { 4096, "full", "plans/default.lua" }, { 4096, "gamma", "rule" } } do
    local s = spec.new({ width = place[1], affine = place[2] }, "test")
    check.equal(select(2, from(s, target.named "avx2")), place[3], place[1])
  end
  check.equal(planfile.lookup(old, "ln_rmsnorm_f32_768_avx2"), nil)
end

-- Emitting ------------------------------------------------------------------------------------------------------------

local SETS = { { { width = 768 } },
  { { width = 300, op = "rmsnorm", residual = "pre" }, { width = 70, pass = "backward" } },
  { { width = 70, dtype = "bf16", quant = "int8" }, { width = 70, pass = "stats" }, { width = 70, pass = "apply" } } }

-- The files of a set and, of the first set, the pair, as modules that are loaded now emit them: names and texts.
local function files_of(number)
  local plans, emit, pair = require "plan.plan", require "output.directory", require "output.single"
  local list = {}
  for i, values in ipairs(SETS[number]) do list[i] = spec.new(copy(values), "test") end
  local kernels, kinds = plans.kernels(list, require "spec.target".list, {})
  local before = copy(kernels)
  local files = emit.files(kernels, kinds, { command = "test", extra = "" })
  check.same(kernels, before, "emitting leaves plans as they are")
  if number == 1 then
    for _, file in ipairs(pair.files(kernels, kinds, { prefix = "test", abi = {}, command = "test", extra = "" })) do
      files[#files + 1] = file
    end
  end
  return files
end

local first = {}
for number in ipairs(SETS) do first[number] = files_of(number) end
for number = #SETS, 1, -1 do check.same(files_of(number), first[number], "set " .. number .. " again") end

-- and by modules that have emitted nothing yet, the sets in another order
for name in pairs(package.loaded) do
  if host.resource(("lua/%s.lua"):format(name:gsub("%.", "/"))) then package.loaded[name] = nil end
end
check.that(require "plan.plan" ~= plan, "modules are loaded again")
for number = #SETS, 1, -1 do check.same(files_of(number), first[number], "set " .. number .. " by itself") end

return check.status()
