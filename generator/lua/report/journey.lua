-- SPDX-License-Identifier: MIT
-- journey.lua: what happens to the bytes of a row: how many come from where, in loads, stores and operations of which
-- kind, and the fewest cycles that a core needs for them. A model, as docs/story.md describes it; it runs nothing.
--
-- Where bytes come from follows from what was touched since they were last used. An array that a call reads was last
-- used when the call before went over the same batch. A row that is read again was last used when its sums were taken.
-- Parameters were last used by the group of rows before. The smallest cache that holds what was touched meanwhile has
-- them.
local group = require "plan.group"
local spell = require "print.spell"

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
local function operations_of(k, words, registers, schedule)
  local spec, list = k.spec, {}
  local function add(name, count, kind)
    if count > 0 then list[#list + 1] = { name = name, count = count, kind = kind } end
  end
  local fma, sums, products, moves = 0, 0, 0, 0
  local paired = words.paired
  local load = spec.dtype == "f32" and 0 or paired and 1 or spec.dtype == "bf16" and 2 or 1
  local store = spec.dtype == "f32" and 0 or paired and 4 or spec.dtype == "bf16" and 6 or 1
  local rounding = spec.dtype == "bf16" and 8 or spec.dtype == "f16" and 2 or 0
  if spec.pass == "backward" then
    local params = (words.gamma and 1 or 0) + (words.beta and 1 or 0)
    local passes = group.held(spec, k.target, schedule) and 1 or 2 -- that compute xhat and g
    fma = passes * (words.centred and 1 or 0) + 1 + (words.centred and 1 or 0) + 1 + (words.gamma and 1 or 0)
    products = passes * ((words.centred and 0 or 1) + (words.gamma and 1 or 0)) + (words.centred and 0 or 1)
    sums = (words.centred and 1 or 0) + (params > 1 and 1 or 0)
    moves = passes * 2 * load + store
  else
    local statistics, writes = spec.pass ~= "apply", spec.pass ~= "stats"
    if statistics then
      fma = fma + 1
      sums = sums + (words.centred and 1 or 0)
      moves = moves + load * (words.adds and 2 or 1)
      if words.adds then sums, moves = sums + 1, moves + rounding end
      if words.bias then sums, moves = sums + 1, moves + rounding + load end
      if words.keeps_sum then moves = moves + store end
    end
    if writes then
      local again = words.adds and not words.keeps_sum
      moves = moves + load * (again and 2 or 1)
      if again then sums, moves = sums + 1, moves + rounding end
      if words.split then sums = sums + 1 end
      if words.centred then fma = fma + 1 else products = products + 1 end
      for _ in ipairs(words.outputs) do
        if words.gamma then
          if words.beta or spec.affine == "gamma1" then fma = fma + 1 else products = products + 1 end
        end
        moves = moves + (words.quantises and 4 or store)
      end
      if words.quantises then products = products + 1 end
    end
  end
  local parameter_loads = #words.parameters * registers / schedule.rows
  local begun = beginning(k, k.target.lanes)
  add("fma", fma * registers - begun, "products")
  add("multiplications", products * registers + begun, "products")
  add("additions", sums * registers - (words.centred and begun or 0), "sums")
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
  local spec, words = k.spec, spell.of(k.spec, k.target)
  local n, lanes = spec.width, k.target.lanes
  local registers = (n + lanes - 1) // lanes
  local element = words.element_bytes
  local backward, stats = spec.pass == "backward", spec.pass == "stats"
  local inputs = { "x" }
  if backward then inputs[2] = "dy" elseif words.adds then inputs[2] = "residual" end
  local outputs = {}
  if backward then outputs[1] = { "dx", n * element } end
  if words.keeps_sum then outputs[#outputs + 1] = { "sum", n * element } end
  if not backward and not stats then
    for _, y in ipairs(words.outputs) do outputs[#outputs + 1] = { y.name, n * words.output_bytes } end
  end
  local written = 0
  for _, output in ipairs(outputs) do written = written + output[2] end
  local read = #inputs * n * element
  local parameters = #words.parameters * n * words.parameter_bytes
  local summed = backward and (words.gamma and 1 or 0) + (words.beta and 1 or 0) or 0 -- gradients, over rows
  local sums_over_rows = summed * n * 4
  if backward then parameters = (words.gamma and n * words.parameter_bytes or 0) + sums_over_rows end

  local j = { rows = rows, registers = registers, reads = {}, writes = {}, from = { 0, 0, 0, 0 }, to = { 0, 0, 0, 0 } }
  j.situation, j.schedule = situation_of(k, rows, rows * written, caches)
  local s = j.schedule
  local first = level_of(rows * (read + written) + parameters, caches)
  local streams = s.store == "stream"
  local late = words.keeps_sum and streams -- the write pass adds x and the residual once more
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
  if both then
    if words.keeps_sum and not late then
      reads("sum", n * element, again, "write pass")
    else
      for _, name in ipairs(inputs) do reads(name, n * element, again, "write pass") end
    end
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
  local passes = both and (words.keeps_sum and not late and #inputs + 1 or 2 * #inputs) or #inputs
  j.loads = registers * passes + (parameters > 0 and registers * (#words.parameters + (backward and 1 or 0)) / s.rows
    or 0)
  j.stores = registers * #outputs
  if backward then
    local sums = summed * registers / sharing
    j.loads = held and registers * 3 + sums
      or registers * 4 + (words.gamma and registers * 2 / s.rows or 0) + sums
    j.stores = registers + sums
  end
  j.operations = operations_of(k, words, registers, s)
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
