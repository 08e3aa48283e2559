/* check.c - results against long double, on up to 33 rows of a job. */
#include "check.h"

#include <math.h>

const double CHECK_WRONG = 1e5;

static size_t row_step(const Job *job) { return job->rows > 32 ? (job->rows - 1) / 32 : 1; }

void check_prepare(const Job *job)
{
    for (size_t row = 0; row < job->rows; row += row_step(job))
        for (size_t i = 0; i < job->width; i++)
            job->y[row * job->width + i] = NAN;
}

static double row_error(const Job *job, const float *x, const float *y)
{
    const size_t n = job->width;
    long double sum = 0, squares = 0, power = 0;
    for (size_t i = 0; i < n; i++)
        sum += (long double)x[i];
    const long double mean = sum / (long double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((long double)x[i] - mean) * ((long double)x[i] - mean);
    const long double rstd = 1 / sqrtl(squares / (long double)n + (long double)job->eps);
    double worst = 0;
    for (int pass = 0; pass < 2; pass++) {
        const double rms = pass ? (double)sqrtl(power / (long double)n) : 0;
        for (size_t i = 0; i < n; i++) {
            const long double exact =
                ((long double)x[i] - mean) * rstd * (long double)job->gamma[i] + (long double)job->beta[i];
            if (!pass) {
                power += exact * exact;
                continue;
            }
            const double error = fabs((double)((long double)y[i] - exact));
            const double ulps = error / ldexp(1, ilogb(fmax(fabs((double)exact), rms)) - 23);
            if (!(ulps <= worst))
                worst = isnan(ulps) ? INFINITY : ulps;
        }
    }
    return worst;
}

static double floor_error(const Job *job, int affine, const float *x, const float *y)
{
    for (size_t i = 0; i < job->width; i++) {
        const float exact = affine ? fmaf(x[i], job->gamma[i], job->beta[i]) : x[i];
        if (!(y[i] == exact))
            return INFINITY;
    }
    return 0;
}

double check_result(const Contender *contender, const Job *job)
{
    double worst = 0;
    for (size_t row = 0; row < job->rows; row += row_step(job)) {
        const float *x = job->x + row * job->width, *y = job->y + row * job->width;
        double error;
        if (contender->kind == KIND_COPY || contender->kind == KIND_AFFINE)
            error = floor_error(job, contender->kind == KIND_AFFINE, x, y);
        else
            error = row_error(job, x, y);
        if (error > worst)
            worst = error;
    }
    return worst;
}
