% -- SPDX-License-Identifier: MIT
% -- backward_any.c: the write pass of a width known only at run time, row by row, and the kernel's own function
% local params, way, together = gradients.params, print.any_way, numerics.sum_columns
% local unit = printer.writes_order.unit
% if passes.past then
%   include "kernel/goes_past.c"
% end
% item "write_one"
/* The write pass over one row; adds to dx when it is to be added to. */
${passes.past and "FN" or "NOINLINE"} void write_one(const ln_args *a, size_t row, const Row *rows${passes.past and ", int past" or ""})
{
    const size_t n = a->width;
    const int adds = (a->accumulate & LN_ADD_DX) != 0;
    ${print.pointers(printer, way)}
    size_t i = 0;
% if passes.past then
    unsigned left = past ? (unsigned)(-((uintptr_t)dx0 / sizeof *dx0) % LANES) : 0;
    do {
        if (left > 0) {
            ${print.writes_any(printer, way, "left")}
            i += left;
        }
        for (; i + ${unit} <= n; i += ${unit}) {
            ${print.writes_any(printer, print.any_way_past)}
        }
        left = (unsigned)(n - i);
    } while (left > 0);
% else
    for (; i + ${unit} <= n; i += ${unit}) {
        ${print.writes_any(printer, way)}
    }
%   if target.lanes > 1 then
    if (i < n) {
        const unsigned left = (unsigned)(n - i);
        ${print.writes_any(printer, way, "left")}
    }
%   end
% end
}
% item "one"
/* Handles row by row; returns the first row that is left. */
NOINLINE size_t one(const ln_args *a, size_t row, size_t end${printer.to})
{
    Row sums;
% if passes.past then
    const int past = ${passes.goes} && !(a->accumulate & LN_ADD_DX);
% end
    for (; row < end; row++) {
        take_sums(a, row, ${params[1] and "&sums" .. printer.passed or "1, &sums"});
% if passes.past then
        if (past)
            write_one(a, row, &sums, 1);
        else
            write_one(a, row, &sums, 0);
% else
        write_one(a, row, &sums);
% end
    }
    return row;
}
% if params[1] then
% include "kernel/backward_blocks.c"
% item "reduce"
/* to[i] = the sum over the blocks, in their order, columns begin .. end - 1. */
NOINLINE void reduce(const float *from, size_t floats, size_t blocks, float *to, size_t begin, size_t end, int adds)
{
    for (size_t i = begin; i < end; i += ${together}) {
        const size_t count = end - i < ${together} ? end - i : ${together};
        float columns[${together}] = {0};
        if (adds)
            memcpy(columns, to + i, count * sizeof(float));
        R d[${together // 4}];
        UNROLL for (size_t k = 0; k < ${together // 4}; k++)
            d[k] = rload(from + i + 4 * k);
        for (size_t b = 1; b < blocks + (size_t)adds; b++) {
            const float *p = b < blocks ? from + b * floats + i : columns;
            UNROLL for (size_t k = 0; k < ${together // 4}; k++)
                d[k] = radd(d[k], rload(p + 4 * k));
        }
        float *sums = count < ${together} ? columns : to + i;
        UNROLL for (size_t k = 0; k < ${together // 4}; k++)
            rstore(sums + 4 * k, d[k]);
        if (count < ${together})
            memcpy(to + i, columns, count * sizeof(float));
    }
}
% end
% item(kernel.name)
/* Gradients of the rows begin .. end - 1; checks nothing.${params[1] and " With reduce_rows: sums over blocks." or ""} */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
% if params[1] then
    if (a->reduce_rows) {
        const size_t stride = sums_stride(a->width), blocks = (a->reduce_rows + ${numerics.block_rows - 1}) / ${numerics.block_rows};
        const int adds = (a->accumulate & LN_ADD_PARAMS) != 0;
        reduce(a->workspace, ${params[2] and "2 * " or ""}stride, blocks, a->dgamma, begin, end, adds);
%   if params[2] then
        reduce(a->workspace + stride, 2 * stride, blocks, a->dbeta, begin, end, adds);
%   end
        leave(saved);
        return;
    }
% else
    if (a->reduce_rows) { /* nothing is summed over rows */
        leave(saved);
        return;
    }
% end
% if params[1] then
%   include "kernel/backward_each_block.c"
        row = one(a, row, last${printer.passed});
    }
% else
    one(a, begin, end);
% end
% if passes.past then
    if (a->stream == 1)
        stream_fence();
% end
    leave(saved);
}
