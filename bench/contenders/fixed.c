/* fixed.c - norms in as few lines as C needs, for one width that the compiler knows. It is built once for each width
 * and compiler: WIDTH is the width, FIXED the name of the struct that it exports. The functions have the arguments that
 * a user would give them, and are called, not inlined, as functions in another file are. */
#include "fixed.h"
#include "../numbers.h"

#include <math.h>

#define NOINLINE __attribute__((noinline))

#define NAME(f)  f##_f32
#define ELEMENT  float
#define FROM(v)  (v)
#define TO(v)    (v)
#include "fixed_norm.h"

#define NAME(f) f##_bf16
#define ELEMENT uint16_t
#define FROM(v) from_bf16(v)
#define TO(v)   to_bf16(v)
#include "fixed_norm.h"

/* HEADS rows are a token. Each head has its own gamma and beta. */
static NOINLINE void layernorm_heads(float *restrict y, const float *restrict x, const float *restrict gamma,
                                     const float *restrict beta, float eps, size_t tokens)
{
    for (size_t token = 0; token < tokens; token++, x += HEADS * WIDTH, y += HEADS * WIDTH)
        for (size_t at = 0; at < HEADS * WIDTH; at += WIDTH)
            layernorm_row_f32(y + at, x + at, gamma + at, beta + at, eps);
}

static NOINLINE void rmsnorm_heads(float *restrict y, const float *restrict x, const float *restrict gamma, float eps,
                                   size_t tokens)
{
    for (size_t token = 0; token < tokens; token++, x += HEADS * WIDTH, y += HEADS * WIDTH)
        for (size_t at = 0; at < HEADS * WIDTH; at += WIDTH)
            rmsnorm_row_f32(y + at, x + at, gamma + at, eps);
}

static void run_layernorm_heads(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    layernorm_heads((float *)job->y + at, (const float *)job->x + at, job->gamma, job->beta, job->eps,
                    (end - begin) / HEADS);
}

static void run_rmsnorm_heads(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    rmsnorm_heads((float *)job->y + at, (const float *)job->x + at, job->gamma, job->eps, (end - begin) / HEADS);
}

static NOINLINE void layernorm_backward(float *restrict dx, float *restrict dgamma, float *restrict dbeta,
                                        const float *restrict dy, const float *restrict x, const float *restrict mean,
                                        const float *restrict rstd, const float *restrict gamma, size_t rows)
{
    memset(dgamma, 0, WIDTH * sizeof *dgamma);
    memset(dbeta, 0, WIDTH * sizeof *dbeta);
    for (size_t row = 0; row < rows; row++, x += WIDTH, dy += WIDTH, dx += WIDTH) {
        const float m = mean[row], r = rstd[row];
        float sum = 0, product = 0;
        for (size_t i = 0; i < WIDTH; i++) {
            sum += dy[i] * gamma[i];
            product += dy[i] * gamma[i] * ((x[i] - m) * r);
        }
        sum /= WIDTH;
        product /= WIDTH;
        for (size_t i = 0; i < WIDTH; i++) {
            const float xhat = (x[i] - m) * r;
            dgamma[i] += dy[i] * xhat;
            dbeta[i] += dy[i];
            dx[i] = r * (dy[i] * gamma[i] - sum - xhat * product);
        }
    }
}

static NOINLINE void rmsnorm_backward(float *restrict dx, float *restrict dgamma, const float *restrict dy,
                                      const float *restrict x, const float *restrict rstd, const float *restrict gamma,
                                      size_t rows)
{
    memset(dgamma, 0, WIDTH * sizeof *dgamma);
    for (size_t row = 0; row < rows; row++, x += WIDTH, dy += WIDTH, dx += WIDTH) {
        const float r = rstd[row];
        float product = 0;
        for (size_t i = 0; i < WIDTH; i++)
            product += dy[i] * gamma[i] * (x[i] * r);
        product /= WIDTH;
        for (size_t i = 0; i < WIDTH; i++) {
            const float xhat = x[i] * r;
            dgamma[i] += dy[i] * xhat;
            dx[i] = r * (dy[i] * gamma[i] - xhat * product);
        }
    }
}

static void run_layernorm_backward(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    layernorm_backward((float *)job->y + at, job->dgamma, job->dbeta, (const float *)job->dy + at,
                       (const float *)job->x + at, job->mean + begin, job->rstd + begin, job->gamma, end - begin);
}

static void run_rmsnorm_backward(const Job *job, size_t begin, size_t end)
{
    const size_t at = begin * WIDTH;
    rmsnorm_backward((float *)job->y + at, job->dgamma, (const float *)job->dy + at, (const float *)job->x + at,
                     job->rstd + begin, job->gamma, end - begin);
}

#if defined(__AVX512F__)
#define FIXED_ISA ISA_AVX512
#elif defined(__AVX2__)
#define FIXED_ISA ISA_AVX2
#else
#define FIXED_ISA ISA_SCALAR
#endif

const Fixed FIXED = {
    .isa = FIXED_ISA,
    .width = WIDTH,
    .forward = {{run_layernorm_f32, run_layernorm_bf16}, {run_rmsnorm_f32, run_rmsnorm_bf16}},
    .heads = {run_layernorm_heads, run_rmsnorm_heads},
    .backward = {run_layernorm_backward, run_rmsnorm_backward},
};
