% -- SPDX-License-Identifier: MIT
% -- passes.c: the passes over a row in loops, its width being an argument: for widths known only at run time, and for rows
% -- that float cannot finish from plain sums
% local sums, B = spell.sums, numerics.block
% local row, advanced, input = passes.row, passes.advanced, passes.input
% local pilot = spell.centred and ", V pilot, int centred" or ""
% if sums_in_loops then
% local chains = (spell.centred and "V *s, " or "") .. "V *q"
% local more = spell.centred and ", pilot, centred" or ""
% local chain = spell.centred and ", pilot, centred, &s[k], &q[k]" or ", &q[k]"
% item "add_register"
/* Adds a register to a chain of ${spell.centred and "each sum" or "the sum"}. */
FN void add_register(V x${pilot}, ${chains})
{
% if spell.centred then
    if (centred)
        x = settled(sub(x, pilot));
    *s = settled(add(*s, x));
% end
    *q = settled(muladd(x, x, *q));
}

% if target.lanes > 1 then
% item "add_rest"
/* The same of those elements from `i` on that there are. */
FN void add_rest(${row}, size_t i, size_t n${pilot}, ${chains})
{
    if (i >= n)
        return;
    const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
% if spell.centred then
    V v = ${input("i", "left")};
    if (centred)
        v = keep_part(sub(v, pilot), left);
    *s = add(*s, v);
% else
    const V v = ${input("i", "left")};
% end
    *q = muladd(v, v, *q);
}

% end
% local sums_of = (spell.centred and "double *s, " or "") .. "double *q"
% item "sweep"
% local lanes = passes.lanes_type
/* Sums over n elements of the lanes that a register from j on holds, folded. */
FN void sweep(${row}, size_t n${pilot}, size_t j, ${spell.centred and lanes .. " *ts, " or ""}${lanes} *tq)
{
    V ${table.concat(sums, "[4], ")}[4];
    UNROLL for (size_t k = 0; k < 4; k++)
        ${table.concat(sums, "[k] = ")}[k] = settled(zero());
    size_t i = j;
    for (; i + ${numerics.lanes} <= n + j; i += ${numerics.lanes}) {
        UNROLL for (size_t k = 0; k < 4; k++)
            add_register(${input("i + 16 * k")}${chain});
    }
    if (n % ${numerics.lanes} > 0)
        UNROLL for (size_t k = 0; k < 4; k++)
% if target.lanes > 1 then
            add_rest(${advanced()}, i + 16 * k, n${chain});
% else
            if (i + 16 * k < n)
                add_register(${input("i + 16 * k")}${chain});
% end
% for _, k in ipairs(sums) do
    ${passes.lanes_stored("t" .. k, "folded(" .. k .. ")")}
% end
}
% item "add_block"
/* Adds the sums of n <= ${B} elements: element i goes to lane i mod ${numerics.lanes}. */
FN void add_block(${row}, size_t n${pilot}, ${sums_of})
{
    ${passes.sweep_calls(advanced() .. ", n" .. more)}
% for _, k in ipairs(sums) do
    dkeep(${k}, dadd(dkept(${k}), widen(${passes.all_lanes("t" .. k)})));
% end
}
% item "moments"
/* ${spell.centred and "Sums of x - mean and of its squares of a row, each" or "The sum of squares of a row,"} in eight lanes. */
FN void moments(${row}, size_t n${spell.centred and ", float mean, int centred" or ""}, ${sums_of})
{
% if spell.centred then
    const V pilot = splat(mean);
% end
% for _, k in ipairs(sums) do
    dkeep(${k}, dzero());
% end
    size_t i = 0;
    for (; i + ${B} <= n; i += ${B})
        add_block(${advanced "i"}, ${B}${more}, ${table.concat(sums, ", ")});
    if (i < n)
        add_block(${advanced "i"}, n - i${more}, ${table.concat(sums, ", ")});
}
% end
% if spell.centred and spec.pass ~= "apply" then
% item "statistics_far"
/* Statistics from sums about pilots close to the means. */
FN Statistics statistics_far(R s, R q, double width_inverse, R pilot, double eps)
{
    const R m = rmuladd(radd(s, rsplat(0.0)), rsplat(width_inverse), pilot); /* -0 becomes 0 */
    const R m2 = rmax(rnegmuladd(s, rmul(s, rsplat(width_inverse)), q), rsplat(0.0));
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const Statistics t = {m, m2, v, rbits(rboth(rle(q, rsplat(DBL_MAX)), rle(rsplat(${numerics.tiny}), v)))};
    return t;
}
% end
% -- y of output k from a value, as text
% local function result(k, t, place, count)
%   local function parameter(name)
%     name = name .. (k > 1 and k or "")
%     return spell.load_parameter({ gain = name:find("^gamma") }, name .. " + " .. place, count)
%   end
%   return spell.scaled(t, parameter "gamma", parameter "beta")
% end
% if spec.pass ~= "stats" then
% if passes.past then include "kernel/goes_past.c" end
% item "apply"
/* Writes a row${passes.past and (passes.long and ", past the caches from its first whole register on," or ", past the caches") .. " or through them" or ""}. */
FN void apply(${passes.outputs}${row}${passes.parameters}, size_t n, V r${spell.centred and ", V c, V m" or ""}${passes.quantum}${passes.past and ", int past" or ""})
{
% if not passes.long then
    size_t i${spell.dynamic and "" or " = 0"};
% end
% -- Loops over the row, four registers a turn, then one, then what is left: what is done with normalised registers.
% local function over_row(first, done)
%   local function values(indent, place, count)
    ${indent}${#spell.outputs == 1 and "const " or ""}V v = ${spell.centred and "sub(" .. input(place, count) .. ", m)" or input(place, count)};
%     done(indent, place, count)
%   end
%   local function registers(begin)
    for (${begin}; i + 4 * LANES <= n; i += 4 * LANES) {
        UNROLL for (size_t k = 0; k < 4; k++) {
%     values("        ", "i + k * LANES")
        }
    }
    for (; i + LANES <= n; i += LANES) {
%     values("    ", "i")
    }
%   end
%   if target.lanes == 1 then
    for (${first}; i < n - n % 4; i += 4) {
        UNROLL for (size_t k = 0; k < 4; k++) {
%     values("        ", "i + k")
        }
    }
    for (; i < n; i++) {
%     values("    ", "i")
    }
%   elseif passes.long then
    const size_t head = past ? -((uintptr_t)y / sizeof *y) % LANES : 0, tail = (n - head) % LANES;
    for (int end = !past; end < 2; end++) {
        const size_t at = end ? n - tail : 0;
        const unsigned left = (unsigned)(end ? tail : head);
        if (left > 0) {
%     values("        ", "at", "left")
        }
    }
    size_t i = head;
%     registers ""
%   else
%     registers(first)
    if (i < n) {
        const unsigned left = (unsigned)(n - i);
%     values("    ", "i", "left")
    }
%   end
% end
% local t = spell.normalised("v", "r", "c")
% if spell.dynamic then
    V most = zero();
%   over_row("i = 0", function(indent, place, count)
%     local y = result(1, t, place, count)
    ${indent}most = max_magnitude(most, ${count and ("keep_part(%s, %s)"):format(y, count) or y});
%   end)
    const V inverse = splat(quantise_scale(scale, fold_max(most)));
% elseif spell.quantises then
    const V inverse = splat(1.0f / static_scale);
% end
% over_row(spell.dynamic and "i = 0" or "", function(indent, place, count)
%   if #spell.outputs > 1 then
    ${indent}v = ${t};
%   end
%   for k, output in ipairs(spell.outputs) do
%     local y = result(k, #spell.outputs > 1 and "v" or t, place, count)
    ${indent}${spell.store_output(passes.past and "put" or "store", output.name .. " + " .. place, y, count, "inverse")}
%   end
% end)
}
% end
% if spell.centred and spec.pass == "forward" and sums_in_loops then
% item(write_row)
% local function of_row(text) return spell.keeps_sum and (text:gsub("row_x%(", "row_sum(")) or text end
/* Writes a row; one that is not `ok` is summed again, about its mean. */
KERNEL void ${write_row}(const ln_args *a, size_t row, unsigned ok, float mean, float rstd, float shift)
{
    ${print.parameter_pointers(printer)}
% if not spell.keeps_sum then
    ${print.bias_pointer(printer)}
% end
    const size_t n = a->width;
    float high = 0.0f;
    if (!ok) {
        ${passes.constants}
        double s[8], q[8];
        moments(${of_row(passes.sums "row")}, n, mean, 1, s, q);
        const Statistics t = statistics_far(rtotal(halved(dkept(s))), rtotal(halved(dkept(q))), width_inverse, rsplat((double)mean), (double)a->eps);
        if (!(t.ok & 1u)) {
% if spell.keeps_sum then
            ln_args b = *a; /* x + residual is written already, and may have replaced x */
            b.x = a->sum;
            b.x_stride = a->sum_stride;
% end
            ${slow}(${spell.keeps_sum and "&b" or "a"}, row, row + 1);
            return;
        }
        const Finished f = split(t.mean, t.m2, t.v, limit, t.ok);
% for _, field in ipairs { "mean", "rstd", "shift", "high" } do
        ${field} = (float)rfirst(f.${field});
% end
    }
    const V r = splat(rstd), c = splat(shift), m = splat(high);
    ${passes.applied(of_row(passes.rows "row") .. ", n, r, c, m" .. passes.scale "row", passes.goes)}
% for _, field in ipairs(spell.statistics) do
    if (a->${field})
        a->${field}[row] = ${field};
% end
}
% end
% if spell.centred and spec.pass == "stats" then
% item "far_row"
/* The statistics of a row far from zero, from sums about a pilot. */
FN void far_row(const ln_args *a, size_t row, R s, R q, float pilot, double width_inverse)
{
    const Statistics t = statistics_far(s, q, width_inverse, rsplat((double)pilot), (double)a->eps);
    if (!(t.ok & 1u)) {
        ${slow}(a, row, row + 1);
        return;
    }
    a->stats[row].mean = rfirst(t.mean);
    a->stats[row].m2 = rfirst(t.m2);
}
% end
