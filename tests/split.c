/* SPDX-License-Identifier: MIT */
/* split.c - tests rows in pieces: statistics, their merge and their application. Compares bits with the reference, and
 * values with long double.
 *
 *     split ISA
 *
 * If the table has no kernels for statistics, only bits are compared.
 * The exit status is 77 when this processor lacks the instruction set. */
#include "check.h"
#include "elements.h"
#include "exact.h"
#include "fence.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "ln_arena.h"
#include "reference.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { ROWS = 19, WIDTH_MAX = 4096, PADDING = 5, SHOWN = 10, PARTS_MAX = 4 };
enum { BYTES = ROWS * (WIDTH_MAX + PADDING) * 4 };

static const double Y_BOUND = 3, MEAN_BOUND = 1.5, RSTD_BOUND = 2.5; /* the same as for the forward pass */

static Fence memory[7];
static unsigned long failures, cases;
static ln_isa isa;

static void fail(const char *what)
{
    if (++failures <= SHOWN)
        printf("FAILED: %s: %s\n", fence_note, what);
}

static int same_double(double a, double b) { return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)); }

static int same_stats(const ln_stats *a, const ln_stats *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!same_double(a[i].mean, b[i].mean) || !same_double(a[i].m2, b[i].m2))
            return 0;
    return 1;
}

/* A batch of packed rows, with elements of one of the types, and what the reference computes from it. */
static struct {
    union {
        float f32[ROWS * WIDTH_MAX];
        uint16_t u16[ROWS * WIDTH_MAX];
    } x, y, gamma, beta;
    ln_stats stats[ROWS], given[ROWS];
    float mean[ROWS], rstd[ROWS];
} batch;

/* Rows of a class, and between them, one of three, rows of the first class, so that rows that are finished together
 * may differ in how. */
static void fill(Random *r, ln_dtype type, const InputClass *kind, size_t width)
{
    static float row[WIDTH_MAX];
    for (size_t i = 0; i < ROWS; i++) {
        (i % 3 == 2 ? input_classes : kind)->fill(r, row, width);
        for (size_t k = 0; k < width; k++)
            ln_reference_store(type, &batch.x, i * width + k, row[k]);
    }
    for (size_t k = 0; k < width; k++) {
        ln_reference_store(type, &batch.gamma, k, 1 + 0.3f * random_normal(r));
        ln_reference_store(type, &batch.beta, k, 0.5f * random_normal(r));
    }
}

static ln_args packed(size_t width, float eps)
{
    return (ln_args){.width = width,
                     .x_stride = width,
                     .y_stride = width,
                     .x = &batch.x,
                     .y = &batch.y,
                     .gamma = &batch.gamma,
                     .beta = &batch.beta,
                     .mean = batch.mean,
                     .rstd = batch.rstd,
                     .eps = eps,
                     .stats = batch.stats,
                     .whole_width = width};
}

/* Copies rows of `bytes` from one stride to another. */
static void spread(char *to, size_t to_stride, const char *from, size_t from_stride, size_t bytes, size_t rows)
{
    for (size_t row = 0; row < rows; row++)
        memcpy(to + row * to_stride, from + row * from_stride, bytes);
}

/* Runs the batch in layout number `turn`, between fences, and compares with the reference on packed rows. */
static void run_case(const ln_entry *e, const char *class, size_t width, float eps, unsigned turn)
{
    static const size_t counts[] = {ROWS, 1, 8, 2, 5, 3, 9, 4, 7};
    const ln_spec *s = &e->spec;
    const size_t rows = counts[turn % 9], size = size_of(s->dtype), bytes = width * size;
    const int in_place = s->pass == LN_PASS_APPLY && turn % 3 == 1;
    const size_t x_stride = width + (turn % 4 == 3 ? PADDING : 0);
    const size_t y_stride = in_place ? x_stride : width + (turn % 5 == 2 ? 1 : 0);
    const Place place = (Place)(turn % PLACES);
    snprintf(fence_note, sizeof fence_note, "%s width %zu, %s, eps %g, rows %zu, turn %u", e->name, width, class,
             (double)eps, rows, turn);
    cases++;

    ln_args want = packed(width, eps), a = want;
    if (s->pass == LN_PASS_APPLY && turn % 2 == 1) { /* statistics of whole rows, each of three pieces */
        for (size_t row = 0; row < ROWS; row++) {
            const size_t widths[] = {width, 2 * width, width};
            const ln_stats parts[] = {batch.given[row], batch.given[(row + 1) % ROWS], batch.given[(row + 2) % ROWS]};
            CHECK(ln_stats_merge(&batch.stats[row], parts, widths, 3, 1) == LN_OK);
        }
        want.whole_width = a.whole_width = 4 * width;
    } else {
        memcpy(batch.stats, batch.given, sizeof batch.given);
    }
    char *x = fence_place(memory[0], place, ((rows - 1) * x_stride + width) * size);
    char *y = in_place ? x : fence_place(memory[1], place, ((rows - 1) * y_stride + width) * size);
    char *gamma = fence_place(memory[2], place, bytes), *beta = fence_place(memory[3], place, bytes);
    float *mean = fence_place(memory[4], place, rows * sizeof *mean);
    float *rstd = fence_place(memory[5], place, rows * sizeof *rstd);
    ln_stats *stats = fence_place(memory[6], turn & 1 ? AT_END : AT_BEGIN, rows * sizeof *stats);
    spread(x, x_stride * size, (const char *)&batch.x, bytes, bytes, rows);
    memcpy(gamma, &batch.gamma, bytes);
    memcpy(beta, &batch.beta, bytes);
    memcpy(stats, batch.stats, rows * sizeof *stats);
    a.x = x, a.y = y, a.gamma = gamma, a.beta = beta, a.stats = stats;
    a.x_stride = x_stride, a.y_stride = y_stride;
    a.mean = turn % 7 == 5 ? NULL : mean;
    a.rstd = turn % 7 == 6 ? NULL : rstd;
    a.stream = turn % 2 ? LN_STREAM_ALWAYS : LN_STREAM_NEVER;
    ln_reference(s, &want, 0, rows);

    const size_t cut = rows / 3;
    if (ln_run_rows(e, &a, rows, 0, cut) != LN_OK || ln_run_rows(e, &a, rows, cut, rows) != LN_OK)
        fail("refused");
    if (s->pass == LN_PASS_STATS) {
        if (!same_stats(stats, batch.stats, rows))
            fail("statistics");
        return;
    }
    int right = 1;
    for (size_t row = 0; row < rows; row++)
        right &= same(s->dtype, y + row * y_stride * size, (const char *)&batch.y + row * bytes, width);
    if (!right)
        fail("y");
    if ((a.mean && ln_reference_centred(s) && !same(LN_DTYPE_F32, mean, batch.mean, rows)) ||
        (a.rstd && !same(LN_DTYPE_F32, rstd, batch.rstd, rows)))
        fail("mean or rstd");
}

/* One piece is the whole row: apply gives the bits of the forward pass, except for classes of rows that the forward
 * pass computes in double and apply in float. */
static void run_forward(const ln_entry *e, const InputClass *class, size_t width, float eps)
{
    static const char *const differ[] = {"near_1e18", "mean_1e30", "constant_large", "any_scale"};
    static union {
        float f32[ROWS * WIDTH_MAX];
        uint16_t u16[ROWS * WIDTH_MAX];
    } y;
    for (size_t i = 0; i < sizeof differ / sizeof differ[0]; i++)
        if (strcmp(class->name, differ[i]) == 0)
            return;
    snprintf(fence_note, sizeof fence_note, "%s width %zu, %s, eps %g", e->name, width, class->name, (double)eps);
    ln_spec forward = e->spec;
    forward.pass = LN_PASS_FORWARD;
    ln_args a = packed(width, eps);
    memcpy(batch.stats, batch.given, sizeof batch.given);
    a.y = &y;
    if (ln_run(e, &a, ROWS) != LN_OK)
        fail("refused");
    a.y = &batch.y;
    ln_reference(&forward, &a, 0, ROWS);
    if (!same(e->spec.dtype, &y, &batch.y, ROWS * width))
        fail("not the bits of the forward pass");
}

static void bits(void)
{
    static const size_t any_widths[] = {1, 3, 65, 130, 600, 1031};
    static const float epsilons[] = {1e-5f, 0, 1e-12f};
    Random r = {test_seed()};
    size_t count;
    unsigned kernels = 0, turn = 0;
    const ln_entry *table = ln_table(&count);
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa || (e->spec.pass != LN_PASS_STATS && e->spec.pass != LN_PASS_APPLY))
            continue;
        if (!CHECK(e->spec.width <= WIDTH_MAX))
            continue;
        kernels++;
        ln_spec stats = e->spec;
        stats.pass = LN_PASS_STATS;
        for (size_t w = 0; w < (e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0]); w++)
            for (size_t c = 0; c < input_class_count; c++) {
                const size_t width = e->spec.width ? e->spec.width : any_widths[w];
                const float eps = epsilons[(c + w) % 3];
                fill(&r, e->spec.dtype, &input_classes[c], width);
                const ln_args a = packed(width, eps);
                ln_reference(&stats, &a, 0, ROWS);
                memcpy(batch.given, batch.stats, sizeof batch.given);
                for (int i = 0; i < 9; i++)
                    run_case(e, input_classes[c].name, width, eps, turn++);
                if (e->spec.pass == LN_PASS_APPLY)
                    run_forward(e, &input_classes[c], width, eps);
            }
    }
    printf("%u kernels, %lu cases, %lu failures\n", kernels, cases, failures);
    CHECK(kernels > 0 && failures == 0);
}

/* Rows of f32 in pieces, as on several machines: takes the statistics of each piece, merges and applies them, and
 * measures the errors. */
static void shards(const ln_op op, const InputClass *kind, const size_t *widths, size_t count, float eps, Random *r,
                   double worst[3])
{
    static float x[ROWS * WIDTH_MAX], y[ROWS * WIDTH_MAX];
    static long double t[WIDTH_MAX];
    static ln_stats parts[PARTS_MAX * ROWS], whole[ROWS];
    static float ones[WIDTH_MAX], zeros[WIDTH_MAX];
    float mean[ROWS], rstd[ROWS];
    size_t width = 0;
    for (size_t p = 0; p < count; p++)
        width += widths[p];
    for (size_t i = 0; i < width; i++)
        ones[i] = 1;
    for (size_t row = 0; row < ROWS; row++)
        kind->fill(r, x + row * width, width);
    for (int pass = LN_PASS_STATS; pass <= LN_PASS_APPLY; pass++) {
        for (size_t p = 0, at = 0; p < count; at += widths[p++]) {
            const ln_entry *e = ln_find_isa((ln_spec){.op = op, .pass = (ln_pass)pass, .width = widths[p]}, isa, NULL);
            const ln_args a = {.width = widths[p],
                               .x_stride = width,
                               .y_stride = width,
                               .x = x + at,
                               .y = y + at,
                               .gamma = ones,
                               .beta = zeros,
                               .mean = mean,
                               .rstd = rstd,
                               .eps = eps,
                               .stats = pass == LN_PASS_STATS ? parts + p * ROWS : whole,
                               .whole_width = width};
            CHECK(ln_run(e, &a, ROWS) == LN_OK);
        }
        if (pass == LN_PASS_STATS)
            CHECK(ln_stats_merge(whole, parts, widths, count, ROWS) == LN_OK);
    }
    for (size_t row = 0; row < ROWS; row++) {
        const Exact exact = exact_row(x + row * width, width, eps, op == LN_OP_LAYERNORM, t);
        const float *out = y + row * width;
        size_t wrong = 0;
        for (size_t i = 0; i < width; i++) {
            if (kind->kind == NOT_FINITE)
                wrong += op == LN_OP_LAYERNORM && !isnan(out[i]);
            else if (kind->kind == CONSTANT && op == LN_OP_LAYERNORM)
                wrong += out[i] != 0;
            else if (exact.rstd <= (long double)FLT_MAX)
                raise_to(&worst[0], (long double)out[i] - t[i], ulp(fmaxl(fabsl(t[i]), exact.rms)));
        }
        CHECK(wrong == 0);
        if (kind->kind == NOT_FINITE)
            continue;
        if (op == LN_OP_LAYERNORM)
            raise_to(&worst[1], (long double)mean[row] - exact.mean, ulp(fmaxl(fabsl(exact.mean), exact.deviation)));
        if (exact.rstd > 0 && exact.rstd <= (long double)FLT_MAX)
            raise_to(&worst[2], (long double)rstd[row] - exact.rstd, ulp(exact.rstd));
    }
}

static void accuracy(void)
{
    static const size_t splits[][PARTS_MAX] = {
        {768},     {384, 384},       {256, 256, 256},    {192, 192, 192, 192},
        {700, 68}, {1, 767},         {3, 500, 265},      {64, 0, 1, 703},
        {4096},    {2048, 2048},     {1365, 1366, 1365}, {1024, 1024, 1024, 1024},
        {4095, 1}, {100, 3000, 996}, {5, 4000, 90, 1}};
    static const float epsilons[] = {0, 1e-5f};
    Random r = {test_seed()};
    if (LDBL_MANT_DIG < 64) {
        puts("long double is no wider than double here: errors are not measured");
        return;
    }
    printf("%-10s %-16s %8s %8s %8s   largest error, units of the last place\n", "op", "input", "y", "mean", "rstd");
    for (int op = LN_OP_LAYERNORM; op <= LN_OP_RMSNORM; op++)
        for (size_t k = 0; k < input_class_count; k++) {
            double worst[3] = {0, 0, 0};
            for (size_t i = 0; i < sizeof splits / sizeof splits[0]; i++) {
                size_t widths[PARTS_MAX], count = 0;
                for (size_t p = 0; p < PARTS_MAX; p++)
                    if (splits[i][p])
                        widths[count++] = splits[i][p];
                shards((ln_op)op, &input_classes[k], widths, count, epsilons[i % 2], &r, worst);
            }
            printf("%-10s %-16s %8.3f %8.3f %8.3f\n", op == LN_OP_LAYERNORM ? "layernorm" : "rmsnorm",
                   input_classes[k].name, worst[0], worst[1], worst[2]);
            CHECK(worst[0] <= Y_BOUND);
            CHECK(worst[1] <= MEAN_BOUND);
            CHECK(worst[2] <= RSTD_BOUND);
        }
}

/* Rows of 2^61: up to 32768 elements, what the forward pass writes in float has an m2 of at most 2^138, and apply gives
 * its bits. The m2 of 65536 elements is larger, and apply writes them in double. */
static void largest_rows(void)
{
    enum { MOST = 65536 };
    static float x[MOST], y[MOST], forward[MOST], ones[MOST], zeros[MOST];
    static long double t[MOST];
    Random r = {test_seed()};
    for (size_t i = 0; i < MOST; i++) {
        x[i] = ldexpf(random_bits(&r) & 1 ? 1 : -1, 61) * (1 + 0.1f * random_uniform(&r));
        ones[i] = 1;
    }
    for (size_t width = MOST / 4; width <= MOST; width *= 2)
        for (int op = LN_OP_LAYERNORM; op <= LN_OP_RMSNORM; op++) {
            ln_stats stats;
            ln_args a = {.width = width, .x_stride = width, .y_stride = width, .whole_width = width};
            a.x = x, a.y = y, a.gamma = ones, a.beta = zeros, a.stats = &stats;
            for (int pass = LN_PASS_STATS; pass <= LN_PASS_APPLY; pass++)
                CHECK(ln_run(ln_find_isa((ln_spec){.op = (ln_op)op, .pass = (ln_pass)pass, .width = width}, isa, NULL),
                             &a, 1) == LN_OK);
            a.y = forward;
            ln_reference(&(ln_spec){.op = (ln_op)op, .width = width}, &a, 0, 1);
            CHECK((stats.m2 <= 0x1p138) == (width < MOST));
            CHECK(width == MOST || memcmp(y, forward, width * sizeof(float)) == 0);
            if (LDBL_MANT_DIG < 64)
                continue;
            const Exact exact = exact_row(x, width, 0, op == LN_OP_LAYERNORM, t);
            double worst = 0;
            for (size_t i = 0; i < width; i++) {
                raise_to(&worst, (long double)y[i] - t[i], ulp(fmaxl(fabsl(t[i]), exact.rms)));
                raise_to(&worst, (long double)forward[i] - t[i], ulp(fmaxl(fabsl(t[i]), exact.rms)));
            }
            CHECK(worst <= Y_BOUND);
        }
}

/* The caller's rounding and flush bits change nothing, and stay. */
static void merges_elsewhere(void)
{
    static const size_t widths[] = {100, 333, 57};
    static const ln_stats parts[] = {{0.1, 7.3}, {0.7, 1.1e-3}, {-0.3, 12.9}};
    static const ln_stats tiny[] = {{0, 1e-310}, {0, 2e-310}, {0, 1e-310}};
    static const int roundings[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    ln_stats usual[2], here[2];
    CHECK(ln_stats_merge(&usual[0], parts, widths, 3, 1) == LN_OK);
    CHECK(ln_stats_merge(&usual[1], tiny, widths, 3, 1) == LN_OK && usual[1].m2 > 0);
    for (int i = 0; i < 3; i++) {
        CHECK(fesetround(roundings[i]) == 0);
        const ln_status status = ln_stats_merge(&here[0], parts, widths, 3, 1);
        CHECK(status == LN_OK && fegetround() == roundings[i]);
        fesetround(FE_TONEAREST);
        CHECK(memcmp(&here[0], &usual[0], sizeof here[0]) == 0);
    }
#if defined(__SSE2__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u); /* flush-to-zero and denormals-are-zero */
    const ln_status status = ln_stats_merge(&here[1], tiny, widths, 3, 1);
    const unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    CHECK(status == LN_OK && (after & 0x8040u) == 0x8040u && memcmp(&here[1], &usual[1], sizeof here[1]) == 0);
#endif
}

static void merges(void)
{
    static const size_t widths[] = {3, 0, 1, 4};
    static const ln_stats parts[] = {{2, 6}, {1, 0}, {NAN, NAN}, {7, 7}, {6, 0}, {1, 0}, {0.5, 5}, {1, 0}};
    ln_stats whole[2], same_place[8];
    CHECK(ln_stats_merge(whole, parts, widths, 4, 2) == LN_OK);
    /* three elements of mean 2 and m2 6, one element 6, four elements of mean 0.5 and m2 5 */
    CHECK(whole[0].mean == 1.75 && whole[0].m2 == 6 + 12 + 5 + 6.25 * 2);
    CHECK(whole[1].mean == 1 && whole[1].m2 == 0);
    memcpy(same_place, parts, sizeof parts);
    CHECK(ln_stats_merge(same_place, same_place, widths, 4, 2) == LN_OK);
    CHECK(memcmp(same_place, whole, sizeof whole) == 0);
    CHECK(ln_stats_merge(whole, parts, widths + 2, 1, 2) == LN_OK && whole[0].mean == 2 && whole[0].m2 == 6);

    memset(whole, 1, sizeof whole);
    ln_stats before[2];
    memcpy(before, whole, sizeof whole);
    static const size_t none[] = {0, 0}, huge[] = {(size_t)PTRDIFF_MAX, 1};
    CHECK(ln_stats_merge(NULL, parts, widths, 4, 2) == LN_NULL_STATS);
    CHECK(ln_stats_merge(whole, NULL, widths, 4, 2) == LN_NULL_STATS);
    CHECK(ln_stats_merge(whole, parts, NULL, 4, 2) == LN_NULL_WIDTHS);
    CHECK(ln_stats_merge(whole, parts, widths, 0, 2) == LN_BAD_PARTS);
    CHECK(ln_stats_merge(whole, parts, none, 2, 2) == LN_BAD_PARTS);
    CHECK(ln_stats_merge(whole, parts, huge, 2, 2) == LN_TOO_LARGE);
    CHECK(ln_stats_merge(whole, parts, widths, SIZE_MAX, 2) == LN_TOO_LARGE);
    CHECK(ln_stats_merge(whole, parts, widths, 4, SIZE_MAX / 8) == LN_TOO_LARGE);
    CHECK(ln_stats_merge((ln_stats *)(void *)((char *)whole + 1), parts, widths, 4, 1) == LN_MISALIGNED);
    CHECK(ln_stats_merge(same_place + 1, same_place, widths, 4, 2) == LN_OVERLAP);
    CHECK(ln_stats_merge(same_place + 7, same_place, widths, 4, 1) == LN_OK);
    CHECK(ln_stats_merge(same_place + 6, same_place, widths, 4, 2) == LN_OVERLAP);
    size_t over[4] = {3, 0, 1, 4};
    CHECK(ln_stats_merge((ln_stats *)(void *)over, parts, over, 4, 2) == LN_OVERLAP);
    CHECK(ln_stats_merge(whole, parts, widths, 4, 0) == LN_OK);
    CHECK(memcmp(whole, before, sizeof whole) == 0);
}

static void statuses(void)
{
    enum { WIDTH = 100 };
    const ln_entry *stats = ln_find_isa((ln_spec){.pass = LN_PASS_STATS, .width = WIDTH}, isa, NULL);
    const ln_entry *apply = ln_find_isa((ln_spec){.pass = LN_PASS_APPLY, .width = WIDTH}, isa, NULL);
    if (!CHECK(stats && apply))
        return;
    CHECK(stats->spec.affine == LN_AFFINE_NONE && apply->spec.affine == LN_AFFINE_FULL);
    fill(&(Random){1}, LN_DTYPE_F32, &input_classes[0], WIDTH);
    const ln_args right = packed(WIDTH, 1e-5f);
    const double canary = -7;
    batch.stats[0].mean = canary;
    batch.y.f32[0] = -7;
    ln_args a;
#define REFUSES(entry, change, status) (a = right, change, CHECK(ln_run(entry, &a, 2) == (status)))
    REFUSES(stats, a.x = NULL, LN_NULL_X);
    REFUSES(stats, a.stats = NULL, LN_NULL_STATS);
    REFUSES(stats, a.width = 0, LN_BAD_WIDTH);
    REFUSES(stats, a.x_stride = WIDTH - 1, LN_BAD_X_STRIDE);
    REFUSES(stats, a.eps = -1, LN_BAD_EPS);
    REFUSES(stats, a.stream = LN_STREAM_COLD + 1, LN_BAD_STREAM);
    REFUSES(stats, a.x_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    REFUSES(stats, a.x = (const char *)right.x + 1, LN_MISALIGNED);
    REFUSES(stats, a.stats = (ln_stats *)(void *)((char *)batch.stats + 4), LN_MISALIGNED);
    REFUSES(stats, a.x = (const float *)(const void *)(batch.stats + 1), LN_OVERLAP);
    CHECK(ln_run(stats, &right, SIZE_MAX / 16) == LN_TOO_LARGE);
    REFUSES(apply, a.stats = NULL, LN_NULL_STATS);
    REFUSES(apply, a.y = NULL, LN_NULL_Y);
    REFUSES(apply, a.whole_width = WIDTH - 1, LN_BAD_WHOLE_WIDTH);
    REFUSES(apply, a.whole_width = 0, LN_BAD_WHOLE_WIDTH);
    REFUSES(apply, a.stats = (ln_stats *)(void *)((char *)batch.stats + 4), LN_MISALIGNED);
    REFUSES(apply, a.stats = (ln_stats *)(void *)(batch.y.f32 + 2 * WIDTH - 2), LN_OVERLAP);
    REFUSES(apply, a.mean = (float *)(void *)batch.stats, LN_OVERLAP);
    REFUSES(apply, a.rstd = (float *)(void *)(batch.stats + 1), LN_OVERLAP);
    CHECK(batch.stats[0].mean == canary && batch.y.f32[0] == -7);
    a = right, a.y = NULL, a.gamma = a.beta = NULL, a.mean = a.rstd = NULL;
    CHECK(ln_run(stats, &a, 2) == LN_OK && batch.stats[0].mean != canary);
#undef REFUSES
}

static void arenas(void)
{
    for (int pass = LN_PASS_STATS; pass <= LN_PASS_APPLY; pass++) {
        const ln_spec spec = {.pass = (ln_pass)pass, .width = 100};
        ln_arena dry, arena;
        ln_args args;
        ln_arena_dry(&dry);
        CHECK(ln_arena_norm(&dry, spec, 7, &args) == LN_OK);
        CHECK(ln_arena_open(&arena, ln_arena_bytes(&dry)) == LN_OK && ln_arena_norm(&arena, spec, 7, &args) == LN_OK);
        CHECK(args.stats && args.whole_width == 100 && (pass == LN_PASS_STATS) == !args.y && !args.y == !args.gamma);
        for (size_t i = 0; i < 7; i++)
            args.stats[i] = (ln_stats){0.25, 1e3};
        CHECK(ln_run(ln_find_isa(spec, isa, NULL), &args, 7) == LN_OK);
        CHECK(ln_arena_check(&arena, NULL) == LN_OK);
        ln_arena_close(&arena);
    }
}

int main(int argc, char **argv)
{
    const int ended = isa_argument(argc, argv, "split", &isa);
    if (ended)
        return ended;
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        memory[i] = fence_open(BYTES);
    fence_watch();
    bits();
    if (ln_find_isa((ln_spec){.pass = LN_PASS_STATS, .width = 1}, isa, NULL)) {
        merges();
        merges_elsewhere();
        statuses();
        arenas();
        accuracy();
        largest_rows();
    } else {
        puts("this table has no kernels for statistics: merge, statuses, arena and errors are not tested here");
    }
    return check_status();
}
