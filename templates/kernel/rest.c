% -- SPDX-License-Identifier: MIT
% -- rest.c: rows that are fewer than a group
% local way, rows, pilot = kernel.rest, kernel.rest.rows, kernel.pilot and ", NULL" or ""
% item "sum_part"
/* Sums n rows, fewer than ${rows}; one of them also counts for those that are missing. */
${way.apart and "FN" or "NOINLINE"} void sum_part(const ln_args *a, size_t row, size_t n, Sums *sums)
{
% if rows == 4 and not way.apart then -- a loop that ends early would cost more than the rows that it leaves out
    UNROLL for (size_t r = 0; r < 4; r++)
        sums[r] = r < n ? take_sums(a, row + r${pilot}) : sums[0];
% else
    for (size_t r = 0; r < n; r++)
        sums[r] = take_sums(a, row + r${pilot});
    for (size_t r = n; r < ${rows}; r++)
        sums[r] = sums[n - 1];
% end
}
% item "write_rest"
/* Writes n rows one after the other. */
NOINLINE void write_rest(const ln_args *a, size_t row, size_t n, const RowConstants *k)
{
    ${print.rows_in_turn(printer, way)}
}
% if way.apart then
%   item "sum_rest"
/* Sums n rows, fewer than ${rows}, and computes their constants. The result is ${finish.all(rows)} unless one needs the accurate path. */
NOINLINE unsigned sum_rest(const ln_args *a, size_t row, size_t n, RowConstants *k)
{
    Sums sums[${rows}];
    sum_part(a, row, n, sums);
    return finish_rows_${rows}(a, row, n, sums, k);
}
%   item "rest"
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
