/* SPDX-License-Identifier: MIT */
/* kernels.h - kernels called directly, without the library's checks. */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H

#include "../case.h"
#include "../contender.h"

/* Returns the table of kernels: those linked into the program, or those of a loaded library. */
typedef const ln_entry *TableFunction(size_t *count);

/* The kernel of exactly this case, instruction set and width; a width of 0 is the kernel for any width. NULL when there
 * is none. */
const ln_entry *find_kernel(TableFunction *table, const Case *of, ln_isa isa, size_t width);

/* The kernel that the library would choose: that of the width, or the one for any width. */
const ln_entry *best_kernel(const Case *of, ln_isa isa, size_t width);

#endif
