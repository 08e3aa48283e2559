% -- SPDX-License-Identifier: MIT
% -- backward_loops.c: the sums of a block of a row, in loops
% local sums, centred, B = spell.sums, spell.centred, numerics.block
% local sweep, fresh = printer.sweep, printer.tells_fresh
% local registers, lanes = sweep.chains * sweep.filled, sweep.kept > 0 and "float" or "V"
% local arrays = spell.gamma and "x, dy, gamma" .. printer.gathered or "x, dy"
% local statistics = centred and "m, r" or "r"
% if not gradients.gathers and target.lanes > 1 then
% item("take_rest" .. printer.apart)
/* Adds the first `left` elements of a register. */
FN void take_rest${printer.apart}(${printer.places}, unsigned left, ${centred and "V m, V r, V *s" or "V r"}, V *q)
{
    ${print.rest(printer)};
}
% end
% if sweep.filled == 1 and printer.apart == "" then include "kernel/folded.c" end
% item("sum_lanes" .. printer.apart)
/* Sums over n elements, folded, of ${target.lanes == 1 and "lane j of each chain" or sweep.sweeps == 1 and "all chains" or "those chains that fill whole lines from j on"}${fresh and "; fresh: sums over rows begin" or ""}. */
FN void sum_lanes${printer.apart}(${printer.places}, size_t n, ${fresh and "int fresh, " or ""}${centred and "V m, V r" or "V r"}, size_t j, ${centred and lanes .. " *ts, " or ""}${lanes} *tq)
{
    V ${table.concat(sums, ("[%d], "):format(registers))}[${registers}];
    UNROLL for (size_t k = 0; k < ${registers}; k++)
        ${table.concat(sums, "[k] = ")}[k] = settled(zero());
    size_t i = j;
    for (; i < n - n % ${numerics.lanes}; i += ${numerics.lanes}) {
        ${print.swept(printer)}
    }
    if (n % ${numerics.lanes} != 0) {
        ${print.swept(printer, true)}
    }
    ${print.put_lanes(printer)}
}
% item("sum_block" .. printer.apart)
/* Adds the sums of n <= ${B} elements: element i goes to lane i mod ${numerics.lanes}. */
${gradients.gathers and "FN" or "NOINLINE"} void sum_block${printer.apart}(${printer.places}, size_t n, ${fresh and "int fresh, " or ""}Row *row)
{
    const V ${centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
    ${print.sweeps(printer, arrays .. ", n", statistics)}
    ${print.add_block(printer, sweep)}
}
