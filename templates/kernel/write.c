% -- SPDX-License-Identifier: MIT
% -- write.c: writes one row right after its sums, or several rows whose sums are finished
% if way.calls_write_at then
%   item("write_" .. way.name .. "_at")
%   local written = print.written_at(printer, way)
%   local most, varies = written.most, written.varies
%   local whole = printer.paired and "register pair" or "register"
%   local what = varies and ("n elements, up to %d %ss,"):format(most, whole) or most > 1 and most .. " " .. whole .. "s" or "a " .. whole
/* Writes ${what} of ${way.rows == 1 and "a row" or "each row"}, from element i on. */
FN void write_${way.name}_at(size_t i, ${varies and "size_t n, " or ""}${(print.write_at_parameters(printer, way))})
{
    ${print.write_at(printer, way)}
}
% end
% item("write_" .. way.name)
% local subject = way.rows == 1 and "one row" or way.rows .. " rows"
% if way.fused then
% local what = spec.pass == "apply" and "Writes" or "Sums and writes"
% local where = way.unaligned and ", past the caches from its first whole register of y on" or ""
/* ${what} one row${where}. Returns 0 if it needs the accurate path${way.far and " and sets `mean`" or ""}. */
${direct and way == kernel.one.way and "FN" or "NOINLINE"} int write_${way.name}(const ln_args *a, size_t row${way.far and ", float *mean" or finish.whole})
{
%   local suffix = print.suffix(way.sums)
%   local calls = way.unaligned and way.sums.called
%   if calls then
    Sums sums;
    sum_row${suffix}(a, row, &sums);
%   else
    const ${finish.sums} sums = ${spec.pass == "apply" and "a->stats[row]" or "take_sums" .. suffix .. (kernel.pilot and "(a, row, NULL)" or "(a, row)")};
%   end
    Finished f;
    if (!finish_row${suffix}(a, row, sums, &f${way.far and ", mean" or finish.given}))
        return 0;
%   if way.near then
    if (!(f.unsplit & 1u)) {
        RowConstants k;
%     for _, field in ipairs { "rstd", "shift", "high" } do
        rstore(k.${field}, f.${field});
%     end
        write_far(a, row, 1, &k);
        return 1;
    }
%   end
%   if spec.pass ~= "apply" and not calls then
    barrier(); /* x is read again, not kept */
%   end
% else
% local of_head = way.heads and ", each with the gamma" .. (spell.beta and " and beta" or "") .. " of its head" or ""
/* Writes ${subject}${way.near and " of which nothing is subtracted first" or way.row_by_row and " one after the other" or ""}${of_head}${way.store == "stream" and ", past the caches" or ""}. */
${way.sums_before and "FN" or "NOINLINE"} void write_${way.name}(const ln_args *a, size_t row, const RowConstants *k)
{
% end
% if way.row_by_row then
    ${print.rows_in_turn(printer, way)}
% else
    ${print.pointers(printer, way)}
    ${print.registers(printer, way)}
%   if spell.dynamic then
    V ${print.largest_registers(way)};

    ${print.writes(printer, way, "largest")}
    ${print.inverses(way)}
    barrier(); /* rows and parameters are read again below */
%   end
%   if way.unaligned then
%     include "kernel/write_unaligned.c"
%   else

    ${print.writes(printer, way)}
%   end
% end
% if way.fused then
    return 1;
% end
}
