% -- SPDX-License-Identifier: MIT
% -- backward_gradient.c: dx of a register; adds to the sums over rows where the statistics pass does not
% local mean, adds = spell.centred and "mean, " or "", not gradients.gathers
% local given = gradients.keeps or gradients.carried -- g is
% local inputs = given and "V x, V g" or spell.gamma and "V x, V dy, V gamma" or "V x, V dy"
% local sums = adds and printer.to:gsub("float", "V") or ""
% item("gradient" .. printer.apart)
/* dx${sums ~= "" and "; adds to " .. printer.named or ""} */
FN V gradient${printer.apart}(${inputs}, ${spell.centred and "V mean, V rstd, V shift" or "V rstd"}, V slope${sums})
{
% local g = given and "" or spell.gamma and ", g = scaled(dy, gamma)" or ", g = dy"
    const V xhat = normalised(x, ${mean}rstd)${g};
% if adds and spell.gamma then
    *dgamma = muladd(dy, xhat, *dgamma);
% end
% if adds and spell.beta then
    *dbeta = settled(add(*dbeta, dy));
% end
% local statistics = spell.centred and "rstd, shift, slope" or "rstd, slope"
    return ${gradients.mode == "tiles" and ("combined(xhat, g, %s)"):format(statistics) or printer.combined};
}
