% -- far.c: rows that float cannot finish from plain sums, since their mean is far from zero
% local function about(row, mean, s, q)
%   if print.has_pilot(printer) then return ("sum_far(a, %s, %s, %s, %s);"):format(row, mean, s, q) end
%   return ("moments(row_x(&b, %s), %d, splat(%s), 1, %s, %s);"):format(row, spec.width, mean, s, q)
% end
% local several = kernel.rows_padded > 0
% local quads = kernel.rows_padded > 4
% item(several and "write_far" or "write_far_row")
% if several then
/* Rows of which those without a bit in `ok` are far from zero. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, unsigned ok, const RowConstants *k)
% else
/* A row far from zero. */
NOINLINE void write_far_row(const ln_args *a, size_t row, float mean)
% end
{
% if spell.keeps_sum then
    ln_args b = *a; /* x + residual is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
% end
    double s[${several and kernel.rows_padded or 4}] = {0}, q[${several and kernel.rows_padded or 4}] = {0};
% local to = spell.keeps_sum and "&b" or "a"
% if several then
    for (size_t r = 0; r < count; r++)
        if (!(ok >> r & 1u))
            ${about("row + r", "k->mean[r]", "s + r", "q + r")}
%   if quads then
    for (size_t r = 0; r < count; r += 4)
        far_rows(${to}, row + r, count - r < 4 ? count - r : 4, ok >> r, k->mean + r, k->rstd + r, k->shift + r, s + r, q + r, ${spec.width}, WIDTH_INVERSE, NEAR);
%   else
    far_rows(${to}, row, count, ok, k->mean, k->rstd, k->shift, s, q, ${spec.width}, WIDTH_INVERSE, NEAR);
%   end
% else
    ${about("row", "mean", "s", "q")}
    far_rows(${to}, row, 1, 0, &mean, &mean, &mean, s, q, ${spec.width}, WIDTH_INVERSE, NEAR);
% end
}
% if several and fused then
% item "write_far_row"
/* A row far from zero. */
NOINLINE void write_far_row(const ln_args *a, size_t row, float mean)
{
    RowConstants k;
    k.mean[0] = mean;
    write_far(a, row, 1, 0, &k);
}
% end
