-- SPDX-License-Identifier: MIT
-- row_writes.lua: normalised rows, as C: the step of plan/order.lua that writes some registers of the rows in flight,
-- and the pointers, constants and registers that it needs.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"
local row_sums = require "print.row_sums"

local place, name_of, row_at = registers.place, registers.name, registers.row_at

local row_writes = setmetatable({}, { __index = row_sums }) -- so templates find all in one table

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

function row_writes.loaded(p, parameter, s, r, settled)
  local load = p.spell.load_parameter(parameter, place(parameter.name, s.at, r.offset), r.count, r.half)
  return settled and ("settled(%s)"):format(load) or load
end

-- Loads parameters for one of a step's registers.
local function print_parameters(p, b, s, index, name, o)
  local list = {}
  for _, parameter in ipairs(o.keeps_parameters and {} or p.spell.parameters) do
    list[#list + 1] = ("%s = %s;"):format(name(parameter.letter, index),
      row_writes.loaded(p, parameter, s, s.registers[index], o.rows > 1))
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

-- The normalised register of a value of a row. o.near: nothing is subtracted first.
local function normalised(p, x, row, o)
  return p.spell.normalised(x, "r" .. row, "c" .. row, not o.near and "h" .. row)
end

-- Whether loops over an array of registers write four whole registers of a row; that is less text.
function row_writes.in_array(p, way)
  local spell = p.spell
  return way.rows == 1 and way.prefetch == 0 and not way.late and #spell.outputs == 1 and not p.paired
    and not spell.dynamic and not way.unaligned and not way.sums_between
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
      or row_writes.loaded(p, parameter, { at = at }, {})
    if parameter.letter == y.gamma then g = value else beta = value end
  end
  b:line("%s", loop)
  b:line("    w[%s] = %s;", k, spell.scaled(normalised(p, input(p, { at = at }, {}, 0, o), 0, o), g, beta))
  b:line("%s", loop)
  b:line("    %s", spell.store_output(o.verb, place(row_in(o, y.name, 0), at), ("w[%s]"):format(k), nil, "inverse"))
end

local step = {}
row_writes.step = step

-- Computes y of register r, the step's `index`th, for every row in flight.
local function print_values(p, b, s, index, r, o)
  local spell, name, parameter = p.spell, name_in(s), parameter_in(p, s, o)
  for row = 0, o.rows - 1 do
    local x = input(p, s, r, row, o)
    if o.late then
      b:line("%s = %s;", name("e" .. row, index), x)
      x = name("e" .. row, index)
    end
    local t = normalised(p, x, row, o)
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

-- Stores it, of pairs together with the register before, and fetches what a later row reads there.
local function print_stores(p, b, s, index, r, o)
  local spell, name = p.spell, name_in(s)
  local function at(pointer) return place(pointer, s.at, r.offset) end
  for row = 0, o.rows - 1 do
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

-- Computes y of all registers for every row, then stores all.
function step.write(p, b, s, o)
  if o.in_array and #s.registers == 4 and not s.registers[4].count then return write_in_array(p, b, s, o) end
  if o.write_at and not s.registers[1].count then
    local n = o.write_at.varies and ("%d, "):format(s.units * p.unit) or ""
    b:line("%s(%s, %s%s);", o.write_at.name, registers.number(s.at), n, o.write_at.arguments)
    return
  end
  for index, r in ipairs(s.registers) do
    print_parameters(p, b, s, index, name_in(s), o)
    print_values(p, b, s, index, r, o)
  end
  for index, r in ipairs(s.registers) do
    if r.half ~= 0 then print_stores(p, b, s, index, r, o) end -- register pairs are stored with their second half
  end
end

-- Finds the largest magnitude of each row.
function step.largest(p, b, s, o)
  local name = name_in(s)
  for index, r in ipairs(s.registers) do
    print_parameters(p, b, s, index, name, o)
    for row = 0, o.rows - 1 do
      local y = p.spell.scaled(normalised(p, input(p, s, r, row, o), row, o), name("g", index), name("b", index))
      if r.count then y = ("keep_part(%s, %s)"):format(y, r.count) end
      b:line("most%d = max_magnitude(most%d, %s);", row, row, y)
    end
  end
end

-- The letters of the registers that a write pass loads parameters into.
local function parameter_letters(p, way)
  local list = {}
  for i, parameter in ipairs(way.keeps_parameters and {} or p.spell.parameters) do list[i] = parameter.letter end
  return list
end

-- The same of all registers of a write pass.
function row_writes.letters_of(p, way)
  local list = parameter_letters(p, way)
  for r = 0, way.rows - 1 do
    if way.late then list[#list + 1] = "e" .. r end
    for _, y in ipairs(p.spell.outputs) do list[#list + 1] = y.letter .. r end
  end
  return list
end

-- Registers of a function that are computed before any is stored.
function row_writes.group_of(p, way, ahead)
  return math.max(p.order.unit_registers, (ahead or way.unaligned) and 1 or 4 // way.rows)
end

-- The arrays that a write pass goes through, as { name in ln_args, name of the pointer, type }.
function row_writes.arrays_of(p, way)
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
  if p.spell.split and not way.near then list[#list + 1] = "h" .. row end
  if p.spell.dynamic then list[#list + 1] = "inverse" .. row end
  return list
end

-- The parameters, after the element, of the function that writes a register: types and names.
function row_writes.write_at_parameters(p, way)
  local spell, types, names = p.spell, {}, {}
  local function add(type, name) types[#types + 1], names[#names + 1] = type .. name, name:match("^[%w_]+") end
  if way.prefetch > 0 then add("const ln_args *", "a") end
  for _, parameter in ipairs(spell.parameters) do add("const " .. spell.parameter .. " *", parameter.name) end
  if spell.bias and not way.reads_sum then add("const " .. spell.element .. " *", "bias") end
  for _, array in ipairs(row_writes.arrays_of(p, way)) do
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
function row_writes.print_rows(b, arrays, first, rows, as_array)
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
function row_writes.print_constants(p, b, r, value, way)
  local list, spell = {}, p.spell
  for _, constant in ipairs { { "r", "rstd", true }, { "c", "shift", spell.centred },
      { "h", "high", spell.split and not way.near } } do
    local letter, field, wanted = table.unpack(constant)
    if wanted then list[#list + 1] = ("%s%d = %s"):format(letter, r, value:format(field)) end
  end
  b:line("const V %s;", table.concat(list, ", "))
end

-- Pointers to rows and parameters, and what scales each row.
function row_writes.pointers(p, way, ahead)
  local b, spell = c.block(), p.spell
  local as_array = (ahead or way.calls_write_at) and way.rows > 1
  row_writes.print_rows(b, row_writes.arrays_of(p, way), "row", way.rows, as_array)
  for r = 0, way.rows - 1 do
    local value = way.fused and "splat_first(f.%s)" or ("splat(k->%%s[%d])"):format(r)
    row_writes.print_constants(p, b, r, value, way)
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
      row_writes.print_rows(b, { array }, "ahead", way.rows, true)
    end
  end
end

-- Declares the registers of a function's write pass.
function row_writes.registers(p, way, ahead)
  local b, letters = c.block(), row_writes.letters_of(p, way)
  if way.calls_write_at and p.N % p.unit == 0 then -- all is written elsewhere; largest magnitudes are found here
    letters = p.spell.dynamic and parameter_letters(p, way) or {}
  end
  local group = row_writes.group_of(p, way, ahead or way.calls_write_at)
  local count = (p.N + p.unit - 1) // p.unit * p.order.unit_registers
  if row_writes.in_array(p, way) and p.N >= group * p.W then
    b:line("V w[4];")
    count = (p.N % (group * p.W) + p.W - 1) // p.W
    if count == 0 then return b end
    group = count
  end
  local names = registers.names_of(letters, count, group)
  if #names > 0 then b:line("V %s;", table.concat(names, ", ")) end
  if ahead and way.merges then pointers_ahead(p, b, way) end
  return b
end

return row_writes
