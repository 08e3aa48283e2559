% -- SPDX-License-Identifier: MIT
% -- finish.c: makes row constants of the sums of some rows. alone: nothing but sum_rows finishes so many rows
% local subject = rows == 1 and "one row" or rows .. " rows"
% local does = spec.pass == "apply" and "Computes the constants of " .. subject .. " from their statistics."
%   or ("Sums %s and computes %s constants."):format(subject, rows == 1 and "its" or "their")
% local fewer = print.count(kernel, rows) ~= ""
% local returns = rows == 1 and "Returns 15 unless the row needs the accurate path."
%   or "Bit r of the result is 0 if row + r needs the accurate path."
% if new_finish then
%   if alone then
%     item("sum_rows_" .. rows .. suffix)
/* ${does} ${returns} */
NOINLINE unsigned sum_rows_${rows}${suffix}(const ln_args *a, size_t row, RowConstants *k${finish.whole})
{
%     include "kernel/take_rows.c"
%   else
%     item("finish_rows_" .. rows)
%     if fewer then
/* Computes the constants of ${subject}, of which n are wanted, from their sums. ${returns} */
%     else
/* Computes the constants of ${subject} from ${rows == 1 and "its" or "their"} sums. ${returns} */
%     end
FN unsigned finish_rows_${rows}(const ln_args *a, size_t row, ${fewer and "size_t n, " or ""}const ${finish.sums} *sums, RowConstants *k${finish.whole})
{
%   end
%   for first = 0, rows - 1, 4 do
%     local f = "f" .. first // 4
    const Finished ${f} = finish(${finish.arguments(rows, first)});
%     for _, field in ipairs(spell.row_constants) do
    rstore(k->${field}${first > 0 and " + " .. first or ""}, ${f}.${field});
%     end
%   end
%   if kernel.near then
%     local unsplit = finish.bits("unsplit", rows)
    k->unsplit = ${rows > 4 and "(" .. unsplit .. ")" or unsplit} == ${finish.all(rows)};
%   end
    const unsigned ok = ${finish.bits("ok", rows)};
    if (ok != ${finish.all(rows)})
        return ok;
%   for _, field in ipairs(spell.statistics) do
    if (a->${field}${fewer and " && n == " .. rows or ""})
        memcpy(a->${field} + row, k->${field}, ${rows > 1 and rows .. " * " or ""}sizeof(float));
%     if fewer then
    else if (a->${field})
        memcpy(a->${field} + row, k->${field}, n * sizeof(float));
%     end
%   end
    return ok;
}
% end
% if not alone and apart then
%   item("sum_rows_" .. rows .. suffix)
/* ${does} */
NOINLINE unsigned sum_rows_${rows}${suffix}(const ln_args *a, size_t row, RowConstants *k${finish.whole})
{
%   include "kernel/take_rows.c"
    return finish_rows_${rows}(a, row, ${print.count(kernel, rows)}sums, k${finish.given});
}
% end
