% -- SPDX-License-Identifier: MIT
% -- ln_numerics.h: the numbers of numerics.lua that callers need; part of single.c
% if not pair then
#ifndef LN_NUMERICS_H
#define LN_NUMERICS_H

/* Numbers that fix bits; docs/numerics.md says why each is what it is. LN_BACKWARD_BLOCK is in ln_kernel.h.
 *
 * LN_LANES        element i of a row is added to lane i mod LN_LANES
 * LN_BLOCK        so many elements are summed in float, before their lanes are added in double
 * LN_SUM_COLUMNS  rows of sums in a workspace are padded to a multiple of so many floats */
enum { LN_LANES = ${numerics.lanes}, LN_BLOCK = ${numerics.block}, LN_SUM_COLUMNS = ${numerics.sum_columns} };

#endif
% elseif has.workspace then
enum { LN_SUM_COLUMNS = ${numerics.sum_columns} }; /* rows of a workspace are padded to a multiple of so many floats */
% end
