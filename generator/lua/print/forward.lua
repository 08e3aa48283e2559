-- forward.lua: the steps of kernels that read a row for its sums and write it normalised, as C. plan/order.lua says which
-- steps there are.
local c = require "print.c"
local order = require "plan.order"
local registers = require "print.registers"

local place, behind, name_of, row_at = registers.place, registers.behind, registers.name, registers.row_at

local forward = {}

-- What printing needs to know of a kernel.
function forward.of(k, spell)
  local p = { k = k, spell = spell, spec = k.spec, target = k.target, N = k.spec.width, W = k.target.lanes }
  p.block = k.numerics.block
  p.sweeps = 16 // p.W
  p.whole = p.N // p.block * p.block               -- elements in whole superblocks
  p.paired = order.pairs(p.N, spell.paired)        -- even and odd elements in a register each
  p.unit, p.unit_registers = order.unit(p.W, p.paired) -- elements a load or store is about; registers they fill
  p.chains = order.chains(p.N, p.W, p.paired)
  return p
end

-- The elements of a step's part, where they are fewer than a register has.
local function count(p, part) return part.left or part.count < p.unit and part.count or nil end

-- Whether a function reads what its sums have written.
function forward.reads_sum(p, way) return p.spell.keeps_sum and not way.late end

function forward.late_suffix(p, late) return p.spell.keeps_sum and late and "_late" or "" end

local step = {}

-- A register into its chains. Settled, or gcc loads it for each of its two uses; narrow registers are too few and loads
-- of them plenty.
local function print_sum(p, b, chain, start, x, sum, n, half)
  local spell = p.spell
  local v = half == 1 and "u" or "v"
  local line = { ("%s = %s;"):format(v, p.target.registers >= 32 and ("settled(%s)"):format(x) or x) }
  if sum and half ~= 0 then
    line[#line + 1] = half and spell.store_pair("store", sum, "v", "u", n) or spell.store("store", sum, v, n)
  end
  if spell.centred then
    line[#line + 1] = start and ("s[%d] = %s;"):format(chain, v)
      or ("s[%d] = settled(add(s[%d], %s));"):format(chain, chain, v)
  end
  line[#line + 1] = (start and "q[%d] = settled(mul(%s, %s));" or "q[%d] = muladd(%s, %s, q[%d]);")
    :format(chain, v, v, chain)
  b:line("%s", table.concat(line, " "))
end

-- Four registers by sum_first or sum_more.
local function print_four(p, b, start, source, at, base)
  local list = {}
  for _, pointer in ipairs { source.x, source.z or false, p.spell.bias and "bias", source.sum or false } do
    if pointer then list[#list + 1] = (at > 0 or base) and place(pointer, behind(base, at)) or pointer end
  end
  b:line("%s%s(%s, %s);", start and "sum_first" or "sum_more", forward.late_suffix(p, not source.sum),
    table.concat(list, ", "), p.spell.centred and "s, q" or "q")
end

function step.sum(p, b, s, o)
  local source, parts = o.source(s.row), s.parts
  if s.four then return print_four(p, b, s.start, source, parts[1].at, o.i) end
  for _, part in ipairs(parts) do
    local at = behind(o.i, part.at)
    local x = p.spell.input(place(source.x, at), source.z and place(source.z, at), count(p, part), place("bias", at),
      part.half)
    print_sum(p, b, part.chain, s.start, x, source.sum and place(source.sum, at), count(p, part), part.half)
  end
end

local function folded_chains(p, k, used)
  local function chain(i) return used > i and ("%s[%d]"):format(k, i) or nil end
  local sum = registers.sum_of
  local x, y = sum(chain(0), chain(2)), sum(chain(1), chain(3))
  return p.paired and ("add(first_of_pair(%s, %s), last_of_pair(%s, %s))"):format(x, y, x, y) or sum(x, y)
end

function step.fold(p, b, s)
  for _, k in ipairs(p.spell.sums) do
    local folded = folded_chains(p, k, s.used)
    b:line("t%s[%d] = %s;", k, s.sweep, folded and ("settled(%s)"):format(folded) or "zero()")
  end
end

function step.widen(p, b, s, o)
  for _, k in ipairs(p.spell.sums) do
    local sum = s.first and ("widen(t%s)"):format(k) or ("dadd(d%s, widen(t%s))"):format(k, k)
    if s.first and s.last then
      b:line("%s.%s = total(%s);", o.moments(s.row), k, sum)
    else
      b:line("d%s = %s;", k, sum)
    end
  end
  if s.last and not s.first then
    for _, k in ipairs(p.spell.sums) do b:line("%s.%s = total(d%s);", o.moments(s.row), k, k) end
  end
end

function step.finish(p, b, s)
  b:line("const int served = finish_%d(a, ahead, m, next);", s.rows)
end

-- The name of the pointer to row r of an output.
function forward.row_of(y, r) return y.name .. (y.name:find("%d") and "_" or "") .. r end

-- Loads parameters: of a step's part, its registers named by `name`.
local function print_parameters(p, b, part, index, name, o)
  local list = {}
  for _, parameter in ipairs(p.spell.parameters) do
    local load = p.spell.load_parameter(parameter, place(parameter.name, behind(o.w or o.i, part.at)), count(p, part),
      part.half)
    list[#list + 1] = ("%s = %s;"):format(name(parameter.letter, index), o.rows > 1 and ("settled(%s)"):format(load) or load)
  end
  if #list > 0 then b:line("%s", table.concat(list, " ")) end
end

local function input(p, part, r, o)
  local at = behind(o.w or o.i, part.at)
  return p.spell.input(place("x" .. r, at), not forward.reads_sum(p, o) and place("z" .. r, at), count(p, part),
    place("bias", at), part.half)
end

local function normalised(p, x, r) return p.spell.normalised(x, "r" .. r, "c" .. r, "h" .. r) end

local function name_in(s)
  return function(letter, index) return name_of(letter, index - 1, #s.parts > 1) end
end

-- Registers of the second pass: parameters, then for every row what is made of it; at last all are stored.
function step.write(p, b, s, o)
  local spell, name = p.spell, name_in(s)
  if o.write_at and not count(p, s.parts[1]) then
    b:line("%s(%d, %s);", o.write_at[1], s.parts[1].at, o.write_at[2])
    return
  end
  for index, part in ipairs(s.parts) do
    print_parameters(p, b, part, index, name, o)
    for r = 0, o.rows - 1 do
      local x = input(p, part, r, o)
      if o.late then
        b:line("%s = %s;", name("e" .. r, index), x)
        x = name("e" .. r, index)
      end
      local t = normalised(p, x, r)
      if #spell.outputs > 1 then
        b:line("%s = %s;", name("w" .. r, index), t)
        t = name("w" .. r, index)
      end
      for k = #spell.outputs, 1, -1 do
        local y = spell.outputs[k]
        b:line("%s = %s;", name(y.letter .. r, index), spell.scaled(t, name(y.gamma, index), name(y.beta, index)))
      end
    end
  end
  for index, part in ipairs(s.parts) do
    local at = behind(o.w or o.i, part.at)
    for r = 0, part.half == 0 and -1 or o.rows - 1 do -- pairs are stored with their second half
      if o.prefetch > 0 and (type(part.at) == "number" and part.at or 0) * spell.element_bytes % o.fetch_bytes == 0 then
        b:line("%s(%s + %d * a->%s_stride);", o.fetch, place("x" .. r, at), o.prefetch,
          forward.reads_sum(p, o) and "sum" or "x")
        if spell.adds and not forward.reads_sum(p, o) then
          b:line("%s(%s + %d * a->residual_stride);", o.fetch, place("z" .. r, at), o.prefetch)
        end
      end
      if o.late then
        local to, e = place("sum" .. r, at), name("e" .. r, index)
        b:line("%s", part.half and spell.store_pair(o.verb, to, name("e" .. r, index - 1), e, count(p, part))
          or spell.store(o.verb, to, e, count(p, part)))
      end
      for _, y in ipairs(spell.outputs) do
        local to, w = place(forward.row_of(y, r), at), name(y.letter .. r, index)
        b:line("%s", part.half and spell.store_pair(o.verb, to, name(y.letter .. r, index - 1), w, count(p, part))
          or spell.store_output(o.verb, to, w, count(p, part), spell.dynamic and "inverse" .. r or "inverse"))
      end
    end
  end
end

function step.largest(p, b, s, o)
  local name = name_in(s)
  for index, part in ipairs(s.parts) do
    print_parameters(p, b, part, index, name, o)
    for r = 0, o.rows - 1 do
      local y = p.spell.scaled(normalised(p, input(p, part, r, o), r), name("g", index), name("b", index))
      if count(p, part) then y = ("keep_part(%s, %d)"):format(y, count(p, part)) end
      b:line("most%d = max_magnitude(most%d, %s);", r, r, y)
    end
  end
end

local function print_steps(p, b, steps, o)
  for _, s in ipairs(steps) do step[s.kind](p, b, s, o) end
end

-- Sums ------------------------------------------------------------------------------------------------------------------

-- Declares the registers of the sums of one row.
local function declare_sums(p, b)
  local centred = p.spell.centred
  local loose = p.N % 64 == 0 and "" or p.paired and "v, u, " or "v, " -- what is not taken four at a time
  b:line("V %s%sq[%d];", loose, centred and ("s[%d], "):format(p.chains) or "", p.chains)
  b:line("V %stq[%d];", centred and ("ts[%d], "):format(p.sweeps) or "", p.sweeps)
  if p.N > p.block then b:line("D %sdq;", centred and "ds, " or "") end
end

-- The sums of one row in loops of K groups of four registers: whole superblocks, then the rest.
local function sums_in_loops(p, b, K, source)
  local W, sums, centred = p.W, p.spell.sums, p.spell.centred
  local function superblock(from, blocks, tail)
    local looped = p.sweeps > 2
    local function sweep_of(sweep, at)
      b:line("%sq[0] = q[1] = q[2] = q[3] = zero();", centred and "s[0] = s[1] = s[2] = s[3] = " or "")
      local function group(offset)
        step.sum(p, b, { row = 0, four = true, parts = order.group(0, 64, W, p.paired) }, { i = offset,
          source = function() return source end })
      end
      local turns = blocks // K
      if turns > 1 then
        b:braces(("for (size_t k = 0; k < %d; k += %d)"):format(turns * K * 64, K * 64), function()
          for k = 0, K - 1 do group(at .. " + k" .. (k > 0 and " + " .. 64 * k or "")) end
        end)
      else
        turns = 0
      end
      for k = turns * K, blocks - 1 do group(at .. (k > 0 and " + " .. 64 * k or "")) end
      for _, part in ipairs(order.group(blocks * 64, blocks * 64 + tail - sweep * W, W, p.paired)) do
        local function take()
          step.sum(p, b, { row = 0, parts = { part } }, { i = at, source = function() return source end })
        end
        if looped and part.lanes < 16 then b:braces(("if (j < %d)"):format(part.lanes), take) else take() end
      end
      for _, k in ipairs(sums) do b:line("t%s[%s] = %s;", k, looped and "j" or sweep, folded_chains(p, k, 4)) end
    end
    if looped then
      b:braces("for (size_t j = 0; j < 16; j++)", function() sweep_of(0, from .. " + j") end)
    else
      for sweep = 0, p.sweeps - 1 do sweep_of(sweep, from .. (sweep > 0 and " + " .. sweep * W or "")) end
    end
    for _, k in ipairs(sums) do b:line("d%s = dadd(d%s, widen(t%s));", k, k, k) end
  end
  b:line("D %sdq = dzero();", centred and "ds = dzero(), " or "")
  if p.whole > 0 then
    b:braces(("for (size_t i = 0; i < %d; i += %d)"):format(p.whole, p.block), function()
      superblock("i", p.block // 64, 0)
    end)
  end
  if p.N > p.whole then superblock(tostring(p.whole), (p.N - p.whole) // 64, (p.N - p.whole) % 64) end
end

-- The body of take_sums, `take` being one of plan.takes.
function forward.sums(p, take)
  local b, spell = c.block(), p.spell
  local source = { x = "x", z = spell.adds and "z", sum = spell.keeps_sum and not take.late and "sum" }
  if take.unroll == "full" then
    declare_sums(p, b)
    b:line("")
    print_steps(p, b, order.sums(0, 0, p.N, p.W, p.k.numerics, true, p.paired), { source = function() return source end,
      moments = function() return "m" end })
    return b
  end
  local loose = p.N % 64 == 0 and "" or p.paired and "v, u, " or "v, "
  b:line("V %s%sq[4], %stq[%d];", loose, spell.centred and "s[4], " or "",
    spell.centred and ("ts[%d], "):format(p.sweeps) or "", p.sweeps)
  b:line("")
  sums_in_loops(p, b, take.unroll, source)
  for _, k in ipairs(spell.sums) do b:line("m.%s = total(d%s);", k, k) end
  return b
end

-- The pointers that take_sums reads and writes through.
function forward.sums_pointers(p, take)
  local b = c.block()
  b:line("%s", registers.row_pointer(p.spell, "x", "x", "row"))
  if p.spell.adds then b:line("%s", registers.row_pointer(p.spell, "residual", "z", "row")) end
  b:add(registers.bias_pointer(p.spell))
  if p.spell.keeps_sum and not take.late then b:line("%s", registers.row_pointer(p.spell, "sum", "sum", "row")) end
  return b
end

-- The body of sum_first and sum_more.
function forward.four(p, start, writes_sum)
  local b = c.block()
  b:line("V %s;", p.paired and "v, u" or "v")
  for _, part in ipairs(order.group(0, 64, p.W, p.paired)) do
    local function at(pointer) return part.at > 0 and place(pointer, part.at) or pointer end
    local x = p.spell.input(at "x", p.spell.adds and at "z", nil, at "bias", part.half)
    print_sum(p, b, part.chain, start, x, writes_sum and at "sum", nil, part.half)
  end
  return b
end

-- The write pass --------------------------------------------------------------------------------------------------------

-- Names of the registers of a second pass, `k` behind each.
local function add_registers(p, names, way, k)
  local suffix = k ~= "" and "_" .. k or ""
  for _, parameter in ipairs(p.spell.parameters) do names[#names + 1] = parameter.letter .. k end
  for r = 0, way.rows - 1 do
    if way.late then names[#names + 1] = "e" .. r .. suffix end
    for _, y in ipairs(p.spell.outputs) do names[#names + 1] = y.letter .. r .. suffix end
  end
end

-- Whether a function calls the one that writes a register, and what that is given behind the element: types and names.
function forward.calls_write_at(p, way)
  return way.ahead > 0 and (way.unroll == "full" or p.whole == 0) and p.N >= p.unit
end

function forward.write_at_arguments(p, way)
  local types, names = {}, {}
  local spell, T = p.spell, p.spell.element
  local function add(type, name) types[#types + 1], names[#names + 1] = type .. name, name end
  if way.prefetch > 0 then add("const ln_args *", "a") end
  for _, parameter in ipairs(spell.parameters) do add("const " .. spell.parameter .. " *", parameter.name) end
  if spell.bias and not forward.reads_sum(p, way) then add("const " .. T .. " *", "bias") end
  for r = 0, way.rows - 1 do
    add("const " .. T .. " *", "x" .. r)
    if spell.adds and not forward.reads_sum(p, way) then add("const " .. T .. " *", "z" .. r) end
    if way.late then add(T .. " *", "sum" .. r) end
    for _, y in ipairs(spell.outputs) do add(spell.output .. " *", forward.row_of(y, r)) end
    add("V ", "r" .. r)
    if spell.centred then add("V ", "c" .. r) end
    if spell.split then add("V ", "h" .. r) end
    if spell.dynamic then add("V ", "inverse" .. r) end
  end
  if spell.quantises and not spell.dynamic then add("V ", "inverse") end
  return table.concat(types, ", "), table.concat(names, ", ")
end

-- How the registers of a function are grouped: a store and a later load of another row may share their low address bits,
-- so all of a group are computed before any is stored.
local function group_of(p, way, ahead) return math.max(p.unit_registers, (ahead or way.unaligned) and 1 or 4 // way.rows) end

-- Pointers to rows and parameters, and what scales each row.
function forward.pointers(p, way, ahead)
  local b, spell = c.block(), p.spell
  local T = spell.element
  for r = 0, way.rows - 1 do
    if forward.reads_sum(p, way) then
      b:line("const %s *x%d = (const %s *)a->sum + %s * a->sum_stride;", T, r, T, row_at(r))
    else
      b:line("%s", registers.row_pointer(spell, "x", "x" .. r, row_at(r)))
      if spell.adds then b:line("%s", registers.row_pointer(spell, "residual", "z" .. r, row_at(r))) end
      if way.late then b:line("%s", registers.row_pointer(spell, "sum", "sum" .. r, row_at(r))) end
    end
    for _, y in ipairs(spell.outputs) do b:line("%s", registers.row_pointer(spell, y.name, forward.row_of(y, r), row_at(r))) end
    if way.fused then
      b:line("const V r0 = splat_first(f.rstd)%s%s;", spell.centred and ", c0 = splat_first(f.shift)" or "",
        spell.split and ", h0 = splat_first(f.high)" or "")
    else
      b:line("const V r%d = splat(scale->rstd[%d])%s%s;", r, r,
        spell.centred and (", c%d = splat(scale->shift[%d])"):format(r, r) or "",
        spell.split and (", h%d = splat(scale->high[%d])"):format(r, r) or "")
    end
  end
  b:add(registers.parameter_pointers(spell))
  if ahead or not forward.reads_sum(p, way) then b:add(registers.bias_pointer(spell)) end
  if spell.quantises and not spell.dynamic then b:line("const V inverse = splat(1.0f / a->static_scale);") end
  return b
end

-- The same of rows to come, whose sums are taken: arrays when there are several, so that what is done for each reads alike.
local function pointers_ahead(p, b, way)
  local function pointer(kind, name)
    if way.rows == 1 then return b:line("%s", registers.row_pointer(p.spell, kind, name, "ahead")) end
    local const = (kind == "x" or kind == "residual") and "const " or ""
    local T = p.spell.element
    b:line("%s%s *%s[%d];", const, T, name, way.rows)
    for r = 0, way.rows - 1 do
      b:line("%s[%d] = (%s%s *)a->%s + %s * a->%s_stride;", name, r, const, T, kind,
        r == 0 and "ahead" or ("(ahead + %d)"):format(r), kind)
    end
  end
  pointer("x", "later")
  if p.spell.adds then pointer("residual", "later_z") end
  if forward.reads_sum(p, way) then pointer("sum", "later_sum") end
end

-- Declares the registers of a function's second pass.
function forward.registers(p, way, ahead)
  local b, names = c.block(), {}
  local group, count_all = group_of(p, way, ahead), (p.N + p.unit - 1) // p.unit * p.unit_registers
  local by_call = ahead and forward.calls_write_at(p, way)
  if group > 1 and count_all > 1 and not (by_call and p.N % p.unit == 0) then
    for k = 0, math.min(group, count_all) - 1 do add_registers(p, names, way, tostring(k)) end
  end
  if group == 1 and not (by_call and p.N % p.W == 0) or group > 1 and count_all % group == 1 then
    add_registers(p, names, way, "")
  elseif group == 1 and p.spell.dynamic then -- the first of three sweeps stores nothing
    for _, parameter in ipairs(p.spell.parameters) do names[#names + 1] = parameter.letter end
  end
  if #names > 0 then b:line("V %s;", table.concat(names, ", ")) end
  if ahead and (way.unroll == "full" or p.whole == 0) then pointers_ahead(p, b, way) end
  return b
end

local function options(p, way, ahead)
  local o = { rows = way.rows, verb = way.store == "stream" and "stream" or "store", late = way.late,
    prefetch = way.prefetch, fetch = way.fetch, fetch_bytes = way.fetch_bytes,
    moments = function(r) return ("m[%d]"):format(r) end,
    source = function(r)
      local at = way.rows > 1 and ("[%d]"):format(r) or ""
      return { x = "later" .. at, z = p.spell.adds and "later_z" .. at,
        sum = forward.reads_sum(p, way) and "later_sum" .. at }
    end }
  if ahead and forward.calls_write_at(p, way) then
    o.write_at = { way.name .. "_at", select(2, forward.write_at_arguments(p, way)) }
  end
  return o
end

-- Writes in loops of as many turns as fit, then the rest.
local function in_loops(p, b, way, kind, group, o)
  local turn = 4 * p.W * way.unroll
  local looped = p.N // turn * turn
  if looped > turn then
    b:braces(("for (size_t i = 0; i < %d; i += %d)"):format(looped, turn), function()
      o.i = "i"
      print_steps(p, b, order.writes(0, turn, p.W, group, kind, p.paired), o)
      o.i = nil
    end)
  else
    looped = 0
  end
  print_steps(p, b, order.writes(looped, p.N, p.W, group, kind, p.paired), o)
end

-- The write pass of a function; `kind` is "write", or "largest" for the pass before it that finds the largest magnitudes.
function forward.writes(p, way, kind, ahead)
  local b, o, group = c.block(), options(p, way), group_of(p, way, ahead)
  if way.unroll == "full" then
    print_steps(p, b, order.writes(0, p.N, p.W, group, kind, p.paired), o)
  else
    in_loops(p, b, way, kind, group, o)
  end
  return b
end

-- The write pass with the sums of as many coming rows taken between its lines.
function forward.writes_ahead(p, way)
  local b, o = c.block(), options(p, way, true)
  local group = group_of(p, way, true)
  if way.unroll == "full" or p.whole == 0 then
    declare_sums(p, b)
    b:line("")
    local taken = {}
    for r = 0, way.rows - 1 do
      for _, s in ipairs(order.sums(r, 0, p.N, p.W, p.k.numerics, true, p.paired)) do taken[#taken + 1] = s end
    end
    taken[#taken + 1] = { kind = "finish", rows = way.rows }
    print_steps(p, b, order.merge(order.writes(0, p.N, p.W, group, nil, p.paired), taken, way.rows == 1), o)
    return b
  end
  -- a superblock of one coming row a turn, and a share of the writing; the rest is written once all is finished
  local spell, rows = p.spell, way.rows
  local centred = spell.centred
  local share = (p.N - 256) // (rows * (p.whole // p.block) * p.unit) * p.unit
  b:line("size_t w = 0; /* elements written */")
  b:line("")
  b:braces(("for (size_t r = 0; r < %d; r++)"):format(rows), function()
    b:line("%s", registers.row_pointer(spell, "x", "later", "(ahead + r)"))
    if spell.adds then b:line("%s", registers.row_pointer(spell, "residual", "later_z", "(ahead + r)")) end
    if forward.reads_sum(p, way) then b:line("%s", registers.row_pointer(spell, "sum", "later_sum", "(ahead + r)")) end
    declare_sums(p, b)
    if p.N <= p.block then b:line("D %sdq;", centred and "ds, " or "") end
    b:line("%sdq = dzero();", centred and "ds = " or "")
    b:line("")
    o.moments = function() return "m[r]" end
    o.source = function()
      return { x = "later", z = spell.adds and "later_z", sum = forward.reads_sum(p, way) and "later_sum" }
    end
    b:braces(("for (size_t i = 0; i < %d; i += %d, w += %d)"):format(p.whole, p.block, share), function()
      o.i, o.w = "i", "w"
      local taken = order.sums(0, 0, p.block, p.W, p.k.numerics, false, p.paired)
      taken[#taken].last = false
      print_steps(p, b, order.merge(order.writes(0, share, p.W, group, nil, p.paired), taken), o)
      o.i, o.w = nil, nil
    end)
    if p.whole < p.N then
      print_steps(p, b, order.sums(0, p.whole, p.N, p.W, p.k.numerics, false, p.paired), o)
    else
      for _, k in ipairs(spell.sums) do b:line("m[r].%s = total(d%s);", k, k) end
    end
  end)
  step.finish(p, b, { rows = rows })
  print_steps(p, b, order.writes(share * rows * (p.whole // p.block), p.N, p.W, group, nil, p.paired), o)
  return b
end

-- The registers that hold the largest magnitudes of each row, as declared.
function forward.largest_registers(way)
  local list = {}
  for r = 0, way.rows - 1 do list[#list + 1] = ("most%d = zero()"):format(r) end
  return table.concat(list, ", ")
end

-- What multiplies each row before it becomes int8; writes its scale.
function forward.inverses(way)
  local b = c.block()
  for r = 0, way.rows - 1 do
    b:line("const V inverse%d = splat(quantise_scale(a->scale + %s, fold_max(most%d)));", r, row_at(r), r)
  end
  return b
end

-- The body of the function that writes one register of each row, or a pair of registers.
function forward.write_at(p, way)
  local b, names, o = c.block(), {}, options(p, way)
  local steps = order.writes(0, p.unit, p.W, p.unit_registers, nil, p.paired)
  for _, part in ipairs(steps[1].parts) do add_registers(p, names, way, part.half and tostring(part.half) or "") end
  b:line("V %s;", table.concat(names, ", "))
  b:line("")
  for _, part in ipairs(steps[1].parts) do part.at = nil end -- i is all there is
  o.i = "i"
  print_steps(p, b, steps, o)
  return b
end

-- Past the caches from the first whole register of y on: the registers before it, those that are whole, what is left.
function forward.writes_unaligned(p, way)
  local b, o = c.block(), options(p, way)
  local unit, W = p.unit, p.W
  local function rest(base, left)
    o.i = base
    local steps = order.writes(0, unit, W, p.unit_registers, nil, p.paired)
    for _, part in ipairs(steps[1].parts) do part.left = left end
    print_steps(p, b, steps, o)
  end
  b:braces("if (i > 0)", function() rest(nil, "(unsigned)i") end)
  o.i = "i"
  local turn = o.prefetch > 0 and math.max(unit, o.fetch_bytes // p.spell.element_bytes) or unit
  for _, elements in ipairs(turn > unit and { turn, unit } or { unit }) do
    if p.N >= elements then
      b:braces(("for (; i + %d <= %d; i += %d)"):format(elements, p.N, elements), function()
        print_steps(p, b, order.writes(0, elements, W, p.unit_registers, nil, p.paired), o)
      end)
    end
    if elements > unit then o.prefetch = 0 end
  end
  b:braces(("if (i < %d)"):format(p.N), function() rest("i", ("(unsigned)(%d - i)"):format(p.N)) end)
  return b
end

return forward
