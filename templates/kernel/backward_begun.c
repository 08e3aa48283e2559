% -- SPDX-License-Identifier: MIT
% -- backward_begun.c: how registers that hold sums over rows begin
% item "begun"
/* A sum over rows as it stands; zeros before the first rows of a block. */
FN V begun(const float *sum, int fresh) { return fresh ? settled(zero()) : load(sum); }
