/* SPDX-License-Identifier: MIT */
/* floors_loops.h - the loops of the floors. The including file defines: V, a vector of LANES floats, with load, store,
 * stream, load_part, store_part, add, mul, muladd and either (the bits of both); B, as many int8 as four V have
 * elements, with to_int8, store_int8 and stream_int8; fence; and NAME(f), the name of f for this instruction set. */
#include "floors.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { VECTOR = LANES * sizeof(float) };

INLINE void put(float *p, V a, const int nt)
{
    if (nt)
        stream(p, a);
    else
        store(p, a);
}

INLINE void end_of(const int nt)
{
    if (nt)
        fence();
}

/* The number of elements until p is aligned to a vector, at most n. */
INLINE size_t until_aligned(const float *p, size_t n)
{
    const size_t past = (uintptr_t)p / sizeof(float) % LANES, left = past ? LANES - past : 0;
    return left < n ? left : n;
}

INLINE const float *floats(const char *p) { return (const float *)(const void *)p; }

/* Copies bytes. `block` vectors are loaded before the first of them is stored. */
INLINE void copy(const Job *job, size_t begin, size_t end, const size_t block, const int nt)
{
    const size_t row = job->width * job->x_bytes, n = row * (end - begin);
    const char *x = (const char *)job->x + row * begin;
    char *y = (char *)job->y + row * begin;
    size_t i = nt ? -(uintptr_t)y % VECTOR : 0;
    i = i < n ? i : n;
    if (i)
        memcpy(y, x, i);
    for (; i + 8 * VECTOR <= n; i += 8 * VECTOR)
        for (size_t j = 0; j < 8; j += block) {
            V v[8];
            for (size_t k = 0; k < block; k++)
                v[k] = load(floats(x + i + (j + k) * VECTOR));
            for (size_t k = 0; k < block; k++)
                put((float *)(void *)(y + i + (j + k) * VECTOR), v[k], nt);
        }
    for (; i + VECTOR <= n; i += VECTOR)
        put((float *)(void *)(y + i), load(floats(x + i)), nt);
    if (i < n)
        memcpy(y + i, x + i, n - i);
    end_of(nt);
}

INLINE V gained(V x, const float *gamma, const float *beta, const int with_beta)
{
    return with_beta ? muladd(x, load(gamma), load(beta)) : mul(x, load(gamma));
}

INLINE V gained_part(const float *x, const float *gamma, const float *beta, size_t n, const int with_beta)
{
    const V g = load_part(gamma, n);
    return with_beta ? muladd(load_part(x, n), g, load_part(beta, n)) : mul(load_part(x, n), g);
}

/* Does `together` rows, which share the loads of gamma and beta; a turn of the loop does four vectors. */
INLINE void affine_rows(const Job *job, size_t row, const size_t together, const int with_beta, const int nt)
{
    const size_t n = job->width, turn = 4 / together;
    const float *x = (const float *)job->x + row * n, *gamma = job->gamma, *beta = job->beta;
    float *y = (float *)job->y + row * n;
    size_t i = nt ? until_aligned(y, n) : 0;
    if (i)
        for (size_t r = 0; r < together; r++)
            store_part(y + r * n, gained_part(x + r * n, gamma, beta, i, with_beta), i);
    for (; i + turn * LANES <= n; i += turn * LANES)
        for (size_t k = 0; k < turn; k++) {
            const size_t at = i + k * LANES;
            const V g = load(gamma + at), b = with_beta ? load(beta + at) : g;
            for (size_t r = 0; r < together; r++) {
                const V v = load(x + r * n + at);
                put(y + r * n + at, with_beta ? muladd(v, g, b) : mul(v, g), nt);
            }
        }
    for (; i < n; i += LANES) {
        const size_t left = n - i < LANES ? n - i : LANES;
        for (size_t r = 0; r < together; r++)
            store_part(y + r * n + i, gained_part(x + r * n + i, gamma + i, beta + i, left, with_beta), left);
    }
}

INLINE void affine(const Job *job, size_t begin, size_t end, const size_t together, const int with_beta, const int nt)
{
    size_t row = begin;
    for (; row + together <= end; row += together)
        affine_rows(job, row, together, with_beta, nt);
    for (; row < end; row++)
        affine_rows(job, row, 1, with_beta, nt);
    end_of(nt);
}

/* Does all rows as one: gamma and beta are followed by copies of their first elements. */
INLINE void affine_flat(const Job *job, size_t begin, size_t end, const int with_beta, const int nt)
{
    const float *x = (const float *)job->x + begin * job->width, *gamma = job->gamma, *beta = job->beta;
    float *y = (float *)job->y + begin * job->width;
    const size_t n = job->width * (end - begin);
    size_t i = nt ? until_aligned(y, n) : 0, column = i;
    if (i)
        store_part(y, gained(load_part(x, i), gamma, beta, with_beta), i);
    for (; i + LANES <= n; i += LANES) {
        put(y + i, gained(load(x + i), gamma + column, beta + (with_beta ? column : 0), with_beta), nt);
        column += LANES;
        column -= column >= job->width ? job->width : 0;
    }
    if (i < n)
        store_part(y + i, gained(load_part(x + i, n - i), gamma + column, beta + (with_beta ? column : 0), with_beta),
                   n - i);
    end_of(nt);
}

/* a + b, or a when b is NULL: a vector, or the first n elements of one. */
INLINE V sum_of(const float *a, const float *b) { return b ? add(load(a), load(b)) : load(a); }
INLINE V sum_of_part(const float *a, const float *b, size_t n)
{
    return b ? add(load_part(a, n), load_part(b, n)) : load_part(a, n);
}
INLINE const float *from(const float *b, size_t i) { return b ? b + i : NULL; }

/* Writes a + b, or a when b is NULL, to one or two arrays; a turn of the loop does four vectors. */
INLINE void sums(float *to, float *too, const float *a, const float *b, size_t n, const int nt)
{
    size_t i = nt ? until_aligned(to, n) : 0;
    if (i) {
        const V v = sum_of_part(a, b, i);
        store_part(to, v, i);
        if (too)
            store_part(too, v, i);
    }
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        for (size_t k = 0; k < 4; k++) {
            const V v = sum_of(a + i + k * LANES, from(b, i + k * LANES));
            put(to + i + k * LANES, v, nt);
            if (too)
                put(too + i + k * LANES, v, nt);
        }
    for (; i < n; i += LANES) {
        const size_t left = n - i < LANES ? n - i : LANES;
        const V v = sum_of_part(a + i, from(b, i), left);
        store_part(to + i, v, left);
        if (too)
            store_part(too + i, v, left);
    }
    end_of(nt);
}

/* Whether two arrays have the same offset within a vector, so that stores can be aligned in both. */
INLINE int alike(const float *a, const float *b) { return ((uintptr_t)a - (uintptr_t)b) % VECTOR == 0; }

INLINE void add_rows(const Job *job, size_t begin, size_t end, const int both, const int nt)
{
    const size_t at = begin * job->width, n = (end - begin) * job->width;
    float *y = (float *)job->y + at, *sum = job->sum ? (float *)job->sum + at : y;
    sums(sum, both ? y : NULL, (const float *)job->x + at, (const float *)job->residual + at, n,
         nt && (!both || alike(sum, y)));
}

INLINE void copy_twice(const Job *job, size_t begin, size_t end, const int nt)
{
    const size_t at = begin * job->width, n = (end - begin) * job->width;
    float *y = (float *)job->y + at, *y2 = (float *)job->y2 + at;
    sums(y, y2, (const float *)job->x + at, NULL, n, nt && alike(y, y2));
}

INLINE void gradient(const Job *job, size_t begin, size_t end, const int nt)
{
    const size_t at = begin * job->width, n = (end - begin) * job->width;
    sums((float *)job->y + at, NULL, (const float *)job->x + at, (const float *)job->dy + at, n, nt);
}

INLINE int8_t one_int8(float a) { return (int8_t)lrintf(a < -128 ? -128 : a > 127 ? 127 : a); }

INLINE void quantise(const Job *job, size_t begin, size_t end, const int nt)
{
    const size_t n = (end - begin) * job->width;
    const float *x = (const float *)job->x + begin * job->width;
    int8_t *y = (int8_t *)job->y + begin * job->width;
    size_t i = 0;
    for (; nt && i < n && (uintptr_t)(y + i) % VECTOR != 0; i++)
        y[i] = one_int8(x[i]);
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        const float *p = x + i;
        const B b = to_int8(load(p), load(p + LANES), load(p + 2 * LANES), load(p + 3 * LANES));
        if (nt)
            stream_int8(y + i, b);
        else
            store_int8(y + i, b);
    }
    if (i < n) {
        V v[4];
        for (size_t k = 0; k < 4; k++) {
            const size_t past = i + k * LANES, left = past < n ? n - past : 0;
            v[k] = load_part(x + (left ? past : i), left < LANES ? left : LANES);
        }
        const B b = to_int8(v[0], v[1], v[2], v[3]);
        memcpy(y + i, &b, n - i);
    }
    end_of(nt);
}

/* Reads rows of `row` bytes once, as the step after a norm reads y. */
static void read_rows(const char *first_row, size_t row, size_t begin, size_t end)
{
    const size_t n = row * (end - begin);
    const char *at = first_row + row * begin;
    V s[4] = {load_part(floats(at), 0), load_part(floats(at), 0), load_part(floats(at), 0), load_part(floats(at), 0)};
    unsigned char last[VECTOR];
    unsigned seen = 0;
    size_t i = 0;
    for (; i + 4 * VECTOR <= n; i += 4 * VECTOR)
        for (size_t k = 0; k < 4; k++)
            s[k] = either(s[k], load(floats(at + i + k * VECTOR)));
    for (; i + VECTOR <= n; i += VECTOR)
        s[0] = either(s[0], load(floats(at + i)));
    for (; i < n; i++)
        seen |= (unsigned char)at[i];
    const V all = either(either(s[0], s[1]), either(s[2], s[3]));
    memcpy(last, &all, sizeof last);
    for (size_t k = 0; k < sizeof last; k++)
        seen |= last[k];
    read_sink = seen;
}

/* Defines a function that does rows of a job with one of the loops above. */
#define ROWS(name, call)                                                                                               \
    static void name(const Job *job, size_t begin, size_t end) { call; }
ROWS(copy_8, copy(job, begin, end, 8, 0))
ROWS(copy_1, copy(job, begin, end, 1, 0))
ROWS(copy_nt, copy(job, begin, end, 8, 1))
ROWS(copy_two, copy_twice(job, begin, end, 0))
ROWS(copy_two_nt, copy_twice(job, begin, end, 1))
ROWS(read_x, read_rows(job->x, job->width * job->x_bytes, begin, end))
ROWS(read_y, read_rows(job->y, job->width * job->y_bytes, begin, end))
ROWS(affine_1, affine(job, begin, end, 1, 1, 0))
ROWS(affine_2, affine(job, begin, end, 2, 1, 0))
ROWS(affine_4, affine(job, begin, end, 4, 1, 0))
ROWS(affine_1_nt, affine(job, begin, end, 1, 1, 1))
ROWS(affine_2_nt, affine(job, begin, end, 2, 1, 1))
ROWS(affine_4_nt, affine(job, begin, end, 4, 1, 1))
ROWS(affine_all, affine_flat(job, begin, end, 1, 0))
ROWS(affine_all_nt, affine_flat(job, begin, end, 1, 1))
ROWS(gain_1, affine(job, begin, end, 1, 0, 0))
ROWS(gain_2, affine(job, begin, end, 2, 0, 0))
ROWS(gain_4, affine(job, begin, end, 4, 0, 0))
ROWS(gain_1_nt, affine(job, begin, end, 1, 0, 1))
ROWS(gain_2_nt, affine(job, begin, end, 2, 0, 1))
ROWS(gain_4_nt, affine(job, begin, end, 4, 0, 1))
ROWS(gain_all, affine_flat(job, begin, end, 0, 0))
ROWS(gain_all_nt, affine_flat(job, begin, end, 0, 1))
ROWS(add_both, add_rows(job, begin, end, 1, 0))
ROWS(add_both_nt, add_rows(job, begin, end, 1, 1))
ROWS(add_sum, add_rows(job, begin, end, 0, 0))
ROWS(add_sum_nt, add_rows(job, begin, end, 0, 1))
ROWS(gradient_1, gradient(job, begin, end, 0))
ROWS(gradient_nt, gradient(job, begin, end, 1))
ROWS(int8, quantise(job, begin, end, 0))
ROWS(int8_nt, quantise(job, begin, end, 1))

/* nt: with non-temporal stores, if the instruction set has them. */
const Floor NAME(floors)[] = {
    {"copy", WORK_COPY, copy_8, 0, 0},
    {"copy one by one", WORK_COPY, copy_1, 0, 0},
    {"copy twice", WORK_COPY_TWICE, copy_two, 0, 0},
    {"affine 1 row", WORK_AFFINE, affine_1, 0, 0},
    {"affine 2 rows", WORK_AFFINE, affine_2, 0, 0},
    {"affine 4 rows", WORK_AFFINE, affine_4, 0, 0},
    {"affine flat", WORK_AFFINE, affine_all, 0, 1},
    {"gain 1 row", WORK_GAIN, gain_1, 0, 0},
    {"gain 2 rows", WORK_GAIN, gain_2, 0, 0},
    {"gain 4 rows", WORK_GAIN, gain_4, 0, 0},
    {"gain flat", WORK_GAIN, gain_all, 0, 1},
    {"add", WORK_ADD, add_both, 0, 0},
    {"add", WORK_ADD_ONCE, add_sum, 0, 0},
    {"add then lngen", WORK_SUM, add_sum, 0, 0},
    {"gradient", WORK_GRADIENT, gradient_1, 0, 0},
    {"to int8", WORK_INT8, int8, 0, 0},
    {"read", WORK_READ, read_x, 0, 0},
    {"read y", WORK_READ_Y, read_y, 0, 0},
    {"copy nt", WORK_COPY, copy_nt, 0, 0},
    {"copy twice nt", WORK_COPY_TWICE, copy_two_nt, 0, 0},
    {"affine 1 row nt", WORK_AFFINE, affine_1_nt, 0, 0},
    {"affine 2 rows nt", WORK_AFFINE, affine_2_nt, VECTOR, 0},
    {"affine 4 rows nt", WORK_AFFINE, affine_4_nt, VECTOR, 0},
    {"affine flat nt", WORK_AFFINE, affine_all_nt, 0, 1},
    {"gain 1 row nt", WORK_GAIN, gain_1_nt, 0, 0},
    {"gain 2 rows nt", WORK_GAIN, gain_2_nt, VECTOR, 0},
    {"gain 4 rows nt", WORK_GAIN, gain_4_nt, VECTOR, 0},
    {"gain flat nt", WORK_GAIN, gain_all_nt, 0, 1},
    {"add nt", WORK_ADD, add_both_nt, 0, 0},
    {"add nt", WORK_ADD_ONCE, add_sum_nt, 0, 0},
    {"add nt then lngen", WORK_SUM, add_sum_nt, 0, 0},
    {"gradient nt", WORK_GRADIENT, gradient_nt, 0, 0},
    {"to int8 nt", WORK_INT8, int8_nt, 0, 0},
    {0},
};
