#ifndef LN_BATCH_H
#define LN_BATCH_H

/* What callers of kernels share: merging the statistics of parts of rows, and going over the heads of tokens. */

#include "ln_kernel.h"

#include <math.h>

/* Statistics of whole rows from those of their parts: parts [count][rows], widths [count], whole [rows], which may be
 * the first of the parts. Parts are merged in their order (Chan, Golub and LeVeque, "Updating formulae and a pairwise
 * algorithm for computing sample variances", 1979), in double; those of width 0 say nothing. */
LN_IEEE_ONLY static inline void ln_merge_parts(ln_stats *whole, const ln_stats *parts, const size_t *widths,
                                               size_t count, size_t rows)
{
    for (size_t row = 0; row < rows; row++) {
        ln_stats sum = {0, 0};
        double n = 0;
        for (size_t part = 0; part < count; part++) {
            const ln_stats next = parts[part * rows + row];
            const double m = (double)widths[part], both = n + m, delta = next.mean - sum.mean;
            if (n > 0 && m > 0) {
                sum.mean = fma(delta, m / both, sum.mean);
                sum.m2 = fma(delta * delta, n * m / both, sum.m2 + next.m2);
            } else if (m > 0) {
                sum = next;
            }
            n = both;
        }
        whole[row] = sum;
    }
}

/* Heads that are called for one after the other: a group of rows that kernels have in flight. With fewer heads in a
 * token, or with a gamma for each, a call goes over one head of several tokens. */
enum { LN_HEADS_TOGETHER = 8, LN_HEADS_TOKENS = 32 };

/* Every head of the tokens begin .. end - 1. Elements of x and y, and those of gamma and beta, have so many bytes. */
static inline void ln_walk_heads(ln_kernel *kernel, const ln_args *args, const ln_heads *h, size_t element,
                                 size_t parameter, size_t begin, size_t end)
{
    const char *x = (const char *)args->x, *gamma = (const char *)args->gamma, *beta = (const char *)args->beta;
    char *y = (char *)args->y;
    float mean[LN_HEADS_TOKENS], rstd[LN_HEADS_TOKENS];
    const size_t count = h->heads, gamma_head = args->gamma ? h->gamma_head : 0;
    ln_args a = *args;
    if (gamma_head == 0 && count * h->x_head == args->x_stride && count * h->y_head == args->y_stride) {
        a.x_stride = h->x_head; /* all heads are rows of one batch */
        a.y_stride = h->y_head;
        kernel(&a, begin * count, end * count);
        return;
    }
    a.stream = 0;
    if (gamma_head == 0 && count >= LN_HEADS_TOGETHER) {
        a.x_stride = h->x_head;
        a.y_stride = h->y_head;
        for (size_t token = begin; token < end; token++) {
            a.x = x + token * args->x_stride * element;
            a.y = y + token * args->y_stride * element;
            a.mean = args->mean ? args->mean + token * count : NULL;
            a.rstd = args->rstd ? args->rstd + token * count : NULL;
            kernel(&a, 0, count);
        }
        return;
    }
    a.mean = args->mean ? mean : NULL;
    a.rstd = args->rstd ? rstd : NULL;
    for (size_t token = begin; token < end; token += LN_HEADS_TOKENS) {
        const size_t tokens = end - token < LN_HEADS_TOKENS ? end - token : (size_t)LN_HEADS_TOKENS;
        for (size_t head = 0; head < count; head++) {
            a.x = x + (token * args->x_stride + head * h->x_head) * element;
            a.y = y + (token * args->y_stride + head * h->y_head) * element;
            if (gamma)
                a.gamma = gamma + head * gamma_head * parameter;
            if (beta)
                a.beta = beta + head * gamma_head * parameter;
            kernel(&a, 0, tokens);
            for (size_t i = 0; i < tokens && args->mean; i++)
                args->mean[(token + i) * count + head] = mean[i];
            for (size_t i = 0; i < tokens && args->rstd; i++)
                args->rstd[(token + i) * count + head] = rstd[i];
        }
    }
}

#endif
