% -- SPDX-License-Identifier: MIT
% -- far.c: rows that float cannot finish from plain sums, since their mean is far from zero
% local at = kernel.rows_padded > 4 and "first + r" or "r"
% local function place(field) return "k->" .. field .. (kernel.rows_padded > 4 and " + first" or "") end
% local padded, kept = kernel.rows_padded, spell.keeps_sum
% item "write_far"
/* Writes rows; those without a bit in `ok` are summed again, about their means. */
NOINLINE void write_far(const ln_args *a, size_t row, size_t count, unsigned ok, RowConstants *k)
{
% if kept then
    ln_args b = *a; /* x + residual is written already, and may have replaced x */
    b.x = a->sum;
    b.x_stride = a->sum_stride;
    a = &b;
% end
    ${print.parameter_pointers(printer)}
% if not kept then
    ${print.bias_pointer(printer)}
% end
% if padded > 4 then
    for (size_t first = 0; first < count; first += 4, row += 4, ok >>= 4) {
        const size_t rows = count - first < 4 ? count - first : 4;
% end
% local indent, rows = padded > 4 and "    " or "", padded > 4 and "rows" or "count"
    ${indent}double s[4], q[4];
    ${indent}for (size_t r = 0; r < 4; r++) {
    ${indent}    s[r] = q[r] = 0;
    ${indent}    if (r < ${rows} && !(ok >> r & 1u)) {
% if print.has_pilot(printer) then
    ${indent}        const V pilot = splat(k->mean[${at}]);
    ${indent}        const Sums sums = take_sums(a, row + r, &pilot);
    ${indent}        s[r] = total4(sums.s);
    ${indent}        q[r] = total4(sums.q);
% else
    ${indent}        moments(${passes.sums "row + r"}, ${spec.width}, splat(k->mean[${at}]), 1, s + r, q + r);
% end
    ${indent}    }
    ${indent}}
    ${indent}ok = finish_far(${place("mean")}, ${place("rstd")}, ${place("shift")}, ${place("high")}, ok, rset(s[0], s[1], s[2], s[3]), rset(q[0], q[1], q[2], q[3]), WIDTH_INVERSE, NEAR, (double)a->eps);
    ${indent}for (size_t r = 0; r < ${rows}; r++) {
    ${indent}    if (!(ok >> r & 1u)) {
    ${indent}        ${slow}(a, row + r, row + r + 1);
    ${indent}        continue;
    ${indent}    }
    ${indent}    const Finished g = {rsplat((double)k->mean[${at}]), rsplat((double)k->high[${at}]), rsplat((double)k->rstd[${at}]), rsplat((double)k->shift[${at}]), 1};
    ${indent}    apply(${passes.rows "row + r"}, ${spec.width}, g, 1${passes.scale "row + r"});
% for _, field in ipairs(spell.statistics) do
    ${indent}    if (a->${field})
    ${indent}        a->${field}[row + r] = k->${field}[${at}];
% end
    ${indent}}
% if padded > 4 then
    }
% end
}
