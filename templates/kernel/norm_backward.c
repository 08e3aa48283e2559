% -- norm_backward.c: gradients, for one width and for any; formulas and bits: docs/numerics.md
% local any, W, B, T = spec.width == "any", target.lanes, numerics.block, words.element
% local N = any and "n" or "WIDTH"
% local sweeps = 16 // W
% local sums = words.centred and { "s", "q" } or { "q" }
% local centred = words.centred
% -- plain C gains nothing from a known width, nor does a row that is added to dx: the kernel for any width serves both
% local delegates = not any and W == 1 and plan.schedule.few.unroll ~= "full"
% local params = {}  -- gradients that are sums over rows
% if words.gamma then params[#params + 1] = "dgamma" end
% if words.beta then params[#params + 1] = "dbeta" end
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}${any and "" or ", " .. plan.any};

% if delegates then
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    ${plan.any}(a, begin, end);
}
% else
_Static_assert(LANES == ${W}, "plan and vocabulary disagree");

% if #params > 0 then
enum { BLOCK_ROWS = ${numerics.block_rows} }; /* rows whose ${table.concat(params, " and ")} are summed in float */
enum { SUM_COLUMNS = ${numerics.sum_columns} }; /* rows of the workspace are padded to a multiple */
% end
% -- a block is long enough for a loop; the rows of narrow kernels are no block
% local unrolled = not any and plan.schedule.few.unroll == "full" and spec.width < B
% local scratch = not unrolled and sweeps > 1 and "row->" or ""
% if not any then
enum { WIDTH = ${spec.width} };
static const double WIDTH_INVERSE = ${numerics.width_inverse}; /* 1 / ${spec.width} */
% end

/* A row's sums of ${centred and "g and of " or ""}g*xhat, eight lanes, and what the second sweep needs of it:
 * dx = xhat*slope + ${centred and "(g*rstd + shift)" or "g*rstd"}. */
typedef struct {
    D ${table.concat(sums, ", ")};
% if scratch ~= "" then
    V ${centred and ("ts[%d], "):format(sweeps) or ""}tq[${sweeps}]; /* the sums of a block, sixteen lanes */
% end
    float ${centred and "mean, " or ""}rstd, ${centred and "shift, " or ""}slope;
} Row;

/* xhat, the normalised element */
% if centred then
FN V normalised(V x, V mean, V rstd) { return settled(mul(sub(x, mean), rstd)); }
% else
FN V normalised(V x, V rstd) { return settled(mul(x, rstd)); }
% end
% if words.gamma then

/* g = ${words.gradient_formula} */
FN V scaled(V dy, V gamma) { return ${words.scaled_gradient("dy", "gamma")}; }
% end

/* Adds to a chain of ${centred and "each sum" or "the sum"}. */
FN void take(V xhat, V g, ${centred and "V *s, " or ""}V *q)
{
% if centred then
    *s = settled(add(*s, g));
% end
    *q = muladd(g, xhat, *q);
}

/* dx${#params > 0 and "; adds to " .. table.concat(params, " and ") or ""} */
FN V gradient(V x, V dy${words.gamma and ", V gamma" or ""}, ${centred and "V mean, V rstd, V shift" or "V rstd"}, V slope${words.gamma and ", V *dgamma" or ""}${words.beta and ", V *dbeta" or ""})
{
    const V xhat = normalised(x, ${centred and "mean, " or ""}rstd), g = ${words.gamma and "scaled(dy, gamma)" or "dy"};
% if words.gamma then
    *dgamma = muladd(dy, xhat, *dgamma);
% end
% if words.beta then
    *dbeta = settled(add(*dbeta, dy));
% end
% if centred then
    return muladd(xhat, slope, muladd(g, rstd, shift));
% else
    return muladd(xhat, slope, settled(mul(g, rstd)));
% end
}

% -- the place of element `at` of a row; `i` is the loop's variable where there is one
% local function place(pointer, at, i)
%   if i and at == 0 then return ("%s + %s"):format(pointer, i) end
%   return i and ("%s + %s + %d"):format(pointer, i, at) or ("%s + %d"):format(pointer, at)
% end
% local function row_pointer(kind, name, index, indent)
%   local const = kind == "dx" and "" or "const "
${indent or "    "}${const}${T} *${name} = (${const}${T} *)a->${kind} + ${index} * a->${kind}_stride;
% end
% local function xhat(r, p, i, count)
%   return ("normalised(%s, %sr%s)"):format(words.load(place("x" .. r, p, i), count), centred and "m" .. r .. ", " or "", r)
% end
%
% local function scaled_dy(p, i, count)
%   local dy = words.load(place("dy", p, i), count)
%   if not words.gamma then return dy end
%   return ("scaled(%s, %s)"):format(dy, words.load_parameter({ gain = true }, place("gamma", p, i), count))
% end
%
% local print_step = {}
%
% function print_step.sum(step, o)
%   for _, part in ipairs(step.parts) do
%     local c, count = part.chain, part.count < W and part.count or nil
%     local h, g = xhat("", part.at, o.i, count), scaled_dy(part.at, o.i, count)
%     if count then h = ("keep_part(%s, %s)"):format(h, count) end
%     if step.start then
${o.indent}${centred and "s" .. c .. " = " or ""}q${c} = zero();
%     end
%     local last = ("%s, %s&q%d);"):format(g, centred and "&s" .. c .. ", " or "", c)
%     if count then
${o.indent}take(${h},
${o.indent}     ${last}
%     else
${o.indent}take(${h}, ${last}
%     end
%   end
% end
%
% function print_step.fold(step, o)
%   for _, k in ipairs(sums) do
%     local function chain(c) return step.used > c and k .. c or nil end
%     local function sum(x, y) return x and y and ("add(%s, %s)"):format(x, y) or x end
%     local folded = sum(sum(chain(0), chain(2)), sum(chain(1), chain(3)))
${o.indent}t${k}[${step.sweep}] = ${folded and ("settled(%s)"):format(folded) or "zero()"};
%   end
% end
%
% function print_step.widen(step, o)
%   for _, k in ipairs(sums) do
${o.indent}row->${k} = dadd(row->${k}, widen(${scratch}t${k}));
%   end
% end
%
% -- The same registers of all rows in flight; o.left: how many elements of the last register there are.
% function print_step.write(step, o)
%   local several = #step.parts > 1
%   local function name(letter, p) return several and letter .. (letter:match("%d") and "_" or "") .. (p - 1) or letter end
%   for p, part in ipairs(step.parts) do
%     local count = o.left or part.count < W and part.count or nil
%     local function sums_load(pointer)
%       return count and ("load_part(%s, %s)"):format(place(pointer, part.at, o.i), count)
%         or ("load(%s)"):format(place(pointer, part.at, o.i))
%     end
%     local line = {}
%     if words.gamma then
%       line[#line + 1] = ("%s = %s;"):format(name("g", p), words.load_parameter({ gain = true }, place("gamma", part.at, o.i), count))
%       line[#line + 1] = ("%s = %s;"):format(name("dg", p), sums_load("dgamma"))
%     end
%     if words.beta then line[#line + 1] = ("%s = %s;"):format(name("db", p), sums_load("dbeta")) end
%     if #line > 0 then
${o.indent}${table.concat(line, " ")}
%     end
%     for r = 0, o.rows - 1 do
%       local w, sums = name("w" .. r, p), (words.gamma and ", &" .. name("dg", p) or "") .. (words.beta and ", &" .. name("db", p) or "")
${o.indent}${w} = gradient(${words.load(place("x" .. r, part.at, o.i), count)}, ${words.load(place("dy" .. r, part.at, o.i), count)}${words.gamma and ", " .. name("g", p) or ""}, ${centred and ("m%d, r%d, e%d, k%d"):format(r, r, r, r) or ("r%d, k%d"):format(r, r)}${sums});
%       if o.adds then
${o.indent}if (adds)
${o.indent}    ${w} = add(${words.load(place("dx" .. r, part.at, o.i), count)}, ${w});
%       end
%     end
%   end
%   for p, part in ipairs(step.parts) do
%     local count = o.left or part.count < W and part.count or nil
%     local line = {}
%     for _, k in ipairs { words.gamma and "gamma", words.beta and "beta" } do
%       if k then
%         line[#line + 1] = count and ("store_part(%s, %s, %s);"):format(place("d" .. k, part.at, o.i), name("d" .. k:sub(1, 1), p), count)
%           or ("store(%s, %s);"):format(place("d" .. k, part.at, o.i), name("d" .. k:sub(1, 1), p))
%       end
%     end
%     if #line > 0 then
${o.indent}${table.concat(line, " ")}
%     end
%     for r = 0, o.rows - 1 do
%       if o.prefetch > 0 and part.at * words.element_bytes % o.fetch_bytes == 0 then
${o.indent}${o.fetch}(${place("x" .. r, part.at, o.i)} + ${o.prefetch} * a->x_stride); ${o.fetch}(${place("dy" .. r, part.at, o.i)} + ${o.prefetch} * a->dy_stride);
%       end
${o.indent}${words.store(o.verb, place("dx" .. r, part.at, o.i), name("w" .. r, p), count)}
%     end
%   end
% end
%
% local function print_steps(steps, o)
%   for _, step in ipairs(steps) do print_step[step.kind](step, o) end
% end
%
% local function chains(count)
%   local used = {}
%   for c = 0, count - 1 do
%     for _, k in ipairs { centred and "s", "q" } do
%       if k then used[#used + 1] = k .. c end
%     end
%   end
%   return table.concat(used, ", ")
% end
% local elements = "const " .. T .. " *x, const " .. T .. " *dy" .. (words.gamma and (", const %s *gamma"):format(words.parameter) or "")
% if unrolled then
%   local count = spec.width
/* Adds the sums of ${count} elements: element i goes to lane i mod 64, the lanes fold by halves. */
NOINLINE void sum_${count}(${elements}, Row *row)
{
    const V ${centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
    V ${chains(math.min(4, (count + 15) // 16))};
    V ${centred and ("ts[%d], "):format(sweeps) or ""}tq[${sweeps}];

%   print_steps(shape.sums(0, 0, count, W, numerics, true), { indent = "    " })
}

% else
/* Adds those elements from `i` on that there are, a register at most. */
FN void take_rest(${elements}, size_t i, size_t n, ${centred and "V m, V r, V *s" or "V r"}, V *q)
{
    if (i >= n)
        return;
    const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
    const V xhat = keep_part(${xhat("", 0, "i", "left")}, left);
    take(xhat, ${scaled_dy(0, "i", "left")}, ${centred and "s, " or ""}q);
}

/* Adds the sums of n <= ${B} elements: element i goes to lane i mod 64, the lanes fold by halves. */
NOINLINE void sum_block(${elements}, size_t n, Row *row)
{
    const V ${centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
% if scratch == "" then
    V ${centred and ("ts[%d], "):format(sweeps) or ""}tq[${sweeps}];
% end
    for (size_t j = 0; j < 16; j += LANES) {
% for _, k in ipairs(sums) do
        V ${k}0 = zero(), ${k}1 = zero(), ${k}2 = zero(), ${k}3 = zero();
% end
        size_t i = j;
        for (; i + 64 <= n + j; i += 64) {
% local group = {}
% for c = 0, 3 do group[#group + 1] = { chain = c, at = 16 * c, count = W } end
% print_step.sum({ parts = group }, { indent = "            ", i = "i" })
        }
% for c = 0, 3 do
        take_rest(x, dy${words.gamma and ", gamma" or ""}, ${c == 0 and "i" or "i + " .. 16 * c}, n, ${centred and ("m, r, &s%d"):format(c) or "r"}, &q${c});
% end
% for _, k in ipairs(sums) do
        ${scratch}t${k}[j / LANES] = add(add(${k}0, ${k}2), add(${k}1, ${k}3));
% end
    }
% print_step.widen({}, { indent = "    " })
}

% end
% if unrolled then
/* First sweep over `count` rows: their sums, and what follows from them. */
% else
/* First sweep over `count` rows, block after block so that they share gamma: their sums, and what follows from them. */
% end
NOINLINE void take_sums(const ln_args *a, size_t index, size_t count, Row *rows)
{
% if words.gamma then
    const ${words.parameter} *gamma = (const ${words.parameter} *)a->gamma;
% end
% if any then
    const size_t n = a->width;
    const double width_inverse = 1.0 / (double)n;
% end
    for (size_t r = 0; r < count; r++) {
% for _, k in ipairs(sums) do
        rows[r].${k} = dzero();
% end
% if centred then
        rows[r].mean = a->mean[index + r];
% end
        rows[r].rstd = a->rstd[index + r];
    }
% local indent = unrolled and "        " or "            "
% local function advanced(by) return ("x + %s, dy + %s%s"):format(by, by, words.gamma and ", gamma + " .. by or "") end
% if not unrolled then
    for (size_t i = 0; i < ${N}; i += ${B})
% end
${indent:sub(5)}for (size_t r = 0; r < count; r++) {
% row_pointer("x", "x", "(index + r)", indent)
% row_pointer("dy", "dy", "(index + r)", indent)
% if unrolled then
${indent}sum_${spec.width}(x, dy${words.gamma and ", gamma" or ""}, rows + r);
% else
${indent}sum_block(${advanced("i")}, ${N} - i < ${B} ? ${N} - i : ${B}, rows + r);
% end
${indent:sub(5)}}
% local inverse = any and "width_inverse" or "WIDTH_INVERSE"
    for (size_t r = 0; r < count; r++) {
% if centred then
        rows[r].shift = (float)-(total(rows[r].s) * ${inverse} * (double)rows[r].rstd);
% end
        rows[r].slope = (float)-(total(rows[r].q) * ${inverse} * (double)rows[r].rstd);
    }
}

% local parameters, passed = "", ""
% for _, k in ipairs(params) do
%   parameters, passed = parameters .. ", float *" .. k, passed .. ", " .. k
% end
% local function row_at(r) return r == 0 and "row" or ("(row + %d)"):format(r) end
% -- The second sweep of `rows` rows: all unrolled, or for any width.
% local function print_body(body, rows, adds)
%   local group = any and 1 or math.max(1, 2 // rows)
%   for r = 0, rows - 1 do
%     row_pointer("x", "x" .. r, row_at(r))
%     row_pointer("dy", "dy" .. r, row_at(r))
%     row_pointer("dx", "dx" .. r, row_at(r))
    const V ${centred and ("m%d = splat(rows[%d].mean), "):format(r, r) or ""}r${r} = splat(rows[${r}].rstd);
    const V ${centred and ("e%d = splat(rows[%d].shift), "):format(r, r) or ""}k${r} = splat(rows[${r}].slope);
%   end
%   if words.gamma then
    const ${words.parameter} *gamma = (const ${words.parameter} *)a->gamma;
%   end
%   local names = {}
%   local function name_all(k)
%     if words.gamma then names[#names + 1] = "g" .. k names[#names + 1] = "dg" .. k end
%     if words.beta then names[#names + 1] = "db" .. k end
%     for r = 0, rows - 1 do
%       names[#names + 1] = "w" .. r .. (k ~= "" and "_" .. k or "")
%     end
%   end
%   -- a register by itself is called by the letter alone
%   local registers = not any and (spec.width + W - 1) // W
%   if group > 1 and registers > 1 then
%     for p = 0, group - 1 do name_all(tostring(p)) end
%   end
%   if group == 1 or registers % group == 1 then name_all("") end
    V ${table.concat(names, ", ")};
%   local o = { indent = "    ", rows = rows, adds = adds, verb = body.store == "stream" and "stream" or "store",
%     prefetch = body.prefetch or 0, fetch = body.fetch, fetch_bytes = body.fetch_bytes }
%   if not any then

%     print_steps(shape.writes(0, spec.width, W, group), o)
%   else
%     o.i, o.indent = "i", "        "
    size_t i = 0;
    for (; i + ${W} <= n; i += ${W}) {
%     print_steps(shape.writes(0, W, W, 1), o)
    }
%     if W > 1 then
    if (i < n) {
        const unsigned left = (unsigned)(n - i);
%       o.left = "left"
%       print_steps(shape.writes(0, W, W, 1), o)
    }
%     end
%   end
% end
%
% -- Loops take however many rows are left, too.
% local function takes_all(part) return part and part.body.unroll ~= "full" end
% local parts = {}
% local begins = false -- the sums of a block begin in registers: nothing in the workspace needs to be zero
% if any then
%   parts[1] = { name = "one", title = "Row by row", rows = 1, body = { name = "write_one", unroll = "full", store = "cached" } }
% else
%   local left_over = not takes_all(plan.few or plan.one) or plan.stream and not takes_all(plan.stream)
%   begins = not left_over and #params > 0
%   for _, part in ipairs(plan.parts) do
%     if part ~= plan.one or not plan.few or left_over then parts[#parts + 1] = part end
%   end
% end
%
% -- The registers of a tile of columns, of all rows one after the other: what they are summed into stays in registers.
% local function print_tile(parts, o)
%   local indent = o.indent
%   local function at(pointer, part) return place(pointer, part.at, o.i) end
%   local function count_of(part) return part.count < W and part.count or nil end
%   for p, part in ipairs(parts) do
%     local line, count = {}, count_of(part)
%     local function sums_load(k)
%       if not count then return (begins and "begun(%s, fresh)" or "load(%s)"):format(at(k, part)) end
%       return (begins and "fresh ? zero() : " or "") .. ("load_part(%s, %s)"):format(at(k, part), count)
%     end
%     if words.gamma then
%       local g = words.load_parameter({ gain = true }, at("gamma", part), count)
%       line[1] = ("const V g%d = %s;"):format(p - 1, g)
%       line[2] = ("V dg%d = %s%s;"):format(p - 1, sums_load("dgamma"),
%         words.beta and (", db%d = %s"):format(p - 1, sums_load("dbeta")) or "")
%     end
%     if #line > 0 then
${indent}${table.concat(line, " ")}
%     end
%   end
%   for _, kind in ipairs { "x", "dy", "dx" } do
%     local const, first = kind == "dx" and "" or "const ", ("row * a->%s_stride"):format(kind)
${indent}${const}${T} *${kind} = (${const}${T} *)a->${kind} + ${at(first, parts[1])};
%   end
${indent}for (const Row *of = rows; of < rows + count; of++) {
${indent}    const V ${centred and "m = splat(of->mean), " or ""}r = splat(of->rstd), ${centred and "e = splat(of->shift), " or ""}k = splat(of->slope);
%   for p, part in ipairs(parts) do
%     local from, count = part.at - parts[1].at, count_of(part)
%     local function here(pointer) return from == 0 and pointer or ("%s + %d"):format(pointer, from) end
%     local sums = (words.gamma and (", &dg%d"):format(p - 1) or "") .. (words.beta and (", &db%d"):format(p - 1) or "")
%     local gain = words.gamma and (", g%d"):format(p - 1) or ""
%     local dx = ("gradient(%s, %s%s, %s%s)"):format(words.load(here("x"), count), words.load(here("dy"), count), gain,
%       centred and "m, r, e, k" or "r, k", sums)
%     if o.prefetch > 0 and from * words.element_bytes % o.fetch_bytes == 0 then
${indent}    ${o.fetch}(${here("x")} + ${o.prefetch} * a->x_stride); ${o.fetch}(${here("dy")} + ${o.prefetch} * a->dy_stride);
%     end
${indent}    ${words.store(o.verb, here("dx"), dx, count)}
%   end
${indent}    x += a->x_stride;
${indent}    dy += a->dy_stride;
${indent}    dx += a->dx_stride;
${indent}}
%   for p, part in ipairs(parts) do
%     local line, count = {}, count_of(part)
%     for _, k in ipairs(params) do
%       local register = "d" .. k:sub(2, 2) .. p - 1
%       line[#line + 1] = count and ("store_part(%s, %s, %s);"):format(at(k, part), register, count)
%         or ("store(%s, %s);"):format(at(k, part), register)
%     end
%     if #line > 0 then
${indent}${table.concat(line, " ")}
%     end
%   end
% end
%
% -- The second sweep of `count` rows in loops: a turn is some tiles, as wide as the registers allow.
% local function print_tiles(body)
%   local o = { verb = body.store == "stream" and "stream" or "store", prefetch = body.prefetch, fetch = body.fetch,
%     fetch_bytes = body.fetch_bytes }
%   local tile = math.min(4 * body.unroll, target.registers // (T == "float" and 4 or 8))
%   if W < 16 then tile = math.min(tile, target.registers // 8) end
%   local turn = 4 * W * body.unroll
%   local looped = spec.width // turn * turn
%   if looped == turn then looped = 0 end
%   if words.gamma then
    const ${words.parameter} *gamma = (const ${words.parameter} *)a->gamma;
%   end
%   if begins then
    const int fresh = a->workspace && row % BLOCK_ROWS == 0; /* the first rows of a block */
%   end
%   if looped > 0 then
    for (size_t i = 0; i < ${looped}; i += ${turn}) {
%     o.i, o.indent = "i", "        "
%     local tiles = shape.writes(0, turn, W, tile)
%     if #tiles > 1 then o.indent = "            " end
%     for _, step in ipairs(tiles) do
%       if #tiles > 1 then
        {
%       end
%       print_tile(step.parts, o)
%       if #tiles > 1 then
        }
%       end
%     end
    }
%   end
%   o.i, o.indent = nil, "        "
%   for _, step in ipairs(shape.writes(looped, spec.width, W, tile)) do
    {
%     print_tile(step.parts, o)
    }
%   end
% end
%
% if begins and spec.width >= W then
/* A sum over rows as it stands; zeros before the first rows of a block. */
FN V begun(const float *sum, int fresh) { return fresh ? zero() : load(sum); }

% end
% for _, part in ipairs(parts) do
%   local body, rows, loops = part.body, part.rows, takes_all(part)
%   local subject = loops and "`count` rows, tile of columns after tile" or rows == 1 and "one row" or rows .. " rows"
/* Second sweep over ${subject}${body.store == "stream" and ", past the caches" or ""}${#params > 0 and "; adds to " .. table.concat(params, " and ") or ""}${any and ", and to dx when it is to be added to" or ""}. */
NOINLINE void ${body.name}(const ln_args *a, size_t row, ${loops and "size_t count, " or ""}const Row *rows${parameters})
{
%   if loops then
%     print_tiles(body)
%   else
%     if any then
    const size_t n = a->width;
    const int adds = (a->accumulate & LN_ADD_DX) != 0;
%     end
%     print_body(body, rows, any)
%   end
}

/* ${part.title}: returns the first row that is left. */
NOINLINE size_t ${part.name}(const ln_args *a, size_t row, size_t end${parameters})
{
    Row rows[${rows}];
%   local count = loops and "count" or tostring(rows)
%   if loops and rows > 1 then
    while (row < end) {
        const size_t count = end - row < ${rows} ? end - row : ${rows};
%   else
    for (; end - row >= ${rows}; row += ${rows}) {
%     count = tostring(rows)
%   end
%   if rows > 1 and (body.store == "stream" or not loops) then -- row by row: memory is read in order, caches hold rows
        for (size_t r = 0; r < ${count}; r++)
            take_sums(a, row + r, 1, rows + r);
%   else
        take_sums(a, row, ${count}, rows);
%   end
        ${body.name}(a, row, ${loops and count .. ", " or ""}rows${passed});
%   if loops and rows > 1 then
        row += count;
%   end
    }
    return row;
}

% end
% if #params > 0 then
/* Floats between the rows of the workspace. */
FN size_t sums_stride(size_t n) { return (n + SUM_COLUMNS - 1) / SUM_COLUMNS * SUM_COLUMNS; }

/* Where the sums of the block that starts at `row` go: its place in the workspace${begins and "" or ", zeros"}. */
FN float *block_sums(const ln_args *a, size_t row)
{
    const size_t floats = ${#params > 1 and #params .. " * " or ""}sums_stride(${any and "a->width" or "WIDTH"});
% if begins then
    return a->workspace + row / BLOCK_ROWS * floats;
% else
    float *sums = a->workspace + row / BLOCK_ROWS * floats;
    memset(sums, 0, floats * sizeof(float));
    return sums;
% end
}
% end
% if #params > 0 and any then

/* to[i] = the sum over the blocks, in their order, columns begin .. end - 1. */
NOINLINE void reduce(const float *from, size_t floats, size_t blocks, float *to, size_t begin, size_t end, int adds)
{
    for (size_t i = begin; i < end; i += SUM_COLUMNS) {
        const size_t columns_max = SUM_COLUMNS, count = end - i < columns_max ? end - i : columns_max;
        float columns[SUM_COLUMNS] = {0};
        D d0 = dzero(), d1 = dzero(), d2 = dzero(), d3 = dzero();
        for (size_t b = 0; b < blocks; b++) {
            const float *p = from + b * floats + i;
            d0 = dadd(d0, dload(p));
            d1 = dadd(d1, dload(p + 8));
            d2 = dadd(d2, dload(p + 16));
            d3 = dadd(d3, dload(p + 24));
        }
        if (adds) {
            memcpy(columns, to + i, count * sizeof(float));
            d0 = dadd(d0, dload(columns));
            d1 = dadd(d1, dload(columns + 8));
            d2 = dadd(d2, dload(columns + 16));
            d3 = dadd(d3, dload(columns + 24));
        }
        float *sums = count < SUM_COLUMNS ? columns : to + i;
        dstore(sums, d0);
        dstore(sums + 8, d1);
        dstore(sums + 16, d2);
        dstore(sums + 24, d3);
        if (count < SUM_COLUMNS)
            memcpy(to + i, columns, count * sizeof(float));
    }
}
% end

KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
% if not any then
    if (a->reduce_rows || (a->accumulate & LN_ADD_DX)) {
        ${plan.any}(a, begin, end);
        return;
    }
% end
    const unsigned saved = enter();
% if any then
%   if #params > 0 then
    if (a->reduce_rows) {
        const size_t stride = sums_stride(a->width), blocks = (a->reduce_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
        const int adds = (a->accumulate & LN_ADD_PARAMS) != 0;
        reduce(a->workspace, ${#params > 1 and #params .. " * " or ""}stride, blocks, a->dgamma, begin, end, adds);
%     if words.beta then
        reduce(a->workspace + stride, 2 * stride, blocks, a->dbeta, begin, end, adds);
%     end
        leave(saved);
        return;
    }
%   else
    if (a->reduce_rows) { /* nothing is summed over rows */
        leave(saved);
        return;
    }
%   end
% end
% local stream = not any and plan.stream
% local streams = stream and stream.body.store == "stream"
% if streams then
    /* rows that are no whole number of cache lines go through the caches */
    const int past = a->stream == 1 && ((uintptr_t)a->dx | a->dx_stride * sizeof(${T})) % ${target.stream // (T == "float" and 1 or 2)} == 0;
% elseif stream then
    const int past = a->stream == 1;
% end
% if #params > 0 then
    for (size_t row = begin; row < end;) {
        const size_t last = end - row < BLOCK_ROWS ? end : row + BLOCK_ROWS;
        float *dgamma = a->workspace ? block_sums(a, row) : a->dgamma;
%   if words.beta then
        float *dbeta = a->workspace ? dgamma + sums_stride(${any and "a->width" or "WIDTH"}) : a->dbeta;
%   end
% else
    {
        size_t row = begin;
        const size_t last = end;
% end
% local call = function(part) return ("row = %s(a, row, last%s);"):format(part.name, passed) end
% if any then
        ${call(parts[1])}
% else
%   if stream then
        if (past)
            ${call(plan.stream)}
%   end
%   if plan.few then
        ${stream and "else\n            " or ""}${call(plan.few)}
%   end
%   if parts[1] == plan.one then
        ${call(plan.one)}
%   end
% end
    }
% if streams then
    if (past)
        stream_fence();
% end
    leave(saved);
}
% end
