% -- norm_finish.c: from sums to what the second pass needs; four rows at once
/* What the second pass needs of four rows, as floats held in double. `served` has a bit for each row that one pass
% if words.centred then
 * serves: |mean| at most the deviation, no overflow, nothing below the normal range. Other rows would cancel and take
 * the long way in ${any}. */
typedef struct {
    R mean, rstd, shift; /* x*rstd + shift */
    unsigned served;
} Finished;

FN Finished finish(R s, R q, double width_inverse, double near, double eps)
{
    s = radd(s, rsplat(0.0)); /* -0 becomes 0 */
    const R m = rmul(s, rsplat(width_inverse));
    const R m2 = rnegmuladd(s, m, q); /* variance * width */
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const R r = rround(rrsqrt(v));
    const unsigned served =
        rle(rmul(s, m), rmul(m2, rsplat(near))) & rle(q, rsplat(DBL_MAX)) & rle(rsplat(${numerics.tiny}), v);
    const Finished f = {m, r, rnegate(rmul(m, r)), served};
    return f;
}
% else
 * serves: no overflow, nothing below the normal range. Other rows take the long way in ${any}. */
typedef struct {
    R rstd; /* x*rstd */
    unsigned served;
} Finished;

FN Finished finish(R q, double width_inverse, double eps)
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    const Finished f = {rrsqrt(v), rle(q, rsplat(DBL_MAX)) & rle(rsplat(${numerics.tiny}), v)};
    return f;
}
% end
