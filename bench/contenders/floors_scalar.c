/* SPDX-License-Identifier: MIT */
/* floors_scalar.c - the floors in plain C, for processors without AVX2. */
#include "../numbers.h"

#include <math.h>
#include <stddef.h>

typedef float V;
typedef struct B {
    int8_t at[4];
} B;
enum { LANES = 1 };
#define NAME(f) f##_scalar

static inline V load(const float *p) { return *p; }
static inline void store(float *p, V a) { *p = a; }
static inline void stream(float *p, V a) { *p = a; }
static inline void fence(void) {}
static inline V add(V a, V b) { return a + b; }
static inline V mul(V a, V b) { return a * b; }
static inline V muladd(V a, V b, V c) { return fmaf(a, b, c); }
static inline V either(V a, V b) { return float_of(bits_of(a) | bits_of(b)); }
static inline V load_part(const float *p, size_t n) { return n ? *p : 0; }
static inline void store_part(float *p, V a, size_t n)
{
    if (n)
        *p = a;
}

static inline int8_t nearest(float a) { return (int8_t)lrintf(fminf(fmaxf(a, -128), 127)); }
static inline B to_int8(V a, V b, V c, V d)
{
    const B all = {{nearest(a), nearest(b), nearest(c), nearest(d)}};
    return all;
}
static inline void store_int8(int8_t *p, B a) { memcpy(p, a.at, sizeof a.at); }
static inline void stream_int8(int8_t *p, B a) { store_int8(p, a); }

#include "floors_loops.h"
