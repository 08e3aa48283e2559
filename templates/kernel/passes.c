% -- SPDX-License-Identifier: MIT
% -- passes.c: the passes over a row in loops, its width being an argument: for widths known only at run time, and for rows
% -- that float cannot finish from plain sums
% local sums, B = spell.sums, numerics.block
% local row, advanced, input = passes.row, passes.advanced, passes.input
% local pilot = spell.centred and ", V pilot, int centred" or ""
% if sums_in_loops then
% local chains = (spell.centred and "V *s, " or "") .. "V *q"
% local more = spell.centred and ", pilot, centred" or ""
% local function folded(k) return ("add(add(%s[0], %s[2]), add(%s[1], %s[3]))"):format(k, k, k, k) end
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
    *q = muladd(x, x, *q);
}

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

% local sums_of = (spell.centred and "D *s, " or "") .. "D *q"
% item "sweep"
% local lanes = print.lanes_type(printer)
/* Sums over n elements of the lanes that a register from j on holds, folded. */
FN void sweep(${row}, size_t n${pilot}, size_t j, ${spell.centred and lanes .. " *ts, " or ""}${lanes} *tq)
{
    V ${table.concat(sums, "[4], ")}[4];
    UNROLL for (size_t k = 0; k < 4; k++)
        ${table.concat(sums, "[k] = ")}[k] = zero();
    size_t i = j;
    for (; i + ${numerics.lanes} <= n + j; i += ${numerics.lanes}) {
        UNROLL for (size_t k = 0; k < 4; k++)
            add_register(${input("i + 16 * k")}${chain});
    }
    UNROLL for (size_t k = 0; k < 4; k++)
        add_rest(${advanced()}, i + 16 * k, n${chain});
% for _, k in ipairs(sums) do
    ${print.put_lanes(printer, "t" .. k, folded(k))}
% end
}
% item "add_block"
/* Adds the sums of n <= ${B} elements: element i goes to lane i mod ${numerics.lanes}. */
FN void add_block(${row}, size_t n${pilot}, ${sums_of})
{
    ${print.sweeps(printer, sums, "sweep", advanced() .. ", n" .. more)}
% for _, k in ipairs(sums) do
    *${k} = dadd(*${k}, widen(${print.swept(printer, "t" .. k)}));
% end
}
% item "moments"
/* ${spell.centred and "Sums of x - pilot and of its squares" or "The sum of squares"} of a row. */
FN void moments(${row}, size_t n${pilot}, ${spell.centred and "double *s, " or ""}double *q)
{
    D ${spell.centred and "ds = dzero(), " or ""}dq = dzero();
    for (size_t i = 0; i < n; i += ${B})
        add_block(${advanced "i"}, n - i < ${B} ? n - i : ${B}${more}, ${spell.centred and "&ds, " or ""}&dq);
% for _, k in ipairs(sums) do
    *${k} = total4(halved(d${k}));
% end
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
% if finishes_four then
% item "finish_far"
/* Finishes four rows but those in `ok`, from sums about their means; returns `ok` and what float finished. */
FN unsigned finish_far(float *mean, float *rstd, float *shift, float *high, unsigned ok, R s, R q, double width_inverse, double near, double eps)
{
    const R pilot = rset((double)mean[0], (double)mean[1], (double)mean[2], (double)mean[3]);
    const Statistics t = statistics_far(s, q, width_inverse, pilot, eps);
    const Finished f = split(t.mean, t.m2, t.v, near, t.ok);
    float far[3][4];
    rstore(far[0], f.mean);
    rstore(far[1], f.rstd);
    rstore(far[2], f.shift);
    rstore(high, f.high);
    for (unsigned r = 0; r < 4; r++)
        if (ok >> r & 1u) {
            high[r] = 0.0f;
        } else {
            mean[r] = far[0][r];
            rstd[r] = far[1][r];
            shift[r] = far[2][r];
        }
    return ok | t.ok;
}
% end
% item "apply"
/* Writes a row. */
FN void apply(${passes.outputs}${row}${passes.parameters}, size_t n, Finished f${spell.centred and ", int centred" or ""}${passes.quantum})
{
    const V r = splat_first(f.rstd)${spell.centred and ", c = splat_first(f.shift), m = splat_first(f.high)" or ""};
    size_t i${spell.dynamic and "" or " = 0"};
% -- A loop over the row: what is done with normalised registers, and with what is left of it.
% local function over_row(first, done)
    for (${first}; i + LANES <= n; i += LANES) {
        V v = ${input("i")};
%   if spell.centred then
        if (centred)
            v = sub(v, m);
%   end
%   done("i")
    }
    if (i < n) {
        const unsigned left = (unsigned)(n - i);
        V v = ${input("i", "left")};
%   if spell.centred then
        if (centred)
            v = sub(v, m);
%   end
%   done("i", "left")
    }
% end
% local t = spell.normalised("v", "r", "c")
% if spell.dynamic then
    V most = zero();
%   over_row("i = 0", function(place, count)
%     local y = result(1, t, place, count)
        most = max_magnitude(most, ${count and ("keep_part(%s, %s)"):format(y, count) or y});
%   end)
    const V inverse = splat(quantise_scale(scale, fold_max(most)));
% elseif spell.quantises then
    const V inverse = splat(1.0f / static_scale);
% end
% over_row(spell.dynamic and "i = 0" or "", function(place, count)
%   if #spell.outputs > 1 then
        v = ${t};
%   end
%   for k, output in ipairs(spell.outputs) do
        ${spell.store_output("store", output.name .. " + " .. place, result(k, #spell.outputs > 1 and "v" or t, place, count), count, "inverse")}
%   end
% end)
}
% end
% if spell.centred and spec.pass == "stats" then
% item "far_row"
/* The statistics of a row far from zero, from sums about a pilot. */
FN void far_row(const ln_args *a, size_t row, double s, double q, float pilot, double width_inverse)
{
    const Statistics t = statistics_far(rsplat(s), rsplat(q), width_inverse, rsplat((double)pilot), (double)a->eps);
    if (!(t.ok & 1u)) {
        ${slow}(a, row, row + 1);
        return;
    }
    a->stats[row].mean = rfirst(t.mean);
    a->stats[row].m2 = rfirst(t.m2);
}
% end
