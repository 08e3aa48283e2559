% -- SPDX-License-Identifier: MIT
% -- backward_sums_apart.c: the statistics pass where the write pass adds to the sums over rows: rows that share gamma
% local N, B, gamma = printer.N, numerics.block, spell.gamma
% local unrolled = gradients.mode == "unrolled"
% item("take_sums" .. printer.apart)
/* The statistics pass over `count` rows${unrolled and "" or ", which share gamma block by block"}. */
NOINLINE void take_sums${printer.apart}(const ln_args *a, size_t index, size_t count, Row *rows)
{
    ${print.gamma_pointer(printer)}
    ${print.width(printer)}
    for (size_t r = 0; r < count; r++) {
        rows[r].${table.concat(spell.sums, " = rows[r].")} = 0;
% if spell.centred then
        rows[r].mean = a->mean[index + r];
% end
        rows[r].rstd = a->rstd[index + r];
    }
% if unrolled then
    for (size_t r = 0; r < count; r++) {
        ${print.row_pointer(printer, "x", "index + r")}
        ${print.row_pointer(printer, "dy", "index + r")}
        sum_${spec.width}(x, dy${gamma and ", gamma" or ""}, rows + r);
    }
% else
    for (size_t i = 0; i < ${N}; i += ${B})
        for (size_t r = 0; r < count; r++) {
            ${print.row_pointer(printer, "x", "index + r")}
            ${print.row_pointer(printer, "dy", "index + r")}
            sum_block${printer.apart}(x + i, dy + i${gamma and ", gamma + i" or ""}, ${N} - i < ${B} ? ${N} - i : ${B}, rows + r);
        }
% end
    for (size_t r = 0; r < count; r++) {
        ${print.finished(printer, "rows[r].")}
    }
}
