% -- SPDX-License-Identifier: MIT
% -- backward_take.c: how a register is added to the sums of its row; where the statistics pass gathers, also to the sums
% -- over rows, which are in memory
% local centred = spell.centred
% if gradients.gathers then
% local mean = centred and "m, " or ""
% local fresh = printer.tells_fresh and "int fresh, " or ""
% local xhat = gradients.carries_both and ", V *taken" or ""
% local returned = gradients.carried and "V" or "void"
% item "take"
/* Adds a register to a chain of ${centred and "each sum" or "the sum"}, and to ${printer.named}${printer.tells_fresh and ", which begin with a fresh row" or ""}${gradients.keeps and "; keeps g" or gradients.carried and "; returns g" or ""}${gradients.carries_both and " and takes xhat along" or ""}. */
FN ${returned} take(${printer.places}, ${fresh}${centred and "V m, V r, V *s, V *q" or "V r, V *q"}${xhat})
{
    const V v = ${spell.load("dy")}, xhat = normalised(${spell.load("x")}, ${mean}r);
    const V g = scaled(v, ${print.gamma_of(printer, "gamma")});
%   if gradients.keeps then
    store(kept, g);
%   end
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = ${(gradients.mode == "group" or gradients.carried) and "settled(muladd(g, xhat, *q))" or "muladd(g, xhat, *q)"};
    store(dgamma, muladd(v, xhat, ${print.begun(printer, "load(dgamma)")}));
%   if spell.beta then
    store(dbeta, settled(add(${print.begun(printer, "load(dbeta)")}, v)));
%   end
%   if gradients.carries_both then
    *taken = xhat;
%   end
%   if gradients.carried then
    return g;
%   end
}
%   if target.lanes > 1 then
% item "take_rest"
/* The same of the first `left` elements of a register. */
FN ${returned} take_rest(${printer.places}, unsigned left, ${fresh}${centred and "V m, V r, V *s, V *q" or "V r, V *q"}${xhat})
{
    const V v = ${spell.load("dy", "left")}, g = scaled(v, ${print.gamma_of(printer, "gamma", "left")});
    const V xhat = keep_part(normalised(${spell.load("x", "left")}, ${mean}r), left);
%     if gradients.keeps then
    store(kept, g);
%     end
%     if centred then
    *s = settled(add(*s, g));
%     end
    *q = muladd(g, xhat, *q);
    store_part(dgamma, muladd(v, xhat, ${print.begun(printer, "load_part(dgamma, left)")}), left);
%     if spell.beta then
    store_part(dbeta, settled(add(${print.begun(printer, "load_part(dbeta, left)")}, v)), left);
%     end
%     if gradients.carries_both then
    *taken = xhat;
%     end
%     if gradients.carried then
    return g;
%     end
}
%   end
% else
% item("take" .. printer.apart)
/* Adds to a chain of ${centred and "each sum" or "the sum"}. */
FN void take${printer.apart}(V xhat, V g, ${centred and "V *s, " or ""}V *q)
{
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = muladd(g, xhat, *q);
}
% end
