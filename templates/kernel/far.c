% -- SPDX-License-Identifier: MIT
% -- far.c: rows that float cannot finish from plain sums, since their mean is far from zero
% item "write_far"
/* Writes rows; those without a bit in `ok` are summed again, about their means. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, unsigned ok, RowConstants *k)
{
% if not print.has_pilot(printer) then
    for (size_t r = 0; r < count; r++)
        ${write_row}(a, row + r, WIDTH_INVERSE, NEAR, ok >> r & 1u, k->mean[r], k->rstd[r], k->shift[r]);
}
% else
    ${print.parameter_pointers(printer)}
    ${print.bias_pointer(printer)}
    double s[${kernel.rows_padded}], q[${kernel.rows_padded}];
    for (size_t r = 0; r < count; r++)
        if (!(ok >> r & 1u)) {
            const V pilot = splat(k->mean[r]);
            const Sums sums = take_sums(a, row + r, &pilot);
            s[r] = total4(sums.s);
            q[r] = total4(sums.q);
        }
    for (size_t r = 0; r < count; r++) {
        k->high[r] = 0.0f;
        if (!(ok >> r & 1u)) {
            const Statistics t = statistics_far(rsplat(s[r]), rsplat(q[r]), WIDTH_INVERSE, rsplat((double)k->mean[r]), (double)a->eps);
            if (!(t.ok & 1u)) {
                ${slow}(a, row + r, row + r + 1);
                continue;
            }
            const Finished f = split(t.mean, t.m2, t.v, NEAR, t.ok);
% for _, field in ipairs { "mean", "rstd", "shift", "high" } do
            rstore_first(k->${field} + r, f.${field});
% end
            ok |= 1u << r;
        }
% for _, field in ipairs(spell.statistics) do
        if (a->${field})
            a->${field}[row + r] = k->${field}[r];
% end
    }
    for (size_t r = 0; r < count; r++)
        if (ok >> r & 1u)
            apply(${passes.rows "row + r"}, ${spec.width}, splat(k->rstd[r]), splat(k->shift[r]), splat(k->high[r])${passes.scale "row + r"});
}
% end
