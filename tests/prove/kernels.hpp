/* SPDX-License-Identifier: MIT */
/* kernels.hpp - the kernels that a prover was built with. */
#pragma once
#include "reference.h"

struct Kernel {
    const char *name;
    ln_isa isa;
    ln_kernel *function;
};
extern const Kernel kernels[];
extern "C" const ln_spec kernel_specs[];
extern const size_t kernel_count;

/* ln_walk_heads of ln_batch.h. */
void walk_heads(ln_kernel *, const ln_args *, const ln_heads *, size_t element, size_t parameter, int any, size_t begin,
                size_t end);
