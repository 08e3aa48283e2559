% -- SPDX-License-Identifier: MIT
% -- backward_take_held.c: how a register is added to the sums of its row and to the sums over rows, which registers hold
% local centred, beta = spell.centred, spell.beta
% local sums = "int first, " .. (centred and "V *s, V *q, " or "V *q, ") .. (beta and "V *dgamma, V *dbeta" or "V *dgamma")
% item "add_taken"
/* Adds xhat and g to a chain of ${centred and "each sum" or "the sum"}, which they may begin, and to ${printer.named}. */
FN void add_taken(V xhat, V g, V dy, ${sums})
{
    *dgamma = muladd(dy, xhat, *dgamma);
% if beta then
    *dbeta = settled(add(*dbeta, dy));
% end
% if centred then
    *s = first ? g : settled(add(*s, g));
% end
    *q = settled(muladd(g, xhat, first ? zero() : *q));
}
% if gradients.mode == "tiles" then
% item "take"
/* The same of a register of each array${gradients.keeps and "; keeps g" or ""}. */
FN void take(V x, V dy, V gamma, ${centred and "V m, V r" or "V r"}, ${sums}${gradients.keeps and ", float *kept" or ""})
{
%   if gradients.keeps then
    const V g = scaled(dy, gamma);
    store(kept, g);
%   end
    add_taken(normalised(x, ${centred and "m, r" or "r"}), ${gradients.keeps and "g" or "scaled(dy, gamma)"}, dy, ${(sums:gsub("%a+ %*?(%a+)", "%1"))});
}
% end
