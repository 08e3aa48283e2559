% -- SPDX-License-Identifier: MIT
% -- backward_abreast.c: the statistics pass over two rows at once, which adds to the sums over rows. A register of gamma
% -- and of the sums over rows, which wide rows evict from the first-level cache, is loaded and stored once for both.
% local B, lanes, sums, centred = numerics.block, numerics.lanes, spell.sums, spell.centred
% local sweep, fresh = printer.sweep_abreast, printer.tells_fresh
% local registers = sweep.chains * sweep.filled
% local inputs = ("const %s *x, size_t x_next, const %s *dy, size_t dy_next, const %s *gamma%s"):format(
%   spell.element, spell.element, spell.parameter, printer.to)
% local told = fresh and "int fresh, " or ""
% local statistics = centred and "const V *m, const V *r" or "const V *r"
% item "take_abreast"
/* Adds a register of each of two rows, the second one x_next and dy_next elements behind the first, to a chain of ${centred and "each sum of its row" or "its row's sum"}
 * and to ${printer.named}${fresh and ", which begin with fresh rows" or ""}. */
FN void take_abreast(${inputs}, ${told}${statistics}, ${centred and "V *s, V *q" or "V *q"})
{
    V v = ${spell.load("dy")};
% if spell.beta then -- first of all, since then no register of it is needed beside the rest
    const V db = settled(add(${print.begun(printer, "load(dbeta)")}, v));
    store(dbeta, settled(add(db, ${spell.load("dy + dy_next")})));
% end
    const V scale = ${print.gamma_of(printer, "gamma")};
    V dg = ${print.begun(printer, "load(dgamma)")};
    UNROLL for (size_t of = 0; of < 2; of++) {
        if (of == 1)
            v = ${spell.load("dy + dy_next")};
        const V xhat = normalised(${spell.load("x + of * x_next")}, ${centred and "m[of], " or ""}r[of]);
        const V g = scaled(v, scale);
        dg = muladd(v, xhat, dg);
% if centred then
        s[of] = settled(add(s[of], g));
% end
        q[of] = muladd(g, xhat, q[of]);
    }
    store(dgamma, dg);
}
% item "sum_lanes_abreast"
/* Sums of two rows over n elements of ${sweep.sweeps > 1 and "those chains that fill whole lines from j on" or "all chains"}${fresh and "; fresh: sums over rows begin" or ""}. */
FN void sum_lanes_abreast(${inputs}, size_t n, ${told}${statistics}, size_t j, Row *rows)
{
    V ${table.concat(sums, ("[%d][2], "):format(registers))}[${registers}][2]; /* the second index is the row */
    UNROLL for (size_t k = 0; k < ${registers}; k++)
        UNROLL for (size_t of = 0; of < 2; of++)
            ${table.concat(sums, "[k][of] = ")}[k][of] = settled(zero());
    size_t i = j;
    for (; i < n - n % ${lanes}; i += ${lanes}) {
% if sweep.sweeps > 1 then
        if (j == 0) { /* what the other sweep${sweep.sweeps > 2 and "s read" or " reads"} */
            UNROLL for (size_t k = ${sweep.by}; k < ${lanes}; k += ${sweep.chains * sweep.by}) {
                prefetch(x + i + k); prefetch(dy + i + k);
                prefetch(x + x_next + i + k); prefetch(dy + dy_next + i + k);
            }
        }
% end
        ${print.swept_abreast(printer)}
    }
% if spec.width % lanes > 0 then
    if (n % ${lanes} != 0) {
        ${print.swept_abreast(printer, true)}
    }
% end
    UNROLL for (size_t of = 0; of < 2; of++) {
        ${print.put_lanes_abreast(printer)}
    }
}
% item "sum_block_abreast"
/* Adds the sums of n <= ${B} elements of each of two rows: element i goes to lane i mod ${lanes}. */
FN void sum_block_abreast(${inputs}, size_t n, ${told}Row *rows)
{
% if centred then
    const V m[2] = { splat(rows[0].mean), splat(rows[1].mean) };
% end
    const V r[2] = { splat(rows[0].rstd), splat(rows[1].rstd) };
    ${print.sweeps_abreast(printer, "x, x_next, dy, dy_next, gamma" .. printer.passed .. ", n")}
    for (Row *row = rows; row < rows + 2; row++) {
        ${print.add_block(printer, sweep)}
    }
}
% item "take_sums_abreast"
/* The statistics pass over two rows, which adds to ${printer.named}. */
NOINLINE void take_sums_abreast(const ln_args *a, size_t index, Row *rows${printer.to})
{
    ${print.row_pointer(printer, "x", "index")}
    ${print.row_pointer(printer, "dy", "index")}
    ${print.gamma_pointer(printer)}
% if fresh then
    const int fresh = ${print.fresh(printer, "index")}; /* the first rows of a block */
% end
    for (size_t of = 0; of < 2; of++) {
        rows[of].${table.concat(sums, " = rows[of].")} = 0;
% if centred then
        rows[of].mean = a->mean[index + of];
% end
        rows[of].rstd = a->rstd[index + of];
    }
% local passed = printer.passed:gsub("%a+", "%0$at")
    ${print.blocks(printer, ("sum_block_abreast(x$at, a->x_stride, dy$at, a->dy_stride, gamma$at%s, $count, %srows)"):format(passed, fresh and "fresh, " or ""))}
    for (size_t of = 0; of < 2; of++) {
        ${print.finished(printer, "rows[of].")}
    }
}
