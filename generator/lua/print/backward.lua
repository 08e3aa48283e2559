-- backward.lua: the steps of kernels that compute gradients, as C.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"

local behind, name_of, row_at = registers.behind, registers.name, registers.row_at

local backward = {}

-- What printing needs to know of a kernel.
function backward.of(k, spell)
  local p = { k = k, spell = spell, spec = k.spec, target = k.target, W = k.target.lanes, T = spell.element }
  p.any = k.spec.width == "any"
  p.N = p.any and "n" or "WIDTH"
  p.sweeps = 16 // p.W
  p.centred = spell.centred
  -- plain C gains nothing from a known width, nor does a row that is added to dx: the kernel for any width serves both
  p.delegates = not p.any and p.W == 1 and k.schedule.few.unroll ~= "full"
  p.params = {} -- gradients that are sums over rows
  if spell.gamma then p.params[#p.params + 1] = "dgamma" end
  if spell.beta then p.params[#p.params + 1] = "dbeta" end
  -- a block is long enough for a loop; the rows of narrow kernels are no block
  p.unrolled = not p.any and k.schedule.few.unroll == "full" and k.spec.width < k.numerics.block
  p.scratch = not p.unrolled and p.sweeps > 1 and "row->" or ""
  p.parts, p.begins = backward.parts(p)
  return p
end

-- Loops take however many rows are left, too.
function backward.takes_all(part) return part and part.body.unroll ~= "full" end

-- The situations that have a function, and whether the sums of a block begin in registers: then nothing in the workspace
-- needs to be zero.
function backward.parts(p)
  if p.any then
    return { { name = "one", title = "Row by row", rows = 1,
      body = { name = "write_one", unroll = "full", store = "cached" } } }, false
  end
  local k, parts, takes_all = p.k, {}, backward.takes_all
  local left_over = not takes_all(k.few or k.one) or k.stream and not takes_all(k.stream)
  for _, part in ipairs(k.parts) do
    if part ~= k.one or not k.few or left_over then parts[#parts + 1] = part end
  end
  return parts, not left_over and #p.params > 0
end

-- The place of an element; behind a loop's variable the first one is the variable itself.
local function place(pointer, at)
  if type(at) == "table" and at[2] == 0 then at = { at[1] } end
  return registers.place(pointer, at)
end

local function loaded_gamma(p, at, count) return p.spell.load_parameter({ gain = true }, place("gamma", at), count) end

-- xhat of the row whose pointers have `r` behind their names.
local function xhat(p, r, at, count)
  return ("normalised(%s, %sr%s)"):format(p.spell.load(place("x" .. r, at), count), p.centred and "m" .. r .. ", " or "", r)
end

local function scaled_dy(p, at, count)
  local dy = p.spell.load(place("dy", at), count)
  return p.spell.gamma and ("scaled(%s, %s)"):format(dy, loaded_gamma(p, at, count)) or dy
end

-- The registers past the end of a row: elements of the last one.
local function count_of(p, part) return part.left or part.count < p.W and part.count or nil end

-- The statistics pass ---------------------------------------------------------------------------------------------------

local step = {}

function step.sum(p, b, s, base)
  for _, part in ipairs(s.parts) do
    local chain, at, count = part.chain, behind(base, part.at), count_of(p, part)
    local h, g = xhat(p, "", at, count), scaled_dy(p, at, count)
    if s.start then b:line("%sq%d = zero();", p.centred and ("s%d = "):format(chain) or "", chain) end
    local last = ("%s, %s&q%d);"):format(g, p.centred and ("&s%d, "):format(chain) or "", chain)
    if count then
      b:line("take(keep_part(%s, %s),", h, count)
      b:line("     %s", last)
    else
      b:line("take(%s, %s", h, last)
    end
  end
end

function step.fold(p, b, s)
  local sum = registers.sum_of
  for _, k in ipairs(p.spell.sums) do
    local function chain(i) return s.used > i and k .. i or nil end
    local folded = sum(sum(chain(0), chain(2)), sum(chain(1), chain(3)))
    b:line("t%s[%d] = %s;", k, s.sweep, folded and ("settled(%s)"):format(folded) or "zero()")
  end
end

function step.widen(p, b)
  for _, k in ipairs(p.spell.sums) do b:line("row->%s = dadd(row->%s, widen(%st%s));", k, k, p.scratch, k) end
end

function backward.widen(p)
  local b = c.block()
  step.widen(p, b)
  return b
end

-- Names of the chains of `count` registers.
function backward.chains(p, count)
  local used = {}
  for chain = 0, count - 1 do
    if p.centred then used[#used + 1] = "s" .. chain end
    used[#used + 1] = "q" .. chain
  end
  return table.concat(used, ", ")
end

-- The sums of a narrow row, all unrolled.
function backward.sums(p)
  local b = c.block()
  for _, s in ipairs(order.sums(0, 0, p.spec.width, p.W, p.k.numerics, true)) do step[s.kind](p, b, s) end
  return b
end

-- Four registers from element i on, each into its chain.
function backward.four(p)
  local b, group = c.block(), {}
  for chain = 0, 3 do group[#group + 1] = { chain = chain, at = 16 * chain, count = p.W } end
  step.sum(p, b, { parts = group }, "i")
  return b
end

-- What take_rest adds of the elements from i on.
function backward.rest(p) return xhat(p, "", { "i" }, "left"), scaled_dy(p, { "i" }, "left") end

-- The write pass --------------------------------------------------------------------------------------------------------

-- The same registers of all rows in flight. `o`: rows, verb, prefetch, fetch, fetch_bytes, base, left, adds.
local function print_write(p, b, s, o)
  local spell, several = p.spell, #s.parts > 1
  local function name(letter, index) return name_of(letter, index - 1, several) end
  local function sums_load(pointer, at, count)
    return count and ("load_part(%s, %s)"):format(place(pointer, at), count) or ("load(%s)"):format(place(pointer, at))
  end
  for index, part in ipairs(s.parts) do
    local at, count, line = behind(o.base, part.at), o.left or count_of(p, part), {}
    if spell.gamma then
      line[#line + 1] = ("%s = %s;"):format(name("g", index), loaded_gamma(p, at, count))
      line[#line + 1] = ("%s = %s;"):format(name("dg", index), sums_load("dgamma", at, count))
    end
    if spell.beta then line[#line + 1] = ("%s = %s;"):format(name("db", index), sums_load("dbeta", at, count)) end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
    for r = 0, o.rows - 1 do
      local w = name("w" .. r, index)
      local sums = (spell.gamma and ", &" .. name("dg", index) or "") .. (spell.beta and ", &" .. name("db", index) or "")
      b:line("%s = gradient(%s, %s%s, %s%s);", w, spell.load(place("x" .. r, at), count),
        spell.load(place("dy" .. r, at), count), spell.gamma and ", " .. name("g", index) or "",
        p.centred and ("m%d, r%d, e%d, k%d"):format(r, r, r, r) or ("r%d, k%d"):format(r, r), sums)
      if o.adds then
        b:line("if (adds)")
        b:line("    %s = add(%s, %s);", w, spell.load(place("dx" .. r, at), count), w)
      end
    end
  end
  for index, part in ipairs(s.parts) do
    local at, count, line = behind(o.base, part.at), o.left or count_of(p, part), {}
    for _, k in ipairs(p.params) do
      local to, value = place(k, at), name(k:sub(1, 2), index)
      line[#line + 1] = count and ("store_part(%s, %s, %s);"):format(to, value, count) or ("store(%s, %s);"):format(to, value)
    end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
    for r = 0, o.rows - 1 do
      if o.prefetch > 0 and part.at * spell.element_bytes % o.fetch_bytes == 0 then
        b:line("%s(%s + %d * a->x_stride); %s(%s + %d * a->dy_stride);", o.fetch, place("x" .. r, at), o.prefetch,
          o.fetch, place("dy" .. r, at), o.prefetch)
      end
      b:line("%s", spell.store(o.verb, place("dx" .. r, at), name("w" .. r, index), count))
    end
  end
end

local function options(way, rows)
  return { rows = rows, verb = way.store == "stream" and "stream" or "store", prefetch = way.prefetch or 0,
    fetch = way.fetch, fetch_bytes = way.fetch_bytes }
end

local function group_of(p, rows) return p.any and 1 or math.max(1, 2 // rows) end

-- Pointers to rows and gamma, what scales each row, and registers.
function backward.pointers(p, rows)
  local b, spell, centred = c.block(), p.spell, p.centred
  for r = 0, rows - 1 do
    for _, kind in ipairs { "x", "dy", "dx" } do b:line("%s", registers.row_pointer(spell, kind, kind .. r, row_at(r))) end
    b:line("const V %sr%d = splat(rows[%d].rstd);", centred and ("m%d = splat(rows[%d].mean), "):format(r, r) or "", r, r)
    b:line("const V %sk%d = splat(rows[%d].slope);", centred and ("e%d = splat(rows[%d].shift), "):format(r, r) or "", r, r)
  end
  b:add(backward.gamma_pointer(p))
  local names = {}
  local function name_all(k)
    if spell.gamma then names[#names + 1] = "g" .. k names[#names + 1] = "dg" .. k end
    if spell.beta then names[#names + 1] = "db" .. k end
    for r = 0, rows - 1 do names[#names + 1] = "w" .. r .. (k ~= "" and "_" .. k or "") end
  end
  -- a register by itself is called by the letter alone
  local group, count = group_of(p, rows), not p.any and (p.spec.width + p.W - 1) // p.W
  if group > 1 and count > 1 then
    for k = 0, group - 1 do name_all(tostring(k)) end
  end
  if group == 1 or count % group == 1 then name_all("") end
  b:line("V %s;", table.concat(names, ", "))
  return b
end

function backward.gamma_pointer(p)
  return p.spell.gamma and registers.parameter_pointers(p.spell, { { name = "gamma" } }) or c.block()
end

-- The write pass of some rows, all unrolled.
function backward.writes(p, way, rows)
  local b, o = c.block(), options(way, rows)
  for _, s in ipairs(order.writes(0, p.spec.width, p.W, group_of(p, rows))) do print_write(p, b, s, o) end
  return b
end

-- The same of one row of any width: a register from i on, whole or in part.
function backward.writes_any(p, way, left)
  local b, o = c.block(), options(way, 1)
  o.base, o.adds, o.left = "i", true, left
  for _, s in ipairs(order.writes(0, p.W, p.W, 1)) do print_write(p, b, s, o) end
  return b
end

-- The registers of a tile of columns, of all rows one after the other: what they are summed into stays in registers.
local function print_tile(p, b, parts, o)
  local spell, centred = p.spell, p.centred
  for index, part in ipairs(parts) do
    local at, count, line = behind(o.base, part.at), count_of(p, part), {}
    local function sums_load(k)
      if not count then return (p.begins and "begun(%s, fresh)" or "load(%s)"):format(place(k, at)) end
      return (p.begins and "fresh ? zero() : " or "") .. ("load_part(%s, %s)"):format(place(k, at), count)
    end
    if spell.gamma then
      line[1] = ("const V g%d = %s;"):format(index - 1, loaded_gamma(p, at, count))
      line[2] = ("V dg%d = %s%s;"):format(index - 1, sums_load("dgamma"),
        spell.beta and (", db%d = %s"):format(index - 1, sums_load("dbeta")) or "")
    end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
  end
  local first = behind(o.base, parts[1].at)
  for _, kind in ipairs { "x", "dy", "dx" } do
    local const = kind == "dx" and "" or "const "
    b:line("%s%s *%s = (%s%s *)a->%s + %s;", const, p.T, kind, const, p.T, kind, place(("row * a->%s_stride"):format(kind), first))
  end
  b:braces("for (const Row *of = rows; of < rows + count; of++)", function()
    b:line("const V %sr = splat(of->rstd), %sk = splat(of->slope);", centred and "m = splat(of->mean), " or "",
      centred and "e = splat(of->shift), " or "")
    for index, part in ipairs(parts) do
      local from, count = part.at - parts[1].at, count_of(p, part)
      local function here(pointer) return from == 0 and pointer or ("%s + %d"):format(pointer, from) end
      local sums = (spell.gamma and (", &dg%d"):format(index - 1) or "") .. (spell.beta and (", &db%d"):format(index - 1) or "")
      local gain = spell.gamma and (", g%d"):format(index - 1) or ""
      local dx = ("gradient(%s, %s%s, %s%s)"):format(spell.load(here("x"), count), spell.load(here("dy"), count), gain,
        centred and "m, r, e, k" or "r, k", sums)
      if o.prefetch > 0 and from * spell.element_bytes % o.fetch_bytes == 0 then
        b:line("%s(%s + %d * a->x_stride); %s(%s + %d * a->dy_stride);", o.fetch, here("x"), o.prefetch, o.fetch, here("dy"),
          o.prefetch)
      end
      b:line("%s", spell.store(o.verb, here("dx"), dx, count))
    end
    for _, kind in ipairs { "x", "dy", "dx" } do b:line("%s += a->%s_stride;", kind, kind) end
  end)
  for index, part in ipairs(parts) do
    local at, count, line = behind(o.base, part.at), count_of(p, part), {}
    for _, k in ipairs(p.params) do
      local register = k:sub(1, 2) .. index - 1
      line[#line + 1] = count and ("store_part(%s, %s, %s);"):format(place(k, at), register, count)
        or ("store(%s, %s);"):format(place(k, at), register)
    end
    if #line > 0 then b:line("%s", table.concat(line, " ")) end
  end
end

-- The write pass of `count` rows in loops: a turn is some tiles, as wide as the registers allow.
function backward.tiles(p, way)
  local b, o = c.block(), options(way)
  local tile = math.min(4 * way.unroll, p.target.registers // (p.T == "float" and 4 or 8))
  if p.W < 16 then tile = math.min(tile, p.target.registers // 8) end
  local turn = 4 * p.W * way.unroll
  local looped = p.spec.width // turn * turn
  if looped == turn then looped = 0 end
  if looped > 0 then
    b:braces(("for (size_t i = 0; i < %d; i += %d)"):format(looped, turn), function()
      o.base = "i"
      local tiles = order.writes(0, turn, p.W, tile)
      for _, s in ipairs(tiles) do
        local function print() print_tile(p, b, s.parts, o) end
        if #tiles > 1 then b:braces("", print) else print() end
      end
      o.base = nil
    end)
  end
  for _, s in ipairs(order.writes(looped, p.spec.width, p.W, tile)) do
    b:braces("", function() print_tile(p, b, s.parts, o) end)
  end
  return b
end

return backward
