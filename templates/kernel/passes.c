% -- passes.c: the passes over a row in loops, its width being an argument: for widths known only at run time, and for rows
% -- that float cannot finish from plain sums
% local sums, B = spell.sums, numerics.block
% local row, advanced, input = passes.row, passes.advanced, passes.input
% local pilot = spell.centred and ", V pilot, int centred" or ""
% if sums_in_loops then
% local chains = (spell.centred and "V *s, " or "") .. "V *q"
% local more = spell.centred and ", pilot, centred" or ""
% local function folded(k) return ("add(add(%s0, %s2), add(%s1, %s3))"):format(k, k, k, k) end
% local function chain(c) return (spell.centred and (", pilot, centred, &s%d"):format(c) or "") .. (", &q%d"):format(c) end
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
% for _, k in ipairs(sums) do
    V ${k}0 = zero(), ${k}1 = zero(), ${k}2 = zero(), ${k}3 = zero();
% end
    const size_t end = j + n / ${numerics.lanes} * ${numerics.lanes};
    for (size_t i = j; i < end; i += ${numerics.lanes}) {
% for c = 0, 3 do
        add_register(${input(c == 0 and "i" or "i + " .. 16 * c)}${chain(c)});
% end
    }
% for c = 0, 3 do
    add_rest(${advanced()}, ${c == 0 and "end" or "end + " .. 16 * c}, n${chain(c)});
% end
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
    const size_t whole = n / ${B} * ${B};
    for (size_t i = 0; i < whole; i += ${B})
        add_block(${advanced "i"}, ${B}${more}, ${spell.centred and "&ds, " or ""}&dq);
    if (whole < n)
        add_block(${advanced "whole"}, n - whole${more}, ${spell.centred and "&ds, " or ""}&dq);
% for _, k in ipairs(sums) do
    *${k} = total(d${k});
% end
}
% end
% if spell.centred and spec.pass ~= "apply" then
% item "statistics_far"
/* Statistics from sums about pilots close to the means. */
FN Statistics statistics_far(R s, R q, double width_inverse, R pilot, double eps)
{
    const R m = rmuladd(s, rsplat(width_inverse), pilot);
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
% item "apply"
/* Writes a row. */
FN void apply(${passes.outputs}${row}${passes.parameters}, size_t n, float rstd${spell.centred and ", float shift, float high, int centred" or ""}${passes.quantum})
{
    const V r = splat(rstd)${spell.centred and ", c = splat(shift), m = splat(high)" or ""};
% -- A loop over the row: what is done with normalised registers, four at a time, and with what is left of it.
% local function over_row(declaration, done)
    ${declaration}
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
%   local places = { "i", "i + LANES", "i + 2 * LANES", "i + 3 * LANES" }
%   for k, place in ipairs(places) do
        V x${k - 1} = ${input(place)};
%   end
%   if spell.centred then
        if (centred) {
%     for k = 0, 3 do
            x${k} = sub(x${k}, m);
%     end
        }
%   end
%   for k, place in ipairs(places) do
%     done("x" .. k - 1, place)
%   end
    }
    for (; i < n; i += LANES) {
        const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
        V x0 = ${input("i", "left")};
%   if spell.centred then
        if (centred)
            x0 = sub(x0, m);
%   end
%   done("x0", "i", "left")
    }
% end
% if spell.dynamic then
    V most = zero();
%   over_row("size_t i = 0;", function(x, place, count)
%     local y = result(1, spell.normalised(x, "r", "c"), place, count)
        most = max_magnitude(most, ${count and ("keep_part(%s, %s)"):format(y, count) or y});
%   end)
    const V inverse = splat(quantise_scale(scale, fold_max(most)));
% elseif spell.quantises then
    const V inverse = splat(1.0f / static_scale);
% end
% over_row(spell.dynamic and "i = 0;" or "size_t i = 0;", function(x, place, count)
%   local t = spell.normalised(x, "r", "c")
%   if #spell.outputs > 1 then
        ${x} = ${t};
%     t = x
%   end
%   for k, output in ipairs(spell.outputs) do
        ${spell.store_output("store", output.name .. " + " .. place, result(k, t, place, count), count, "inverse")}
%   end
% end)
}
% end
% if spell.centred and spec.pass == "forward" then
% item "far_rows"
/* Writes up to four rows. Those without a bit in `ok` are far from zero: s and q are their sums about their means. */
FN void far_rows(const ln_args *a, size_t row, size_t count, unsigned ok, const float *mean, const float *rstd, const float *shift, const double *s, const double *q, size_t n, double width_inverse, double near)
{
    ${print.parameter_pointers(spell)}
%   if not spell.keeps_sum then
    ${print.bias_pointer(spell)}
%   end
    float pilot[4] = {0}, means[4], highs[4], rstds[4], shifts[4];
    memcpy(pilot, mean, count * sizeof(float));
    const Statistics t = statistics_far(rset(s[0], s[1], s[2], s[3]), rset(q[0], q[1], q[2], q[3]), width_inverse, rset((double)pilot[0], (double)pilot[1], (double)pilot[2], (double)pilot[3]), (double)a->eps);
    const Finished f = split(t.mean, t.m2, t.v, near, t.ok);
    rstore(means, f.mean);
    rstore(highs, f.high);
    rstore(rstds, f.rstd);
    rstore(shifts, f.shift);
    for (size_t r = 0; r < count; r++) {
        if (ok >> r & 1u) {
            means[r] = mean[r];
            highs[r] = 0.0f;
            rstds[r] = rstd[r];
            shifts[r] = shift[r];
        } else if (!(t.ok >> r & 1u)) {
            ${slow}(a, row + r, row + r + 1);
            continue;
        }
        apply(${passes.rows "row + r"}, n, rstds[r], shifts[r], highs[r], 1${passes.scale "row + r"});
        if (a->mean)
            a->mean[row + r] = means[r];
        if (a->rstd)
            a->rstd[row + r] = rstds[r];
    }
}
% elseif spell.centred and spec.pass == "stats" then
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
