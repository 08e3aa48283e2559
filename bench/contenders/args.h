/* SPDX-License-Identifier: MIT */
/* args.h - a job as the argument struct of our kernels. The struct is large, so it is made once and then only its
 * addresses change. */
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#include "../job.h"

#include <ln_kernel.h>

ln_args args_of(const Job *job);

/* Sets the addresses of arrays of rows. It is the `place` of contenders whose state begins with an ln_args. */
void args_place(void *state, const Job *job);

#endif
