% -- SPDX-License-Identifier: MIT
% -- backward_terms.c: what is summed over a row and over rows: xhat and g
% item "normalised"
/* xhat, the normalised element */
% if spell.centred then
FN V normalised(V x, V mean, V rstd) { return settled(mul(sub(x, mean), rstd)); }
% else
FN V normalised(V x, V rstd) { return settled(mul(x, rstd)); }
% end
% if spell.gamma then
% item "scaled"
/* g = ${spell.gradient_formula} */
FN V scaled(V dy, V gamma) { return ${spell.scaled_gradient("dy", "gamma")}; }
% end
