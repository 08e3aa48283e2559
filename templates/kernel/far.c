% -- SPDX-License-Identifier: MIT
% -- far.c: rows whose mean is far from zero: float cannot finish them from plain sums, or pass apply subtracts a part of
% -- the mean first. together: several rows are finished at a time
% if kernel.near then
%   item "write_far"
/* Writes rows of which a part of the mean is subtracted first, being far from zero. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, const RowConstants *k)
{
    ${print.parameter_pointers(printer)}
    for (size_t r = 0; r < count; r++)
        apply(${passes.rows "row + r"}, ${spec.width}, splat(k->rstd[r]), splat(k->shift[r]), splat(k->high[r])${passes.last "row + r"});
}
% else
% if kernel.pilot then
%   item "write_far_row"
/* Writes a row, which is summed again, about its mean. */
NOINLINE void write_far_row(const ln_args *a, size_t row, float mean)
{
    ${print.parameter_pointers(printer)}
    ${print.bias_pointer(printer)}
    const V pilot = splat(mean);
    const Sums sums = take_sums(a, row, &pilot);
    const Statistics t = statistics_far(rtotal(sums.s), rtotal(sums.q), WIDTH_INVERSE, rsplat((double)mean), (double)a->eps);
    if (!(t.ok & 1u)) {
        ${slow}(a, row, row + 1);
        return;
    }
    const Finished f = split(t.mean, t.m2, t.v, LIMIT, t.ok);
% for _, field in ipairs(spell.statistics) do
    if (a->${field})
        rstore_first(a->${field} + row, f.${field});
% end
    apply(${passes.rows "row"}, ${spec.width}, splat_first(f.rstd), splat_first(f.shift), splat_first(f.high)${passes.last "row"});
}
% end
% if together then
% if kernel.pilot then
%   item "finish_far"
/* Computes the constants of four rows, the first of them number r, from sums about their means in `of`. Returns a bit for each row that float can hold. */
FN unsigned finish_far(const ln_args *a, size_t r, const Sums *sums, const RowConstants *of, RowConstants *k)
{
    const R s = totals(sums[r].s, sums[r + 1].s, sums[r + 2].s, sums[r + 3].s);
    const R q = totals(sums[r].q, sums[r + 1].q, sums[r + 2].q, sums[r + 3].q);
%   local mean = {}
%   for j = 0, 3 do mean[j + 1] = "(double)of->mean[r" .. (j > 0 and " + " .. j or "") .. "]" end
    const R pilot = rset(${table.concat(mean, ", ")});
    const Statistics t = statistics_far(s, q, WIDTH_INVERSE, pilot, (double)a->eps);
    const Finished f = split(t.mean, t.m2, t.v, LIMIT, t.ok);
%   for _, field in ipairs { "mean", "rstd", "shift", "high" } do
    rstore(k->${field} + r, f.${field});
%   end
    return t.ok << r;
}

% end
% item "write_far"
/* Writes rows; those without a bit in `ok` are summed again, about their means. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, unsigned ok, RowConstants *k)
{
% if not kernel.pilot then
    for (size_t r = 0; r < count; r++)
        ${write_row}(a, row + r, ok >> r & 1u, k->mean[r], k->rstd[r], k->shift[r]);
}
% else
    ${print.parameter_pointers(printer)}
    ${print.bias_pointer(printer)}
    const Sums none = {rsplat(0.0), rsplat(0.0)};
    unsigned written = ok;
    RowConstants anew;
    Sums sums[${kernel.rows_padded}];
% local four = kernel.rows_padded == 4 and spec.dtype == "f32" and spec.width <= 128 -- without loops
    ${four and "UNROLL " or ""}for (size_t r = 0; r < ${kernel.rows_padded}; r++) {
        sums[r] = none;
        if (r < count && !(ok >> r & 1u)) {
            const V pilot = splat(k->mean[r]);
            sums[r] = take_sums(a, row + r, &pilot);
        }
    }
% if four then
    written |= finish_far(a, 0, sums, k, &anew);
% else
    for (size_t r = 0; r < count; r += 4)
        if ((ok >> r & 15u) != 15u)
            written |= finish_far(a, r, sums, k, &anew);
% end
    memset(k->high, 0, sizeof k->high);
    ${four and "UNROLL for (size_t r = 0; r < 4; r++)" or "for (size_t r = 0; r < count; r++)"} {
        const RowConstants *of = ok >> r & 1u ? k : &anew;
        if (${four and "r < count && " or ""}written >> r & 1u) {
% for _, field in ipairs(spell.statistics) do
            if (a->${field})
                a->${field}[row + r] = of->${field}[r];
% end
            apply(${passes.rows "row + r"}, ${spec.width}, splat(of->rstd[r]), splat(of->shift[r]), splat(of->high[r])${passes.last "row + r"});
        } else${four and " if (r < count)" or ""} {
            ${slow}(a, row + r, row + r + 1);
        }
    }
}
% end
% end
% end
