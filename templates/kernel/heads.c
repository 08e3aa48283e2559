% -- SPDX-License-Identifier: MIT
% -- heads.c: rows that are heads with a gamma each
% local beta = spell.parameters[2] and " and beta" or ""
% item "each_head"
/* Handles rows that are heads, each with its gamma${beta}, row by row. */
NOINLINE void each_head(const ln_args *a, size_t row, size_t end, size_t (*handle)(const ln_args *, size_t, size_t))
{
    const ln_heads *h = ((const ln_head_args *)a)->heads;
    ln_args b = *a;
    b.stream = 2;
    for (; row < end; row++) {
        const size_t offset = row % h->heads * h->gamma_head;
% for _, parameter in ipairs(spell.parameters) do
        b.${parameter.name} = row_of(a->${parameter.name}, offset, sizeof(${spell.parameter}));
% end
        handle(&b, row, row + 1);
    }
}
% if kernel.heads then
%   local rows = kernel.heads.rows
% item "few_heads"
/* Handles rows that are heads, each with its gamma${beta}, ${rows} at a time. */
NOINLINE void few_heads(const ln_args *a, size_t row, size_t end)
{
%   if kernel.heads.ahead == 0 then
    RowConstants k;
    for (; end - row >= ${rows}; row += ${rows}) {
        if (sum_rows_${rows}(a, row, &k) == ${finish.all(rows)})
            write_heads(a, row, &k);
        else
            each_head(a, row, row + ${rows}, ${kernel.one.name});
    }
%   else
    RowConstants ring[2]; /* of the rows that are written, and of those after them */
    unsigned ok = 0, now = 0;
    if (end - row >= ${rows})
        ok = sum_rows_${rows}(a, row, &ring[0]);
    for (; end - row >= ${rows}; row += ${rows}) {
        RowConstants *next = end - row >= ${2 * rows} ? &ring[1 - now] : NULL;
        if (ok == ${finish.all(rows)}) {
            ok = write_heads(a, row, &ring[now], row + ${rows}, next);
        } else {
            each_head(a, row, row + ${rows}, ${kernel.one.name});
            if (next)
                ok = sum_rows_${rows}(a, row + ${rows}, next);
        }
        now = 1 - now;
    }
%   end
    if (row < end)
        each_head(a, row, end, ${kernel.one.name});
}
% end
