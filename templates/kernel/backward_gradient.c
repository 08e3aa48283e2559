% -- SPDX-License-Identifier: MIT
% -- backward_gradient.c: dx of a register; adds to the sums over rows where the statistics pass does not
% local mean, adds = spell.centred and "mean, " or "", not gradients.gathers
% local gamma = spell.gamma and ", V gamma" or ""
% local sums = adds and printer.to:gsub("float", "V") or ""
% item "gradient"
/* dx${sums ~= "" and "; adds to " .. printer.named or ""} */
FN V gradient(V x, V dy${gamma}, ${spell.centred and "V mean, V rstd, V shift" or "V rstd"}, V slope${sums})
{
    const V xhat = normalised(x, ${mean}rstd), g = ${spell.gamma and "scaled(dy, gamma)" or "dy"};
% if adds and spell.gamma then
    *dgamma = muladd(dy, xhat, *dgamma);
% end
% if adds and spell.beta then
    *dbeta = settled(add(*dbeta, dy));
% end
% local statistics = spell.centred and "rstd, shift, slope" or "rstd, slope"
    return ${gradients.mode == "tiles" and ("combined(xhat, g, %s)"):format(statistics) or printer.combined};
}
