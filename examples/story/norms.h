/* SPDX-License-Identifier: MIT */
/* norms.h - the norms of the story: lngen's kernels for the width, its kernels for any width, or a plain loop. */
#ifndef STORY_NORMS_H
#define STORY_NORMS_H

#include "ln.h"

typedef enum NormKind { NORM_KERNEL, NORM_ANY_WIDTH, NORM_LOOP } NormKind;

/* The entries of one width. */
typedef struct Norms {
    NormKind kind;
    size_t width;
    int threads;
    const ln_entry *plain, *pre, *post, *backward;
    double seconds; /* spent in norms so far */
} Norms;

/* Returns NULL, or what is missing in one line. */
const char *norms_open(Norms *norms, NormKind kind, size_t width, int threads);

/* Arrays of rows have no gaps; eps is 1e-5. Each returns LN_OK or the status of ln_run.
 * norm_plain      y = norm(x)
 * norm_add        sum = x + r, y = norm(sum); with sum NULL only y, by the kernel that writes no sum
 * norm_backward   dx of y = norm(x) from dy, dgamma and dbeta; with `add` dx is added to what is there */
ln_status norm_plain(Norms *norms, float *y, const float *x, const float *gamma, const float *beta, size_t rows);
ln_status norm_add(Norms *norms, float *sum, float *y, float *mean, float *rstd, const float *x, const float *r,
                   const float *gamma, const float *beta, size_t rows);
ln_status norm_backward(Norms *norms, float *dx, float *dgamma, float *dbeta, const float *x, const float *dy,
                        const float *mean, const float *rstd, const float *gamma, size_t rows, int add,
                        float *workspace, size_t workspace_bytes);

#endif
