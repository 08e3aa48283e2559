/* SPDX-License-Identifier: MIT */
/* norms.c - calls lngen's kernels through the runtime, and has the plain loops that they are compared with. */
#define _POSIX_C_SOURCE 200809L
#include "norms.h"

#include <math.h>
#include <time.h>

static const float EPS = 1e-5f;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The best entry of a spec; with `any` the best that serves any width. */
static const ln_entry *entry_of(ln_spec spec, int any)
{
    const ln_entry *best = ln_find(spec, NULL);
    if (!best || !any)
        return best;
    size_t count;
    const ln_entry *table = ln_table(&count);
    for (size_t i = 0; i < count; i++) {
        const ln_spec *s = &table[i].spec;
        if (s->width == 0 && table[i].isa == best->isa && s->op == best->spec.op && s->pass == best->spec.pass &&
            s->dtype == best->spec.dtype && s->affine == best->spec.affine && s->residual == best->spec.residual &&
            s->norms == best->spec.norms && s->quant == best->spec.quant && s->bias == best->spec.bias)
            return &table[i];
    }
    return NULL;
}

const char *norms_open(Norms *norms, NormKind kind, size_t width, int threads)
{
    const int any = kind == NORM_ANY_WIDTH;
    const Norms made = {
        .kind = kind,
        .width = width,
        .threads = threads,
        .plain = entry_of((ln_spec){.width = width}, any),
        .pre = entry_of((ln_spec){.width = width, .residual = LN_RESIDUAL_PRE}, any),
        .post = entry_of((ln_spec){.width = width, .residual = LN_RESIDUAL_POST}, any),
        .backward = entry_of((ln_spec){.width = width, .pass = LN_PASS_BACKWARD}, any),
    };
    *norms = made;
    if (!made.plain || !made.pre || !made.post || !made.backward)
        return "kernels of layernorm_f32 with residual none, pre, post and of its backward pass are not all linked in";
    return NULL;
}

static void loop_row(float *sum, float *y, float *mean, float *rstd, const float *x, const float *r, const float *gamma,
                     const float *beta, size_t width)
{
    float m = 0, v = 0;
    for (size_t i = 0; i < width; i++) {
        sum[i] = r ? x[i] + r[i] : x[i];
        m += sum[i];
    }
    m /= (float)width;
    for (size_t i = 0; i < width; i++)
        v += (sum[i] - m) * (sum[i] - m);
    const float s = 1 / sqrtf(v / (float)width + EPS);
    for (size_t i = 0; i < width; i++)
        y[i] = (sum[i] - m) * s * gamma[i] + beta[i];
    *mean = m;
    *rstd = s;
}

static void loop_backward(float *dx, float *dgamma, float *dbeta, const float *x, const float *dy, const float *mean,
                          const float *rstd, const float *gamma, size_t width, size_t rows, int add)
{
    for (size_t i = 0; i < width; i++)
        dgamma[i] = dbeta[i] = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *xr = x + row * width, *dr = dy + row * width;
        float of_g = 0, of_gx = 0;
        for (size_t i = 0; i < width; i++) {
            const float hat = (xr[i] - mean[row]) * rstd[row], g = dr[i] * gamma[i];
            of_g += g;
            of_gx += g * hat;
            dgamma[i] += dr[i] * hat;
            dbeta[i] += dr[i];
        }
        of_g /= (float)width;
        of_gx /= (float)width;
        for (size_t i = 0; i < width; i++) {
            const float hat = (xr[i] - mean[row]) * rstd[row];
            const float d = rstd[row] * (dr[i] * gamma[i] - of_g - hat * of_gx);
            dx[row * width + i] = add ? dx[row * width + i] + d : d;
        }
    }
}

ln_status norm_plain(Norms *n, float *y, const float *x, const float *gamma, const float *beta, size_t rows)
{
    const ln_args args = {.width = n->width,
                          .x_stride = n->width,
                          .y_stride = n->width,
                          .x = x,
                          .y = y,
                          .gamma = gamma,
                          .beta = beta,
                          .eps = EPS};
    return ln_run_threads(n->plain, &args, rows, n->threads);
}

ln_status norm_add(Norms *n, float *sum, float *y, float *mean, float *rstd, const float *x, const float *r,
                   const float *gamma, const float *beta, size_t rows)
{
    const double begun = now();
    ln_status status = LN_OK;
    if (n->kind == NORM_LOOP) {
        for (size_t row = 0; row < rows; row++)
            loop_row((sum ? sum : y) + row * n->width, y + row * n->width, mean + row, rstd + row, x + row * n->width,
                     r + row * n->width, gamma, beta, n->width);
    } else {
        ln_args args = {.width = n->width,
                        .x_stride = n->width,
                        .y_stride = n->width,
                        .residual_stride = n->width,
                        .x = x,
                        .y = y,
                        .residual = r,
                        .gamma = gamma,
                        .beta = beta,
                        .mean = mean,
                        .rstd = rstd,
                        .eps = EPS};
        if (sum) {
            args.sum = sum;
            args.sum_stride = n->width;
        }
        status = ln_run_threads(sum ? n->pre : n->post, &args, rows, n->threads);
    }
    n->seconds += now() - begun;
    return status;
}

ln_status norm_backward(Norms *n, float *dx, float *dgamma, float *dbeta, const float *x, const float *dy,
                        const float *mean, const float *rstd, const float *gamma, size_t rows, int add,
                        float *workspace, size_t workspace_bytes)
{
    const double begun = now();
    ln_status status = LN_OK;
    if (n->kind == NORM_LOOP) {
        loop_backward(dx, dgamma, dbeta, x, dy, mean, rstd, gamma, n->width, rows, add);
    } else {
        const ln_args args = {.width = n->width,
                              .x_stride = n->width,
                              .dy_stride = n->width,
                              .dx_stride = n->width,
                              .x = x,
                              .dy = dy,
                              .dx = dx,
                              .mean = (float *)mean,
                              .rstd = (float *)rstd,
                              .gamma = gamma,
                              .dgamma = dgamma,
                              .dbeta = dbeta,
                              .accumulate = add ? LN_ADD_DX : 0,
                              .workspace = workspace,
                              .workspace_bytes = workspace_bytes};
        status = ln_run_threads(n->backward, &args, rows, n->threads);
    }
    n->seconds += now() - begun;
    return status;
}
