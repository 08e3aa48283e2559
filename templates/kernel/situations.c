% -- SPDX-License-Identifier: MIT
% -- situations.c: rows in each situation, and the kernel's own function, which tells them apart
% for _, situation in ipairs(kernel.situations) do
%   local way = situation.way
%   local rows, suffix = way.rows, print.late_suffix(printer, way.late)
%   local accurate, all = print.reads_sum(printer, way) and "accurate_path" or any, finish.all(rows)
%   local function rest(ok, k)
%     return print.finishes_far(printer, way) and ("write_far(a, row, %d, %s, %s);"):format(rows, ok, k)
%       or ("%s(a, row, row + %d);"):format(accurate, rows)
%   end
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end)
{
%   if way.fused then
%     if print.finishes_far(printer, way) then
    float mean; /* of a row far from zero */
%     end
    for (; row < end; row++)
%     if print.splits_far(printer) then
        if (!write_${way.name}(a, row, &mean)) {
            RowConstants k = ${print.no_constants(printer)};
            k.mean[0] = mean;
            write_far(a, row, 1, 0, &k);
        }
%     elseif print.finishes_far(printer, way) then
        if (!write_${way.name}(a, row, &mean))
            ${write_row}(a, row, WIDTH_INVERSE, NEAR, 0, mean, 0.0f, 0.0f);
%     else
        if (!write_${way.name}(a, row))
            ${accurate}(a, row, row + 1);
%     end
    return row;
%   elseif way.ahead == 0 then
    RowConstants k;
    for (; end - row >= ${rows}; row += ${rows}) {
        const unsigned ok = sum_rows_${rows}${suffix}(a, row, &k);
        if (ok == ${all})
            write_${way.name}(a, row, &k);
        else
            ${rest("ok", "&k")}
    }
    return row;
%   else
%     local A = way.ahead
    RowConstants ring[${A + 1}]; /* of rows that are summed but not written */
    unsigned ok[${A + 1}];
    if (end - row < ${A * rows})
        return row;
%     for k = 0, A - 1 do
    ok[${k}] = sum_rows_${rows}${suffix}(a, row${k > 0 and " + " .. k * rows or ""}, &ring[${k}]);
%     end
    unsigned now = 0;
    for (; end - row >= ${(A + 1) * rows}; row += ${rows}) {
        const unsigned next = ${A == 1 and "1 - now" or ("(now + %d) %% %d"):format(A, A + 1)};
        if (ok[now] == ${all}) {
            ok[next] = write_${way.name}_sum(a, row, &ring[now], row + ${A * rows}, &ring[next]);
        } else {
            ${rest("ok[now]", "&ring[now]")}
            ok[next] = sum_rows_${rows}${suffix}(a, row + ${A * rows}, &ring[next]);
        }
        now = ${A == 1 and "next" or ("(now + 1) %% %d"):format(A + 1)};
    }
%     if A == 1 then
    if (ok[now] == ${all})
        write_${way.name}(a, row, &ring[now]);
    else
        ${rest("ok[now]", "&ring[now]")}
    return row + ${rows};
%     else
    for (unsigned k = 0; k < ${A}; k++, row += ${rows}, now = (now + 1) % ${A + 1}) {
        if (ok[now] == ${all})
            write_${way.name}(a, row, &ring[now]);
        else
            ${rest("ok[now]", "&ring[now]")}
    }
    return row;
%     end
%   end
}
% end
% item(kernel.name)
/* Normalises the rows begin .. end - 1: ${spell.description}; checks nothing. */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% -- fewer rows are left over, and one row is faster in one function
% local least = kernel.few and math.max(2, kernel.few.way.rows * math.max(1, kernel.few.way.ahead))
% if kernel.many then
%   local unit, late = printer.unit, kernel.sums[2]
%   local places = {}
%   local function add(pointer, bytes, type)
%     places[#places + 1] = ("(uintptr_t)a->%s | a->%s_stride%s"):format(pointer, pointer,
%       bytes > 1 and (" * sizeof(%s)"):format(type) or "")
%   end
%   for _, y in ipairs(spell.outputs) do add(y.name, spell.output_bytes, spell.output) end
%   if late and not kernel.unaligned then add("sum", spell.element_bytes, spell.element) end
%   local aligned = ("(%s) %% %d == 0"):format(table.concat(places, " | "), unit * spell.output_bytes)
%   if kernel.unaligned then
%     if late then
    /* y and the sum must have the same offset within a register; otherwise both are written through the caches */
    const size_t apart = ((uintptr_t)a->y / sizeof(${spell.output}) - (uintptr_t)a->sum / sizeof(${spell.element})) | (a->y_stride - a->sum_stride);
%     end
    if (a->stream == 1${late and " && apart % " .. unit .. " == 0" or ""}) {
%     if kernel.many == kernel.unaligned then
        row = ${kernel.many.name}(a, row, end);
%     else
        if (${aligned})
            row = ${kernel.many.name}(a, row, end);
        else
            row = ${kernel.unaligned.name}(a, row, end);
%     end
%   else
    if (a->stream == 1 && ${aligned}) {
        row = ${kernel.many.name}(a, row, end);
%   end
        stream_fence();
%   if not kernel.unaligned and spec.norms == "one" and (late or not spell.keeps_sum) then
    } else if (a->stream == 1) { /* short rows share lines with their neighbours: loops write them through the caches */
        ${any}(a, row, end);
        row = end;
%   end
    }${kernel.few and (" else if (end - row >= %d) {"):format(least) or ""}
%   if kernel.few then
        row = ${kernel.few.name}(a, row, end);
    }
%   end
% elseif kernel.few then
    if (end - row >= ${least})
        row = ${kernel.few.name}(a, row, end);
% end
% if kernel.few or kernel.many then
    if (row < end)
        ${kernel.one.name}(a, row, end);
% else
    ${kernel.one.name}(a, row, end);
% end
    leave(saved);
}
