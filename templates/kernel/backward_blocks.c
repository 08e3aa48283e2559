% -- SPDX-License-Identifier: MIT
% -- backward_blocks.c: where the sums of a block of rows are
% local several = #gradients.params > 1 and #gradients.params .. " * " or ""
% item "sums_stride"
/* Floats between the rows of the workspace. */
FN size_t sums_stride(size_t n) { return (n + ${numerics.sum_columns - 1}) / ${numerics.sum_columns} * ${numerics.sum_columns}; }
% item "block_sums"
/* Where the sums of the block that starts at `row` go: its place in the workspace. */
FN float *block_sums(const ln_args *a, size_t row)
{
    return a->workspace + row / ${numerics.block_rows} * ${several}sums_stride(${printer.columns});
}
