/* SPDX-License-Identifier: MIT */
/* inputs.h - repeatable random numbers, and classes of rows on which norms are known to go wrong. */
#ifndef INPUTS_H
#define INPUTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

uint32_t random_bits(Random *r);
float random_uniform(Random *r); /* 0 <= u < 1 */
float random_normal(Random *r);  /* mean 0, deviation 1 */

/* The seed of this run: LN_TEST_SEED, or 1. It prints the seed, so that a failure can be repeated. */
uint64_t test_seed(void);

typedef struct InputClass {
    const char *name;
    void (*fill)(Random *r, float *x, size_t n); /* one row */
    enum { FINITE, CONSTANT, NOT_FINITE } kind;
} InputClass;

extern const InputClass input_classes[];
extern const size_t input_class_count;

/* A row of small integers with mean^2 = near * m2, near being (1/2 - 2/n)/n: the edge of the fast path to the last bit.
 * Their sum s and sum of squares q are exact, and s^2 (3n - 4) = q n (n - 4). A width with no such row has one of mean
 * 0.7 and deviation 1, which is beside the edge. */
void edge_of_near(Random *r, float *x, size_t n);

#endif
