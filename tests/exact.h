/* exact.h - norms in long double, and errors in units of the last place. */
#ifndef EXACT_H
#define EXACT_H

#include <float.h>
#include <math.h>
#include <stddef.h>

/* The distance between neighbouring floats at `scale`. */
static inline long double ulp(long double scale)
{
    int exponent;
    if (scale < (long double)FLT_MIN)
        scale = (long double)FLT_MIN;
    frexpl(scale, &exponent);
    return ldexpl(1, exponent - FLT_MANT_DIG);
}

typedef struct Exact {
    long double mean, rstd, deviation, rms; /* rms of t */
} Exact;

/* Writes the normalised row to t, before gamma and beta: LayerNorm, or with `centred` 0 RMSNorm, whose mean is 0. */
static inline Exact exact_row(const float *x, size_t n, float eps, int centred, long double *t)
{
    Exact e = {0};
    for (size_t i = 0; i < n && centred; i++)
        e.mean += (long double)x[i];
    e.mean /= (long double)n;
    long double squares = 0, left = 0;
    for (size_t i = 0; i < n; i++) {
        const long double d = (long double)x[i] - e.mean;
        squares += d * d;
        left += centred ? d : 0;
    }
    e.mean += left / (long double)n;
    squares -= left * left / (long double)n;
    e.deviation = sqrtl(squares / (long double)n);
    const long double v = squares / (long double)n + (long double)eps;
    e.rstd = v > 0 ? 1 / sqrtl(v) : 0;
    e.rms = e.deviation * e.rstd;
    for (size_t i = 0; i < n; i++)
        t[i] = ((long double)x[i] - e.mean) * e.rstd;
    return e;
}

/* Raises *worst to |error| in units if that is larger, or if it is NaN; a NaN stays. */
static inline void raise_to(double *worst, long double error, long double unit)
{
    const double units = (double)(fabsl(error) / unit);
    if (!(units <= *worst) && !isnan(*worst))
        *worst = units;
}

#endif
