-- SPDX-License-Identifier: MIT
-- row_sums.lua: the sums of rows that are normalised, as C: the steps of plan/order.lua that take them, and the
-- functions that take those of one row.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"
local schedule = require "plan.schedule"

local place = registers.place

local row_sums = setmetatable({}, { __index = registers }) -- so templates find both in one table

-- How the names of the functions end that take sums in one of the ways of plan.sums.
function row_sums.suffix(sums) return sums.late and "_late" or "" end

-- The argument of finish_rows that says how many rows there are, where that may be fewer than a group has.
function row_sums.count(k, rows) return k.rest and k.rest.rows == rows and rows .. ", " or "" end

local step = {}
row_sums.step = step

-- The last argument of functions that may sum about a pilot: a pointer to it, or NULL.
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
  b:line("%s = settled(zero());", table.concat(list, " = "))
end

-- Whether the sums of a way of plan.sums begin chains four registers at a time, and whether they go on with them so.
-- sum_four is told which where both are the case.
function row_sums.fours(p, sums)
  local count = p.N // p.order.lanes
  return sums.starts and count > 0, count > 1 or count > 0 and not schedule.unrolls_all(sums.unroll)
end

-- What sum_four is given besides the chains: pointers { type, name }.
local function four_pointers(p, sum)
  local spell = p.spell
  local list = { { type = "const " .. spell.element .. " *", name = "x" } }
  if spell.adds then list[#list + 1] = { type = "const " .. spell.element .. " *", name = "z" } end
  if spell.bias then list[#list + 1] = { type = "const " .. spell.element .. " *", name = "bias" } end
  if sum then list[#list + 1] = { type = spell.element .. " *", name = "sum" } end
  return list
end

-- Adds registers to their chains, four at a time where there are four; where x + residual is kept, stores them, too.
function step.sum(p, b, s, o)
  local spell, source = p.spell, o.source(s.row)
  if s.four then
    local list = {}
    for _, pointer in ipairs(four_pointers(p, source.sum)) do
      list[#list + 1] = place(source[pointer.name] or pointer.name, s.at)
    end
    local begins, goes_on = row_sums.fours(p, o.sums)
    local start = type(s.start) == "table" and ("%s == %d"):format(table.unpack(s.start)) or s.start and "1" or "0"
    b:line("sum_four%s(%s%s%s, %s%s);", row_sums.suffix(o.sums), begins and goes_on and start .. ", " or "",
      p.halves and s.registers[1].half .. ", " or "", table.concat(list, ", "), chains_of(p, s), pilot_of(p, o))
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
    b:line("%s = %s;", registers.lanes_of("t" .. k, s), folded)
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

function step.finish(p, b, s)
  b:line("const unsigned ok = finish_rows_%d(a, ahead, %ssums, next);", s.rows, row_sums.count(p.k, s.rows))
end

-- Declares the registers of the sums of one row; `chains` of each sum. wide: also the sums in double. keeps: x +
-- residual is written here.
function row_sums.declare_sums(p, b, chains, wide, keeps)
  local list = {}
  for i, k in ipairs(p.spell.sums) do
    list[i] = (p.order.at_once and "%s[%d][%d]" or "%s[%.0s%d]"):format(k, p.order.sweeps, chains)
  end
  b:line("V %s;", table.concat(list, ", "))
  local loose = keeps and p.N % p.order.lanes > 0 and not p.paired and "v, " or "" -- not taken four at a time
  b:line("V %s%s;", loose, registers.lanes_declared(p))
  if wide then b:line("D %sdq;", p.spell.centred and "ds, " or "") end
end

-- How sums take a register. `settled` keeps x in a register; otherwise gcc loads it twice, for the sum and for the
-- square. AVX2 has too few registers for that, and its loads are cheap.
function row_sums.settled(p)
  local b = c.block()
  if p.target.registers >= 32 then b:line("x = settled(x);") end
  return b
end

-- The body of take_sums, `sums` being one of plan.sums.
function row_sums.sums(p, sums)
  local b, spell = c.block(), p.spell
  local source = { x = "x", z = spell.adds and "z", sum = sums.writes_sum and "sum" }
  local o = { sums = sums, source = function() return source end, sums_of = function() return "sums" end,
    pilot = p.k.pilot }
  if schedule.unrolls_all(sums.unroll) then
    row_sums.declare_sums(p, b, p.order.chains, p.N > p.block, source.sum)
    b:line("")
    c.print_tree(b, order.as_written(sums.unroll, p.order:sums(0, 0, p.N, true, true)), step, p, o)
    return b
  end
  row_sums.declare_sums(p, b, 4, false, source.sum)
  b:line("D %sdq = dzero();", spell.centred and "ds = dzero(), " or "")
  b:line("")
  c.print_tree(b, p.order:sums(0, 0, p.N, false, true, sums.unroll), step, p, o)
  return b
end

-- The parameters and the body of sum_four.
function row_sums.four_parameters(p, sums)
  local begins, goes_on = row_sums.fours(p, sums)
  local list = {}
  for i, pointer in ipairs(four_pointers(p, sums.writes_sum)) do list[i] = pointer.type .. pointer.name end
  return (begins and goes_on and "int first, " or "") .. (p.halves and "int odd, " or "") .. table.concat(list, ", ")
    .. ", V *" .. table.concat(p.spell.sums, ", V *")
end

function row_sums.four(p, sums)
  local begins, goes_on = row_sums.fours(p, sums)
  local b, sum = c.block(), sums.writes_sum
  local source = { x = "x", z = p.spell.adds and "z", sum = sum and "sum" }
  if sum and not p.paired then b:line("V v;") end
  local at = { 0, { "chain", 16 } } -- a turn of a loop
  local list = { { offset = 0, chain = "chain", half = p.halves and "odd" or nil } }
  if p.folds_pairs then at, list = { 0 }, p.order:group(0, p.order.lanes) end
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
  local function print_all()
    if not (begins and goes_on) then return print(begins) end
    local several = p.folds_pairs or sum -- statements
    branch(several and "if (first) {" or "if (first)", true)
    branch(several and "} else {" or "else", false)
    if several then b:line("}") end
  end
  if p.folds_pairs then print_all() else b:braces("UNROLL for (size_t chain = 0; chain < 4; chain++)", print_all) end
  return b
end

-- The pointers that take_sums reads and writes through.
function row_sums.sums_pointers(p, sums)
  local b = c.block()
  b:line("%s", registers.row_pointer(p, "x", "row"))
  if p.spell.adds then b:line("%s", registers.row_pointer(p, "residual", "row", "z")) end
  b:add(registers.bias_pointer(p))
  if sums.writes_sum then b:line("%s", registers.row_pointer(p, "sum", "row")) end
  return b
end

return row_sums
