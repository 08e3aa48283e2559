/* SPDX-License-Identifier: MIT */
/* loop.c - norms as every textbook writes them, which the compiler optimises as well as it can. It is built several
 * times: LOOP is the name of the struct that it exports; LOOP_SUMS computes the sums of x and x*x together, which is
 * fast, and inaccurate for rows far from zero. */
#include "loop.h"
#include "../numbers.h"

#include <math.h>

/* Mean and variance of a row; in RMSNorm, 0 and the mean square. */
typedef struct Moments {
    float mean, variance;
} Moments;

#define NAME(f) f##_f32
#define ELEMENT float
#define FROM(v) (v)
#define TO(v)   (v)
#include "loop_norm.h"

#ifndef LOOP_SUMS
#define NAME(f) f##_bf16
#define ELEMENT uint16_t
#define FROM(v) from_bf16(v)
#define TO(v)   to_bf16(v)
#include "loop_norm.h"

#define NAME(f) f##_f16
#define ELEMENT uint16_t
#define FROM(v) from_f16(v)
#define TO(v)   to_f16(v)
#include "loop_norm.h"

/* x + residual is kept only for the row that is being normalised. */
static inline void post_rows(Row_f32 *norm, float *restrict sum, const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * job->width;
    added_rows_f32(norm, (float *)job->y + at, sum, (const float *)job->x + at, (const float *)job->residual + at,
                   job->gamma, job->beta, job->width, 0, end - begin, job->eps);
}

static void layernorm_post(const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float sum[LOOP_WIDTH_MAX];
    post_rows(layernorm_row_f32, sum, job, begin, end);
}

static void rmsnorm_post(const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float sum[LOOP_WIDTH_MAX];
    post_rows(rmsnorm_row_f32, sum, job, begin, end);
}

/* Writes a row of floats as int8 and its scale. */
static void quantise_row(int8_t *restrict y, float *restrict scale, const float *restrict row, size_t width)
{
    float most = 0;
    for (size_t i = 0; i < width; i++)
        most = fabsf(row[i]) > most ? fabsf(row[i]) : most;
    const float inverse = most > 0 ? 127 / most : 0;
    *scale = most / 127;
    for (size_t i = 0; i < width; i++)
        y[i] = (int8_t)nearbyintf(row[i] * inverse);
}

/* The same with a given scale; values beyond 127 steps become 127 steps. */
static void quantise_row_static(int8_t *restrict y, float scale, const float *restrict row, size_t width)
{
    const float inverse = 1 / scale;
    for (size_t i = 0; i < width; i++) {
        const float steps = row[i] * inverse;
        y[i] = (int8_t)nearbyintf(steps < -127 ? -127 : steps > 127 ? 127 : steps);
    }
}

static inline void store_int8(const Job *job, size_t row, const float *restrict normal)
{
    int8_t *y = (int8_t *)job->y + row * job->width;
    if (job->scale)
        quantise_row(y, job->scale + row, normal, job->width);
    else
        quantise_row_static(y, job->static_scale, normal, job->width);
}

static void layernorm_int8(const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float normal[LOOP_WIDTH_MAX];
    for (size_t row = begin; row < end; row++) {
        layernorm_row_f32(normal, (const float *)job->x + row * job->width, job->gamma, job->beta, job->width,
                          job->eps);
        store_int8(job, row, normal);
    }
}

static void rmsnorm_int8(const Job *job, size_t begin, size_t end)
{
    _Alignas(64) float normal[LOOP_WIDTH_MAX];
    for (size_t row = begin; row < end; row++) {
        rmsnorm_row_f32(normal, (const float *)job->x + row * job->width, job->gamma, job->beta, job->width, job->eps);
        store_int8(job, row, normal);
    }
}

typedef Moments MomentsOf(const float *restrict x, size_t width);
typedef void Apply(float *restrict y, const float *restrict x, const float *restrict gamma, const float *restrict beta,
                   size_t width, float mean, float rstd);

static inline void two_rows(MomentsOf *moments, Apply *apply, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin, at = begin * job->width; row < end; row++, at += job->width) {
        const float *x = (const float *)job->x + at;
        const Moments m = moments(x, job->width);
        const float rstd = 1.0f / sqrtf(m.variance + job->eps);
        apply((float *)job->y + at, x, job->gamma, job->beta, job->width, m.mean, rstd);
        apply((float *)job->y2 + at, x, job->gamma2, job->beta2, job->width, m.mean, rstd);
    }
}

static inline void stats_rows(MomentsOf *moments, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++) {
        const Moments m = moments((const float *)job->x + row * job->width, job->width);
        job->stats[2 * row] = (double)m.mean;
        job->stats[2 * row + 1] = (double)m.variance * (double)job->width;
    }
}

static void layernorm_stats(const Job *job, size_t begin, size_t end)
{
    stats_rows(layernorm_moments_f32, job, begin, end);
}

static void rmsnorm_stats(const Job *job, size_t begin, size_t end)
{
    stats_rows(rmsnorm_moments_f32, job, begin, end);
}

static inline void apply_rows(Apply *apply, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin, at = begin * job->width; row < end; row++, at += job->width) {
        const double *stats = job->stats + 2 * row;
        const float variance = (float)(stats[1] / (double)job->width);
        apply((float *)job->y + at, (const float *)job->x + at, job->gamma, job->beta, job->width, (float)stats[0],
              1.0f / sqrtf(variance + job->eps));
    }
}

static void layernorm_apply(const Job *job, size_t begin, size_t end)
{
    apply_rows(layernorm_apply_f32, job, begin, end);
}

static void rmsnorm_apply(const Job *job, size_t begin, size_t end) { apply_rows(rmsnorm_apply_f32, job, begin, end); }

static void layernorm_two(const Job *job, size_t begin, size_t end)
{
    two_rows(layernorm_moments_f32, layernorm_apply_f32, job, begin, end);
}

static void rmsnorm_two(const Job *job, size_t begin, size_t end)
{
    two_rows(rmsnorm_moments_f32, rmsnorm_apply_f32, job, begin, end);
}
#endif

const Loop LOOP = {
    .isa = ISA_OF_COMPILER,
#ifdef LOOP_SUMS
    .forward = {{layernorm_f32}},
#else
    .forward = {{layernorm_f32, layernorm_bf16, layernorm_f16}, {rmsnorm_f32, rmsnorm_bf16, rmsnorm_f16}},
    .post = {layernorm_post, rmsnorm_post},
    .int8 = {layernorm_int8, rmsnorm_int8},
    .two = {layernorm_two, rmsnorm_two},
    .stats = {layernorm_stats, rmsnorm_stats},
    .apply = {layernorm_apply, rmsnorm_apply},
    .backward = {{layernorm_backward_f32, layernorm_backward_bf16, layernorm_backward_f16},
                 {rmsnorm_backward_f32, rmsnorm_backward_bf16, rmsnorm_backward_f16}},
#endif
};
