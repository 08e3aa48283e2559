/* loop.h - one build of loop.c. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include "../contender.h"

typedef struct Loop {
    JobFunction *run;
    Isa isa; /* what the compiler was allowed to use */
} Loop;

#endif
