/* table.h - the kernels of one directory written by `lngen emit`. */
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "../contender.h"

#include <ln_kernel.h>

typedef struct Kernel {
    const char *name;
    Isa isa;
    const char *op, *pass, *dtype, *affine, *residual;
    size_t width;
    ln_kernel *run;
} Kernel;

typedef struct KernelTable {
    size_t count;
    const Kernel *at;
} KernelTable;

/* The program's own, and of every library made by kernels.sh. */
extern const KernelTable bench_kernels;

#endif
