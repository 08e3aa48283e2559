#include "ln_scalar.h"

/* A row whose variance overflows in float, loses itself, or is not a number: everything in double, rounded once.
 * Rows with NaN or an infinity give NaN. A row whose variance plus eps is 0 has rstd 0, so it gives beta. */

ln_kernel ln_${family}_slow;

/* a * b, never contracted into a following addition */
static double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

void ln_${family}_slow(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
    const float *gamma = (const float *)a->gamma, *beta = (const float *)a->beta;

    for (size_t row = begin; row < end; row++) {
        const float *x = (const float *)a->x + row * a->x_stride;
        float *y = (float *)a->y + row * a->y_stride;

        double sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++)
            sum += (double)x[i];
        const double mean = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += product((double)x[i] - mean, (double)x[i] - mean);
        const double v = squares / (double)n + (double)a->eps;
        const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
        for (size_t i = 0; i < n; i++)
            y[i] = (float)(product(product((double)x[i] - mean, rstd), (double)gamma[i]) + (double)beta[i]);
        if (a->mean)
            a->mean[row] = (float)mean;
        if (a->rstd)
            a->rstd[row] = (float)rstd;
    }
    leave(saved);
}
