% -- SPDX-License-Identifier: MIT
% -- row.c: the functions of a pair for one row of a width
% local far = kernel.one.way.far
% include "single/row_apart.c"
% item(kernel.name .. "_accurate")
/* One row by the accurate path. */
NOINLINE void ${kernel.name}_accurate(${direct.parameters}${far and ", float pilot" or ""})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
% if far then
    ${far_row("&a", "0", "pilot")}
% else
    ${any}(&a, 0, 1);
% end
    leave(0);
}
% item(kernel.name .. "_row")
/* One row, by values alone. */
KERNEL void ${kernel.name}_row(${direct.parameters})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
% if far then
    float pilot;
% end
    if (!usual_environment())
        row_apart(${kernel.name}_row, ${direct.arguments});
    else if (write_one(&a, 0${far and ", &pilot" or ""}))
        leave(0);
    else
        ${kernel.name}_accurate(${direct.arguments}${far and ", pilot" or ""});
}
