-- SPDX-License-Identifier: MIT
-- gradient_writes.lua: the write pass of kernels that compute gradients, as C: dx of one row, of several in turn, of
-- two abreast or in tiles of columns, and the sums over rows where the statistics pass does not add to them.
local c = require "print.c"
local gradient_sums = require "print.gradient_sums"
local order = require "plan.order"
local registers = require "print.registers"
local schedule = require "plan.schedule"

local place, name_of, row_at = registers.place, registers.name, registers.row_at

local writes = setmetatable({}, { __index = gradient_sums })

local step = {}

-- The prefetches of the same elements of rows to come.
local function print_prefetch(b, o, x, dy)
  local function fetched(place, stride)
    local next = ("%s + %s"):format(place, registers.times(o.prefetch, stride))
    return o.fetch == "prefetch" and ("prefetch(%s);"):format(next) or ("%s(%s, %s);"):format(o.fetch, place, next)
  end
  b:line("%s %s", fetched(x, "a->x_stride"), fetched(dy, "a->dy_stride"))
end

-- Stores a register of dgamma and of dbeta; name(letters) gives the register's name.
local function print_sums_stored(p, b, s, r, name)
  local line = {}
  for _, k in ipairs(p.params) do
    local at, value = place(k, s.at, r.offset), name(k:sub(1, 2))
    line[#line + 1] = r.count and ("store_part(%s, %s, %s);"):format(at, value, r.count)
      or ("store(%s, %s);"):format(at, value)
  end
  if #line > 0 then b:line("%s", table.concat(line, " ")) end
end

-- Whether a write in loops says what it does to a register once for all registers of a turn.
local function compact(p, way)
  return not p.any and not p.grouped and (way.rows == 1 or way.abreast) and not schedule.unrolls_all(way.unroll)
    and (p.gathers or #p.params == 0)
end

-- What scales dy in a register `r` of a step, at the place that at(pointer) gives: g itself where it is kept, else
-- gamma; nil without.
local function scale_of(p, at, r)
  if p.keeps then return ("load(%s)"):format(at "kept0") end
  return p.spell.gamma and writes.gamma_of(p, at "gamma", r.count, r.half)
end

-- A call of gradient() for such a register of row `row`, "" where there is only one; sums: more arguments.
local function gradient_of(p, row, at, r, scale, sums)
  local list = { p.spell.load(at("x" .. row), r.count, r.half) }
  if not p.keeps then list[2] = p.spell.load(at("dy" .. row), r.count, r.half) end
  if scale then list[#list + 1] = scale end
  for _, k in ipairs(p.centred and { "m", "r", "e", "k" } or { "r", "k" }) do list[#list + 1] = k .. row end
  return ("gradient%s(%s%s)"):format(p.apart, table.concat(list, ", "), sums or "")
end

-- Prints the prefetches of a step in loops. Returns how many whole registers, or register pairs, it has, and where the
-- k-th of them is.
local function begin_turn(p, b, s, o)
  local whole = 0
  for _, r in ipairs(s.registers) do
    local function here(pointer) return place(pointer, s.at, r.offset) end
    if not r.count and r.half ~= 0 then whole = whole + 1 end
    if r.fetch and o.prefetch > 0 then
      for row = 0, o.rows - 1 do print_prefetch(b, o, here("x" .. row), here("dy" .. row)) end
    end
  end
  local turn = order.plus(s.at, 0)
  turn[#turn + 1] = { "k", p.writes_order.unit }
  return whole, function(pointer) return place(pointer, turn) end
end

-- Prints `print(at, r)` for the whole registers or pairs of a step in loops, in a loop over k, and then for the part of
-- one that a row ends with. r: a register; of pairs one half, as print_pair takes it.
local function print_turn(p, b, s, o, print)
  local whole, at_turn = begin_turn(p, b, s, o)
  local function print_one(r) b:braces("", function() print(function(x) return place(x, s.at, r.offset) end, r) end) end
  if whole == 1 then
    print_one { offset = 0 }
  elseif whole > 1 then
    b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(whole), function() print(at_turn, {}) end)
  end
  local last = s.registers[#s.registers]
  if last.count then print_one(last) end
end

-- The two registers of a pair at a place, the even elements and the odd ones.
local function halves(r) return { { count = r.count, half = 0 }, { count = r.count, half = 1 } } end

-- A write of one row in loops: register pairs, computed and stored one by one.
local function print_pairs(p, b, s, o)
  print_turn(p, b, s, o, function(at, r)
    for i, half in ipairs(halves(r)) do
      b:line("const V w%d = %s;", i - 1, gradient_of(p, 0, at, half, scale_of(p, at, half)))
    end
    b:line("%s", p.spell.store_pair(o.verb, at "dx0", "w0", "w1", r.count))
  end)
end

-- The same of two rows abreast: a pair of each, then the next.
local function print_pairs_abreast(p, b, s, o)
  print_turn(p, b, s, o, function(at, r)
    local both, scales = halves(r), {}
    for i, half in ipairs(both) do scales[i] = ("g%d = %s"):format(i - 1, scale_of(p, at, half)) end
    b:line("const V %s;", table.concat(scales, ", "))
    for row = 0, o.rows - 1 do
      for i, half in ipairs(both) do
        b:line("%sw%d = %s;", row == 0 and "V " or "", i - 1, gradient_of(p, row, at, half, "g" .. i - 1))
      end
      b:line("%s", p.spell.store_pair(o.verb, at("dx" .. row), "w0", "w1", r.count))
    end
  end)
end

-- A write of one row in loops: registers of a step are computed, then stored.
local function print_row(p, b, s, o)
  local spell = p.spell
  local function gradient(at_register, r)
    return gradient_of(p, 0, at_register, r, scale_of(p, at_register, r))
  end
  local whole, at_turn = begin_turn(p, b, s, o)
  local function print_whole()
    local head = ("UNROLL for (size_t k = 0; k < %d; k++)"):format(whole)
    b:line("V w[%d];", whole)
    b:line("%s", head)
    b:line("    w[k] = %s;", gradient(at_turn, {}))
    b:line("%s", head)
    b:line("    %s", spell.store(o.verb, at_turn "dx0", "w[k]"))
  end
  if whole > 1 then
    if s.alone then print_whole() else b:braces("", print_whole) end
  end
  for i = whole > 1 and whole + 1 or 1, #s.registers do
    local r = s.registers[i]
    local function here(pointer) return place(pointer, s.at, r.offset) end
    b:line("%s", spell.store(o.verb, here "dx0", gradient(here, r), r.count))
  end
end

-- A write of two rows abreast in loops: a register of each, then the next.
local function print_abreast(p, b, s, o)
  print_turn(p, b, s, o, function(at, r)
    b:line("const V g = %s;", scale_of(p, at, r))
    for row = 0, o.rows - 1 do
      b:line("%s", p.spell.store(o.verb, at("dx" .. row), gradient_of(p, row, at, r, "g"), r.count))
    end
  end)
end

-- What prints a write in loops.
local function in_loops(p, o)
  if p.paired then return o.rows > 1 and print_pairs_abreast or print_pairs end
  return o.rows > 1 and print_abreast or print_row
end

-- The same registers of all rows in flight. `o`: rows, verb, prefetch, fetch, adds, and how they are printed.
function step.write(p, b, s, o)
  if o.compact then return in_loops(p, o)(p, b, s, o) end
  local spell, several = p.spell, #s.registers > 1
  local function name(letter, index) return name_of(letter, index - 1, several) end
  for index, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    local function sums_load(k)
      return r.count and ("load_part(%s, %s)"):format(at(k), r.count) or ("load(%s)"):format(at(k))
    end
    local line = {}
    if spell.gamma then
      line[#line + 1] = ("%s = %s;"):format(name("g", index), scale_of(p, at, r))
      if not p.gathers then line[#line + 1] = ("%s = %s;"):format(name("dg", index), sums_load "dgamma") end
    end
    if spell.beta and not p.gathers then line[#line + 1] = ("%s = %s;"):format(name("db", index), sums_load "dbeta") end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
    for row = 0, o.rows - 1 do
      local w = name("w" .. row, index)
      local sums = p.gathers and ""
        or (spell.gamma and ", &" .. name("dg", index) or "") .. (spell.beta and ", &" .. name("db", index) or "")
      b:line("%s = %s;", w, gradient_of(p, row, at, r, spell.gamma and name("g", index), sums))
      if o.adds then
        b:line("if (adds)")
        b:line("    %s = add(%s, %s);", w, spell.load(at("dx" .. row), r.count, r.half), w)
      end
    end
  end
  for index, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    if not p.gathers then print_sums_stored(p, b, s, r, function(letters) return name(letters, index) end) end
    for row = 0, r.half == 0 and -1 or o.rows - 1 do -- register pairs are stored with their second half
      local to, w = at("dx" .. row), name("w" .. row, index)
      if r.fetch and o.prefetch > 0 then print_prefetch(b, o, at("x" .. row), at("dy" .. row)) end
      b:line("%s", r.half and spell.store_pair(o.verb, to, name("w" .. row, index - 1), w, r.count)
        or spell.store(o.verb, to, w, r.count))
    end
  end
end

-- Rows that a call of the write pass writes together.
local function rows_of(p, way) return (p.grouped or way.row_by_row) and 1 or way.rows end

local VERBS = { cached = "store", stream = "stream", either = "put" }

local function options(p, way)
  return { rows = rows_of(p, way), compact = compact(p, way), fetch = way.fetch,
    verb = VERBS[way.store], prefetch = way.prefetch }
end

-- Registers of a row that are computed before the first of them is stored.
local function group_of(p, way)
  local unit = p.writes_order.unit_registers
  if p.any then return unit end
  return schedule.unrolls_all(way.unroll) and math.max(unit, 2 // way.rows) or 4
end

-- Rows that are taken, whose g registers carry: how many of them, and whether as many have xhat.
local function taken_of(p)
  if p.carried then return p.carried, p.carries_both end
  return p.spec.width // p.W, true
end

-- What such a row keeps besides: of its statistics, where no other row is in registers, and of its sums.
local function kept_statistics(p)
  local _, both = taken_of(p)
  if p.k.gradients.ahead then return {} end
  return p.centred and not both and { "m", "r" } or { "r" }
end

-- All that it has in registers.
function writes.taken_fields(p)
  local list, size, _, both = {}, ("[%d]"):format((p.spec.width + p.W - 1) // p.W), taken_of(p)
  if both then list[1] = "xhat" .. size end
  list[#list + 1] = "g" .. size
  table.move(kept_statistics(p), 1, 2, #list + 1, list)
  list[#list + 1] = p.centred and "scalars" or "slope"
  return table.concat(list, ", ")
end

-- What it is taken from: pointers, unless gamma is in registers, and statistics.
function writes.taken_inputs(p)
  local b = p.k.gradients.holds_gamma and c.block() or writes.gamma_pointer(p)
  for _, kind in ipairs { "x", "dy" } do b:line("%s", registers.row_pointer(p, kind, "row")) end
  if not p.centred then b:line("const float scale = a->rstd[row] * -WIDTH_INVERSE;") end
  b:line("const V %sr = splat(a->rstd[row]);", p.centred and "m = splat(a->mean[row]), " or "")
  return b
end

-- The end of taking it, from the folded lanes of its sums.
function writes.scalars_taken(p, s, q)
  local b = c.block()
  for _, field in ipairs(kept_statistics(p)) do b:line("of.%s = %s;", field, field) end
  if p.centred then
    b:line("of.scalars = total_both(%s, %s, r, -WIDTH_INVERSE);", s, q)
  else
    b:line("of.slope = splat((qtotal(quartered(%s)) + 0.0f) * scale); /* -0 becomes 0 */", q)
  end
  return b
end

-- The arrays of such a row that are read or written with dx: dy and gamma where g of some registers is computed again.
function writes.taken_pointers(p)
  local b, carried, both = c.block(), taken_of(p)
  local again = carried * p.W < p.spec.width
  for _, kind in ipairs(again and { "x", "dy", "dx" } or both and { "dx" } or { "x", "dx" }) do
    b:line("%s", registers.row_pointer(p, kind, "row"))
  end
  if again then b:add(writes.gamma_pointer(p)) end
  return b
end

function writes.taken_statistics(p)
  local b, _, both = c.block(), taken_of(p)
  b:line("const V %sr = %s;", p.centred and not both and "m = of->m, " or "",
    p.k.gradients.ahead and "splat(a->rstd[row])" or "of->r")
  if p.centred then b:line("const V e = splat_lower(of->scalars), s = splat_upper(of->scalars);") end
  return b
end

-- dx of such a row, stored by `verb`.
function writes.taken_writes(p, verb)
  local b, spell, whole, left = c.block(), p.spell, p.spec.width // p.W, p.spec.width % p.W
  local carried, both = taken_of(p)
  local function stored(at, k, g, count)
    local dx = both and ("combined(of->xhat[%s], %s, "):format(k, g)
      or ("gradient(%s, %s, %s"):format(spell.load(at "x", count), g, p.centred and "m, " or "")
    b:line("%s", spell.store(verb, at "dx", dx .. (p.centred and "r, e, s)" or "r, of->slope)"), count))
  end
  local function scaled(at, count)
    return ("scaled(%s, %s)"):format(spell.load(at "dy", count), writes.gamma_of(p, at "gamma", count))
  end
  local function some(from, to, g)
    if from >= to then return end
    local function at(array) return place(array, { 0, { "k", p.W } }) end
    b:line("UNROLL for (size_t k = %d; k < %d; k++)", from, to)
    b.depth = 1
    stored(at, "k", g or scaled(at))
    b.depth = 0
  end
  some(0, math.min(carried, whole), "of->g[k]")
  some(carried, whole)
  if left > 0 then
    local function at(array) return place(array, { whole * p.W }) end
    stored(at, whole, carried > whole and ("of->g[%d]"):format(whole) or scaled(at, left), left)
  end
  return b
end

-- Takes and writes the rows row .. end - 1. `passed`: what take_row() is given behind a row.
function writes.taken_rows(p, way, passed)
  local b, write = c.block(), way.store == "stream" and "stream_row" or "write_row"
  local function take(to, row) b:line("%s = take_row(a, %s%s);", to, row, passed) end
  local function put(row, of) b:line("%s(a, %s, &%s);", write, row, of) end
  if not p.k.gradients.ahead then
    b:braces("for (; row < end; row++)", function()
      take("const Taken of", "row")
      put("row", "of")
    end)
    return b
  end
  b:line("Taken of[2]; /* each row is taken before the one before it is written */")
  take("of[0]", "row")
  b:braces("for (; end - row > 2; row += 2)", function()
    take("of[1]", "row + 1")
    put("row", "of[0]")
    take("of[0]", "row + 2")
    put("row + 1", "of[1]")
  end)
  b:braces("if (end - row == 2)", function()
    take("of[1]", "row + 1")
    put("row++", "of[0]")
    b:line("of[0] = of[1];")
  end)
  put("row++", "of[0]")
  return b
end

-- Pointers to the rows in flight and gamma, what scales each row, and registers.
function writes.pointers(p, way)
  local b, spell, centred = c.block(), p.spell, p.centred
  local rows = rows_of(p, way)
  for r = 0, rows - 1 do
    for _, kind in ipairs(p.keeps and way.prefetch == 0 and { "x", "dx" } or { "x", "dy", "dx" }) do
      b:line("%s", registers.row_pointer(p, kind, p.grouped and "row + r" or row_at(r), kind .. r))
    end
    if p.keeps then b:line("const float *kept%d = (const float *)%s;", r, p.grouped and "rows->g[r]" or "rows->g") end
    local function of(field)
      local value = ("rows[%d].%s"):format(r, field)
      if p.grouped then value = (field:find("^s") and "rows->%s[r]" or "a->%s[row + r]"):format(field) end
      return (p.paired and "nan_as_bf16(splat(%s))" or "splat(%s)"):format(value)
    end
    b:line("const V %sr%d = %s;", centred and ("m%d = %s, "):format(r, of "mean") or "", r, of "rstd")
    b:line("const V %sk%d = %s;", centred and ("e%d = %s, "):format(r, of "shift") or "", r, of "slope")
  end
  if not p.keeps then b:add(writes.gamma_pointer(p)) end
  if compact(p, way) then return b end
  local letters, o = { spell.gamma and "g" or nil }, p.writes_order
  for _, sum in ipairs(p.gathers and {} or p.params) do letters[#letters + 1] = sum:sub(1, 2) end
  for r = 0, rows - 1 do letters[#letters + 1] = "w" .. r end
  local count = (p.any and 1 or (p.spec.width + o.unit - 1) // o.unit) * o.unit_registers
  b:line("V %s;", table.concat(registers.names_of(letters, count, group_of(p, way)), ", "))
  return b
end

-- The write pass of the rows in flight, of groups one by one: all unrolled, or in loops.
function writes.writes(p, way)
  local b, loops = c.block(), math.type(way.unroll) and way.unroll
  local tree = p.writes_order:writes(0, p.spec.width, group_of(p, way), nil, registers.fetch_of(p, way), loops)
  for _, turn in ipairs(tree) do
    if turn.kind == "loop" and #turn == 1 then turn[1].alone = true end
  end
  c.print_tree(b, order.as_written(way.unroll, tree), step, p, options(p, way))
  return b
end

-- The same of one row of any width: a register, or a pair, from i on, whole or in part.
function writes.writes_any(p, way, left)
  local b, o, list = c.block(), options(p, way), { { offset = 0, count = left } }
  if p.paired then list = { { offset = 0, count = left, half = 0 }, { offset = 0, count = left, half = 1 } } end
  o.adds = true
  step.write(p, b, { at = { 0, { "i", 1 } }, registers = list }, o)
  return b
end

-- The registers of a tile of columns, for all rows one after the other; their sums stay in registers.
local function print_tile(p, b, s, o)
  local spell, centred = p.spell, p.centred
  for index, r in ipairs(s.registers) do
    local function sums_load(k)
      local at = place(k, s.at, r.offset)
      if not r.count then return (p.begins and "begun(%s, fresh)" or "load(%s)"):format(at) end
      return (p.begins and "fresh ? settled(zero()) : " or "") .. ("load_part(%s, %s)"):format(at, r.count)
    end
    if spell.gamma then
      b:line("const V g%d = %s; V dg%d = %s%s;", index - 1, writes.loaded_gamma(p, s.at, r.offset, r.count), index - 1,
        sums_load "dgamma", spell.beta and (", db%d = %s"):format(index - 1, sums_load "dbeta") or "")
    end
  end
  for _, kind in ipairs { "x", "dy", "dx" } do
    local const = kind == "dx" and "" or "const "
    b:line("%s%s *%s = (%s%s *)a->%s + %s;", const, p.T, kind, const, p.T, kind,
      place(("row * a->%s_stride"):format(kind), s.at))
  end
  b:braces("for (const Row *of = rows; of < rows + count; of++)", function()
    b:line("const V %sr = splat(of->rstd), %sk = splat(of->slope);", centred and "m = splat(of->mean), " or "",
      centred and "e = splat(of->shift), " or "")
    for index, r in ipairs(s.registers) do
      local function here(pointer) return place(pointer, { 0 }, r.offset) end
      local sums = (spell.gamma and (", &dg%d"):format(index - 1) or "")
        .. (spell.beta and (", &db%d"):format(index - 1) or "")
      local dx = gradient_of(p, "", here, r, spell.gamma and ("g%d"):format(index - 1), sums)
      if r.fetch and o.prefetch > 0 then print_prefetch(b, o, here "x", here "dy") end
      b:line("%s", spell.store(o.verb, here "dx", dx, r.count))
    end
    for _, kind in ipairs { "x", "dy", "dx" } do b:line("%s += a->%s_stride;", kind, kind) end
  end)
  for index, r in ipairs(s.registers) do
    print_sums_stored(p, b, s, r, function(letters) return letters .. index - 1 end)
  end
end

-- The write pass of `count` rows in loops: a turn is some tiles, as wide as the registers allow.
function writes.tiles(p, way)
  local b, o, fetch = c.block(), options(p, way), registers.fetch_of(p, way)
  local tile = math.min(4 * way.unroll, p.target.registers // (p.T == "float" and 4 or 8))
  if p.W < 16 then tile = math.min(tile, p.target.registers // 8) end
  local turn = 4 * p.W * way.unroll
  local looped = p.spec.width // turn * turn
  if looped == turn then looped = 0 end
  local function tiles(from, to)
    local steps = order.flat(p.order:writes(from, to, tile))
    for _, s in ipairs(steps) do -- lines are counted from the tile on
      for _, r in ipairs(s.registers) do r.fetch = fetch and r.offset % fetch == 0 end
    end
    return steps
  end
  local function print_tiles(steps)
    for _, s in ipairs(steps) do b:braces("", function() print_tile(p, b, s, o) end) end
  end
  if looped > 0 then
    b:braces(("for (size_t i = 0; i < %d; i += %d)"):format(looped, turn), function()
      local steps = order.shifted(tiles(0, turn), "i", { write = true })
      if #steps > 1 then print_tiles(steps) else print_tile(p, b, steps[1], o) end
    end)
  end
  print_tiles(tiles(looped, p.spec.width))
  return b
end

return writes
