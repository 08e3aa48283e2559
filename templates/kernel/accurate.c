% -- SPDX-License-Identifier: MIT
% -- accurate.c: what a kernel that writes x + residual calls for rows that cannot be finished from its sums
% item "accurate_path"
/* Rows that cannot be finished in float from these sums. */
static void accurate_path(const ln_args *a, size_t begin, size_t end)
{
    ln_args b = *a; /* x + residual is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
    ${calls[1]}(&b, begin, end);
}
