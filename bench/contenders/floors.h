/* SPDX-License-Identifier: MIT */
/* floors.h - the loops of floors_loops.h, once for each instruction set. The files of the instruction sets export only
 * tables, so that none of their code runs before it is chosen. */
#ifndef BENCH_FLOORS_H
#define BENCH_FLOORS_H

#include "../contender.h"

typedef enum Work {
    WORK_COPY,       /* y = x, bit by bit */
    WORK_COPY_TWICE, /* y = x and y2 = x */
    WORK_AFFINE,     /* y = x*gamma + beta */
    WORK_GAIN,       /* y = x*gamma */
    WORK_ADD,        /* sum = x + residual, and the same to y */
    WORK_ADD_ONCE,   /* y = x + residual */
    WORK_SUM,        /* sum = x + residual, in y where the case keeps no sum; no floor, but the step before a norm */
    WORK_GRADIENT,   /* y = x + dy: the reads and writes of a backward pass */
    WORK_INT8,       /* y = x, rounded to int8 */
    WORK_READ,       /* x is read */
    WORK_READ_Y,     /* y is read; no floor, but the step after a norm */
    WORK_NONE
} Work;

/* aligned  0, or the bytes of a row must be a multiple of it
 * flat     gamma and beta must be followed by copies of their first 16 elements; width >= 16 */
typedef struct Floor {
    const char *name;
    Work work;
    JobFunction *function;
    size_t aligned;
    int flat;
} Floor;

/* Each list ends with a floor without a name. */
extern const Floor floors_scalar[], floors_avx2[], floors_avx512[];
const Floor *floors_of(ln_isa isa);

/* The work of the floor and of the affine floor of a case; WORK_NONE when the case has no such floor. */
Work moving_work(const struct Case *of);
Work affine_work(const struct Case *of);

/* Adds a contender with this name, followed by its instruction set if it has one. */
void add_named(Contenders *list, const Contender *contender, const char *name);

extern volatile unsigned read_sink; /* keeps the compiler from removing reads */

#endif
