% -- SPDX-License-Identifier: MIT
% -- statistics.c: from sums to statistics, and from those to what the write pass needs; four rows at once
% -- alone: of the first row alone, which takes fewer operations; all that plain C does for any width
% local plain = spec.width == "any" and not target.vector
% local alone = plain and "" or ", int alone"
% local function either(first, rows) return plain and first or "alone ? " .. first .. " : " .. rows end
% local forward, apply = spec.pass == "forward", spec.pass == "apply"
% local tiny = numerics.tiny
% local normal = ("rboth(rle(v, rsplat(DBL_MAX)), rle(rsplat(%s), v))"):format(tiny)
% local normal_first = target.vector and "rwithin_first(v, %s, DBL_MAX)" or "%s <= rfirst(v) && rfirst(v) <= DBL_MAX"
% normal_first = normal_first:format(tiny)
% local rounded = target.vector and "alone ? rround_first(r) : rround(r)" or "rround(r)"
% if spell.centred and not apply then
% item "Statistics"
/* Mean, sum of squares about it and variance + eps of four rows. Bit r of `ok`: float can finish row r. */
typedef struct {
    R mean, m2, v;
    unsigned ok;
} Statistics;

% item "statistics"
FN Statistics statistics(R s, R q, double width_inverse, double limit, double eps${alone})
{
    const R m = rmul(s, rsplat(width_inverse));
    const R m2 = rnegmuladd(s, m, q);
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const R square = rmul(m, m), most = rmul(m2, rsplat(limit));
    const unsigned ok = ${either("rfirst(square) <= rfirst(most) && " .. normal_first, ("rbits(rboth(rle(square, most), %s))"):format(normal))};
    const Statistics t = {radd(m, rsplat(0.0)), m2, v, ok}; /* -0 becomes 0 */
    return t;
}

% elseif not spell.centred and not forward and not apply then
% item "can_finish"
/* Bit r is set when float can finish row r of four: its sum of squares is within the normal range. */
FN unsigned can_finish(R q, double width_inverse, double eps)
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    return rbits(${normal});
}

% end
% if forward or apply then
% item "Finished"
/* What the write pass needs of four rows; bit r of `ok`: float can finish row r${apply and ": m2 and variance + eps are within its range" or ""}. */
typedef struct {
% if spell.centred then
    R mean, high, rstd, shift; /* (x - high)*rstd + shift */
% else
    R rstd; /* x*rstd */
% end
    unsigned ok;
% if kernel.near then
    unsigned unsplit; /* bit r: the mean of row r is not split, high being 0 */
% end
} Finished;

%   if spell.centred then
% item "split"
/* The mean in two floats: `high`, 0 for one of at most 0.7 deviations, and the rest in `shift`. */
FN Finished split(R mean, R m2, R v, double limit, unsigned ok)
{
    const R r = rround(rrsqrt(v));
    const R high = rzero_where_le(rround(mean), rmul(mean, mean), rmul(m2, rsplat(limit)));
% if kernel.near then
    const unsigned unsplit = rbits(rle(rmul(mean, mean), rmul(m2, rsplat(limit))));
% end
    const Finished f = {mean, high, r, rmul(rnegate(rsub(mean, high)), r), ok${kernel.near and ", unsplit" or ""}};
    return f;
}

%   end
%   if spell.centred and forward then
% item "finish"
FN Finished finish(R s, R q, double width_inverse, double limit, double eps${alone})
{
    const Statistics t = statistics(s, q, width_inverse, limit, eps${plain and "" or ", alone"});
    const R r = ${either("rrsqrt_first(t.v)", "rrsqrt(t.v)")};
    const Finished f = {t.mean, rsplat(0.0), r, rmul(rnegate(t.mean), ${rounded}), t.ok};
    return f;
}
%   elseif spell.centred then
% item "finish"
FN Finished finish(R mean, R m2, double width_inverse, double limit, double eps)
{
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    return split(mean, m2, v, limit, rbits(rboth(rle(m2, rsplat(${numerics.large})), rle(rsplat(${numerics.tiny}), v))));
}
%   elseif forward then
% item "finish"
FN Finished finish(R q, double width_inverse, double eps${alone})
{
    const R v = rmuladd(q, rsplat(width_inverse), rsplat(eps));
    const unsigned ok = ${either(normal_first, "rbits(" .. normal .. ")")};
    const Finished f = {${either("rrsqrt_first(v)", "rrsqrt(v)")}, ok};
    return f;
}
%   else
% item "finish"
FN Finished finish(R m2, double width_inverse, double eps)
{
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const Finished f = {rrsqrt(v), rbits(rboth(rle(m2, rsplat(${numerics.large})), rle(rsplat(${numerics.tiny}), v)))};
    return f;
}
%   end
% end
