/* loop.h - one build of loop.c. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include "../contender.h"

/* LayerNorm and RMSNorm; f32, bf16 and f16: in the order of ln_op and ln_dtype. NULL: not written. */
typedef struct Loop {
    Isa isa; /* what the compiler was allowed to use */
    JobFunction *forward[2][3], *post[2], *int8[2], *two[2], *stats[2], *apply[2], *backward[2];
} Loop;

#endif
