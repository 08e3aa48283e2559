/* SPDX-License-Identifier: MIT */
/* numbers.h - functions of one number, and random numbers, that give the same bits on every machine: they add, multiply
 * and divide in a fixed order, and call nothing of libm, whose versions differ in the last place. */
#ifndef STORY_NUMBERS_H
#define STORY_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* Bodies of loops are compiled for AVX2, too, where the compiler can choose when the program starts. Wider registers do
 * not change a bit: additions keep their order, and nothing is contracted to fma (-ffp-contract=off). */
#if defined(STORY_CLONES)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

/* e to the x, with a relative error below 1e-14; x is cut to -700 .. 700. */
static inline double exp_of(double x)
{
    x = x < -700 ? -700 : x > 700 ? 700 : x;
    /* n = round(x / ln 2): adding 1.5 * 2^52 leaves it in the low bits of a double */
    const union {
        double value;
        uint64_t bits;
    } shifted = {x * 0x1.71547652b82fep+0 + 0x1.8p52};
    const double n = shifted.value - 0x1.8p52;
    const double r = (x - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b39p-40;
    double sum = 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    const union {
        uint64_t bits;
        double value;
    } power = {(shifted.bits + 1023) << 52};
    return sum * power.value;
}

static inline double tanh_of(double x)
{
    const double cut = x < -20 ? -20 : x > 20 ? 20 : x;
    return 1 - 2 / (exp_of(2 * cut) + 1);
}

double log_of(double x); /* of x from 1e-300 to 1e300, with an absolute error below 1e-14 */

/* GELU with tanh, as GPT-2 has it, and its derivative. */
static inline double gelu_of(double x)
{
    return 0.5 * x * (1 + tanh_of(0.7978845608028654 * (x + 0.044715 * x * x * x)));
}

static inline double gelu_slope(double x)
{
    const double t = tanh_of(0.7978845608028654 * (x + 0.044715 * x * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.7978845608028654 * (1 + 3 * 0.044715 * x * x);
}

/* Random numbers from a seed. */
typedef struct Random {
    uint64_t state;
} Random;

uint64_t random_bits(Random *r);
size_t random_below(Random *r, size_t limit);
double random_normal(Random *r); /* about N(0, 1): the sum of twelve uniform numbers, less 6 */
void fill_normal(Random *r, float *p, size_t count, double deviation);

double norm_of(const float *p, size_t count); /* square root of the sum of squares */

#endif
