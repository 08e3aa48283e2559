/* table.c - kernels.inc as a table; compiled into ln_bench and into the libraries that kernels.sh makes. */
#include "table.h"

#define LN_KERNEL(name, ...) ln_kernel name;
#include <kernels.inc>
#undef LN_KERNEL

static const Kernel kernels[] = {
#define LN_KERNEL(name, isa, op, pass, dtype, params, affine, rounding, residual, bias, quant, norms, width)   \
    {#name, ISA_##isa, #op, #pass, #dtype, #affine, #residual, width, name},
#include <kernels.inc>
#undef LN_KERNEL
};

__attribute__((visibility("default"))) const KernelTable bench_kernels = {sizeof kernels / sizeof kernels[0], kernels};
