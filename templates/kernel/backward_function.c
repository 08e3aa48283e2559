% -- SPDX-License-Identifier: MIT
% -- backward_function.c: the own function of a kernel for one width
% local streams = kernel.many and kernel.many.way.store == "stream"
% local aligned = ("((uintptr_t)a->dx | a->dx_stride * sizeof(%s)) %% %d"):format(spell.element, printer.writes_order.unit * spell.element_bytes)
% local long = streams and passes.past and spec.width >= passes.past_least -- and wherever a row begins, past the caches
% item(kernel.name)
/* Gradients of the rows begin .. end - 1; checks nothing.${long and " Loops take those past the caches whose dx begins within a register." or ""} */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
% if long then
    if (a->reduce_rows || (a->accumulate & LN_ADD_DX) || (a->stream == 1 && ${aligned} != 0)) {
% else
    if (a->reduce_rows || (a->accumulate & LN_ADD_DX)) {
% end
        ${calls[1]}(a, begin, end);
        return;
    }
    const unsigned saved = enter();
% if streams and not long then
    /* rows of dx that begin within a register are written through the caches */
    const int past = a->stream == 1 && ${aligned} == 0;
% elseif kernel.many then
    const int past = a->stream == 1;
% end
% local rest = kernel.few or kernel.one -- all rows but those past the caches, or all but those left over
% local blocks = gradients.params[1]
% local last, indent = blocks and "last" or "end", blocks and "        " or "    "
% if blocks then
%   include "kernel/backward_each_block.c"
% else
    size_t row = begin;
% end
% if gradients.carried then
        if (${print.fresh(printer, "row")}) {
            first_row(a, row${printer.passed});
            if (++row == last)
                continue;
        }
% elseif gradients.alone then
        if (last - row == 1 && ${print.fresh(printer, "row")}) {
            row_alone(a, row${printer.passed});
            break;
        }
% end
% local function call(situation, further)
%   local goes_on = further and situation == kernel.many -- the same may follow, for rows left over
%   local handles_all = not blocks and situation == (kernel.one or kernel.few) and not goes_on -- no row is left
${indent}${further or ""}${handles_all and "" or "row = "}${situation.name}(a, row, ${last}${printer.passed});
% end
% if kernel.many then
${indent}if (past)
%   call(kernel.many, "    ")
% end
% if kernel.few_amd then
%   local row_bytes = #kernel.arrays * spec.width * spell.element_bytes
        ${kernel.many and "else " or ""}if (a->stream != 1 && ${print.serves_amd(kernel.few_amd.way, "(end - begin)", row_bytes)})
%   call(kernel.few_amd, "    ")
% end
% if kernel.many and (kernel.few or gradients.in_registers) then
${indent}else
%   call(rest, "    ")
% else
%   call(rest)
% end
% if kernel.few and kernel.one then call(kernel.one) end
% if blocks then
    }
% end
% if streams then
    if (past)
        stream_fence();
% end
    leave(saved);
}
