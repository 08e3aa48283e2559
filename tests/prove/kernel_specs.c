/* SPDX-License-Identifier: MIT */
/* kernel_specs.c - the specs of a prover's kernels; C, because their fields are named in another order than declared.
 */
#include "ln_spec.h"
#include "spec.inc"

#define LN_KERNEL(name, isa, ...) LN_SPEC_OF(__VA_ARGS__),
const ln_spec kernel_specs[] = {
#include "kernels.inc"
};
