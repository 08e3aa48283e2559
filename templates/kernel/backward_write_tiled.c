% -- SPDX-License-Identifier: MIT
% -- backward_write_tiled.c: a situation: some rows, tile of columns after tile, whose sums over rows are in registers
% local rows, stream = way.rows, way.store == "stream"
% item("write_" .. way.name)
/* The write pass over `count` rows, tile of columns after tile${stream and ", past the caches" or ""}${printer.to ~= "" and "; adds to " .. printer.named or ""}. */
NOINLINE void write_${way.name}(const ln_args *a, size_t row, size_t count, const Row *rows${printer.to})
{
    ${print.gamma_pointer(printer)}
% if gradients.begins then
    const int fresh = ${print.fresh(printer, "row")}; /* the first rows of a block */
% end
    ${print.tiles(printer, way)}
}
% item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
    Row rows[${rows}];
    while (${way.least and "end - row >= " .. way.least or "row < end"}) {
        const size_t count = end - row < ${rows} ? end - row : ${rows};
% if stream then -- row by row: memory is read in order, caches hold rows
        for (size_t r = 0; r < count; r++)
            take_sums${printer.apart}(a, row + r, 1, rows + r);
% else
        take_sums${printer.apart}(a, row, count, rows);
% end
        write_${way.name}(a, row, count, rows${printer.passed});
        row += count;
    }
    return row;
}
