% -- SPDX-License-Identifier: MIT
% -- backward_carried.c: narrow rows one by one: registers carry g from the sums to the gradient; sums over rows are in
% -- memory
% local centred, lanes = spell.centred, target.lanes
% local registers = (spec.width + lanes - 1) // lanes
% item "Carried"
/* A row between its sums and its gradient: ${printer.formula}. */
typedef struct {
    V ${gradients.carries_both and "xhat[" .. registers .. "], " or ""}g[${registers}], ${centred and "mean, rstd, shift, slope" or "rstd, slope"};
} Carried;
% item "take_row"
/* The sums of a row, which begins or goes on with ${printer.named}. */
FN Carried take_row(const ln_args *a, size_t index, int fresh${printer.to})
{
    ${print.gamma_pointer(printer)}
    ${print.row_pointer(printer, "x", "index")}
    ${print.row_pointer(printer, "dy", "index")}
% if not centred then
    const float scale = a->rstd[index] * -WIDTH_INVERSE;
% end
    const V ${centred and "m = splat(a->mean[index]), " or ""}r = splat(a->rstd[index]);
    V ${print.chains(printer, math.min(4, (spec.width + 15) // 16))};
    V ${print.lanes_declared(printer)};
    Carried row;

    ${print.sums(printer)}
% if centred then
    row.mean = m;
% end
    row.rstd = r;
% if centred then
    const V totals = total_both(ts, tq, r, -WIDTH_INVERSE);
    row.shift = splat_lower(totals);
    row.slope = splat_upper(totals);
% else
    row.slope = splat((qtotal(quartered(tq)) + 0.0f) * scale); /* -0 becomes 0 */
% end
    return row;
}
% item "row_alone"
/* The row that a block begins with. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
    ${print.carried_pointers(printer)}
    const Carried of = take_row(a, row, 1${printer.passed});

    ${print.carried_writes(printer, "store")}
}
% item "first_row"
/* The same out of line, for the kernel's own function. */
NOINLINE void first_row(const ln_args *a, size_t row${printer.to}) { row_alone(a, row${printer.passed}); }
% for _, situation in ipairs(kernel.situations) do
%   local verb = situation.way.store == "stream" and "stream" or "store"
%   item(situation.name)
/* ${print.situation(situation)}, of a block that has begun; returns the first row left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
    for (; row < end; row++) {
        ${print.carried_pointers(printer)}
        const Carried of = take_row(a, row, 0${printer.passed});

        ${print.carried_writes(printer, verb)}
    }
    return row;
}
% end
