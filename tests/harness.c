/* SPDX-License-Identifier: MIT */
/* harness.c - compares every kernel of the table, on one instruction set, with the reference bit for bit.
 *
 *     harness ISA [--ran FILE] [--only NAME] [--any few]
 *
 * The exit status is 77 when this processor lacks the instruction set. The harness writes to FILE the name of each
 * kernel that ran and was right, or "skipped ISA"; ran.cmake compares FILE with kernels.inc. `--any few` runs the
 * kernels for any width on a few widths only. */
#include "fence.h"
#include "inputs.h"
#include "ln.h"
#include "reference.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

enum { ROWS = 64, PURE_ROWS = 9, WIDTH_MAX = 16385, PADDING = 32, FAILURES_SHOWN = 10, SKIPPED = 77 };

static const float SENTINEL = -123456.75f;

/* A batch of packed rows, and what the reference computes from it. */
typedef struct Batch {
    const char *label;
    size_t rows, width;
    float eps;
    float *x, *y, *mean, *rstd;
    const char **classes; /* of each row */
} Batch;

typedef struct Case {
    size_t rows;
    Place place;
    size_t x_padding, y_padding;
    int in_place, stream, mean, rstd;
    int threads;  /* 0: the kernel itself; -1: ln_run; -2: ln_run_rows in two calls; else ln_run_threads */
    unsigned csr; /* bits that the caller has set in MXCSR */
} Case;

static Fence memory_x, memory_y, memory_gamma, memory_beta, memory_mean, memory_rstd;
static float *gamma_values, *beta_values;
static unsigned long failures, cases, rows_compared;
static uint64_t seed;

static int same(float a, float b) { return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b)); }

static uint32_t bits(float a)
{
    uint32_t u;
    memcpy(&u, &a, sizeof u);
    return u;
}

static void failed(const char *what, const Batch *b, size_t row, size_t i, float is, float should)
{
    if (++failures <= FAILURES_SHOWN)
        printf("FAILED %s\n  %s, row %zu (%s), element %zu: %a (%08" PRIx32 "), reference %a (%08" PRIx32 ")\n",
               fence_note, what, row, b->classes[row], i, (double)is, bits(is), (double)should, bits(should));
}

static void run_case(const ln_entry *e, const Batch *b, const Case *c)
{
    const size_t n = b->width, x_stride = n + c->x_padding, y_stride = n + (c->in_place ? c->x_padding : c->y_padding);
    const size_t rows = c->rows, last = rows ? rows - 1 : 0;
    snprintf(fence_note, sizeof fence_note,
             "%s width %zu, %s, rows %zu, place %d, padding %zu and %zu, in place %d, stream %d, mean %d, rstd %d, "
             "eps %g, threads %d, mxcsr %x",
             e->name, n, b->label, rows, (int)c->place, c->x_padding, c->y_padding, c->in_place, c->stream, c->mean,
             c->rstd, (double)b->eps, c->threads, c->csr);

    float *y = fence_place(memory_y, c->place, (last * y_stride + n) * sizeof(float));
    float *x = c->in_place ? y : fence_place(memory_x, c->place, (last * x_stride + n) * sizeof(float));
    float *gamma = fence_place(memory_gamma, c->place, n * sizeof(float));
    float *beta = fence_place(memory_beta, c->place, n * sizeof(float));
    float *mean = fence_place(memory_mean, c->place, rows * sizeof(float));
    float *rstd = fence_place(memory_rstd, c->place, rows * sizeof(float));
    memcpy(gamma, gamma_values, n * sizeof(float));
    memcpy(beta, beta_values, n * sizeof(float));
    for (size_t i = 0; i < last * y_stride + n; i++)
        y[i] = SENTINEL;
    for (size_t row = 0; row < rows; row++) {
        memcpy(x + row * x_stride, b->x + row * n, n * sizeof(float));
        mean[row] = rstd[row] = SENTINEL;
    }

    const ln_args args = {.width = n,
                          .x_stride = x_stride,
                          .y_stride = y_stride,
                          .x = x,
                          .y = y,
                          .gamma = gamma,
                          .beta = beta,
                          .mean = c->mean ? mean : NULL,
                          .rstd = c->rstd ? rstd : NULL,
                          .eps = b->eps,
                          .stream = c->threads && !c->stream ? LN_STREAM_NEVER : c->stream};
    ln_status status = LN_OK;
#if defined(__SSE2__)
    const unsigned saved = _mm_getcsr();
    if (c->csr)
        _mm_setcsr(saved | c->csr);
#endif
    if (c->threads == 0) {
        e->kernel(&args, 0, rows);
    } else if (c->threads == -1) {
        status = ln_run(e, &args, rows);
    } else if (c->threads == -2) {
        status = ln_run_rows(e, &args, rows, rows / 5, rows);
        if (status == LN_OK)
            status = ln_run_rows(e, &args, rows, 0, rows / 5);
    } else {
        status = ln_run_threads(e, &args, rows, c->threads);
    }
#if defined(__SSE2__)
    if (c->csr) {
        if ((_mm_getcsr() & 0xffc0u) != ((saved | c->csr) & 0xffc0u))
            failed("MXCSR is not as the caller had set it", b, 0, 0, 0, 0);
        _mm_setcsr(saved);
    }
#endif
    if (status)
        failed(ln_status_message(status), b, 0, 0, 0, 0);

    cases++;
    rows_compared += rows;
    for (size_t row = 0; row < rows; row++) {
        const float *should = b->y + row * n, *is = y + row * y_stride;
        if (memcmp(is, should, n * sizeof(float)) != 0)
            for (size_t i = 0; i < n; i++)
                if (!same(is[i], should[i])) {
                    failed("y", b, row, i, is[i], should[i]);
                    break;
                }
        if (!c->in_place && memcmp(x + row * x_stride, b->x + row * n, n * sizeof(float)) != 0)
            failed("x was written", b, row, 0, 0, 0);
        if (row < last)
            for (size_t i = n; i < y_stride; i++)
                if (!same(is[i], SENTINEL))
                    failed("padding of y was written", b, row, i, is[i], SENTINEL);
        const float mean_should = c->mean ? b->mean[row] : SENTINEL, rstd_should = c->rstd ? b->rstd[row] : SENTINEL;
        if (!same(mean[row], mean_should))
            failed("mean", b, row, 0, mean[row], mean_should);
        if (!same(rstd[row], rstd_should))
            failed("rstd", b, row, 0, rstd[row], rstd_should);
    }
    if (memcmp(gamma, gamma_values, n * sizeof(float)) != 0 || memcmp(beta, beta_values, n * sizeof(float)) != 0)
        failed("gamma or beta was written", b, 0, 0, 0, 0);
}

static void add_reference(Batch *b)
{
    const ln_spec spec = {.width = b->width};
    const ln_args args = {.width = b->width,
                          .x_stride = b->width,
                          .y_stride = b->width,
                          .x = b->x,
                          .y = b->y,
                          .gamma = gamma_values,
                          .beta = beta_values,
                          .mean = b->mean,
                          .rstd = b->rstd,
                          .eps = b->eps};
    ln_reference(&spec, &args, 0, b->rows);
}

/* Numbers of rows, layouts, y in place of x, kinds of store and optional outputs, with fences around all arrays. */
static void check_layouts(const ln_entry *e, const Batch *b)
{
    static const size_t row_counts[] = {0, 1, 2, 3, 7, 64};
    static const size_t paddings[][2] = {{0, 0}, {16, 16}, {1, 19}};
    unsigned turn = 0;
    for (size_t r = 0; r < sizeof row_counts / sizeof row_counts[0]; r++)
        for (int place = 0; place < PLACES; place++)
            for (size_t p = 0; p < sizeof paddings / sizeof paddings[0]; p++)
                for (int in_place = 0; in_place < 2; in_place++)
                    for (int stream = 0; stream < 2; stream++, turn++) {
                        /* the second pair of paddings makes each row a whole number of cache lines */
                        const size_t to_line = p == 1 ? 15 - (b->width + 15) % 16 : 0;
                        Case c = {.rows = row_counts[r],
                                  .place = (Place)place,
                                  .x_padding = p == 1 ? to_line : paddings[p][0],
                                  .y_padding = p == 1 ? to_line : paddings[p][1],
                                  .in_place = in_place,
                                  .stream = stream,
                                  .mean = (int)((turn + turn / 4) & 1),
                                  .rstd = (int)((turn / 2 + turn / 8) & 1)};
                        run_case(e, b, &c);
                    }
}

static void check_driver(const ln_entry *e, const Batch *b)
{
    static const int threads[] = {1, 2, 3, 5, -1, -2};
    static const size_t row_counts[] = {1, 7, 64};
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++)
        for (size_t r = 0; r < sizeof row_counts / sizeof row_counts[0]; r++) {
            Case c = {.rows = row_counts[r], .place = AT_END, .mean = 1, .rstd = 1, .threads = threads[t]};
            c.stream = (int)(t + r) & 1;
            run_case(e, b, &c);
        }
}

/* The caller has set flush to zero, denormals are zero, or a rounding mode. */
static void check_environment(const ln_entry *e, const Batch *b)
{
#if defined(__SSE2__)
    static const unsigned settings[] = {0x8040, 0x2000, 0x4000, 0xe040};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        Case c = {.rows = b->rows, .place = AT_BEGIN, .mean = 1, .rstd = 1, .csr = settings[i]};
        run_case(e, b, &c);
    }
#else
    (void)e;
    (void)b;
#endif
}

/* Sums of a row about a pilot, as docs/numerics.md has them. */
static void sums_of(const float *x, size_t n, float pilot, double *s, double *q)
{
    double s8[8] = {0}, q8[8] = {0};
    for (size_t block = 0; block < n; block += LN_REFERENCE_BLOCK) {
        float sums[LN_REFERENCE_LANES] = {0}, squares[LN_REFERENCE_LANES] = {0};
        for (size_t i = block; i < n && i < block + LN_REFERENCE_BLOCK; i++) {
            const size_t lane = i % LN_REFERENCE_LANES;
            const float d = x[i] - pilot;
            sums[lane] += d;
            squares[lane] = fmaf(d, d, squares[lane]);
        }
        ln_reference_add_block(s8, sums);
        ln_reference_add_block(q8, squares);
    }
    *s = ln_reference_total(s8) + 0.0;
    *q = ln_reference_total(q8);
}

static float rstd_of(double m2, double inverse, float eps)
{
    const double v = fma(m2, inverse, (double)eps);
    return (float)(sqrt(v) * (1.0 / v));
}

/* A row, and an eps, that tell whether m2 = Q - S*mean was rounded once or twice: rstd lies so close to the middle of
 * two floats that it is one or the other. Returns 0 when a number of random rows has none. */
static int one_rounding_row(Random *r, float *x, size_t n, float *eps)
{
    const double inverse = 1.0 / (double)n;
    for (int attempt = 0; attempt < 4000; attempt++) {
        double s, q;
        if (attempt % 32 == 0)
            for (size_t i = 0; i < n; i++)
                x[i] = 0.5f + random_normal(r);
        const size_t changed = random_bits(r) % n;
        x[changed] = random_normal(r);
        sums_of(x, n, 0, &s, &q);
        volatile double twice = s * (s * inverse);
        const double once = fma(-s, s * inverse, q);
        twice = q - twice;
        if (once == twice || !(once > 0))
            continue;
        const float above = rstd_of(once, inverse, 0);
        const double middle = ((double)above + (double)nextafterf(above, 0)) / 2;
        const double wanted = 1.0 / (middle * middle) - once * inverse; /* an eps that leads there */
        if (!(wanted > 0) || wanted > once * inverse * 0x1p-28)
            continue;
        float e = (float)wanted;
        for (int k = 0; k < 8; k++)
            e = nextafterf(e, 0);
        for (int k = 0; k < 16; k++, e = nextafterf(e, 1))
            if (rstd_of(once, inverse, e) != rstd_of(twice, inverse, e)) {
                *eps = e;
                return 1;
            }
    }
    return 0;
}

/* A row for which the next float above near, or below it, lets the fast path serve, or not, where near does not, or
 * does. Returns 0 when a number of rows at the edge has none. */
static int near_row(Random *r, float *x, size_t n, double towards)
{
    const double inverse = 1.0 / (double)n, near = (0.5 - 2.0 / (double)n) / (double)n;
    for (int attempt = 0; attempt < 200; attempt++) {
        double s, q;
        edge_of_near(r, x, n);
        sums_of(x, n, 0, &s, &q);
        const double mean = s * inverse, m2 = fma(-s, mean, q);
        volatile double squared = mean * mean, at = m2 * near, beside = m2 * nextafter(near, towards);
        if ((squared <= at) != (squared <= beside))
            return 1;
    }
    return 0;
}

/* A constant row, and an eps, that tell whether an m2 below 0 becomes 0: the pilot is an ulp beside the elements, and
 * the square of that ulp vanishes. Returns 0 when no such row is found, as at widths whose sums of equal elements are
 * exact. */
static int clamp_row(Random *r, float *x, size_t n, float *eps)
{
    const double inverse = 1.0 / (double)n;
    for (int attempt = 0; attempt < 100; attempt++) {
        const float value = 0x1p-52f * (1 + random_uniform(r));
        double s, q;
        for (size_t i = 0; i < n; i++)
            x[i] = value;
        sums_of(x, n, 0, &s, &q);
        sums_of(x, n, (float)(s * inverse), &s, &q);
        const double m2 = fma(-(s * inverse), s, q);
        float e = 0x1p-120f; /* m2 / n is 2^-30 of it at most: one in some hundreds tells */
        for (int k = 0; k < 4096 && m2 < 0; k++) {
            e = nextafterf(e, 1);
            if (rstd_of(m2, inverse, e) != rstd_of(0, inverse, e)) {
                *eps = e;
                return 1;
            }
        }
    }
    return 0;
}

/* A batch whose rows are all the first. */
static void check_row(const ln_entry *e, Batch *b, const char *label)
{
    b->label = label;
    for (size_t row = 0; row < b->rows; row++) {
        b->classes[row] = label;
        if (row)
            memcpy(b->x + row * b->width, b->x, b->width * sizeof(float));
    }
    add_reference(b);
    Case c = {.rows = b->rows, .place = AT_END, .mean = 1, .rstd = 1};
    run_case(e, b, &c);
    c.stream = 1;
    run_case(e, b, &c);
}

/* Rows made for one rounding or one comparison, which usual rows meet once in millions. */
static void check_edges(const ln_entry *e, Random *r, Batch *b)
{
    const size_t n = b->width;
    b->rows = PURE_ROWS;
    if (n >= 16 && n <= 1100 && one_rounding_row(r, b->x, n, &b->eps))
        check_row(e, b, "one rounding of m2");
    b->eps = 1e-5f;
    for (int up = 0; up < 2; up++)
        if (n > 4 && n <= 1100 && near_row(r, b->x, n, up))
            check_row(e, b, up ? "edge of near, from below" : "edge of near, from above");
    if (n <= 1100 && clamp_row(r, b->x, n, &b->eps))
        check_row(e, b, "m2 below 0");
}

static void check_width(const ln_entry *e, size_t n, Batch *b)
{
    Random r = {seed * 1000003 + n};
    for (size_t i = 0; i < n; i++) {
        gamma_values[i] = 1 + 0.5f * random_normal(&r);
        beta_values[i] = i % 17 == 3 ? -0.0f : random_normal(&r);
    }
    b->width = n;

    b->label = "rows near zero";
    b->rows = ROWS;
    b->eps = 1e-5f;
    for (size_t row = 0; row < ROWS; row++) {
        b->classes[row] = "normal";
        for (size_t i = 0; i < n; i++)
            b->x[row * n + i] = (float)(row + 1) * random_normal(&r);
    }
    add_reference(b);
    check_layouts(e, b);
    check_driver(e, b);

    b->label = "mixed rows";
    for (size_t row = 0; row < ROWS; row++) {
        /* four rows of the first class one after the other, so that some groups take the fast path as a whole */
        const size_t kind = row % 16 >= 12 ? 0 : random_bits(&r) % input_class_count;
        b->classes[row] = input_classes[kind].name;
        input_classes[kind].fill(&r, b->x + row * n, n);
    }
    add_reference(b);
    check_layouts(e, b);
    check_driver(e, b);
    check_environment(e, b);

    static const float epsilons[] = {0, 1e-5f, 1e-12f};
    b->rows = PURE_ROWS;
    for (size_t kind = 0; kind < input_class_count; kind++) {
        b->label = "one class";
        for (size_t row = 0; row < PURE_ROWS; row++) {
            b->classes[row] = input_classes[kind].name;
            input_classes[kind].fill(&r, b->x + row * n, n);
        }
        for (size_t i = 0; i < sizeof epsilons / sizeof epsilons[0]; i++) {
            b->eps = epsilons[i];
            add_reference(b);
            Case c = {.rows = PURE_ROWS, .place = AT_END, .mean = 1, .rstd = 1};
            run_case(e, b, &c);
            c.place = AT_BEGIN;
            c.stream = 1;
            run_case(e, b, &c);
        }
    }
    check_edges(e, &r, b);
}

static size_t any_widths(size_t *list, int few)
{
    static const size_t some[] = {1, 3, 17, 64, 130, 515, 1100};
    static const size_t more[] = {191,  192,  193,  255,  256,  257,  300,  312,  319,  320,  321,  383,  384,  385,
                                  447,  448,  449,  511,  512,  513,  575,  576,  577,  639,  640,  641,  767,  768,
                                  769,  831,  832,  833,  1000, 1008, 1023, 1024, 1025, 1087, 1088, 1089, 1535, 1536,
                                  1537, 1600, 2047, 2048, 2049, 2560, 2730, 4095, 4096, 4097, 5120, 8191, 8192, 8193};
    size_t count = 0;
    if (few) {
        memcpy(list, some, sizeof some);
        return sizeof some / sizeof some[0];
    }
    for (size_t n = 1; n <= 130; n++)
        list[count++] = n;
    memcpy(list + count, more, sizeof more);
    return count + sizeof more / sizeof more[0];
}

static float *floats(size_t n)
{
    float *p = malloc(n * sizeof *p);
    if (!p) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return p;
}

int main(int argc, char **argv)
{
    const char *ran_path = NULL, *only = NULL;
    int few = 0, isa = 0;
    while (argc > 1 && isa < LN_ISA_COUNT && strcmp(argv[1], ln_isa_name((ln_isa)isa)) != 0)
        isa++;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--ran") == 0)
            ran_path = argv[i + 1];
        else if (strcmp(argv[i], "--only") == 0)
            only = argv[i + 1];
        else if (strcmp(argv[i], "--any") == 0)
            few = strcmp(argv[i + 1], "few") == 0;
    }
    if (argc < 2 || isa == LN_ISA_COUNT) {
        fputs("usage: harness scalar|avx2|avx512 [--ran FILE] [--only NAME] [--any few]\n", stderr);
        return 2;
    }
    FILE *ran = ran_path ? fopen(ran_path, "w") : NULL;
    if (ran_path && !ran) {
        perror(ran_path);
        return 2;
    }
    if (!ln_isa_supported((ln_isa)isa)) {
        printf("this processor has no %s: skipped\n", argv[1]);
        if (ran) {
            fprintf(ran, "skipped %s\n", argv[1]);
            fclose(ran);
        }
        return SKIPPED;
    }
    seed = test_seed();
    fence_watch();

    const size_t most = ROWS * (size_t)(WIDTH_MAX + PADDING);
    Batch batch = {.x = floats(most), .y = floats(most), .mean = floats(ROWS), .rstd = floats(ROWS)};
    const char *classes[ROWS];
    batch.classes = classes;
    gamma_values = floats(WIDTH_MAX);
    beta_values = floats(WIDTH_MAX);
    memory_x = fence_open(most * sizeof(float));
    memory_y = fence_open(most * sizeof(float));
    memory_gamma = fence_open(WIDTH_MAX * sizeof(float));
    memory_beta = fence_open(WIDTH_MAX * sizeof(float));
    memory_mean = fence_open(ROWS * sizeof(float));
    memory_rstd = fence_open(ROWS * sizeof(float));

    size_t count, kernels = 0;
    const ln_entry *table = ln_table(&count);
    for (const ln_entry *e = table; e < table + count; e++) {
        if ((int)e->isa != isa || (only && strcmp(only, e->name) != 0))
            continue;
        if (e->spec.op != LN_OP_LAYERNORM || e->spec.pass != LN_PASS_FORWARD || e->spec.dtype != LN_DTYPE_F32 ||
            e->spec.affine != LN_AFFINE_FULL || e->spec.residual != LN_RESIDUAL_NONE || e->spec.width > WIDTH_MAX) {
            printf("%s: not run; only LayerNorm f32 forward with gamma and beta, up to width %d, is run here\n",
                   e->name, WIDTH_MAX);
            continue;
        }
        const unsigned long before = failures;
        if (e->spec.width) {
            check_width(e, e->spec.width, &batch);
        } else {
            size_t widths[256];
            const size_t width_count = any_widths(widths, few);
            for (size_t i = 0; i < width_count; i++)
                check_width(e, widths[i], &batch);
        }
        kernels++;
        if (ran && failures == before)
            fprintf(ran, "%s\n", e->name);
    }
    if (ran && fclose(ran) != 0) {
        perror(ran_path);
        failures++;
    }
    printf("%s: %zu kernels, %lu cases, %lu rows compared, %lu differences\n", argv[1], kernels, cases, rows_compared,
           failures);
    fence_close(memory_x);
    fence_close(memory_y);
    fence_close(memory_gamma);
    fence_close(memory_beta);
    fence_close(memory_mean);
    fence_close(memory_rstd);
    free(batch.x);
    free(batch.y);
    free(batch.mean);
    free(batch.rstd);
    free(gamma_values);
    free(beta_values);
    if (kernels == 0)
        puts("no kernel of this instruction set in the table");
    return failures || kernels == 0;
}
