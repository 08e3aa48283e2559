/* kernels.h - kernels called directly, without the library's checks. */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H

#include "../case.h"
#include "../contender.h"

/* A library's kernels: those linked in, or a file's. */
typedef const ln_entry *TableFunction(size_t *count);

/* The kernel of exactly this case, instruction set and width, 0 for any width; NULL when there is none. */
const ln_entry *find_kernel(TableFunction *table, const Case *of, Isa isa, size_t width);

/* As the library chooses: the width's, or the one for any width. */
const ln_entry *best_kernel(const Case *of, Isa isa, size_t width);

#endif
