/* job.h - one call's worth of work: what every contender is given. */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stddef.h>

/* x, y         [rows][width], packed
 * gamma, beta  [width]
 * stream       nonzero: y is large enough to be written past the caches */
typedef struct Job {
    size_t width, rows;
    const float *x, *gamma, *beta;
    float *y;
    float eps;
    int stream;
} Job;

typedef void JobFunction(const Job *job);

#endif
