% -- SPDX-License-Identifier: MIT
% -- situations.c: rows in each situation
% for _, situation in ipairs(kernel.situations) do
%   local way = situation.way
%   if not way.sums_before then -- those are in groups.c
%   local rows, suffix = way.rows, print.suffix(way.sums)
%   local accurate, all = way.reads_sum and "accurate_path" or any, finish.all(rows)
%   local function rest(ok, k) -- k: the row constants, as text
%     if not way.far then return ("%s(a, row, row + %d);"):format(accurate, rows) end
%     return rows == 1 and far_row("a", "row", k .. ".mean[0]") or ("write_far(a, row, %d, %s, &%s);"):format(rows, ok, k)
%   end
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${finish.whole})
{
%   if way.fused then
%     if way.far then
    float mean; /* of a row far from zero */
%     end
    for (; row < end; row++)
%     if way.far then
        if (!write_${way.name}(a, row, &mean))
            ${far_row("a", "row", "mean")}
%     else
        if (!write_${way.name}(a, row${finish.given}))
            ${accurate}(a, row, row + 1);
%     end
    return row;
%   elseif way.ahead == 0 then
    RowConstants k;
    for (; end - row >= ${rows}; row += ${rows}) {
        const unsigned ok = sum_rows_${rows}${suffix}(a, row, &k${finish.given});
% if way.near then
        if (ok == ${all} && !k.unsplit)
            write_far(a, row, ${rows}, &k);
        else if (ok == ${all})
% else
        if (ok == ${all})
% end
            write_${way.name}(a, row, &k);
        else
            ${rest("ok", "k")}
    }
    return row;
%   else
%     local A = way.ahead
%     local function written(indent, slot)
${indent}if (ok[${slot}] == ${all})
${indent}    write_${way.name}(a, row, &ring[${slot}]);
${indent}else
${indent}    ${rest("ok[" .. slot .. "]", "ring[" .. slot .. "]")}
%     end
    RowConstants ring[${A + 1}]; /* of rows that are summed but not written */
    unsigned ok[${A + 1}], now = 0;
%     if rows > 1 or situation ~= kernel.few and situation ~= kernel.few_amd then -- these are given a row at least
    if (${rows > 1 and "end - row < " .. rows or "row == end"})
        return row;
%     end
    ok[0] = sum_rows_${rows}${suffix}(a, row, &ring[0]);
%     if A == 2 then
    if (end - row >= ${2 * rows})
        ok[1] = sum_rows_${rows}${suffix}(a, row + ${rows}, &ring[1]);
%     end
%     local on = rows == 1 and "row++" or "row += " .. rows
    for (; end - row >= ${(A + 1) * rows}; ${on}) {
        const unsigned next = ${A == 1 and "1 - now" or ("(now + %d) %% %d"):format(A, A + 1)};
        if (ok[now] == ${all}) {
            ok[next] = write_${way.name}_sum(a, row, &ring[now], row + ${A * rows}, &ring[next]);
        } else {
            ${rest("ok[now]", "ring[now]")}
            ok[next] = sum_rows_${rows}${suffix}(a, row + ${A * rows}, &ring[next]);
        }
        now = ${A == 1 and "next" or ("(now + 1) %% %d"):format(A + 1)};
    }
%     if A == 1 then
%       written("    ", "now")
    return row + ${rows};
%     else
    for (; ${rows == 1 and "row < end" or "end - row >= " .. rows}; ${on}, now = (now + 1) % ${A + 1}) {
%       written("        ", "now")
    }
    return row;
%     end
%   end
}
%   end
% end
