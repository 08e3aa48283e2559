/* reference.c - the bit contract in code: LayerNorm forward for any width, in plain scalar C.
 *
 * Every kernel, whatever its instruction set, schedule or compiler, gives the bits of this function. It is written to
 * be read; docs/numerics.md derives each step and its error. */
#include "reference.h"

#include <float.h>
#include <math.h>

enum {
    LANES = 64,  /* element i is added to lane i mod 64 */
    BLOCK = 512, /* elements whose lanes are summed in float before they join the sum in double */
};

/* Sums of x - pilot and of its square over one row. */
static void sums(const float *x, size_t width, float pilot, double *sum, double *squares)
{
    double s8[8] = {0}, q8[8] = {0};
    for (size_t block = 0; block < width; block += BLOCK) {
        float s[LANES] = {0}, q[LANES] = {0};
        for (size_t i = block; i < width && i < block + BLOCK; i++) {
            const float d = x[i] - pilot;
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

/* Not part of a sum: the compiler may not contract a volatile product into a following addition. */
static double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

/* The row in double: for sums that overflow in float, for variances below 2^-120, for NaN and infinities. */
static void slow_row(float *y, float *mean_out, float *rstd_out, const float *x, const float *gamma, const float *beta,
                     size_t width, float eps)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < width; i++)
        sum += (double)x[i];
    const double mean = sum / (double)width;
    for (size_t i = 0; i < width; i++)
        squares += product((double)x[i] - mean, (double)x[i] - mean);
    const double v = squares / (double)width + (double)eps;
    const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
    for (size_t i = 0; i < width; i++)
        y[i] = (float)(product(product((double)x[i] - mean, rstd), (double)gamma[i]) + (double)beta[i]);
    *mean_out = (float)mean;
    *rstd_out = (float)rstd;
}

void ln_reference_layernorm_f32(float *y, float *mean_out, float *rstd_out, const float *x, const float *gamma,
                                const float *beta, size_t width, float eps)
{
    const double inverse = 1.0 / (double)width, tiny = 0x1p-120;
    const double near = width > 4 ? 1.0 - 4.0 / (double)width : 0.0;
    double s, q;

    sums(x, width, 0, &s, &q);
    double mean = s * inverse;
    double m2 = fma(-s, mean, q);
    double v = fma(m2, inverse, (double)eps);
    float high = 0; /* the part of the mean that is subtracted from x */
    double low = mean;

    if (!(s * mean <= m2 * near && q <= DBL_MAX && tiny <= v)) {
        const float pilot = (float)mean;
        sums(x, width, pilot, &s, &q);
        mean = fma(s, inverse, (double)pilot);
        m2 = fma(-(s * inverse), s, q);
        if (!(m2 > 0))
            m2 = 0;
        v = fma(m2, inverse, (double)eps);
        high = (float)mean;
        low = mean - (double)high;
        if (!(q <= DBL_MAX && tiny <= v)) {
            slow_row(y, mean_out, rstd_out, x, gamma, beta, width, eps);
            return;
        }
    }

    const float rstd = (float)(1.0 / sqrt(v));
    const float shift = (float)-(low * (double)rstd);
    for (size_t i = 0; i < width; i++)
        y[i] = fmaf(fmaf(x[i] - high, rstd, shift), gamma[i], beta[i]);
    *mean_out = (float)mean;
    *rstd_out = rstd;
}
