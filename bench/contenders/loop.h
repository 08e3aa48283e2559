/* SPDX-License-Identifier: MIT */
/* loop.h - what one build of loop.c exports. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include "../contender.h"

enum { LOOP_WIDTH_MAX = 65536 }; /* of post and int8, which keep a row on the stack */

/* The functions for LayerNorm and RMSNorm, in the order of ln_op, and for f32, bf16 and f16, in the order of ln_dtype.
 * NULL where loop.c has none. */
typedef struct Loop {
    ln_isa isa; /* that the compiler could use */
    JobFunction *forward[2][3], *backward[2][3], *post[2], *int8[2], *two[2], *stats[2], *apply[2];
} Loop;

#endif
