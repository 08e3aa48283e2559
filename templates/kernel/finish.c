% -- SPDX-License-Identifier: MIT
% -- finish.c: from the sums of some rows to what writing them needs. alone: nothing but sum_rows finishes so many rows
% local subject, needs = rows == 1 and "one row" or rows .. " rows", rows == 1 and "the row needs" or "one needs"
% local from = spec.pass == "apply" and "statistics" or "sums taken here"
% local returns = ("Returns %s, or less when %s the accurate path: a bit for each that does not."):format(finish.all(rows), needs)
% if new_finish then
%   if alone then
%     item("sum_rows_" .. rows .. suffix)
/* The constants of ${subject}, from ${from}. ${returns} */
NOINLINE unsigned sum_rows_${rows}${suffix}(const ln_args *a, size_t row, RowConstants *k)
{
%     include "kernel/take_rows.c"
%   else
%     item("finish_rows_" .. rows)
/* The constants of ${subject}. ${returns} */
FN unsigned finish_rows_${rows}(const ln_args *a, size_t row, const ${finish.sums} *sums, RowConstants *k)
{
%   end
%   for first = 0, rows - 1, 4 do
%     local f = "f" .. first // 4
    const Finished ${f} = finish(${finish.arguments(rows, first)});
%     for _, field in ipairs(spell.scale) do
    rstore(k->${field}${first > 0 and " + " .. first or ""}, ${f}.${field});
%     end
%   end
    const unsigned ok = ${finish.ok(rows)};
    if (ok != ${finish.all(rows)})
        return ok;
%   for _, field in ipairs(spell.statistics) do
    if (a->${field})
        memcpy(a->${field} + row, k->${field}, ${rows > 1 and rows .. " * " or ""}sizeof(float));
%   end
    return ok;
}
% end
% if not alone then
%   item("sum_rows_" .. rows .. suffix)
/* The constants of ${rows == 1 and "a row" or subject}, from ${from}. */
NOINLINE unsigned sum_rows_${rows}${suffix}(const ln_args *a, size_t row, RowConstants *k)
{
%   include "kernel/take_rows.c"
    return finish_rows_${rows}(a, row, sums, k);
}
% end
