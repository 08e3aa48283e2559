/* SPDX-License-Identifier: MIT */
/* fixed_norm.h - norms, and their gradients, over rows of WIDTH elements of one type. fixed.c defines ELEMENT, the
 * type; FROM(element) and TO(float), the conversions; and NAME(f), the name of f for this type. */

static inline void NAME(layernorm_row)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                       const ELEMENT *restrict beta, float eps)
{
    float sum = 0, squares = 0;
    for (size_t i = 0; i < WIDTH; i++)
        sum += FROM(x[i]);
    const float mean = sum / WIDTH;
    for (size_t i = 0; i < WIDTH; i++)
        squares += (FROM(x[i]) - mean) * (FROM(x[i]) - mean);
    const float rstd = 1 / sqrtf(squares / WIDTH + eps);
    for (size_t i = 0; i < WIDTH; i++)
        y[i] = TO((FROM(x[i]) - mean) * rstd * FROM(gamma[i]) + FROM(beta[i]));
}

static inline void NAME(rmsnorm_row)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                     float eps)
{
    float squares = 0;
    for (size_t i = 0; i < WIDTH; i++)
        squares += FROM(x[i]) * FROM(x[i]);
    const float rstd = 1 / sqrtf(squares / WIDTH + eps);
    for (size_t i = 0; i < WIDTH; i++)
        y[i] = TO(FROM(x[i]) * rstd * FROM(gamma[i]));
}

static NOINLINE void NAME(layernorm)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                     const ELEMENT *restrict beta, float eps, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        NAME(layernorm_row)(y + row * WIDTH, x + row * WIDTH, gamma, beta, eps);
}

static NOINLINE void NAME(rmsnorm)(ELEMENT *restrict y, const ELEMENT *restrict x, const ELEMENT *restrict gamma,
                                   float eps, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        NAME(rmsnorm_row)(y + row * WIDTH, x + row * WIDTH, gamma, eps);
}

static void NAME(run_layernorm)(const Job *job, size_t begin, size_t end)
{
    NAME(layernorm)
    ((ELEMENT *)job->y + begin * WIDTH, (const ELEMENT *)job->x + begin * WIDTH, job->gamma, job->beta, job->eps,
     end - begin);
}

static void NAME(run_rmsnorm)(const Job *job, size_t begin, size_t end)
{
    NAME(rmsnorm)
    ((ELEMENT *)job->y + begin * WIDTH, (const ELEMENT *)job->x + begin * WIDTH, job->gamma, job->eps, end - begin);
}

static inline void NAME(add_row)(ELEMENT *restrict sum, const ELEMENT *restrict x, const ELEMENT *restrict residual)
{
    for (size_t i = 0; i < WIDTH; i++)
        sum[i] = TO(FROM(x[i]) + FROM(residual[i]));
}

/* x + residual is kept. */
static inline __attribute__((always_inline)) void NAME(pre)(const int layernorm, const Job *job, size_t begin,
                                                            size_t end)
{
    for (size_t at = begin * WIDTH; at < end * WIDTH; at += WIDTH) {
        ELEMENT *sum = (ELEMENT *)job->sum + at, *y = (ELEMENT *)job->y + at;
        NAME(add_row)(sum, (const ELEMENT *)job->x + at, (const ELEMENT *)job->residual + at);
        if (layernorm)
            NAME(layernorm_row)(y, sum, job->gamma, job->beta, job->eps);
        else
            NAME(rmsnorm_row)(y, sum, job->gamma, job->eps);
    }
}

static void NAME(layernorm_pre)(const Job *job, size_t begin, size_t end) { NAME(pre)(1, job, begin, end); }
static void NAME(rmsnorm_pre)(const Job *job, size_t begin, size_t end) { NAME(pre)(0, job, begin, end); }

static NOINLINE void NAME(layernorm_backward)(ELEMENT *restrict dx, float *restrict dgamma, float *restrict dbeta,
                                              const ELEMENT *restrict dy, const ELEMENT *restrict x,
                                              const float *restrict mean, const float *restrict rstd,
                                              const ELEMENT *restrict gamma, size_t rows)
{
    memset(dgamma, 0, WIDTH * sizeof *dgamma);
    memset(dbeta, 0, WIDTH * sizeof *dbeta);
    for (size_t row = 0; row < rows; row++, x += WIDTH, dy += WIDTH, dx += WIDTH) {
        const float m = mean[row], r = rstd[row];
        float sum = 0, product = 0;
        for (size_t i = 0; i < WIDTH; i++) {
            sum += FROM(dy[i]) * FROM(gamma[i]);
            product += FROM(dy[i]) * FROM(gamma[i]) * ((FROM(x[i]) - m) * r);
        }
        sum /= WIDTH;
        product /= WIDTH;
        for (size_t i = 0; i < WIDTH; i++) {
            const float xhat = (FROM(x[i]) - m) * r;
            dgamma[i] += FROM(dy[i]) * xhat;
            dbeta[i] += FROM(dy[i]);
            dx[i] = TO(r * (FROM(dy[i]) * FROM(gamma[i]) - sum - xhat * product));
        }
    }
}

static NOINLINE void NAME(rmsnorm_backward)(ELEMENT *restrict dx, float *restrict dgamma, const ELEMENT *restrict dy,
                                            const ELEMENT *restrict x, const float *restrict rstd,
                                            const ELEMENT *restrict gamma, size_t rows)
{
    memset(dgamma, 0, WIDTH * sizeof *dgamma);
    for (size_t row = 0; row < rows; row++, x += WIDTH, dy += WIDTH, dx += WIDTH) {
        const float r = rstd[row];
        float product = 0;
        for (size_t i = 0; i < WIDTH; i++)
            product += FROM(dy[i]) * FROM(gamma[i]) * (FROM(x[i]) * r);
        product /= WIDTH;
        for (size_t i = 0; i < WIDTH; i++) {
            const float xhat = FROM(x[i]) * r;
            dgamma[i] += FROM(dy[i]) * xhat;
            dx[i] = TO(r * (FROM(dy[i]) * FROM(gamma[i]) - xhat * product));
        }
    }
}

static void NAME(run_layernorm_backward)(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    NAME(layernorm_backward)
    ((ELEMENT *)job->y + at, job->dgamma, job->dbeta, (const ELEMENT *)job->dy + at, (const ELEMENT *)job->x + at,
     job->mean + begin, job->rstd + begin, job->gamma, end - begin);
}

static void NAME(run_rmsnorm_backward)(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    NAME(rmsnorm_backward)
    ((ELEMENT *)job->y + at, job->dgamma, (const ELEMENT *)job->dy + at, (const ELEMENT *)job->x + at,
     job->rstd + begin, job->gamma, end - begin);
}

#undef ELEMENT
#undef FROM
#undef TO
#undef NAME
