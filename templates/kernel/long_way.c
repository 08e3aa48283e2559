% -- long_way.c: what a kernel that writes x + residual calls for rows that its sums do not serve
% item "long_way"
/* Rows that these sums do not serve. */
static void long_way(const ln_args *a, size_t begin, size_t end)
{
    ln_args b = *a; /* the sum is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
    ${kernel.plain_any}(&b, begin, end);
}
