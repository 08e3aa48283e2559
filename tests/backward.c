/* SPDX-License-Identifier: MIT */
/* backward.c - tests gradients: compares every backward kernel of the table, on one instruction set, with the reference
 * bit for bit, compares their values with long double and with finite differences, and tests the argument checks.
 *
 *     backward ISA
 *
 * The exit status is 77 when this processor lacks the instruction set. */
#include "check.h"
#include "elements.h"
#include "fence.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "ln_arena.h"
#include "reference.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 100, WIDTH_MAX = 2600, PADDING = 18, SHOWN = 10 };
enum { ELEMENTS = ROWS_MAX * (WIDTH_MAX + PADDING), BLOCKS = (ROWS_MAX + LN_BACKWARD_BLOCK - 1) / LN_BACKWARD_BLOCK };
enum { WORKSPACE = BLOCKS * 2 * (WIDTH_MAX + 32) };

enum { X, DY, DX, GAMMA, MEAN, RSTD, DGAMMA, DBETA, SPACE, ARRAYS };
static Fence fences[ARRAYS];
static const size_t capacity[ARRAYS] = {
    [X] = ELEMENTS,    [DY] = ELEMENTS,      [DX] = ELEMENTS,     [GAMMA] = WIDTH_MAX, [MEAN] = ROWS_MAX,
    [RSTD] = ROWS_MAX, [DGAMMA] = WIDTH_MAX, [DBETA] = WIDTH_MAX, [SPACE] = WORKSPACE};

/* A batch of packed rows, with elements of the entry's types: its inputs, what the outputs hold before the call, and
 * what the reference computes. */
static struct {
    float x[ELEMENTS], dy[ELEMENTS], dx[ELEMENTS], gamma[WIDTH_MAX], mean[ROWS_MAX], rstd[ROWS_MAX];
    float old_dx[ELEMENTS], old_dgamma[WIDTH_MAX], old_dbeta[WIDTH_MAX];
    float dgamma[WIDTH_MAX], dbeta[WIDTH_MAX];
} batch;
static unsigned long failures, cases;

/* The spec whose forward pass stores mean and rstd. */
static ln_spec forward_of(const ln_spec *s)
{
    ln_spec f = *s;
    f.pass = LN_PASS_FORWARD;
    f.affine = LN_AFFINE_NONE;
    f.params = LN_PARAMS_SAME;
    return f;
}

/* Fills the batch with rows of one class of inputs, or with rows of random classes when `class` is NULL. */
static void fill(Random *r, const ln_spec *s, size_t rows, size_t width, const InputClass *class)
{
    static float row[WIDTH_MAX];
    const ln_dtype type = s->dtype;
    for (size_t i = 0; i < rows; i++) {
        const InputClass *c = class ? class : &input_classes[random_bits(r) % input_class_count];
        c->fill(r, row, width);
        for (size_t k = 0; k < width; k++)
            ln_reference_store(type, batch.x, i * width + k, row[k]);
        if (random_bits(r) % 8 == 0)
            input_classes[random_bits(r) % input_class_count].fill(r, row, width);
        for (size_t k = 0; k < width; k++) {
            const float dy = random_bits(r) % 13 == 0 ? -0.0f : random_bits(r) % 4 == 0 ? row[k] : random_normal(r);
            ln_reference_store(type, batch.dy, i * width + k, class ? random_normal(r) : dy);
            ln_reference_store(type, batch.old_dx, i * width + k, random_normal(r));
        }
    }
    for (size_t k = 0; k < width; k++) {
        ln_reference_store(params_type(s), batch.gamma, k, k % 19 == 7 ? -0.0f : 1 + 0.5f * random_normal(r));
        batch.old_dgamma[k] = random_normal(r);
        batch.old_dbeta[k] = 1000 * random_normal(r);
    }
    const ln_spec forward = forward_of(s);
    const ln_args a = {.width = width,
                       .x_stride = width,
                       .y_stride = width,
                       .x = batch.x,
                       .y = batch.dx,
                       .mean = batch.mean,
                       .rstd = batch.rstd,
                       .eps = 1e-5f};
    ln_reference(&forward, &a, 0, rows);
}

/* Arguments that name the arrays of the packed batch, whose outputs are set to what they held before. */
static ln_args packed(size_t rows, size_t width, int accumulate)
{
    memcpy(batch.dx, batch.old_dx, sizeof batch.dx);
    memcpy(batch.dgamma, batch.old_dgamma, sizeof batch.dgamma);
    memcpy(batch.dbeta, batch.old_dbeta, sizeof batch.dbeta);
    static float space[WORKSPACE];
    (void)rows;
    return (ln_args){.width = width,
                     .x_stride = width,
                     .dy_stride = width,
                     .dx_stride = width,
                     .x = batch.x,
                     .dy = batch.dy,
                     .dx = batch.dx,
                     .gamma = batch.gamma,
                     .mean = batch.mean,
                     .rstd = batch.rstd,
                     .dgamma = batch.dgamma,
                     .dbeta = batch.dbeta,
                     .accumulate = accumulate,
                     .workspace = space,
                     .workspace_bytes = sizeof space};
}

/* threads: 0 calls ln_run; -1 calls ln_run_rows for each block of rows and then ln_run_finish; -2 calls the kernel
 * without a workspace; other values call ln_run_threads. */
typedef struct Case {
    size_t rows, padding; /* elements between rows of dx */
    size_t apart;         /* so many more lie between those of x, and twice as many more between those of dy */
    int in_place;         /* 1: dx is dy, 2: dx is x */
    int accumulate, threads, stream;
    Place place;
} Case;

static void copy_rows(char *to, size_t to_stride, const void *from, size_t rows, size_t width, size_t element)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * to_stride * element, (const char *)from + r * width * element, width * element);
}

static ln_status run(const ln_entry *e, const ln_args *a, const Case *c)
{
    if (c->threads == 0)
        return ln_run(e, a, c->rows);
    if (c->threads > 0)
        return ln_run_threads(e, a, c->rows, c->threads);
    if (c->threads == -2) {
        e->kernel(a, 0, c->rows);
        return LN_OK;
    }
    for (size_t end = c->rows; end > 0;) { /* the last block of rows first */
        const size_t begin = (end - 1) / LN_BACKWARD_BLOCK * LN_BACKWARD_BLOCK;
        const ln_status status = ln_run_rows(e, a, c->rows, begin, end);
        if (status)
            return status;
        end = begin;
    }
    return ln_run_finish(e, a, c->rows);
}

static void run_case(const ln_entry *e, size_t width, const Case *c)
{
    const ln_spec spec = e->spec;
    const size_t element = size_of(spec.dtype), rows = c->rows, dx_stride = width + c->padding;
    const size_t x_stride = c->in_place == 2 ? dx_stride : dx_stride + c->apart;
    const size_t dy_stride = c->in_place == 1 ? dx_stride : dx_stride + 2 * c->apart;
    const size_t last = rows ? rows - 1 : 0, row = rows ? width * element : 0;
    char *at[ARRAYS];
    ln_spec sized = spec;
    sized.width = width;
    const size_t space = ln_workspace_bytes(sized, rows);
    const size_t bytes[ARRAYS] = {[X] = last * x_stride * element + row,
                                  [DY] = last * dy_stride * element + row,
                                  [DX] = last * dx_stride * element + row,
                                  [GAMMA] = width * size_of(params_type(&spec)),
                                  [MEAN] = rows * 4,
                                  [RSTD] = rows * 4,
                                  [DGAMMA] = width * 4,
                                  [DBETA] = width * 4,
                                  [SPACE] = space};
    for (int i = 0; i < ARRAYS; i++) {
        at[i] = fence_place(fences[i], c->place, bytes[i]);
        memset(at[i], 0x5a, bytes[i]);
    }
    snprintf(fence_note, sizeof fence_note,
             "%s width %zu, rows %zu, padding %zu, apart %zu, in place %d, accumulate %d, threads %d, "
             "stream %d, place %d",
             e->name, width, rows, c->padding, c->apart, c->in_place, c->accumulate, c->threads, c->stream,
             (int)c->place);
    copy_rows(at[X], x_stride, batch.x, rows, width, element);
    copy_rows(at[DY], dy_stride, batch.dy, rows, width, element);
    copy_rows(at[DX], dx_stride, batch.old_dx, rows, width, element);
    memcpy(at[GAMMA], batch.gamma, bytes[GAMMA]);
    memcpy(at[MEAN], batch.mean, bytes[MEAN]);
    memcpy(at[RSTD], batch.rstd, bytes[RSTD]);
    memcpy(at[DGAMMA], batch.old_dgamma, bytes[DGAMMA]);
    memcpy(at[DBETA], batch.old_dbeta, bytes[DBETA]);
    if (c->in_place)
        at[DX] = at[c->in_place == 1 ? DY : X];

    const ln_args a = {.width = width,
                       .x_stride = x_stride,
                       .dy_stride = dy_stride,
                       .dx_stride = dx_stride,
                       .x = at[X],
                       .dy = at[DY],
                       .dx = at[DX],
                       .gamma = at[GAMMA],
                       .mean = (float *)(void *)at[MEAN],
                       .rstd = (float *)(void *)at[RSTD],
                       .dgamma = (float *)(void *)at[DGAMMA],
                       .dbeta = (float *)(void *)at[DBETA],
                       .accumulate = c->accumulate,
                       .stream = c->stream,
                       .reduce_rows = c->threads == -2 ? 0 : 5, /* which callers need not set */
                       .workspace = c->threads == -2 ? NULL : (float *)(void *)at[SPACE],
                       .workspace_bytes = space};
    ln_args b = packed(rows, width, c->accumulate);
    if (c->threads == -2)
        b.workspace = NULL;
    ln_reference_backward(&spec, &b, rows);

    const ln_status status = run(e, &a, c);
    const char *wrong = status ? ln_status_message(status) : NULL;
    for (size_t r = 0; r < rows && !wrong; r++) {
        const char *dx = at[DX] + r * dx_stride * element;
        if (!same(spec.dtype, dx, (const char *)(const void *)batch.dx + r * width * element, width))
            wrong = "dx";
        for (size_t i = width * element; i < dx_stride * element && r + 1 < rows; i++)
            if (dx[i] != 0x5a)
                wrong = "padding of dx";
        if (c->in_place != 2 &&
            memcmp(at[X] + r * x_stride * element, (char *)(void *)batch.x + r * width * element, width * element) != 0)
            wrong = "x was written";
    }
    const void *dgamma = has_gamma(&spec) ? batch.dgamma : batch.old_dgamma;
    const void *dbeta = has_beta(&spec) ? batch.dbeta : batch.old_dbeta;
    if (!wrong && !same(LN_DTYPE_F32, at[DGAMMA], dgamma, width))
        wrong = "dgamma";
    if (!wrong && !same(LN_DTYPE_F32, at[DBETA], dbeta, width))
        wrong = "dbeta";
    cases++;
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s: %s\n", fence_note, wrong);
}

static void check_bits(const ln_entry *e, size_t width, Random *r)
{
    static const size_t row_counts[] = {0, 1, 2, 3, 7, 31, 32, 33, 64, 65, ROWS_MAX};
    static const int threads[] = {1, 2, 3, 5, 8, LN_THREADS_AWAKE, 0, -1, -2};
    unsigned turn = (unsigned)width;
    fill(r, &e->spec, ROWS_MAX, width, NULL);
    for (size_t n = 0; n < sizeof row_counts / sizeof row_counts[0]; n++)
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++, turn++) {
            Case c = {.rows = row_counts[n],
                      .padding = turn % 3 == 0   ? 0
                                 : turn % 3 == 1 ? 3
                                                 : 15 - (width + 15) % 16,
                      .apart = turn % 3 == 0 ? 0 : 1,
                      .in_place = (int)(turn / 2 % 3),
                      .accumulate = (int)(turn / 3 % 4),
                      .threads = threads[t],
                      .stream = turn % 2 ? LN_STREAM_ALWAYS : LN_STREAM_NEVER,
                      .place = (Place)(turn % PLACES)};
            if (c.in_place)
                c.accumulate &= ~LN_ADD_DX;
            if (c.threads == -2) { /* the runtime, which chooses the kind of store, is not called */
                c.stream = c.stream == LN_STREAM_ALWAYS;
                if (c.rows == 0)
                    continue;
            }
            run_case(e, width, &c);
        }
    for (size_t k = 0; k < input_class_count; k++) {
        fill(r, &e->spec, 9, width, &input_classes[k]);
        const Case c = {.rows = 9, .threads = 1, .place = AT_END, .stream = LN_STREAM_NEVER};
        run_case(e, width, &c);
    }
    /* the NaN with the most bits, which must not become a number by rounding; as mean and rstd of rows of their own */
    for (int stream = LN_STREAM_ALWAYS; stream <= LN_STREAM_NEVER; stream++) {
        fill(r, &e->spec, 19, width, NULL);
        memset(batch.mean + 2, 0xff, sizeof *batch.mean);
        memset(batch.rstd + 5, 0xff, sizeof *batch.rstd);
        const Case c = {.rows = 19, .threads = 1, .place = AT_END, .stream = stream};
        run_case(e, width, &c);
    }
}

/* The largest errors, compared with long double, divided by their bounds in docs/numerics.md. */
static double worst_dx, worst_dx_f32, worst_dgamma, worst_dbeta;

static double larger(double a, double b) { return b > a ? b : a; }

static void check_values(const ln_entry *e, size_t width, Random *r, const InputClass *class)
{
    enum { ROWS = 70 };
    const ln_spec spec = e->spec;
    const long double u = 0x1p-24L;
    static long double dgamma[WIDTH_MAX], dgamma_size[WIDTH_MAX], dbeta[WIDTH_MAX], dbeta_size[WIDTH_MAX];
    memset(dgamma, 0, sizeof dgamma), memset(dgamma_size, 0, sizeof dgamma_size);
    memset(dbeta, 0, sizeof dbeta), memset(dbeta_size, 0, sizeof dbeta_size);
    fill(r, &spec, ROWS, width, class);
    const ln_args a = packed(ROWS, width, 0);
    CHECK(ln_run(e, &a, ROWS) == LN_OK);
    for (size_t row = 0; row < ROWS; row++) {
        const long double mean = spec.op == LN_OP_LAYERNORM ? (long double)batch.mean[row] : 0,
                          rstd = (long double)batch.rstd[row];
        long double c1 = 0, c2 = 0, size1 = 0, size2 = 0;
        static long double g[WIDTH_MAX], h[WIDTH_MAX];
        for (size_t i = 0; i < width; i++) {
            const long double dy = (long double)ln_reference_load(spec.dtype, batch.dy, row * width + i);
            const long double gamma =
                has_gamma(&spec) ? (long double)ln_reference_load(params_type(&spec), batch.gamma, i) : 1;
            const long double rounded = (long double)ln_reference_rounded(params_type(&spec), 1.0f + (float)gamma);
            g[i] = dy * (spec.affine == LN_AFFINE_GAMMA1  ? 1 + gamma
                         : spec.affine == LN_AFFINE_FULL1 ? rounded
                                                          : gamma);
            h[i] = ((long double)ln_reference_load(spec.dtype, batch.x, row * width + i) - mean) * rstd;
            c1 += spec.op == LN_OP_LAYERNORM ? g[i] / (long double)width : 0;
            c2 += g[i] * h[i] / (long double)width;
            size1 += spec.op == LN_OP_LAYERNORM ? fabsl(g[i]) / (long double)width : 0;
            size2 += fabsl(g[i] * h[i]) / (long double)width;
            dgamma[i] += dy * h[i];
            dgamma_size[i] += fabsl(dy * h[i]);
            dbeta[i] += dy;
            dbeta_size[i] += fabsl(dy);
        }
        for (size_t i = 0; i < width; i++) {
            const long double dx = rstd * (g[i] - c1 - h[i] * c2);
            const long double terms = rstd * (fabsl(g[i]) + fabsl(c1) + fabsl(h[i] * c2));
            const long double bound = u * (4 * terms + rstd * (10 * size1 + 13 * fabsl(h[i]) * size2));
            const long double rounding = spec.dtype == LN_DTYPE_F32 ? 0x1p-148L : unit_of(spec.dtype, dx) / 2;
            const long double error = fabsl((long double)ln_reference_load(spec.dtype, batch.dx, row * width + i) - dx);
            worst_dx = larger(worst_dx, (double)(error / (bound * 1.001L + rounding)));
            if (spec.dtype == LN_DTYPE_F32)
                worst_dx_f32 = larger(worst_dx_f32, (double)(error / (bound * 1.001L + rounding)));
        }
    }
    for (size_t i = 0; i < width && has_gamma(&spec); i++) {
        const long double error = fabsl((long double)batch.dgamma[i] - dgamma[i]);
        worst_dgamma = larger(worst_dgamma, (double)(error / (35 * u * dgamma_size[i] * 1.001L + 0x1p-148L)));
        if (has_beta(&spec))
            worst_dbeta = larger(worst_dbeta, (double)(fabsl((long double)batch.dbeta[i] - dbeta[i]) /
                                                       (32 * u * dbeta_size[i] * 1.001L + 0x1p-148L)));
    }
}

/* The sum of dy * norm(x) over a row, in double. */
static double loss(const ln_spec *s, const double *x, const double *dy, const double *gamma, const double *beta,
                   size_t n)
{
    double mean = 0, squares = 0, sum = 0;
    for (size_t i = 0; i < n && s->op == LN_OP_LAYERNORM; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean) / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += dy[i] * ((x[i] - mean) / sqrt(squares + (double)1e-5f) * gamma[i] + beta[i]);
    return sum;
}

static double slope(const ln_spec *s, double *at, const double *x, const double *dy, const double *gamma,
                    const double *beta, size_t n)
{
    const double middle = *at, step = 1e-5;
    *at = middle + step;
    const double above = loss(s, x, dy, gamma, beta, n);
    *at = middle - step;
    const double below = loss(s, x, dy, gamma, beta, n);
    *at = middle;
    return (above - below) / (2 * step);
}

/* Compares one row of f32 with central differences, whose own error is about 1e-9. */
static void check_differences(const ln_entry *e, size_t n, Random *r)
{
    static double x[WIDTH_MAX], dy[WIDTH_MAX], gamma[WIDTH_MAX], beta[WIDTH_MAX];
    const ln_spec spec = e->spec;
    fill(r, &spec, 1, n, &input_classes[0]);
    const ln_args a = packed(1, n, 0);
    CHECK(ln_run(e, &a, 1) == LN_OK);
    const double plus_one = spec.affine == LN_AFFINE_GAMMA1 || spec.affine == LN_AFFINE_FULL1;
    for (size_t i = 0; i < n; i++) {
        x[i] = (double)batch.x[i];
        dy[i] = (double)batch.dy[i];
        gamma[i] = has_gamma(&spec) ? (double)batch.gamma[i] + plus_one : 1;
        beta[i] = 0.25;
    }
    double worst = 0;
    for (size_t i = 0; i < n; i += n / 40 + 1) {
        worst = larger(worst, fabs(slope(&spec, &x[i], x, dy, gamma, beta, n) - (double)batch.dx[i]));
        if (has_gamma(&spec))
            worst = larger(worst, fabs(slope(&spec, &gamma[i], x, dy, gamma, beta, n) - (double)batch.dgamma[i]));
        if (has_beta(&spec))
            worst = larger(worst, fabs(slope(&spec, &beta[i], x, dy, gamma, beta, n) - (double)batch.dbeta[i]));
    }
    if (!CHECK(worst < 1e-5))
        printf("%s width %zu: differs by %g from finite differences, 1e-5 allowed\n", e->name, n, worst);
}

static void check_arguments(const ln_entry *e, Random *r)
{
    enum { ROWS = 40 };
    const ln_spec spec = e->spec;
    const size_t width = spec.width ? spec.width : 100, element = size_of(spec.dtype);
    fill(r, &spec, ROWS, width, NULL);
    const ln_args right = packed(ROWS, width, 0);
    ln_args a;
#define REFUSES(change, status) (a = right, change, CHECK(ln_run(e, &a, ROWS) == (status)))
    REFUSES(a.x = NULL, LN_NULL_X);
    REFUSES(a.dy = NULL, LN_NULL_DY);
    REFUSES(a.dx = NULL, LN_NULL_DX);
    REFUSES(a.rstd = NULL, LN_NULL_RSTD);
    REFUSES(a.mean = NULL, spec.op == LN_OP_LAYERNORM ? LN_NULL_MEAN : LN_OK);
    REFUSES(a.gamma = NULL, has_gamma(&spec) ? LN_NULL_GAMMA : LN_OK);
    REFUSES(a.dgamma = NULL, has_gamma(&spec) ? LN_NULL_DGAMMA : LN_OK);
    REFUSES(a.dbeta = NULL, has_beta(&spec) ? LN_NULL_DBETA : LN_OK);
    REFUSES(a.workspace = NULL, has_gamma(&spec) ? LN_NULL_WORKSPACE : LN_OK);
    REFUSES(a.width = 0, LN_BAD_WIDTH);
    REFUSES(a.x_stride = width - 1, LN_BAD_X_STRIDE);
    REFUSES(a.dy_stride = width - 1, LN_BAD_DY_STRIDE);
    REFUSES(a.dx_stride = width - 1, LN_BAD_DX_STRIDE);
    REFUSES(a.dx_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    REFUSES(a.dy_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    REFUSES(a.accumulate = 4, LN_BAD_ACCUMULATE);
    REFUSES(a.stream = LN_STREAM_COLD + 1, LN_BAD_STREAM);
    ln_spec sized = spec;
    sized.width = width;
    const size_t needed = ln_workspace_bytes(sized, ROWS);
    CHECK((needed > 0) == has_gamma(&spec));
    CHECK(ln_workspace_bytes(sized, 0) == 0);
    if (needed) {
        REFUSES(a.workspace_bytes = needed - 1, LN_SMALL_WORKSPACE);
        REFUSES(a.workspace_bytes = needed, LN_OK);
        CHECK(ln_workspace_bytes(sized, SIZE_MAX) == SIZE_MAX);
        REFUSES(a.dgamma = a.workspace, LN_OVERLAP);
        REFUSES(a.dgamma = batch.x, LN_OVERLAP);
        REFUSES(a.workspace = (float *)(void *)((char *)right.workspace + 1), LN_MISALIGNED);
    }
    REFUSES(a.dx = (char *)right.dx + 1, LN_MISALIGNED);
    REFUSES(a.dx = batch.dy, LN_OK);
    REFUSES((a.dx = batch.dy, a.accumulate = LN_ADD_DX), LN_OVERLAP);
    REFUSES((a.dx = batch.dy, a.dx_stride = width + 1), LN_OVERLAP);
    if (width > 1)
        REFUSES(a.dx = (char *)batch.x + element, LN_OVERLAP);
    REFUSES(a.dx = batch.rstd, LN_OVERLAP);
    CHECK(ln_run_rows(e, &right, ROWS, 1, ROWS) == LN_BAD_BLOCK);
    CHECK(ln_run_rows(e, &right, ROWS, 0, 33) == LN_BAD_BLOCK);
    CHECK(ln_run_rows(e, &right, ROWS, ROWS, ROWS) == LN_OK); /* no rows, at the end */
    CHECK(ln_run_rows(e, &right, ROWS, 32, ROWS) == LN_OK);
    CHECK(ln_run_rows(e, &right, ROWS, 32, 64) == LN_BAD_ROWS);
    CHECK(ln_run_finish(NULL, &right, ROWS) == LN_NULL_ENTRY);
    CHECK(ln_run_finish(e, NULL, ROWS) == LN_NULL_ARGS);
    const ln_spec forward = forward_of(&spec);
    ln_entry other = *e;
    other.spec = forward;
    CHECK(ln_run_finish(&other, &right, ROWS) == LN_NOT_BACKWARD);
    CHECK(ln_workspace_bytes(forward, ROWS) == 0);

    ln_arena arena;
    ln_args made;
    sized.width = width;
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, sized, ROWS, &made) == LN_OK);
    const size_t bytes = ln_arena_bytes(&arena);
    CHECK(ln_arena_open(&arena, bytes) == LN_OK && ln_arena_norm(&arena, sized, ROWS, &made) == LN_OK);
    CHECK(ln_run(e, &made, ROWS) == LN_OK);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);
}

int main(int argc, char **argv)
{
    ln_isa isa;
    const int ended = isa_argument(argc, argv, "backward", &isa);
    if (ended)
        return ended;
    for (int i = 0; i < ARRAYS; i++)
        fences[i] = fence_open(capacity[i] * sizeof(float));
    fence_watch();
    Random r = {test_seed()};
    static const size_t any_widths[] = {1, 2, 7, 16, 17, 33, 64, 65, 130, 511, 512, 515, 1100, 2100};
    size_t count;
    const ln_entry *table = ln_table(&count);
    unsigned kernels = 0;
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa || e->spec.pass != LN_PASS_BACKWARD)
            continue;
        if (!CHECK(e->spec.width <= WIDTH_MAX))
            continue;
        kernels++;
        /* kernels of 16-bit types differ from those of f32 in loads and stores alone, and the reference is slow for
         * them */
        const size_t step = e->spec.dtype == LN_DTYPE_F32 ? 1 : 4;
        for (size_t w = 0; w < (e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0]); w += step) {
            const size_t width = e->spec.width ? e->spec.width : any_widths[w];
            check_bits(e, width, &r);
            for (size_t c = 0; c < input_class_count; c++)
                if (strcmp(input_classes[c].name, "normal") == 0 || strncmp(input_classes[c].name, "mean_1", 6) == 0 ||
                    strcmp(input_classes[c].name, "outliers") == 0 || strcmp(input_classes[c].name, "ramp") == 0)
                    check_values(e, width, &r, &input_classes[c]);
            if (e->spec.dtype == LN_DTYPE_F32 && width > 4)
                check_differences(e, width, &r);
        }
        check_arguments(e, &r);
    }
    printf("%s: %u kernels, %lu cases, %lu failures\n", argv[1], kernels, cases, failures);
    printf("errors as shares of their bounds: dx %.3f, in f32 %.3f, dgamma %.3f, dbeta %.3f\n", worst_dx, worst_dx_f32,
           worst_dgamma, worst_dbeta);
    CHECK(kernels > 0 && failures == 0);
    CHECK(worst_dx <= 1 && worst_dgamma <= 1 && worst_dbeta <= 1);
    return check_status();
}
