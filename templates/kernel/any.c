% -- SPDX-License-Identifier: MIT
% -- any.c: a width known only at run time, row by row
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${table.concat(calls, ", ")};
% include "kernel/rows.c"
% if spell.dynamic then include "kernel/quantise.c" end
% if spell.keeps_sum then
% local T = spell.element
% item "add_rows"
% if spell.bias then
/* Writes (x + bias) + z to sum, rounded after each addition. */
% else
/* Writes x + z to sum, rounded. */
% end
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
    ln_args b = *a; /* of the rows x + residual in sum, which may be x itself */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
% end

    for (size_t row = begin; row < end; row++) {
% if not plain then
        add_rows(row_sum(a, row), row_x(a, row), row_residual(a, row)${spell.bias and ", bias" or ""}, n);
% end
% local from = plain and "a" or "&b"
% local function of_row(text) return plain and text or (text:gsub("row_x%(a,", "row_x(&b,")) end
% if not moments then
        const ln_stats *m = a->stats + row;
        const Finished f = finish(${spell.centred and "rsplat(m->mean), " or ""}rsplat(m->m2), a);
% else
        double ${spell.centred and "s, q" or "q"};
        moments(${of_row(passes.sums "row")}, n, ${spell.centred and "zero(), 0, " or ""}${spell.centred and "&s, &q" or "&q"});
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
        Finished f = finish(rsplat(s), rsplat(q), width_inverse, near, ${eps});
%   else
        const Finished f = finish(rsplat(q), width_inverse, ${eps});
%   end
% end
% if spec.pass ~= "stats" then
        if (!(f.ok & 1u)) {
%   if moments and spell.centred then
            const float pilot = (float)rfirst(f.mean);
            moments(${of_row(passes.sums "row")}, n, splat(pilot), 1, &s, &q);
            const Statistics t = statistics_far(rsplat(s), rsplat(q), width_inverse, rsplat((double)pilot), ${eps});
            f = split(t.mean, t.m2, t.v, near, t.ok);
        }
        if (!(f.ok & 1u)) {
%   end
            ${slow}(${from}, row, row + 1);
            continue;
        }
        apply(${of_row(passes.rows "row")}, n, splat_first(f.rstd)${spell.centred and ", splat_first(f.shift), splat_first(f.high)" or ""}${passes.scale "row"});
%   for _, field in ipairs(spell.statistics) do
        if (a->${field})
            rstore_first(a->${field} + row, f.${field});
%   end
% end
    }
    leave(saved);
}
