% -- SPDX-License-Identifier: MIT
% -- backward_group.c: the statistics pass of a group of narrow rows, one after the other
% item "take_row"
/* The sums of a row, which begins or goes on with ${printer.named}. */
FN void take_row(const ln_args *a, size_t row, int fresh, Rows *rows, size_t of${printer.to})
{
    ${print.gamma_pointer(printer)}
    ${print.row_pointer(printer, "x", "row")}
    ${print.row_pointer(printer, "dy", "row")}
    const V ${spell.centred and "m = splat(a->mean[row]), " or ""}r = splat(a->rstd[row]);
% if gradients.keeps then
    float *kept = (float *)rows->g[of];
% end
    V ${print.chains(printer)};

    ${print.sums(printer)}
}
% item "take_sums"
/* The statistics pass over `count` rows; adds to ${printer.named}. */
NOINLINE void take_sums(const ln_args *a, size_t index, size_t count, Rows *rows${printer.to})
{
    const int fresh = ${print.fresh(printer, "index")}; /* the first rows of a block */
    if (fresh)
        take_row(a, index, 1, rows, 0${printer.passed});
    for (size_t of = fresh ? 1 : 0; of < count; of++)
        take_row(a, index + of, 0, rows, of${printer.passed});
}
