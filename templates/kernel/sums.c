% -- sums.c: the sums of one row, in line and out of line. `take` says how its loops are unrolled and whether x + residual
% -- is written here.
% local suffix, writes_sum = print.late_suffix(printer, take.late), spell.keeps_sum and not take.late
% local function four(name, start)
%   local places = { "const " .. spell.element .. " *x" }
%   if spell.adds then places[#places + 1] = ("const %s *z"):format(spell.element) end
%   if spell.bias then places[#places + 1] = ("const %s *bias"):format(spell.element) end
%   if writes_sum then places[#places + 1] = spell.element .. " *sum" end
FN void ${name}${suffix}(${table.concat(places, ", ")}, ${spell.centred and "V s[4], " or ""}V q[4])
{
    ${print.four(printer, start, writes_sum)}
}
% end
% if take.starts and spec.width >= 64 then
%   item("sum_first" .. suffix)
/* Starts the chains of a row's sums with four registers, 16 elements apart. */
%   four("sum_first", true)
% end
% if spec.width >= 128 or spec.width >= 64 and take.unroll ~= "full" then
%   item("sum_more" .. suffix)
/* Adds four registers, 16 elements apart, to their chains. */
%   four("sum_more", false)
% end
% item("take_sums" .. suffix)
/* Sums of one row${writes_sum and ", which is written to a->sum" or take.late and "; a->sum is written with y" or ""}. */
FN Moments take_sums${suffix}(const ln_args *a, size_t row)
{
    ${print.sums_pointers(printer, take)}
    Moments m;
    ${print.sums(printer, take)}
    return m;
}
% if take.called then
%   item("moments" .. suffix)
/* The same out of line. Through a pointer: gcc 12 returns a struct of one register with its upper half cleared. */
NOINLINE void moments${suffix}(const ln_args *a, size_t row, Moments *m) { *m = take_sums${suffix}(a, row); }
% end
