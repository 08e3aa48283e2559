% -- SPDX-License-Identifier: MIT
% -- backward_combined.c: dx of a register whose xhat and g are at hand
% item "combined"
/* dx of xhat and g */
FN V combined(V xhat, V g, ${spell.centred and "V rstd, V shift, V slope" or "V rstd, V slope"}) { return ${printer.combined}; }
