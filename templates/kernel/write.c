% -- SPDX-License-Identifier: MIT
% -- write.c: writes one row right after its sums, or several rows whose sums are finished
% item("write_" .. way.name)
% local subject = way.rows == 1 and "one row" or way.rows .. " rows"
% if way.fused then
% local what = spec.pass == "apply" and "Writes" or "Sums and writes"
% local where = way.unaligned and ", past the caches from its first whole register of y on" or ""
% local far = print.finishes_far(printer, way)
/* ${what} one row${where}. Returns 0 if it needs the accurate path${far and ", for which `mean` is set" or ""}. */
${direct and way == kernel.one.way and "FN" or "NOINLINE"} int write_${way.name}(const ln_args *a, size_t row${far and ", float *mean" or ""})
{
%   local suffix = print.late_suffix(printer, way.late)
%   local calls = way.unaligned and way.sums.called
%   if calls then
    Sums sums;
    sum_row${suffix}(a, row, &sums);
%   else
    const ${finish.sums} sums = ${spec.pass == "apply" and "a->stats[row]" or "take_sums" .. suffix .. (print.has_pilot(printer) and "(a, row, NULL)" or "(a, row)")};
%   end
    const Finished f = finish(${finish.arguments()});
%   if far then
    if (!(f.ok & 1u)) {
        rstore_first(mean, f.mean);
        return 0;
    }
%   else
    if (!(f.ok & 1u))
        return 0;
%   end
%   for _, field in ipairs(spell.statistics) do
    if (a->${field})
        rstore_first(a->${field} + row, f.${field});
%   end
%   if spec.pass ~= "apply" and not calls then
    barrier(); /* x is read again: registers do not hold a row */
%   end
% else
/* Writes ${subject}${way.store == "stream" and ", past the caches" or ""}. */
NOINLINE void write_${way.name}(const ln_args *a, size_t row, const RowConstants *k)
{
% end
    ${print.pointers(printer, way)}
    ${print.registers(printer, way)}
% if spell.dynamic then
    V ${print.largest_registers(way)};

    ${print.writes(printer, way, "largest")}
    ${print.inverses(way)}
    barrier(); /* rows and parameters are read again below */
% end
% if way.unaligned then
%   include "kernel/write_unaligned.c"
% else

    ${print.writes(printer, way)}
% end
% if way.fused then
    return 1;
% end
}
