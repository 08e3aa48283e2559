% -- SPDX-License-Identifier: MIT
% -- gradient_row.c: the functions of a pair for the gradients of one row of a width
% include "single/row_apart.c"
% item(kernel.name .. "_row")
/* One row, by values alone. */
KERNEL void ${kernel.name}_row(${direct.parameters})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
    if (usual_environment()) {
        row_alone(&a, 0${printer.passed});
        leave(0);
    } else {
        row_apart(${kernel.name}_row, ${direct.arguments});
    }
}
