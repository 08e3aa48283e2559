/* floors_loops.h - the floors' loops over a vocabulary: V, LANES, load, store, stream, load_part, store_part, add,
 * muladd, and NAME(f), the name of f for this instruction set. */
#include "floors.h"

#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

INLINE void put(float *p, V a, const int nt)
{
    if (nt)
        stream(p, a);
    else
        store(p, a);
}

/* Elements until p is aligned to a vector, at most n. */
INLINE size_t until_aligned(const float *p, size_t n)
{
    const size_t past = (uintptr_t)p / sizeof(float) % LANES, left = past ? LANES - past : 0;
    return left < n ? left : n;
}

/* `block` vectors are loaded before the first of them is stored. */
INLINE void copy(const Job *job, const size_t block, const int nt)
{
    const float *x = job->x;
    float *y = job->y;
    const size_t n = job->width * job->rows;
    size_t i = nt ? until_aligned(y, n) : 0;
    if (i)
        store_part(y, load_part(x, i), i);
    for (; i + 8 * LANES <= n; i += 8 * LANES)
        for (size_t j = 0; j < 8; j += block) {
            V v[8];
            for (size_t k = 0; k < block; k++)
                v[k] = load(x + i + (j + k) * LANES);
            for (size_t k = 0; k < block; k++)
                put(y + i + (j + k) * LANES, v[k], nt);
        }
    for (; i + LANES <= n; i += LANES)
        put(y + i, load(x + i), nt);
    if (i < n)
        store_part(y + i, load_part(x + i, n - i), n - i);
    if (nt)
        fence();
}

/* `together` rows that share loads of gamma and beta, four vectors a turn. */
INLINE void affine_rows(const Job *job, size_t row, const size_t together, const int nt)
{
    const size_t n = job->width, turn = 4 / together;
    const float *x = job->x + row * n, *gamma = job->gamma, *beta = job->beta;
    float *y = job->y + row * n;
    size_t i = nt ? until_aligned(y, n) : 0;
    if (i)
        for (size_t r = 0; r < together; r++)
            store_part(y + r * n, muladd(load_part(x + r * n, i), load_part(gamma, i), load_part(beta, i)), i);
    for (; i + turn * LANES <= n; i += turn * LANES)
        for (size_t k = 0; k < turn; k++) {
            const V g = load(gamma + i + k * LANES), b = load(beta + i + k * LANES);
            for (size_t r = 0; r < together; r++)
                put(y + r * n + i + k * LANES, muladd(load(x + r * n + i + k * LANES), g, b), nt);
        }
    for (; i < n; i += LANES) {
        const size_t left = n - i < LANES ? n - i : LANES;
        const V g = load_part(gamma + i, left), b = load_part(beta + i, left);
        for (size_t r = 0; r < together; r++)
            store_part(y + r * n + i, muladd(load_part(x + r * n + i, left), g, b), left);
    }
}

INLINE void affine(const Job *job, const size_t together, const int nt)
{
    size_t row = 0;
    for (; row + together <= job->rows; row += together)
        affine_rows(job, row, together, nt);
    for (; row < job->rows; row++)
        affine_rows(job, row, 1, nt);
    if (nt)
        fence();
}

/* All rows as one: gamma and beta go on for LANES elements past their end, from their beginning. width >= LANES. */
INLINE void affine_flat(const Job *job, const int nt)
{
    const float *x = job->x, *gamma = job->gamma, *beta = job->beta;
    float *y = job->y;
    const size_t n = job->width * job->rows;
    size_t i = nt ? until_aligned(y, n) : 0, column = i;
    if (i)
        store_part(y, muladd(load_part(x, i), load(gamma), load(beta)), i);
    for (; i + LANES <= n; i += LANES) {
        put(y + i, muladd(load(x + i), load(gamma + column), load(beta + column)), nt);
        column += LANES;
        column -= column >= job->width ? job->width : 0;
    }
    if (i < n)
        store_part(y + i, muladd(load_part(x + i, n - i), load(gamma + column), load(beta + column)), n - i);
    if (nt)
        fence();
}

void NAME(affine_flat)(const Job *job) { affine_flat(job, 0); }
void NAME(affine_nt_flat)(const Job *job) { affine_flat(job, 1); }
void NAME(copy)(const Job *job) { copy(job, 8, 0); }
void NAME(copy_1)(const Job *job) { copy(job, 1, 0); }
void NAME(copy_nt)(const Job *job) { copy(job, 8, 1); }
void NAME(affine_1)(const Job *job) { affine(job, 1, 0); }
void NAME(affine_2)(const Job *job) { affine(job, 2, 0); }
void NAME(affine_4)(const Job *job) { affine(job, 4, 0); }
void NAME(affine_nt_1)(const Job *job) { affine(job, 1, 1); }
void NAME(affine_nt_2)(const Job *job) { affine(job, 2, 1); }
void NAME(affine_nt_4)(const Job *job) { affine(job, 4, 1); }

/* Reads y once, as whatever comes after a normalisation would. */
void NAME(read)(const Job *job)
{
    const float *y = job->y;
    const size_t n = job->width * job->rows;
    V s[4] = {load_part(y, 0), load_part(y, 0), load_part(y, 0), load_part(y, 0)};
    float lanes[LANES], total = 0;
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        for (size_t k = 0; k < 4; k++)
            s[k] = add(s[k], load(y + i + k * LANES));
    for (; i < n; i += LANES)
        s[0] = add(s[0], load_part(y + i, n - i < LANES ? n - i : LANES));
    store(lanes, add(add(s[0], s[1]), add(s[2], s[3])));
    for (size_t k = 0; k < LANES; k++)
        total += lanes[k];
    read_sink = total;
}
