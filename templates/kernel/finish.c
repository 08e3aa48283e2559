% -- finish.c: from the sums of some rows to what writing them needs
% if new_finish then
%   item("finish_rows_" .. rows)
% local subject, needs = rows == 1 and "one row" or rows .. " rows", rows == 1 and "the row needs" or "one needs"
/* The constants of ${subject}. Returns ${finish.all(rows)}, or less when ${needs} the accurate path: a bit for each that does not. */
FN unsigned finish_rows_${rows}(const ln_args *a, size_t row, const ${finish.sums} *sums, RowConstants *k)
{
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
% item("sum_rows_" .. rows .. suffix)
/* The constants of ${rows == 1 and "a row" or rows .. " rows"}, from ${spec.pass == "apply" and "statistics" or "sums taken here"}. */
NOINLINE unsigned sum_rows_${rows}${suffix}(const ln_args *a, size_t row, RowConstants *k)
{
% if spec.pass == "apply" then
    return finish_rows_${rows}(a, row, a->stats + row, k);
% else
    Sums sums[${rows}];
%   if rows > 1 then
    for (size_t r = 0; r < ${rows}; r++)
%   end
    ${rows > 1 and "    " or ""}sum_row${suffix}(a, row${rows > 1 and " + r, &sums[r]" or ", sums"});
    return finish_rows_${rows}(a, row, sums, k);
% end
}
