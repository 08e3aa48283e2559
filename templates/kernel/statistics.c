% -- statistics.c: from sums to statistics, and from those to what the second pass needs; four rows at once
% local forward, apply = spec.pass == "forward", spec.pass == "apply"
% if spell.centred and not apply then
% item "Statistics"
/* Mean, sum of squares about it and variance + eps of four rows. `served` has a bit for each row whose sums say enough:
 * |mean| at most the deviation, no overflow, nothing below the normal range. Other rows would cancel and take the long
 * way. */
typedef struct {
    R mean, m2, v;
    unsigned served;
} Statistics;

% item "statistics"
FN Statistics statistics(R s, R q, double width_inverse, double near, double eps)
{
    const R m = rmul(s, rsplat(width_inverse));
    const R m2 = rnegmuladd(s, m, q);
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const RMask normal = rboth(rle(q, rsplat(DBL_MAX)), rle(rsplat(${numerics.tiny}), v));
    const unsigned served = rbits(rboth(rle(rmul(m, m), rmul(m2, rsplat(near))), normal));
    const Statistics t = {radd(m, rsplat(0.0)), m2, v, served}; /* -0 becomes 0 */
    return t;
}

% elseif not spell.centred and not forward and not apply then
% item "serves"
/* A bit for each of four rows whose sum of squares says enough: no overflow, nothing below the normal range. Other rows
 * take the long way. */
FN unsigned serves(R q, double width_inverse, double eps)
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    return rbits(rboth(rle(q, rsplat(DBL_MAX)), rle(rsplat(${numerics.tiny}), v)));
}

% end
% if forward or apply then
% item "Finished"
/* What the second pass needs of four rows, as floats held in double. `served` has a bit for each row that
% if apply then
 * float serves: m2 is no more than its range holds, variance + eps no less. Other rows take the long way. */
% elseif spell.centred then
 * one pass serves. Other rows take the long way. */
% else
 * one pass serves: no overflow, nothing below the normal range. Other rows take the long way. */
% end
typedef struct {
% if spell.centred then
    R mean, high, rstd, shift; /* (x - high)*rstd + shift */
% else
    R rstd; /* x*rstd */
% end
    unsigned served;
} Finished;

%   if spell.centred and (apply or spec.width == "any") then
% item "split"
/* The mean goes on as two floats: `high`, 0 where |mean| is at most the deviation, and the rest in `shift`. */
FN Finished split(R mean, R m2, R v, double near, unsigned served)
{
    const R r = rround(rrsqrt(v));
    const R high = rzero_where_le(rround(mean), rmul(mean, mean), rmul(m2, rsplat(near)));
    const Finished f = {mean, high, r, rmul(rnegate(rsub(mean, high)), r), served};
    return f;
}

%   end
%   if spell.centred and forward then
% item "finish"
FN Finished finish(R s, R q, double width_inverse, double near, double eps)
{
    const Statistics t = statistics(s, q, width_inverse, near, eps);
    const R r = rround(rrsqrt(t.v));
    const Finished f = {t.mean, rsplat(0.0), r, rmul(rnegate(t.mean), r), t.served};
    return f;
}
%   elseif spell.centred then
% item "finish"
FN Finished finish(R mean, R m2, const ln_args *a)
{
    const double n = (double)a->whole_width;
    const R v = rmuladd(m2, rsplat(1.0 / n), rsplat((double)a->eps));
    return split(mean, m2, v, n > 4.0 ? (1.0 - 4.0 / n) / n : 0.0,
                 rbits(rboth(rle(m2, rsplat(${numerics.large})), rle(rsplat(${numerics.tiny}), v))));
}
%   elseif forward then
% item "finish"
FN Finished finish(R q, double width_inverse, double eps)
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    const Finished f = {rrsqrt(v), rbits(rboth(rle(q, rsplat(DBL_MAX)), rle(rsplat(${numerics.tiny}), v)))};
    return f;
}
%   else
% item "finish"
FN Finished finish(R m2, const ln_args *a)
{
    const R v = rmuladd(m2, rsplat(1.0 / (double)a->whole_width), rsplat((double)a->eps));
    const Finished f = {rrsqrt(v), rbits(rboth(rle(m2, rsplat(${numerics.large})), rle(rsplat(${numerics.tiny}), v)))};
    return f;
}
%   end
% end
