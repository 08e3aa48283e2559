% -- SPDX-License-Identifier: MIT
% -- backward_row.c: what is kept of a row between the passes
% item "Row"
/* A row's sums of ${spell.centred and "g and " or ""}g*xhat, and what writing needs: ${printer.formula}. */
typedef struct {
    double ${table.concat(spell.sums, ", ")};
% local sweep = printer.sweep_abreast or printer.sweep
% if gradients.mode ~= "unrolled" and sweep.kept > 0 then
    float ${spell.centred and ("ts[%d], "):format(sweep.kept) or ""}tq[${sweep.kept}]; /* of a block: what ${sweep.sweeps > 1 and "sweeps over it leave" or "a sweep over it leaves"} */
% end
    float ${spell.centred and "mean, rstd, shift, slope" or "rstd, slope"};
% if gradients.keeps then
    V g[${(spec.width + target.lanes - 1) // target.lanes}]; /* of all the row */
% end
} Row;
