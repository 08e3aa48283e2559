/* SPDX-License-Identifier: MIT */
/* loop_norm.h - norms, and their gradients, over rows of one element type. loop.c defines ELEMENT, the type;
 * FROM(element) and TO(float), the conversions; and NAME(f), the name of f for this type. int8, statistics and two
 * norms are in loop.c. */

static inline Moments NAME(layernorm_moments)(const ELEMENT *restrict x, size_t width)
{
    float sum = 0, squares = 0;
#ifdef LOOP_SUMS
    for (size_t i = 0; i < width; i++) {
        sum += FROM(x[i]);
        squares += FROM(x[i]) * FROM(x[i]);
    }
    const float mean = sum / (float)width;
    const float variance = squares / (float)width - mean * mean;
#else
    for (size_t i = 0; i < width; i++)
        sum += FROM(x[i]);
    const float mean = sum / (float)width;
    for (size_t i = 0; i < width; i++)
        squares += (FROM(x[i]) - mean) * (FROM(x[i]) - mean);
    const float variance = squares / (float)width;
#endif
    const Moments moments = {mean, variance};
    return moments;
}

static inline void NAME(layernorm_apply)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                         const ELEMENT *restrict beta, size_t width, float mean, float rstd)
{
    for (size_t i = 0; i < width; i++)
        y[i] = TO((FROM(x[i]) - mean) * rstd * FROM(gamma[i]) + FROM(beta[i]));
}

static inline Moments NAME(rmsnorm_moments)(const ELEMENT *restrict x, size_t width)
{
    float squares = 0;
    for (size_t i = 0; i < width; i++)
        squares += FROM(x[i]) * FROM(x[i]);
    const Moments moments = {0, squares / (float)width};
    return moments;
}

static inline void NAME(rmsnorm_apply)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                       const ELEMENT *restrict beta, size_t width, float mean, float rstd)
{
    (void)beta;
    (void)mean;
    for (size_t i = 0; i < width; i++)
        y[i] = TO(FROM(x[i]) * rstd * FROM(gamma[i]));
}

static inline void NAME(layernorm_row)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                       const ELEMENT *restrict beta, size_t width, float eps)
{
    const Moments m = NAME(layernorm_moments)(x, width);
    NAME(layernorm_apply)(y, x, gamma, beta, width, m.mean, 1.0f / sqrtf(m.variance + eps));
}

static inline void NAME(rmsnorm_row)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                     const ELEMENT *restrict beta, size_t width, float eps)
{
    const Moments m = NAME(rmsnorm_moments)(x, width);
    NAME(rmsnorm_apply)(y, x, gamma, beta, width, m.mean, 1.0f / sqrtf(m.variance + eps));
}

typedef void NAME(Row)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                       const ELEMENT *restrict beta, size_t width, float eps);

static inline void NAME(rows)(NAME(Row) * norm, ELEMENT *restrict y, const ELEMENT *restrict x,
                              const ELEMENT *restrict gamma, const ELEMENT *restrict beta, size_t width, size_t count,
                              float eps)
{
    for (size_t row = 0; row < count; row++, x += width, y += width)
        norm(y, x, gamma, beta, width, eps);
}

/* Adds the residual to each row, and normalises the sum while it is in the cache. `sum_stride` is the distance between
 * the sums of two rows, or 0 if only the last sum is kept. */
static inline void NAME(added_rows)(NAME(Row) * norm, ELEMENT *restrict y, ELEMENT *restrict sum,
                                    const ELEMENT *restrict x, const ELEMENT *restrict residual,
                                    const ELEMENT *restrict gamma, const ELEMENT *restrict beta, size_t width,
                                    size_t sum_stride, size_t count, float eps)
{
    for (size_t row = 0; row < count; row++, x += width, residual += width, sum += sum_stride, y += width) {
        for (size_t i = 0; i < width; i++)
            sum[i] = TO(FROM(x[i]) + FROM(residual[i]));
        norm(y, sum, gamma, beta, width, eps);
    }
}

static inline void NAME(run)(NAME(Row) * norm, const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * job->width;
    const ELEMENT *x = (const ELEMENT *)job->x + at;
    ELEMENT *y = (ELEMENT *)job->y + at;
    if (job->residual)
        NAME(added_rows)
    (norm, y, (ELEMENT *)job->sum + at, x, (const ELEMENT *)job->residual + at, job->gamma, job->beta, job->width,
     job->width, end - begin, job->eps);
    else NAME(rows)(norm, y, x, job->gamma, job->beta, job->width, end - begin, job->eps);
}

static void NAME(layernorm)(const Job *job, size_t begin, size_t end)
{
    NAME(run)(NAME(layernorm_row), job, begin, end);
}
static void NAME(rmsnorm)(const Job *job, size_t begin, size_t end) { NAME(run)(NAME(rmsnorm_row), job, begin, end); }

#ifndef LOOP_SUMS
/* Writes dx of a row and adds its terms to dgamma and dbeta. */
static inline void NAME(layernorm_back)(ELEMENT *restrict dx, float *restrict dgamma, float *restrict dbeta,
                                        const ELEMENT *restrict dy, const ELEMENT *restrict x,
                                        const ELEMENT *restrict gamma, float mean, float rstd, size_t width)
{
    float sum = 0, product = 0;
    for (size_t i = 0; i < width; i++) {
        const float xhat = (FROM(x[i]) - mean) * rstd, g = FROM(dy[i]) * FROM(gamma[i]);
        sum += g;
        product += g * xhat;
    }
    sum /= (float)width;
    product /= (float)width;
    for (size_t i = 0; i < width; i++) {
        const float xhat = (FROM(x[i]) - mean) * rstd;
        dgamma[i] += FROM(dy[i]) * xhat;
        dbeta[i] += FROM(dy[i]);
        dx[i] = TO(rstd * (FROM(dy[i]) * FROM(gamma[i]) - sum - xhat * product));
    }
}

static inline void NAME(rmsnorm_back)(ELEMENT *restrict dx, float *restrict dgamma, const ELEMENT *restrict dy,
                                      const ELEMENT *restrict x, const ELEMENT *restrict gamma, float rstd,
                                      size_t width)
{
    float product = 0;
    for (size_t i = 0; i < width; i++)
        product += FROM(dy[i]) * FROM(gamma[i]) * FROM(x[i]) * rstd;
    product /= (float)width;
    for (size_t i = 0; i < width; i++) {
        const float xhat = FROM(x[i]) * rstd;
        dgamma[i] += FROM(dy[i]) * xhat;
        dx[i] = TO(rstd * (FROM(dy[i]) * FROM(gamma[i]) - xhat * product));
    }
}

static void NAME(layernorm_backward)(const Job *job, size_t begin, size_t end)
{
    const ELEMENT *x = job->x, *dy = job->dy;
    ELEMENT *dx = job->y;
    memset(job->dgamma, 0, job->width * sizeof(float));
    memset(job->dbeta, 0, job->width * sizeof(float));
    for (size_t row = begin, at = begin * job->width; row < end; row++, at += job->width)
        NAME(layernorm_back)
    (dx + at, job->dgamma, job->dbeta, dy + at, x + at, job->gamma, job->mean[row], job->rstd[row], job->width);
}

static void NAME(rmsnorm_backward)(const Job *job, size_t begin, size_t end)
{
    const ELEMENT *x = job->x, *dy = job->dy;
    ELEMENT *dx = job->y;
    memset(job->dgamma, 0, job->width * sizeof(float));
    for (size_t row = begin, at = begin * job->width; row < end; row++, at += job->width)
        NAME(rmsnorm_back)(dx + at, job->dgamma, dy + at, x + at, job->gamma, job->rstd[row], job->width);
}
#endif

#undef ELEMENT
#undef FROM
#undef TO
#undef NAME
