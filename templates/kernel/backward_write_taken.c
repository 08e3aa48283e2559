% -- SPDX-License-Identifier: MIT
% -- backward_write_taken.c: how a row is written that registers hold or carry, in each way that the kernel stores rows
% local verbs = { "store" }
% for _, situation in ipairs(kernel.situations) do
%   if situation.way.store == "stream" then verbs[2] = "stream" end
% end
% for _, verb in ipairs(verbs) do
%   local name = verb == "stream" and "stream_row" or "write_row"
%   item(name)
/* Writes dx of a row that is taken${verb == "stream" and ", past the caches" or ""}. */
FN void ${name}(const ln_args *a, size_t row, const Taken *of)
{
    ${print.taken_pointers(printer)}
    ${print.taken_statistics(printer)}

    ${print.taken_writes(printer, verb)}
}
% end
