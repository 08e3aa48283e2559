% -- SPDX-License-Identifier: MIT
% -- backward_delegates.c: gradients of a known width that gains nothing from being known
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ${calls[1]};

% item(kernel.name)
/* Gradients of the rows begin .. end - 1; checks nothing. */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    ${calls[1]}(a, begin, end);
}
