/* SPDX-License-Identifier: MIT */
/* fixed.c - norms in as few lines as C needs, for one width that the compiler knows. It is built once for each width
 * and compiler: WIDTH is the width, FIXED the name of the struct that it exports. The functions have the arguments that
 * a user would give them, and are called, not inlined, as functions in another file are. */
#include "fixed.h"
#include "../numbers.h"

#include <math.h>

#define NOINLINE __attribute__((noinline))

#define NAME(f)  f##_f32
#define ELEMENT  float
#define FROM(v)  (v)
#define TO(v)    (v)
#include "fixed_norm.h"

#define NAME(f) f##_bf16
#define ELEMENT uint16_t
#define FROM(v) from_bf16(v)
#define TO(v)   to_bf16(v)
#include "fixed_norm.h"

#define NAME(f) f##_f16
#define ELEMENT uint16_t
#define FROM(v) from_f16(v)
#define TO(v)   to_f16(v)
#include "fixed_norm.h"

/* HEADS rows are a token. Each head has its own gamma and beta. */
static NOINLINE void layernorm_heads(float *restrict y, const float *restrict x, const float *restrict gamma,
                                     const float *restrict beta, float eps, size_t tokens)
{
    for (size_t token = 0; token < tokens; token++, x += HEADS * WIDTH, y += HEADS * WIDTH)
        for (size_t at = 0; at < HEADS * WIDTH; at += WIDTH)
            layernorm_row_f32(y + at, x + at, gamma + at, beta + at, eps);
}

static NOINLINE void rmsnorm_heads(float *restrict y, const float *restrict x, const float *restrict gamma, float eps,
                                   size_t tokens)
{
    for (size_t token = 0; token < tokens; token++, x += HEADS * WIDTH, y += HEADS * WIDTH)
        for (size_t at = 0; at < HEADS * WIDTH; at += WIDTH)
            rmsnorm_row_f32(y + at, x + at, gamma + at, eps);
}

static void run_layernorm_heads(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    layernorm_heads((float *)job->y + at, (const float *)job->x + at, job->gamma, job->beta, job->eps,
                    (end - begin) / HEADS);
}

static void run_rmsnorm_heads(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    rmsnorm_heads((float *)job->y + at, (const float *)job->x + at, job->gamma, job->eps, (end - begin) / HEADS);
}

/* The norms below are inlined twice: as LayerNorm, and as RMSNorm. */
#define INLINE static inline __attribute__((always_inline))

INLINE void norm_row(const int layernorm, float *restrict y, const float *restrict x, const Job *job)
{
    if (layernorm)
        layernorm_row_f32(y, x, job->gamma, job->beta, job->eps);
    else
        rmsnorm_row_f32(y, x, job->gamma, job->eps);
}

/* x + residual is kept only for the row that is being normalised. */
INLINE void post(const int layernorm, const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float sum[WIDTH];
    for (size_t at = begin * WIDTH; at < end * WIDTH; at += WIDTH) {
        add_row_f32(sum, (const float *)job->x + at, (const float *)job->residual + at);
        norm_row(layernorm, (float *)job->y + at, sum, job);
    }
}

INLINE void moments(const int layernorm, const float *restrict x, float *restrict mean, float *restrict variance)
{
    float sum = 0, squares = 0;
    for (size_t i = 0; layernorm && i < WIDTH; i++)
        sum += x[i];
    const float m = sum / WIDTH;
    for (size_t i = 0; i < WIDTH; i++)
        squares += (x[i] - m) * (x[i] - m);
    *mean = m;
    *variance = squares / WIDTH;
}

INLINE void apply_row(const int layernorm, float *restrict y, const float *restrict x, const float *restrict gamma,
                      const float *restrict beta, float mean, float rstd)
{
    for (size_t i = 0; i < WIDTH; i++)
        y[i] = layernorm ? (x[i] - mean) * rstd * gamma[i] + beta[i] : x[i] * rstd * gamma[i];
}

INLINE void two(const int layernorm, const Job *job, size_t begin, size_t end)
{
    for (size_t at = begin * WIDTH; at < end * WIDTH; at += WIDTH) {
        const float *x = (const float *)job->x + at;
        float mean, variance;
        moments(layernorm, x, &mean, &variance);
        const float rstd = 1 / sqrtf(variance + job->eps);
        apply_row(layernorm, (float *)job->y + at, x, job->gamma, job->beta, mean, rstd);
        apply_row(layernorm, (float *)job->y2 + at, x, job->gamma2, job->beta2, mean, rstd);
    }
}

INLINE void stats(const int layernorm, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++) {
        float mean, variance;
        moments(layernorm, (const float *)job->x + row * WIDTH, &mean, &variance);
        job->stats[2 * row] = (double)mean;
        job->stats[2 * row + 1] = (double)variance * WIDTH;
    }
}

INLINE void apply(const int layernorm, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++) {
        const float variance = (float)(job->stats[2 * row + 1] / WIDTH);
        apply_row(layernorm, (float *)job->y + row * WIDTH, (const float *)job->x + row * WIDTH, job->gamma, job->beta,
                  (float)job->stats[2 * row], 1 / sqrtf(variance + job->eps));
    }
}

/* Rounds a row to int8 with the largest scale that fits, or with the given scale. */
INLINE void int8(const int layernorm, const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float normal[WIDTH];
    for (size_t row = begin; row < end; row++) {
        int8_t *restrict y = (int8_t *)job->y + row * WIDTH;
        norm_row(layernorm, normal, (const float *)job->x + row * WIDTH, job);
        if (job->scale) {
            float most = 0;
            for (size_t i = 0; i < WIDTH; i++)
                most = fabsf(normal[i]) > most ? fabsf(normal[i]) : most;
            const float inverse = most > 0 ? 127 / most : 0;
            job->scale[row] = most / 127;
            for (size_t i = 0; i < WIDTH; i++)
                y[i] = (int8_t)nearbyintf(normal[i] * inverse);
        } else {
            const float inverse = 1 / job->static_scale;
            for (size_t i = 0; i < WIDTH; i++) {
                const float steps = normal[i] * inverse;
                y[i] = (int8_t)nearbyintf(steps < -127 ? -127 : steps > 127 ? 127 : steps);
            }
        }
    }
}

#define BOTH(f)                                                                                                        \
    static void layernorm_##f(const Job *job, size_t begin, size_t end) { f(1, job, begin, end); }                     \
    static void rmsnorm_##f(const Job *job, size_t begin, size_t end) { f(0, job, begin, end); }
BOTH(post)
BOTH(two)
BOTH(stats)
BOTH(apply)
BOTH(int8)

const Fixed FIXED = {
    .isa = ISA_OF_COMPILER,
    .width = WIDTH,
    .forward = {{run_layernorm_f32, run_layernorm_bf16, run_layernorm_f16},
                {run_rmsnorm_f32, run_rmsnorm_bf16, run_rmsnorm_f16}},
    .heads = {run_layernorm_heads, run_rmsnorm_heads},
    .backward = {{run_layernorm_backward_f32, run_layernorm_backward_bf16, run_layernorm_backward_f16},
                 {run_rmsnorm_backward_f32, run_rmsnorm_backward_bf16, run_rmsnorm_backward_f16}},
    .pre = {{layernorm_pre_f32, layernorm_pre_bf16, layernorm_pre_f16},
            {rmsnorm_pre_f32, rmsnorm_pre_bf16, rmsnorm_pre_f16}},
    .post = {layernorm_post, rmsnorm_post},
    .int8 = {layernorm_int8, rmsnorm_int8},
    .two = {layernorm_two, rmsnorm_two},
    .stats = {layernorm_stats, rmsnorm_stats},
    .apply = {layernorm_apply, rmsnorm_apply},
};
