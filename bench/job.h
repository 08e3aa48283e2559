/* SPDX-License-Identifier: MIT */
/* job.h - the work of one call, which every contender is given. */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stddef.h>

/* Arrays are packed; those that the case does not have are NULL.
 * x, residual, dy      [rows][width], elements of x_bytes
 * near                 [rows][width], x before rows were moved far from zero, for comparison
 * y                    [rows][width], elements of y_bytes; backward: dx
 * y2                   the same, of the second of two norms
 * sum                  [rows][width], x + residual where that is an output, too
 * wide                 [rows][width], for contenders that write f32 in int8 cases, for comparison
 * mean, rstd, variance [rows], inputs of the backward pass
 * scale                [rows], for int8 with a scale for each row; int8 with a given scale has static_scale
 * gamma, beta          [width], elements of x_bytes; gamma2 and beta2 are those of y2
 * stats                [rows][2], a row's mean and m2 as in ln_stats
 * dgamma, dbeta        [width]
 * workspace            workspace_bytes, as many as ln_workspace_bytes() returns
 * to_same              so many bytes after y lies the same place within 4 KB as that of x; 0: there is no room for it
 * stream               nonzero: y is so large that it is written past the caches */
typedef struct Job {
    const struct Case *of;
    size_t width, rows, x_bytes, y_bytes;
    const void *x, *near, *residual, *dy, *gamma, *beta, *gamma2, *beta2;
    void *y, *y2, *sum;
    float *wide, *mean, *rstd, *variance, *scale, *dgamma, *dbeta, *workspace;
    double *stats;
    size_t workspace_bytes, to_same;
    float eps, static_scale;
    int stream;
} Job;

/* Does the work for rows begin .. end - 1. */
typedef void JobFunction(const Job *job, size_t begin, size_t end);

#endif
