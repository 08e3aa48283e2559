/* ops.c - every kernel of a table of many specs (ops, storage types, affine forms, residuals) against the reference,
 * bit for bit, and the checks that residuals add.
 *
 *     ops ISA
 *
 * Exit status 77 when this processor lacks the instruction set. Layouts and fences are harness.c's business. */
#include "check.h"
#include "inputs.h"
#include "ln.h"
#include "reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 19, WIDTH_MAX = 1031, SKIPPED = 77, SHOWN = 10 };

typedef union Elements {
    float f32[ROWS * WIDTH_MAX];
    uint16_t u16[ROWS * WIDTH_MAX];
} Elements;

typedef struct Batch {
    Elements x, residual, sum, y;
    float mean[ROWS], rstd[ROWS];
} Batch;

static Batch given, is, should;
static Elements gamma_values, beta_values;
static unsigned long failures, batches;

static size_t size_of(ln_dtype type) { return type == LN_DTYPE_F32 ? 4 : 2; }

/* Whether two arrays hold the same bits, NaN of any payload being the same. */
static int same(ln_dtype type, const void *a, const void *b, size_t n)
{
    if (memcmp(a, b, n * size_of(type)) == 0)
        return 1;
    for (size_t i = 0; i < n; i++) {
        const char *p = (const char *)a + i * size_of(type), *q = (const char *)b + i * size_of(type);
        if (memcmp(p, q, size_of(type)) != 0 &&
            !(isnan(ln_reference_load(type, a, i)) && isnan(ln_reference_load(type, b, i))))
            return 0;
    }
    return 1;
}

static void fill(Random *r, ln_dtype type, const InputClass *class, size_t width)
{
    static float row[WIDTH_MAX];
    for (size_t i = 0; i < ROWS; i++) {
        class->fill(r, row, width);
        for (size_t k = 0; k < width; k++) {
            const float z = class->kind == CONSTANT ? 0 : row[(k + 1) % width] * random_normal(r);
            ln_reference_store(type, &given.x, i * width + k, row[k]);
            ln_reference_store(type, &given.residual, i * width + k, z);
        }
    }
    for (size_t k = 0; k < width; k++) {
        ln_reference_store(type, &gamma_values, k, 1 + 0.3f * random_normal(r));
        ln_reference_store(type, &beta_values, k, 0.5f * random_normal(r));
    }
}

static ln_args arguments(Batch *b, size_t width, float eps, int sum_is_x)
{
    return (ln_args){.width = width,
                     .x_stride = width,
                     .y_stride = width,
                     .residual_stride = width,
                     .sum_stride = width,
                     .x = &b->x,
                     .y = &b->y,
                     .gamma = &gamma_values,
                     .beta = &beta_values,
                     .residual = &b->residual,
                     .sum = sum_is_x ? &b->x : &b->sum,
                     .mean = b->mean,
                     .rstd = b->rstd,
                     .eps = eps};
}

static void run(const ln_entry *e, const InputClass *class, size_t width, float eps, int sum_is_x, int stream)
{
    is = should = given;
    ln_args a = arguments(&is, width, eps, sum_is_x), b = arguments(&should, width, eps, sum_is_x);
    const ln_spec spec = e->spec;
    a.stream = stream ? LN_STREAM_ALWAYS : LN_STREAM_NEVER;
    const ln_status status = ln_run_rows(e, &a, ROWS, 0, ROWS);
    ln_reference(&spec, &b, 0, ROWS);
    batches++;
    const char *wrong = status ? ln_status_message(status) : NULL;
    const size_t n = ROWS * width;
    if (!wrong && !same(spec.dtype, &is.y, &should.y, n))
        wrong = "y";
    if (!wrong && !same(spec.dtype, a.sum, b.sum, n))
        wrong = "sum";
    if (!wrong && !same(LN_DTYPE_F32, is.mean, should.mean, ROWS))
        wrong = "mean";
    if (!wrong && !same(LN_DTYPE_F32, is.rstd, should.rstd, ROWS))
        wrong = "rstd";
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %s, eps %g, sum in place %d, stream %d: %s\n", e->name, width, class->name,
               (double)eps, sum_is_x, stream, wrong);
}

static void check_arguments(const ln_entry *e)
{
    is = given;
    const size_t width = e->spec.width ? e->spec.width : 100;
    const ln_args right = arguments(&is, width, 1e-5f, 0);
    ln_args a;
#define REFUSES(change, status) (a = right, change, CHECK(ln_run(e, &a, 2) == (status)))
    if (e->spec.residual == LN_RESIDUAL_NONE)
        return;
    REFUSES(a.residual = NULL, LN_NULL_RESIDUAL);
    REFUSES(a.residual_stride = width - 1, LN_BAD_RESIDUAL_STRIDE);
    REFUSES(a.residual = (const char *)right.residual + 1, LN_MISALIGNED);
    REFUSES(a.residual_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    if (width > 1)
        REFUSES(a.y = (char *)&is.residual + size_of(e->spec.dtype), LN_OVERLAP);
    REFUSES(a.rstd = is.residual.f32, LN_OVERLAP);
    if (e->spec.residual != LN_RESIDUAL_PRE)
        return;
    REFUSES(a.sum = NULL, LN_NULL_SUM);
    REFUSES(a.sum_stride = width - 1, LN_BAD_SUM_STRIDE);
    REFUSES(a.sum = &is.y, LN_OVERLAP);
    REFUSES(a.sum = a.mean = is.sum.f32, LN_OVERLAP);
    REFUSES((a.sum = &is.x, a.sum_stride = width + 1), LN_OVERLAP);
}

int main(int argc, char **argv)
{
    ln_isa isa = LN_ISA_SCALAR;
    while (argc == 2 && strcmp(ln_isa_name(isa), argv[1]) != 0 && isa < LN_ISA_COUNT)
        isa = (ln_isa)(isa + 1);
    if (argc != 2 || isa == LN_ISA_COUNT) {
        fprintf(stderr, "usage: ops scalar|avx2|avx512\n");
        return 2;
    }
    if (!ln_isa_supported(isa)) {
        printf("%s: skipped, this processor lacks it\n", argv[1]);
        return SKIPPED;
    }
    Random r = {test_seed()};
    static const size_t any_widths[] = {1, 65, 130, WIDTH_MAX};
    static const float epsilons[] = {1e-5f, 0};
    size_t count;
    const ln_entry *table = ln_table(&count);
    unsigned kernels = 0;
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa)
            continue;
        kernels++;
        const size_t widths = e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0];
        for (size_t w = 0; w < widths; w++)
            for (size_t c = 0; c < input_class_count; c++) {
                const size_t width = e->spec.width ? e->spec.width : any_widths[w];
                fill(&r, e->spec.dtype, &input_classes[c], width);
                for (int turn = 0; turn < 2; turn++)
                    run(e, &input_classes[c], width, epsilons[(c + (size_t)turn) % 2], turn,
                        (int)(c / 2 + (size_t)turn) & 1);
            }
        check_arguments(e);
    }
    printf("%s: %u kernels, %lu batches, %lu failures\n", argv[1], kernels, batches, failures);
    CHECK(kernels > 0 && failures == 0);
    return check_status();
}
