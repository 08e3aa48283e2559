/* reference.c - the bit contract in code: forward norms of any width, in plain scalar C.
 *
 * Every kernel, whatever its instruction set, schedule or compiler, gives the bits of this function. It is written to
 * be read; docs/numerics.md derives each step and its error. */
#include "reference.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    LANES = 64,  /* element i is added to lane i mod 64 */
    BLOCK = 512, /* elements whose lanes are summed in float before they join the sum in double */
};

static float from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint32_t to_bits(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static float load_f16(uint16_t h)
{
    const int exponent = (h >> 10) & 0x1f, mantissa = h & 0x3ff;
    float magnitude;
    if (exponent == 0x1f)
        magnitude = mantissa ? NAN : INFINITY;
    else if (exponent == 0)
        magnitude = ldexpf((float)mantissa, -24);
    else
        magnitude = ldexpf((float)(mantissa + 0x400), exponent - 25);
    return h & 0x8000 ? -magnitude : magnitude;
}

/* To nearest even by scaling the last place kept to 1; the scaling is exact. */
static uint16_t store_f16(float f)
{
    const uint16_t sign = signbit(f) ? 0x8000 : 0;
    const float magnitude = fabsf(f);
    int exponent;
    if (isnan(f))
        return 0x7e00;
    if (magnitude >= 65520.0f)
        return (uint16_t)(sign | 0x7c00);
    frexpf(magnitude, &exponent); /* magnitude < 2^exponent */
    const int last = magnitude < 0x1p-14f ? -24 : exponent - 11;
    const unsigned places = (unsigned)nearbyintf(ldexpf(magnitude, -last));
    if (last == -24)
        return (uint16_t)(sign | places);
    return (uint16_t)(sign | ((unsigned)(last + 24) * 0x400u + places)); /* a carry to 2048 moves the exponent up */
}

static uint16_t store_bf16(float f)
{
    const uint32_t bits = to_bits(f), kept = bits >> 16, lost = bits & 0xffffu;
    if (isnan(f))
        return 0x7fc0;
    return (uint16_t)(kept + (lost > 0x8000u || (lost == 0x8000u && (kept & 1u))));
}

float ln_reference_load(ln_dtype type, const void *array, size_t i)
{
    switch (type) {
    case LN_DTYPE_BF16:
        return from_bits((uint32_t)((const uint16_t *)array)[i] << 16);
    case LN_DTYPE_F16:
        return load_f16(((const uint16_t *)array)[i]);
    case LN_DTYPE_F32:
    default:
        return ((const float *)array)[i];
    }
}

void ln_reference_store(ln_dtype type, void *array, size_t i, float value)
{
    switch (type) {
    case LN_DTYPE_BF16:
        ((uint16_t *)array)[i] = store_bf16(value);
        break;
    case LN_DTYPE_F16:
        ((uint16_t *)array)[i] = store_f16(value);
        break;
    case LN_DTYPE_F32:
    default:
        ((float *)array)[i] = value;
    }
}

/* A row of what is normalised: x, or x + residual rounded to the storage type. */
typedef struct Row {
    const ln_spec *spec;
    const ln_args *args;
    size_t row;
} Row;

static float element(const Row *r, size_t i)
{
    const ln_args *a = r->args;
    const ln_dtype type = r->spec->dtype;
    if (r->spec->residual == LN_RESIDUAL_PRE) /* written before, and x may be the same array */
        return ln_reference_load(type, a->sum, r->row * a->sum_stride + i);
    const float x = ln_reference_load(type, a->x, r->row * a->x_stride + i);
    if (r->spec->residual == LN_RESIDUAL_NONE)
        return x;
    union {
        float f32;
        uint16_t u16;
    } rounded;
    ln_reference_store(type, &rounded, 0, x + ln_reference_load(type, a->residual, r->row * a->residual_stride + i));
    return ln_reference_load(type, &rounded, 0);
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
        for (int half = LANES / 2; half >= 8; half /= 2)
            for (int i = 0; i < half; i++) {
                s[i] += s[i + half];
                q[i] += q[i + half];
            }
        for (int i = 0; i < 8; i++) {
            s8[i] += (double)s[i];
            q8[i] += (double)q[i];
        }
    }
    for (int half = 4; half >= 1; half /= 2)
        for (int i = 0; i < half; i++) {
            s8[i] += s8[i + half];
            q8[i] += q8[i + half];
        }
    *sum = s8[0] + 0.0; /* a sum of zeros is +0 whatever their signs */
    *squares = q8[0];
}

/* The compiler may not contract a volatile product into a following addition. */
static double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

static ln_affine affine_of(const ln_spec *spec)
{
    if (spec->affine != LN_AFFINE_DEFAULT)
        return spec->affine;
    return spec->op == LN_OP_LAYERNORM ? LN_AFFINE_FULL : LN_AFFINE_GAMMA;
}

/* The row in double: for sums that overflow in float, for variances below 2^-120, for NaN and infinities. */
static void slow_row(const Row *r)
{
    const ln_args *a = r->args;
    const ln_dtype type = r->spec->dtype;
    const ln_affine affine = affine_of(r->spec);
    double mean = 0, squares = 0;
    if (r->spec->op == LN_OP_LAYERNORM) {
        double sum = 0;
        for (size_t i = 0; i < a->width; i++)
            sum += (double)element(r, i);
        mean = sum / (double)a->width;
    }
    for (size_t i = 0; i < a->width; i++)
        squares += product((double)element(r, i) - mean, (double)element(r, i) - mean);
    const double v = squares / (double)a->width + (double)a->eps;
    const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
    for (size_t i = 0; i < a->width; i++) {
        double y = product((double)element(r, i) - mean, rstd);
        if (affine == LN_AFFINE_GAMMA1)
            y = product(y, 1.0 + (double)ln_reference_load(type, a->gamma, i));
        else if (affine != LN_AFFINE_NONE)
            y = product(y, (double)ln_reference_load(type, a->gamma, i));
        if (affine == LN_AFFINE_FULL)
            y = y + (double)ln_reference_load(type, a->beta, i);
        ln_reference_store(type, a->y, r->row * a->y_stride + i, (float)y);
    }
    if (a->mean && r->spec->op == LN_OP_LAYERNORM)
        a->mean[r->row] = (float)mean;
    if (a->rstd)
        a->rstd[r->row] = (float)rstd;
}

static float scaled(const Row *r, float t, size_t i)
{
    const ln_args *a = r->args;
    const ln_affine affine = affine_of(r->spec);
    if (affine == LN_AFFINE_NONE)
        return t;
    const float gamma = ln_reference_load(r->spec->dtype, a->gamma, i);
    if (affine == LN_AFFINE_GAMMA)
        return t * gamma;
    if (affine == LN_AFFINE_GAMMA1)
        return fmaf(t, gamma, t);
    return fmaf(t, gamma, ln_reference_load(r->spec->dtype, a->beta, i));
}

static const double TINY = 0x1p-120;

static void layernorm_row(const Row *r)
{
    const ln_args *a = r->args;
    const double width = (double)a->width, inverse = 1.0 / width;
    const double near = a->width > 4 ? 1.0 - 4.0 / width : 0.0;
    double s, q;

    sums(r, 0, &s, &q);
    double mean = s * inverse;
    double m2 = fma(-s, mean, q);
    double v = fma(m2, inverse, (double)a->eps);
    float high = 0; /* the part of the mean that is subtracted from x */
    double low = mean;

    if (!(s * mean <= m2 * near && q <= DBL_MAX && TINY <= v)) {
        const float pilot = (float)mean;
        sums(r, pilot, &s, &q);
        mean = fma(s, inverse, (double)pilot);
        m2 = fma(-(s * inverse), s, q);
        if (!(m2 > 0))
            m2 = 0;
        v = fma(m2, inverse, (double)a->eps);
        high = (float)mean;
        low = mean - (double)high;
        if (!(q <= DBL_MAX && TINY <= v)) {
            slow_row(r);
            return;
        }
    }

    const float rstd = (float)(1.0 / sqrt(v));
    const float shift = (float)-(low * (double)rstd);
    for (size_t i = 0; i < a->width; i++)
        ln_reference_store(r->spec->dtype, a->y, r->row * a->y_stride + i,
                           scaled(r, fmaf(element(r, i) - high, rstd, shift), i));
    if (a->mean)
        a->mean[r->row] = (float)mean;
    if (a->rstd)
        a->rstd[r->row] = rstd;
}

static void rmsnorm_row(const Row *r)
{
    const ln_args *a = r->args;
    double s, q;
    sums(r, 0, &s, &q);
    const double v = fma(q, 1.0 / (double)a->width, (double)a->eps);
    if (!(q <= DBL_MAX && TINY <= v)) {
        slow_row(r);
        return;
    }
    const float rstd = (float)(1.0 / sqrt(v));
    for (size_t i = 0; i < a->width; i++)
        ln_reference_store(r->spec->dtype, a->y, r->row * a->y_stride + i, scaled(r, element(r, i) * rstd, i));
    if (a->rstd)
        a->rstd[r->row] = rstd;
}

void ln_reference(const ln_spec *spec, const ln_args *args, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++) {
        const Row r = {spec, args, row};
        if (spec->residual == LN_RESIDUAL_PRE)
            for (size_t i = 0; i < args->width; i++)
                ln_reference_store(spec->dtype, args->sum, row * args->sum_stride + i,
                                   ln_reference_load(spec->dtype, args->x, row * args->x_stride + i) +
                                       ln_reference_load(spec->dtype, args->residual, row * args->residual_stride + i));
        if (spec->op == LN_OP_RMSNORM)
            rmsnorm_row(&r);
        else
            layernorm_row(&r);
    }
}
