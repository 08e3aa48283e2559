% -- SPDX-License-Identifier: MIT
% -- function.c: the kernel's own function, which tells situations apart
% item(kernel.name)
/* Normalises the rows begin .. end - 1: ${spell.description}; checks nothing. */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    size_t row = begin;
% if spec.pass == "apply" then
    ${passes.constants}
% end
% if kernel.takes_heads then
    if (a->stream == LN_EACH_HEAD) {
%   if kernel.heads then
        row = few_heads(a, row, end);
%   end
        if (row < end)
            each_head(a, row, end, ${kernel.one.name});
        row = end;
    }
% end
% if kernel.few_large then
    if (a->stream != 1 && ${print.serves_large("end - row")}) /* rows left over begin anew */
        row = few_large(a, row, end${finish.given});
% end
% local few = {} -- the situations of few rows, and when each serves them
% if kernel.few_amd then
%   local way, row_bytes = kernel.few_amd.way, #kernel.arrays * spec.width * spell.element_bytes
%   few[1] = { kernel.few_amd, ("end - row >= %d && %s"):format(way.rows, print.serves_amd(way, "(end - row)", row_bytes)) }
% end
% if kernel.few then -- fewer rows are left over, and one row is faster in one function
%   local least = kernel.rest and not kernel.rest.apart and kernel.rest.least or kernel.few.way.rows
%   few[#few + 1] = { kernel.few, ("end - row >= %d"):format(math.max(2, least)) }
% end
% if kernel.many then
%   local unit, late = printer.unit, kernel.sums[2]
%   local sizes, places = {}, {} -- bytes of elements, and by them what must be a multiple of a register
%   local function add(pointer, bytes, type)
%     if not places[bytes] then sizes[#sizes + 1], places[bytes] = bytes, {} end
%     table.insert(places[bytes], ("(uintptr_t)a->%s | a->%s_stride%s"):format(pointer, pointer,
%       bytes > 1 and (" * sizeof(%s)"):format(type) or ""))
%   end
%   for _, y in ipairs(spell.outputs) do add(y.name, spell.output_bytes, spell.output) end
%   if late and not kernel.unaligned then add("sum", spell.element_bytes, spell.element) end
%   local tests = {}
%   for i, bytes in ipairs(sizes) do
%     tests[i] = ("(%s) %% %d == 0"):format(table.concat(places[bytes], " | "), unit * bytes)
%   end
%   local aligned = table.concat(tests, " && ")
%   if kernel.unaligned then
%     if late then
    /* y and the sum must have the same offset within a register; otherwise both are written through the caches */
    const size_t apart = ((uintptr_t)a->y / sizeof(${spell.output}) - (uintptr_t)a->sum / sizeof(${spell.element})) | (a->y_stride - a->sum_stride);
%     end
    if (a->stream == 1${late and " && apart % " .. unit .. " == 0" or ""}) {
%     local whole = {} -- the situations of rows that begin with a whole register, and when each serves them
%     if kernel.many_amd then whole[1] = { kernel.many_amd, print.serves_amd(kernel.many_amd.way) .. " && " .. aligned } end
%     if kernel.many ~= kernel.unaligned then whole[#whole + 1] = { kernel.many, aligned } end
%     for i, w in ipairs(whole) do
        ${i > 1 and "else " or ""}if (${w[2]})
            row = ${w[1].name}(a, row, end${finish.given});
%     end
%     if #whole > 0 then
        else
            row = ${kernel.unaligned.name}(a, row, end${finish.given});
%     else
        row = ${kernel.unaligned.name}(a, row, end${finish.given});
%     end
%   else
    if (a->stream == 1 && ${aligned}) {
        row = ${kernel.many.name}(a, row, end${finish.given});
%   end
%   if not kernel.unaligned and spec.norms == "one" and (late or not spell.keeps_sum) then
    } else if (a->stream == 1) { /* short rows share lines with their neighbours: loops write them through the caches */
        ${any}(a, row, end);
        row = end;
%   end
%   for _, f in ipairs(few) do
    } else if (${f[2]}) {
        row = ${f[1].name}(a, row, end${finish.given});
%   end
    }
% else
%   for i, f in ipairs(few) do
    ${i > 1 and "else " or ""}if (${f[2]})
        row = ${f[1].name}(a, row, end${finish.given});
%   end
% end
% if kernel.rest and kernel.rest.apart then
%   local bound = kernel.rest.bounded and (" && end - row < %d"):format(kernel.rest.rows) or ""
    if (end - row >= ${kernel.rest.least}${bound})
        row = rest(a, row, end);
% end
% if kernel.few or kernel.many then
    if (row < end)
        ${kernel.one.name}(a, row, end${finish.given});
% else
    ${kernel.one.name}(a, row, end${finish.given});
% end
% if kernel.many then
    if (a->stream == 1)
        stream_fence();
% end
    leave(saved);
}
