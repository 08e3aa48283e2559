% -- SPDX-License-Identifier: MIT
% -- row.c: the functions of a pair for one row of a width
% local far = kernel.one.way.far
% item(kernel.name .. "_apart")
/* One row in another environment, or by the accurate path. */
NOINLINE void ${kernel.name}_apart(${direct.parameters})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
    const unsigned saved = enter();
% if far then
    float pilot;
% end
% if far and kernel.splits_far then
    if (!write_one(&a, 0, &pilot)) {
        RowConstants k = ${print.no_constants(printer)};
        k.mean[0] = pilot;
        write_far(&a, 0, 1, 0, &k);
    }
% elseif far then
    if (!write_one(&a, 0, &pilot))
        ${write_row}(&a, 0, WIDTH_INVERSE, LIMIT, 0, pilot, 0.0f, 0.0f);
% else
    if (!write_one(&a, 0))
        ${any}(&a, 0, 1);
% end
    leave(saved);
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
    if (usual_environment() && write_one(&a, 0${far and ", &pilot" or ""}))
        leave(0);
    else
        ${kernel.name}_apart(${direct.arguments});
}
