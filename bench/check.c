/* SPDX-License-Identifier: MIT */
/* check.c - compares results with long double. */
#include "check.h"
#include "arrays.h"
#include "case.h"
#include "contenders/floors.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t step_of(size_t count) { return count > 32 ? (count - 1) / 32 : 1; }

void check_prepare(const Job *job) { spoil(job, step_of(job->rows)); }

double wrong_from(const Contender *contender, const Job *job)
{
    if (is_int8(job->of) && !contender->wide)
        return 1.01; /* one step, and the rounding of the scale */
    return job->of->spec.dtype == LN_DTYPE_F32 ? 1e5 : 64;
}

static void keep_worst(double *worst, double error)
{
    if (!(error <= *worst))
        *worst = isnan(error) ? INFINITY : error;
}

/* A unit of the last place at `scale`, which counts as the least normal float where it is smaller. */
static double unit_at(double scale, int digits) { return ldexp(1, ilogb(fmax(scale, FLT_MIN)) - digits); }

static const int places[] = {23, 7, 10}; /* of a type, in the order of ln_dtype */

/* The largest distance of got[at + i] from the exact values, in units of the last place at their scale, or at `scale`
 * where that is larger. */
static double error_of(const Job *job, const void *got, size_t at, int is_float, const long double *exact, size_t count,
                       double scale)
{
    const int digits = is_float ? 23 : places[job->of->spec.dtype];
    long double power = 0;
    double worst = 0;
    for (size_t i = 0; i < count; i++)
        power += exact[i] * exact[i];
    const double rms = fmax((double)sqrtl(power / (long double)count), scale);
    for (size_t i = 0; i < count; i++) {
        const float y = is_float ? ((const float *)got)[at + i] : element(job, got, at + i);
        const double error = fabs((double)((long double)y - exact[i]));
        keep_worst(&worst, error / unit_at(fmax(fabs((double)exact[i]), rms), digits));
    }
    return worst;
}

/* Returns element i of the norm's input: of x, or of x + residual. */
static long double input(const Job *job, size_t i)
{
    if (job->sum)
        return (long double)element(job, job->sum, i);
    return (long double)(element(job, job->x, i) + (job->residual ? element(job, job->residual, i) : 0));
}

typedef struct Moments {
    long double mean, squares; /* the sum of (x - mean)^2; in RMSNorm, mean is 0 */
} Moments;

static Moments exact_moments(const Job *job, size_t row)
{
    const size_t n = job->width, at = row * n;
    Moments m = {0};
    for (size_t i = 0; is_layernorm(job->of) && i < n; i++)
        m.mean += input(job, at + i);
    m.mean /= (long double)n;
    for (size_t i = 0; i < n; i++)
        m.squares += (input(job, at + i) - m.mean) * (input(job, at + i) - m.mean);
    return m;
}

/* Computes the norm of a row with the gamma and beta given; beta may be NULL. */
static void exact_row(const Job *job, size_t row, const void *gamma, const void *beta, long double *to)
{
    const size_t n = job->width;
    const Moments m = exact_moments(job, row);
    const long double rstd = 1 / sqrtl(m.squares / (long double)n + (long double)job->eps);
    for (size_t i = 0; i < n; i++)
        to[i] = (input(job, row * n + i) - m.mean) * rstd * (long double)element(job, gamma, i) +
                (beta ? (long double)element(job, beta, i) : 0);
}

/* The error in units of a float's last place at `scale`. */
static double double_error(double got, long double exact, double scale)
{
    return fabs((double)((long double)got - exact)) / unit_at(scale, 23);
}

static double stats_error(const Job *job, size_t row)
{
    const Moments m = exact_moments(job, row);
    const double deviation = sqrt((double)m.squares / (double)job->width);
    double worst = 0;
    keep_worst(&worst, double_error(job->stats[2 * row], m.mean, fmax(fabs((double)m.mean), deviation)));
    keep_worst(&worst, double_error(job->stats[2 * row + 1], m.squares, (double)m.squares));
    return worst;
}

static long double xhat(const Job *job, size_t row, size_t i)
{
    const long double mean = is_layernorm(job->of) ? (long double)job->mean[row] : 0;
    return ((long double)element(job, job->x, row * job->width + i) - mean) * (long double)job->rstd[row];
}

/* Computes dx of a row. Returns the scale of its terms, because these cancel in narrow rows. */
static double exact_gradient(const Job *job, size_t row, long double *to)
{
    const size_t n = job->width;
    long double sum = 0, product = 0, power = 0;
    for (size_t i = 0; i < n; i++) {
        to[i] = (long double)element(job, job->dy, row * n + i) * (long double)element(job, job->gamma, i);
        sum += to[i];
        product += to[i] * xhat(job, row, i);
        power += to[i] * to[i];
    }
    sum = is_layernorm(job->of) ? sum / (long double)n : 0;
    product /= (long double)n;
    for (size_t i = 0; i < n; i++)
        to[i] = (long double)job->rstd[row] * (to[i] - sum - xhat(job, row, i) * product);
    return (double)((long double)job->rstd[row] * sqrtl(power / (long double)n));
}

static double int8_error(const Job *job, size_t row, const long double *exact)
{
    const int8_t *y = (const int8_t *)job->y + row * job->width;
    const float scale = job->scale ? job->scale[row] : job->static_scale;
    long double most = job->scale ? 0 : 127 * (long double)job->static_scale;
    double worst = 0;
    for (size_t i = 0; job->scale && i < job->width; i++)
        most = fmaxl(most, fabsl(exact[i]));
    for (size_t i = 0; i < job->width; i++) {
        const long double value = (long double)y[i] * (long double)scale;
        keep_worst(&worst, (double)(fabsl(value - fmaxl(-most, fminl(exact[i], most))) / (most / 127)));
    }
    return worst;
}

/* Returns 0 when the sum is x + residual, rounded once, or when the case keeps no sum. */
static double sum_error(const Job *job, size_t row)
{
    for (size_t i = row * job->width; job->sum && i < (row + 1) * job->width; i++) {
        const float exact = element(job, job->x, i) + element(job, job->residual, i), got = element(job, job->sum, i);
        const double off = fabs((double)exact - (double)got);
        if (!(job->of->spec.dtype == LN_DTYPE_F32 ? off <= 0 : off <= fabs((double)exact) / 128))
            return INFINITY;
    }
    return 0;
}

static double row_error(const Contender *contender, const Job *job, size_t row, long double *exact)
{
    double worst = 0, scale = 0;
    if (is_stats(job->of))
        return stats_error(job, row);
    if (is_backward(job->of))
        scale = exact_gradient(job, row, exact);
    else
        exact_row(job, row, job->gamma, job->beta, exact);
    if (contender->wide)
        return error_of(job, job->wide, row * job->width, 1, exact, job->width, 0);
    if (is_int8(job->of))
        return int8_error(job, row, exact);
    keep_worst(&worst, sum_error(job, row));
    keep_worst(&worst, error_of(job, job->y, row * job->width, 0, exact, job->width, scale));
    if (job->y2) {
        exact_row(job, row, job->gamma2, job->beta2, exact);
        keep_worst(&worst, error_of(job, job->y2, row * job->width, 0, exact, job->width, 0));
    }
    return worst;
}

/* The error of dgamma, or of dbeta, which are sums over all rows, in units of the type of x, as all errors of a case
 * are. */
static double columns_error(const Job *job, int gamma, long double *exact)
{
    const size_t step = step_of(job->width);
    float got[64] = {0}; /* for the most steps there are */
    size_t count = 0;
    for (size_t i = 0; i < job->width; i += step, count++) {
        exact[count] = 0;
        got[count] = (gamma ? job->dgamma : job->dbeta)[i];
        for (size_t row = 0; row < job->rows; row++) {
            const long double dy = (long double)element(job, job->dy, row * job->width + i);
            exact[count] += gamma ? dy * xhat(job, row, i) : dy;
        }
    }
    return ldexp(error_of(job, got, 0, 1, exact, count, 0), places[job->of->spec.dtype] - 23);
}

static double floor_error(const Job *job, Work work, size_t row)
{
    const size_t begin = row * job->width, bytes = job->width * job->x_bytes;
    const float *x = (const float *)job->x + begin, *y = (const float *)job->y + begin;
    const float *gamma = job->gamma, *beta = job->beta;
    int same = 1;
    if (work == WORK_READ) /* this floor writes nothing */
        return 0;
    if (work == WORK_COPY)
        return memcmp((const char *)job->x + row * bytes, (const char *)job->y + row * bytes, bytes) ? INFINITY : 0;
    for (size_t i = 0; i < job->width; i++)
        switch (work) {
        case WORK_AFFINE:
            same &= y[i] == fmaf(x[i], gamma[i], beta[i]);
            break;
        case WORK_GAIN:
            same &= y[i] == x[i] * gamma[i];
            break;
        case WORK_ADD:
            same &= y[i] == ((float *)job->sum)[begin + i];
            /* fallthrough */
        case WORK_ADD_ONCE:
            same &= y[i] == x[i] + ((const float *)job->residual)[begin + i];
            break;
        case WORK_COPY_TWICE:
            same &= y[i] == x[i] && ((const float *)job->y2)[begin + i] == x[i];
            break;
        case WORK_GRADIENT:
            same &= y[i] == x[i] + ((const float *)job->dy)[begin + i];
            break;
        default:
            same &= ((const int8_t *)job->y)[begin + i] == (int8_t)rintf(x[i]);
            break;
        }
    return same ? 0 : INFINITY;
}

double check_result(const Contender *contender, const Job *given)
{
    Job of_contender = *given;
    const Job *const job = &of_contender;
    if (contender->near)
        of_contender.x = given->near;
    if (contender->same)
        of_contender.y = (char *)given->y + given->to_same;
    double worst = 0;
    long double *exact = malloc((job->width + 64) * sizeof *exact);
    if (!exact)
        return INFINITY;
    for (size_t row = 0; row < job->rows; row += step_of(job->rows))
        if (contender->kind == KIND_FLOOR)
            keep_worst(&worst, floor_error(job, moving_work(job->of), row));
        else if (contender->kind == KIND_AFFINE)
            keep_worst(&worst, floor_error(job, affine_work(job->of), row));
        else
            keep_worst(&worst, row_error(contender, job, row, exact));
    if (is_backward(job->of) && !is_floor(contender->kind))
        for (int gamma = 0; gamma < (job->dbeta ? 2 : 1); gamma++)
            keep_worst(&worst, columns_error(job, !gamma, exact));
    free(exact);
    return worst;
}
