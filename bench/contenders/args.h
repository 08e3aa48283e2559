/* args.h - a job as the argument struct of our kernels. It is large: made once, then only its addresses change. */
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#include "../job.h"

#include <ln_kernel.h>

ln_args args_of(const Job *job);

/* The addresses of arrays of rows. A contender's `place`: its state begins with the ln_args. */
void args_place(void *state, const Job *job);

#endif
