/* heads.c - tests norms over heads of wider rows: in every layout each head has the bits that it has alone, and wrong
 * arguments are refused.
 *
 *     heads ISA
 *
 * The exit status is 77 when this processor lacks the instruction set. */
#include "check.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "reference.h"

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

static size_t size_of(ln_dtype type) { return type == LN_DTYPE_F32 ? 4 : 2; }

/* How tokens lie in memory: the gaps between heads and between tokens, in elements; and whether each head has its own
 * gamma. */
typedef struct Layout {
    size_t head_gap, token_gap;
    int in_place; /* 1: y is x; 2: y lies in the gaps between the tokens of x */
    size_t gamma_gap;
    int own_gamma, stats;
} Layout;

static void run_case(const ln_entry *e, size_t width, size_t heads, size_t rows, const Layout *l, Random *r)
{
    /* among them rows that take either stage of the accurate path, but none that gives a NaN */
    static const char *const names[] = {"normal", "mean_1", "mean_1000", "near_1e30", "outliers"};
    const size_t size = size_of(e->spec.dtype), head = width + l->head_gap, span = (heads - 1) * head + width;
    const size_t stride = (l->in_place == 2 ? 2 * span + 1 : span) + l->token_gap, used = rows * stride + span;
    cases++;
    for (size_t i = 0; i < 2 * used; i++)
        ln_reference_store(e->spec.dtype, &given, i, -7);
    for (size_t row = 0; row < rows; row++)
        for (size_t h = 0; h < heads; h++) {
            float values[WIDTH_MAX] = {0};
            const char *name = names[random_bits(r) % (random_bits(r) % 4 ? 1 : 5)];
            for (size_t c = 0; c < input_class_count; c++)
                if (strcmp(input_classes[c].name, name) == 0)
                    input_classes[c].fill(r, values, width);
            for (size_t i = 0; i < width; i++)
                ln_reference_store(e->spec.dtype, &given, row * stride + h * head + i, values[i]);
        }
    memcpy(&is, &given, 2 * used * size);
    memcpy(&should, &given, 2 * used * size);

    const size_t y_at = l->in_place == 1 ? 0 : l->in_place == 2 ? span + 1 : used;
    const ln_heads layout = {heads, head, head, l->own_gamma ? width + l->gamma_gap : 0};
    ln_args a = {.width = width,
                 .x_stride = stride,
                 .y_stride = stride,
                 .x = &is,
                 .y = (char *)&is + y_at * size,
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
        status = ln_run_heads(e, &a, &layout, rows);
    } else {
        status = ln_run_heads_rows(e, &a, &layout, rows, 0, rows / 3);
        if (!status)
            status = ln_run_heads_rows(e, &a, &layout, rows, rows / 3, rows);
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t h = 0; h < heads; h++) {
            const size_t at = row * stride + h * head;
            ln_args one = a;
            one.x = (char *)&should + at * size, one.y = (char *)&should + (y_at + at) * size;
            one.gamma = (const char *)&gammas + h * layout.gamma_head * size;
            one.beta = (const char *)&betas + h * layout.gamma_head * size;
            one.mean = want_mean + row * heads + h, one.rstd = want_rstd + row * heads + h;
            ln_reference(&e->spec, &one, 0, 1);
        }
    const char *wrong = NULL;
    if (status)
        wrong = ln_status_message(status);
    else if (memcmp(&is, &should, 2 * used * size) != 0) /* compares the gaps, too */
        wrong = "y, or the gaps around it";
    else if (l->stats && (memcmp(rstd, want_rstd, rows * heads * sizeof *rstd) != 0 || rstd[rows * heads] != -7))
        wrong = "rstd";
    else if (l->stats && e->spec.op == LN_OP_LAYERNORM && memcmp(mean, want_mean, rows * heads * sizeof *mean) != 0)
        wrong = "mean";
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %zu heads of %zu tokens, gaps %zu and %zu, in place %d, gamma %zu, stats %d: %s\n",
               e->name, width, heads, rows, l->head_gap, l->token_gap, l->in_place, layout.gamma_head, l->stats, wrong);
}

static void bits(void)
{
    static const size_t head_counts[] = {1, 2, 5, 7, 8, 9, 16, 32, HEADS_MAX};
    static const size_t row_counts[] = {1, 2, 31, 32, 33, ROWS_MAX};
    static const Layout layouts[] = {{0, 0, 0, 0, 0, 1},  {0, 0, 1, 0, 0, 0}, {0, 0, 0, 0, 1, 1},
                                     {0, 64, 1, 0, 0, 1}, {3, 5, 0, 7, 1, 1}, {0, 1, 2, 0, 0, 1},
                                     {2, 0, 2, 1, 1, 0},  {5, 0, 1, 0, 0, 1}, {0, 9, 1, 4, 1, 0}};
    Random r = {test_seed()};
    size_t count;
    unsigned kernels = 0;
    const ln_entry *table = ln_table(&count);
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa)
            continue;
        kernels++;
        for (size_t i = 0; i < HEADS_MAX * (WIDTH_MAX + 8); i++) {
            ln_reference_store(e->spec.dtype, &gammas, i, 1 + 0.3f * random_normal(&r));
            ln_reference_store(e->spec.dtype, &betas, i, 0.5f * random_normal(&r));
        }
        const size_t width = e->spec.width ? e->spec.width : WIDTH_MAX;
        for (size_t h = 0; h < sizeof head_counts / sizeof head_counts[0]; h++)
            for (size_t n = 0; n < sizeof row_counts / sizeof row_counts[0]; n++) {
                const Layout *l = &layouts[(h + 2 * n + k) % (sizeof layouts / sizeof layouts[0])];
                const size_t head = width + l->head_gap, stride = 2 * head_counts[h] * head + 1 + l->token_gap;
                if (2 * (row_counts[n] + 1) * stride <= ELEMENTS)
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
    CHECK(ln_run_heads(e, &right, &heads, ROWS) == LN_OK && is.f32[0] != -7);
}

/* A batch large enough for several threads gives the bits of one thread. */
static void threads(void)
{
    enum { WIDTH = 64, HEADS = 9, ROWS = 911 };
    const ln_entry *e = ln_find_isa((ln_spec){.width = WIDTH}, isa, NULL);
    Random r = {test_seed()};
    for (size_t i = 0; i < ROWS * HEADS * WIDTH; i++)
        given.f32[i % ELEMENTS] = random_normal(&r);
    for (int own = 0; own < 2 && CHECK(e && ROWS * HEADS * WIDTH <= 2 * ELEMENTS); own++) {
        const ln_heads heads = {HEADS, WIDTH, WIDTH, own ? WIDTH : 0};
        ln_args a = {.width = WIDTH,
                     .x_stride = HEADS * WIDTH,
                     .y_stride = HEADS * WIDTH + 3 * !own,
                     .x = given.f32,
                     .y = is.f32,
                     .gamma = gammas.f32,
                     .beta = betas.f32,
                     .eps = 1e-5f};
        const size_t bytes = (ROWS - 1) * a.y_stride * sizeof(float) + HEADS * WIDTH * sizeof(float);
        if (!CHECK(bytes <= sizeof is))
            return;
        memset(&is, 0, bytes), memset(&should, 0, bytes);
        CHECK(ln_run_heads(e, &a, &heads, ROWS) == LN_OK);
        a.y = should.f32;
        CHECK(ln_run_heads_rows(e, &a, &heads, ROWS, 0, ROWS) == LN_OK);
        CHECK(memcmp(&is, &should, bytes) == 0);
    }
}

int main(int argc, char **argv)
{
    const int ended = isa_argument(argc, argv, "heads", &isa);
    if (ended)
        return ended;
    bits();
    statuses();
    threads();
    return check_status();
}
