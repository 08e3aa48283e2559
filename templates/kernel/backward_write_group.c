% -- SPDX-License-Identifier: MIT
% -- backward_write_group.c: a situation: a group of narrow rows, one after the other
% item("write_" .. way.name)
/* The write pass over `count` rows${way.store == "stream" and ", past the caches" or ""}. */
NOINLINE void write_${way.name}(const ln_args *a, size_t row, size_t count, const Rows *rows)
{
    for (size_t r = 0; r < count; r++) {
        ${print.pointers(printer, way)}

        ${print.writes(printer, way)}
    }
}
% item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
    Rows rows;
    while (row < end) {
        const size_t count = end - row < ${way.rows} ? end - row : ${way.rows};
        take_sums(a, row, count, &rows${printer.passed});
        finish_rows(a, row, count, &rows);
        write_${way.name}(a, row, count, &rows);
        row += count;
    }
    return row;
}
