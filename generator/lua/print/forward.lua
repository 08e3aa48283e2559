-- SPDX-License-Identifier: MIT
-- forward.lua: the bodies of functions that write normalised rows, and of those that take the sums of coming rows
-- meanwhile. The steps of both are in row_writes.lua and row_sums.lua; plan/order.lua says which there are.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"
local row_sums = require "print.row_sums"
local row_writes = require "print.row_writes"
local schedule = require "plan.schedule"

local forward = setmetatable({}, { __index = row_writes }) -- so templates find the functions of all in one table

local step = setmetatable({}, { __index = function(_, kind) return row_writes.step[kind] or row_sums.step[kind] end })

local function print_tree(p, b, tree, o) c.print_tree(b, tree, step, p, o) end

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

-- The writes of a way's rows, and the sums of as many coming rows between them.
local function merged(p, way)
  local taken = {}
  for r = 0, way.rows - 1 do order.flat(p.order:sums(r, 0, p.N, true, true), taken) end
  taken[#taken + 1] = { kind = "finish", rows = way.rows }
  local writes = p.order:writes(0, p.N, forward.group_of(p, way, true), nil, forward.fetch_of(p, way))
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

-- What printing a step of a function needs to know. ahead: the function also takes sums of rows to come.
local function options(p, way, ahead)
  local write_at
  if way.calls_write_at then
    local written = forward.written_at(p, way)
    write_at = { name = "write_" .. way.name .. "_at", arguments = select(2, forward.write_at_parameters(p, way)),
      most = written.most, varies = written.varies }
  end
  return { rows = way.rows, in_array = forward.in_array(p, way), in_turn = way.in_turn,
    keeps_parameters = way.keeps_parameters, arrays = (ahead or write_at) and way.rows > 1, write_at = write_at,
    kept = ahead and p.k.keeps_blocks and "next->", -- where sums in double are kept
    verb = way.store == "stream" and "stream" or "store", late = way.late, reads_sum = way.reads_sum, sums = way.sums,
    prefetch = way.prefetch, fetch = way.fetch, near = way.near,
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
  local b, fetch, calls = c.block(), forward.fetch_of(p, way), way.calls_write_at
  local K = not schedule.unrolls_all(way.unroll) and way.unroll or nil
  local tree = p.order:writes(0, p.N, forward.group_of(p, way, ahead or calls), kind, fetch, K)
  tree = order.as_written(way.unroll, tree)
  local o = options(p, way, ahead)
  if calls and kind ~= "largest" then
    tree = order.joined(order.flat(tree), p.unit, o.write_at.most)
    if way.unroll ~= "straight" then tree = order.rolled(tree, lines_in(p, way)) end
  end
  print_tree(p, b, tree, o)
  return b
end

-- The write pass in shares, one for each block of a coming row, whose sums are taken between its lines. What is left is
-- written last, while the constants of the coming rows are found.
local LEFT = 256 -- elements, at least

local function print_shares(p, b, way, o)
  local spell, rows, lines = p.spell, way.rows, lines_in(p, way)
  local group, fetch = forward.group_of(p, way, true), forward.fetch_of(p, way)
  local share = (p.N - LEFT) // (rows * (p.whole // p.block) * p.unit) * p.unit
  b:line("size_t w = 0; /* elements written */")
  b:line("")
  b:braces(("for (size_t r = 0; r < %d; r++)"):format(rows), function()
    b:line("%s", registers.row_pointer(p, "x", "ahead + r", "later"))
    if spell.adds then b:line("%s", registers.row_pointer(p, "residual", "ahead + r", "later_z")) end
    if way.reads_sum then b:line("%s", registers.row_pointer(p, "sum", "ahead + r", "later_sum")) end
    forward.declare_sums(p, b, 4, false, way.reads_sum)
    if o.kept then
      for _, k in ipairs(spell.sums) do b:line("dkeep(%s%s, dzero());", o.kept, k) end
    else
      b:line("D %sdq = dzero();", spell.centred and "ds = dzero(), " or "")
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
end

-- The write pass, which takes the sums of as many coming rows between its own lines.
function forward.writes_ahead(p, way)
  local b, o = c.block(), options(p, way, true)
  if not way.merges then
    print_shares(p, b, way, o)
    return b
  end
  forward.declare_sums(p, b, p.order.chains, p.N > p.block and not o.kept, way.reads_sum)
  b:line("")
  local list = merged(p, way)
  if o.write_at then list = order.joined(list, p.unit, o.write_at.most) end
  print_tree(p, b, way.unroll == "straight" and list or order.rolled(list, lines_in(p, way)), o)
  return b
end

local TURNS_UNROLLED = 128 -- up to this width a turn of a loop over rows costs time

-- Declares the registers that hold gamma and beta for all rows, and loads them.
local function print_kept(p, b)
  local names, whole = {}, p.N // p.W
  for i, parameter in ipairs(p.spell.parameters) do
    names[i] = ("%s[%d]"):format(parameter.letter, (p.N + p.W - 1) // p.W)
  end
  if #names > 0 then b:line("V %s;", table.concat(names, ", ")) end
  for _, parameter in ipairs(p.spell.parameters) do
    local function load(at, count)
      b:line("%s%s[%s] = %s;", #at > 1 and "    " or "", parameter.letter, registers.index(at, p.W),
        forward.loaded(p, parameter, { at = at }, { count = count }, true))
    end
    if whole > 1 then b:line("UNROLL for (size_t j = 0; j < %d; j++)", whole) end
    if whole > 0 then load(whole > 1 and { 0, { "j", p.W } } or { 0 }) end
    if p.N % p.W > 0 then load({ whole * p.W }, p.N % p.W) end
  end
end

-- The body of a function that writes some rows one after the other.
function forward.rows_in_turn(p, way)
  local b, loop = c.block(), p.N <= TURNS_UNROLLED and not way.rest and "UNROLL for" or "for"
  local one = { rows = 1, prefetch = 0, store = way.store, unroll = way.unroll, in_turn = true,
    keeps_parameters = way.keeps_parameters, reads_sum = way.reads_sum, sums = way.sums }
  if way.heads then
    b:line("const ln_heads *h = ((const ln_head_args *)a)->heads;")
    b:line("size_t head = row % h->heads;")
  else
    b:add(registers.parameter_pointers(p))
  end
  if not way.reads_sum then b:add(registers.bias_pointer(p)) end
  if way.keeps_parameters then print_kept(p, b) end
  b:line("")
  b:braces(("%s (size_t r = 0; r < %s; r++)"):format(loop, way.rest and "n" or way.rows), function()
    forward.print_rows(b, forward.arrays_of(p, one), "row + r", 1, false)
    forward.print_constants(p, b, 0, "splat(k->%s[r])", way)
    if way.heads then
      b:add(registers.head_pointers(p, "head * h->gamma_head"))
      b:line("head = head + 1 < h->heads ? head + 1 : 0;")
    end
    b:add(forward.registers(p, one))
    b:line("")
    print_tree(p, b, p.order:writes(0, p.N, forward.group_of(p, one)), options(p, one))
  end)
  return b
end

-- The body of the function that writes whole registers of each row, or register pairs, from element i on. The loop has
-- a constant number of turns, since gcc -O1 would unroll one to n thousands of times.
function forward.write_at(p, way)
  local b, o = c.block(), options(p, way, true)
  o.write_at = nil
  local tree = p.order:writes(0, p.unit, p.order.unit_registers, nil, forward.fetch_of(p, way) and p.unit)
  local count = #tree[1].registers
  b:line("V %s;", table.concat(registers.names_of(forward.letters_of(p, way), count, count), ", "))
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
    b:line("const V inverse%d = splat(quantise_scale(a->scale + %s, fold_max(most%d)));", r, registers.row_at(r), r)
  end
  return b
end

-- Writes past the caches from the first whole register of y on: the elements before it, whole registers, and the rest.
function forward.writes_unaligned(p, way)
  local b, o = c.block(), options(p, way)
  local unit, group, fetch = p.unit, p.order.unit_registers, forward.fetch_of(p, way)
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
