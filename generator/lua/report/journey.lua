-- SPDX-License-Identifier: MIT
-- journey.lua: what happens to the bytes of a row: how many come from where, in loads, stores and operations of which
-- kind, and the fewest cycles that a core needs for them. A model, as docs/story.md describes it; it runs nothing.
--
-- Where bytes come from follows from what was touched since they were last used. An array that a call reads was last
-- used when the call before went over the same batch. A row that is read again was last used when its sums were taken.
-- Parameters were last used by the group of rows before. The smallest cache that holds what was touched meanwhile has
-- them.
local facts_module = require "spec.facts"
local group = require "plan.group"

local journey = {}

journey.LEVELS = { "L1", "L2", "L3", "memory" }

local function level_of(touched, caches)
  for i = 1, 3 do
    if touched <= caches[i] then return i end
  end
  return 4
end

-- The situation of a batch, and its schedule. As the runtime decides: many from a quarter of the last-level cache on.
local function situation_of(k, rows, written, caches)
  if rows == 1 then return "one", k.schedule.one end
  if written >= math.min(caches[3], caches.most or caches[3]) // 4 then
    return "many", k.many and k.many == k.unaligned and k.many.way or k.schedule.many
  end
  return "few", k.schedule.few
end

-- The registers of a row that begin a chain of its sums: the first 64 elements of each block. They are multiplied and
-- not added to anything. 0 where chains begin at zero.
local function beginning(k, lanes)
  if not k.sums or not k.sums[1].starts or k.spec.pass ~= "forward" and k.spec.pass ~= "stats" then return 0 end
  local n, count = k.spec.width, 0
  for at = 0, n - 1, k.numerics.block do count = count + (math.min(k.numerics.lanes, n - at) + lanes - 1) // lanes end
  return count
end

-- Operations on registers for each row, without the few that fold its sums and finish its statistics: list of { name,
-- count, kind }; kind: products, other floating-point operations ("sums"), or "moves", which convert and round.
local function operations_of(k, facts, registers, schedule)
  local spec, list = k.spec, {}
  local function add(name, count, kind)
    if count > 0 then list[#list + 1] = { name = name, count = count, kind = kind } end
  end
  local fma, sums, products, moves = 0, 0, 0, 0
  local paired = facts.paired
  local load = spec.dtype == "f32" and 0 or paired and 1 or spec.dtype == "bf16" and 2 or 1
  local store = spec.dtype == "f32" and 0 or paired and 4 or spec.dtype == "bf16" and 6 or 1
  local rounding = spec.dtype == "bf16" and 8 or spec.dtype == "f16" and 2 or 0
  if spec.pass == "backward" then
    local params = (facts.gamma and 1 or 0) + (facts.beta and 1 or 0)
    local passes = group.held(spec, k.target, schedule) and 1 or 2 -- that compute xhat and g
    fma = passes * (facts.centred and 1 or 0) + 1 + (facts.centred and 1 or 0) + 1 + (facts.gamma and 1 or 0)
    products = passes * ((facts.centred and 0 or 1) + (facts.gamma and 1 or 0)) + (facts.centred and 0 or 1)
    sums = (facts.centred and 1 or 0) + (params > 1 and 1 or 0)
    moves = passes * 2 * load + store
  else
    local statistics, writes = spec.pass ~= "apply", spec.pass ~= "stats"
    if statistics then
      fma = fma + 1
      sums = sums + (facts.centred and 1 or 0)
      moves = moves + load * (facts.adds and 2 or 1)
      if facts.adds then sums, moves = sums + 1, moves + rounding end
      if facts.bias then sums, moves = sums + 1, moves + rounding + load end
      if facts.keeps_sum then moves = moves + store end
    end
    for _ = 1, writes and facts.times_normalised or 0 do
      local again = facts.adds and not facts.keeps_sum
      moves = moves + load * (again and 2 or 1)
      if again then sums, moves = sums + 1, moves + rounding end
      if facts.split then sums = sums + 1 end
      if facts.centred then fma = fma + 1 else products = products + 1 end
      for _ in ipairs(facts.outputs) do
        if facts.gamma then
          if facts.beta or spec.affine == "gamma1" then fma = fma + 1 else products = products + 1 end
        end
      end
    end
    if writes then moves = moves + #facts.outputs * (facts.quantises and 4 or store) end
    if writes and facts.quantises then products = products + 1 end
    if writes and facts.dynamic then sums = sums + 1 end -- the largest magnitude
  end
  local parameter_loads = facts.times_normalised * #facts.parameters * registers / schedule.rows
  local begun = beginning(k, k.target.lanes)
  add("fma", fma * registers - begun, "products")
  add("multiplications", products * registers + begun, "products")
  add("additions", sums * registers - (facts.centred and begun or 0), "sums")
  local converts = spec.params ~= "f32" and spec.dtype ~= "f32"
  add("conversions", moves * registers + (converts and parameter_loads * load or 0), "moves")
  return list
end

-- journey.of(k, rows, caches) -> what happens to each row of a batch of `rows` rows. caches: bytes of levels 1 to 3,
-- and where the system told them, `most`: what the runtime counts of the last one.
--   situation, schedule   what serves the batch
--   reads, writes         lists of { name, bytes, level, pass } for each row; level: an index of LEVELS
--   fetched               bytes of lines that are fetched only to be written, and their level
--   from, to              bytes for each level, of all that is read and of all that is written
--   loads, stores         registers loaded and stored for each row
--   operations            { name, count, kind }
function journey.of(k, rows, caches)
  local spec, facts = k.spec, facts_module.of(k.spec, k.target)
  local n, lanes = spec.width, k.target.lanes
  local registers = (n + lanes - 1) // lanes
  local element = facts.element_bytes
  local backward, stats = spec.pass == "backward", spec.pass == "stats"
  local inputs = { "x" }
  if backward then inputs[2] = "dy" elseif facts.adds then inputs[2] = "residual" end
  local outputs = {}
  if backward then outputs[1] = { "dx", n * element } end
  if facts.keeps_sum then outputs[#outputs + 1] = { "sum", n * element } end
  if not backward and not stats then
    for _, y in ipairs(facts.outputs) do outputs[#outputs + 1] = { y.name, n * facts.output_bytes } end
  end
  local written = 0
  for _, output in ipairs(outputs) do written = written + output[2] end
  local read = #inputs * n * element
  local parameters = #facts.parameters * n * facts.parameter_bytes
  local summed = backward and (facts.gamma and 1 or 0) + (facts.beta and 1 or 0) or 0 -- gradients, over rows
  local sums_over_rows = summed * n * 4
  if backward then parameters = (facts.gamma and n * facts.parameter_bytes or 0) + sums_over_rows end

  local j = { rows = rows, registers = registers, reads = {}, writes = {}, from = { 0, 0, 0, 0 }, to = { 0, 0, 0, 0 } }
  j.situation, j.schedule = situation_of(k, rows, rows * written, caches)
  local s = j.schedule
  local first = level_of(rows * (read + written) + parameters, caches)
  local streams = s.store == "stream"
  local late = facts.keeps_sum and streams -- the write pass adds x and the residual once more
  local touched = s.rows * (1 + s.ahead) * (read + (streams and 0 or written)) + parameters
  local again = level_of(touched, caches)
  local function reads(name, bytes, level, pass)
    j.reads[#j.reads + 1] = { name = name, bytes = bytes, level = level, pass = pass }
    j.from[level] = j.from[level] + bytes
  end
  local held = backward and group.held(spec, k.target, s)
  local both = spec.pass ~= "apply" and not stats and not held
  for _, name in ipairs(inputs) do
    reads(name, n * element, first, spec.pass == "apply" and "write pass" or held and "one pass" or "statistics pass")
  end
  local from_sum = facts.keeps_sum and not late -- what the write pass reads
  for pass = both and 1 or 2, facts.times_normalised do
    local level = pass == 1 and again or level_of(s.rows * read + parameters, caches)
    for _, name in ipairs(from_sum and { "sum" } or inputs) do reads(name, n * element, level, "write pass") end
  end
  local sharing = held and k.numerics.block_rows or s.rows -- rows that share sums over rows
  local shared = held and parameters - sums_over_rows + sums_over_rows // sharing or parameters // sharing
  if parameters > 0 then reads("parameters", shared, again, held and "one pass" or "write pass") end
  j.fetched, j.fetched_level = 0, first
  for _, output in ipairs(outputs) do
    local level = streams and 4 or first
    j.writes[#j.writes + 1] = { name = output[1], bytes = output[2], level = level }
    j.to[level] = j.to[level] + output[2]
    if not streams and first > 1 then j.fetched = j.fetched + output[2] end
  end
  j.from[first] = j.from[first] + j.fetched
  local read_again = (facts.times_normalised - (both and 0 or 1)) * (from_sum and 1 or #inputs)
  local parameter_loads = facts.times_normalised * #facts.parameters + (backward and 1 or 0)
  j.loads = registers * (#inputs + read_again) + (parameters > 0 and registers * parameter_loads / s.rows or 0)
  j.stores = registers * #outputs
  if backward then
    local sums = summed * registers / sharing
    j.loads = held and registers * 3 + sums
      or registers * 4 + (facts.gamma and registers * 2 / s.rows or 0) + sums
    j.stores = registers + sums
  end
  j.operations = operations_of(k, facts, registers, s)
  j.written, j.read, j.streams = written, read, streams
  return j
end

-- The fewest cycles that a core needs for a row, and what takes them: list of { what, cycles }, most first; nil where
-- the core lacks the instruction set. Memory is no property of a core: bytes from there are not in it.
function journey.floor(k, rows, core)
  local ports = k.target.lanes == 16 and core.wide
  if k.target.lanes < 16 then ports = core.narrow end
  if not ports then return nil end
  local j = journey.of(k, rows, core.caches)
  local products, all = 0, 0
  for _, o in ipairs(j.operations) do
    if o.kind == "products" then products = products + o.count end
    all = all + o.count
  end
  local list = {
    { what = "loads", cycles = j.loads / ports.loads },
    { what = "stores", cycles = j.stores / ports.stores },
    { what = "multiplications and fma", cycles = products / ports.products },
    { what = "all operations", cycles = all / ports.all },
    { what = "bytes from L2 and beyond", cycles = (j.from[2] + j.from[3] + j.from[4]) / core.fill[1] },
    { what = "bytes from L3 and beyond", cycles = (j.from[3] + j.from[4]) / core.fill[2] },
  }
  table.sort(list, function(a, b)
    if a.cycles ~= b.cycles then return a.cycles > b.cycles end
    return a.what < b.what
  end)
  return list, j
end

return journey
