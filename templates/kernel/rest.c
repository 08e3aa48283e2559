% -- SPDX-License-Identifier: MIT
% -- rest.c: rows that are fewer than a group
% local way, rows = kernel.rest, kernel.rest.rows
% if not kernel.few.way.sums_before then
% item "sum_rest"
/* Sums n rows, fewer than ${rows}, and computes their constants. The result is ${finish.all(rows)} unless one needs the accurate path. */
NOINLINE unsigned sum_rest(const ln_args *a, size_t row, size_t n, RowConstants *k)
{
    Sums sums[${rows}];
    for (size_t r = 0; r < n; r++)
        sums[r] = take_sums(a, row + r${kernel.pilot and ", NULL" or ""});
    for (size_t r = n; r < ${rows}; r++) /* lanes without a row */
        sums[r] = sums[n - 1];
    return finish_rows_${rows}(a, row, n, sums, k);
}
% end
% item "write_rest"
/* Writes n rows one after the other. */
NOINLINE void write_rest(const ln_args *a, size_t row, size_t n, const RowConstants *k)
{
    ${print.rows_in_turn(printer, way)}
}
% if not kernel.few.way.sums_before then
% item "rest"
/* Handles ${way.least} to ${rows - 1} rows together; returns the first row that is left. */
NOINLINE size_t rest(const ln_args *a, size_t row, size_t end)
{
    RowConstants k;
    const size_t n = end - row;
    if (sum_rest(a, row, n, &k) != ${finish.all(rows)})
        return row;
    write_rest(a, row, n, &k);
    return end;
}
% end
