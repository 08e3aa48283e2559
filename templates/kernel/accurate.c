% -- SPDX-License-Identifier: MIT
% -- accurate.c: what a kernel that writes x + residual calls for rows that cannot be finished from its sums
% item "accurate_path"
/* Finishes rows that float cannot finish from their sums. */
static void accurate_path(const ln_args *a, size_t begin, size_t end)
{
    ln_args b = *a; /* sum holds x + residual already, and may be x itself */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
    ${calls[1]}(&b, begin, end);
}
