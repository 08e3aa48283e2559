-- SPDX-License-Identifier: MIT
-- forward.lua: the steps of kernels that read a row for its sums and write it normalised, as C. plan/order.lua says
-- which steps there are.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"
local schedule = require "plan.schedule"

local place, name_of, row_at = registers.place, registers.name, registers.row_at

local forward = setmetatable({}, { __index = registers }) -- so templates find both in one table

-- What printing needs to know of a kernel.
function forward.of(k, spell)
  local p = { k = k, spell = spell, spec = k.spec, target = k.target, N = k.spec.width, W = k.target.lanes }
  p.order = order.new(p.N, p.W, k.numerics, spell.paired, true,
    schedule.sweeps_at_once(p.target, #spell.sums))
  p.block = k.numerics.block
  p.whole = p.N // p.block * p.block -- elements in whole blocks
  p.paired, p.unit = p.order.paired, p.order.unit
  p.halves = p.order:sweeps_halves() -- the sums take even elements, then odd ones
  p.folds_pairs = p.paired and not p.halves
  p.written_at = {} -- of each way what written_at says
  return p
end

-- The constants of rows as an initialiser, all 0: an array for each field of RowConstants, as C++ wants it.
function forward.no_constants(p)
  local fields = #p.spell.row_constants + (p.k.splits_far and 1 or 0) + (p.k.keeps_blocks and #p.spell.sums or 0)
  return "{" .. ("{0}, "):rep(fields - 1) .. "{0}}"
end

-- How the names of the functions end that take sums in one of the ways of plan.sums.
function forward.suffix(sums) return sums.late and "_late" or "" end

local step = {}

local function print_tree(p, b, tree, o) c.print_tree(b, tree, step, p, o) end

-- Sums ----------------------------------------------------------------------------------------------------------------

-- The argument that says so: a pointer to the pilot, or NULL.
local function pilot_of(p, o) return p.k.pilot and (o.pilot and ", pilot" or ", NULL") or "" end

-- "q", "q[1]": the chains of a sum that a step is about.
local function chains_in(p, k, s)
  return p.order.at_once and s.sweep and ("%s[%s]"):format(k, registers.number(s.sweep)) or k
end

-- "&s[1], &q[1]": those of a register as arguments; "s, q": all, where no register is named.
local function chains_of(p, s, chain)
  local list = {}
  for i, k in ipairs(p.spell.sums) do list[i] = (chain and "&%s[%s]" or "%s"):format(chains_in(p, k, s), chain) end
  return table.concat(list, ", ")
end

function step.zero(p, b, s)
  local list = {}
  for _, k in ipairs(p.spell.sums) do
    for chain = 0, 3 do list[#list + 1] = ("%s[%d]"):format(chains_in(p, k, s), chain) end
  end
  b:line("%s = zero();", table.concat(list, " = "))
end

-- Adds registers to their chains, four at a time where there are four; where x + residual is kept, stores them, too.
function step.sum(p, b, s, o)
  local spell, source = p.spell, o.source(s.row)
  if s.four then
    local list = {}
    for _, pointer in ipairs(forward.four_pointers(p, source.sum)) do
      list[#list + 1] = place(source[pointer.name] or pointer.name, s.at)
    end
    local start = type(s.start) == "table" and ("%s == %d"):format(table.unpack(s.start)) or s.start and "1" or "0"
    b:line("sum_four%s(%s, %s%s, %s%s);", forward.suffix(o.sums), start,
      p.halves and s.registers[1].half .. ", " or "", table.concat(list, ", "), chains_of(p, s),
      pilot_of(p, o))
    return
  end
  for _, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    local verb = s.start and "sum_first" or "sum_more"
    local function added(half) return spell.added(at(source.x), at(source.z), r.count, at "bias", half) end
    if source.sum and r.half then -- both registers of a pair are stored when the first is added
      if r.half ~= 1 then
        local variable = r.half ~= 0
        if variable then b:line("if (!%s)", r.half) end
        b:line("%s%s", variable and "    " or "",
          spell.store_pair("store", at(source.sum), added(0), added(1), r.count))
      end
      b:line("%s(%s, %s);", verb, spell.load(at(source.sum), r.count, r.half), chains_of(p, s, r.chain))
    elseif source.sum then
      b:line("v = %s; %s %s(v, %s);", spell.input(at(source.x), at(source.z), r.count, at "bias"),
        spell.store("store", at(source.sum), "v", r.count), verb, chains_of(p, s, r.chain))
    else
      local x = spell.input(at(source.x), source.z and at(source.z), r.count, at "bias", r.half)
      if o.pilot then -- what is missing counts as zero
        x = r.count and ("part_about(%s, pilot, %d)"):format(x, r.half and (r.count + 1 - r.half) // 2 or r.count)
          or ("about(%s, pilot)"):format(x)
      end
      b:line("%s(%s, %s);", verb, x, chains_of(p, s, r.chain))
    end
  end
end

function step.fold(p, b, s)
  for _, k in ipairs(p.spell.sums) do
    local chains = chains_in(p, k, s)
    local folded = s.used == 4 and not p.folds_pairs and ("folded(%s)"):format(chains)
      or s.used > 0 and ("settled(%s)"):format(registers.folded(chains .. "[%d]", s.used, p.folds_pairs)) or "zero()"
    b:line("%s = %s;", registers.lanes_of(p.order, "t" .. k, s), folded)
  end
end

function step.widen(p, b, s, o)
  for _, k in ipairs(p.spell.sums) do
    local wide = ("widen(%s)"):format(registers.lanes(p.order, "t" .. k))
    if s.of_row == "only" then
      b:line("%s.%s = halved(%s);", o.sums_of(s.row), k, wide)
    elseif o.kept then
      local kept = o.kept .. k
      b:line("dkeep(%s, %s);", kept, s.of_row == "first" and wide or ("dadd(dkept(%s), %s)"):format(kept, wide))
    else
      b:line(s.of_row == "first" and "d%s = %s;" or "d%s = dadd(d%s, %s);", k, s.of_row == "first" and wide or k, wide)
    end
  end
end

function step.total(p, b, s, o)
  for _, k in ipairs(p.spell.sums) do
    b:line("%s.%s = halved(%s);", o.sums_of(s.row), k, o.kept and ("dkept(%s%s)"):format(o.kept, k) or "d" .. k)
  end
end

function step.finish(_, b, s) b:line("const unsigned ok = finish_rows_%d(a, ahead, sums, next);", s.rows) end

-- Declares the registers of the sums of one row; `chains` of each sum. wide: also the sums in double. keeps: x +
-- residual is written here.
local function declare_sums(p, b, chains, wide, keeps)
  local list = {}
  for i, k in ipairs(p.spell.sums) do
    list[i] = (p.order.at_once and "%s[%d][%d]" or "%s[%.0s%d]"):format(k, p.order.sweeps, chains)
  end
  b:line("V %s;", table.concat(list, ", "))
  local loose = keeps and p.N % 64 > 0 and not p.paired and "v, " or "" -- not taken four at a time
  b:line("V %s%s;", loose, registers.lanes_declared(p))
  if wide then b:line("D %sdq;", p.spell.centred and "ds, " or "") end
end

-- How sums take a register. `settled` keeps x in a register; otherwise gcc loads it twice, for the sum and for the
-- square. AVX2 has too few registers for that, and its loads are cheap.
function forward.settled(p)
  local b = c.block()
  if p.target.registers >= 32 then b:line("x = settled(x);") end
  return b
end

-- The body of take_sums, `sums` being one of plan.sums.
function forward.sums(p, sums)
  local b, spell = c.block(), p.spell
  local source = { x = "x", z = spell.adds and "z", sum = sums.writes_sum and "sum" }
  local o = { sums = sums, source = function() return source end, sums_of = function() return "sums" end,
    pilot = p.k.pilot }
  if schedule.unrolls_all(sums.unroll) then
    declare_sums(p, b, p.order.chains, p.N > p.block, source.sum)
    b:line("")
    print_tree(p, b, order.as_written(sums.unroll, p.order:sums(0, 0, p.N, true, true)), o)
    return b
  end
  declare_sums(p, b, 4, false, source.sum)
  b:line("D %sdq = dzero();", spell.centred and "ds = dzero(), " or "")
  b:line("")
  print_tree(p, b, p.order:sums(0, 0, p.N, false, true, sums.unroll), o)
  return b
end

-- What sum_four is given besides the chains: pointers { type, name }.
function forward.four_pointers(p, sum)
  local spell = p.spell
  local list = { { type = "const " .. spell.element .. " *", name = "x" } }
  if spell.adds then list[#list + 1] = { type = "const " .. spell.element .. " *", name = "z" } end
  if spell.bias then list[#list + 1] = { type = "const " .. spell.element .. " *", name = "bias" } end
  if sum then list[#list + 1] = { type = spell.element .. " *", name = "sum" } end
  return list
end

-- The parameters and the body of sum_four.
function forward.four_parameters(p, sum)
  local list = {}
  for i, pointer in ipairs(forward.four_pointers(p, sum)) do list[i] = pointer.type .. pointer.name end
  return (p.halves and "int odd, " or "") .. table.concat(list, ", ") .. ", V *" .. table.concat(p.spell.sums, ", V *")
end

function forward.four(p, begins, goes_on, sum)
  local b, source = c.block(), { x = "x", z = p.spell.adds and "z", sum = sum and "sum" }
  if sum and not p.paired then b:line("V v;") end
  local at = { 0, { "chain", 16 } } -- a turn of a loop
  local list = { { offset = 0, chain = "chain", half = p.halves and "odd" or nil } }
  if p.folds_pairs then at, list = { 0 }, p.order:group(0, 64) end
  local function print(start)
    step.sum(p, b, { at = at, start = start, registers = list }, { source = function() return source end,
      pilot = p.k.pilot })
  end
  local function branch(head, start)
    b:line("%s", head)
    b.depth = b.depth + 1
    print(start)
    b.depth = b.depth - 1
  end
  local both = begins and goes_on
  if not both then b:line("(void)first;") end
  b:braces(p.folds_pairs and "" or "UNROLL for (size_t chain = 0; chain < 4; chain++)", function()
    if not both then return print(begins) end
    local several = p.folds_pairs or sum -- statements
    branch(several and "if (first) {" or "if (first)", true)
    branch(several and "} else {" or "else", false)
    if several then b:line("}") end
  end)
  return b
end

-- The pointers that take_sums reads and writes through.
function forward.sums_pointers(p, sums)
  local b = c.block()
  b:line("%s", registers.row_pointer(p, "x", "row"))
  if p.spell.adds then b:line("%s", registers.row_pointer(p, "residual", "row", "z")) end
  b:add(registers.bias_pointer(p))
  if sums.writes_sum then b:line("%s", registers.row_pointer(p, "sum", "row")) end
  return b
end

-- The write pass ------------------------------------------------------------------------------------------------------

local function name_in(s)
  return function(letter, index) return name_of(letter, index - 1, #s.registers > 1) end
end

-- The names of a step's registers of parameters: of their own, or of arrays that hold those of all rows.
local function parameter_in(p, s, o)
  if not o.keeps_parameters then return name_in(s) end
  return function(letter, index)
    return ("%s[%s]"):format(letter, registers.index(order.plus(s.at, s.registers[index].offset), p.W))
  end
end

local function loaded(p, parameter, s, r, settled)
  local load = p.spell.load_parameter(parameter, place(parameter.name, s.at, r.offset), r.count, r.half)
  return settled and ("settled(%s)"):format(load) or load
end

-- Loads parameters for one of a step's registers.
local function print_parameters(p, b, s, index, name, o)
  local list = {}
  for _, parameter in ipairs(o.keeps_parameters and {} or p.spell.parameters) do
    list[#list + 1] = ("%s = %s;"):format(name(parameter.letter, index),
      loaded(p, parameter, s, s.registers[index], o.rows > 1))
  end
  if #list > 0 then b:line("%s", table.concat(list, " ")) end
end

-- The pointer to a row in flight: of an array of them where o.arrays says so.
local function row_in(o, array, row)
  if o.arrays then return ("%s[%d]"):format(array, row) end
  return array .. (array:find("%d") and "_" or "") .. row
end

local function input(p, s, r, row, o)
  local function at(pointer) return place(pointer, s.at, r.offset) end
  return p.spell.input(at(row_in(o, "x", row)), not o.reads_sum and at(row_in(o, "z", row)), r.count,
    at "bias", r.half)
end

local function normalised(p, x, row) return p.spell.normalised(x, "r" .. row, "c" .. row, "h" .. row) end

-- Whether loops over an array of registers write four whole registers of a row; that is less text.
local function in_array(p, way)
  local spell = p.spell
  return way.rows == 1 and way.prefetch == 0 and not way.late and #spell.outputs == 1 and not p.paired
    and not spell.dynamic and not way.unaligned and way.ahead == 0
end

local function write_in_array(p, b, s, o)
  local spell, y = p.spell, p.spell.outputs[1]
  local k = o.in_turn and "j" or "k" -- a parameter k holds the constants of several rows
  local loop = ("UNROLL for (size_t %s = 0; %s < 4; %s++)"):format(k, k, k)
  local at = order.plus(s.at, s.registers[1].offset)
  table.insert(at, 2, { k, p.W })
  local g, beta = "", ""
  for _, parameter in ipairs(spell.parameters) do
    local value = o.keeps_parameters and ("%s[%s]"):format(parameter.letter, registers.index(at, p.W))
      or loaded(p, parameter, { at = at }, {})
    if parameter.letter == y.gamma then g = value else beta = value end
  end
  b:line("%s", loop)
  b:line("    w[%s] = %s;", k, spell.scaled(normalised(p, input(p, { at = at }, {}, 0, o), 0), g, beta))
  b:line("%s", loop)
  b:line("    %s", spell.store_output(o.verb, place(row_in(o, y.name, 0), at), ("w[%s]"):format(k), nil, "inverse"))
end

-- Loads the parameters, then computes y for every row, then stores all.
function step.write(p, b, s, o)
  local spell, name, parameter = p.spell, name_in(s), parameter_in(p, s, o)
  if o.in_array and #s.registers == 4 and not s.registers[4].count then return write_in_array(p, b, s, o) end
  if o.write_at and not s.registers[1].count then
    local n = o.write_at.varies and ("%d, "):format(s.units * p.unit) or ""
    b:line("%s(%s, %s%s);", o.write_at.name, registers.number(s.at), n, o.write_at.arguments)
    return
  end
  for index, r in ipairs(s.registers) do
    print_parameters(p, b, s, index, name, o)
    for row = 0, o.rows - 1 do
      local x = input(p, s, r, row, o)
      if o.late then
        b:line("%s = %s;", name("e" .. row, index), x)
        x = name("e" .. row, index)
      end
      local t = normalised(p, x, row)
      if #spell.outputs > 1 then
        b:line("%s = %s;", name("w" .. row, index), t)
        t = name("w" .. row, index)
      end
      for k = #spell.outputs, 1, -1 do
        local y = spell.outputs[k]
        b:line("%s = %s;", name(y.letter .. row, index),
          spell.scaled(t, parameter(y.gamma, index), parameter(y.beta, index)))
      end
    end
  end
  for index, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    for row = 0, r.half == 0 and -1 or o.rows - 1 do -- register pairs are stored with their second half
      if r.fetch and o.prefetch > 0 then
        b:line("%s(%s + %s);", o.fetch, at(row_in(o, "x", row)),
          registers.times(o.prefetch, o.reads_sum and "a->sum_stride" or "a->x_stride"))
        if spell.adds and not o.reads_sum then
          b:line("%s(%s + %s);", o.fetch, at(row_in(o, "z", row)), registers.times(o.prefetch, "a->residual_stride"))
        end
      end
      if o.late then
        local e = name("e" .. row, index)
        b:line("%s", r.half
          and spell.store_pair(o.verb, at(row_in(o, "sum", row)), name("e" .. row, index - 1), e, r.count)
          or spell.store(o.verb, at(row_in(o, "sum", row)), e, r.count))
      end
      for _, y in ipairs(spell.outputs) do
        local to, w = at(row_in(o, y.name, row)), name(y.letter .. row, index)
        b:line("%s", r.half and spell.store_pair(o.verb, to, name(y.letter .. row, index - 1), w, r.count)
          or spell.store_output(o.verb, to, w, r.count, spell.dynamic and "inverse" .. row or "inverse"))
      end
    end
  end
end

function step.largest(p, b, s, o)
  local name = name_in(s)
  for index, r in ipairs(s.registers) do
    print_parameters(p, b, s, index, name, o)
    for row = 0, o.rows - 1 do
      local y = p.spell.scaled(normalised(p, input(p, s, r, row, o), row), name("g", index), name("b", index))
      if r.count then y = ("keep_part(%s, %s)"):format(y, r.count) end
      b:line("most%d = max_magnitude(most%d, %s);", row, row, y)
    end
  end
end

-- Names of the registers of a write pass, each followed by `k`.
local function add_registers(p, names, way, k)
  local suffix = k ~= "" and "_" .. k or ""
  for _, parameter in ipairs(way.keeps_parameters and {} or p.spell.parameters) do
    names[#names + 1] = parameter.letter .. k
  end
  for r = 0, way.rows - 1 do
    if way.late then names[#names + 1] = "e" .. r .. suffix end
    for _, y in ipairs(p.spell.outputs) do names[#names + 1] = y.letter .. r .. suffix end
  end
end

-- Registers of a function that are computed before any is stored.
local function group_of(p, way, ahead)
  return math.max(p.order.unit_registers, (ahead or way.unaligned) and 1 or 4 // way.rows)
end

-- Elements from one prefetch to the next.
local function fetch_of(p, way) return way.prefetch > 0 and way.fetch_bytes // p.spell.element_bytes or nil end

-- The writes of a way's rows, and the sums of as many coming rows between them.
local function merged(p, way)
  local taken = {}
  for r = 0, way.rows - 1 do order.flat(p.order:sums(r, 0, p.N, true, true), taken) end
  taken[#taken + 1] = { kind = "finish", rows = way.rows }
  local writes = p.order:writes(0, p.N, group_of(p, way, true), nil, fetch_of(p, way))
  return order.merge(order.flat(writes), taken, way.rows == 1)
end

-- What the function can write that writes whole registers of each row (way.calls_write_at): `most` registers, or
-- register pairs, as many as there are at most between two sums; varies: some calls write fewer.
function forward.written_at(p, way)
  if p.written_at[way] then return p.written_at[way] end
  local most, last = 1, 0
  for _, step in ipairs(order.joined(merged(p, way), p.unit, p.N)) do
    if step.kind == "write" then
      last = step.units
    elseif step.kind == "sum" then
      most = math.max(most, last)
    end
  end
  local varies = p.N // p.unit % most > 0
  for _, step in ipairs(order.joined(merged(p, way), p.unit, most)) do
    varies = varies or step.kind == "write" and step.units < most and not step.registers[1].count
  end
  p.written_at[way] = { most = most, varies = varies }
  return p.written_at[way]
end

-- The arrays that a write pass goes through, as { name in ln_args, name of the pointer, type }.
local function arrays_of(p, way)
  local spell, list = p.spell, {}
  local function add(kind, name, type) list[#list + 1] = { kind = kind, name = name, type = type } end
  local T = spell.element
  if way.reads_sum then
    add("sum", "x", "const " .. T)
  else
    add("x", "x", "const " .. T)
    if spell.adds then add("residual", "z", "const " .. T) end
    if way.late then add("sum", "sum", T) end
  end
  for _, y in ipairs(spell.outputs) do add(y.name, y.name, spell.output) end
  return list
end

-- "r0, c0": the registers that scale row r.
local function constants_of(p, way, row)
  local list = { "r" .. row }
  if p.spell.centred then list[2] = "c" .. row end
  if p.spell.split then list[#list + 1] = "h" .. row end
  if p.spell.dynamic then list[#list + 1] = "inverse" .. row end
  return list
end

-- The parameters, after the element, of the function that writes a register: types and names.
function forward.write_at_parameters(p, way)
  local spell, types, names = p.spell, {}, {}
  local function add(type, name) types[#types + 1], names[#names + 1] = type .. name, name:match("^[%w_]+") end
  if way.prefetch > 0 then add("const ln_args *", "a") end
  for _, parameter in ipairs(spell.parameters) do add("const " .. spell.parameter .. " *", parameter.name) end
  if spell.bias and not way.reads_sum then add("const " .. spell.element .. " *", "bias") end
  for _, array in ipairs(arrays_of(p, way)) do
    if way.rows > 1 then
      add(array.type .. " *const *", array.name)
    else
      add(array.type .. " *", row_in({}, array.name, 0))
    end
  end
  for row = 0, way.rows - 1 do
    for _, name in ipairs(constants_of(p, way, row)) do add("V ", name) end
  end
  if spell.quantises and not spell.dynamic then add("V ", "inverse") end
  return table.concat(types, ", "), table.concat(names, ", ")
end

-- Declares pointers to the rows from `first` on, one each or an array of them.
local function print_rows(b, arrays, first, rows, as_array)
  if as_array then
    for _, array in ipairs(arrays) do
      b:line("%s *%s[%d];", array.type, array.name, rows)
      for r = 0, rows - 1 do b:line("%s[%d] = %s;", array.name, r, registers.row(array.kind, row_at(r, first))) end
    end
    return
  end
  for r = 0, rows - 1 do
    for _, array in ipairs(arrays) do
      b:line("%s *%s = %s;", array.type, row_in({}, array.name, r), registers.row(array.kind, row_at(r, first)))
    end
  end
end

-- Declares what scales row r; `value`: where a field of it is found.
local function print_constants(p, b, r, value)
  local list, spell = {}, p.spell
  for _, constant in ipairs { { "r", "rstd", true }, { "c", "shift", spell.centred }, { "h", "high", spell.split } } do
    local letter, field, wanted = table.unpack(constant)
    if wanted then list[#list + 1] = ("%s%d = %s"):format(letter, r, value:format(field)) end
  end
  b:line("const V %s;", table.concat(list, ", "))
end

-- Pointers to rows and parameters, and what scales each row.
function forward.pointers(p, way, ahead)
  local b, spell = c.block(), p.spell
  local as_array = (ahead or way.calls_write_at) and way.rows > 1
  print_rows(b, arrays_of(p, way), "row", way.rows, as_array)
  for r = 0, way.rows - 1 do
    print_constants(p, b, r, way.fused and "splat_first(f.%s)" or ("splat(k->%%s[%d])"):format(r))
  end
  b:add(registers.parameter_pointers(p))
  if ahead or not way.reads_sum then b:add(registers.bias_pointer(p)) end
  if spell.quantises and not spell.dynamic then b:line("const V inverse = splat(1.0f / a->static_scale);") end
  return b
end

-- Pointers to the coming rows whose sums are taken: arrays if there are several rows, so that a loop can go over them.
local function pointers_ahead(p, b, way)
  local T, arrays = p.spell.element, {}
  arrays[1] = { kind = "x", name = "later", type = "const " .. T }
  if p.spell.adds then arrays[2] = { kind = "residual", name = "later_z", type = "const " .. T } end
  if way.reads_sum then arrays[3] = { kind = "sum", name = "later_sum", type = T } end
  for _, array in ipairs(arrays) do
    if way.rows == 1 then
      b:line("%s *%s = %s;", array.type, array.name, registers.row(array.kind, "ahead"))
    else
      print_rows(b, { array }, "ahead", way.rows, true)
    end
  end
end

-- Declares the registers of a function's write pass.
function forward.registers(p, way, ahead)
  local b, names = c.block(), {}
  local calls = way.calls_write_at
  local group = group_of(p, way, ahead or calls)
  local count = (p.N + p.unit - 1) // p.unit * p.order.unit_registers
  if in_array(p, way) and p.N >= group * p.W then
    b:line("V w[4];")
    count = (p.N % (group * p.W) + p.W - 1) // p.W
    if count == 0 then return b end
    group = count
  end
  if group > 1 and count > 1 and not (calls and p.N % p.unit == 0) then
    for k = 0, math.min(group, count) - 1 do add_registers(p, names, way, tostring(k)) end
  end
  if count % group == 1 % group and not (calls and p.N % p.unit == 0) then add_registers(p, names, way, "") end
  if #names == 0 and p.spell.dynamic then -- the largest magnitudes are found here, from parameters alone
    for _, parameter in ipairs(p.spell.parameters) do
      for k = 0, group - 1 do names[#names + 1] = parameter.letter .. (group > 1 and k or "") end
    end
  end
  if #names > 0 then b:line("V %s;", table.concat(names, ", ")) end
  if ahead and way.merges then pointers_ahead(p, b, way) end
  return b
end

-- What printing a step of a function needs to know. ahead: the function also takes sums of rows to come.
local function options(p, way, ahead)
  local write_at
  if way.calls_write_at then
    local written = forward.written_at(p, way)
    write_at = { name = "write_" .. way.name .. "_at", arguments = select(2, forward.write_at_parameters(p, way)),
      most = written.most, varies = written.varies }
  end
  return { rows = way.rows, in_array = in_array(p, way), in_turn = way.in_turn,
    keeps_parameters = way.keeps_parameters, arrays = (ahead or write_at) and way.rows > 1, write_at = write_at,
    kept = ahead and p.k.keeps_blocks and "next->", -- where sums in double are kept
    verb = way.store == "stream" and "stream" or "store", late = way.late, reads_sum = way.reads_sum, sums = way.sums,
    prefetch = way.prefetch, fetch = way.fetch,
    sums_of = function(row) return ("sums[%s]"):format(registers.number(row)) end,
    source = function(row)
      local at = way.rows > 1 and ("[%s]"):format(registers.number(row)) or ""
      return { x = "later" .. at, z = p.spell.adds and "later_z" .. at,
        sum = way.reads_sum and "later_sum" .. at }
    end }
end

-- About how many lines a step is printed as.
local function lines_in(p, way)
  local spell = p.spell
  local outputs, adds = #spell.outputs, way.late and 1 or 0
  local made = outputs + adds + (outputs > 1 and 1 or 0)
  return function(s)
    if s.kind == "write" then
      if way.calls_write_at and not s.registers[1].count then return 1 end
      return #s.registers * ((#spell.parameters > 0 and 1 or 0) + way.rows * (made + outputs + adds))
    end
    return s.kind == "sum" and (s.four and 1 or #s.registers) or s.kind == "finish" and 1 or #spell.sums
  end
end

-- The write pass of a function; `kind` is "write", or "largest" for the pass before it that finds the largest
-- magnitudes.
function forward.writes(p, way, kind, ahead)
  local b, fetch, calls = c.block(), fetch_of(p, way), way.calls_write_at
  local K = not schedule.unrolls_all(way.unroll) and way.unroll or nil
  local tree = order.as_written(way.unroll, p.order:writes(0, p.N, group_of(p, way, ahead or calls), kind, fetch, K))
  local o = options(p, way, ahead)
  if calls and kind ~= "largest" then
    tree = order.joined(order.flat(tree), p.unit, o.write_at.most)
    if way.unroll ~= "straight" then tree = order.rolled(tree, lines_in(p, way)) end
  end
  print_tree(p, b, tree, o)
  return b
end

-- The write pass, which takes the sums of as many coming rows between its own lines.
function forward.writes_ahead(p, way)
  local b, o, lines = c.block(), options(p, way, true), lines_in(p, way)
  local group, fetch = group_of(p, way, true), fetch_of(p, way)
  if way.merges then
    declare_sums(p, b, p.order.chains, p.N > p.block and not o.kept, way.reads_sum)
    b:line("")
    local list = merged(p, way)
    if o.write_at then list = order.joined(list, p.unit, o.write_at.most) end
    print_tree(p, b, way.unroll == "straight" and list or order.rolled(list, lines), o)
    return b
  end
  -- each turn sums a block of one coming row and writes a share of the present rows; the rest is written at the end
  local spell, rows = p.spell, way.rows
  local centred = spell.centred
  local share = (p.N - 256) // (rows * (p.whole // p.block) * p.unit) * p.unit
  b:line("size_t w = 0; /* elements written */")
  b:line("")
  b:braces(("for (size_t r = 0; r < %d; r++)"):format(rows), function()
    b:line("%s", registers.row_pointer(p, "x", "ahead + r", "later"))
    if spell.adds then b:line("%s", registers.row_pointer(p, "residual", "ahead + r", "later_z")) end
    if way.reads_sum then b:line("%s", registers.row_pointer(p, "sum", "ahead + r", "later_sum")) end
    declare_sums(p, b, 4, false, way.reads_sum)
    if o.kept then
      for _, k in ipairs(spell.sums) do b:line("dkeep(%s%s, dzero());", o.kept, k) end
    else
      b:line("D %sdq = dzero();", centred and "ds = dzero(), " or "")
    end
    b:line("")
    o.sums_of = function() return "sums[r]" end
    o.source = function()
      return { x = "later", z = spell.adds and "later_z", sum = way.reads_sum and "later_sum" }
    end
    b:braces(("for (size_t i = 0; i < %d; i += %d, w += %d)"):format(p.whole, p.block, share), function()
      local taken = order.flat(p.order:sums(0, 0, p.block, false, false))
      local list = order.merge(order.flat(p.order:writes(0, share, group, nil, fetch)), taken)
      local tree = way.unroll == "straight" and list or order.rolled(list, lines, 2)
      order.shifted(tree, "i", { sum = true })
      print_tree(p, b, order.shifted(tree, "w", { write = true }), o)
    end)
    print_tree(p, b, p.order:sums(0, p.whole, p.N, false, true), o)
  end)
  step.finish(p, b, { rows = rows })
  print_tree(p, b, p.order:writes(share * rows * (p.whole // p.block), p.N, group, nil, fetch), o)
  return b
end

local TURNS_UNROLLED = 128 -- up to this width a turn of a loop over rows costs time

-- The body of a function that writes some rows one after the other, and takes the sums of a coming row after each.
function forward.rows_in_turn(p, way, ahead)
  local b, names, kept = c.block(), {}, way.keeps_parameters and p.spell.parameters or {}
  local one = { rows = 1, prefetch = 0, ahead = 0, store = way.store, unroll = way.unroll, in_turn = true,
    keeps_parameters = way.keeps_parameters, reads_sum = way.reads_sum, sums = way.sums }
  if way.heads then
    b:line("const ln_heads *h = ((const ln_head_args *)a)->heads;")
    b:line("size_t head = row % h->heads;")
  else
    b:add(registers.parameter_pointers(p))
  end
  if not way.reads_sum then b:add(registers.bias_pointer(p)) end
  for _, parameter in ipairs(kept) do
    names[#names + 1] = ("%s[%d]"):format(parameter.letter, (p.N + p.W - 1) // p.W)
  end
  if #names > 0 then b:line("V %s;", table.concat(names, ", ")) end
  for _, parameter in ipairs(kept) do
    local function load(at, count)
      b:line("%s%s[%s] = %s;", #at > 1 and "    " or "", parameter.letter, registers.index(at, p.W),
        loaded(p, parameter, { at = at }, { count = count }, true))
    end
    local whole = p.N // p.W
    if whole > 1 then b:line("UNROLL for (size_t j = 0; j < %d; j++)", whole) end
    if whole > 0 then load(whole > 1 and { 0, { "j", p.W } } or { 0 }) end
    if p.N % p.W > 0 then load({ whole * p.W }, p.N % p.W) end
  end
  b:line("")
  b:braces(("%sfor (size_t r = 0; r < %d; r++)"):format(p.N <= TURNS_UNROLLED and "UNROLL " or "", way.rows), function()
    print_rows(b, arrays_of(p, one), "row + r", 1, false)
    print_constants(p, b, 0, "splat(k->%s[r])")
    if way.heads then
      b:add(registers.head_pointers(p, "head * h->gamma_head"))
      b:line("head = head + 1 < h->heads ? head + 1 : 0;")
    end
    b:add(forward.registers(p, one))
    b:line("")
    print_tree(p, b, p.order:writes(0, p.N, group_of(p, one)), options(p, one))
    if ahead then b:line("sums[r] = take_sums(a, ahead + r%s);", pilot_of(p, {})) end
  end)
  if ahead then step.finish(p, b, { rows = way.rows }) end
  return b
end

-- The body of the function that writes whole registers of each row, or register pairs, from element i on. The loop has
-- a constant number of turns, since gcc -O1 would unroll one to n thousands of times.
function forward.write_at(p, way)
  local b, names, o = c.block(), {}, options(p, way, true)
  o.write_at = nil
  local tree = p.order:writes(0, p.unit, p.order.unit_registers, nil, fetch_of(p, way) and p.unit)
  for index in ipairs(tree[1].registers) do
    add_registers(p, names, way, #tree[1].registers > 1 and tostring(index - 1) or "")
  end
  b:line("V %s;", table.concat(names, ", "))
  b:line("")
  local written = forward.written_at(p, way)
  local most, varies = written.most, written.varies
  if most > 1 then order.shifted(tree, "k", { write = true }) end
  order.shifted(tree, "i", { write = true })
  if most > 1 then
    b:braces(("UNROLL for (size_t k = 0; k < %d; k += %d)"):format(most * p.unit, p.unit), function()
      if not varies then return print_tree(p, b, tree, o) end
      b:braces("if (k < n)", function() print_tree(p, b, tree, o) end)
    end)
  else
    print_tree(p, b, tree, o)
  end
  return b
end

-- The registers that hold the largest magnitudes of each row, as declared.
function forward.largest_registers(way)
  local list = {}
  for r = 0, way.rows - 1 do list[#list + 1] = ("most%d = zero()"):format(r) end
  return table.concat(list, ", ")
end

-- Computes the factor that each row is multiplied by before it becomes int8, and stores the row's scale.
function forward.inverses(way)
  local b = c.block()
  for r = 0, way.rows - 1 do
    b:line("const V inverse%d = splat(quantise_scale(a->scale + %s, fold_max(most%d)));", r, row_at(r), r)
  end
  return b
end

-- Writes past the caches from the first whole register of y on: the elements before it, whole registers, and the rest.
function forward.writes_unaligned(p, way)
  local b, o = c.block(), options(p, way)
  local unit, group, fetch = p.unit, p.order.unit_registers, fetch_of(p, way)
  local function unit_of(count, variable)
    local tree = p.order:writes(0, unit, group)
    for _, r in ipairs(tree[1].registers) do r.count, r.fetch = count, fetch and r.half ~= 0 end
    print_tree(p, b, variable and order.shifted(tree, variable, { write = true }) or tree, o)
  end
  b:braces("if (i > 0)", function() unit_of("(unsigned)i") end)
  local turn = fetch and math.max(unit, fetch) or unit
  for _, elements in ipairs(turn > unit and { turn, unit } or { unit }) do
    if p.N >= elements then
      b:braces(("for (; i + %d <= %d; i += %d)"):format(elements, p.N, elements), function()
        local tree = p.order:writes(0, elements, group, nil, elements == turn and fetch or nil)
        print_tree(p, b, order.shifted(order.rolled(order.flat(tree), lines_in(p, way), 2), "i", { write = true }), o)
      end)
    end
    if elements > unit then fetch = nil end
  end
  b:braces(("if (i < %d)"):format(p.N), function() unit_of(("(unsigned)(%d - i)"):format(p.N), "i") end)
  return b
end

return forward
