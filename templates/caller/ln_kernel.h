% -- SPDX-License-Identifier: MIT
% -- ln_kernel.h: what every kernel is given, as a header of a directory
#ifndef LN_KERNEL_H
#define LN_KERNEL_H

/* What every kernel is given, and what keeps a compiler's hands off its arithmetic. */

#include <stddef.h>
#include <stdint.h>

% include "caller/float_control.h"
% include "caller/precise.h"

/* fma as clang cannot know it: before version 19, under -ffast-math, it makes a product and a sum of one that it knows. */
#if defined(__clang__) && defined(__FAST_MATH__)
#include <math.h>
static double (*const volatile ln_fma)(double, double, double) __attribute__((unused)) = fma;
#else
#define ln_fma fma
#endif

#ifdef __cplusplus
extern "C" {
#endif

% include "caller/arguments.h"

% include "caller/head_args.h"

% item "ln_kernel"
/* LN_BEGIN_PARAMS is for kernels only: dgamma and dbeta are the sums of one block of rows, without a workspace. */
enum { LN_ADD_DX = 1, LN_ADD_PARAMS = 2, LN_BEGIN_PARAMS = 4, LN_BACKWARD_BLOCK = ${numerics.block_rows} };

/* Works on the rows begin .. end - 1: normalises them, or takes their statistics; backward, begin is a multiple of
 * LN_BACKWARD_BLOCK, end another or the last. */
typedef void ln_kernel(const ln_args *args, size_t begin, size_t end);

/* Writes one row of LayerNorm from its mean, rstd and shift. A row that is not `ok` has only a mean, which was computed
 * from plain sums: it is summed again, about that mean. */
typedef void ln_write_row(const ln_args *args, size_t row, unsigned ok, float mean, float rstd, float shift);

#ifdef __cplusplus
}
#endif

#endif
