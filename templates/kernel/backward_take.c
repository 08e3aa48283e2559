% -- SPDX-License-Identifier: MIT
% -- backward_take.c: how a register is added to the sums of its row; where the statistics pass gathers, also to the sums
% -- over rows, which are in memory
% local centred = spell.centred
% if gradients.gathers then
% local mean = centred and "m, " or ""
% local function begun(sum) return printer.tells_fresh and ("fresh ? settled(zero()) : %s"):format(sum) or sum end
% local fresh = printer.tells_fresh and "int fresh, " or ""
% item "take"
/* Adds a register to a chain of ${centred and "each sum" or "the sum"}, and to ${printer.named}${printer.tells_fresh and ", which begin with a fresh row" or ""}${gradients.keeps and "; keeps g" or ""}. */
FN void take(${printer.places}, ${fresh}${centred and "V m, V r, V *s, V *q" or "V r, V *q"})
{
    const V v = ${spell.load("dy")}, xhat = normalised(${spell.load("x")}, ${mean}r);
    const V g = scaled(v, ${print.gamma_of(printer, "gamma")});
%   if gradients.keeps then
    store(kept, g);
%   end
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = ${gradients.mode == "group" and "settled(muladd(g, xhat, *q))" or "muladd(g, xhat, *q)"};
    store(dgamma, muladd(v, xhat, ${begun("load(dgamma)")}));
%   if spell.beta then
    store(dbeta, settled(add(${begun("load(dbeta)")}, v)));
%   end
}
% item "take_rest"
/* The same of those elements from `i` on that there are, a register at most. */
FN void take_rest(${printer.places}, size_t i, size_t n, ${fresh}${centred and "V m, V r, V *s, V *q" or "V r, V *q"})
{
    if (i >= n)
        return;
    const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
    const V v = ${spell.load("dy + i", "left")}, g = scaled(v, ${print.gamma_of(printer, "gamma + i", "left")});
    const V xhat = keep_part(normalised(${spell.load("x + i", "left")}, ${mean}r), left);
%   if gradients.keeps then
    store(kept + i, g);
%   end
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = muladd(g, xhat, *q);
    store_part(dgamma + i, muladd(v, xhat, ${begun("load_part(dgamma + i, left)")}), left);
%   if spell.beta then
    store_part(dbeta + i, settled(add(${begun("load_part(dbeta + i, left)")}, v)), left);
%   end
}
% else
% item "take"
/* Adds to a chain of ${centred and "each sum" or "the sum"}. */
FN void take(V xhat, V g, ${centred and "V *s, " or ""}V *q)
{
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = muladd(g, xhat, *q);
}
% end
