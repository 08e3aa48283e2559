-- SPDX-License-Identifier: MIT
-- gradient_sums.lua: the statistics pass of kernels that compute gradients, as C: the sums of rows, unrolled, in loops
-- or in tiles, and what is added to the sums over rows meanwhile.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"

local place = registers.place

local gradient_sums = setmetatable({}, { __index = registers }) -- so templates find all in one table

-- gamma of a register at a place.
function gradient_sums.gamma_of(p, at, count, half) return p.spell.load_parameter({ gain = true }, at, count, half) end

-- The same at form `at`, `offset` elements on.
function gradient_sums.loaded_gamma(p, at, offset, count)
  return gradient_sums.gamma_of(p, place("gamma", at, offset), count)
end

-- xhat and g of a register.
local function xhat(p, at, offset, count)
  return ("normalised(%s, %sr)"):format(p.spell.load(place("x", at, offset), count), p.centred and "m, " or "")
end

local function scaled_dy(p, at, offset, count)
  local dy = p.spell.load(place("dy", at, offset), count)
  return p.spell.gamma and ("scaled(%s, %s)"):format(dy, gradient_sums.loaded_gamma(p, at, offset, count)) or dy
end

function gradient_sums.gamma_pointer(p)
  return p.spell.gamma and registers.parameter_pointers(p, { { name = "gamma" } }) or c.block()
end

local step = {}

function step.sum(p, b, s)
  if s.start then -- the sweep before has used these chains
    local list = {}
    for _, r in ipairs(s.registers) do
      for _, k in ipairs(p.spell.sums) do list[#list + 1] = k .. r.chain end
    end
    b:line("%s = settled(zero());", table.concat(list, " = "))
  end
  for _, r in ipairs(s.registers) do
    local chains = {}
    for i, k in ipairs(p.spell.sums) do chains[i] = ("&%s%d"):format(k, r.chain) end
    b:line("%s;", gradient_sums.taken(p, s.at, r.offset, r.count, chains))
  end
end

-- Folds the chains of a sweep into registers.
local function fold_into_lanes(p, b, s)
  for _, k in ipairs(p.spell.sums) do
    local folded = registers.folded(k .. "%d", s.used)
    b:line("%s = %s;", registers.lanes_of("t" .. k, s), folded and ("settled(%s)"):format(folded) or "zero()")
  end
end

function step.fold(p, b, s)
  if not p.grouped then return fold_into_lanes(p, b, s) end
  local at = s.sweep and { s.sweep[1] * p.W } or { 0 }
  for i = 2, #(s.sweep or {}) do at[i] = { s.sweep[i][1], s.sweep[i][2] * p.W } end
  for _, k in ipairs(p.spell.sums) do -- into memory, for the tree
    b:line("store(%s, %s);", place(("rows->%s[of]"):format(k), at), registers.folded(k .. "%d", s.used) or "zero()")
  end
end

-- Adds the sixteen lanes of a sum of a block, as arguments, to the row's sum.
local function add_lanes(b, k, lanes) b:line("row->%s += (double)qtotal(quartered(%s));", k, lanes) end

function step.widen(p, b)
  if p.grouped or p.carried then return end
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
function gradient_sums.sweep(p, rows)
  if p.W == 1 then return { filled = 1, chains = 4, step = 16, sweeps = 16, by = 1, kept = 16 } end
  local filled = p.order.sweeps
  local chains = 4 // filled * (#p.spell.sums == 1 and math.min(2, filled) or 1)
  if p.target.registers < 32 then chains = chains // rows end
  local sweeps = 4 // chains
  return { filled = filled, chains = chains, step = 16 * sweeps, sweeps = sweeps, by = 16,
    kept = (filled > 1 or rows > 1) and 16 * sweeps or 0 }
end

-- Where register k of a sweep lies behind its first element.
local function place_in_sweep(p, w)
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
function gradient_sums.sweeps(p, arguments, statistics)
  local b, w, places, registers_of = c.block(), p.sweep, {}, {}
  local several = w.sweeps > 1
  for i, k in ipairs(p.spell.sums) do
    places[i] = w.kept == 0 and "&t" .. k or several and ("row->t%s + j"):format(k) or "row->t" .. k
    registers_of[i] = "t" .. k
  end
  if w.kept == 0 then b:line("V %s;", table.concat(registers_of, ", ")) end
  print_sweeps(p, b, w, "sum_lanes" .. p.apart, arguments,
    ("%s, %s, %s"):format(statistics, several and "j" or "0", table.concat(places, ", ")))
  return b
end

-- The blocks of a row. `call` is a call for one, in which $at stands for what is added to a pointer and $count for its
-- elements: numbers where the width is known, so that compilers lay out each block's loops.
function gradient_sums.blocks(p, call)
  local b, B, width = c.block(), p.k.numerics.block, p.spec.width
  local function each(place, count) return (call:gsub("$at", place):gsub("$count", count)) .. ";" end
  local function loop(to, count)
    b:line("for (size_t i = 0; i < %s; i += %d)", to, B)
    b:line("    %s", each(" + i", count))
  end
  if p.any then
    loop("n", ("n - i < %d ? n - i : %d"):format(B, B))
    return b
  end
  local whole = width - width % B
  if whole > B then
    loop(whole, B)
  elseif whole == B then
    b:line("%s", each("", B))
  end
  if width > whole then b:line("%s", each(whole > 0 and " + " .. whole or "", width - whole)) end
  return b
end

-- Those of two rows abreast.
function gradient_sums.sweeps_abreast(p, arguments)
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
function gradient_sums.put_lanes(p)
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
function gradient_sums.put_lanes_abreast(p)
  local b = c.block()
  for _, k in ipairs(p.spell.sums) do
    print_lanes(p, b, p.sweep_abreast, k .. "[%d][of]", ("rows[of].t%s + j"):format(k))
  end
  return b
end

-- Adds the lanes of a block, which sweeps `w` have left, to the row's sums.
function gradient_sums.add_block(p, w)
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

-- Names of the chains of a row's sums.
function gradient_sums.chains(p)
  local used = {}
  for _, k in ipairs(p.spell.sums) do
    for chain = 0, p.order.chains - 1 do used[#used + 1] = k .. chain end
  end
  return table.concat(used, ", ")
end

-- The sums of a narrow row, all unrolled.
function gradient_sums.sums(p)
  local b = c.block()
  c.print_tree(b, order.as_written(p.k.schedule.few.unroll, p.order:sums(0, 0, p.spec.width)), step, p)
  return b
end

-- Whether xhat and g of a row of a tile fit into half of the registers.
function gradient_sums.holds_row(p) return 2 * p.spec.width // p.W <= p.target.registers // 2 end

-- The same of one row whose sums over rows begin, into the lanes of all sweeps.
function gradient_sums.one_sums(p)
  local b, sums = c.block(), p.spell.sums
  local one = { fold = fold_into_lanes, widen = function() end }
  function one.sum(_, b, s)
    for _, r in ipairs(s.registers) do
      local list = {}
      for _, array in ipairs { "x", "dy", "gamma", table.unpack(p.params) } do
        list[#list + 1] = place(array, s.at, r.offset)
      end
      if p.centred then list[#list + 1] = "m" end
      list[#list + 1] = "r, " .. (s.start and "1" or "0")
      for _, k in ipairs(sums) do list[#list + 1] = ("&%s%d"):format(k, r.chain) end
      if gradient_sums.holds_row(p) then
        local at = registers.index(order.plus(s.at, r.offset), p.W)
        list[#list + 1] = ("&xhat[%s], &g[%s]"):format(at, at)
      end
      b:line("take_new(%s);", table.concat(list, ", "))
    end
  end
  c.print_tree(b, order.as_written(p.k.schedule.few.unroll, p.order:sums(0, 0, p.spec.width)), one, p)
  return b
end

-- Adds to a block a loop over the registers that hold sums over rows: what `text` says of each $register and its $place
-- in memory. gamma: it also loads gamma into registers.
local function print_held(p, b, text, gamma)
  b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(p.spec.width // p.W), function()
    if gamma then b:line("gm[k] = %s;", gradient_sums.loaded_gamma(p, { 0, { "k", p.W } })) end
    for _, k in ipairs(p.params) do
      b:line("%s", (text:gsub("$(%a+)", { register = k:sub(1, 2) .. "[k]", place = place(k, { 0, { "k", p.W } }) })))
    end
  end)
  return b
end

-- Declares these registers and begins each with `value`; gamma's, too, where they hold it.
function gradient_sums.held_begun(p, value)
  local gamma, names, count = p.k.gradients.holds_gamma, {}, p.spec.width // p.W
  local b = gamma and gradient_sums.gamma_pointer(p) or c.block()
  if gamma then names[1] = ("gm[%d]"):format(count) end
  for _, k in ipairs(p.params) do names[#names + 1] = ("%s[%d]"):format(k:sub(1, 2), count) end
  b:line("V %s;", table.concat(names, ", "))
  b:line("")
  return print_held(p, b, "$register = " .. value .. ";", gamma)
end

function gradient_sums.held_stored(p) return print_held(p, c.block(), "store($place, $register);") end

-- What the statistics pass loads of a sum over rows, which begins with a fresh row.
function gradient_sums.begun(p, sum)
  return p.tells_fresh and ("fresh ? settled(zero()) : %s"):format(sum) or sum
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
  if not p.carried then return ("%s(%s)"):format(name, table.concat(arguments, ", ")) end
  local index = registers.index(order.plus(at, offset), p.W)
  if p.carries_both then arguments[#arguments + 1] = ("&of.xhat[%s]"):format(index) end
  return ("of.g[%s] = %s(%s)"):format(index, name, table.concat(arguments, ", "))
end

-- How a register is taken, or the first `count` elements of one, the last of a row.
function gradient_sums.taken(p, at, offset, count, chains)
  if p.gathers then return call_of(p, count and "take_rest" or "take", at, offset, count, chains) end
  local h = xhat(p, at, offset, count)
  if count then h = ("keep_part(%s, %s)"):format(h, count) end
  return ("take%s(%s, %s, %s)"):format(p.apart, h, scaled_dy(p, at, offset, count), table.concat(chains, ", "))
end

-- How take_rest() does so where the statistics pass does not gather.
function gradient_sums.rest(p)
  return gradient_sums.taken(p, { 0 }, 0, "left", p.centred and { "s", "q" } or { "q" })
end

-- The registers of sweep `w` from element i on: each is `taken`, or at the end of a row, where there is a `rest`, those
-- that there are, and of the last one, in part, what the lines `rest` say.
local function print_swept(p, w, taken, rest)
  local b = c.block()
  b:braces(("UNROLL for (size_t k = 0; k < %d; k++)"):format(w.chains * w.filled), function()
    b:line("const size_t at = i + %s;", place_in_sweep(p, w))
    if rest then b:line("if (at + LANES <= n)") end
    b:line("%s%s;", rest and "    " or "", taken)
    if rest and #rest > 0 then
      b:line("else if (at < n)")
      for depth, line in ipairs(rest) do b:line("%s%s", ("    "):rep(depth), line) end
    end
  end)
  return b
end

local REST = "(unsigned)(n - at)" -- elements of such a register

-- Those of one row, each into its chain. ends: at the end of a row.
function gradient_sums.swept(p, ends)
  local at, chains = { 0, { "at", 1 } }, {}
  for i, k in ipairs(p.spell.sums) do chains[i] = ("&%s[k]"):format(k) end
  return print_swept(p, p.sweep, gradient_sums.taken(p, at, 0, nil, chains),
    ends and { p.W > 1 and call_of(p, "take_rest" .. p.apart, at, 0, REST, chains) .. ";" or nil })
end

-- Those of two rows abreast.
function gradient_sums.swept_abreast(p, ends)
  local sums, fresh = p.passed:gsub("%a+", "%0 + at"), p.tells_fresh
  local rest = {}
  if p.spec.width % p.W > 0 then
    rest = { "UNROLL for (size_t of = 0; of < 2; of++)",
      ("take_rest(x + of * x_next + at, dy + of * dy_next + at, gamma + at%s, %s, %s%s);"):format(sums, REST,
        fresh and "fresh && of == 0, " or "",
        p.centred and "m[of], r[of], &s[k][of], &q[k][of]" or "r[of], &q[k][of]") }
  end
  return print_swept(p, p.sweep_abreast,
    ("take_abreast(x + at, x_next, dy + at, dy_next, gamma + at%s, %s%s)"):format(sums, fresh and "fresh, " or "",
      p.centred and "m, r, s[k], q[k]" or "r, q[k]"), ends and rest)
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
function gradient_sums.tile_sums(p)
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
          b:line("take(%s, %s, %s, %sr, %s);", spell.load(place("x", r.at)), spell.load(place("dy", r.at)),
            gradient_sums.loaded_gamma(p, r.at, 0), p.centred and "m, " or "", table.concat(to, ", "))
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

return gradient_sums
