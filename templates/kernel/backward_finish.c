% -- SPDX-License-Identifier: MIT
% -- backward_finish.c: what the write pass of a group of narrow rows needs, from their sums
% local sums, sweeps = spell.sums, 16 // target.lanes
% local function lanes_from(first)
%   return print.folded(function(chain)
%     local at = first * target.lanes + 16 * chain
%     return ("load(%s)"):format(at > 0 and "t + " .. at or "t")
%   end, gradients.tile and gradients.tile.lanes // 16 or 1)
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
