-- SPDX-License-Identifier: MIT
-- journey.lua: what happens to the bytes of a row: how many come from where, in loads, stores and operations of which
-- kind, and the fewest cycles that a core needs for them. A model, as docs/story.md describes it; it runs nothing.
--
-- Where bytes come from follows from what was touched since they were last used. An array that a call reads was last
-- used when the call before went over the same batch. A row that is read again was last used when its sums were taken.
-- Parameters were last used by the group of rows before. The smallest cache that holds what was touched meanwhile has
-- them.
local amd_module = require "plan.amd"
local facts_module = require "spec.facts"
local order = require "plan.order"
local schedule = require "plan.schedule"
local storage = require "spec.storage"

local journey = {}

journey.LEVELS = { "L1", "L2", "L3", "memory" }

local function level_of(touched, caches)
  for i = 1, 3 do
    if touched <= caches[i] then return i end
  end
  return 4
end

-- The situation of a batch, and the way its rows are written: a schedule where there is none, as of statistics. As the
-- runtime decides: many from a quarter of the last-level cache on; and as the kernel does: rows that are fewer than a
-- group go one by one, or as a part of a group.
local function situation_of(k, rows, counted, moved, caches)
  local name = counted >= math.min(caches[3], caches.most or caches[3]) // 4 and "many" or "few"
  local amd = caches.amd and k[name .. "_amd"]
  local large = caches.amd and name == "few" and k.few_large
  if rows == 1 then
    name = "one"
  elseif large and amd_module.eight_rows(rows) and amd_module.serves(large.way, moved, caches[1]) then
    name = "few_large"
  elseif amd and amd_module.serves(amd.way, moved, caches[1]) then
    name = name .. "_amd"
  end
  local serving = name ~= "one" and (k[name] or k.few) or k.one
  local gradients = k.spec.pass == "backward" -- whose loops serve rows left over, too
  local fewer = serving and rows < (gradients and (serving.way.least or 1) or serving.way.rows)
  if fewer and not (k.rest and rows >= k.rest.least and rows < k.rest.rows) then name, serving = "one", k.one end
  return name, serving and serving.way or k.schedule.few
end

-- The registers of a row that begin a chain of its sums: the first 64 elements of each block. They are multiplied and
-- not added to anything. 0 where chains begin at zero.
local function beginning(k, lanes, sums)
  if not sums.starts or k.spec.pass ~= "forward" and k.spec.pass ~= "stats" then return 0 end
  local n, count = k.spec.width, 0
  for at = 0, n - 1, k.numerics.block do count = count + (math.min(k.numerics.lanes, n - at) + lanes - 1) // lanes end
  return count
end

-- Operations for each register of a row: fma, products, sums, and moves, which convert and round; `cost`: of
-- storage.work; first_load: of a register that is not read in pairs, as in the first pass.
local function of_gradients(k, facts, cost, first_load, registers)
  local g = k.gradients
  local passes = (g.mode == "held" or g.carries_both) and 1 or 2 -- that compute xhat
  local gained = g.keeps and 1 or passes                         -- that compute g, of each register on average
  if g.carried then gained = 2 - g.carried / registers end
  local centred, gain = facts.centred and 1 or 0, facts.gamma and 1 or 0
  local fused = k.spec.affine == "gamma1" and gained or 0 -- g = dy + dy*gamma
  return { fma = 2 + centred + gain + fused, products = passes + gained * gain - fused + 1 - centred,
    sums = centred * (passes + 1) + (facts.beta and 1 or 0),
    moves = 2 * (first_load + (passes - 1) * cost.load) + cost.store }
end

-- The same of the other passes, of rows near zero.
local function of_norms(spec, facts, cost, way)
  local read_again = facts.adds and not way.reads_sum -- the write pass adds x and the residual once more
  local n = { fma = 0, products = 0, sums = 0, moves = 0 }
  local function add(kind, count) n[kind] = n[kind] + count end
  local function load_inputs()
    add("moves", cost.load)
    if facts.adds then
      add("sums", 1)
      add("moves", cost.load + cost.rounding)
    end
    if facts.bias then
      add("sums", 1)
      add("moves", cost.load + cost.rounding)
    end
  end
  if spec.pass ~= "apply" then
    add("fma", 1)
    if facts.centred then add("sums", 1) end
    load_inputs()
  end
  if facts.keeps_sum then add("moves", cost.store) end -- by either pass
  if spec.pass == "stats" then return n end
  for _ = 1, facts.times_normalised do
    if read_again then load_inputs() else add("moves", cost.load) end
    if facts.split and not way.near then add("sums", 1) end
    add(facts.centred and "fma" or "products", 1)
    if spec.rounding == "before_gain" then add("moves", cost.rounding) end
    for _ in ipairs(facts.gamma and facts.outputs or {}) do
      add((facts.beta or spec.affine == "gamma1") and "fma" or "products", 1)
    end
  end
  add("moves", #facts.outputs * (facts.quantises and 4 or cost.store))
  if facts.quantises then add("products", 1) end
  if facts.dynamic then add("sums", 1) end -- the largest magnitude
  return n
end

local function reads(j, name, bytes, loads, level, pass)
  bytes = bytes // 1 | 0
  j.reads[#j.reads + 1] = { name = name, bytes = bytes, loads = loads, level = level, pass = pass }
  j.from[level], j.loads = j.from[level] + bytes, j.loads + loads
end

local function writes(j, name, bytes, stores, level, past)
  bytes = bytes // 1 | 0
  j.writes[#j.writes + 1] = { name = name, bytes = bytes, stores = stores, level = level, past = past }
  j.to[level], j.stores = j.to[level] + bytes, j.stores + stores
end

-- What follows goes by the row `r`, which journey.of makes:
--   facts                  of its spec and target
--   inputs, outputs        the names of the arrays of rows that are read; list of { name, bytes } of those written
--   bytes, read            of a row of x; of all inputs
--   accesses, registers    loads or stores of a row, and the registers that it fills
--   paired                 whether the write pass goes in register pairs
--   written                loads or stores of a row in the write pass, which may go in pairs where the sums do not
--   parameters, parameter  how many arrays of parameters are read, and the bytes of one
--   summed                 how many arrays of gradients are summed over rows
--   first, again           the levels where a row is when it is read first, and when it is read again
local function read_rows(j, r, list, level, pass, accesses)
  for _, name in ipairs(list) do reads(j, name, r.bytes, accesses or r.accesses, level, pass) end
  if r.facts.bias and list == r.inputs then reads(j, "bias", r.bytes, r.accesses, r.again, pass) end
end

-- Each parameter is loaded once for `rows` rows. Returns how many registers they fill.
local function read_parameters(j, r, rows, pass, accesses)
  if r.parameters == 0 then return 0 end
  reads(j, "parameters", r.parameters * r.parameter / rows, r.parameters * (accesses or r.accesses) / rows, r.again,
    pass)
  return r.parameters * r.registers / rows
end

-- Returns how many registers of parameters are loaded, and how many of them in the statistics pass.
local function reads_of_gradients(j, r, k)
  local s, n = j.schedule, k.spec.width
  local g = s.tiled and k.gradients.apart or k.gradients
  local held, narrow = g.mode == "held", g.mode == "group" or g.mode == "tiles"
  local statistics = held and "the only pass" or "the statistics pass"
  read_rows(j, r, r.inputs, r.first, statistics)
  local block = math.min(j.rows, k.numerics.block_rows)
  local apart = read_parameters(j, r, g.holds_gamma and block or s.abreast and s.rows or 1, statistics)
  local loaded = apart
  if s.abreast and r.facts.beta then -- dy of the second row, first for dbeta and then for its own sums
    reads(j, "dy", r.bytes / 2, r.accesses / 2, 1, statistics)
  end
  if g.keeps then
    writes(j, "g", 4 * n, r.registers, r.again)
    read_rows(j, r, { "x" }, r.again, "the write pass")
    reads(j, "g", 4 * n, r.registers, r.again, "the write pass")
  elseif g.carried then
    local again = 1 - g.carried / r.registers -- the part of dy and gamma that is read again
    if not g.carries_both then read_rows(j, r, { "x" }, r.again, "the write pass") end
    if again > 0 then
      reads(j, "dy", r.bytes * again, r.accesses * again, r.again, "the write pass")
      reads(j, "parameters", r.parameter * again, r.accesses * again, r.again, "the write pass")
      loaded = loaded + r.registers * again
    end
  elseif not held then
    read_rows(j, r, r.inputs, r.again, "the write pass", r.written)
    loaded = loaded + read_parameters(j, r, (narrow or s.row_by_row) and 1 or s.rows, "the write pass", r.written)
  end
  local given = r.facts.statistics
  r.read = r.read + 4 * #given
  reads(j, table.concat(given, " and "), 4 * #given, 0, r.first, statistics)
  if r.summed == 0 then return loaded, apart end
  -- sums over rows, which the first of a block of rows begin; the statistics pass adds to them row by row, for two rows
  -- abreast, or in tiles
  local alone = g.gathers and not g.tile and not s.abreast
  local sharing = held and block or alone and 1 or math.min(block, s.rows)
  local bytes, count, rest = r.summed * n * 4 / sharing, r.summed * r.registers / sharing, 1 - sharing / block
  if rest > 0 then
    reads(j, "sums over rows", bytes * rest, count * rest, r.again, (held or g.gathers) and statistics
      or "the write pass")
  end
  writes(j, "sums over rows", bytes, count, r.again)
  return loaded, apart
end

-- later: what is read where a row is read again; split: its even elements are read apart from its odd ones. Returns how
-- many registers of parameters are loaded.
local function reads_of_forward(j, r, k, later, split, caches)
  local s, pass, loaded = j.schedule, k.spec.pass, 0
  if pass ~= "apply" then
    read_rows(j, r, r.inputs, r.first, "the statistics pass")
    if split then read_rows(j, r, later, 1, "the statistics pass") end
  else
    reads(j, "stats", 16, 0, r.first, "the write pass")
    r.read = r.read + 16
  end
  for time = 1, pass == "stats" and 0 or r.facts.times_normalised do
    local level = time > 1 and level_of(s.rows * r.read + j.shared, caches) or pass == "apply" and r.first or r.again
    read_rows(j, r, later, level, "the write pass")
    loaded = loaded
      + read_parameters(j, r, s.row_by_row and not s.keeps_parameters and 1 or s.rows, "the write pass")
  end
  return loaded
end

-- Returns the bytes of statistics or scales that are written.
local function writes_of(j, r, k)
  local facts, pass = r.facts, k.spec.pass
  for _, output in ipairs(r.outputs) do
    -- no vector of eight bytes goes past the caches
    local past = j.streams and not (facts.quantises and output[1] ~= "sum" and k.target.lanes < 16)
    writes(j, output[1], output[2], r.written, past and 4 or r.first, past)
    if not past and r.first > 1 then j.fetched = j.fetched + output[2] end
  end
  j.from[r.first] = j.from[r.first] + j.fetched
  local result = pass == "stats" and 16 or facts.dynamic and pass ~= "backward" and 4 or 0
  if result > 0 then writes(j, pass == "stats" and "stats" or "scale", result, 0, r.first) end
  return result
end

-- Operations on registers for each row, without the few that fold its sums and finish its statistics: list of { name,
-- count, kind }; kind: products, other floating-point operations ("sums"), or "moves". loaded: registers of
-- gamma and beta that are loaded for a row; apart: those of them that are not loaded in pairs though rows are.
local function operations_of(j, r, k, loaded, apart)
  local spec, facts, registers, way, list = k.spec, r.facts, r.registers, j.schedule, {}
  local cost, load_apart = storage.work(spec.dtype, r.paired, k.target), storage.work(spec.dtype, false, k.target).load
  local n = spec.pass == "backward" and of_gradients(k, facts, cost, load_apart, registers)
    or of_norms(spec, facts, cost, way)
  local begun = beginning(k, k.target.lanes, way.sums or k.sums[1])
  local shifted = 0 -- registers of 1 + gamma, which is rounded as gamma is
  if spec.affine == "full1" then
    shifted = loaded * (spec.pass == "backward" and 1 or #facts.outputs) / r.parameters
  end
  local moves = n.moves * registers
  if spec.params ~= "f32" then
    moves = moves + apart * load_apart + (loaded - apart) * cost.load + shifted * cost.rounding
  end
  local function add(name, count, kind)
    if count > 0 then list[#list + 1] = { name = name, count = count, kind = kind } end
  end
  local function whole(x) return math.floor(x + 0.5) end
  add("fma", whole(n.fma * registers) - begun, "products")
  add("multiplications", whole(n.products * registers) + begun, "products")
  add("additions", n.sums * registers - (facts.centred and begun or 0) + shifted, "sums")
  add("conversions", math.ceil(moves), "moves") -- two registers of a pair are stored with an odd number
  return list
end

-- journey.of(k, rows, caches) -> what happens to each row of a batch of `rows` rows. caches: bytes of levels 1 to 3,
-- and where the system told them, `most`: what the runtime counts of the last one; amd: of a processor of AMD.
--   situation, schedule   what serves the batch
--   reads                 list of { name, bytes, loads, level, pass } for each row; level: an index of LEVELS
--   writes                list of { name, bytes, stores, level, past }; past: past the caches
--   read, written         bytes of each row's own arrays
--   shared                bytes of arrays that all rows share
--   fetched               bytes of lines that are fetched only to be written, and their level
--   from, to              bytes for each level, of all that is read and of all that is written
--   loads, stores         of registers, for each row
--   operations            { name, count, kind }
-- Registers are those of elements, not of a row's statistics. mean and rstd, which the forward pass stores where its
-- caller asks for them, are not counted.
function journey.of(k, rows, caches)
  local spec, facts = k.spec, facts_module.of(k.spec, k.target)
  local n, lanes = spec.width, k.target.lanes
  local backward, stats = spec.pass == "backward", spec.pass == "stats"
  local o = order.new(n, lanes, k.numerics, facts.paired and not backward, true,
    schedule.sweeps_at_once(k.target, #facts.sums))
  local r = { facts = facts, inputs = { "x" }, outputs = {}, bytes = n * facts.element_bytes,
    accesses = (n + o.unit - 1) // o.unit, registers = (n + lanes - 1) // lanes,
    parameters = backward and (facts.gamma and 1 or 0) or stats and 0 or #facts.parameters,
    parameter = n * facts.parameter_bytes,
    summed = backward and #facts.parameters or 0 }
  if backward then r.inputs[2] = "dy" elseif facts.adds then r.inputs[2] = "residual" end
  if backward then r.outputs[1] = { "dx", r.bytes } end
  if facts.keeps_sum then r.outputs[1] = { "sum", r.bytes } end
  if not backward and not stats then
    for _, y in ipairs(facts.outputs) do r.outputs[#r.outputs + 1] = { y.name, n * facts.output_bytes } end
  end
  local written = 0
  for _, output in ipairs(r.outputs) do written = written + output[2] end
  r.read = #r.inputs * r.bytes

  local j = { rows = rows, registers = r.registers, reads = {}, writes = {}, from = { 0, 0, 0, 0 },
    to = { 0, 0, 0, 0 }, loads = 0, stores = 0, fetched = 0,
    shared = r.parameters * r.parameter + (facts.bias and r.bytes or 0) + r.summed * n * 4 }
  j.situation, j.schedule =
    situation_of(k, rows, stats and 0 or rows * n * facts.counted_bytes, rows * (r.read + written), caches)
  local s = j.schedule
  r.paired = o.paired or backward and k.gradients.paired and not s.tiled
  r.written = r.paired and (n + 2 * lanes - 1) // (2 * lanes) or r.accesses
  r.first = level_of(rows * (r.read + written) + j.shared, caches)
  j.streams, j.fetched_level = s.store == "stream" and not stats, r.first
  r.again = level_of(s.rows * (1 + s.ahead) * (r.read + (j.streams and 0 or written)) + j.shared, caches)

  local loaded, apart -- registers of parameters; those of them that are not loaded in pairs
  if backward then
    loaded, apart = reads_of_gradients(j, r, k)
  else
    loaded, apart = reads_of_forward(j, r, k, s.reads_sum and { "sum" } or r.inputs,
      o:sweeps_halves() and not o.at_once, caches), 0
  end
  j.written = written + writes_of(j, r, k)
  j.read = r.read
  j.operations = operations_of(j, r, k, loaded, apart)
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
