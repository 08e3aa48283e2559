% -- SPDX-License-Identifier: MIT
% -- sums.c: the sums of one row, in line and out of line. `sums` says how its loops are unrolled and whether x + residual
% -- is written here.
% local suffix, writes_sum = print.suffix(sums), sums.writes_sum
% local chains = spell.centred and "V *s, V *q" or "V *q"
% local about, pilot = kernel.pilot, kernel.pilot and ", const V *pilot" or ""
% if begins then
% item "sum_first"
/* Begins ${spell.centred and "a chain of each sum" or "a chain"} with a register. */
FN void sum_first(V x, ${chains})
{
    ${print.settled(printer)}
%   if spell.centred then
    *s = x;
%   end
    *q = settled(mul(x, x));
}
% end
% if goes_on then
% item "sum_more"
/* Adds a register to a chain of ${spell.centred and "each sum" or "the sum"}. */
FN void sum_more(V x, ${chains})
{
    ${print.settled(printer)}
%   if spell.centred then
    *s = settled(add(*s, x));
%   end
    *q = muladd(x, x, *q);
}
% end
% if about and (begins or goes_on) then
% item "about"
/* x, or x - pilot where there is one */
FN V about(V x, const V *pilot) { return pilot ? settled(sub(x, *pilot)) : x; }
% end
% if about and spec.width % printer.unit > 0 then
% item "part_about"
/* The first n elements of a register, about the pilot where there is one. */
FN V part_about(V x, const V *pilot, unsigned n) { return pilot ? keep_part(sub(x, *pilot), n) : x; }
% end
% local begins_four, goes_on_four = print.fours(printer, sums)
% if begins_four or goes_on_four then
%   local written = printer.halves and ", the odd elements or the even ones" .. (writes_sum and ", with which both are written to sum" or "")
%     or writes_sum and ", and writes them to sum" or ""
%   local apart = "registers, 16 elements apart"
%   local what = begins_four and goes_on_four and "Adds four %s, to their chains or begins these"
%     or begins_four and "Begins four chains with %s" or "Adds four %s, to their chains"
%   item("sum_four" .. suffix)
/* ${what:format(apart)}${written}. */
FN void sum_four${suffix}(${print.four_parameters(printer, sums)}${pilot})
{
    ${print.four(printer, sums)}
}
% end
% item("take_sums" .. suffix)
/* Sums one row${writes_sum and ", and writes it to a->sum" or sums.late and "; the write pass writes a->sum" or ""}. */
FN Sums take_sums${suffix}(const ln_args *a, size_t row${pilot})
{
    ${print.sums_pointers(printer, sums)}
    Sums sums;
    ${print.sums(printer, sums)}
    return sums;
}
% if sums.called then
%   item("sum_row" .. suffix)
/* Sums one row out of line; gcc 12 is slow to return a struct. */
NOINLINE void sum_row${suffix}(const ln_args *a, size_t row, Sums *sums) { *sums = take_sums${suffix}(a, row${about and ", NULL" or ""}); }
% end
