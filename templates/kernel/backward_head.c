% -- SPDX-License-Identifier: MIT
% -- backward_head.c: what a kernel of gradients begins with; formulas and bits: docs/numerics.md
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}${calls[1] and ", " .. calls[1] or ""};

_Static_assert(LANES == ${target.lanes}, "plan and vocabulary disagree");

% if spec.width ~= "any" then
% item "WIDTH"
enum { WIDTH = ${spec.width} };

% item "WIDTH_INVERSE"
static const float WIDTH_INVERSE = ${numerics.width_inverse_float}; /* 1 / ${spec.width} */
% end
