/* SPDX-License-Identifier: MIT */
/* reference.c - the bit contract in code: norms of any width, in plain scalar C.
 *
 * Every kernel, whatever its instruction set, schedule or compiler, gives the bits of this function. It is written to
 * be read; docs/numerics.md derives each step and its error. */
#include "reference.h"

#include "ln_numerics.h"

#include <float.h>
#include <math.h>

enum {
    LANES = LN_REFERENCE_LANES,
    BLOCK = LN_REFERENCE_BLOCK,
};
_Static_assert(LANES == (int)LN_LANES && BLOCK == (int)LN_BLOCK,
               "the reference and the kernels add in different orders");

/* A row of what is normalised: x, or x + residual rounded to the storage type. */
typedef struct Row {
    const ln_spec *spec;
    const ln_args *args;
    size_t row;
} Row;

/* x + bias, rounded, + residual, rounded */
static float sum_of(const Row *r, size_t i)
{
    const ln_args *a = r->args;
    const ln_dtype type = r->spec->dtype;
    float x = ln_reference_load(type, a->x, r->row * a->x_stride + i);
    if (r->spec->bias == LN_BIAS_ADD)
        x = ln_reference_rounded(type, x + ln_reference_load(type, a->bias, i));
    return ln_reference_rounded(type, x + ln_reference_load(type, a->residual, r->row * a->residual_stride + i));
}

static float element(const Row *r, size_t i)
{
    const ln_args *a = r->args;
    if (r->spec->residual == LN_RESIDUAL_PRE) /* written before, and x may be the same array */
        return ln_reference_load(r->spec->dtype, a->sum, r->row * a->sum_stride + i);
    if (r->spec->residual == LN_RESIDUAL_POST)
        return sum_of(r, i);
    return ln_reference_load(r->spec->dtype, a->x, r->row * a->x_stride + i);
}

/* Folds lanes by halves, lane i with lane i + half, until `count` are left. */
static void fold(float lanes[LANES], int count)
{
    for (int half = LANES / 2; half >= count; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
}

float ln_reference_folded(float lanes[LANES])
{
    fold(lanes, 1);
    return lanes[0];
}

void ln_reference_add_block(double total[8], float lanes[LANES])
{
    fold(lanes, 16);
    for (int i = 0; i < 8; i++)
        total[i] += (double)lanes[i] + (double)lanes[i + 8];
}

double ln_reference_total(double total[8])
{
    for (int half = 4; half >= 1; half /= 2)
        for (int i = 0; i < half; i++)
            total[i] += total[i + half];
    return total[0];
}

/* Sums of x - pilot and of its square over one row. */
static void sums(const Row *r, float pilot, double *sum, double *squares)
{
    const size_t width = r->args->width;
    double s8[8] = {0}, q8[8] = {0};
    for (size_t block = 0; block < width; block += BLOCK) {
        float s[LANES] = {0}, q[LANES] = {0};
        for (size_t i = block; i < width && i < block + BLOCK; i++) {
            const float d = element(r, i) - pilot;
            s[i % LANES] = s[i % LANES] + d;
            q[i % LANES] = fmaf(d, d, q[i % LANES]);
        }
        ln_reference_add_block(s8, s);
        ln_reference_add_block(q8, q);
    }
    *sum = ln_reference_total(s8) + 0.0; /* a sum of zeros is +0 whatever their signs */
    *squares = ln_reference_total(q8);
}

/* The compiler may not contract a volatile product into a following addition. */
static double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

static ln_affine affine_of(const ln_spec *spec)
{
    return spec->affine == LN_AFFINE_DEFAULT ? LN_USUAL_AFFINE(spec->op, spec->pass) : spec->affine;
}

/* How the elements of a row become normalised: in float, or, where float does not hold the sums, in double. */
typedef struct Normal {
    int in_double;
    float high, rstd, shift; /* (x - high)*rstd + shift; RMSNorm x*rstd */
    double mean, exact_rstd; /* (x - mean)*rstd */
} Normal;

/* An element of gamma or beta, of the first norm or the second. */
static float parameter(const Row *r, const void *first, const void *second, int norm, size_t i)
{
    const int is_float = r->spec->params == LN_PARAMS_F32;
    return ln_reference_load(is_float ? LN_DTYPE_F32 : r->spec->dtype, norm ? second : first, i);
}

/* 1 + gamma in gamma's type */
static float gain1(const Row *r, float gamma)
{
    return ln_reference_rounded(r->spec->params == LN_PARAMS_F32 ? LN_DTYPE_F32 : r->spec->dtype, 1.0f + gamma);
}

static float scaled(const Row *r, float t, int norm, size_t i)
{
    const ln_args *a = r->args;
    const ln_affine affine = affine_of(r->spec);
    if (affine == LN_AFFINE_NONE)
        return t;
    const float gamma = parameter(r, a->gamma, a->gamma2, norm, i);
    if (affine == LN_AFFINE_GAMMA)
        return t * gamma;
    if (affine == LN_AFFINE_GAMMA1)
        return fmaf(t, gamma, t);
    return fmaf(t, affine == LN_AFFINE_FULL1 ? gain1(r, gamma) : gamma, parameter(r, a->beta, a->beta2, norm, i));
}

static double scaled_in_double(const Row *r, double t, int norm, size_t i)
{
    const ln_args *a = r->args;
    const ln_affine affine = affine_of(r->spec);
    if (affine == LN_AFFINE_NONE)
        return t;
    const float gamma = parameter(r, a->gamma, a->gamma2, norm, i);
    if (affine == LN_AFFINE_GAMMA)
        return product(t, (double)gamma);
    if (affine == LN_AFFINE_GAMMA1)
        return product(t, 1.0 + (double)gamma);
    return product(t, (double)(affine == LN_AFFINE_FULL1 ? gain1(r, gamma) : gamma)) +
           (double)parameter(r, a->beta, a->beta2, norm, i);
}

/* Element i of the first norm or the second, as the float that is stored or quantised. */
static float value(const Row *r, const Normal *n, int norm, size_t i)
{
    const int before_gain = r->spec->rounding == LN_ROUNDING_BEFORE_GAIN;
    if (n->in_double) {
        double t = product((double)element(r, i) - n->mean, n->exact_rstd);
        if (before_gain)
            t = (double)ln_reference_rounded(r->spec->dtype, (float)t);
        return (float)scaled_in_double(r, t, norm, i);
    }
    float t =
        ln_reference_centred(r->spec) ? fmaf(element(r, i) - n->high, n->rstd, n->shift) : element(r, i) * n->rstd;
    if (before_gain)
        t = ln_reference_rounded(r->spec->dtype, t);
    return scaled(r, t, norm, i);
}

/* 127 / the largest magnitude, and its scale; NaN when there is a NaN. */
static float row_inverse(const Row *r, const Normal *n)
{
    float largest = 0;
    for (size_t i = 0; i < r->args->width; i++)
        largest = ln_reference_larger(largest, value(r, n, 0, i));
    const int tiny = largest < 0x1p-119f;
    r->args->scale[r->row] = tiny ? 0 : largest / 127;
    return tiny ? 0 : 127 / largest;
}

static void write_row(const Row *r, const Normal *n)
{
    const ln_args *a = r->args;
    const ln_spec *spec = r->spec;
    if (spec->quant != LN_QUANT_NONE) {
        const float inverse = spec->quant == LN_QUANT_INT8 ? row_inverse(r, n) : 1 / a->static_scale;
        for (size_t i = 0; i < a->width; i++)
            ln_reference_store_int8(a->y, r->row * a->y_stride + i, value(r, n, 0, i) * inverse);
        return;
    }
    for (size_t i = 0; i < a->width; i++) {
        const float y = value(r, n, 0, i);
        const float y2 = spec->norms == LN_NORMS_TWO ? value(r, n, 1, i) : 0;
        ln_reference_store(spec->dtype, a->y, r->row * a->y_stride + i, y); /* may be x: both values are known by now */
        if (spec->norms == LN_NORMS_TWO)
            ln_reference_store(spec->dtype, a->y2, r->row * a->y2_stride + i, y2);
    }
}

static void write_statistics(const Row *r, float mean, float rstd)
{
    if (r->args->mean && ln_reference_centred(r->spec))
        r->args->mean[r->row] = mean;
    if (r->args->rstd)
        r->args->rstd[r->row] = rstd;
}

/* Statistics in double: for sums that overflow in float, for variances below 2^-120, for NaN and infinities. */
static ln_stats slow_statistics(const Row *r)
{
    const ln_args *a = r->args;
    ln_stats stats = {0, 0};
    if (ln_reference_centred(r->spec)) {
        double sum = 0;
        for (size_t i = 0; i < a->width; i++)
            sum += (double)element(r, i);
        stats.mean = sum / (double)a->width;
    }
    for (size_t i = 0; i < a->width; i++)
        stats.m2 += product((double)element(r, i) - stats.mean, (double)element(r, i) - stats.mean);
    return stats;
}

/* The row in double; `whole` is the width that the statistics are of. */
static void slow_row(const Row *r, ln_stats stats, size_t whole)
{
    const ln_args *a = r->args;
    const double v = stats.m2 / (double)whole + (double)a->eps;
    const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
    const Normal n = {.in_double = 1, .mean = stats.mean, .exact_rstd = rstd};
    write_row(r, &n);
    write_statistics(r, (float)stats.mean, (float)rstd);
}

static const double TINY = 0x1p-120, LARGE = 0x1p138;

/* mean^2 <= near * m2 says that |mean| is at most 0.7 deviations, with room for the errors of few elements. */
static double near_of(double width) { return width > 4 ? (0.5 - 2.0 / width) / width : 0.0; }

/* Whether float serves for a row with that variance + eps. It is finite where the sums are. */
static int is_normal(double v) { return v <= DBL_MAX && TINY <= v; }

/* Statistics of the elements here. Returns 0 when float does not serve. */
static int statistics(const Row *r, ln_stats *stats)
{
    const double width = (double)r->args->width, inverse = 1.0 / width, eps = (double)r->args->eps;
    double s, q;

    sums(r, 0, &s, &q);
    if (!ln_reference_centred(r->spec)) {
        stats->mean = 0;
        stats->m2 = q;
        return is_normal(fma(q, inverse, eps));
    }
    stats->mean = s * inverse;
    stats->m2 = fma(-s, stats->mean, q);
    if (stats->mean * stats->mean <= stats->m2 * near_of(width) && is_normal(fma(stats->m2, inverse, eps)))
        return 1;

    const float pilot = (float)stats->mean;
    sums(r, pilot, &s, &q);
    stats->mean = fma(s, inverse, (double)pilot);
    stats->m2 = fma(-(s * inverse), s, q);
    if (!(stats->m2 > 0))
        stats->m2 = 0;
    return q <= DBL_MAX && TINY <= fma(stats->m2, inverse, eps);
}

/* The row in float. */
static void row_of(const Row *r, ln_stats stats, size_t whole)
{
    const ln_args *a = r->args;
    const double width = (double)whole;
    const double v = fma(stats.m2, 1.0 / width, (double)a->eps);
    const float rstd = (float)(sqrt(v) * (1.0 / v)); /* rather than 1 / sqrt(v): one does not wait for the other */
    const int near = stats.mean * stats.mean <= stats.m2 * near_of(width);
    const float high = near ? 0 : (float)stats.mean; /* the part of the mean that is subtracted from x */
    const float shift = (float)-((stats.mean - (double)high) * (double)rstd);
    const Normal n = {.high = high, .rstd = rstd, .shift = shift};
    write_row(r, &n);
    write_statistics(r, (float)stats.mean, rstd);
}

static void forward(const Row *r)
{
    ln_stats stats;
    if (statistics(r, &stats))
        row_of(r, stats, r->args->width);
    else
        slow_row(r, slow_statistics(r), r->args->width);
}

static void apply(const Row *r)
{
    const ln_stats stats = r->args->stats[r->row];
    const size_t whole = r->args->whole_width;
    if (stats.m2 <= LARGE && TINY <= fma(stats.m2, 1.0 / (double)whole, (double)r->args->eps))
        row_of(r, stats, whole);
    else
        slow_row(r, stats, whole);
}

void ln_reference(const ln_spec *spec, const ln_args *args, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++) {
        const Row r = {spec, args, row};
        if (spec->residual == LN_RESIDUAL_PRE)
            for (size_t i = 0; i < args->width; i++)
                ln_reference_store(spec->dtype, args->sum, row * args->sum_stride + i, sum_of(&r, i));
        if (spec->pass == LN_PASS_STATS) {
            if (!statistics(&r, &args->stats[row]))
                args->stats[row] = slow_statistics(&r);
        } else if (spec->pass == LN_PASS_APPLY) {
            apply(&r);
        } else {
            forward(&r);
        }
    }
}
