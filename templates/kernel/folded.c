% -- SPDX-License-Identifier: MIT
% -- folded.c: how four chains become one register
% item "folded"
/* Four chains of a sum, folded. */
FN V folded(const V *c) { return settled(add(add(c[0], c[2]), add(c[1], c[3]))); }
