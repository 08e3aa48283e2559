% -- any.c: a width known only at run time, row by row
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${table.concat(calls, ", ")};
% include "kernel/rows.c"
% if spell.dynamic then include "kernel/quantise.c" end
% if spell.keeps_sum then
% local T = spell.element
% item "add_rows"
/* Writes x + ${spell.bias and "bias, rounded, + " or ""}z, rounded, to sum. */
FN void add_rows(${T} *sum, const ${T} *x, const ${T} *z${spell.bias and (", const %s *bias"):format(T) or ""}, size_t n)
{
    for (size_t i = 0; i < n; i += LANES) {
        const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
        ${spell.store("store", "sum + i", spell.input("x + i", "z + i", "left", "bias + i"), "left")}
    }
}
% end
% include "kernel/statistics.c"
% include "kernel/passes.c"
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
% local plain, moments, eps = not spell.keeps_sum, spec.pass ~= "apply", "(double)a->eps"
% if moments then
    const double width_inverse = 1.0 / (double)n;
%   if spell.centred then
    const double near = n > 4 ? (0.5 - 2.0 / (double)n) / (double)n : 0.0;
%   end
% end
    ${print.parameter_pointers(spell)}
    ${print.bias_pointer(spell)}
% if not plain then
    ln_args b = *a; /* x + residual, once it is written; it may replace x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
% end

    for (size_t row = begin; row < end; row++) {
% if not plain then
        add_rows(row_sum(a, row), row_x(a, row), row_residual(a, row)${spell.bias and ", bias" or ""}, n);
% end
% local from = plain and "a" or "&b"
% local function of_row(text) return plain and text or (text:gsub("row_x%(a,", "row_x(&b,")) end
% local far = spell.centred and spec.pass == "forward"
% local constants = spell.centred and { "mean", "rstd", "shift", "high" } or { "rstd" }
% if not moments then
        const ln_stats *m = a->stats + row;
        const Finished f = finish(${spell.centred and "rsplat(m->mean), " or ""}rsplat(m->m2), a);
% else
% local declared = far and "s[4] = {0}, q[4] = {0}" or spell.centred and "s, q" or "q"
        double ${declared};
        moments(${of_row(passes.sums "row")}, n, ${spell.centred and "zero(), 0, " or ""}${far and "s, q" or spell.centred and "&s, &q" or "&q"});
%   if spec.pass == "stats" and not spell.centred then
        if (!(can_finish(rsplat(q), width_inverse, ${eps}) & 1u)) {
            ${slow}(${from}, row, row + 1);
            continue;
        }
        a->stats[row].mean = 0;
        a->stats[row].m2 = q;
%   elseif spec.pass == "stats" then
        const Statistics t = statistics(rsplat(s), rsplat(q), width_inverse, near, ${eps});
        if (!(t.ok & 1u)) {
            const float pilot = (float)rfirst(t.mean);
            moments(${of_row(passes.sums "row")}, n, splat(pilot), 1, &s, &q);
            far_row(${from}, row, s, q, pilot, width_inverse);
            continue;
        }
        a->stats[row].mean = rfirst(t.mean);
        a->stats[row].m2 = rfirst(t.m2);
%   elseif spell.centred then
        const Finished f = finish(rsplat(s[0]), rsplat(q[0]), width_inverse, near, ${eps});
%   else
        const Finished f = finish(rsplat(q), width_inverse, ${eps});
%   end
% end
% if spec.pass ~= "stats" then
% for _, field in ipairs(constants) do
        float ${field}[${far and 4 or 1}];
        ${far and "rstore(" .. field or "rstore_first(" .. field}, f.${field});
% end
%   if moments and spell.centred then
        if (f.ok & 1u) {
            apply(${of_row(passes.rows "row")}, n, *rstd, *shift, *high, 0${passes.scale "row"});
        } else {
            moments(${of_row(passes.sums "row")}, n, splat(*mean), 1, s, q);
            if (!(finish_far(mean, rstd, shift, high, 0, s, q, width_inverse, near, ${eps}) & 1u)) {
                ${slow}(${from}, row, row + 1);
                continue;
            }
            apply(${of_row(passes.rows "row")}, n, *rstd, *shift, *high, 1${passes.scale "row"});
        }
%   else
        if (!(f.ok & 1u)) {
            ${slow}(${from}, row, row + 1);
            continue;
        }
        apply(${of_row(passes.rows "row")}, n, *rstd${spell.centred and ", *shift, *high, 1" or ""}${passes.scale "row"});
%   end
%   for _, field in ipairs(spell.statistics) do
        if (a->${field})
            a->${field}[row] = *${field};
%   end
% end
    }
    leave(saved);
}
