% -- layernorm_forward.c: one width, rows in flight. Bits: docs/numerics.md; orders of work: generator/lua/shape.lua
% local N, W, B = spec.width, target.lanes, numerics.block
% local sweeps = 16 // W
% local whole = N // B * B       -- elements in whole superblocks
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${any};

static const double WIDTH_INVERSE = ${numerics.width_inverse}; /* 1 / ${N} */
static const double NEAR = ${numerics.near};${numerics.near == "0x1p+0" and "" or " /* 1 - 4 / " .. N .. ", at least 0 */"}

_Static_assert(LANES == ${W}, "plan and vocabulary disagree");

typedef struct {
    R s, q; /* sums of x and of x*x, four lanes */
} Moments;

/* What the second pass needs of up to ${plan.rows_padded} rows: y = (x*rstd + shift)*gamma + beta. */
typedef struct {
    float mean[${plan.rows_padded}], rstd[${plan.rows_padded}], shift[${plan.rows_padded}];
} Scale;

% include "layernorm_finish.c"
%
% -- element `at` of a row as a register; `i` is the loop's variable where there is one
% local function place(pointer, at, i)
%   return i and ("%s + %s + %d"):format(pointer, i, at) or ("%s + %d"):format(pointer, at)
% end
% local function loaded(pointer, part, i)
%   if part.count == W then return ("load(%s)"):format(place(pointer, part.at, i)) end
%   return ("load_part(%s, %d)"):format(place(pointer, part.at, i), part.count)
% end
%
% local print_step = {}
%
% function print_step.sum(step, o)
%   local loads, adds, muladds, n = {}, {}, {}, o.suffix(step.row)
%   for _, part in ipairs(step.parts) do
%     local c, x = part.chain .. n, "v" .. part.chain
%     loads[#loads + 1] = ("%s = %s;"):format(x, loaded(o.x(step.row), part, o.i))
%     adds[#adds + 1] = step.start and ("s%s = %s;"):format(c, x) or ("s%s = add(s%s, %s);"):format(c, c, x)
%     muladds[#muladds + 1] = step.start and ("q%s = mul(%s, %s);"):format(c, x, x)
%       or ("q%s = muladd(%s, %s, q%s);"):format(c, x, x, c)
%   end
${o.indent}${table.concat(loads, " ")}
${o.indent}${table.concat(adds, " ")}
${o.indent}${table.concat(muladds, " ")}
% end
%
% function print_step.fold(step, o)
%   local n = o.suffix(step.row)
%   for _, k in ipairs { "s", "q" } do
%     local function chain(c) return step.used > c and k .. c .. n or nil end
%     local function sum(x, y) return x and y and ("add(%s, %s)"):format(x, y) or x end
${o.indent}t${k}${n}[${step.sweep}] = ${sum(sum(chain(0), chain(2)), sum(chain(1), chain(3))) or "zero()"};
%   end
% end
%
% function print_step.widen(step, o)
%   local n = o.suffix(step.row)
%   for _, k in ipairs { "s", "q" } do
%     local sum = step.first and ("widen(t%s%s)"):format(k, n) or ("dadd(d%s%s, widen(t%s%s))"):format(k, n, k, n)
%     if step.last then
${o.indent}${o.m(step.row)}.${k} = fold(${sum});
%     else
${o.indent}d${k}${n} = ${sum};
%     end
%   end
% end
%
% function print_step.write(step, o)
%   local many = #step.parts > 1
%   for p, part in ipairs(step.parts) do
%     local k = many and tostring(p - 1) or ""
${o.indent}g${k} = ${loaded("gamma", part, o.i)}; b${k} = ${loaded("beta", part, o.i)};
%     for r = 0, o.rows - 1 do
${o.indent}w${r}${many and "_" .. k or ""} = muladd(muladd(${loaded("x" .. r, part, o.i)}, r${r}, c${r}), g${k}, b${k});
%     end
%   end
%   for p, part in ipairs(step.parts) do
%     for r = 0, o.rows - 1 do
%       local value, at = "w" .. r .. (many and "_" .. (p - 1) or ""), place("y" .. r, part.at, o.i)
%       if o.prefetch > 0 and part.at % 16 == 0 then
${o.indent}prefetch(${place("x" .. r, part.at, o.i)} + ${o.prefetch} * a->x_stride);
%       end
${o.indent}${part.count == W and ("%s(%s, %s);"):format(o.verb, at, value) or ("store_part(%s, %s, %d);"):format(at, value, part.count)}
%     end
%   end
% end
%
% local function print_steps(steps, o)
%   for _, step in ipairs(steps) do print_step[step.kind](step, o) end
% end
%
% -- Variables of the sums of `rows` rows, one row after the other or all at once.
% local function declare_sums(suffixes)
%   local used = {}
%   for c = 0, math.min(4, (N + 15) // 16) - 1 do used[#used + 1] = "v" .. c end
%   for _, n in ipairs(suffixes) do
%     for _, k in ipairs { "s", "q" } do
%       for c = 0, math.min(4, (N + 15) // 16) - 1 do used[#used + 1] = k .. c .. n end
%     end
%   end
    V ${table.concat(used, ", ")};
%   for _, n in ipairs(suffixes) do
    V ts${n}[${sweeps}], tq${n}[${sweeps}];
%     if N > B then
    D ds${n}, dq${n};
%     end
%   end
% end
%
% -- The sums of one row in loops of K groups of four registers: whole superblocks, then the rest.
% local function sums_in_loops(K)
%   local function superblock(indent, from, blocks, tail)
%     local looped = sweeps > 2
%     for sweep = 0, looped and 0 or sweeps - 1 do
%       local inner = indent
%       local at = from .. (sweep > 0 and " + " .. sweep * W or "")
%       if looped then
${indent}for (size_t j = 0; j < 16; j++) {
%         inner, at = indent .. "    ", from .. " + j"
%       end
${inner}s0 = s1 = s2 = s3 = q0 = q1 = q2 = q3 = zero();
%       local function group(indent, offset)
${indent}v0 = load(x + ${offset}); v1 = load(x + ${offset} + 16); v2 = load(x + ${offset} + 32); v3 = load(x + ${offset} + 48);
${indent}s0 = add(s0, v0); s1 = add(s1, v1); s2 = add(s2, v2); s3 = add(s3, v3);
${indent}q0 = muladd(v0, v0, q0); q1 = muladd(v1, v1, q1); q2 = muladd(v2, v2, q2); q3 = muladd(v3, v3, q3);
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
%       for c = 0, 3 do
%         local left = tail - 16 * c - sweep * W
%         local where = ("x + %s + %d"):format(at, blocks * 64 + 16 * c)
%         local adds = ("s%d = add(s%d, v%d); q%d = muladd(v%d, v%d, q%d);"):format(c, c, c, c, c, c, c)
%         if looped and left > 0 and left < 16 then
${inner}if (j < ${left}) {
${inner}    v${c} = load(${where}); ${adds}
${inner}}
%         elseif left > 0 then
${inner}v${c} = ${left >= W and ("load(%s)"):format(where) or ("load_part(%s, %d)"):format(where, left)}; ${adds}
%         end
%       end
${inner}ts[${looped and "j" or sweep}] = add(add(s0, s2), add(s1, s3));
${inner}tq[${looped and "j" or sweep}] = add(add(q0, q2), add(q1, q3));
%       if looped then
${indent}}
%       end
%     end
${indent}ds = dadd(ds, widen(ts));
${indent}dq = dadd(dq, widen(tq));
%   end
    D ds = dzero(), dq = dzero();
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
/* Sums of one row. */
NOINLINE Moments moments(const float *x)
{
    Moments m;
% if plan.moments == "full" then
%   declare_sums { "" }

%   print_steps(shape.sums(0, 0, N, W, numerics, true), { indent = "    ", x = function() return "x" end,
%     m = function() return "m" end, suffix = function() return "" end })
% else
    V s0, s1, s2, s3, q0, q1, q2, q3, ts[${sweeps}], tq[${sweeps}];
    V v0${N > 16 and ", v1" or ""}${N > 32 and ", v2" or ""}${N > 48 and ", v3" or ""};

%   sums_in_loops(plan.moments)
    m.s = fold(ds);
    m.q = fold(dq);
% end
    return m;
}

% local function row_at(r) return r == 0 and "row" or ("(row + %d)"):format(r) end
% local done = {}
% for _, part in ipairs(plan.parts) do
%   local rows = part.rows
%   if not done[rows] then
%     done[rows] = true
/* Finishes the sums of ${rows == 1 and "one row" or rows .. " rows"}. Returns 0, nothing written, when ${rows == 1 and "it needs" or "one needs"} the long way. */
FN int finish_${rows}(const ln_args *a, size_t row, const Moments *m, Scale *scale)
{
%     for first = 0, rows - 1, 4 do
%       local function sums(k)
%         if rows - first == 1 then return ("sum_row(m[%d].%s)"):format(first, k) end
%         local list = {}
%         for r = first, first + 3 do list[#list + 1] = ("m[%d].%s"):format(math.min(r, rows - 1), k) end
%         return "sum_rows(" .. table.concat(list, ", ") .. ")"
%       end
    if (finish(${sums "s"},
               ${sums "q"}, WIDTH_INVERSE, NEAR, (double)a->eps,
               scale->mean${first > 0 and " + " .. first or ""}, scale->rstd${first > 0 and " + " .. first or ""}, scale->shift${first > 0 and " + " .. first or ""}) != 15)
        return 0;
%     end
    if (a->mean)
        memcpy(a->mean + row, scale->mean, ${rows} * sizeof(float));
    if (a->rstd)
        memcpy(a->rstd + row, scale->rstd, ${rows} * sizeof(float));
    return 1;
}

%   end
% end
% -- The second pass of one body; with `ahead` the sums of as many later rows are taken between its lines.
% local function print_body(body, ahead)
%   local rows = body.rows
%   local group = math.max(1, 4 // rows)
%   if ahead then group = 1 end
%   for r = 0, rows - 1 do
    const float *x${r} = (const float *)a->x + ${row_at(r)} * a->x_stride;
    float *y${r} = (float *)a->y + ${row_at(r)} * a->y_stride;
    const V r${r} = splat(scale->rstd[${r}]), c${r} = splat(scale->shift[${r}]);
%   end
    const float *gamma = (const float *)a->gamma, *beta = (const float *)a->beta;
%   local names = {}
%   for p = 0, math.min(group, (N + W - 1) // W) - 1 do
%     local k = group > 1 and (N + W - 1) // W > 1 and tostring(p) or ""
%     names[#names + 1] = "g" .. k
%     names[#names + 1] = "b" .. k
%     for r = 0, rows - 1 do names[#names + 1] = "w" .. r .. (k ~= "" and "_" .. k or "") end
%   end
%   -- a last step with a single register goes by its plain names
%   if #names > 2 + rows and ((N + W - 1) // W) % group == 1 then
%     names[#names + 1] = "g"
%     names[#names + 1] = "b"
%     for r = 0, rows - 1 do names[#names + 1] = "w" .. r end
%   end
    V ${table.concat(names, ", ")};
%   local o = { indent = "    ", rows = rows, verb = body.store == "stream" and "stream" or "store",
%     prefetch = body.prefetch, x = function(r) return "next" .. r end, m = function(r) return ("m[%d]"):format(r) end,
%     suffix = function() return "" end }
%   if ahead then
%     for r = 0, rows - 1 do
    const float *next${r} = (const float *)a->x + ${r == 0 and "ahead" or ("(ahead + %d)"):format(r)} * a->x_stride;
%     end
%   end
%   if body.unroll == "full" or ahead and whole == 0 then
%     local steps = shape.writes(0, N, W, group)
%     if ahead then
%       declare_sums { "" }
%       local sums = {}
%       for r = 0, rows - 1 do
%         for _, step in ipairs(shape.sums(r, 0, N, W, numerics, true)) do sums[#sums + 1] = step end
%       end
%       steps = shape.merge(steps, sums)
%     end

%     print_steps(steps, o)
%   else
%     local turn = 4 * W * body.unroll
%     local looped = N // turn * turn
%     if ahead then
%       local suffixes = {}
%       for r = 0, rows - 1 do suffixes[#suffixes + 1] = "_" .. r end
%       o.suffix = function(r) return "_" .. r end
%       declare_sums(suffixes)
%       if N <= B then
%         for r = 0, rows - 1 do
    D ds_${r}, dq_${r};
%         end
%       end
%       for r = 0, rows - 1 do
    ds_${r} = dq_${r} = dzero();
%       end
    for (size_t i = 0; i < ${whole}; i += ${B}) {
%       -- each sweep takes its lanes of the superblock ahead and writes its share of this one
%       local share = B // sweeps
%       for sweep = 0, sweeps - 1 do
%         for r = 0, rows - 1 do
        s0_${r} = s1_${r} = s2_${r} = s3_${r} = q0_${r} = q1_${r} = q2_${r} = q3_${r} = zero();
%         end
        for (size_t k = 0; k < 8; k += ${body.unroll}) {
%         o.indent = "            "
%         for u = 0, body.unroll - 1 do
%           for r = 0, rows - 1 do
%             local parts = {}
%             for c = 0, 3 do parts[#parts + 1] = { chain = c, at = 64 * u + 16 * c + W * sweep, count = W } end
%             o.i = "i + 64 * k"
%             print_step.sum({ row = r, start = false, parts = parts }, o)
%           end
%           o.i = ("i + %d * k"):format(share // 8)
%           print_steps(shape.writes(share * sweep + share // 8 * u, share * sweep + share // 8 * (u + 1), W, group), o)
%         end
        }
%         o.indent = "        "
%         for r = 0, rows - 1 do print_step.fold({ row = r, sweep = sweep, used = 4 }, o) end
%       end
%       for r = 0, rows - 1 do print_step.widen({ row = r, first = false, last = false }, o) end
    }
%       if whole == N then
%         for r = 0, rows - 1 do
    m[${r}].s = fold(ds_${r});
    m[${r}].q = fold(dq_${r});
%         end
%       end
%       o.i, o.indent = nil, "    "
%       if whole < N then
%         local sums = {}
%         for r = 0, rows - 1 do
%           for _, step in ipairs(shape.sums(r, whole, N, W, numerics, false)) do sums[#sums + 1] = step end
%         end
%         print_steps(shape.merge(shape.writes(whole, N, W, group), sums), o)
%       end
%     else

%       if looped > turn then
    for (size_t i = 0; i < ${looped}; i += ${turn}) {
%         o.i, o.indent = "i", "        "
%         print_steps(shape.writes(0, turn, W, group), o)
    }
%         o.i, o.indent = nil, "    "
%       else
%         looped = 0
%       end
%       print_steps(shape.writes(looped, N, W, group), o)
%     end
%   end
% end
%
% for _, body in ipairs(plan.bodies) do
%   local count = body.rows == 1 and "one row" or body.rows .. " rows"
/* Writes ${count}${body.store == "stream" and ", past the caches" or ""}. */
NOINLINE void ${body.name}(const ln_args *a, size_t row, const Scale *scale)
{
%   print_body(body, false)
}

%   if body.ahead > 0 then
/* The same, and between its lines the sums of the ${count} from `ahead` on. */
NOINLINE void ${body.name}_sum(const ln_args *a, size_t row, const Scale *scale, size_t ahead, Moments *m)
{
%     print_body(body, true)
}

%   end
% end
% for _, part in ipairs(plan.parts) do
%   local body, rows = part.body, part.rows
%   local function group_moments(indent, from)
%     for r = 0, rows - 1 do
%       local at = from + r
${indent}m[${r}] = moments((const float *)a->x + ${row_at(at)} * a->x_stride);
%     end
%   end
/* ${part.title}: returns the first row that is left. */
NOINLINE size_t ${part.name}(const ln_args *a, size_t row, size_t end)
{
    Moments m[${rows}];
%   if body.ahead == 0 then
    Scale scale;
    for (; end - row >= ${rows}; row += ${rows}) {
%     group_moments("        ", 0)
        if (finish_${rows}(a, row, m, &scale))
            ${body.name}(a, row, &scale);
        else
            ${any}(a, row, row + ${rows});
    }
    return row;
%   elseif body.ahead == 1 then
    Scale scale;
    if (end - row < ${rows})
        return row;
%     group_moments("    ", 0)
    for (; end - row >= ${2 * rows}; row += ${rows}) {
        if (finish_${rows}(a, row, m, &scale)) {
            ${body.name}_sum(a, row, &scale, row + ${rows}, m);
        } else {
            ${any}(a, row, row + ${rows});
%     group_moments("            ", rows)
        }
    }
    if (finish_${rows}(a, row, m, &scale))
        ${body.name}(a, row, &scale);
    else
        ${any}(a, row, row + ${rows});
    return row + ${rows};
%   else
    Scale scales[2], *now = &scales[0], *next = &scales[1];
    if (end - row < ${2 * rows})
        return row;
%     group_moments("    ", 0)
    int served = finish_${rows}(a, row, m, now);
%     group_moments("    ", rows)
    for (; end - row >= ${3 * rows}; row += ${rows}) {
        const int next_served = finish_${rows}(a, row + ${rows}, m, next); /* ready when the rows before are written */
        if (served) {
            ${body.name}_sum(a, row, now, row + ${2 * rows}, m);
        } else {
            ${any}(a, row, row + ${rows});
%     group_moments("            ", 2 * rows)
        }
        Scale *const swap = now;
        now = next;
        next = swap;
        served = next_served;
    }
    const int last_served = finish_${rows}(a, row + ${rows}, m, next);
    if (served)
        ${body.name}(a, row, now);
    else
        ${any}(a, row, row + ${rows});
    row += ${rows};
    if (last_served)
        ${body.name}(a, row, next);
    else
        ${any}(a, row, row + ${rows});
    return row + ${rows};
%   end
}

% end
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% if plan.stream then
    if (a->stream && ((uintptr_t)a->y | a->y_stride * sizeof(float)) % ${target.stream} == 0) {
        row = ${plan.stream.name}(a, row, end);
        stream_fence();
    }
% end
% if plan.few then
    row = ${plan.few.name}(a, row, end);
% end
    ${plan.one.name}(a, row, end);
    leave(saved);
}
