/* SPDX-License-Identifier: MIT */
/* pairs.h - pairs of files, as lngen emit --single-file writes them, linked into ln_bench. */
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include "../contender.h"

#include <ln_kernel.h>

/* Normalises all heads of tokens, with the arrays, strides and eps of `args`. */
typedef void PairHeads(const ln_args *args, size_t heads, size_t tokens);

/* NULL when no pair has heads of this width. */
PairHeads *pair_heads(const struct Case *of, size_t width);

#endif
