% -- SPDX-License-Identifier: MIT
% -- finish_row.c: what writing one row needs, of its sums
% item("finish_row" .. suffix)
/* What writing a row needs, of its sums. Returns 0 if it needs the accurate path${way.far and " and sets `mean`" or ""}. */
FN int finish_row${suffix}(const ln_args *a, size_t row, ${finish.sums} sums, Finished *f${way.far and ", float *mean" or finish.whole})
{
    *f = finish(${finish.arguments()});
% if way.far then
    if (!(f->ok & 1u)) {
        rstore_first(mean, f->mean);
        return 0;
    }
% else
    if (!(f->ok & 1u))
        return 0;
% end
% for _, field in ipairs(spell.statistics) do
    if (a->${field})
        rstore_first(a->${field} + row, f->${field});
% end
    return 1;
}
