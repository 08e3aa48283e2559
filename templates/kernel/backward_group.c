% -- SPDX-License-Identifier: MIT
% -- backward_group.c: the statistics pass of a group of narrow rows, and what finishes their sums
% local tile, sums, params = printer.tile, spell.sums, printer.params
% local to = "float *" .. table.concat(params, ", float *")
% if not tile then
% item "take_row"
/* The sums of a row, which begins or goes on with ${table.concat(params, " and ")}. */
FN void take_row(const ln_args *a, size_t row, int fresh, Rows *rows, size_t of, ${to})
{
    ${print.gamma_pointer(printer)}
    const ${spell.element} *x = row_x(a, row);
    const ${spell.element} *dy = row_dy(a, row);
    const V ${spell.centred and "m = splat(a->mean[row]), " or ""}r = splat(a->rstd[row]);
    V ${print.chains(printer, math.min(4, (spec.width + 15) // 16))};

    ${print.sums(printer)}
}
% end
% item "take_sums"
% local how = tile and ", tile of columns after tile" or ""
/* The statistics pass over `count` rows${how}; adds to ${table.concat(params, " and ")}. */
NOINLINE void take_sums(const ln_args *a, size_t index, size_t count, Rows *rows, ${to})
{
    const int fresh = ${print.fresh(printer, "index")}; /* the first rows of a block */
% if tile then
    const float *rstd = a->rstd + index${spell.centred and ", *mean = a->mean + index" or ""};
    const size_t x_stride = a->x_stride, dy_stride = a->dy_stride;
    ${print.gamma_pointer(printer)}
    ${print.tile_sums(printer)}
% else
    if (fresh)
        take_row(a, index, 1, rows, 0, ${table.concat(params, ", ")});
    for (size_t of = fresh ? 1 : 0; of < count; of++)
        take_row(a, index + of, 0, rows, of, ${table.concat(params, ", ")});
% end
}
% local sweeps = 16 // target.lanes
% local function lanes_from(first)
%   return print.folded(function(chain)
%     local at = first * target.lanes + 16 * chain
%     return ("load(%s)"):format(at > 0 and "t + " .. at or "t")
%   end, tile and tile.lanes // 16 or 1)
% end
% item "four_lanes"
/* The lanes of a sum, folded to four. */
FN Q four_lanes(const float *t)
{
    barrier(); /* one sum after the other */
    return quartered(${lanes_from(0)}${sweeps > 1 and ", " .. lanes_from(1) or ""});
}
% item "scalar"
/* shift or slope of a row, from four lanes of its sum; -0 becomes 0. */
FN float scalar(Q four, float rstd) { return (qtotal(four) + 0.0f) * (rstd * -WIDTH_INVERSE); }
% item "finish_rows"
/* What the write pass needs of rows, from their sums: four rows by one tree, the rows that are left one by one. */
NOINLINE void finish_rows(const ln_args *a, size_t index, size_t count, Rows *rows)
{
    const float *rstd = a->rstd + index;
    size_t r = 0;
    for (; r + 4 <= count; r += 4) {
        const Q scale = qmul(qload(rstd + r), qsplat(-WIDTH_INVERSE));
% local function total(k)
%   local list = {}
%   for i = 0, 3 do list[i + 1] = ("four_lanes(rows->%s[%s])"):format(k, i > 0 and "r + " .. i or "r") end
%   return ("qtotals(%s)"):format(table.concat(list, ", "))
% end
% for i, k in ipairs(sums) do
        const Q ${k} = qadd(${total(k)}, qsplat(0.0f)); /* -0 becomes 0 */
        qstore(rows->${sums[i + 1] and "shift" or "slope"} + r, qmul(${k}, scale));
% end
    }
    for (; r < count; r++) {
% for i, k in ipairs(sums) do
        rows->${sums[i + 1] and "shift" or "slope"}[r] = scalar(four_lanes(rows->${k}[r]), rstd[r]);
% end
    }
}
% if tile then
% local array = ("const %s *x, const %s *dy, const %s *gamma"):format(spell.element, spell.element, spell.parameter)
% local chains = spell.centred and "V m, V r, int first, V *s, V *q" or "V r, int first, V *q"
% local holds = print.holds_row(printer)
% item "take_new"
/* Takes a register with which ${table.concat(params, " and ")} begin${#params == 1 and "s" or ""}${holds and "; leaves its xhat and g" or ""}. */
FN void take_new(${array}, ${to}, ${chains}${holds and ", V *xhat, V *g" or ""})
{
    V ${spell.beta and "dg = settled(zero()), db = settled(zero())" or "dg = settled(zero())"};
    const V v = ${spell.load("dy")};
%   local xhat = ("normalised(%s, %s)"):format(spell.load("x"), spell.centred and "m, r" or "r")
%   local g = ("scaled(v, %s)"):format(print.gamma_of(printer, "gamma"))
%   if holds then
    *xhat = ${xhat};
    *g = ${g};
%   end
    add_taken(${holds and "*xhat, *g" or xhat .. ", " .. g}, v, first, ${spell.centred and "s, q" or "q"}, ${spell.beta and "&dg, &db" or "&dg"});
    store(dgamma, dg);
%   if spell.beta then
    store(dbeta, db);
%   end
}
% item "row_alone"
/* A single row that begins a block${holds and ": xhat and g stay in registers" or ""}. */
NOINLINE void row_alone(const ln_args *a, size_t row, ${to})
{
    ${print.gamma_pointer(printer)}
    const ${spell.element} *x = row_x(a, row);
    const ${spell.element} *dy = row_dy(a, row);
    ${spell.element} *dx = row_dx(a, row);
    const V ${spell.centred and "m = splat(a->mean[row]), " or ""}r = splat(a->rstd[row]);
    V ${print.chains(printer, 4)};
    V ${print.lanes_declared(printer)};
%   local count = spec.width // target.lanes
%   if holds then
    V xhat[${count}], g[${count}];
%   end

    ${print.one_sums(printer)}
%   for i, k in ipairs(sums) do
    const V ${sums[i + 1] and "shift" or "slope"} = splat(scalar(quartered(${print.lanes(printer, k)}), a->rstd[row]));
%   end
%   local statistics = spell.centred and "r, shift, slope" or "r, slope"
%   if not holds then
    barrier(); /* x and dy are read again: registers do not hold a row */
%   end
    UNROLL for (size_t k = 0; k < ${count}; k++)
%   local at = ("%d * k"):format(target.lanes)
%   local value = holds and ("combined(xhat[k], g[k], %s)"):format(statistics)
%     or ("gradient(%s, %s, %s, %s%s)"):format(spell.load("x + " .. at), spell.load("dy + " .. at), print.gamma_of(printer, "gamma + " .. at), spell.centred and "m, " or "", statistics)
        ${spell.store("store", "dx + " .. at, value)}
}
% end
