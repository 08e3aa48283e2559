/* SPDX-License-Identifier: MIT */
/* ggml.c - nodes of norms_ggml.h in graphs, against double and, with ENGINE defined, against ggml's own nodes:
 *
 *     ggml               checks contiguous rows, views, heads and their permutations, with 1 to 3 threads
 *     ggml CASE          makes one mistake, which ends the program with a message
 *     ggml time          prints how long ggml's own nodes and these take, on one thread; needs ENGINE
 *
 * Without ENGINE it is compiled with stub/ggml.h. */
#define _POSIX_C_SOURCE 200809L
#include "norms_ggml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef ENGINE
#include <ggml-cpu.h>
#endif

enum { WIDTH = 64 };

static struct ggml_context *context(size_t bytes)
{
#ifdef ENGINE
    struct ggml_init_params params = {bytes, NULL, false};
    return ggml_init(params);
#else
    static struct ggml_context one;
    (void)bytes;
    return &one;
#endif
}

/* Computes a node, `times` times. Graphs take their tensors from a context of their own. */
static void compute(struct ggml_tensor *node, int threads, int times)
{
#ifdef ENGINE
    struct ggml_context *ctx = context((size_t)64 << 20);
    struct ggml_cgraph *graph = ggml_new_graph(ctx);
    ggml_build_forward_expand(graph, node);
    for (int i = 0; i < times; i++)
        ggml_graph_compute_with_ctx(ctx, graph, threads);
    ggml_free(ctx);
#else
    for (int i = 0; i < times; i++)
        for (int ith = 0; ith < threads; ith++)
            if (node->run3)
                node->run3(node, node->src[0], node->src[1], node->src[2], ith, threads, node->userdata);
            else
                node->run2(node, node->src[0], node->src[1], ith, threads, node->userdata);
#endif
}

static float uniform(void)
{
    static uint32_t seed = 1;
    seed = seed * 1664525u + 1013904223u;
    return (float)(seed >> 8) / 8388608.0f - 1.0f;
}

static struct ggml_tensor *filled(struct ggml_context *ctx, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3)
{
    struct ggml_tensor *t = ggml_new_tensor_4d(ctx, GGML_TYPE_F32, ne0, ne1, ne2, ne3);
    for (int64_t i = 0; i < ne0 * ne1 * ne2 * ne3; i++)
        ((float *)t->data)[i] = uniform();
    return t;
}

/* A view: of `width` elements of a row from `first` on, with the dimensions 1 to 3 in the order given. */
static struct ggml_tensor view(const struct ggml_tensor *t, int64_t first, int64_t width, int one, int two, int three)
{
    struct ggml_tensor v = *t;
    const int from[4] = {0, one, two, three};
    for (int i = 1; i < 4; i++) {
        v.ne[i] = t->ne[from[i]];
        v.nb[i] = t->nb[from[i]];
    }
    v.ne[0] = width;
    v.data = (float *)t->data + first;
    return v;
}

static const float *row_of(const struct ggml_tensor *t, int64_t i1, int64_t i2, int64_t i3)
{
    return (const float *)((const char *)t->data + (size_t)i1 * t->nb[1] + (size_t)i2 * t->nb[2] +
                           (size_t)i3 * t->nb[3]);
}

/* The largest difference from double, relative to the largest element of w and b. */
static double difference(const struct ggml_tensor *y, const struct ggml_tensor *x, const float *w, const float *b,
                         double eps)
{
    const int64_t n = x->ne[0];
    double worst = 0;
    for (int64_t i3 = 0; i3 < x->ne[3]; i3++)
        for (int64_t i2 = 0; i2 < x->ne[2]; i2++)
            for (int64_t i1 = 0; i1 < x->ne[1]; i1++) {
                const float *from = row_of(x, i1, i2, i3), *to = row_of(y, i1, i2, i3);
                double mean = 0, squares = 0;
                for (int64_t i = 0; i < n && b; i++)
                    mean += (double)from[i] / (double)n;
                for (int64_t i = 0; i < n; i++)
                    squares += ((double)from[i] - mean) * ((double)from[i] - mean) / (double)n;
                for (int64_t i = 0; i < n; i++) {
                    const double t =
                        ((double)from[i] - mean) / sqrt(squares + eps) * (double)w[i] + (b ? (double)b[i] : 0);
                    worst = fmax(worst, fabs(t - (double)to[i]));
                    if (to[i] != to[i])
                        return HUGE_VAL;
                }
            }
    return worst;
}

static int failures, checks;

static void check(const char *what, struct ggml_context *ctx, struct ggml_tensor *x, struct ggml_tensor *w,
                  struct ggml_tensor *b)
{
    for (int threads = 1; threads <= 3; threads++) {
        struct ggml_tensor *rms = norms_ggml_rms_norm(ctx, x, w, 1e-5f), *norm = norms_ggml_norm(ctx, x, w, b, 1e-5f);
        compute(rms, threads, 1);
        compute(norm, threads, 1);
        double worst = difference(rms, x, w->data, NULL, 1e-5);
        worst = fmax(worst, difference(norm, x, w->data, b->data, 1e-5));
#ifdef ENGINE
        struct ggml_tensor *theirs = ggml_mul(ctx, ggml_rms_norm(ctx, x, 1e-5f), w);
        compute(theirs, threads, 1);
        const int64_t count = ggml_nelements(theirs);
        for (int64_t i = 0; i < count; i++)
            worst = fmax(worst, fabs((double)((float *)theirs->data)[i] - (double)((float *)rms->data)[i]));
#endif
        checks++;
        if (!(worst < 3e-6)) {
            printf("FAILED: %s, %d threads: differs by %g\n", what, threads, worst);
            failures++;
        }
    }
}

static int mistake(const char *what, struct ggml_context *ctx)
{
    struct ggml_tensor *x = filled(ctx, WIDTH, 4, 3, 1), *w = filled(ctx, WIDTH, 1, 1, 1), *b = w;
    float eps = 1e-5f;
    if (strcmp(what, "ctx") == 0)
        ctx = NULL;
    else if (strcmp(what, "x") == 0)
        x = NULL;
    else if (strcmp(what, "w") == 0)
        w = NULL;
    else if (strcmp(what, "b") == 0)
        b = NULL;
    else if (strcmp(what, "x-type") == 0)
        x->type = GGML_TYPE_I32;
    else if (strcmp(what, "x-type-f16") == 0)
        x->type = GGML_TYPE_F16;
    else if (strcmp(what, "w-type") == 0)
        w->type = GGML_TYPE_BF16;
    else if (strcmp(what, "w-width") == 0)
        w = filled(ctx, WIDTH - 1, 1, 1, 1);
    else if (strcmp(what, "b-rows") == 0)
        b = filled(ctx, WIDTH, 4, 1, 1);
    else if (strcmp(what, "b-batch") == 0)
        b = filled(ctx, WIDTH, 1, 4, 1);
    else if (strcmp(what, "w-batches") == 0)
        w = filled(ctx, WIDTH, 1, 1, 2);
    else if (strcmp(what, "x-nb0") == 0)
        x->nb[0] = 8;
    else if (strcmp(what, "w-nb0") == 0)
        w->nb[0] = 8;
    else if (strcmp(what, "x-nb1") == 0)
        x->nb[1] += 2;
    else if (strcmp(what, "x-overlap") == 0)
        x->nb[1] = 4 * WIDTH - 4;
    else if (strcmp(what, "eps") == 0)
        eps = -1e-5f;
    else if (strcmp(what, "x-width") == 0)
        x->ne[0] = 0;
    else if (strcmp(what, "x-aligned") == 0)
        x->data = (char *)x->data + 2;
    else
        return 0;
    compute(norms_ggml_norm(ctx, x, w, b, eps), 1, 1);
    return 1;
}

#ifdef ENGINE
static double seconds(struct ggml_tensor *node)
{
    double best = 1e9;
    for (int turn = 0; turn < 15; turn++) {
        struct timespec t0, t1;
        clock_gettime(CLOCK_MONOTONIC, &t0);
        compute(node, 1, 40);
        clock_gettime(CLOCK_MONOTONIC, &t1);
        best = fmin(best, (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) * 1e-9);
    }
    return best / 40;
}

static void times(struct ggml_context *ctx, const char *what, struct ggml_tensor *x, struct ggml_tensor *w)
{
    const double rows = (double)ggml_nrows(x);
    const double theirs = seconds(ggml_mul(ctx, ggml_rms_norm(ctx, x, 1e-5f), w));
    const double ours = seconds(norms_ggml_rms_norm(ctx, x, w, 1e-5f));
    printf("%-28s %8.1f ns a row by ggml, %7.1f by the pair: %.1f times\n", what, theirs * 1e9 / rows,
           ours * 1e9 / rows, theirs / ours);
}
#endif

int main(int argc, char **argv)
{
    struct ggml_context *ctx = context((size_t)512 << 20);
    if (argc > 1 && strcmp(argv[1], "time") != 0)
        return mistake(argv[1], ctx);
    struct ggml_tensor *w = filled(ctx, WIDTH, 1, 1, 1), *b = filled(ctx, WIDTH, 1, 1, 1);
#ifdef ENGINE
    if (argc > 1) {
        struct ggml_tensor *wide = filled(ctx, 3 * 32 * WIDTH, 128, 1, 1), *w4 = filled(ctx, 4096, 1, 1, 1);
        times(ctx, "4096 x 32", filled(ctx, 4096, 32, 1, 1), w4);
        times(ctx, "64 x 4096, contiguous", filled(ctx, WIDTH, 32, 128, 1), w);
        times(ctx, "64, 32 heads of 128 tokens", ggml_view_3d(ctx, wide, WIDTH, 32, 128, 4 * WIDTH, wide->nb[1], 0), w);
        times(ctx, "64, 4 heads of 128 tokens", ggml_view_3d(ctx, wide, WIDTH, 4, 128, 4 * WIDTH, wide->nb[1], 0), w);
        return 0;
    }
#endif
    struct ggml_tensor *x = filled(ctx, WIDTH, 5, 7, 3), *q = filled(ctx, 3 * WIDTH, 9, 4, 2),
                       *one = filled(ctx, WIDTH, 1, 1, 1);
    check("contiguous", ctx, x, w, b);
    check("one row", ctx, one, w, b);
    static const int orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    for (int i = 0; i < 6; i++) {
        struct ggml_tensor v = view(x, 0, WIDTH, orders[i][0], orders[i][1], orders[i][2]);
        struct ggml_tensor part = view(q, WIDTH, WIDTH, orders[i][0], orders[i][1], orders[i][2]);
        check("a permutation", ctx, &v, w, b);
        check("a part of rows, permuted", ctx, &part, w, b);
        part.ne[1] = 1;
        check("one of a dimension", ctx, &part, w, b);
    }
    struct ggml_tensor *odd = filled(ctx, 63, 5, 1, 1), *odd_w = filled(ctx, 63, 1, 1, 1);
    check("another width", ctx, odd, odd_w, odd_w);
    struct ggml_tensor heads = view(q, 0, WIDTH, 1, 2, 3);
    heads.ne[1] = 3; /* three heads of each of nine tokens */
    heads.nb[1] = 4 * WIDTH;
    heads.ne[2] = 9;
    heads.nb[2] = q->nb[1];
    heads.ne[3] = 1;
    check("heads of tokens", ctx, &heads, w, b);
    printf("%d checks, %d failed\n", checks, failures);
    return failures != 0;
}
