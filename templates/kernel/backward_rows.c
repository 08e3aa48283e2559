% -- SPDX-License-Identifier: MIT
% -- backward_rows.c: what is kept of a group of narrow rows between the passes
% local rows, lanes = kernel.rows_padded, gradients.tile and gradients.tile.lanes or 16
% item "Rows"
/* ${rows} rows' sums of ${spell.centred and "g and of " or ""}g*xhat, ${lanes} lanes each, and what the write pass needs of them:
 * ${printer.formula}. */
typedef struct {
    float ${spell.centred and ("s[%d][%d], "):format(rows, lanes) or ""}q[${rows}][${lanes}];
    float ${spell.centred and ("shift[%d], "):format(rows) or ""}slope[${rows}];
% if gradients.keeps then
    V g[${rows}][${(spec.width + target.lanes - 1) // target.lanes}];
% end
} Rows;
