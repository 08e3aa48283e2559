% -- SPDX-License-Identifier: MIT
% -- heads.c: rows that are heads with a gamma each
% local beta = spell.beta and " and beta" or ""
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
