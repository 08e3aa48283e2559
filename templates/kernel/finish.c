% -- finish.c: from the sums of some rows to what writing them needs
% if new_finish then
%   item("finish_" .. rows)
/* Finishes the ${spec.pass == "apply" and "statistics" or "sums"} of ${rows == 1 and "one row" or rows .. " rows"}. Returns 0, nothing written, when ${rows == 1 and "it needs" or "one needs"} the long way. */
FN int finish_${rows}(const ln_args *a, size_t row, const ${finish.moments} *m, Scale *scale)
{
%   for first = 0, rows - 1, 4 do
%     local f = "f" .. first // 4
    const Finished ${f} = finish(${finish.arguments(rows, first)});
    if (${f}.served != 15)
        return 0;
%     for _, field in ipairs(spell.scale) do
    rstore(scale->${field}${first > 0 and " + " .. first or ""}, ${f}.${field});
%     end
%   end
%   for _, field in ipairs(spell.statistics) do
    if (a->${field})
        memcpy(a->${field} + row, scale->${field}, ${rows} * sizeof(float));
%   end
    return 1;
}
% end
% item("start_" .. rows .. suffix)
/* ${spec.pass == "apply" and "Statistics" or "Sums"} of ${rows == 1 and "a row" or rows .. " rows"}, finished. */
NOINLINE int start_${rows}${suffix}(const ln_args *a, size_t row, Scale *scale)
{
% if spec.pass == "apply" then
    return finish_${rows}(a, row, a->stats + row, scale);
% else
    Moments m[${rows}];
%   for r = 0, rows - 1 do
    moments${suffix}(a, ${r == 0 and "row" or "row + " .. r}, &m[${r}]);
%   end
    return finish_${rows}(a, row, m, scale);
% end
}
