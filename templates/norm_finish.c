% local mean = spec.op == "layernorm"
% if mean then
/* From the sums of four rows, s of x and q of x*x, to what the second pass needs: x*rstd + shift.
 * Returns a bit for each row that this serves: |mean| at most the deviation, no overflow, nothing below the normal
 * range. Other rows would cancel and take the long way in ${any}. */
FN unsigned finish(R s, R q, double width_inverse, double near, double eps, float *mean, float *rstd, float *shift)
{
    s = radd(s, rsplat(0.0)); /* -0 becomes 0 */
    const R m = rmul(s, rsplat(width_inverse));
    const R m2 = rnegmuladd(s, m, q); /* variance * width */
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const R r = rround(rrsqrt(v));
    rstore(mean, m);
    rstore(rstd, r);
    rstore(shift, rnegate(rmul(m, r)));
    return rle(rmul(s, m), rmul(m2, rsplat(near))) & rle(q, rsplat(DBL_MAX)) & rle(rsplat(${numerics.tiny}), v);
}
% else
/* From the sums of four rows' squares to 1 / root mean square. Returns a bit for each row that this serves: no
 * overflow, nothing below the normal range. Other rows take the long way in ${any}. */
FN unsigned finish(R q, double width_inverse, double eps, float *rstd)
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    rstore(rstd, rrsqrt(v));
    return rle(q, rsplat(DBL_MAX)) & rle(rsplat(${numerics.tiny}), v);
}
% end
