/* SPDX-License-Identifier: MIT */
/* kernels_end.hpp - comes after the kernels of a prover: the table of them. */
#define LN_KERNEL(name, ...) ln_kernel name;
#include "kernels.inc"
#undef LN_KERNEL

#define LN_KERNEL(name, isa, ...) {#name, LN_ISA_##isa, name},
const Kernel kernels[] = {
#include "kernels.inc"
};
const size_t kernel_count = sizeof kernels / sizeof kernels[0];

#undef ln_kernel
void walk_heads(ln_kernel *kernel, const ln_args *a, const ln_heads *h, size_t element, size_t parameter, int any,
                size_t begin, size_t end)
{
    ln_walk_heads(kernel, a, h, element, parameter, any, begin, end);
}
