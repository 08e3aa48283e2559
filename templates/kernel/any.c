% -- any.c: a width known only at run time, row by row; also the accurate path of rows that cannot be finished in float from plain sums
% local sums, T, B = spell.sums, spell.element, numerics.block
% local pilot = spell.centred and ", V pilot, int centred" or ""
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${table.concat(calls, ", ")};
% if spell.keeps_sum then include "kernel/rows.c" end
% -- What a pass over a row needs to know of it.
% local row = "const " .. T .. " *x" .. (spell.adds and ", const " .. T .. " *z" or "")
%   .. (spell.bias and ", const " .. T .. " *bias" or "")
% local at = (spell.adds and "x%s, z%s" or "x%s") .. (spell.bias and ", bias%s" or "")
% local function advanced(by) return (at:gsub("%%s", by and " + " .. by or "")) end
% if spell.keeps_sum then
% item "add_rows"
/* Writes x + ${spell.bias and "bias, rounded, + " or ""}z, rounded, to sum. */
FN void add_rows(${T} *sum, ${row}, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) {
        const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
        ${spell.store("store", "sum + i", spell.input("x + i", "z + i", "left", "bias + i"), "left")}
    }
}

% row, at = "const " .. T .. " *x", "x%s"
% end
% local function input(place, count)
%   return spell.input("x + " .. place, not spell.keeps_sum and "z + " .. place, count, "bias + " .. place)
% end

% if spec.pass ~= "apply" then
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
        x = sub(x, pilot);
    *s = add(*s, x);
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
    size_t i = j;
    for (; i + ${numerics.lanes} <= n + j; i += ${numerics.lanes}) {
% for c = 0, 3 do
        add_register(${input(c == 0 and "i" or "i + " .. 16 * c)}${chain(c)});
% end
    }
% for c = 0, 3 do
    add_rest(${advanced()}, ${c == 0 and "i" or "i + " .. 16 * c}, n${chain(c)});
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
    for (size_t i = 0; i < n; i += ${B})
        add_block(${advanced "i"}, n - i < ${B} ? n - i : ${B}${more}, ${spell.centred and "&ds, " or ""}&dq);
% for _, k in ipairs(sums) do
    *${k} = total4(halved(d${k}));
% end
}
% end
% include "kernel/statistics.c"

% if spell.centred and spec.pass ~= "apply" then
% item "statistics_far"
/* The same from sums about a pilot close to the mean. */
FN Statistics statistics_far(R s, R q, double width_inverse, float pilot, double eps)
{
    const R m = rmuladd(s, rsplat(width_inverse), rsplat((double)pilot));
    const R m2 = rmax(rnegmuladd(s, rmul(s, rsplat(width_inverse)), q), rsplat(0.0));
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const Statistics t = {m, m2, v, rbits(rboth(rle(q, rsplat(DBL_MAX)), rle(rsplat(${numerics.tiny}), v)))};
    return t;
}

% end
% -- what `apply` is given
% local parameters, arguments, outputs, places = "", "", "", ""
% for _, parameter in ipairs(spell.parameters) do
%   parameters = parameters .. (", const %s *%s"):format(spell.parameter, parameter.name)
%   arguments = arguments .. ", " .. parameter.name
% end
% for _, output in ipairs(spell.outputs) do
%   outputs = outputs .. ("%s *%s, "):format(spell.output, output.name)
%   places = places .. output.name .. ", "
% end
% local quantum, quantum_argument = "", ""
% if spell.dynamic then
%   quantum, quantum_argument = ", float *scale", ", a->scale + row"
% elseif spell.quantises then
%   quantum, quantum_argument = ", float static_scale", ", a->static_scale"
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
%   if spell.dynamic then include "kernel/quantise.c" end
% item "apply"
FN void apply(${outputs}${row}${parameters}, size_t n, Finished f${spell.centred and ", int centred" or ""}${quantum})
{
    const V r = splat_first(f.rstd)${spell.centred and ", c = splat_first(f.shift), m = splat_first(f.high)" or ""};
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
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
% if spec.pass ~= "apply" then
    const double width_inverse = 1.0 / (double)n;
%   if spell.centred then
    const double near = n > 4 ? (0.5 - 2.0 / (double)n) / (double)n : 0.0;
%   end
% end
% for _, parameter in ipairs(spell.parameters) do
    const ${spell.parameter} *${parameter.name} = (const ${spell.parameter} *)a->${parameter.name};
% end
% if spell.bias then
    const ${T} *bias = (const ${T} *)a->bias;
% end
% if spell.keeps_sum then
    ln_args b = *a; /* for the accurate path: x + residual is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
% end

    for (size_t row = begin; row < end; row++) {
% if spell.keeps_sum then
        ${T} *x = row_sum(a, row);
        add_rows(x, row_x(a, row), row_residual(a, row)${spell.bias and ", bias" or ""}, n);
% else
        const ${T} *x = (const ${T} *)a->x + row * a->x_stride;
%   if spell.adds then
        const ${T} *z = (const ${T} *)a->residual + row * a->residual_stride;
%   end
% end
% if spec.pass ~= "stats" then
%   for _, output in ipairs(spell.outputs) do
        ${spell.output} *${output.name} = (${spell.output} *)a->${output.name} + row * a->${output.stride};
%   end
% end
% local slow = ("%s(%s, row, row + 1);"):format(calls[1], spell.keeps_sum and "&b" or "a")
% local function store_all(...)
%   for _, field in ipairs { ... } do
        if (a->${field})
            rstore_first(a->${field} + row, f.${field});
%   end
% end
% if spec.pass == "apply" then
        const ln_stats *m = a->stats + row;
        const Finished f = finish(${spell.centred and "rsplat(m->mean), " or ""}rsplat(m->m2), a);
        if (!(f.ok & 1u)) {
            ${slow}
            continue;
        }
        apply(${places}x${arguments}, n, f${spell.centred and ", 1" or ""});
%   store_all(spell.centred and "mean" or "rstd", spell.centred and "rstd" or nil)
% elseif spell.centred then
        double s, q;
        moments(${advanced()}, n, zero(), 0, &s, &q);
%   if spec.pass == "stats" then
        Statistics f = statistics(rsplat(s), rsplat(q), width_inverse, near, (double)a->eps);
        if (!(f.ok & 1u)) {
%   else
        Finished f = finish(rsplat(s), rsplat(q), width_inverse, near, (double)a->eps);
        if (f.ok & 1u) {
            apply(${places}${advanced()}${arguments}, n, f, 0${quantum_argument});
        } else {
%   end
            float pilot;
            rstore_first(&pilot, f.mean);
            moments(${advanced()}, n, splat(pilot), 1, &s, &q);
            const Statistics far = statistics_far(rsplat(s), rsplat(q), width_inverse, pilot, (double)a->eps);
            if (!(far.ok & 1u)) {
                ${slow}
                continue;
            }
%   if spec.pass == "stats" then
            f = far;
        }
        a->stats[row].mean = rfirst(f.mean);
        a->stats[row].m2 = rfirst(f.m2);
%   else
            f = split(far.mean, far.m2, far.v, near, far.ok);
            apply(${places}${advanced()}${arguments}, n, f, 1${quantum_argument});
        }
%     store_all("mean", "rstd")
%   end
% else
        double squares;
        moments(${advanced()}, n, &squares);
%   if spec.pass == "stats" then
        if (!(can_finish(rsplat(squares), width_inverse, (double)a->eps) & 1u)) {
%   else
        const Finished f = finish(rsplat(squares), width_inverse, (double)a->eps);
        if (!(f.ok & 1u)) {
%   end
            ${slow}
            continue;
        }
%   if spec.pass == "stats" then
        a->stats[row].mean = 0;
        a->stats[row].m2 = squares;
%   else
        apply(${places}${advanced()}${arguments}, n, f${quantum_argument});
%     store_all("rstd")
%   end
% end
    }
    leave(saved);
}
