/* SPDX-License-Identifier: MIT */
/* numbers.c - logarithm, random numbers and sums in a fixed order. */
#include "numbers.h"

#include <math.h>

double log_of(double x)
{
    /* x = m * 2^e; a first guess, then Newton's method on exp */
    union {
        double value;
        uint64_t bits;
    } u = {x};
    double y = ((double)(u.bits >> 52) - 1023) * 0x1.62e42fefa39efp-1;
    for (int i = 0; i < 6; i++) {
        const double e = exp_of(y);
        y = y + 2 * (x - e) / (x + e);
    }
    return y;
}

/* splitmix64, whose author has put it in the public domain */
uint64_t random_bits(Random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t random_below(Random *r, size_t limit) { return (size_t)(random_bits(r) >> 11) % limit; }

double random_normal(Random *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)(random_bits(r) >> 11) * 0x1p-53;
    return sum;
}

void fill_normal(Random *r, float *p, size_t count, double deviation)
{
    for (size_t i = 0; i < count; i++)
        p[i] = (float)(random_normal(r) * deviation);
}

double norm_of(const float *p, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)p[i] * (double)p[i];
    return sqrt(sum); /* correctly rounded everywhere */
}
