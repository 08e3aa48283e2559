% -- SPDX-License-Identifier: MIT
% -- groups.c: rows in groups, the sums of each taken before the group before it is written: those of a situation, or heads
% local rows, suffix, pilot = way.rows, print.suffix(way.sums), kernel.pilot and ", NULL" or ""
% local name = way.heads and "few_heads" or situation.name
% local what = way.heads and ("Handles rows that are heads, each with its own parameters, %d at a time"):format(rows) or print.situation(situation)
% -- of 16-bit rows, whose conversions are long, a loop takes the sums, which wait in memory then
% local each = (spec.dtype == "f32" and "UNROLL " or "") .. ("for (size_t r = 0; r < %d; r++)"):format(rows)
% local part = situation and situation == kernel.few and kernel.rest
% local function accurate(to)
%   if way.heads then return ("each_head(args, row, row + %s, %s);"):format(to, kernel.one.name) end
%   if way.far then return ("write_far(args, row, %s, ok, &k);"):format(to) end
%   return ("%s(args, row, row + %s);"):format(way.reads_sum and "accurate_path" or any, to)
% end
% if part then
% item "take_group"
/* Sums n rows, up to ${rows}. a: a copy of *args */
FN void take_group(const ln_args *args, const ln_args *a, size_t row, size_t n, Sums *sums)
{
    if (n == ${rows}) {
        ${each}
            sums[r] = take_sums(a, row + r${pilot});
    } else {
        Sums part[${rows}];
        sum_part(args, row, n, part);
        UNROLL for (size_t r = 0; r < ${rows}; r++)
            sums[r] = part[r];
    }
}
% end
% item(name)
/* ${what}${part and ", and a part of a group" or ""}; returns the first row that is left. */
NOINLINE size_t ${name}(const ln_args *args, size_t row, size_t end)
{
% if way.heads then
    const ln_head_args copy = *(const ln_head_args *)args; /* no store to y can change it */
    const ln_args *const a = &copy.args;
% else
    const ln_args copy = *args, *const a = &copy; /* no store to y can change it */
% end
    Sums sums[${rows}]; /* of rows that are not written yet */
% if part then
    size_t n = end - row < ${rows} ? end - row : ${rows}; /* rows that are summed */
    take_group(args, a, row, n, sums);
% else
    if (end - row < ${rows})
        return row;
    ${each}
        sums[r] = take_sums${suffix}(a, row + r${pilot});
% end
    for (; end - row >= ${rows}; row += ${rows}) {
        RowConstants k;
% if target.vector then
        row = opaque(row);
% end
        const unsigned ok = finish_rows_${rows}(a, row, ${print.count(kernel, rows)}sums, &k);
% if part then
        n = end - row < ${2 * rows} ? end - row - ${rows} : ${rows};
        if (n >= ${part.follows})
            take_group(args, a, row + ${rows}, n, sums);
% else
        if (end - row >= ${2 * rows}) {
            ${each}
                sums[r] = take_sums${suffix}(a, row + ${rows} + r${pilot});
        }
% end
        if (ok == ${finish.all(rows)})
            write_${way.name}(a, row, &k);
        else
            ${accurate(rows)}
    }
% if part then
    if (n >= ${part.follows}) {
        RowConstants k;
        const unsigned ok = finish_rows_${rows}(a, row, n, sums, &k);
        if (ok == ${finish.all(rows)})
            write_rest(args, row, n, &k);
        else
            ${accurate "n"}
        row += n;
    }
% end
    return row;
}
