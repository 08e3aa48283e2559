% -- layernorm_forward.c: one width, rows in flight. Bits: docs/numerics.md; shapes of the code: generator/lua/schedule.lua
% local N, W, L, B = spec.width, target.lanes, numerics.lanes, numerics.block
% local sweeps = 16 // W
% local function chains(name)
%   local list = {}
%   for c = 0, math.min(4, (plan.moments == "full" or name == "x") and (N + 15) // 16 or 4) - 1 do list[#list + 1] = name .. c end
%   return table.concat(list, ", ")
% end
#include "ln_${target.name}.h"


ln_kernel ${kernel.name}, ${any};

static const double WIDTH_INVERSE = ${numerics.width_inverse}; /* 1 / ${N} */
static const double NEAR = ${numerics.near};${numerics.near == "0x1p+0" and "" or " /* 1 - 4 / " .. N .. ", at least 0 */"}

_Static_assert(LANES == ${W}, "plan and vocabulary disagree");

typedef struct {
    D s, q; /* sums of x and of x*x, eight lanes */
} Moments;

% include "layernorm_finish.c"

% -- element e of row x as a register: whole, or the part that is left of the row
% local function loaded(pointer, e)
%   if e + W <= N then return ("load(%s + %d)"):format(pointer, e) end
%   return ("load_part(%s + %d, %d)"):format(pointer, e, N - e)
% end
% local function stored(verb, pointer, e, value)
%   if e + W <= N then return ("%s(%s + %d, %s);"):format(verb, pointer, e, value) end
%   return ("store_part(%s + %d, %s, %d);"):format(pointer, e, value, N - e)
% end
%
% -- The lines that add `blocks` blocks of 64 elements, from element `from` (text) on, to the chains of sweep j.
% -- With `last` the elements are numbers, the row may end within, and the first block starts the chains.
% local function add_blocks(indent, from, blocks, j, last, start)
%   local used = 0
%   for k = 0, blocks - 1 do
%     local loads, adds, muladds = {}, {}, {}
%     for c = 0, 3 do
%       local e = L * k + 16 * c + j
%       if not last or from + e < last then
%         loads[#loads + 1] = last and ("x%d = %s;"):format(c, loaded("x", from + e))
%           or ("x%d = load(x + %s + %d);"):format(c, from, e)
%         local begins = start and k == 0
%         adds[#adds + 1] = (begins and "s%d = x%d;" or "s%d = add(s%d, x%d);"):format(c, c, c)
%         muladds[#muladds + 1] = (begins and "q%d = mul(x%d, x%d);" or "q%d = muladd(x%d, x%d, q%d);"):format(c, c, c, c)
%         used = math.max(used, c + 1)
%       end
%     end
%     if #loads > 0 then
${indent}${table.concat(loads, " ")}
${indent}${table.concat(adds, " ")}
${indent}${table.concat(muladds, " ")}
%     end
%   end
%   return used
% end
%
% -- Folds the chains of a sweep to sixteen lanes: lane i with i + 32, then i with i + 16.
% local function fold_chains(indent, index, used)
%   for _, k in ipairs { "s", "q" } do
%     local even = used > 2 and ("add(%s0, %s2)"):format(k, k) or used > 0 and k .. "0" or "zero()"
%     local odd = used > 3 and ("add(%s1, %s3)"):format(k, k) or used > 1 and k .. "1"
${indent}t${k}[${index}] = ${odd and ("add(%s, %s)"):format(even, odd) or even};
%   end
% end
%
/* Sums of one row. */
NOINLINE Moments moments(const float *x)
{
    Moments m;
    V ts[${sweeps}], tq[${sweeps}]; /* sixteen lanes of a superblock's sums */
    V ${chains "x"}, ${chains "s"}, ${chains "q"};

% if plan.moments == "full" then
%   for first = 0, N - 1, B do
%     local last = math.min(first + B, N)
    /* elements ${first} to ${last - 1} */
%     for j = 0, 15, W do
%       fold_chains("    ", j // W, add_blocks("    ", first, (last - first + L - 1) // L, j, last, true))
%     end
    m.s = ${first == 0 and "widen(ts)" or "dadd(m.s, widen(ts))"};
    m.q = ${first == 0 and "widen(tq)" or "dadd(m.q, widen(tq))"};
%   end
% else
%   local K = plan.moments
%   local whole = N // B * B
%   local begun = false
%
%   -- one superblock: `blocks` whole blocks from text `from` on, then the `tail` elements that end the row
%   local function superblock(indent, from, blocks, tail)
%     local looped = sweeps > 2
%     for j = 0, looped and 0 or 15, W do
%       local used, inner, at = 4, indent, from .. (j > 0 and " + " .. j or "")
%       if looped then
${indent}for (size_t j = 0; j < 16; j++) {
%         inner, at = indent .. "    ", from .. " + j"
%       end
${inner}s0 = s1 = s2 = s3 = q0 = q1 = q2 = q3 = zero();
%       local turns = blocks // K
%       if turns > 1 then
${inner}for (size_t k = 0; k < ${turns * K * L}; k += ${K * L}) {
%         add_blocks(inner .. "    ", at .. " + k", K, 0)
${inner}}
%       elseif turns == 1 then
%         add_blocks(inner, at, K, 0)
%       end
%       if blocks % K > 0 then
%         add_blocks(inner, ("%s + %d"):format(at, turns * K * L), blocks % K, 0)
%       end
%       for c = 0, 3 do
%         local left = tail - 16 * c - j
%         local place = ("x + %s + %d"):format(at, blocks * L + 16 * c)
%         if looped and left > 0 and left < 16 then
${inner}if (j < ${left}) {
${inner}    x${c} = load(${place}); s${c} = add(s${c}, x${c}); q${c} = muladd(x${c}, x${c}, q${c});
${inner}}
%         elseif left > 0 then
${inner}x${c} = ${left >= W and ("load(%s)"):format(place) or ("load_part(%s, %d)"):format(place, left)}; s${c} = add(s${c}, x${c}); q${c} = muladd(x${c}, x${c}, q${c});
%         end
%       end
%       fold_chains(inner, looped and "j" or j // W, 4)
%       if looped then
${indent}}
%       end
%     end
${indent}m.s = ${begun and "dadd(m.s, widen(ts))" or "widen(ts)"};
${indent}m.q = ${begun and "dadd(m.q, widen(tq))" or "widen(tq)"};
%     begun = true
%   end
%
%   if whole == B then
%     superblock("    ", "0", B // L, 0)
%   elseif whole > 0 then
    m.s = dzero();
    m.q = dzero();
    for (size_t i = 0; i < ${whole}; i += ${B}) {
%     begun = true
%     superblock("        ", "i", B // L, 0)
    }
%   end
%   if N > whole then
%     superblock("    ", tostring(whole), (N - whole) // L, (N - whole) % L)
%   end
% end
    return m;
}

% -- One function for each number of rows in flight: sums, then a second pass that reads gamma and beta once.
% for _, body in ipairs(plan.bodies) do
%   local rows, verb = body.rows, body.store == "stream" and "stream" or "store"
%   local padded = (rows + 3) // 4 * 4
%   local function row_at(r) return r == 0 and "row" or ("(row + %d)"):format(r) end
/* ${rows == 1 and "One row" or rows .. " rows"}${verb == "stream" and ", written past the caches" or ""}. Returns 0, nothing written, when a row needs the long way. */
NOINLINE int ${body.name}(const ln_args *a, size_t row)
{
%   for r = 0, rows - 1 do
    const float *x${r} = (const float *)a->x + ${row_at(r)} * a->x_stride;
%   end
%   for r = 0, rows - 1 do
    const Moments m${r} = moments(x${r});
%   end
    float mean[${padded}], rstd[${padded}], shift[${padded}];
%   for first = 0, rows - 1, 4 do
%     local function sums(k)
%       local count = math.min(4, rows - first)
%       if count == 1 then return ("sum_row(fold(m%d.%s))"):format(first, k) end
%       local list = {}
%       for r = first, first + 3 do list[#list + 1] = ("fold(m%d.%s)"):format(math.min(r, rows - 1), k) end
%       return "sum_rows(" .. table.concat(list, ", ") .. ")"
%     end
    if (finish(${sums "s"},
               ${sums "q"},
               WIDTH_INVERSE, NEAR, (double)a->eps, mean + ${first}, rstd + ${first}, shift + ${first}) != 15)
        return 0;
%   end
    for (size_t r = 0; r < ${rows}; r++) {
        if (a->mean)
            a->mean[row + r] = mean[r];
        if (a->rstd)
            a->rstd[row + r] = rstd[r];
    }

    const float *gamma = (const float *)a->gamma, *beta = (const float *)a->beta;
    V g, b;
%   for r = 0, rows - 1 do
    float *y${r} = (float *)a->y + ${row_at(r)} * a->y_stride;
    const V r${r} = splat(rstd[${r}]), c${r} = splat(shift[${r}]);
%   end
%   local function apply(indent, e, i)
%     local function place(p) return i and ("%s + i"):format(p) or p end
${indent}g = ${loaded(place "gamma", e)}; b = ${loaded(place "beta", e)};
%     for r = 0, rows - 1 do
%       local x = loaded(place("x" .. r), e)
%       if body.prefetch > 0 and e % 16 == 0 then
${indent}prefetch(${place("x" .. r)} + ${body.prefetch} * a->x_stride + ${e});
%       end
${indent}${stored(verb, place("y" .. r), e, ("muladd(muladd(%s, r%d, c%d), g, b)"):format(x, r, r))}
%     end
%   end
%   local looped = 0
%   if body.unroll ~= "full" then
%     local turn = 4 * W * body.unroll
%     looped = N // turn * turn
%     if looped > turn then
    for (size_t i = 0; i < ${looped}; i += ${turn}) {
%       for e = 0, turn - 1, W do apply("        ", e, true) end
    }
%     else
%       looped = 0
%     end
%   end
%   for e = looped, N - 1, W do apply("    ", e) end
    return 1;
}

% end
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% if plan.stream then
    if (a->stream && ((uintptr_t)a->y | a->y_stride * sizeof(float)) % ${target.stream} == 0) {
        for (; row + ${plan.stream.rows} <= end; row += ${plan.stream.rows})
            if (!${plan.stream.name}(a, row))
                ${any}(a, row, row + ${plan.stream.rows});
        stream_fence();
    }
% end
% if plan.few.rows > 1 then
    for (; row + ${plan.few.rows} <= end; row += ${plan.few.rows})
        if (!${plan.few.name}(a, row))
            ${any}(a, row, row + ${plan.few.rows});
% end
    for (; row < end; row++)
        if (!${plan.one.name}(a, row))
            ${any}(a, row, row + 1);
    leave(saved);
}
