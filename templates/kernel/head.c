% -- SPDX-License-Identifier: MIT
% -- head.c: what a kernel for one width begins with: the vocabulary, the kernels it calls, constants and types
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${table.concat(calls, ", ")};
% if kernel.far and not kernel.pilot then
ln_write_row ${write_row};
% end

% if spec.pass ~= "apply" then
% item "WIDTH_INVERSE LIMIT"
static const double WIDTH_INVERSE = ${numerics.width_inverse}L; /* 1 / ${spec.width} */
%   if spell.centred then
static const double LIMIT = ${numerics.near}L; /* (0.5 - 2 / ${spec.width}) / ${spec.width}, at least 0 */
%   end
% end
% item ""
_Static_assert(LANES == ${target.lanes}, "plan and vocabulary disagree");
% if spec.pass ~= "apply" then
% item "Sums"
typedef struct {
    R ${table.concat(spell.sums, ", ")}; /* ${spell.centred and "sums of x and of x*x, each" or "the sum of x*x,"} in four lanes */
} Sums;
% end
% if kernel.rows_padded > 0 then
% item "RowConstants"
/* What the write pass needs of up to ${kernel.rows_padded} rows: y = ${spell.formula}. */
typedef struct {
%   for _, field in ipairs(spell.row_constants) do
    float ${field}[${kernel.rows_padded}];
%   end
%   if kernel.near then
    int unsplit; /* no mean is split, so no row needs write_far */
%   end
%   if kernel.splits_far then
    float high[${kernel.rows_padded}];
%   end
%   if kernel.keeps_blocks then
    double s[8], q[8]; /* the sums so far of the row that is taken while others are written */
%   end
} RowConstants;
% end
