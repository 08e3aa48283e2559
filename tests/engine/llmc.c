/* SPDX-License-Identifier: MIT */
/* llmc.c - a host as llm.c is one: its own layernorm_forward and layernorm_backward, and calls of them by these names.
 * TOP, MIDDLE: where it includes gpt2_llmc.h, above or below its own functions.
 *
 *     llmc              compares results of the calls with the host's own functions
 *     llmc CASE         makes one mistake, which ends the program with a line */
#ifdef TOP
#include "gpt2_llmc.h"
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int own_calls;

void layernorm_forward(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int B, int T,
                       int C)
{
    own_calls++;
    for (int r = 0; r < B * T; r++) {
        const float *x = inp + r * C;
        float *y = out + r * C;
        double m = 0, v = 0;
        for (int i = 0; i < C; i++)
            m += (double)x[i] / C;
        for (int i = 0; i < C; i++)
            v += ((double)x[i] - m) * ((double)x[i] - m) / C;
        const double s = 1 / sqrt(v + 1e-5);
        for (int i = 0; i < C; i++)
            y[i] = (float)(((double)x[i] - m) * s * (double)weight[i] + (double)bias[i]);
        mean[r] = (float)m;
        rstd[r] = (float)s;
    }
}

void layernorm_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                        float *rstd, int B, int T, const int C)
{
    own_calls++;
    for (int r = 0; r < B * T; r++) {
        double sum = 0, product = 0;
        for (int i = 0; i < C; i++) {
            const double t = ((double)inp[r * C + i] - (double)mean[r]) * (double)rstd[r];
            const double g = (double)weight[i] * (double)dout[r * C + i];
            sum += g / C;
            product += g * t / C;
        }
        for (int i = 0; i < C; i++) {
            const double t = ((double)inp[r * C + i] - (double)mean[r]) * (double)rstd[r];
            const double g = (double)weight[i] * (double)dout[r * C + i];
            dbias[i] += dout[r * C + i];
            dweight[i] += (float)(t * (double)dout[r * C + i]);
            dinp[r * C + i] += (float)((g - sum - t * product) * (double)rstd[r]);
        }
    }
}

/* The host's own, for comparison: not called by their names below. */
static void (*const own_forward)(float *, float *, float *, float *, float *, float *, int, int,
                                 int) = layernorm_forward;
static void (*const own_backward)(float *, float *, float *, float *, float *, float *, float *, float *, int, int,
                                  int) = layernorm_backward;

#ifdef MIDDLE
#include "gpt2_llmc.h"
#endif

enum { B = 4, T = 25, C_MAX = 768, COUNT = B * T * C_MAX };

typedef struct {
    float inp[COUNT], out[COUNT], mean[B * T], rstd[B * T], dout[COUNT], dinp[COUNT], dweight[C_MAX], dbias[C_MAX];
} Acts;
static Acts ours, theirs, parts;
static float weight[C_MAX], bias[C_MAX];

static float uniform(void)
{
    static uint32_t seed = 1;
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 8) / 8388608.0f - 1.0f;
}

static void fill(int C)
{
    for (int i = 0; i < COUNT; i++) {
        ours.inp[i] = theirs.inp[i] = parts.inp[i] = uniform();
        ours.dout[i] = theirs.dout[i] = parts.dout[i] = uniform();
        ours.dinp[i] = theirs.dinp[i] = parts.dinp[i] = uniform(); /* gradients are added to */
    }
    for (int i = 0; i < C; i++) {
        ours.dweight[i] = theirs.dweight[i] = parts.dweight[i] = uniform();
        ours.dbias[i] = theirs.dbias[i] = parts.dbias[i] = uniform();
        weight[i] = uniform();
        bias[i] = uniform();
    }
}

static int differ(const char *what, const float *a, const float *b, int count, double most)
{
    for (int i = 0; i < count; i++)
        if (!(fabs((double)a[i] - (double)b[i]) <= most)) {
            printf("FAILED: %s[%d] is %.9g, should be %.9g\n", what, i, (double)a[i], (double)b[i]);
            return 1;
        }
    return 0;
}

static int width(int C)
{
    int failures = 0;
    fill(C);
    layernorm_forward(ours.out, ours.mean, ours.rstd, ours.inp, weight, bias, B, T, C);
    layernorm_backward(ours.dinp, ours.dweight, ours.dbias, ours.dout, ours.inp, weight, ours.mean, ours.rstd, B, T, C);
    for (int b = 0; b < B; b++) { /* micro-batches */
        Acts *p = &parts;
        const int at = b * T * C;
        layernorm_forward(p->out + at, p->mean + b * T, p->rstd + b * T, p->inp + at, weight, bias, 1, T, C);
        layernorm_backward(p->dinp + at, p->dweight, p->dbias, p->dout + at, p->inp + at, weight, p->mean + b * T,
                           p->rstd + b * T, 1, T, C);
    }
    if (own_calls != 0) {
        printf("FAILED: %d calls reached the host's own functions\n", own_calls);
        failures++;
    }
    own_forward(theirs.out, theirs.mean, theirs.rstd, theirs.inp, weight, bias, B, T, C);
    own_backward(theirs.dinp, theirs.dweight, theirs.dbias, theirs.dout, theirs.inp, weight, theirs.mean, theirs.rstd,
                 B, T, C);
    if (own_calls != 2) {
        printf("FAILED: the host's own functions ran %d times, should run twice\n", own_calls);
        failures++;
    }
    own_calls = 0;
    failures += differ("out", ours.out, theirs.out, B * T * C, 2e-6);
    failures += differ("dinp", ours.dinp, theirs.dinp, B * T * C, 4e-6);
    failures += differ("dweight", ours.dweight, theirs.dweight, C, 2e-5);
    failures += differ("dbias", ours.dbias, theirs.dbias, C, 2e-5);
    if (memcmp(&ours, &parts, sizeof ours) != 0) {
        printf("FAILED: micro-batches give other bits than the batch, at width %d\n", C);
        failures++;
    }
    return failures;
}

static int mistake(const char *what)
{
    int negative = 1, zero = 1;
    float *x = ours.inp, *dw = ours.dweight, *bi = bias, *rs = ours.rstd, *out = ours.out;
    int C = 768;
    if (strcmp(what, "B") == 0)
        negative = -1;
    else if (strcmp(what, "T") == 0)
        zero = -1;
    else if (strcmp(what, "C") == 0)
        C = 0;
    else if (strcmp(what, "inp") == 0)
        x = NULL;
    else if (strcmp(what, "bias") == 0)
        bi = NULL;
    else if (strcmp(what, "out") == 0)
        out = (float *)(uintptr_t)((char *)out + 1);
    else if (strcmp(what, "overlap") == 0)
        out = x + 1;
    else if (strcmp(what, "empty") == 0)
        x = out = bi = NULL, zero = 0;
    layernorm_forward(out, ours.mean, ours.rstd, x, weight, bi, negative, zero, C);
    if (strcmp(what, "dweight") == 0)
        dw = NULL;
    else if (strcmp(what, "rstd") == 0)
        rs = NULL;
    layernorm_backward(ours.dinp, dw, ours.dbias, ours.dout, x, weight, ours.mean, rs, 1, zero, C);
    return 0;
}

int main(int argc, char **argv)
{
    fill(C_MAX);
    if (argc > 1)
        return mistake(argv[1]);
    const int failures = width(768) + width(100) + width(1);
    printf("%d failed\n", failures);
    return failures != 0;
}
