/* job.h - one call's worth of backward work, and who does it. */
#ifndef BENCH_BACKWARD_JOB_H
#define BENCH_BACKWARD_JOB_H

#include <stddef.h>

/* x, dy, dx  [rows][width], packed; mean, rstd, variance [rows]; gamma, dgamma, dbeta [width] */
typedef struct Job {
    size_t width, rows;
    const float *x, *dy, *mean, *rstd, *variance, *gamma;
    float *dx, *dgamma, *dbeta, *workspace;
    size_t workspace_bytes;
    float eps;
    int stream; /* dx is large enough to be written past the caches */
} Job;

/* floors.c: reads x and dy, writes dx */
void floor_cached(const Job *job);
void floor_streamed(const Job *job);

/* loop.c, built twice: gradients as every textbook writes them */
void loop_o3(const Job *job);
void loop_fast(const Job *job);

/* onednn.c: NULL when there is no oneDNN or it does not serve the job */
typedef struct OneDnn OneDnn;
OneDnn *onednn_prepare(const Job *job);
void onednn_run(OneDnn *state);
void onednn_release(OneDnn *state);

#endif
