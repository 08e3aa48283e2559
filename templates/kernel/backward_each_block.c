% -- SPDX-License-Identifier: MIT
% -- backward_each_block.c: part of a kernel's own function: the rows row .. last - 1 of a block of rows, and its sums
% local N = printer.columns
    for (size_t row = begin; row < end;) {
        const size_t last = end - row < ${numerics.block_rows} ? end : row + ${numerics.block_rows};
        float *dgamma = a->workspace ? block_sums(a, row) : a->dgamma;
% if spell.beta then
        float *dbeta = a->workspace ? dgamma + sums_stride(${N}) : a->dbeta;
% end
% if not gradients.begins then
        if (${print.fresh(printer, "row")}) {
%   for _, k in ipairs(gradients.params) do
            memset(${k}, 0, ${N} * sizeof *${k});
%   end
        }
% end
