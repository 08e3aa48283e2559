/* SPDX-License-Identifier: MIT */
/* heads.c - tests norms over heads of wider rows: in every layout each head has the bits that it has alone, and wrong
 * arguments are refused.
 *
 *     heads ISA
 *
 * The exit status is 77 when this processor lacks the instruction set. */
#include "check.h"
#include "elements.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "reference.h"
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10, HEADS_MAX = 33, ROWS_MAX = 70, WIDTH_MAX = 130 };
enum { ELEMENTS = 1 << 20, STATS = HEADS_MAX * ROWS_MAX };

typedef union Elements {
    float f32[ELEMENTS];
    uint16_t u16[ELEMENTS];
} Elements;

static Elements given, is, should;
static union {
    float f32[HEADS_MAX * (WIDTH_MAX + 8)];
    uint16_t u16[HEADS_MAX * (WIDTH_MAX + 8)];
} gammas, betas;
static float mean[STATS + 1], rstd[STATS + 1], want_mean[STATS], want_rstd[STATS];
static unsigned long failures, cases;
static ln_isa isa;

/* Gaps between heads and between tokens, in elements. */
typedef struct Gaps {
    size_t head, token;
} Gaps;

/* How tokens lie in memory, and whether each head has its own gamma. */
typedef struct Layout {
    Gaps x, y;
    int in_place; /* 1: y is x; 2: y lies in the gaps between the tokens of x */
    size_t gamma_gap;
    int own_gamma, stats;
} Layout;

/* The arrays of a layout: distances of heads and of tokens; elements from the first row to the last; the first of y. */
typedef struct Placed {
    ln_heads heads;
    size_t x_stride, y_stride, x_used, y_used, y_at;
} Placed;

static Placed place(size_t width, size_t heads, size_t rows, const Layout *l)
{
    const Gaps y_gaps = l->in_place == 1 ? l->x : l->y;
    const size_t x_head = width + l->x.head, y_head = width + y_gaps.head;
    const size_t x_span = (heads - 1) * x_head + width, y_span = (heads - 1) * y_head + width;
    Placed p = {.heads = {heads, x_head, y_head, l->own_gamma ? width + l->gamma_gap : 0}};
    p.x_stride = (l->in_place == 2 ? x_span + y_span + 1 : x_span) + l->x.token;
    p.y_stride = l->in_place == 2 ? p.x_stride : y_span + y_gaps.token;
    p.x_used = (rows - 1) * p.x_stride + x_span;
    p.y_used = (rows - 1) * p.y_stride + y_span;
    p.y_at = l->in_place == 1 ? 0 : l->in_place == 2 ? x_span + 1 : p.x_used;
    return p;
}

static void run_case(const ln_entry *e, size_t width, size_t heads, size_t rows, const Layout *l, Random *r)
{
    /* among them rows that take either stage of the accurate path, but none that gives a NaN */
    static const char *const names[] = {"normal", "mean_1", "mean_1000", "near_1e30", "outliers"};
    const size_t size = size_of(e->spec.dtype), params = size_of(params_type(&e->spec));
    const Placed p = place(width, heads, rows, l);
    const size_t used = p.y_at + p.y_used + 64 < ELEMENTS ? p.y_at + p.y_used + 64 : ELEMENTS;
    cases++;
    for (size_t i = 0; i < used; i++)
        ln_reference_store(e->spec.dtype, &given, i, -7);
    for (size_t row = 0; row < rows; row++)
        for (size_t h = 0; h < heads; h++) {
            float values[WIDTH_MAX] = {0};
            const char *name = names[random_bits(r) % (random_bits(r) % 4 ? 1 : 5)];
            for (size_t c = 0; c < input_class_count; c++)
                if (strcmp(input_classes[c].name, name) == 0)
                    input_classes[c].fill(r, values, width);
            for (size_t i = 0; i < width; i++)
                ln_reference_store(e->spec.dtype, &given, row * p.x_stride + h * p.heads.x_head + i, values[i]);
        }
    memcpy(&is, &given, used * size);
    memcpy(&should, &given, used * size);

    ln_args a = {.width = width,
                 .x_stride = p.x_stride,
                 .y_stride = p.y_stride,
                 .x = &is,
                 .y = (char *)&is + p.y_at * size,
                 .gamma = &gammas,
                 .beta = &betas,
                 .mean = l->stats ? mean : NULL,
                 .rstd = l->stats ? rstd : NULL,
                 .eps = 1e-6f,
                 .stream = (int)(cases % 3)};
    for (size_t i = 0; i <= STATS; i++)
        mean[i] = rstd[i] = -7;
    ln_status status;
    if (cases % 2) {
        status = ln_run_heads(e, &a, &p.heads, rows);
    } else {
        status = ln_run_heads_rows(e, &a, &p.heads, rows, 0, rows / 3);
        if (!status)
            status = ln_run_heads_rows(e, &a, &p.heads, rows, rows / 3, rows);
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t h = 0; h < heads; h++) {
            ln_args one = a;
            one.x = (char *)&should + (row * p.x_stride + h * p.heads.x_head) * size;
            one.y = (char *)&should + (p.y_at + row * p.y_stride + h * p.heads.y_head) * size;
            one.gamma = (const char *)&gammas + h * p.heads.gamma_head * params;
            one.beta = (const char *)&betas + h * p.heads.gamma_head * params;
            one.mean = want_mean + row * heads + h, one.rstd = want_rstd + row * heads + h;
            ln_reference(&e->spec, &one, 0, 1);
        }
    const char *wrong = NULL;
    if (status)
        wrong = ln_status_message(status);
    else if (memcmp(&is, &should, used * size) != 0) /* compares the gaps, too */
        wrong = "y, or the gaps around it";
    else if (l->stats && (memcmp(rstd, want_rstd, rows * heads * sizeof *rstd) != 0 || rstd[rows * heads] != -7))
        wrong = "rstd";
    else if (l->stats && ln_reference_centred(&e->spec) && memcmp(mean, want_mean, rows * heads * sizeof *mean) != 0)
        wrong = "mean";
    for (size_t i = 0; i < rows * heads && !wrong && !ln_reference_centred(&e->spec); i++)
        if (mean[i] != -7)
            wrong = "mean, which the norm does not have,";
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %zu heads of %zu tokens, strides of x %zu and %zu, of y %zu and %zu, in place %d, "
               "gamma %zu, stats %d: %s\n",
               e->name, width, heads, rows, p.heads.x_head, p.x_stride, p.heads.y_head, p.y_stride, l->in_place,
               p.heads.gamma_head, l->stats, wrong);
}

/* gamma of float beside elements of 16 bits: where these may lie it may not. */
static void gamma_of_float(const ln_entry *e, size_t width)
{
    const ln_heads heads = {1, width, width, 0};
    const ln_args a = {.width = width,
                       .x_stride = width,
                       .y_stride = width,
                       .x = &given,
                       .y = &is,
                       .gamma = (const char *)&gammas + sizeof(uint16_t),
                       .beta = &betas,
                       .eps = 1e-6f};
    const ln_status status = has_gamma(&e->spec) ? LN_MISALIGNED : LN_OK;
    CHECK(ln_run_heads(e, &a, &heads, 2) == status && ln_run_heads_rows(e, &a, &heads, 2, 0, 1) == status);
}

static void bits(void)
{
    static const size_t head_counts[] = {1, 2, 5, 7, 8, 9, 16, 32, HEADS_MAX};
    static const size_t row_counts[] = {1, 2, 31, 32, 33, ROWS_MAX};
    /* Tokens without gaps are those whose last head has the same gap after it as the others. */
    static const Layout layouts[] = {
        {{0, 0}, {0, 0}, 0, 0, 0, 1},  {{0, 0}, {0, 0}, 1, 0, 0, 0}, {{0, 0}, {0, 0}, 0, 0, 1, 1},
        {{0, 64}, {0, 0}, 1, 0, 0, 1}, {{3, 5}, {1, 9}, 0, 7, 1, 1}, {{0, 1}, {4, 0}, 2, 0, 0, 1},
        {{3, 0}, {2, 0}, 2, 1, 1, 0},  {{5, 0}, {0, 0}, 1, 0, 0, 1}, {{0, 9}, {0, 0}, 1, 4, 1, 0},
        {{3, 3}, {1, 1}, 0, 0, 0, 1},  {{2, 2}, {2, 7}, 0, 0, 0, 0}, {{1, 0}, {0, 0}, 0, 3, 1, 1},
        {{6, 2}, {3, 8}, 0, 0, 0, 1}};
    Random r = {test_seed()};
    size_t count;
    unsigned kernels = 0;
    const ln_entry *table = ln_table(&count);
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa)
            continue;
        kernels++;
        const ln_dtype params = e->spec.params == LN_PARAMS_F32 ? LN_DTYPE_F32 : e->spec.dtype;
        for (size_t i = 0; i < HEADS_MAX * (WIDTH_MAX + 8); i++) {
            ln_reference_store(params, &gammas, i, 1 + 0.3f * random_normal(&r));
            ln_reference_store(params, &betas, i, 0.5f * random_normal(&r));
        }
        const size_t width = e->spec.width ? e->spec.width : WIDTH_MAX;
        if (e->spec.params == LN_PARAMS_F32)
            gamma_of_float(e, width);
        for (size_t h = 0; h < sizeof head_counts / sizeof head_counts[0]; h++)
            for (size_t n = 0; n < sizeof row_counts / sizeof row_counts[0]; n++) {
                const Layout *l = &layouts[(h + 2 * n + k) % (sizeof layouts / sizeof layouts[0])];
                const Placed p = place(width, head_counts[h], row_counts[n], l);
                if (p.y_at + p.y_used <= ELEMENTS)
                    run_case(e, width, head_counts[h], row_counts[n], l, &r);
            }
    }
    printf("%u kernels, %lu cases, %lu failures\n", kernels, cases, failures);
    CHECK(kernels > 0 && cases > 0 && failures == 0);
}

static void statuses(void)
{
    enum { WIDTH = 100, HEADS = 4, ROWS = 3, STRIDE = HEADS * WIDTH + 8 };
    const ln_entry *e = ln_find_isa((ln_spec){.width = WIDTH}, isa, NULL);
    const ln_heads heads = {HEADS, WIDTH, WIDTH, WIDTH};
    const ln_args right = {.width = WIDTH,
                           .x_stride = STRIDE,
                           .y_stride = STRIDE,
                           .x = given.f32,
                           .y = is.f32,
                           .gamma = gammas.f32,
                           .beta = betas.f32,
                           .mean = mean,
                           .rstd = rstd,
                           .eps = 1e-5f};
    ln_args a;
    ln_heads h;
    if (!CHECK(e != NULL))
        return;
    for (size_t i = 0; i < ROWS * STRIDE; i++)
        is.f32[i] = given.f32[i] = -7;
    mean[0] = rstd[0] = -7;
#define REFUSES(change, status)                                                                                        \
    (a = right, h = heads, change, CHECK(ln_run_heads(e, &a, &h, ROWS) == (status)),                                   \
     CHECK(ln_run_heads_rows(e, &a, &h, ROWS, 0, 1) == (status)))
    CHECK(ln_run_heads(NULL, &right, &heads, ROWS) == LN_NULL_ENTRY);
    CHECK(ln_run_heads(e, NULL, &heads, ROWS) == LN_NULL_ARGS);
    CHECK(ln_run_heads(e, &right, NULL, ROWS) == LN_NULL_HEADS);
    CHECK(ln_run_heads_rows(e, &right, &heads, ROWS, 2, 1) == LN_BAD_ROWS);
    CHECK(ln_run_heads_rows(e, &right, &heads, ROWS, 0, ROWS + 1) == LN_BAD_ROWS);
    REFUSES(a.x = NULL, LN_NULL_X);
    REFUSES(a.y = NULL, LN_NULL_Y);
    REFUSES(a.gamma = NULL, LN_NULL_GAMMA);
    REFUSES(a.beta = NULL, LN_NULL_BETA);
    REFUSES(a.width = 0, LN_BAD_WIDTH);
    REFUSES(h.heads = 0, LN_BAD_HEADS);
    REFUSES(h.x_head = WIDTH - 1, LN_BAD_HEAD_STRIDE);
    REFUSES(h.y_head = 0, LN_BAD_HEAD_STRIDE);
    REFUSES(h.gamma_head = WIDTH - 1, LN_BAD_GAMMA_STRIDE);
    REFUSES(a.x_stride = HEADS * WIDTH - 1, LN_BAD_X_STRIDE);
    REFUSES(a.y_stride = HEADS * WIDTH - 1, LN_BAD_Y_STRIDE);
    REFUSES(h.x_head = WIDTH + 3, LN_BAD_X_STRIDE);
    CHECK(strstr(ln_status_message(LN_BAD_X_STRIDE), "all heads of a token"));
    CHECK(strstr(ln_status_message(LN_BAD_Y_STRIDE), "all heads of a token"));
    REFUSES(a.eps = -1, LN_BAD_EPS);
    REFUSES(a.stream = -1, LN_BAD_STREAM);
    REFUSES(h.heads = SIZE_MAX / 2, LN_TOO_LARGE);
    REFUSES(h.x_head = SIZE_MAX / 2, LN_TOO_LARGE);
    REFUSES(h.gamma_head = SIZE_MAX / 2, LN_TOO_LARGE);
    REFUSES(a.x_stride = SIZE_MAX / 2, LN_TOO_LARGE);
    REFUSES(a.x = (const char *)right.x + 2, LN_MISALIGNED);
    REFUSES(a.y = (char *)right.y + 1, LN_MISALIGNED);
    REFUSES(a.beta = (const char *)right.beta + 1, LN_MISALIGNED);
    REFUSES(a.rstd = (float *)(void *)((char *)rstd + 1), LN_MISALIGNED);
    REFUSES(a.y = given.f32 + 1, LN_OVERLAP_X);
    REFUSES(a.y = given.f32 + 8, LN_OVERLAP_X);
    REFUSES((a.y = given.f32, h.y_head = WIDTH + 1), LN_OVERLAP_X);
    REFUSES((a.y = given.f32, a.y_stride = STRIDE + 1), LN_OVERLAP_X);
    REFUSES((a.x_stride = a.y_stride = 2 * HEADS * WIDTH - 1, a.y = given.f32 + HEADS * WIDTH), LN_OVERLAP_X);
    REFUSES((a.x_stride = a.y_stride = 2 * HEADS * WIDTH - 1, a.y = given.f32, a.x = given.f32 + HEADS * WIDTH),
            LN_OVERLAP_X);
    REFUSES(a.gamma = is.f32 + (ROWS - 1) * STRIDE + HEADS * WIDTH - 1, LN_OVERLAP);
    REFUSES(a.beta = is.f32 + 5, LN_OVERLAP);
    REFUSES(a.mean = gammas.f32 + (HEADS - 1) * WIDTH + WIDTH - 1, LN_OVERLAP);
    REFUSES(a.rstd = given.f32 + 1, LN_OVERLAP);
    REFUSES(a.rstd = mean + ROWS * HEADS - 1, LN_OVERLAP);
    REFUSES(a.mean = rstd + ROWS * HEADS - 1, LN_OVERLAP);
    REFUSES(a.rstd = betas.f32 + (HEADS - 1) * WIDTH + WIDTH - 1, LN_OVERLAP);
    CHECK(is.f32[0] == -7 && mean[0] == -7 && rstd[0] == -7);

    size_t count;
    const ln_entry *table = ln_table(&count);
    ln_entry other = table[0];
    other.spec.pass = LN_PASS_STATS;
    CHECK(ln_run_heads(&other, &right, &heads, ROWS) == LN_HEADS_SPEC);
    other.spec.pass = LN_PASS_FORWARD, other.spec.residual = LN_RESIDUAL_POST;
    CHECK(ln_run_heads(&other, &right, &heads, ROWS) == LN_HEADS_SPEC);

    CHECK(ln_run_heads(e, &right, &heads, 0) == LN_OK && ln_run_heads_rows(e, &right, &heads, ROWS, 1, 1) == LN_OK);
    CHECK(is.f32[0] == -7 && mean[0] == -7);
    a = right, h = heads, h.heads = 1, h.x_head = h.y_head = h.gamma_head = 0; /* one head needs no strides */
    CHECK(ln_run_heads(e, &a, &h, ROWS) == LN_OK);
    a.x_stride = a.y_stride = 2 * HEADS * WIDTH, a.y = given.f32 + HEADS * WIDTH; /* x and y side by side in one row */
    CHECK(ln_run_heads(e, &a, &heads, ROWS) == LN_OK);
    a.x = given.f32 + HEADS * WIDTH, a.y = given.f32;
    CHECK(ln_run_heads(e, &a, &heads, ROWS) == LN_OK);
    a = right, h = heads, h.gamma_head = WIDTH + 3; /* statistics right after the last gamma */
    a.rstd = gammas.f32 + (HEADS - 1) * (WIDTH + 3) + WIDTH;
    CHECK(ln_run_heads(e, &a, &h, ROWS) == LN_OK);
    a.rstd--;
    CHECK(ln_run_heads(e, &a, &h, ROWS) == LN_OVERLAP);
    CHECK(ln_run_heads(e, &right, &heads, ROWS) == LN_OK && is.f32[0] != -7);
}

/* A batch large enough for several threads gives the bits that each head has alone. */
static void threads(void)
{
    enum { WIDTH = 64, HEADS = 9, ROWS = 911, STRIDE = HEADS * (WIDTH + 2) + 3 };
    const ln_entry *e = ln_find_isa((ln_spec){.width = WIDTH}, isa, NULL);
    Random r = {test_seed()};
    if (!CHECK(e && ROWS * STRIDE <= ELEMENTS))
        return;
    for (size_t i = 0; i < ROWS * HEADS * WIDTH; i++)
        given.f32[i] = random_normal(&r);
    for (int own = 0; own < 2; own++) {
        const ln_heads heads = {HEADS, WIDTH, WIDTH + 2 * !own, own ? WIDTH : 0};
        ln_args a = {.width = WIDTH,
                     .x_stride = HEADS * WIDTH,
                     .y_stride = own ? HEADS * WIDTH : STRIDE,
                     .x = given.f32,
                     .y = is.f32,
                     .gamma = gammas.f32,
                     .beta = betas.f32,
                     .eps = 1e-5f};
        memset(&is, 0, sizeof is), memset(&should, 0, sizeof should);
        CHECK(ln_run_heads(e, &a, &heads, ROWS) == LN_OK);
        for (size_t row = 0; row < ROWS; row++)
            for (size_t h = 0; h < HEADS; h++) {
                ln_args one = a;
                one.x = given.f32 + row * a.x_stride + h * heads.x_head;
                one.y = should.f32 + row * a.y_stride + h * heads.y_head;
                one.gamma = gammas.f32 + h * heads.gamma_head;
                one.beta = betas.f32 + h * heads.gamma_head;
                ln_reference(&e->spec, &one, 0, 1);
            }
        CHECK(memcmp(&is, &should, sizeof is) == 0);
    }
}

int main(int argc, char **argv)
{
    const int ended = isa_argument(argc, argv, "heads", &isa);
    if (ended)
        return ended;
    bits();
    if (ln_find_isa((ln_spec){.width = 64}, isa, NULL)) {
        statuses();
        threads();
    } else {
        puts("no LayerNorm of f32 among these kernels: refusals and threads are not tested");
    }
    return check_status();
}
