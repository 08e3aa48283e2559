% -- row.c: the functions of a pair for one row of a width
% item(kernel.name .. "_apart")
/* One row in another environment, or by the accurate path. */
NOINLINE void ${kernel.name}_apart(${direct.parameters})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
    const unsigned saved = enter();
    if (!write_one(&a, 0))
        ${any}(&a, 0, 1);
    leave(saved);
}
% item(kernel.name .. "_row")
/* One row, by values alone. */
KERNEL void ${kernel.name}_row(${direct.parameters})
{
    ln_args a;
    ${direct.pack}(&a, ${direct.arguments}, ${spec.width});
    if (!usual_environment() || !write_one(&a, 0))
        ${kernel.name}_apart(${direct.arguments});
}
