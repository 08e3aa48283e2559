% -- SPDX-License-Identifier: MIT
% -- far.c: rows whose mean is far from zero: float cannot finish them from plain sums, or pass apply subtracts a part of
% -- the mean first
% item "write_far"
% if kernel.near then
/* Writes rows of which a part of the mean is subtracted first, being far from zero. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, const RowConstants *k)
{
    ${print.parameter_pointers(printer)}
    for (size_t r = 0; r < count; r++)
        apply(${passes.rows "row + r"}, ${spec.width}, splat(k->rstd[r]), splat(k->shift[r]), splat(k->high[r])${passes.scale "row + r"});
}
% else
/* Writes rows; those without a bit in `ok` are summed again, about their means. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, unsigned ok, RowConstants *k)
{
% if not kernel.pilot then
    for (size_t r = 0; r < count; r++)
        ${write_row}(a, row + r, WIDTH_INVERSE, LIMIT, ok >> r & 1u, k->mean[r], k->rstd[r], k->shift[r]);
}
% else
    ${print.parameter_pointers(printer)}
    ${print.bias_pointer(printer)}
    const Sums none = {rsplat(0.0), rsplat(0.0)};
    Sums sums[${kernel.rows_padded}];
    for (size_t r = 0; r < count; r++) {
        sums[r] = none;
        if (!(ok >> r & 1u)) {
            const V pilot = splat(k->mean[r]);
            sums[r] = take_sums(a, row + r, &pilot);
        }
    }
    for (size_t r = count; r > 1 && r < ${kernel.rows_padded} && r % 4 > 0; r++)
        sums[r] = none;
    for (size_t r = 0; r < count; r += 4) {
        memset(k->high + r, 0, 4 * sizeof(float));
        if ((ok >> r & 15u) == 15u)
            continue;
% local function four(text)
%   local list = {}
%   for i = 0, 3 do list[i + 1] = text:gsub("r]", i > 0 and "r + " .. i .. "]" or "r]") end
%   return table.concat(list, ", ")
% end
        const R s = count > 1 ? totals(${four "sums[r].s"}) : rtotal(sums[0].s);
        const R q = count > 1 ? totals(${four "sums[r].q"}) : rtotal(sums[0].q);
        const R pilot = count > 1 ? rset(${four "(double)k->mean[r]"}) : rsplat((double)k->mean[0]);
        const Statistics t = statistics_far(s, q, WIDTH_INVERSE, pilot, (double)a->eps);
        const Finished f = split(t.mean, t.m2, t.v, LIMIT, t.ok);
        RowConstants four;
% for _, field in ipairs { "mean", "rstd", "shift", "high" } do
        rstore(four.${field}, f.${field});
% end
        for (size_t j = 0; j < 4 && r + j < count; j++) {
            if (ok >> (r + j) & 1u)
                continue;
            if (!(t.ok >> j & 1u)) {
                ${slow}(a, row + r + j, row + r + j + 1);
                continue;
            }
% for _, field in ipairs { "mean", "rstd", "shift", "high" } do
            k->${field}[r + j] = four.${field}[j];
% end
            ok |= 1u << (r + j);
        }
    }
    for (size_t r = 0; r < count; r++)
        if (ok >> r & 1u) {
% for _, field in ipairs(spell.statistics) do
            if (a->${field})
                a->${field}[row + r] = k->${field}[r];
% end
            apply(${passes.rows "row + r"}, ${spec.width}, splat(k->rstd[r]), splat(k->shift[r]), splat(k->high[r])${passes.scale "row + r"});
        }
}
% end
% end
