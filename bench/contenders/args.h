/* args.h - a job as the argument struct of our kernels. It is large: made once, then only its addresses change. */
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#include "../job.h"

#include <ln_kernel.h>

ln_args args_of(const Job *job);

/* The addresses of arrays of rows. */
void args_place(ln_args *args, const Job *job);

#endif
