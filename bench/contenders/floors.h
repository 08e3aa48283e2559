/* floors.h - the loops of floors_loops.h, once for each instruction set: tables only, so that nothing of an instruction
 * set runs before somebody chose it. */
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
    WORK_SUM,        /* sum = x + residual, in y where the case keeps no sum: no floor, a step before a norm */
    WORK_GRADIENT,   /* y = x + dy: what a backward pass reads and writes */
    WORK_INT8,       /* y = x to the nearest int8 */
    WORK_READ,       /* x is read */
    WORK_READ_Y,     /* y is read: no floor, what comes after a norm */
    WORK_NONE
} Work;

/* aligned  0, or rows must be so many bytes, or a multiple
 * flat     takes gamma and beta that go on from their beginning for 16 elements past their end; width >= 16 */
typedef struct Floor {
    const char *name;
    Work work;
    JobFunction *function;
    size_t aligned;
    int flat;
} Floor;

/* Up to one without a name. */
extern const Floor floors_scalar[], floors_avx2[], floors_avx512[];
const Floor *floors_of(Isa isa);

/* What the floors of a case do; WORK_NONE where there is no such floor. */
Work moving_work(const struct Case *of);
Work affine_work(const struct Case *of);

/* Adds a contender under the name, followed by its instruction set where there is one. */
void add_named(Contenders *list, const Contender *contender, const char *name);

extern volatile unsigned read_sink; /* keeps reads from being optimised away */

#endif
