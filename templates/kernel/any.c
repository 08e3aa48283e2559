% -- SPDX-License-Identifier: MIT
% -- any.c: a width known only at run time, row by row
% local plain, moments, eps = not spell.keeps_sum, spec.pass ~= "apply", "(double)a->eps"
% local alone = target.vector and ", 1" or ""
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${table.concat(calls, ", ")};
% if spec.pass == "forward" and spell.centred then
ln_write_row ${write_row};
% end

_Static_assert(LANES == ${target.lanes}, "plan and vocabulary disagree");

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
% if moments then include "kernel/folded.c" end
% include "kernel/passes.c"
% item(kernel.name)
/* ${spec.pass == "stats" and "Computes the statistics of" or "Normalises"} the rows begin .. end - 1${spec.pass == "stats" and "" or ": " .. spell.description}; checks nothing. */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
    ${passes.constants}
% local writes_row = spec.pass == "forward" and spell.centred
% if not writes_row then
    ${print.parameter_pointers(printer)}
% end
% if not writes_row or spell.bias then
    ${print.bias_pointer(printer)}
% end
% if not plain then
    ln_args b = *a; /* of the rows x + residual in sum, which may be x itself */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
% end
% if passes.past and not writes_row then
    const int past = ${passes.goes};
% end

    for (size_t row = begin; row < end; row++) {
% if not plain then
        add_rows(row_sum(a, row), row_x(a, row), row_residual(a, row)${spell.bias and ", bias" or ""}, n);
% end
% local from = plain and "a" or "&b"
% local function of_row(text) return plain and text or (text:gsub("row_x%(a,", "row_x(&b,")) end
% if not moments then
        const ln_stats *m = a->stats + row;
        const Finished f = finish(${spell.centred and "rsplat(m->mean), " or ""}rsplat(m->m2), width_inverse${spell.centred and ", limit" or ""}, ${eps});
% else
% local function total(k) return ("rtotal(halved(dkept(%s)))"):format(k) end
        double ${table.concat(spell.sums, "[8], ")}[8];
        moments(${of_row(passes.sums "row")}, n, ${spell.centred and "0.0f, 0, " or ""}${table.concat(spell.sums, ", ")});
%   if spec.pass == "stats" and not spell.centred then
        if (!(can_finish(${total "q"}, width_inverse, ${eps}) & 1u)) {
            ${slow}(${from}, row, row + 1);
            continue;
        }
        a->stats[row].mean = 0;
        a->stats[row].m2 = rfirst(${total "q"});
%   elseif spec.pass == "stats" then
        const Statistics t = statistics(${total "s"}, ${total "q"}, width_inverse, limit, ${eps}${alone});
        if (!(t.ok & 1u)) {
            const float pilot = (float)rfirst(t.mean);
            moments(${of_row(passes.sums "row")}, n, pilot, 1, s, q);
            far_row(${from}, row, ${total "s"}, ${total "q"}, pilot, width_inverse);
            continue;
        }
        a->stats[row].mean = rfirst(t.mean);
        a->stats[row].m2 = rfirst(t.m2);
%   elseif spell.centred then
        const Finished f = finish(${total "s"}, ${total "q"}, width_inverse, limit, ${eps}${alone});
%   else
        const Finished f = finish(${total "q"}, width_inverse, ${eps}${alone});
%   end
% end
% if writes_row then
        ${write_row}(${from}, row, f.ok & 1u, (float)rfirst(f.mean), (float)rfirst(f.rstd), (float)rfirst(f.shift));
% elseif spec.pass ~= "stats" then
        if (!(f.ok & 1u)) {
            ${slow}(${from}, row, row + 1);
            continue;
        }
%   local constants = "n, splat_first(f.rstd)" .. (spell.centred and ", splat_first(f.shift), splat_first(f.high)" or "")
        ${passes.applied(of_row(passes.rows "row") .. ", " .. constants .. passes.scale "row", "past")}
%   for _, field in ipairs(spell.statistics) do
        if (a->${field})
            rstore_first(a->${field} + row, f.${field});
%   end
% end
    }
% if passes.past then
    if (a->stream == 1)
        stream_fence();
% end
    leave(saved);
}
