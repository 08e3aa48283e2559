% -- norm_forward.c: one width, rows in flight. Bits: docs/numerics.md; orders of work: generator/lua/shape.lua
% local N, W, B = spec.width, target.lanes, numerics.block
% local sweeps = 16 // W
% local whole = N // B * B       -- elements in whole superblocks
% local sums, T = words.sums, words.element
% local paired = shape.pairs(N, words.paired) -- even and odd elements in a register each
% local unit, unit_registers = shape.unit(W, paired) -- elements a load or store is about; registers they fill
#include "ln_${target.name}.h"

% local late = plan.takes[2] -- a second way of taking sums: x + residual is written with y then
ln_kernel ${kernel.name}, ${words.keeps_sum and plain_any .. (late and ", " .. any or "") or any};

% if spec.pass ~= "apply" then
static const double WIDTH_INVERSE = ${numerics.width_inverse}; /* 1 / ${N} */
% if words.centred then
static const double NEAR = ${numerics.near}; /* (1 - 4 / ${N}) / ${N}, at least 0 */
% end

% end
_Static_assert(LANES == ${W}, "plan and vocabulary disagree");

% if spec.pass ~= "apply" then
typedef struct {
    double ${table.concat(sums, ", ")}; /* sums of ${words.centred and "x and of " or ""}x*x */
} Moments;

% end
% if plan.rows_padded > 0 then
/* What the second pass needs of up to ${plan.rows_padded} rows: y = ${words.formula}. */
typedef struct {
% for _, field in ipairs(words.scale) do
    float ${field}[${plan.rows_padded}];
% end
} Scale;

% end
% include "kernel/norm_finish.c"
% if words.dynamic then
%   include "kernel/norm_quantise.c"
% end
%
% -- the place of element `at` of a row; `i` is the loop's variable where there is one, and all there is without `at`
% local function place(pointer, at, i)
%   if not at then return ("%s + %s"):format(pointer, i) end
%   return i and ("%s + %s + %d"):format(pointer, i, at) or ("%s + %d"):format(pointer, at)
% end
% local function count(part) return part.left or part.count < unit and part.count or nil end
%
% local print_step = {}
%
% -- A register into its chains. Settled, or gcc loads it for each of its two uses; narrow registers are too few and loads
% -- of them plenty.
% local function print_sum(indent, c, start, x, sum, count, half)
%   local v = half == 1 and "u" or "v"
%   local line = { ("%s = %s;"):format(v, target.registers >= 32 and ("settled(%s)"):format(x) or x) }
%   if sum and half ~= 0 then
%     line[#line + 1] = half and words.store_pair("store", sum, "v", "u", count) or words.store("store", sum, v, count)
%   end
%   if words.centred then
%     line[#line + 1] = start and ("s[%d] = %s;"):format(c, v) or ("s[%d] = settled(add(s[%d], %s));"):format(c, c, v)
%   end
%   line[#line + 1] = (start and "q[%d] = settled(mul(%s, %s));" or "q[%d] = muladd(%s, %s, q[%d]);"):format(c, v, v, c)
${indent}${table.concat(line, " ")}
% end
% local function suffix_of(writes_sum) return words.keeps_sum and not writes_sum and "_late" or "" end
% -- Four of them by sum_first or sum_more.
% local function print_four(indent, start, p, at, i)
%   local list = {}
%   for _, pointer in ipairs { p.x, p.z or false, words.bias and "bias", p.sum or false } do
%     if pointer then list[#list + 1] = (at > 0 or i) and place(pointer, at, i) or pointer end
%   end
${indent}${start and "sum_first" or "sum_more"}${suffix_of(p.sum)}(${table.concat(list, ", ")}, ${words.centred and "s, q" or "q"});
% end
%
% function print_step.sum(step, o)
%   local p, parts = o.sources(step.row), step.parts
%   if step.four then
%     print_four(o.indent, step.start, p, parts[1].at, o.i)
%     return
%   end
%   for _, part in ipairs(parts) do
%     local x = words.input(place(p.x, part.at, o.i), p.z and place(p.z, part.at, o.i), count(part), place("bias", part.at, o.i), part.half)
%     print_sum(o.indent, part.chain, step.start, x, p.sum and place(p.sum, part.at, o.i), count(part), part.half)
%   end
% end
%
% local function folded_chains(k, used)
%   local function chain(c) return used > c and ("%s[%d]"):format(k, c) or nil end
%   local function sum(x, y) return x and y and ("add(%s, %s)"):format(x, y) or x end
%   local a, b = sum(chain(0), chain(2)), sum(chain(1), chain(3))
%   return paired and ("add(first_of_pair(%s, %s), last_of_pair(%s, %s))"):format(a, b, a, b) or sum(a, b)
% end
% function print_step.fold(step, o)
%   for _, k in ipairs(sums) do
%     local folded = folded_chains(k, step.used)
${o.indent}t${k}[${step.sweep}] = ${folded and ("settled(%s)"):format(folded) or "zero()"};
%   end
% end
%
% function print_step.widen(step, o)
%   for _, k in ipairs(sums) do
%     local sum = step.first and ("widen(t%s)"):format(k) or ("dadd(d%s, widen(t%s))"):format(k, k)
%     if step.first and step.last then
${o.indent}${o.m(step.row)}.${k} = total(${sum});
%     else
${o.indent}d${k} = ${sum};
%     end
%   end
%   if step.last and not step.first then
%     for _, k in ipairs(sums) do
${o.indent}${o.m(step.row)}.${k} = total(d${k});
%     end
%   end
% end
%
% function print_step.finish(step, o)
${o.indent}const int served = finish_${step.rows}(a, ahead, m, next);
% end
%
% -- the name of the pointer to row r of an output
% local function row_of(y, r) return y.name .. (y.name:find("%d") and "_" or "") .. r end
% -- Registers of a second pass: parameters, then for every row t and what is made of it.
% local function name_in(step)
%   local several = #step.parts > 1
%   return function(letter, p) return several and letter .. (letter:match("%d") and "_" or "") .. (p - 1) or letter end
% end
% local function print_parameters(part, p, name, o, all)
%   local list = {}
%   for _, parameter in ipairs(all) do
%     local load = words.load_parameter(parameter, place(parameter.name, part.at, o.w or o.i), count(part), part.half)
%     list[#list + 1] = ("%s = %s;"):format(name(parameter.letter, p), o.rows > 1 and ("settled(%s)"):format(load) or load)
%   end
%   if #list > 0 then
${o.indent}${table.concat(list, " ")}
%   end
% end
% -- whether a body reads what its sums have written
% local function reads_sum(body) return words.keeps_sum and not body.late end
% local function input(part, r, o)
%   local i = o.w or o.i
%   return words.input(place("x" .. r, part.at, i), not reads_sum(o) and place("z" .. r, part.at, i), count(part),
%     place("bias", part.at, i), part.half)
% end
% local function normalised(x, r) return words.normalised(x, "r" .. r, "c" .. r, "h" .. r) end
%
% function print_step.write(step, o)
%   local name = name_in(step)
%   if o.write_at and not count(step.parts[1]) then
${o.indent}${o.write_at[1]}(${step.parts[1].at}, ${o.write_at[2]});
%     return
%   end
%   for p, part in ipairs(step.parts) do
%     print_parameters(part, p, name, o, words.parameters)
%     for r = 0, o.rows - 1 do
%       local x = input(part, r, o)
%       if o.late then
${o.indent}${name("e" .. r, p)} = ${x};
%         x = name("e" .. r, p)
%       end
%       local t = normalised(x, r)
%       if #words.outputs > 1 then
${o.indent}${name("w" .. r, p)} = ${t};
%         t = name("w" .. r, p)
%       end
%       for k = #words.outputs, 1, -1 do
%         local y = words.outputs[k]
${o.indent}${name(y.letter .. r, p)} = ${words.scaled(t, name(y.gamma, p), name(y.beta, p))};
%       end
%     end
%   end
%   for p, part in ipairs(step.parts) do
%     for r = 0, part.half == 0 and -1 or o.rows - 1 do -- pairs are stored with their second half
%       if o.prefetch > 0 and (part.at or 0) * words.element_bytes % o.fetch_bytes == 0 then
${o.indent}${o.fetch}(${place("x" .. r, part.at, o.w or o.i)} + ${o.prefetch} * a->${reads_sum(o) and "sum" or "x"}_stride);
%         if words.adds and not reads_sum(o) then
${o.indent}${o.fetch}(${place("z" .. r, part.at, o.w or o.i)} + ${o.prefetch} * a->residual_stride);
%         end
%       end
%       if o.late then
%         local to, e = place("sum" .. r, part.at, o.w or o.i), name("e" .. r, p)
${o.indent}${part.half and words.store_pair(o.verb, to, name("e" .. r, p - 1), e, count(part)) or words.store(o.verb, to, e, count(part))}
%       end
%       for _, y in ipairs(words.outputs) do
%         local to, w = place(row_of(y, r), part.at, o.w or o.i), name(y.letter .. r, p)
%         if part.half then
${o.indent}${words.store_pair(o.verb, to, name(y.letter .. r, p - 1), w, count(part))}
%         else
${o.indent}${words.store_output(o.verb, to, w, count(part), words.dynamic and "inverse" .. r or "inverse")}
%         end
%       end
%     end
%   end
% end
%
% function print_step.largest(step, o)
%   local name = name_in(step)
%   for p, part in ipairs(step.parts) do
%     print_parameters(part, p, name, o, words.parameters)
%     for r = 0, o.rows - 1 do
%       local y = words.scaled(normalised(input(part, r, o), r), name("g", p), name("b", p))
%       if count(part) then y = ("keep_part(%s, %d)"):format(y, count(part)) end
${o.indent}most${r} = max_magnitude(most${r}, ${y});
%     end
%   end
% end
%
% local function print_steps(steps, o)
%   for _, step in ipairs(steps) do print_step[step.kind](step, o) end
% end
%
% -- Variables of the sums of one row.
% local chains = shape.chains(N, W, paired)
% local loaded = paired and "v, u" or "v"
% local loose = N % 64 == 0 and "" or loaded .. ", " -- what is not taken four at a time
% local function declare_sums(indent)
${indent}V ${loose}${words.centred and ("s[%d], "):format(chains) or ""}q[${chains}];
${indent}V ${words.centred and ("ts[%d], "):format(sweeps) or ""}tq[${sweeps}];
%   if N > B then
${indent}D ${words.centred and "ds, " or ""}dq;
%   end
% end
%
% -- The sums of one row in loops of K groups of four registers: whole superblocks, then the rest.
% local function sums_in_loops(K, source)
%   local function superblock(indent, from, blocks, tail)
%     local looped = sweeps > 2
%     for sweep = 0, looped and 0 or sweeps - 1 do
%       local inner = indent
%       local at = from .. (sweep > 0 and " + " .. sweep * W or "")
%       if looped then
${indent}for (size_t j = 0; j < 16; j++) {
%         inner, at = indent .. "    ", from .. " + j"
%       end
${inner}${words.centred and "s[0] = s[1] = s[2] = s[3] = " or ""}q[0] = q[1] = q[2] = q[3] = zero();
%       local function group(indent, offset)
%         print_step.sum({ row = 0, four = true, parts = shape.group(0, 64, W, paired) }, { indent = indent, i = offset,
%           sources = function() return source end })
%       end
%       local turns = blocks // K
%       if turns > 1 then
${inner}for (size_t k = 0; k < ${turns * K * 64}; k += ${K * 64}) {
%         for k = 0, K - 1 do group(inner .. "    ", at .. " + k" .. (k > 0 and " + " .. 64 * k or "")) end
${inner}}
%       else
%         turns = 0
%       end
%       for k = turns * K, blocks - 1 do group(inner, at .. (k > 0 and " + " .. 64 * k or "")) end
%       for _, part in ipairs(shape.group(blocks * 64, blocks * 64 + tail - sweep * W, W, paired)) do
%         local take = { row = 0, parts = { part } }
%         local function options(indent)
%           return { indent = indent, i = at, sources = function() return source end }
%         end
%         if looped and part.lanes < 16 then
${inner}if (j < ${part.lanes}) {
%           print_step.sum(take, options(inner .. "    "))
${inner}}
%         else
%           print_step.sum(take, options(inner))
%         end
%       end
%       for _, k in ipairs(sums) do
${inner}t${k}[${looped and "j" or sweep}] = ${folded_chains(k, 4)};
%       end
%       if looped then
${indent}}
%       end
%     end
%     for _, k in ipairs(sums) do
${indent}d${k} = dadd(d${k}, widen(t${k}));
%     end
%   end
    D ${words.centred and "ds = dzero(), " or ""}dq = dzero();
%   if whole > 0 then
    for (size_t i = 0; i < ${whole}; i += ${B}) {
%     superblock("        ", "i", B // 64, 0)
    }
%   end
%   if N > whole then
%     superblock("    ", tostring(whole), (N - whole) // 64, (N - whole) % 64)
%   end
% end
%
% -- Pointers to a row: what is read, and for a sum that is kept where it goes.
% local function row_pointer(kind, name, index, indent)
%   local const = (kind == "x" or kind == "residual") and "const " or ""
%   local type = const .. (kind:find("^y") and words.output or T)
${indent or "    "}${type} *${name} = (${type} *)a->${kind} + ${index} * a->${kind}_stride;
% end
% -- The same of `rows` rows from `ahead` on, an array when there are several: what is done for each reads alike then.
% local function row_pointers(kind, name, rows)
%   if rows == 1 then return row_pointer(kind, name, "ahead") end
%   local const = (kind == "x" or kind == "residual") and "const " or ""
    ${const}${T} *${name}[${rows}];
%   for r = 0, rows - 1 do
    ${name}[${r}] = (${const}${T} *)a->${kind} + ${r == 0 and "ahead" or ("(ahead + %d)"):format(r)} * a->${kind}_stride;
%   end
% end
% local function bias_pointer()
%   if words.bias then
    const ${T} *bias = (const ${T} *)a->bias;
%   end
% end
% local function print_take(take)
% local suffix, writes_sum = suffix_of(not take.late), words.keeps_sum and not take.late
% local function define_four(start)
%   local places = { "const " .. T .. " *x" }
%   if words.adds then places[#places + 1] = ("const %s *z"):format(T) end
%   if words.bias then places[#places + 1] = ("const %s *bias"):format(T) end
%   if writes_sum then places[#places + 1] = T .. " *sum" end
FN void ${start and "sum_first" or "sum_more"}${suffix}(${table.concat(places, ", ")}, ${words.centred and "V s[4], " or ""}V q[4])
{
    V ${loaded};
%   for _, part in ipairs(shape.group(0, 64, W, paired)) do
%     local function at(pointer) return part.at > 0 and place(pointer, part.at) or pointer end
%     local x = words.input(at "x", words.adds and at "z", nil, at "bias", part.half)
%     print_sum("    ", part.chain, start, x, writes_sum and at "sum", nil, part.half)
%   end
}

% end
% if take.starts and N >= 64 then
/* Starts the chains of a row's sums with four registers, 16 elements apart. */
% define_four(true)
% end
% if N >= 128 or N >= 64 and take.unroll ~= "full" then
/* Adds four registers, 16 elements apart, to their chains. */
% define_four(false)
% end
/* Sums of one row${writes_sum and ", which is written to a->sum" or take.late and "; a->sum is written with y" or ""}. */
FN Moments take_sums${suffix}(const ln_args *a, size_t row)
{
% row_pointer("x", "x", "row")
% if words.adds then row_pointer("residual", "z", "row") end
% bias_pointer()
% if writes_sum then row_pointer("sum", "sum", "row") end
% local source = { x = "x", z = words.adds and "z", sum = writes_sum and "sum" }
    Moments m;
% if take.unroll == "full" then
%   declare_sums("    ")

%   print_steps(shape.sums(0, 0, N, W, numerics, true, paired), { indent = "    ", sources = function() return source end,
%     m = function() return "m" end })
% else
    V ${loose}${words.centred and "s[4], " or ""}q[4], ${words.centred and ("ts[%d], "):format(sweeps) or ""}tq[${sweeps}];

%   sums_in_loops(take.unroll, source)
%   for _, k in ipairs(sums) do
    m.${k} = total(d${k});
%   end
% end
    return m;
}

% if take.called then
/* The same out of line. Through a pointer: gcc 12 returns a struct of one register with its upper half cleared. */
NOINLINE void moments${suffix}(const ln_args *a, size_t row, Moments *m) { *m = take_sums${suffix}(a, row); }

% end
% end
% if spec.pass ~= "apply" then
%   for _, take in ipairs(plan.takes) do print_take(take) end
% end
% if words.keeps_sum then
/* Rows that these sums do not serve. */
static void long_way(const ln_args *a, size_t begin, size_t end)
{
    ln_args b = *a; /* the sum is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
    ${plain_any}(&b, begin, end);
}

% end
% if spec.pass == "stats" then include("kernel/norm_stats.c") return end
% local function row_at(r) return r == 0 and "row" or ("(row + %d)"):format(r) end
% -- what finish() takes behind the sums, and where they come from
% local constants = "WIDTH_INVERSE" .. (words.centred and ", NEAR" or "") .. ", (double)a->eps"
% local moments_type = "Moments"
% if spec.pass == "apply" then constants, moments_type = "a", "ln_stats" end
% local function finish_one()
%   local arguments = {}
%   for _, k in ipairs(sums) do arguments[#arguments + 1] = ("rsplat(m.%s)"):format(k) end
%   return ("finish(%s, %s)"):format(table.concat(arguments, ", "), constants)
% end
% local done = {}
% for _, part in ipairs(plan.parts) do
%   local rows, suffix = part.rows, suffix_of(not part.body.late)
%   if not done[rows] and not part.fused then
%     done[rows] = true
/* Finishes the ${spec.pass == "apply" and "statistics" or "sums"} of ${rows == 1 and "one row" or rows .. " rows"}. Returns 0, nothing written, when ${rows == 1 and "it needs" or "one needs"} the long way. */
FN int finish_${rows}(const ln_args *a, size_t row, const ${moments_type} *m, Scale *scale)
{
%     for first = 0, rows - 1, 4 do
%       local function of_rows(k)
%         if rows - first == 1 then return ("rsplat(m[%d].%s)"):format(first, k) end
%         local list = {}
%         for r = first, first + 3 do list[#list + 1] = ("m[%d].%s"):format(math.min(r, rows - 1), k) end
%         return "rset(" .. table.concat(list, ", ") .. ")"
%       end
%       local f = "f" .. first // 4
%       local arguments = {}
%       for _, k in ipairs(sums) do arguments[#arguments + 1] = of_rows(k) end
    const Finished ${f} = finish(${table.concat(arguments, ", ")}, ${constants});
    if (${f}.served != 15)
        return 0;
%       for _, field in ipairs(words.scale) do
    rstore(scale->${field}${first > 0 and " + " .. first or ""}, ${f}.${field});
%       end
%     end
%     for _, field in ipairs { words.centred and "mean" or "rstd", words.centred and "rstd" or nil } do
    if (a->${field})
        memcpy(a->${field} + row, scale->${field}, ${rows} * sizeof(float));
%     end
    return 1;
}

%   end
%   if not done[rows .. suffix] and not part.fused then
%     done[rows .. suffix] = true
/* ${spec.pass == "apply" and "Statistics" or "Sums"} of ${rows == 1 and "a row" or rows .. " rows"}, finished. */
NOINLINE int start_${rows}${suffix}(const ln_args *a, size_t row, Scale *scale)
{
%     if spec.pass == "apply" then
    return finish_${rows}(a, row, a->stats + row, scale);
%     else
    Moments m[${rows}];
%       for r = 0, rows - 1 do
    moments${suffix}(a, ${r == 0 and "row" or "row + " .. r}, &m[${r}]);
%       end
    return finish_${rows}(a, row, m, scale);
%     end
}

%   end
% end
% -- Names of the registers of a second pass, `k` behind each.
% local function add_registers(names, body, k)
%   local behind = k ~= "" and "_" .. k or ""
%   for _, parameter in ipairs(words.parameters) do names[#names + 1] = parameter.letter .. k end
%   for r = 0, body.rows - 1 do
%     if body.late then names[#names + 1] = "e" .. r .. behind end
%     for _, y in ipairs(words.outputs) do names[#names + 1] = y.letter .. r .. behind end
%   end
% end
% -- Whether a body calls the function that writes a register, and what that is given behind the element: types and names.
% local function calls_write_at(body) return body.ahead > 0 and (body.unroll == "full" or whole == 0) and N >= unit end
% local function write_at_arguments(body)
%   local types, names = {}, {}
%   local function add(type, name) types[#types + 1], names[#names + 1] = type .. name, name end
%   if body.prefetch > 0 then add("const ln_args *", "a") end
%   for _, parameter in ipairs(words.parameters) do add("const " .. words.parameter .. " *", parameter.name) end
%   if words.bias and not reads_sum(body) then add("const " .. T .. " *", "bias") end
%   for r = 0, body.rows - 1 do
%     add("const " .. T .. " *", "x" .. r)
%     if words.adds and not reads_sum(body) then add("const " .. T .. " *", "z" .. r) end
%     if body.late then add(T .. " *", "sum" .. r) end
%     for _, y in ipairs(words.outputs) do add(words.output .. " *", row_of(y, r)) end
%     add("V ", "r" .. r)
%     if words.centred then add("V ", "c" .. r) end
%     if words.split then add("V ", "h" .. r) end
%     if words.dynamic then add("V ", "inverse" .. r) end
%   end
%   if words.quantises and not words.dynamic then add("V ", "inverse") end
%   return table.concat(types, ", "), table.concat(names, ", ")
% end
% -- The second pass of one body; with `ahead` the sums of as many later rows are taken between its lines.
% local function print_body(body, ahead, fused)
%   local rows = body.rows
%   local group = math.max(unit_registers, (ahead or body.unaligned) and 1 or 4 // rows)
%   for r = 0, rows - 1 do
%     if reads_sum(body) then
    const ${T} *x${r} = (const ${T} *)a->sum + ${row_at(r)} * a->sum_stride;
%     else
%       row_pointer("x", "x" .. r, row_at(r))
%       if words.adds then row_pointer("residual", "z" .. r, row_at(r)) end
%       if body.late then row_pointer("sum", "sum" .. r, row_at(r)) end
%     end
%     for _, y in ipairs(words.outputs) do row_pointer(y.name, row_of(y, r), row_at(r)) end
%     if fused then
    const V r0 = splat_first(f.rstd)${words.centred and ", c0 = splat_first(f.shift)" or ""}${words.split and ", h0 = splat_first(f.high)" or ""};
%     else
    const V r${r} = splat(scale->rstd[${r}])${words.centred and (", c%d = splat(scale->shift[%d])"):format(r, r) or ""}${words.split and (", h%d = splat(scale->high[%d])"):format(r, r) or ""};
%     end
%   end
%   for _, parameter in ipairs(words.parameters) do
    const ${words.parameter} *${parameter.name} = (const ${words.parameter} *)a->${parameter.name};
%   end
%   if ahead or not reads_sum(body) then bias_pointer() end
%   if words.quantises and not words.dynamic then
    const V inverse = splat(1.0f / a->static_scale);
%   end
%   local names, registers = {}, (N + unit - 1) // unit * unit_registers
%   local by_call = ahead and calls_write_at(body)
%   if group > 1 and registers > 1 and not (by_call and N % unit == 0) then
%     for p = 0, math.min(group, registers) - 1 do add_registers(names, body, tostring(p)) end
%   end
%   if group == 1 and not (by_call and N % W == 0) or group > 1 and registers % group == 1 then
%     add_registers(names, body, "")
%   elseif group == 1 and words.dynamic then -- the first of three sweeps stores nothing
%     for _, parameter in ipairs(words.parameters) do names[#names + 1] = parameter.letter end
%   end
%   if #names > 0 then
    V ${table.concat(names, ", ")};
%   end
%   local o = { indent = "    ", rows = rows, write_at = by_call and { body.name .. "_at", select(2, write_at_arguments(body)) },
%     verb = body.store == "stream" and "stream" or "store", late = body.late,
%     prefetch = body.prefetch, fetch = body.fetch, fetch_bytes = body.fetch_bytes,
%     m = function(r) return ("m[%d]"):format(r) end,
%     sources = function(r)
%       local at = rows > 1 and ("[%d]"):format(r) or ""
%       return { x = "later" .. at, z = words.adds and "later_z" .. at, sum = reads_sum(body) and "later_sum" .. at }
%     end }
%   if ahead and (body.unroll == "full" or whole == 0) then
%     row_pointers("x", "later", rows)
%     if words.adds then row_pointers("residual", "later_z", rows) end
%     if reads_sum(body) then row_pointers("sum", "later_sum", rows) end
%   end
%   -- the second pass in loops of as many turns as fit, then the rest
%   local function in_loops(kind)
%     local turn = 4 * W * body.unroll
%     local looped = N // turn * turn
%     if looped > turn then
    for (size_t i = 0; i < ${looped}; i += ${turn}) {
%       o.i, o.indent = "i", "        "
%       print_steps(shape.writes(0, turn, W, group, kind, paired), o)
    }
%       o.i, o.indent = nil, "    "
%     else
%       looped = 0
%     end
%     print_steps(shape.writes(looped, N, W, group, kind, paired), o)
%   end
%   if words.dynamic then
%     local most = {}
%     for r = 0, rows - 1 do most[#most + 1] = ("most%d = zero()"):format(r) end
    V ${table.concat(most, ", ")};

%     if body.unroll == "full" then print_steps(shape.writes(0, N, W, group, "largest", paired), o) else in_loops("largest") end
%     for r = 0, rows - 1 do
    const V inverse${r} = splat(quantise_scale(a->scale + ${row_at(r)}, fold_max(most${r})));
%     end
    barrier(); /* rows and parameters are read again */
%   end
%   if body.unaligned then
    const size_t past = (uintptr_t)y0 / sizeof(*y0) % ${unit}, head = past == 0 ? 0 : ${unit} - past;
    size_t i = head${N < unit and (" < %d ? head : %d"):format(N, N) or ""};
    /* lines that a row shares with its neighbours go through the caches: a store that waits for one holds up all after it */
%     local whole_lines = N * words.output_bytes % 64 == 0
%     local deeper = whole_lines and "    " or ""
%     if whole_lines then
    if ((uintptr_t)y0 % 64 != 0) {
%     end
    ${deeper}prefetch(y0 + 2 * a->y_stride);
    ${deeper}prefetch(y0 + 2 * a->y_stride + ${N - 1});
%     if body.late then
    ${deeper}prefetch(sum0 + 2 * a->sum_stride);
    ${deeper}prefetch(sum0 + 2 * a->sum_stride + ${N - 1});
%     end
%     if whole_lines then
    }
%     end
%     o.i, o.indent = "i", "        "
%     local function rest(at, left)
%       o.i = at
%       local steps = shape.writes(0, unit, W, unit_registers, nil, paired)
%       for _, part in ipairs(steps[1].parts) do part.left = left end
%       print_steps(steps, o)
%     end

    if (i > 0) {
%     rest(nil, "(unsigned)i")
    }
%     o.i = "i"
%     local turn = o.prefetch > 0 and math.max(unit, o.fetch_bytes // words.element_bytes) or unit
%     for _, elements in ipairs(turn > unit and { turn, unit } or { unit }) do
%       if N >= elements then
    for (; i + ${elements} <= ${N}; i += ${elements}) {
%         print_steps(shape.writes(0, elements, W, unit_registers, nil, paired), o)
    }
%       end
%       if elements > unit then o.prefetch = 0 end
%     end
    if (i < ${N}) {
%     rest("i", ("(unsigned)(%d - i)"):format(N))
    }
%   elseif body.unroll == "full" or ahead and whole == 0 then
%     local steps = shape.writes(0, N, W, group, nil, paired)
%     if ahead then
%       declare_sums("    ")
%       local taken = {}
%       for r = 0, rows - 1 do
%         for _, step in ipairs(shape.sums(r, 0, N, W, numerics, true, paired)) do taken[#taken + 1] = step end
%       end
%       taken[#taken + 1] = { kind = "finish", rows = rows }
%       steps = shape.merge(steps, taken, rows == 1)
%     end

%     print_steps(steps, o)
%   else
%     if ahead then
%       -- a superblock of one coming row a turn, and a share of the writing; the rest is written once all is finished
%       local share = (N - 256) // (rows * (whole // B) * unit) * unit
%       local written = share * rows * (whole // B)
    size_t w = 0; /* elements written */

    for (size_t r = 0; r < ${rows}; r++) {
%       row_pointer("x", "later", "(ahead + r)", "        ")
%       if words.adds then row_pointer("residual", "later_z", "(ahead + r)", "        ") end
%       if reads_sum(body) then row_pointer("sum", "later_sum", "(ahead + r)", "        ") end
%       declare_sums("        ")
%       if N <= B then
        D ${words.centred and "ds, " or ""}dq;
%       end
        ${words.centred and "ds = " or ""}dq = dzero();

        for (size_t i = 0; i < ${whole}; i += ${B}, w += ${share}) {
%       o.indent, o.i, o.w = "            ", "i", "w"
%       o.m = function() return "m[r]" end
%       o.sources = function() return { x = "later", z = words.adds and "later_z", sum = reads_sum(body) and "later_sum" } end
%       local taken = shape.sums(0, 0, B, W, numerics, false, paired)
%       taken[#taken].last = false
%       print_steps(shape.merge(shape.writes(0, share, W, group, nil, paired), taken), o)
        }
%       o.indent, o.i, o.w = "        ", nil, nil
%       if whole < N then
%         print_steps(shape.sums(0, whole, N, W, numerics, false, paired), o)
%       else
%         for _, k in ipairs(sums) do
        m[r].${k} = total(d${k});
%         end
%       end
    }
%       o.indent = "    "
%       print_step.finish({ rows = rows }, o)
%       print_steps(shape.writes(written, N, W, group, nil, paired), o)
%     else

%       in_loops("write")
%     end
%   end
% end
%
% for _, body in ipairs(plan.bodies) do
%   if body.fused then
/* ${spec.pass == "apply" and "Writes" or "Sums and writes"} one row${body.unaligned and ", past the caches from its first whole register of y on" or ""}. Returns 0 when it needs the long way. */
NOINLINE int ${body.name}(const ln_args *a, size_t row)
{
%     local suffix = suffix_of(not body.late)
%     local calls = body.unaligned and body.take.called
%     if calls then
    Moments m;
    moments${suffix}(a, row, &m);
%     else
    const ${moments_type} m = ${spec.pass == "apply" and "a->stats[row]" or "take_sums" .. suffix .. "(a, row)"};
%     end
    const Finished f = ${finish_one()};
    if (!(f.served & 1u))
        return 0;
%     for _, field in ipairs { words.centred and "mean" or "rstd", words.centred and "rstd" or nil } do
    if (a->${field})
        rstore_first(a->${field} + row, f.${field});
%     end
%     if spec.pass ~= "apply" and not calls then
    barrier(); /* x is read again: registers do not hold a row */
%     end
%     print_body(body, false, true)
    return 1;
}

%   else
%   local count = body.rows == 1 and "one row" or body.rows .. " rows"
/* Writes ${count}${body.store == "stream" and ", past the caches" or ""}. */
NOINLINE void ${body.name}(const ln_args *a, size_t row, const Scale *scale)
{
%   print_body(body, false)
}

%   if body.ahead > 0 then
%     if calls_write_at(body) then
%       local types, names, steps = write_at_arguments(body), {}, shape.writes(0, unit, W, unit_registers, nil, paired)
%       for _, part in ipairs(steps[1].parts) do
%         part.at = nil -- i is all there is
%         add_registers(names, body, part.half or "")
%       end
/* Writes ${paired and "a pair of registers" or "a register"} of ${body.rows == 1 and "a row" or "each row"}, from element i on. */
FN void ${body.name}_at(size_t i, ${types})
{
    V ${table.concat(names, ", ")};

%       print_steps(steps, { indent = "    ", i = "i", rows = body.rows,
%         verb = body.store == "stream" and "stream" or "store", prefetch = body.prefetch, fetch = body.fetch,
%         fetch_bytes = body.fetch_bytes, late = body.late })
}

%     end
/* The same; between its lines the ${count} from `ahead` on are summed and finished into `next`. */
NOINLINE int ${body.name}_sum(const ln_args *a, size_t row, const Scale *scale, size_t ahead, Scale *next)
{
    Moments m[${body.rows}];
%     print_body(body, true)
    return served;
}

%   end
%   end
% end
% for _, part in ipairs(plan.parts) do
%   local body, rows, suffix = part.body, part.rows, suffix_of(not part.body.late)
%   local long_way = reads_sum(body) and "long_way" or any -- for rows that the sums do not serve
/* ${part.title}: returns the first row that is left. */
NOINLINE size_t ${part.name}(const ln_args *a, size_t row, size_t end)
{
%   if part.fused then
    for (; row < end; row++)
        if (!${body.name}(a, row))
            ${long_way}(a, row, row + 1);
    return row;
%   else
%   if body.ahead == 0 then
    Scale scale;
    for (; end - row >= ${rows}; row += ${rows}) {
        if (start_${rows}${suffix}(a, row, &scale))
            ${body.name}(a, row, &scale);
        else
            ${long_way}(a, row, row + ${rows});
    }
    return row;
%   else
%     local A = body.ahead
    Scale scales[${A + 1}]; /* of rows summed but not written, in a ring */
    int served[${A + 1}];
    if (end - row < ${A * rows})
        return row;
%     for k = 0, A - 1 do
    served[${k}] = start_${rows}${suffix}(a, row${k > 0 and " + " .. k * rows or ""}, &scales[${k}]);
%     end
    unsigned now = 0;
    for (; end - row >= ${(A + 1) * rows}; row += ${rows}) {
        const unsigned next = ${A == 1 and "1 - now" or ("(now + %d) %% %d"):format(A, A + 1)};
        if (served[now]) {
            served[next] = ${body.name}_sum(a, row, &scales[now], row + ${A * rows}, &scales[next]);
        } else {
            ${long_way}(a, row, row + ${rows});
            served[next] = start_${rows}${suffix}(a, row + ${A * rows}, &scales[next]);
        }
        now = ${A == 1 and "next" or ("(now + 1) %% %d"):format(A + 1)};
    }
%     if A == 1 then
    if (served[now])
        ${body.name}(a, row, &scales[now]);
    else
        ${long_way}(a, row, row + ${rows});
    return row + ${rows};
%     else
    for (unsigned k = 0; k < ${A}; k++, row += ${rows}, now = (now + 1) % ${A + 1}) {
        if (served[now])
            ${body.name}(a, row, &scales[now]);
        else
            ${long_way}(a, row, row + ${rows});
    }
    return row;
%     end
%   end
%   end
}

% end
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% -- fewer rows are left over, and one row is faster in one function
% local least = plan.few and math.max(2, plan.few.rows * math.max(1, plan.few.body.ahead))
% if plan.stream then
%   local places = {}
%   local function add(pointer, bytes, type)
%     places[#places + 1] = ("(uintptr_t)a->%s | a->%s_stride%s"):format(pointer, pointer,
%       bytes > 1 and (" * sizeof(%s)"):format(type) or "")
%   end
%   for _, y in ipairs(words.outputs) do add(y.name, words.output_bytes, words.output) end
%   if late and not plan.unaligned then add("sum", words.element_bytes, T) end
%   local aligned = ("(%s) %% %d == 0"):format(table.concat(places, " | "), unit * words.output_bytes)
%   if plan.unaligned then
%     if late then
    /* past the caches y and the sum are written register by register, so they must begin alike within one */
    const size_t apart = ((uintptr_t)a->y / sizeof(${words.output}) - (uintptr_t)a->sum / sizeof(${T})) | (a->y_stride - a->sum_stride);
%     end
    if (a->stream == 1${late and " && apart % " .. unit .. " == 0" or ""}) {
%     if plan.stream == plan.unaligned then
        row = ${plan.stream.name}(a, row, end);
%     else
        if (${aligned})
            row = ${plan.stream.name}(a, row, end);
        else
            row = ${plan.unaligned.name}(a, row, end);
%     end
%   else
    if (a->stream == 1 && ${aligned}) {
        row = ${plan.stream.name}(a, row, end);
%   end
        stream_fence();
%   if not plan.unaligned and spec.norms == "one" and (late or not words.keeps_sum) then
    } else if (a->stream == 1) { /* short rows in lines with their neighbours: in loops, through the caches */
        ${any}(a, row, end);
        row = end;
%   end
    }${plan.few and (" else if (end - row >= %d) {"):format(least) or ""}
%   if plan.few then
        row = ${plan.few.name}(a, row, end);
    }
%   end
% elseif plan.few then
    if (end - row >= ${least})
        row = ${plan.few.name}(a, row, end);
% end
% if plan.few or plan.stream then
    if (row < end)
        ${plan.one.name}(a, row, end);
% else
    ${plan.one.name}(a, row, end);
% end
    leave(saved);
}
