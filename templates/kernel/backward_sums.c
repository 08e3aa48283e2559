% -- SPDX-License-Identifier: MIT
% -- backward_sums.c: the statistics pass where it adds to the sums over rows: one row at a time
% local fresh = printer.tells_fresh
% item "take_sums"
/* The statistics pass over a row, which adds to ${printer.named}. */
NOINLINE void take_sums(const ln_args *a, size_t index, Row *row${printer.to})
{
    ${print.row_pointer(printer, "x", "index")}
    ${print.row_pointer(printer, "dy", "index")}
    ${print.gamma_pointer(printer)}
    ${print.width(printer)}
% if fresh then
    const int fresh = ${print.fresh(printer, "index")}; /* the first row of a block */
% end
    row->${table.concat(spell.sums, " = row->")} = 0;
% if spell.centred then
    row->mean = a->mean[index];
% end
    row->rstd = a->rstd[index];
% if gradients.keeps then
    float *kept = (float *)row->g;
% end
% if gradients.mode == "unrolled" then
    sum_${spec.width}(x, dy, gamma${printer.gathered}, row);
% else
%   local gathered = printer.gathered:gsub("%a+", "%0$at")
    ${print.blocks(printer, ("sum_block(x$at, dy$at, gamma$at%s, $count, %srow)"):format(gathered, fresh and "fresh, " or ""))}
% end
    ${print.finished(printer, "row->")}
}
