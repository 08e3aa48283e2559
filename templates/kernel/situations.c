% -- situations.c: rows in each situation, and the kernel's own function, which tells them apart
% for _, part in ipairs(kernel.parts) do
%   local way, rows, suffix = part.body, part.rows, print.late_suffix(printer, part.body.late)
%   local long_way = print.reads_sum(printer, way) and "long_way" or kernel.any -- for rows that the sums do not serve
%   item(part.name)
/* ${part.title}: returns the first row that is left. */
NOINLINE size_t ${part.name}(const ln_args *a, size_t row, size_t end)
{
%   if part.fused then
    for (; row < end; row++)
        if (!${way.name}(a, row))
            ${long_way}(a, row, row + 1);
    return row;
%   elseif way.ahead == 0 then
    Scale scale;
    for (; end - row >= ${rows}; row += ${rows}) {
        if (start_${rows}${suffix}(a, row, &scale))
            ${way.name}(a, row, &scale);
        else
            ${long_way}(a, row, row + ${rows});
    }
    return row;
%   else
%     local A = way.ahead
    Scale scales[${A + 1}]; /* of rows summed but not written, in a ring */
    int served[${A + 1}];
    if (end - row < ${A * rows})
        return row;
%     for k = 0, A - 1 do
    served[${k}] = start_${rows}${suffix}(a, row${k > 0 and " + " .. k * rows or ""}, &scales[${k}]);
%     end
    unsigned now = 0;
    for (; end - row >= ${(A + 1) * rows}; row += ${rows}) {
        const unsigned next = ${A == 1 and "1 - now" or ("(now + %d) %% %d"):format(A, A + 1)};
        if (served[now]) {
            served[next] = ${way.name}_sum(a, row, &scales[now], row + ${A * rows}, &scales[next]);
        } else {
            ${long_way}(a, row, row + ${rows});
            served[next] = start_${rows}${suffix}(a, row + ${A * rows}, &scales[next]);
        }
        now = ${A == 1 and "next" or ("(now + 1) %% %d"):format(A + 1)};
    }
%     if A == 1 then
    if (served[now])
        ${way.name}(a, row, &scales[now]);
    else
        ${long_way}(a, row, row + ${rows});
    return row + ${rows};
%     else
    for (unsigned k = 0; k < ${A}; k++, row += ${rows}, now = (now + 1) % ${A + 1}) {
        if (served[now])
            ${way.name}(a, row, &scales[now]);
        else
            ${long_way}(a, row, row + ${rows});
    }
    return row;
%     end
%   end
}
% end
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% -- fewer rows are left over, and one row is faster in one function
% local least = kernel.few and math.max(2, kernel.few.rows * math.max(1, kernel.few.body.ahead))
% if kernel.stream then
%   local unit, late = printer.unit, kernel.takes[2]
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
    /* past the caches y and the sum are written register by register, so they must begin alike within one */
    const size_t apart = ((uintptr_t)a->y / sizeof(${spell.output}) - (uintptr_t)a->sum / sizeof(${spell.element})) | (a->y_stride - a->sum_stride);
%     end
    if (a->stream == 1${late and " && apart % " .. unit .. " == 0" or ""}) {
%     if kernel.stream == kernel.unaligned then
        row = ${kernel.stream.name}(a, row, end);
%     else
        if (${aligned})
            row = ${kernel.stream.name}(a, row, end);
        else
            row = ${kernel.unaligned.name}(a, row, end);
%     end
%   else
    if (a->stream == 1 && ${aligned}) {
        row = ${kernel.stream.name}(a, row, end);
%   end
        stream_fence();
%   if not kernel.unaligned and spec.norms == "one" and (late or not spell.keeps_sum) then
    } else if (a->stream == 1) { /* short rows in lines with their neighbours: in loops, through the caches */
        ${kernel.any}(a, row, end);
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
% if kernel.few or kernel.stream then
    if (row < end)
        ${kernel.one.name}(a, row, end);
% else
    ${kernel.one.name}(a, row, end);
% end
    leave(saved);
}
