/* SPDX-License-Identifier: MIT */
/* api.c - checks which arguments the functions of ln.h accept and refuse, and that a refusal writes nothing. */
#include "check.h"
#include "ln.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { WIDTH = 768, ROWS = 6, STRIDE = WIDTH + 8, SIZE = ROWS * STRIDE };

static const ln_entry *norm;
static float x[SIZE], y[SIZE], gamma_[WIDTH + 1], beta[WIDTH + 1], mean[ROWS], rstd[ROWS];
static float pool[3 * SIZE];

static ln_args good(void)
{
    ln_args a = {.width = WIDTH,
                 .x_stride = STRIDE,
                 .y_stride = STRIDE,
                 .x = x,
                 .y = y,
                 .gamma = gamma_,
                 .beta = beta,
                 .mean = mean,
                 .rstd = rstd,
                 .eps = 1e-5f};
    return a;
}

static void fill(void)
{
    for (size_t i = 0; i < SIZE; i++) {
        x[i] = (float)(i % 97) - 40;
        y[i] = -7;
    }
    for (size_t i = 0; i < WIDTH; i++) {
        gamma_[i] = 1;
        beta[i] = 0;
    }
    for (size_t i = 0; i < ROWS; i++)
        mean[i] = rstd[i] = -7;
}

static int untouched(void)
{
    for (size_t i = 0; i < SIZE; i++)
        if (y[i] != -7 || x[i] != (float)(i % 97) - 40)
            return 0;
    for (size_t i = 0; i < ROWS; i++)
        if (mean[i] != -7 || rstd[i] != -7)
            return 0;
    return 1;
}

/* Whether all functions that run a batch return this status and write nothing. */
static int refused(const ln_args *a, size_t rows, ln_status status)
{
    const ln_status run = ln_run(norm, a, rows), one = ln_run_threads(norm, a, rows, 1),
                    two = ln_run_threads(norm, a, rows, 2), some = ln_run_rows(norm, a, rows, 0, rows);
    const int right = run == status && one == status && two == status && some == status && untouched();
    if (!right)
        printf("  expected '%s', got '%s', '%s', '%s', '%s'%s\n", ln_status_message(status), ln_status_message(run),
               ln_status_message(one), ln_status_message(two), ln_status_message(some),
               untouched() ? "" : ", arrays touched");
    return right;
}

static int accepted(const ln_args *a, size_t rows)
{
    const ln_status status = ln_run(norm, a, rows);
    if (status)
        printf("  got '%s'\n", ln_status_message(status));
    return status == LN_OK;
}

static void bad_arguments(void)
{
    ln_args a;
    fill();

    a = good();
    CHECK(ln_run(NULL, &a, 1) == LN_NULL_ENTRY && untouched());
    CHECK(ln_run_threads(NULL, &a, 1, 1) == LN_NULL_ENTRY);
    CHECK(ln_run_rows(NULL, &a, 1, 0, 1) == LN_NULL_ENTRY);
    CHECK(refused(NULL, 1, LN_NULL_ARGS));
    a = good(), a.x = NULL;
    CHECK(refused(&a, ROWS, LN_NULL_X));
    a = good(), a.y = NULL;
    CHECK(refused(&a, ROWS, LN_NULL_Y));
    a = good(), a.gamma = NULL;
    CHECK(refused(&a, ROWS, LN_NULL_GAMMA));
    a = good(), a.beta = NULL;
    CHECK(refused(&a, ROWS, LN_NULL_BETA));
    a = good(), a.width = 0;
    CHECK(refused(&a, ROWS, LN_BAD_WIDTH));
    a = good(), a.width = WIDTH - 1;
    CHECK(refused(&a, ROWS, LN_BAD_WIDTH));
    a = good(), a.x_stride = WIDTH - 1;
    CHECK(refused(&a, ROWS, LN_BAD_X_STRIDE));
    a = good(), a.x_stride = 0;
    CHECK(refused(&a, 1, LN_BAD_X_STRIDE));
    a = good(), a.y_stride = WIDTH - 1;
    CHECK(refused(&a, ROWS, LN_BAD_Y_STRIDE));

    static const float bad_eps[] = {-1e-5f, -INFINITY, INFINITY, NAN};
    for (size_t i = 0; i < sizeof bad_eps / sizeof bad_eps[0]; i++) {
        a = good(), a.eps = bad_eps[i];
        CHECK(refused(&a, ROWS, LN_BAD_EPS));
    }
    a = good(), a.stream = LN_STREAM_COLD + 1;
    CHECK(refused(&a, ROWS, LN_BAD_STREAM));
    a = good(), a.stream = -1;
    CHECK(refused(&a, ROWS, LN_BAD_STREAM));

    a = good();
    CHECK(ln_run_rows(norm, &a, ROWS, 3, 2) == LN_BAD_ROWS && untouched());
    CHECK(ln_run_rows(norm, &a, ROWS, 0, ROWS + 1) == LN_BAD_ROWS && untouched());
    CHECK(ln_run_threads(norm, &a, ROWS, -1) == LN_BAD_THREADS && untouched());
    CHECK(ln_run_threads(norm, &a, ROWS, LN_THREADS_AWAKE + 1) == LN_BAD_THREADS && untouched());

    static const size_t too_many[] = {SIZE_MAX, SIZE_MAX / STRIDE, SIZE_MAX / (STRIDE * 4), PTRDIFF_MAX / 4};
    for (size_t i = 0; i < sizeof too_many / sizeof too_many[0]; i++) {
        a = good();
        CHECK(refused(&a, too_many[i], LN_TOO_LARGE));
    }
    a = good(), a.x_stride = SIZE_MAX / 2;
    CHECK(refused(&a, ROWS, LN_TOO_LARGE));
    a = good(), a.y_stride = SIZE_MAX;
    CHECK(refused(&a, ROWS, LN_TOO_LARGE));
    a = good(), a.eps = -0.0f;
    CHECK(accepted(&a, ROWS));
}

/* Each array at an address that is no multiple of its element's size. */
static void misaligned(void)
{
    fill();
    ln_args a = good();
    a.x = (const char *)x + 1;
    CHECK(refused(&a, 1, LN_MISALIGNED));
    a = good(), a.y = (char *)y + 2;
    CHECK(refused(&a, 1, LN_MISALIGNED));
    a = good(), a.gamma = (const char *)gamma_ + 3;
    CHECK(refused(&a, 1, LN_MISALIGNED));
    a = good(), a.beta = (const char *)beta + 1;
    CHECK(refused(&a, 1, LN_MISALIGNED));
    char *bytes = (char *)mean;
    a = good(), a.mean = (float *)(void *)(bytes + 1);
    CHECK(refused(&a, 1, LN_MISALIGNED));
    bytes = (char *)rstd;
    a = good(), a.rstd = (float *)(void *)(bytes + 2);
    CHECK(refused(&a, 1, LN_MISALIGNED));
}

static void overlaps(void)
{
    fill();
    ln_args a;

    /* y and x */
    for (size_t off = 1; off < SIZE; off += 61) {
        if (off % STRIDE >= WIDTH || STRIDE - off % STRIDE >= WIDTH)
            continue;
        a = good(), a.y = x + off;
        if ((ROWS - 1) * STRIDE + WIDTH > off)
            CHECK(refused(&a, ROWS, LN_OVERLAP_X));
    }
    a = good(), a.y = x, a.y_stride = WIDTH;
    CHECK(refused(&a, ROWS, LN_OVERLAP_X));
    a = good(), a.x = x + 1, a.y = x;
    CHECK(refused(&a, 1, LN_OVERLAP_X));
    a = good(), a.x = x, a.y = x + WIDTH - 1;
    CHECK(refused(&a, 1, LN_OVERLAP_X));
    a = good(), a.x = x + WIDTH - 1, a.y = x;
    CHECK(refused(&a, 1, LN_OVERLAP_X));

    /* y and parameters, at either end */
    a = good(), a.gamma = y + (ROWS - 1) * STRIDE + WIDTH - 1;
    CHECK(refused(&a, ROWS, LN_OVERLAP));
    a = good(), a.beta = y + (ROWS - 1) * STRIDE + WIDTH - 1;
    CHECK(refused(&a, ROWS, LN_OVERLAP));
    a = good(), a.y = pool + WIDTH - 1, a.gamma = pool;
    CHECK(refused(&a, ROWS, LN_OVERLAP));

    /* mean and rstd overlapping each other array */
    float *others[] = {x + 5, y + 5, gamma_ + 5, beta + 5, x + (ROWS - 1) * STRIDE + WIDTH - 1};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        a = good(), a.mean = others[i];
        CHECK(refused(&a, ROWS, LN_OVERLAP));
        a = good(), a.rstd = others[i];
        CHECK(refused(&a, ROWS, LN_OVERLAP));
    }
    a = good(), a.rstd = mean;
    CHECK(refused(&a, ROWS, LN_OVERLAP));
    a = good(), a.rstd = mean + ROWS - 1;
    CHECK(refused(&a, ROWS, LN_OVERLAP));

    /* only y may be x, even where another output has the place and the stride of x */
    a = good(), a.mean = x;
    CHECK(refused(&a, 1, LN_OVERLAP));
    a = good(), a.rstd = x;
    CHECK(refused(&a, 1, LN_OVERLAP));
    a = good(), a.gamma = y;
    CHECK(refused(&a, 1, LN_OVERLAP));

    /* arrays that lie side by side do not overlap */
    float *p = pool;
    a = good();
    a.x = p, p += (ROWS - 1) * STRIDE + WIDTH;
    a.mean = p, p += ROWS;
    a.y = p, p += (ROWS - 1) * STRIDE + WIDTH;
    a.rstd = p, p += ROWS;
    a.gamma = p, p += WIDTH;
    a.beta = p;
    CHECK(accepted(&a, ROWS));
    a = good(), a.y = x + WIDTH;
    CHECK(accepted(&a, 1));
    a = good(), a.gamma = a.beta = gamma_; /* inputs may overlap each other */
    CHECK(accepted(&a, ROWS));
    a = good(), a.gamma = a.beta = x;
    CHECK(accepted(&a, ROWS));

    /* in place, also with different strides where there is one row only */
    fill();
    float expected[SIZE];
    a = good();
    CHECK(accepted(&a, ROWS));
    memcpy(expected, y, sizeof y);
    a = good(), a.y = x;
    CHECK(accepted(&a, ROWS));
    for (size_t row = 0; row < ROWS; row++)
        CHECK(memcmp(x + row * STRIDE, expected + row * STRIDE, WIDTH * sizeof(float)) == 0);
    a = good(), a.y = x, a.y_stride = WIDTH;
    CHECK(accepted(&a, 1));

    /* x and y side by side in one buffer: [rows][x | y] */
    fill();
    a = good();
    a.x_stride = a.y_stride = 2 * WIDTH;
    a.x = pool, a.y = pool + WIDTH;
    for (size_t row = 0; row < ROWS; row++)
        memcpy(pool + row * 2 * WIDTH, x + row * STRIDE, WIDTH * sizeof(float));
    CHECK(accepted(&a, ROWS));
    for (size_t row = 0; row < ROWS; row++)
        CHECK(memcmp(pool + row * 2 * WIDTH + WIDTH, expected + row * STRIDE, WIDTH * sizeof(float)) == 0);
    a.x = pool + WIDTH, a.y = pool;
    CHECK(accepted(&a, ROWS));
    a.x_stride = a.y_stride = 2 * WIDTH - 1;
    CHECK(ln_run(norm, &a, ROWS) == LN_OVERLAP_X);
}

static void calls_that_do_nothing(void)
{
    fill();
    ln_args a = good();
    CHECK(ln_run(norm, &a, 0) == LN_OK);
    CHECK(ln_run_threads(norm, &a, 0, 4) == LN_OK);
    CHECK(ln_run_rows(norm, &a, ROWS, 2, 2) == LN_OK);
    a.x = NULL, a.y = NULL;
    CHECK(ln_run(norm, &a, 0) == LN_OK);
    CHECK(untouched());
}

/* A batch run in two calls, or on any number of threads, gives the same bytes as one call. */
static void in_two_calls(void)
{
    fill();
    float expected[SIZE], expected_mean[ROWS], expected_rstd[ROWS];
    ln_args a = good();
    CHECK(accepted(&a, ROWS));
    memcpy(expected, y, sizeof y);
    memcpy(expected_mean, mean, sizeof mean);
    memcpy(expected_rstd, rstd, sizeof rstd);
    for (size_t cut = 0; cut <= ROWS; cut++) {
        fill();
        CHECK(ln_run_rows(norm, &a, ROWS, 0, cut) == LN_OK);
        for (size_t row = cut; row < ROWS; row++)
            CHECK(y[row * STRIDE] == -7 && mean[row] == -7 && rstd[row] == -7);
        CHECK(ln_run_rows(norm, &a, ROWS, cut, ROWS) == LN_OK);
        CHECK(memcmp(y, expected, sizeof y) == 0);
        CHECK(memcmp(mean, expected_mean, sizeof mean) == 0 && memcmp(rstd, expected_rstd, sizeof rstd) == 0);
    }
    for (int threads = 0; threads <= 9; threads++) {
        fill();
        CHECK(ln_run_threads(norm, &a, ROWS, threads) == LN_OK);
        CHECK(memcmp(y, expected, sizeof y) == 0);
    }
    fill();
    CHECK(ln_run_threads(norm, &a, ROWS, LN_THREADS_AWAKE) == LN_OK && memcmp(y, expected, sizeof y) == 0);
    /* on as many threads as there are rows */
    CHECK(ln_run_threads(norm, &a, ROWS, LN_THREADS_AWAKE - 1) == LN_OK && memcmp(y, expected, sizeof y) == 0);
    for (int stream = LN_STREAM_AUTO; stream <= LN_STREAM_COLD; stream++) {
        fill();
        a.stream = stream;
        CHECK(accepted(&a, ROWS));
        CHECK(memcmp(y, expected, sizeof y) == 0 && a.stream == stream);
    }
}

static int taken;        /* the stream of the last call of remember */
static unsigned callers; /* a bit for each thread that called it */

static void remember(const ln_args *a, size_t begin, size_t end)
{
    (void)begin, (void)end;
#ifdef _OPENMP
#pragma omp critical
    {
        taken = a->stream;
        callers |= 1u << omp_get_thread_num();
    }
#else
    taken = a->stream;
    callers = 1;
#endif
}

/* Which stores kernels are told to use: cold rows go past the caches from 16 rows on, whichever function is called. */
static void cold_rows(void)
{
    const ln_entry entry = {"remember", LN_ISA_SCALAR, norm->spec, remember};
    ln_args a = good();
    a.x = a.y = pool;
    a.y_stride = a.x_stride;
    a.mean = a.rstd = NULL;
    a.stream = LN_STREAM_COLD;
    CHECK(ln_run(&entry, &a, 15) == LN_OK && taken != LN_STREAM_ALWAYS);
    CHECK(ln_run(&entry, &a, 16) == LN_OK && taken == LN_STREAM_ALWAYS);
    taken = 0;
    CHECK(ln_run_threads(&entry, &a, 16, 1) == LN_OK && taken == LN_STREAM_ALWAYS);
    taken = 0;
    CHECK(ln_run_rows(&entry, &a, 16, 2, 3) == LN_OK && taken == LN_STREAM_ALWAYS);
    CHECK(ln_run_rows(&entry, &a, 15, 2, 3) == LN_OK && taken != LN_STREAM_ALWAYS);
    a.stream = LN_STREAM_AUTO;
    CHECK(ln_run(&entry, &a, 16) == LN_OK && taken == LN_STREAM_AUTO);

    /* heads of tokens with gaps between them share lines with these, so they never do */
    enum { HEADS_MANY = 8 };
    ln_entry any = entry;
    const ln_heads heads = {HEADS_MANY, WIDTH / HEADS_MANY, WIDTH / HEADS_MANY, 0};
    any.spec.width = 0;
    a.width = WIDTH / HEADS_MANY;
    a.stream = LN_STREAM_ALWAYS;
    CHECK(ln_run_heads(&any, &a, &heads, 2) == LN_OK && taken == LN_STREAM_NEVER);
    a.x_stride = a.y_stride = WIDTH;
    CHECK(ln_run_heads(&any, &a, &heads, 2) == LN_OK && taken == LN_STREAM_ALWAYS);
}

/* Ways to run all rows of a batch, and which of them may take several threads. */
enum {
    RUN,
    RUN_AWAKE,
    RUN_THREADS,
    HEADS,
    BACKWARD,
    BACKWARD_AWAKE,
    BACKWARD_THREADS,
    RUN_ONE,
    RUN_ROWS,
    HEADS_ROWS,
    BACKWARD_ROWS,
    WAYS
};
enum { THREADED_WAYS = RUN_ONE, THREADS = 3, LARGE_ROWS = 32 * THREADS };

static int is_backward(int way) { return (way >= BACKWARD && way <= BACKWARD_THREADS) || way == BACKWARD_ROWS; }

/* How many times as much as that of a forward pass an element's work counts for the choice of threads; 0 where the
 * caller chooses. */
static size_t counted(int way)
{
    return way == RUN || way == HEADS ? 1 : way == RUN_AWAKE || way == BACKWARD ? 2 : way == BACKWARD_AWAKE ? 4 : 0;
}

/* Calls remember with LARGE_ROWS rows, or heads; `memory` has room for them. */
static ln_status run_large(int way, void *memory, size_t width, int stream)
{
    static float large_rstd[LARGE_ROWS];
    const ln_spec spec = {
        .op = LN_OP_RMSNORM, .affine = LN_AFFINE_NONE, .pass = is_backward(way) ? LN_PASS_BACKWARD : LN_PASS_FORWARD};
    const ln_entry entry = {"remember", LN_ISA_SCALAR, spec, remember};
    const ln_heads heads = {2, width, width, 0};
    const ln_args a = {.width = width,
                       .x_stride = width,
                       .y_stride = width,
                       .dy_stride = width,
                       .dx_stride = width,
                       .x = memory,
                       .y = memory,
                       .dy = memory,
                       .dx = memory,
                       .rstd = large_rstd,
                       .eps = 1e-5f,
                       .stream = stream};
    ln_args tokens = a;
    tokens.x_stride = tokens.y_stride = 2 * width;
    taken = -1;
    callers = 0;
    switch (way) {
    case RUN:
    case BACKWARD:
        return ln_run(&entry, &a, LARGE_ROWS);
    case RUN_AWAKE:
    case BACKWARD_AWAKE:
        return ln_run_threads(&entry, &a, LARGE_ROWS, LN_THREADS_AWAKE);
    case RUN_THREADS:
    case BACKWARD_THREADS:
        return ln_run_threads(&entry, &a, LARGE_ROWS, THREADS);
    case RUN_ONE:
        return ln_run_threads(&entry, &a, LARGE_ROWS, 1);
    case HEADS:
        return ln_run_heads(&entry, &tokens, &heads, LARGE_ROWS / 2);
    case HEADS_ROWS:
        return ln_run_heads_rows(&entry, &tokens, &heads, LARGE_ROWS / 2, 0, LARGE_ROWS / 2);
    default:
        return ln_run_rows(&entry, &a, LARGE_ROWS, 0, LARGE_ROWS);
    }
}

/* Rows go past the caches from ln_stream_bytes() on, gradients from two thirds of that, and large batches are shared
 * among threads. */
static void large_calls(void)
{
    const size_t row_bytes = LARGE_ROWS * sizeof(float), shared_width = (size_t)THREADS * 65536 / LARGE_ROWS;
    const size_t forward = (ln_stream_bytes() + row_bytes - 1) / row_bytes;
    const size_t backward = (2 * ln_stream_bytes() + 3 * row_bytes - 1) / (3 * row_bytes);
    void *memory = malloc(row_bytes * (forward > shared_width ? forward : shared_width));
    if (!CHECK(memory != NULL))
        return;
    for (int way = 0; way < WAYS; way++) {
        const size_t width = is_backward(way) ? backward : forward;
        /* ln_run has no look at ln_stream_bytes() for batches too small for threads */
        const int past = way == RUN && width * LARGE_ROWS < 2 * 65536 ? LN_STREAM_AUTO : LN_STREAM_ALWAYS;
        CHECK(run_large(way, memory, width, LN_STREAM_AUTO) == LN_OK && taken == past);
        CHECK(run_large(way, memory, width - 1, LN_STREAM_AUTO) == LN_OK && taken == LN_STREAM_AUTO);
        CHECK(run_large(way, memory, width, LN_STREAM_NEVER) == LN_OK && taken == LN_STREAM_NEVER);
    }
#ifdef _OPENMP
    const int threads = omp_get_max_threads();
    unsigned met = 0;
    omp_set_num_threads(THREADS);
#pragma omp parallel reduction(| : met)
    met |= 1u << omp_get_thread_num();
    if (met == 1)
        puts("OpenMP has one thread: that batches are shared is not tested");
    for (int way = 0; way < WAYS; way++) {
        const size_t width = shared_width / (counted(way) ? counted(way) : 1);
        if (!CHECK(run_large(way, memory, width, LN_STREAM_NEVER) == LN_OK &&
                   callers == (way < THREADED_WAYS ? met : 1)))
            printf("  way %d: threads %x, %x expected\n", way, callers, met);
        if (counted(way) && !CHECK(run_large(way, memory, width - 1, LN_STREAM_NEVER) == LN_OK && callers == 1))
            printf("  way %d: threads %x for too little work\n", way, callers);
    }
    omp_set_num_threads(threads);
#else
    puts("not compiled with OpenMP: that batches are shared among threads is not tested");
#endif
    free(memory);
}

/* Rows of a spec go past the caches from ln_stream_bytes() on, if so many bytes of each element count. */
static void outputs_count(ln_spec spec, size_t bytes)
{
    const size_t row_bytes = bytes * LARGE_ROWS, width = (ln_stream_bytes() + row_bytes - 1) / row_bytes;
    const ln_entry entry = {"remember", LN_ISA_SCALAR, spec, remember};
    static float scale[LARGE_ROWS];
    float *memory = malloc(5 * LARGE_ROWS * width * sizeof *memory);
    if (!CHECK(memory != NULL))
        return;
    for (size_t n = width; n > width - 2; n--) {
        const ln_args a = {.width = n,
                           .x_stride = n,
                           .y_stride = n,
                           .residual_stride = n,
                           .sum_stride = n,
                           .y2_stride = n,
                           .x = memory,
                           .residual = memory + LARGE_ROWS * n,
                           .gamma = memory,
                           .gamma2 = memory,
                           .sum = memory + 2 * LARGE_ROWS * n,
                           .y = memory + 3 * LARGE_ROWS * n,
                           .y2 = memory + 4 * LARGE_ROWS * n,
                           .scale = scale,
                           .eps = 1e-5f};
        CHECK(ln_run_rows(&entry, &a, LARGE_ROWS, 0, LARGE_ROWS) == LN_OK &&
              taken == (n == width ? LN_STREAM_ALWAYS : LN_STREAM_AUTO));
    }
    free(memory);
}

/* All outputs of rows count for the choice of stores; with int8 half of what is read and written, of x and y, then of
 * x, residual, sum and y, and without a sum. */
static void large_outputs(void)
{
    outputs_count(
        (ln_spec){.op = LN_OP_RMSNORM, .affine = LN_AFFINE_GAMMA, .residual = LN_RESIDUAL_PRE, .norms = LN_NORMS_TWO},
        3 * sizeof(float));
    outputs_count((ln_spec){.op = LN_OP_RMSNORM, .affine = LN_AFFINE_GAMMA, .quant = LN_QUANT_INT8}, 3);
    outputs_count(
        (ln_spec){.op = LN_OP_RMSNORM, .affine = LN_AFFINE_GAMMA, .residual = LN_RESIDUAL_PRE, .quant = LN_QUANT_INT8},
        7);
    outputs_count(
        (ln_spec){.op = LN_OP_RMSNORM, .affine = LN_AFFINE_GAMMA, .residual = LN_RESIDUAL_POST, .quant = LN_QUANT_INT8},
        5);
}

/* Each spec needs its arrays: without one, and with an argument that is no value of its type, its kernel is not called.
 */
static void needs(void)
{
    static float scale[ROWS], dgamma[WIDTH], dbeta[WIDTH];
    static ln_stats stats[ROWS];
/* NOLINTNEXTLINE(bugprone-sizeof-expression): a pointer's size is what is meant */
#define FIELD(member) offsetof(ln_args, member), sizeof(((ln_args *)0)->member)
    static const struct {
        ln_spec spec;
        size_t at, size;
        ln_status without;
    } rows[] = {
        {{.affine = LN_AFFINE_GAMMA}, FIELD(gamma), LN_NULL_GAMMA},
        {{.affine = LN_AFFINE_NONE}, FIELD(x), LN_NULL_X},
        {{.op = LN_OP_RMSNORM, .affine = LN_AFFINE_GAMMA}, FIELD(gamma), LN_NULL_GAMMA},
        {{.op = LN_OP_RMSNORM, .affine = LN_AFFINE_FULL}, FIELD(beta), LN_NULL_BETA},
        {{.affine = LN_AFFINE_FULL, .residual = LN_RESIDUAL_PRE}, FIELD(residual), LN_NULL_RESIDUAL},
        {{.affine = LN_AFFINE_FULL, .residual = LN_RESIDUAL_PRE}, FIELD(sum), LN_NULL_SUM},
        {{.affine = LN_AFFINE_FULL, .residual = LN_RESIDUAL_POST}, FIELD(residual), LN_NULL_RESIDUAL},
        {{.affine = LN_AFFINE_FULL, .residual = LN_RESIDUAL_POST, .bias = LN_BIAS_ADD}, FIELD(bias), LN_NULL_BIAS},
        {{.affine = LN_AFFINE_FULL, .quant = LN_QUANT_INT8}, FIELD(scale), LN_NULL_SCALE},
        {{.affine = LN_AFFINE_FULL, .quant = LN_QUANT_INT8STATIC}, FIELD(static_scale), LN_BAD_STATIC_SCALE},
        {{.affine = LN_AFFINE_GAMMA, .norms = LN_NORMS_TWO}, FIELD(y2), LN_NULL_Y2},
        {{.affine = LN_AFFINE_GAMMA, .norms = LN_NORMS_TWO}, FIELD(gamma2), LN_NULL_GAMMA2},
        {{.affine = LN_AFFINE_FULL, .norms = LN_NORMS_TWO}, FIELD(beta2), LN_NULL_BETA2},
        {{.affine = LN_AFFINE_NONE, .pass = LN_PASS_STATS}, FIELD(stats), LN_NULL_STATS},
        {{.affine = LN_AFFINE_FULL, .pass = LN_PASS_APPLY}, FIELD(stats), LN_NULL_STATS},
        {{.affine = LN_AFFINE_FULL, .pass = LN_PASS_BACKWARD}, FIELD(dy), LN_NULL_DY},
        {{.affine = LN_AFFINE_GAMMA, .pass = LN_PASS_BACKWARD}, FIELD(dgamma), LN_NULL_DGAMMA},
    };
#undef FIELD
    ln_args all = good();
    all.residual = all.dy = pool, all.residual_stride = all.dy_stride = STRIDE;
    all.sum = all.dx = pool + SIZE, all.sum_stride = all.dx_stride = STRIDE;
    all.y2 = all.workspace = pool + 2 * SIZE, all.y2_stride = STRIDE, all.workspace_bytes = SIZE * sizeof(float);
    all.bias = all.gamma2 = all.beta2 = gamma_;
    all.scale = scale, all.static_scale = 1;
    all.stats = stats, all.whole_width = WIDTH;
    all.dgamma = dgamma, all.dbeta = dbeta;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ln_entry entry = {"remember", LN_ISA_SCALAR, rows[i].spec, remember};
        entry.spec.width = WIDTH;
        taken = -1;
        CHECK(ln_run(&entry, &all, ROWS) == LN_OK && taken != -1);
        taken = -1;
        CHECK(ln_run_rows(&entry, &all, ROWS, 0, ROWS) == LN_OK && taken != -1);
        taken = -1;
        CHECK(ln_run_rows(&entry, &all, ROWS, 0, 0) == LN_OK && taken == -1);
        ln_args a = all;
        memset((char *)&a + rows[i].at, 0, rows[i].size);
        const ln_status run = ln_run(&entry, &a, ROWS), one = ln_run_threads(&entry, &a, ROWS, 1),
                        some = ln_run_rows(&entry, &a, ROWS, 0, ROWS);
        if (!CHECK(run == rows[i].without && one == run && some == run && taken == -1))
            printf("  needs %zu: got '%s', '%s', '%s'\n", i, ln_status_message(run), ln_status_message(one),
                   ln_status_message(some));
    }
}

/* A batch so large that ln_run starts threads and stores past the caches. */
static void large_batch(void)
{
    const size_t rows = ln_stream_bytes() / (WIDTH * sizeof(float)) + 13;
    float *in = malloc(rows * WIDTH * sizeof *in), *out = malloc(rows * WIDTH * sizeof *out);
    if (!CHECK(in && out)) {
        free(in);
        free(out);
        return;
    }
    for (size_t i = 0; i < rows * WIDTH; i++)
        in[i] = (float)(i * 7919 % 1009);
    ln_args a = good();
    a.x = in, a.y = out, a.x_stride = a.y_stride = WIDTH, a.mean = a.rstd = NULL;
    CHECK(accepted(&a, rows));
    ln_args one = a;
    float row_y[WIDTH] = {0};
    for (int awake = 0; awake < 2; awake++) {
        size_t wrong = 0;
        if (awake) {
            memset(out, 0, rows * WIDTH * sizeof *out);
            CHECK(ln_run_threads(norm, &a, rows, LN_THREADS_AWAKE) == LN_OK);
        }
        for (size_t row = 0; row < rows; row++) {
            one.x = in + row * WIDTH, one.y = row_y;
            wrong += ln_run(norm, &one, 1) != LN_OK || memcmp(row_y, out + row * WIDTH, sizeof row_y) != 0;
        }
        CHECK(wrong == 0);
    }
    free(in);
    free(out);
}

static ln_status why(ln_spec spec)
{
    ln_status status = LN_STATUS_COUNT;
    const ln_entry *e = ln_find(spec, &status);
    CHECK((e == NULL) == (status != LN_OK));
    CHECK(ln_find(spec, NULL) == e);
    return status;
}

static void specs(void)
{
    CHECK(why((ln_spec){.width = WIDTH}) == LN_OK);
    CHECK(why((ln_spec){.width = WIDTH, .affine = LN_AFFINE_FULL}) == LN_OK);
    CHECK(why((ln_spec){.width = WIDTH, .residual = LN_RESIDUAL_PRE}) == LN_NO_KERNEL);
    CHECK(why((ln_spec){.width = 0}) == LN_BAD_SPEC_WIDTH);
    CHECK(why((ln_spec){.width = 1, .op = (ln_op)7}) == LN_BAD_OP);
    CHECK(why((ln_spec){.width = 1, .op = (ln_op)-1}) == LN_BAD_OP);
    CHECK(why((ln_spec){.width = 1, .pass = (ln_pass)7}) == LN_BAD_PASS);
    CHECK(why((ln_spec){.width = 1, .dtype = (ln_dtype)7}) == LN_BAD_DTYPE);
    CHECK(why((ln_spec){.width = 1, .affine = (ln_affine)7}) == LN_BAD_AFFINE);
    CHECK(why((ln_spec){.width = 1, .residual = (ln_residual)7}) == LN_BAD_RESIDUAL);
    CHECK(why((ln_spec){.width = 1, .params = (ln_params)7}) == LN_BAD_PARAMS);
    CHECK(why((ln_spec){.width = 1, .rounding = (ln_rounding)7}) == LN_BAD_ROUNDING);
    CHECK(why((ln_spec){.width = 1, .bias = (ln_bias)7}) == LN_BAD_BIAS);
    CHECK(why((ln_spec){.width = 1, .quant = (ln_quant)7}) == LN_BAD_QUANT);
    CHECK(why((ln_spec){.width = 1, .norms = (ln_norms)7}) == LN_BAD_NORMS);

#define PAIR(status, ...) CHECK(why((ln_spec){.width = 1, __VA_ARGS__}) == (status))
    PAIR(LN_PAIR_RESIDUAL_PASS, .pass = LN_PASS_BACKWARD, .residual = LN_RESIDUAL_PRE);
    PAIR(LN_PAIR_BIAS_RESIDUAL, .bias = LN_BIAS_ADD);
    PAIR(LN_PAIR_QUANT_PASS, .quant = LN_QUANT_INT8, .pass = LN_PASS_BACKWARD);
    PAIR(LN_PAIR_NORMS_PASS, .norms = LN_NORMS_TWO, .pass = LN_PASS_BACKWARD);
    PAIR(LN_PAIR_NORMS_AFFINE, .norms = LN_NORMS_TWO, .affine = LN_AFFINE_NONE);
    PAIR(LN_PAIR_NORMS_QUANT, .norms = LN_NORMS_TWO, .quant = LN_QUANT_INT8STATIC);
    PAIR(LN_PAIR_ROUNDING_DTYPE, .rounding = LN_ROUNDING_BEFORE_GAIN);
    PAIR(LN_PAIR_ROUNDING_AFFINE, .rounding = LN_ROUNDING_BEFORE_GAIN, .dtype = LN_DTYPE_BF16,
         .affine = LN_AFFINE_NONE);
    PAIR(LN_PAIR_ROUNDING_QUANT, .rounding = LN_ROUNDING_BEFORE_GAIN, .dtype = LN_DTYPE_F16, .quant = LN_QUANT_INT8);
    PAIR(LN_PAIR_ROUNDING_PASS, .rounding = LN_ROUNDING_BEFORE_GAIN, .dtype = LN_DTYPE_F16, .pass = LN_PASS_BACKWARD);
    PAIR(LN_PAIR_PARAMS_AFFINE, .params = LN_PARAMS_F32, .dtype = LN_DTYPE_BF16, .affine = LN_AFFINE_NONE);
    PAIR(LN_PAIR_AFFINE_PASS, .pass = LN_PASS_STATS, .affine = LN_AFFINE_GAMMA);
#undef PAIR

    ln_status status;
    CHECK(!ln_find_isa((ln_spec){.width = WIDTH}, (ln_isa)LN_ISA_COUNT, &status) && status == LN_BAD_ISA);
    CHECK(!ln_find_isa((ln_spec){.width = WIDTH}, (ln_isa)-1, &status) && status == LN_BAD_ISA);

    /* a kernel for the width where there is one, one for any width elsewhere */
    CHECK(norm->spec.width == WIDTH);
    const ln_entry *any = ln_find((ln_spec){.width = 769}, NULL);
    if (CHECK(any != NULL)) {
        CHECK(any->spec.width == 0);
        ln_args a = good();
        a.width = 769;
        CHECK(ln_run(any, &a, ROWS) == LN_OK);
        a.width = 0;
        CHECK(ln_run(any, &a, ROWS) == LN_BAD_WIDTH);
        a.width = SIZE_MAX / 2, a.x_stride = a.y_stride = SIZE_MAX;
        CHECK(ln_run(any, &a, 1) == LN_TOO_LARGE);
    }

    /* each instruction set gives its own kernel, and none above the processor's */
    for (int isa = 0; isa < LN_ISA_COUNT; isa++) {
        const ln_entry *e = ln_find_isa((ln_spec){.width = WIDTH}, (ln_isa)isa, NULL);
        const ln_isa best = ln_best_isa();
        if (CHECK(e != NULL))
            CHECK(e->isa == ((ln_isa)isa < best ? (ln_isa)isa : best) && ln_isa_supported(e->isa));
    }

    size_t count = 0;
    const ln_entry *table = ln_table(&count);
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        CHECK(table[i].kernel != NULL && (unsigned)table[i].isa < LN_ISA_COUNT);
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(table[i].name, table[j].name) != 0);
    }
}

static void messages(void)
{
    for (int i = 0; i < LN_STATUS_COUNT; i++) {
        const char *m = ln_status_message((ln_status)i);
        if (!CHECK(m && m[0] && !strchr(m, '\n')))
            continue;
        for (int j = 0; j < i; j++)
            CHECK(strcmp(m, ln_status_message((ln_status)j)) != 0);
    }
    CHECK(strcmp(ln_status_message((ln_status)-1), "unknown status") == 0);
    CHECK(strcmp(ln_status_message((ln_status)LN_STATUS_COUNT), "unknown status") == 0);
    for (int i = 0; i < LN_ISA_COUNT; i++)
        CHECK(strcmp(ln_isa_name((ln_isa)i), "unknown") != 0);
    CHECK(strcmp(ln_isa_name((ln_isa)-1), "unknown") == 0 && !ln_isa_supported((ln_isa)-1));
    CHECK(ln_stream_bytes() >= 1 << 16 && ln_stream_bytes() == ln_stream_bytes());
}

int main(void)
{
    norm = ln_find((ln_spec){.width = WIDTH}, NULL);
    if (!CHECK(norm != NULL))
        return check_status();
    bad_arguments();
    misaligned();
    overlaps();
    calls_that_do_nothing();
    in_two_calls();
    cold_rows();
    large_calls();
    large_outputs();
    needs();
    large_batch();
    specs();
    messages();
    return check_status();
}
