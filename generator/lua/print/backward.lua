-- SPDX-License-Identifier: MIT
-- backward.lua: the steps of kernels that compute gradients, as C.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"
local schedule = require "plan.schedule"

local place, name_of, row_at = registers.place, registers.name, registers.row_at

local backward = setmetatable({}, { __index = registers }) -- so templates find both in one table

-- What printing needs to know of a kernel. The sums over rows, as further parameters and arguments of a function: `to`,
-- `passed`; `gathered`: the arguments of the statistics pass behind gamma.
function backward.of(k, spell)
  local gradients = k.gradients
  local p = { k = k, spell = spell, spec = k.spec, target = k.target, W = k.target.lanes, T = spell.element,
    params = gradients.params, tile = gradients.tile, gathers = gradients.gathers, begins = gradients.begins,
    keeps = gradients.keeps }
  p.any = gradients.mode == "any"
  p.grouped = gradients.mode == "group" or gradients.mode == "tiles"
  p.N, p.columns = p.any and "n" or "WIDTH", p.any and "a->width" or "WIDTH"
  p.order = order.new(p.any and k.target.lanes or k.spec.width, p.W, k.numerics)
  p.centred = spell.centred
  p.tells_fresh = p.gathers and p.begins and not p.tile -- take() is told whether sums over rows begin
  p.sweep, p.sweep_abreast = backward.sweep(p, 1), gradients.abreast and backward.sweep(p, 2)

  p.named = table.concat(p.params, " and ")
  p.to, p.passed = "", ""
  for _, sum in ipairs(p.params) do p.to, p.passed = p.to .. ", float *" .. sum, p.passed .. ", " .. sum end
  p.gathered = (p.gathers and p.passed or "") .. (p.keeps and ", kept" or "")
  p.places = ("const %s *x, const %s *dy"):format(p.T, p.T)
    .. (spell.gamma and (", const %s *gamma"):format(spell.parameter) or "") .. (p.gathers and p.to or "")
    .. (p.keeps and ", float *kept" or "")
  p.formula = ("dx = xhat*slope + %s"):format(p.centred and "(g*rstd + shift)" or "g*rstd")
  p.combined = p.centred and "muladd(xhat, slope, muladd(g, rstd, shift))"
    or "muladd(xhat, slope, settled(mul(g, rstd)))"
  return p
end

-- The way to write a row of any width.
backward.any_way = { rows = 1, unroll = "full", store = "cached", prefetch = 0 }

-- gamma of a register at a place.
function backward.gamma_of(p, at, count) return p.spell.load_parameter({ gain = true }, at, count) end

-- The same at form `at`, `offset` elements on.
local function loaded_gamma(p, at, offset, count) return backward.gamma_of(p, place("gamma", at, offset), count) end

-- xhat and g of a register.
local function xhat(p, at, offset, count)
  return ("normalised(%s, %sr)"):format(p.spell.load(place("x", at, offset), count), p.centred and "m, " or "")
end

local function scaled_dy(p, at, offset, count)
  local dy = p.spell.load(place("dy", at, offset), count)
  return p.spell.gamma and ("scaled(%s, %s)"):format(dy, loaded_gamma(p, at, offset, count)) or dy
end

local step = {}

-- The statistics pass -------------------------------------------------------------------------------------------------

function step.sum(p, b, s)
  if s.start then -- the sweep before has used these chains
    local list = {}
    for _, r in ipairs(s.registers) do
      for _, k in ipairs(p.spell.sums) do list[#list + 1] = k .. r.chain end
    end
    b:line("%s = zero();", table.concat(list, " = "))
  end
  for _, r in ipairs(s.registers) do
    local chains = {}
    for i, k in ipairs(p.spell.sums) do chains[i] = ("&%s%d"):format(k, r.chain) end
    b:line("%s;", backward.taken(p, s.at, r.offset, r.count, chains))
  end
end

function step.fold(p, b, s)
  for _, k in ipairs(p.spell.sums) do
    local folded = registers.folded(k .. "%d", s.used)
    if p.grouped then -- into memory, for the tree
      local at = s.sweep and { s.sweep[1] * p.W } or { 0 }
      for i = 2, #(s.sweep or {}) do at[i] = { s.sweep[i][1], s.sweep[i][2] * p.W } end
      b:line("store(%s, %s);", place(("rows->%s[of]"):format(k), at), folded or "zero()")
    else
      b:line("%s = %s;", registers.lanes_of(p.order, "t" .. k, s),
        folded and ("settled(%s)"):format(folded) or "zero()")
    end
  end
end

-- Adds the sixteen lanes of a sum of a block, as arguments, to the row's sum.
local function add_lanes(b, k, lanes) b:line("row->%s += (double)qtotal(quartered(%s));", k, lanes) end

function step.widen(p, b)
  if p.grouped then return end
  for _, k in ipairs(p.spell.sums) do add_lanes(b, k, registers.lanes(p.order, "t" .. k)) end
end

-- The sums of a block, in loops ---------------------------------------------------------------------------------------

-- A sweep over a block of one row has the registers of whole chains, which are whole cache lines: four registers of
-- both sums, or eight of a single one, where a chain fills several. In plain C a sweep is a lane of each chain, as
-- elsewhere. A sweep over two rows abreast has half as many of each where there are 16 registers, and leaves them in
-- memory.
--   filled     registers that a chain of sixteen lanes fills
--   chains     of a sweep
--   step       elements from a sweep's first chain to its next
--   sweeps     over a block
--   kept       floats of a sum that the sweeps leave in memory, 0 where the only sweep leaves a register
function backward.sweep(p, rows)
  if p.W == 1 then return { filled = 1, chains = 4, step = 16, sweeps = 16, by = 1, kept = 16 } end
  local filled = p.order.sweeps
  local chains = 4 // filled * (#p.spell.sums == 1 and math.min(2, filled) or 1)
  if p.target.registers < 32 then chains = chains // rows end
  local sweeps = 4 // chains
  return { filled = filled, chains = chains, step = 16 * sweeps, sweeps = sweeps, by = 16,
    kept = (filled > 1 or rows > 1) and 16 * sweeps or 0 }
end

-- Where register k of a sweep lies behind its first element.
function backward.place_in_sweep(p, w)
  if w.filled == 1 then return ("%d * k"):format(w.step) end
  if w.chains == 1 or w.sweeps == 1 then return ("%d * k"):format(p.W) end
  return ("%d * (k / %d) + %d * (k %% %d)"):format(w.step, w.filled, p.W, w.filled)
end

-- Calls of a function, say sum_lanes(), for the chains of all sweeps; `arguments` before `fresh`, `rest` behind it.
local function print_sweeps(p, b, w, name, arguments, rest)
  local function call(fresh)
    if w.sweeps > 1 then b:line("for (size_t j = 0; j < %d; j += %d)", w.kept, w.by) end
    b:line("%s%s(%s, %s%s);", w.sweeps > 1 and "    " or "", name, arguments, fresh, rest)
  end
  if not p.tells_fresh then return call "" end
  for _, case in ipairs { { "if (fresh)", "1, " }, { "else", "0, " } } do
    b:line("%s", case[1])
    b.depth = 1
    call(case[2])
    b.depth = 0
  end
end

-- Those of one row; `statistics` before the sweep.
function backward.sweeps(p, arguments, statistics)
  local b, w, places, registers_of = c.block(), p.sweep, {}, {}
  local several = w.sweeps > 1
  for i, k in ipairs(p.spell.sums) do
    places[i] = w.kept == 0 and "&t" .. k or several and ("row->t%s + j"):format(k) or "row->t" .. k
    registers_of[i] = "t" .. k
  end
  if w.kept == 0 then b:line("V %s;", table.concat(registers_of, ", ")) end
  print_sweeps(p, b, w, "sum_lanes", arguments,
    ("%s, %s, %s"):format(statistics, several and "j" or "0", table.concat(places, ", ")))
  return b
end

-- Those of two rows abreast.
function backward.sweeps_abreast(p, arguments)
  local b, w = c.block(), p.sweep_abreast
  print_sweeps(p, b, w, "sum_lanes_abreast", arguments,
    ("%s, %s, rows"):format(p.centred and "m, r" or "r", w.sweeps > 1 and "j" or "0"))
  return b
end

-- Stores the folded chains of a sum, `chain` being the format of a register's name, from a place on.
local function print_lanes(p, b, w, chain, to)
  for part = 0, w.filled - 1 do
    local folded = registers.folded(function(i) return chain:format(part + i * w.filled) end, w.chains)
    b:line(w.chains > 1 and "store(%s, settled(%s));" or "store(%s, %s);", place(to, { part * p.W }), folded)
  end
end

-- Puts the folded chains of a sweep where its caller wants them.
function backward.put_lanes(p)
  local b, w = c.block(), p.sweep
  for _, k in ipairs(p.spell.sums) do
    if w.filled == 1 then
      b:line(p.W == 1 and "store(t%s, folded(%s));" or "*t%s = folded(%s);", k, k)
    else
      print_lanes(p, b, w, k .. "[%d]", "t" .. k)
    end
  end
  return b
end

-- The same of row `of` of two abreast, whose registers are next to each other.
function backward.put_lanes_abreast(p)
  local b = c.block()
  for _, k in ipairs(p.spell.sums) do
    print_lanes(p, b, p.sweep_abreast, k .. "[%d][of]", ("rows[of].t%s + j"):format(k))
  end
  return b
end

-- Adds the lanes of a block, which sweeps `w` have left, to the row's sums.
function backward.add_block(p, w)
  local b = c.block()
  for _, k in ipairs(p.spell.sums) do
    local list = {}
    for part = 0, w.filled - 1 do
      list[part + 1] = registers.folded(function(i)
        return ("load(%s)"):format(place("row->t" .. k, { part * p.W + 16 * i }))
      end, w.sweeps)
    end
    if p.W == 1 or w.kept == 0 then list = { p.W == 1 and "row->t" .. k or "t" .. k } end
    add_lanes(b, k, table.concat(list, ", "))
  end
  return b
end

-- Names of the chains of `count` registers, and of the folded lanes.
function backward.chains(p, count)
  local used = {}
  for _, k in ipairs(p.spell.sums) do
    for chain = 0, count - 1 do used[#used + 1] = k .. chain end
  end
  return table.concat(used, ", ")
end

-- The sums of a narrow row, all unrolled.
function backward.sums(p)
  local b = c.block()
  c.print_tree(b, order.as_written(p.k.schedule.few.unroll, p.order:sums(0, 0, p.spec.width)), step, p)
  return b
end

-- Whether xhat and g of a row of a tile fit into half of the registers.
function backward.holds_row(p) return 2 * p.spec.width // p.W <= p.target.registers // 2 end

-- The same of one row whose sums over rows begin, into the lanes of all sweeps.
function backward.one_sums(p)
  local b, sums = c.block(), p.spell.sums
  local one = { widen = function() end }
  function one.sum(_, b, s)
    for _, r in ipairs(s.registers) do
      local list = {}
      for _, array in ipairs { "x", "dy", "gamma", table.unpack(p.params) } do
        list[#list + 1] = place(array, s.at, r.offset)
      end
      if p.centred then list[#list + 1] = "m" end
      list[#list + 1] = "r, " .. (s.start and "1" or "0")
      for _, k in ipairs(sums) do list[#list + 1] = ("&%s%d"):format(k, r.chain) end
      if backward.holds_row(p) then
        local at = registers.index(order.plus(s.at, r.offset), p.W)
        list[#list + 1] = ("&xhat[%s], &g[%s]"):format(at, at)
      end
      b:line("take_new(%s);", table.concat(list, ", "))
    end
  end
  function one.fold(_, b, s)
    for _, k in ipairs(sums) do
      b:line("%s = settled(%s);", registers.lanes_of(p.order, "t" .. k, s), registers.folded(k .. "%d", s.used))
    end
  end
  c.print_tree(b, order.as_written(p.k.schedule.few.unroll, p.order:sums(0, 0, p.spec.width)), one, p)
  return b
end

-- A loop over the registers that hold sums over rows: what `text` says of each $register and its $place in memory.
function backward.held_sums(p, text)
  local b = c.block()
  b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(p.spec.width // p.W), function()
    for _, k in ipairs(p.params) do
      b:line("%s", (text:gsub("$(%a+)", { register = k:sub(1, 2) .. "[k]", place = place(k, { 0, { "k", p.W } }) })))
    end
  end)
  return b
end

-- A call of take() where the statistics pass gathers, or of take_rest() for the first `left` elements of a register.
local function call_of(p, name, at, offset, left, chains)
  local arguments, arrays = {}, { "x", "dy" }
  if p.spell.gamma then arrays[3] = "gamma" end
  if p.gathers then table.move(p.params, 1, #p.params, #arrays + 1, arrays) end
  if p.keeps then arrays[#arrays + 1] = "kept" end
  for i, array in ipairs(arrays) do arguments[i] = place(array, at, offset) end
  arguments[#arguments + 1] = left
  if p.tells_fresh then arguments[#arguments + 1] = "fresh" end
  if p.centred then arguments[#arguments + 1] = "m" end
  arguments[#arguments + 1] = "r"
  table.move(chains, 1, #chains, #arguments + 1, arguments)
  return ("%s(%s)"):format(name, table.concat(arguments, ", "))
end

-- How a register is taken, or the first `count` elements of one, the last of a row.
function backward.taken(p, at, offset, count, chains)
  if p.gathers then return call_of(p, count and "take_rest" or "take", at, offset, count, chains) end
  local h = xhat(p, at, offset, count)
  if count then h = ("keep_part(%s, %s)"):format(h, count) end
  return ("take(%s, %s, %s)"):format(h, scaled_dy(p, at, offset, count), table.concat(chains, ", "))
end

-- How take_rest() does so where the statistics pass does not gather.
function backward.rest(p) return backward.taken(p, { 0 }, 0, "left", p.centred and { "s", "q" } or { "q" }) end

-- The registers of a sweep from element i on, each into its chain. rest: those that there are, of the end of a row.
function backward.swept(p, rest)
  local b, chains = c.block(), {}
  for i, k in ipairs(p.spell.sums) do chains[i] = ("&%s[k]"):format(k) end
  b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(p.sweep.chains * p.sweep.filled), function()
    local at = { 0, { "at", 1 } }
    b:line("const size_t at = i + %s;", backward.place_in_sweep(p, p.sweep))
    if rest then b:line("if (at + LANES <= n)") end
    b:line("%s%s;", rest and "    " or "", backward.taken(p, at, 0, nil, chains))
    if rest and p.W > 1 then
      b:line("else if (at < n)")
      b:line("    %s;", call_of(p, "take_rest", at, 0, "(unsigned)(n - at)", chains))
    end
  end)
  return b
end

-- Tiles: the registers of run `run` at element i of a tile, as forms, each with its chain in the run.
local function run_of(p, run)
  local list, chains = {}, p.k.numerics.lanes // p.tile.lanes
  for k = 0, p.tile.run - 1 do
    list[k + 1] = { at = { run * p.W + k * p.tile.lanes, { "i", 1 } }, chain = k % chains,
      index = run * p.tile.run + k }
  end
  return list, chains
end

-- The statistics pass of some rows, tile by tile.
function backward.tile_sums(p)
  local b, tile, spell = c.block(), p.tile, p.spell
  local runs = {}
  for run = 0, tile.runs - 1 do runs[#runs + 1] = { run_of(p, run) } end
  local function each_register(print_one)
    for _, run in ipairs(runs) do
      for _, r in ipairs(run[1]) do print_one(r) end
    end
  end
  b:braces(("for (size_t i = 0; i < %d; i += %d)"):format(tile.lanes, tile.runs * p.W), function()
    for _, kind in ipairs { "x", "dy" } do b:line("%s", registers.row_pointer(p, kind, "index")) end
    each_register(function(r)
      b:line("V dg%d = begun(%s, fresh)%s;", r.index, place("dgamma", r.at),
        spell.beta and (", db%d = begun(%s, fresh)"):format(r.index, place("dbeta", r.at)) or "")
    end)
    b:braces("for (size_t of = 0; of < count; of++)", function()
      b:line("const V %sr = splat(rstd[of]);", p.centred and "m = splat(mean[of]), " or "")
      if p.keeps then b:line("float *kept = (float *)rows->g[of];") end
      for number, run in ipairs(runs) do
        local list, chains = run[1], run[2]
        local function name(k, chain) return ("%s%d%s"):format(k, number - 1, chain > 0 and "b" or "") end
        local names = {}
        for _, k in ipairs(spell.sums) do
          for chain = 0, chains - 1 do names[#names + 1] = name(k, chain) end
        end
        b:line("V %s;", table.concat(names, ", "))
        for k, r in ipairs(list) do
          local to = { k <= chains and "1" or "0" }
          for _, sum in ipairs(spell.sums) do to[#to + 1] = "&" .. name(sum, r.chain) end
          for _, sum in ipairs(p.params) do to[#to + 1] = ("&%s%d"):format(sum:sub(1, 2), r.index) end
          if p.keeps then to[#to + 1] = place("kept", r.at) end
          b:line("take(%s, %s, %s, %sr, %s);", spell.load(place("x", r.at)),
            spell.load(place("dy", r.at)), loaded_gamma(p, r.at, 0), p.centred and "m, " or "", table.concat(to, ", "))
        end
        for _, k in ipairs(spell.sums) do
          b:line("store(rows->%s[of] + %s, %s);", k, registers.number { (number - 1) * p.W, { "i", 1 } },
            chains > 1 and ("add(%s, %s)"):format(name(k, 0), name(k, 1)) or name(k, 0))
        end
      end
      b:line("x += x_stride;")
      b:line("dy += dy_stride;")
    end)
    each_register(function(r)
      local line = {}
      for _, k in ipairs(p.params) do
        line[#line + 1] = ("store(%s, %s%d);"):format(place(k, r.at), k:sub(1, 2), r.index)
      end
      b:line("%s", table.concat(line, " "))
    end)
  end)
  return b
end

-- The write pass ------------------------------------------------------------------------------------------------------

-- The prefetches of the same elements of rows to come.
local function print_prefetch(b, o, x, dy)
  local times = registers.times
  b:line("%s(%s + %s); %s(%s + %s);", o.fetch, x, times(o.prefetch, "a->x_stride"), o.fetch, dy,
    times(o.prefetch, "a->dy_stride"))
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

-- What scales dy in a register at the place that at(pointer) gives: g itself where it is kept, else gamma; nil without.
local function scale_of(p, at, count)
  if p.keeps then return ("load(%s)"):format(at "kept0") end
  return p.spell.gamma and backward.gamma_of(p, at "gamma", count)
end

-- A call of gradient() for such a register of row `row`, "" where there is only one; sums: more arguments.
local function gradient_of(p, row, at, count, scale, sums)
  local list = { p.spell.load(at("x" .. row), count) }
  if not p.keeps then list[2] = p.spell.load(at("dy" .. row), count) end
  if scale then list[#list + 1] = scale end
  for _, k in ipairs(p.centred and { "m", "r", "e", "k" } or { "r", "k" }) do list[#list + 1] = k .. row end
  return ("gradient(%s%s)"):format(table.concat(list, ", "), sums or "")
end

-- A write of one row in loops: registers of a step are computed, then stored.
function step.compact(p, b, s, o)
  local spell = p.spell
  local function at(pointer, offset) return place(pointer, s.at, offset) end
  local function gradient(at_register, count)
    return gradient_of(p, 0, at_register, count, scale_of(p, at_register, count))
  end
  local whole = 0
  for _, r in ipairs(s.registers) do
    if not r.count then whole = whole + 1 end
    if r.fetch and o.prefetch > 0 then print_prefetch(b, o, at("x0", r.offset), at("dy0", r.offset)) end
  end
  local function print_whole()
    local turn = order.plus(s.at, 0)
    turn[#turn + 1] = { "k", p.W }
    local function at_turn(pointer) return place(pointer, turn) end
    local head = ("UNROLL for (size_t k = 0; k < %d; k++)"):format(whole)
    b:line("V w[%d];", whole)
    b:line("%s", head)
    b:line("    w[k] = %s;", gradient(at_turn))
    b:line("%s", head)
    b:line("    %s", spell.store(o.verb, at_turn "dx0", "w[k]"))
  end
  if whole > 1 then
    if s.alone then print_whole() else b:braces("", print_whole) end
  end
  for i = whole > 1 and whole + 1 or 1, #s.registers do
    local r = s.registers[i]
    local function here(pointer) return at(pointer, r.offset) end
    b:line("%s", spell.store(o.verb, here "dx0", gradient(here, r.count), r.count))
  end
end

-- A write of two rows abreast in loops: a register of each, then the next.
function step.abreast(p, b, s, o)
  local function print_both(at, count)
    b:line("const V g = %s;", scale_of(p, at, count))
    for row = 0, o.rows - 1 do
      b:line("%s", p.spell.store(o.verb, at("dx" .. row), gradient_of(p, row, at, count, "g"), count))
    end
  end
  local whole = 0
  for _, r in ipairs(s.registers) do
    local function here(pointer) return place(pointer, s.at, r.offset) end
    if not r.count then whole = whole + 1 end
    if r.fetch and o.prefetch > 0 then
      for row = 0, o.rows - 1 do print_prefetch(b, o, here("x" .. row), here("dy" .. row)) end
    end
  end
  if whole > 0 then
    local turn = order.plus(s.at, 0)
    turn[#turn + 1] = { "k", p.W }
    b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(whole), function()
      print_both(function(pointer) return place(pointer, turn) end)
    end)
  end
  for i = whole + 1, #s.registers do
    local r = s.registers[i]
    b:braces("", function() print_both(function(pointer) return place(pointer, s.at, r.offset) end, r.count) end)
  end
end

-- The same registers of all rows in flight. `o`: rows, verb, prefetch, fetch, adds, and how they are printed.
function step.write(p, b, s, o)
  if o.compact then return step[o.rows > 1 and "abreast" or "compact"](p, b, s, o) end
  local spell, several = p.spell, #s.registers > 1
  local function name(letter, index) return name_of(letter, index - 1, several) end
  for index, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    local function sums_load(k)
      return r.count and ("load_part(%s, %s)"):format(at(k), r.count) or ("load(%s)"):format(at(k))
    end
    local line = {}
    if spell.gamma then
      line[#line + 1] = ("%s = %s;"):format(name("g", index), scale_of(p, at, r.count))
      if not p.gathers then line[#line + 1] = ("%s = %s;"):format(name("dg", index), sums_load "dgamma") end
    end
    if spell.beta and not p.gathers then line[#line + 1] = ("%s = %s;"):format(name("db", index), sums_load "dbeta") end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
    for row = 0, o.rows - 1 do
      local w = name("w" .. row, index)
      local sums = p.gathers and ""
        or (spell.gamma and ", &" .. name("dg", index) or "") .. (spell.beta and ", &" .. name("db", index) or "")
      b:line("%s = %s;", w, gradient_of(p, row, at, r.count, spell.gamma and name("g", index), sums))
      if o.adds then
        b:line("if (adds)")
        b:line("    %s = add(%s, %s);", w, spell.load(at("dx" .. row), r.count), w)
      end
    end
  end
  for index, r in ipairs(s.registers) do
    local function at(pointer) return place(pointer, s.at, r.offset) end
    if not p.gathers then print_sums_stored(p, b, s, r, function(letters) return name(letters, index) end) end
    for row = 0, o.rows - 1 do
      if r.fetch and o.prefetch > 0 then print_prefetch(b, o, at("x" .. row), at("dy" .. row)) end
      b:line("%s", spell.store(o.verb, at("dx" .. row), name("w" .. row, index), r.count))
    end
  end
end

-- Rows that a call of the write pass writes together.
local function rows_of(p, way) return (p.grouped or way.row_by_row) and 1 or way.rows end

local function options(p, way)
  return { rows = rows_of(p, way), compact = compact(p, way), fetch = way.fetch,
    verb = way.store == "stream" and "stream" or "store", prefetch = way.prefetch }
end

-- Elements from one prefetch to the next.
local function fetch_of(p, way) return way.prefetch > 0 and way.fetch_bytes // p.spell.element_bytes or nil end

-- Registers of a row that are computed before the first of them is stored.
local function group_of(p, way)
  if p.any then return 1 end
  return schedule.unrolls_all(way.unroll) and math.max(1, 2 // way.rows) or 4
end

-- Whether the sums of a block of rows begin with row `row`.
function backward.fresh(p, row)
  return ("(a->workspace || (a->accumulate & LN_BEGIN_PARAMS)) && %s %% %d == 0"):format(row, p.k.numerics.block_rows)
end

-- The width that a function of any width reads, and its inverse.
function backward.width(p)
  local b = c.block()
  if p.any then
    b:line("const size_t n = a->width;")
    b:line("const float width_inverse = 1.0f / (float)n;")
  end
  return b
end

-- What the write pass needs of a row's sums.
function backward.finished(p, row)
  local b = c.block()
  b:line("const float scale = %srstd * -%s;", row, p.any and "width_inverse" or "WIDTH_INVERSE")
  if p.centred then b:line("%sshift = (float)%ss * scale;", row, row) end
  b:line("%sslope = (float)%sq * scale;", row, row)
  return b
end

function backward.gamma_pointer(p)
  return p.spell.gamma and registers.parameter_pointers(p, { { name = "gamma" } }) or c.block()
end

-- Pointers to the rows in flight and gamma, what scales each row, and registers.
function backward.pointers(p, way)
  local b, spell, centred = c.block(), p.spell, p.centred
  local rows = rows_of(p, way)
  for r = 0, rows - 1 do
    for _, kind in ipairs(p.keeps and way.prefetch == 0 and { "x", "dx" } or { "x", "dy", "dx" }) do
      b:line("%s", registers.row_pointer(p, kind, p.grouped and "row + r" or row_at(r), kind .. r))
    end
    if p.keeps then b:line("const float *kept%d = (const float *)%s;", r, p.grouped and "rows->g[r]" or "rows->g") end
    local function of(field)
      if not p.grouped then return ("rows[%d].%s"):format(r, field) end
      return field:find("^s") and ("rows->%s[r]"):format(field) or ("a->%s[row + r]"):format(field)
    end
    b:line("const V %sr%d = splat(%s);", centred and ("m%d = splat(%s), "):format(r, of "mean") or "", r, of "rstd")
    b:line("const V %sk%d = splat(%s);", centred and ("e%d = splat(%s), "):format(r, of "shift") or "", r, of "slope")
  end
  if not p.keeps then b:add(backward.gamma_pointer(p)) end
  if compact(p, way) then return b end
  local names = {}
  local function name_all(k)
    if spell.gamma then names[#names + 1] = "g" .. k end
    if spell.gamma and not p.gathers then names[#names + 1] = "dg" .. k end
    if spell.beta and not p.gathers then names[#names + 1] = "db" .. k end
    for r = 0, rows - 1 do names[#names + 1] = "w" .. r .. (k ~= "" and "_" .. k or "") end
  end
  -- a register by itself is called by the letter alone
  local together, count = group_of(p, way), not p.any and (p.spec.width + p.W - 1) // p.W
  if together > 1 and count > 1 then
    for k = 0, math.min(together, count) - 1 do name_all(tostring(k)) end
  end
  if together == 1 or count % together == 1 then name_all("") end
  b:line("V %s;", table.concat(names, ", "))
  return b
end

-- The write pass of the rows in flight, of groups one by one: all unrolled, or in loops.
function backward.writes(p, way)
  local b, loops = c.block(), math.type(way.unroll) and way.unroll
  local tree = p.order:writes(0, p.spec.width, group_of(p, way), nil, fetch_of(p, way), loops)
  for _, turn in ipairs(tree) do
    if turn.kind == "loop" and #turn == 1 then turn[1].alone = true end
  end
  c.print_tree(b, order.as_written(way.unroll, tree), step, p, options(p, way))
  return b
end

-- The same of one row of any width: a register from i on, whole or in part.
function backward.writes_any(p, way, left)
  local b, o = c.block(), options(p, way)
  o.adds = true
  step.write(p, b, { at = { 0, { "i", 1 } }, registers = { { offset = 0, count = left } } }, o)
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
      b:line("const V g%d = %s; V dg%d = %s%s;", index - 1, loaded_gamma(p, s.at, r.offset, r.count), index - 1,
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
      local dx = gradient_of(p, "", here, r.count, spell.gamma and ("g%d"):format(index - 1), sums)
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
function backward.tiles(p, way)
  local b, o, fetch = c.block(), options(p, way), fetch_of(p, way)
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

return backward
