/* SPDX-License-Identifier: MIT */
/* ops.c - compares every kernel of a table of many specs (ops, storage types, affine forms, rounding, residuals,
 * biases, int8, two norms) with the reference bit for bit, and with what simpler specs give; tests the argument checks
 * that these specs add.
 *
 *     ops ISA
 *
 * The exit status is 77 when this processor lacks the instruction set. This test uses no fences; harness.c does. */
#include "check.h"
#include "elements.h"
#include "inputs.h"
#include "isas.h"
#include "ln_arena.h"
#include "reference.h"
#include "spec.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows wider than WIDE are run in one of the three layouts only, except for the first two classes of inputs. ROWS_MAX
 * is one row that is run alone, then 24 rows, which are one turn of the largest schedule (8 rows in flight, sums two
 * groups ahead), and one row left over. Packed rows, of which one is run alone, too, leave 3 to 15, parts of groups. */
enum { ROWS_MAX = 26, LINE = 64, WIDE = 1100, WIDTH_MAX = 16384, SHOWN = 10 };
enum { APART = LINE + 1, ELEMENTS = ROWS_MAX * (WIDTH_MAX + LINE + 4 * APART) + LINE };

typedef union Elements {
    _Alignas(64) float f32[ELEMENTS];
    uint16_t u16[ELEMENTS];
    int8_t i8[ELEMENTS];
} Elements;

typedef union Columns {
    _Alignas(64) float f32[WIDTH_MAX];
    uint16_t u16[WIDTH_MAX];
} Columns;

typedef struct Batch {
    Elements x, residual, sum, y, y2;
    float mean[ROWS_MAX], rstd[ROWS_MAX], scale[ROWS_MAX];
} Batch;

static Batch given, is, should;
static Columns bias_values;
static Columns parameter_values[4]; /* gamma, beta, gamma2, beta2 */
static size_t extent;               /* elements that the rows of any array of `given` span, and LINE more */
static unsigned long failures, batches;

/* How the rows of a batch lie in memory, and how they are run. `stride` is that of x; those of y, residual, sum and y2
 * are each larger by `apart` than the one before. */
typedef struct Way {
    size_t rows, stride, apart;
    int sum_is_x, y_is_x, y2_is_x, stream;
    size_t sum_at; /* the sum begins so many elements after the start of a cache line */
    float eps, static_scale;
} Way;

static int same_output(const ln_spec *spec, const Elements *a, const Elements *b)
{
    if (spec->quant != LN_QUANT_NONE)
        return memcmp(a, b, extent) == 0;
    return same(spec->dtype, a, b, extent);
}

/* Copies `given` to `b`, for a kernel or the reference to work on. */
static void copy_given(const ln_spec *spec, Batch *b)
{
    const size_t bytes = extent * size_of(spec->dtype);
    memcpy(&b->x, &given.x, bytes);
    memcpy(&b->residual, &given.residual, bytes);
    memcpy(&b->sum, &given.sum, bytes);
    memcpy(&b->y, &given.y, bytes);
    memcpy(&b->y2, &given.y2, bytes);
    memcpy(b->mean, given.mean, sizeof b->mean);
    memcpy(b->rstd, given.rstd, sizeof b->rstd);
    memcpy(b->scale, given.scale, sizeof b->scale);
}

static void fill(Random *r, const ln_spec *spec, const InputClass *class, size_t width, const Way *way)
{
    static float row[WIDTH_MAX];
    const ln_dtype type = spec->dtype;
    extent = way->rows * (way->stride + 4 * way->apart) + LINE;
    memset(&given.x, 0x55, extent * size_of(type));
    memset(&given.residual, 0x55, extent * size_of(type));
    for (size_t i = 0; i < way->rows; i++) {
        class->fill(r, row, width);
        for (size_t k = 0; k < width; k++)
            ln_reference_store(type, &given.x, i * way->stride + k, row[k]);
        for (size_t k = 0; k < width && spec->residual != LN_RESIDUAL_NONE; k++) {
            const float z = class->kind == CONSTANT ? 0 : row[(k + 1) % width] * random_normal(r);
            ln_reference_store(type, &given.residual, i * (way->stride + 2 * way->apart) + k, z);
        }
    }
    for (size_t k = 0; k < width; k++) {
        ln_reference_store(type, &bias_values, k, class->kind == CONSTANT ? 0 : 0.25f * random_normal(r));
        for (int p = 0; p < (spec->norms == LN_NORMS_TWO ? 4 : 2); p++)
            ln_reference_store(params_type(spec), &parameter_values[p], k,
                               (p % 2 == 0 ? 1 + 0.3f * random_normal(r) : 0.5f * random_normal(r)));
    }
}

static ln_args arguments(const ln_spec *spec, Batch *b, size_t width, const Way *way)
{
    const size_t stride = way->stride, apart = way->apart;
    return (ln_args){.width = width,
                     .x_stride = stride,
                     .y_stride = way->y_is_x ? stride : stride + apart,
                     .residual_stride = stride + 2 * apart,
                     .sum_stride = way->sum_is_x ? stride : stride + 3 * apart,
                     .x = &b->x,
                     .y = way->y_is_x ? &b->x : &b->y,
                     .gamma = &parameter_values[0],
                     .beta = &parameter_values[1],
                     .residual = &b->residual,
                     .sum = way->sum_is_x ? (char *)&b->x : (char *)&b->sum + way->sum_at * size_of(spec->dtype),
                     .mean = b->mean,
                     .rstd = b->rstd,
                     .eps = way->eps,
                     .stream = way->stream ? LN_STREAM_ALWAYS : LN_STREAM_NEVER,
                     .bias = &bias_values,
                     .scale = b->scale,
                     .static_scale = way->static_scale,
                     .y2 = way->y2_is_x ? &b->x : &b->y2,
                     .y2_stride = way->y2_is_x ? stride : stride + 4 * apart,
                     .gamma2 = &parameter_values[2],
                     .beta2 = &parameter_values[3]};
}

/* Runs the kernel, first on one row alone and then on the others, and the reference, and compares all elements up to
 * `extent`: so also the gaps between rows and the elements after the last row, which must not change. */
static void run(const ln_entry *e, const InputClass *class, size_t width, const Way *way)
{
    copy_given(&e->spec, &is);
    copy_given(&e->spec, &should);
    const ln_args a = arguments(&e->spec, &is, width, way), b = arguments(&e->spec, &should, width, way);
    const ln_spec spec = e->spec;
    ln_status status = ln_run_rows(e, &a, way->rows, 0, 1);
    if (!status)
        status = ln_run_rows(e, &a, way->rows, 1, way->rows);
    ln_reference(&spec, &b, 0, way->rows);
    batches++;
    const char *wrong = status ? ln_status_message(status) : NULL;
    if (!wrong && !same(spec.dtype, &is.x, &should.x, extent))
        wrong = "x";
    if (!wrong && !same_output(&spec, &is.y, &should.y))
        wrong = "y";
    if (!wrong && !same_output(&spec, &is.y2, &should.y2))
        wrong = "y2";
    if (!wrong && !same(spec.dtype, &is.sum, &should.sum, extent))
        wrong = "sum";
    if (!wrong && !same(spec.dtype, &is.residual, &given.residual, extent))
        wrong = "residual";
    if (!wrong && !same(LN_DTYPE_F32, is.mean, should.mean, ROWS_MAX))
        wrong = "mean";
    if (!wrong && !same(LN_DTYPE_F32, is.rstd, should.rstd, ROWS_MAX))
        wrong = "rstd";
    if (!wrong && !same(LN_DTYPE_F32, is.scale, should.scale, ROWS_MAX))
        wrong = "scale";
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %s, eps %g, stride %zu, apart %zu, stream %d, in place: sum %d, y %d, y2 %d: %s\n",
               e->name, width, class->name, (double)way->eps, way->stride, way->apart, way->stream, way->sum_is_x,
               way->y_is_x, way->y2_is_x, wrong);
}

/* Compares what the last run wrote to `is` with what simpler specs give. No output of that run replaced an input, and
 * all arrays had one stride. */
static void check_meaning(const ln_entry *e, const InputClass *class, size_t width, const Way *way)
{
    const ln_spec spec = e->spec;
    const char *wrong = NULL;
    copy_given(&spec, &should);
    ln_args a = arguments(&e->spec, &should, width, way);
    ln_spec plain = spec;
    plain.residual = LN_RESIDUAL_NONE;
    plain.bias = LN_BIAS_NONE;

    /* bias and residual: the norm of the sum, added separately */
    for (size_t i = 0; i < way->rows && spec.residual != LN_RESIDUAL_NONE; i++)
        for (size_t k = 0; k < width; k++) {
            const size_t at = i * way->stride + k;
            if (spec.bias == LN_BIAS_ADD)
                ln_reference_store(spec.dtype, &should.x, at,
                                   ln_reference_load(spec.dtype, &should.x, at) +
                                       ln_reference_load(spec.dtype, &bias_values, k));
            ln_reference_store(spec.dtype, &should.x, at,
                               ln_reference_load(spec.dtype, &should.x, at) +
                                   ln_reference_load(spec.dtype, &should.residual, at));
            if (spec.residual == LN_RESIDUAL_PRE && !same(spec.dtype, (char *)&should.x + at * size_of(spec.dtype),
                                                          (char *)&is.sum + at * size_of(spec.dtype), 1))
                wrong = "sum is not x + residual";
        }
    ln_reference(&plain, &a, 0, way->rows);
    if (!same_output(&spec, &is.y, &should.y) || !same(LN_DTYPE_F32, is.rstd, should.rstd, ROWS_MAX))
        wrong = "not the norm of the sum added separately";

    /* two norms: the same as each norm alone */
    if (spec.norms == LN_NORMS_TWO) {
        plain.norms = LN_NORMS_ONE;
        a.gamma = a.gamma2;
        a.beta = a.beta2;
        ln_reference(&plain, &a, 0, way->rows);
        if (!same_output(&spec, &is.y2, &should.y))
            wrong = "y2 is not what one norm with gamma2 and beta2 gives";
    }

    /* int8: the f32 norm in steps of the scale, within the bounds of docs/numerics.md; 0 for rows not finite */
    if (spec.quant != LN_QUANT_NONE && spec.dtype == LN_DTYPE_F32) {
        plain.quant = LN_QUANT_NONE;
        ln_reference(&plain, &a, 0, way->rows);
        for (size_t i = 0; i < way->rows; i++) {
            const double scale = (double)(spec.quant == LN_QUANT_INT8 ? is.scale[i] : way->static_scale);
            double largest = 0;
            int most = 0, finite = 1;
            for (size_t k = 0; k < width; k++) {
                const double y = (double)should.y.f32[i * way->stride + k];
                const int q = is.y.i8[i * way->stride + k];
                const double inside = fmin(fmax(y, -127 * scale), 127 * scale);
                if (isfinite(y) && isfinite(scale) &&
                    (!(fabs(q * scale - inside) <= scale * (0.5 + 0x1p-15) + 0x1p-119) || q < -127))
                    wrong = "an int8 value is not the nearest";
                finite &= isfinite(y);
                largest = fmax(largest, fabs(y));
                most = abs(q) > most ? abs(q) : most;
            }
            if (spec.quant == LN_QUANT_INT8 && most != (!finite || largest < 0x1p-119 ? 0 : 127))
                wrong = "the largest element of a row is not 127, or a row that is not finite is not 0";
            if (spec.quant == LN_QUANT_INT8 && finite != !!isfinite(scale))
                wrong = "the scale is finite and the row is not, or the other way round";
        }
    }
    if (wrong && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %s, eps %g: %s\n", e->name, width, class->name, (double)way->eps, wrong);
}

/* The largest error compared with long double, in units of the last place at the scale of what is added, max(|gain| *
 * max(|t|, rms of t), |beta|). `given` and `is` are those of the last run, which had no output in place of an input,
 * and one stride. */
static long double worst_error(const ln_entry *e, size_t width, const Way *way)
{
    static long double x[WIDTH_MAX];
    const ln_spec *s = &e->spec;
    const ln_args a = arguments(&e->spec, &given, width, way);
    const ln_dtype params = params_type(s);
    long double worst = 0;
    for (size_t i = 0; i < way->rows; i++) {
        int finite = 1;
        long double mean = 0, squares = 0;
        for (size_t k = 0; k < width; k++) {
            Elements *sum = &should.sum;
            ln_reference_store(s->dtype, sum, 0, ln_reference_load(s->dtype, a.x, i * way->stride + k));
            if (s->bias == LN_BIAS_ADD)
                ln_reference_store(s->dtype, sum, 0,
                                   ln_reference_load(s->dtype, sum, 0) + ln_reference_load(s->dtype, a.bias, k));
            if (s->residual != LN_RESIDUAL_NONE)
                ln_reference_store(s->dtype, sum, 0,
                                   ln_reference_load(s->dtype, sum, 0) +
                                       ln_reference_load(s->dtype, a.residual, i * way->stride + k));
            x[k] = (long double)ln_reference_load(s->dtype, sum, 0);
            finite &= isfinite(x[k]);
            mean += x[k] / (long double)width;
        }
        if (!finite)
            continue;
        for (int again = 0; again < 2; again++) { /* adds what rounding has lost: constant rows have no variance */
            long double rest = 0;
            for (size_t k = 0; k < width; k++)
                rest += x[k] - mean;
            mean += rest / (long double)width;
        }
        if (s->op == LN_OP_RMSNORM)
            mean = 0;
        for (size_t k = 0; k < width; k++)
            squares += (x[k] - mean) * (x[k] - mean) / (long double)width;
        const long double v = squares + (long double)a.eps, rstd = v == 0 ? 0 : 1 / sqrtl(v);
        const long double rms = sqrtl(squares) * rstd;
        for (size_t k = 0; k < width; k++)
            for (int norm = 0; norm < (s->norms == LN_NORMS_TWO ? 2 : 1); norm++) {
                const float gamma = has_gamma(s) ? ln_reference_load(params, norm ? a.gamma2 : a.gamma, k) : 1;
                const float beta = has_beta(s) ? ln_reference_load(params, norm ? a.beta2 : a.beta, k) : 0;
                long double gain = (long double)gamma;
                if (s->affine == LN_AFFINE_GAMMA1)
                    gain += 1;
                if (s->affine == LN_AFFINE_FULL1) {
                    ln_reference_store(params, &should.sum, 0, 1 + gamma);
                    gain = (long double)ln_reference_load(params, &should.sum, 0);
                }
                const long double t = (x[k] - mean) * rstd, y = t * gain + (long double)beta;
                const long double scale = fmaxl(fabsl(gain) * fmaxl(fabsl(t), rms), fabsl((long double)beta));
                const long double got =
                    (long double)ln_reference_load(s->dtype, norm ? &is.y2 : &is.y, i * way->stride + k);
                const long double error = fabsl(got - y) / unit_of(s->dtype, scale);
                if (!(error <= worst) && isfinite(got)) /* f16 overflows from 65520 on */
                    worst = error;
            }
    }
    return worst;
}

static void check_accuracy(const ln_entry *e, const InputClass *class, size_t width, const Way *way)
{
    const ln_spec *s = &e->spec;
    const long double store = s->dtype == LN_DTYPE_F32 ? 5 : (has_beta(s) ? 1 : 0.5L) * (1 + 0x1p-8L);
    const long double bound = store + (s->rounding == LN_ROUNDING_BEFORE_GAIN ? 1 : 0);
    const long double worst = worst_error(e, width, way);
    if (worst > bound && ++failures <= SHOWN)
        printf("FAILED %s width %zu, %s, eps %g: error of %.3Lf units, %.3Lf allowed\n", e->name, width, class->name,
               (double)way->eps, worst, bound);
}

static void check_arguments(const ln_entry *e)
{
    const ln_spec *s = &e->spec;
    copy_given(s, &is);
    const size_t width = s->width ? s->width : 100, element = size_of(s->dtype);
    const Way way = {.stride = width, .eps = 1e-5f, .static_scale = 0.1f};
    const ln_args right = arguments(&e->spec, &is, width, &way);
    ln_args a;
#define REFUSES(change, status) (a = right, change, CHECK(ln_run(e, &a, 2) == (status)))
    REFUSES(a.gamma = NULL, has_gamma(s) ? LN_NULL_GAMMA : LN_OK);
    REFUSES(a.beta = NULL, has_beta(s) ? LN_NULL_BETA : LN_OK);
    if (has_gamma(s)) {
        REFUSES(a.gamma = (const char *)right.gamma + params_bytes(s) / 2, LN_MISALIGNED);
        /* the last element of gamma is the first of y */
        REFUSES(a.gamma = (const char *)right.y - width * params_bytes(s) + params_bytes(s), LN_OVERLAP);
    }
    if (s->quant != LN_QUANT_NONE) {
        REFUSES(a.y = &is.x, LN_OVERLAP_X);
        REFUSES((a.y = (char *)&is.y + 1, a.y_stride = width + 1), LN_OK);
    }
    if (s->quant == LN_QUANT_INT8) {
        REFUSES(a.scale = NULL, LN_NULL_SCALE);
        REFUSES(a.scale = (float *)(void *)((char *)is.scale + 2), LN_MISALIGNED);
        REFUSES(a.scale = a.rstd, LN_OVERLAP);
        REFUSES(a.scale = is.x.f32, LN_OVERLAP);
        REFUSES(a.scale = is.y.f32, LN_OVERLAP);
    }
    if (s->quant == LN_QUANT_INT8STATIC) {
        static const float bad[] = {0, -0.0f, -1, FLT_MIN / 2, INFINITY, NAN};
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
            REFUSES(a.static_scale = bad[i], LN_BAD_STATIC_SCALE);
        REFUSES(a.static_scale = FLT_MIN, LN_OK);
        REFUSES(a.static_scale = FLT_MAX, LN_OK);
    }
    if (s->norms == LN_NORMS_TWO) {
        REFUSES(a.y2 = NULL, LN_NULL_Y2);
        REFUSES(a.gamma2 = NULL, LN_NULL_GAMMA2);
        REFUSES(a.beta2 = NULL, has_beta(s) ? LN_NULL_BETA2 : LN_OK);
        REFUSES(a.y2_stride = width - 1, LN_BAD_Y2_STRIDE);
        REFUSES(a.y2_stride = SIZE_MAX / 4, LN_TOO_LARGE);
        REFUSES(a.y2 = (char *)&is.y2 + 1, LN_MISALIGNED);
        REFUSES(a.gamma2 = (const char *)right.gamma2 + params_bytes(s) / 2, LN_MISALIGNED);
        if (has_beta(s))
            REFUSES(a.beta2 = (const char *)right.beta2 + params_bytes(s) / 2, LN_MISALIGNED);
        REFUSES(a.y2 = a.y, LN_OVERLAP);
        REFUSES((a.y = &is.x, a.y2 = &is.x), LN_OVERLAP);
        REFUSES(a.gamma2 = is.y.f32, LN_OVERLAP);
        REFUSES(a.gamma = is.y2.f32, LN_OVERLAP);
        /* y2 lies in the gaps of y */
        REFUSES((a.y_stride = a.y2_stride = 2 * width, a.y2 = (char *)a.y + width * element), LN_OK);
        REFUSES((a.y_stride = a.y2_stride = 2 * width - 1, a.y2 = (char *)a.y + width * element), LN_OVERLAP);
    }
    if (s->residual == LN_RESIDUAL_NONE)
        return;
    REFUSES(a.residual = NULL, LN_NULL_RESIDUAL);
    REFUSES(a.residual_stride = width - 1, LN_BAD_RESIDUAL_STRIDE);
    REFUSES(a.residual = (const char *)right.residual + 1, LN_MISALIGNED);
    REFUSES(a.residual_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    if (width > 1)
        REFUSES(a.y = (char *)&is.residual + element, LN_OVERLAP);
    REFUSES(a.y = &is.residual, s->quant == LN_QUANT_NONE ? LN_OK : LN_OVERLAP);
    copy_given(s, &is);
    REFUSES(a.rstd = is.residual.f32, LN_OVERLAP);
    if (s->bias == LN_BIAS_ADD) {
        REFUSES(a.bias = NULL, LN_NULL_BIAS);
        REFUSES(a.bias = (const char *)right.bias + 1, LN_MISALIGNED);
        REFUSES(a.bias = (const char *)right.bias + element, LN_OK); /* of x's type, whatever that of gamma is */
        REFUSES(a.bias = is.y.f32, LN_OVERLAP);
        REFUSES(a.bias = is.rstd, LN_OVERLAP);
    }
    if (s->residual != LN_RESIDUAL_PRE)
        return;
    REFUSES(a.sum = NULL, LN_NULL_SUM);
    REFUSES(a.sum_stride = width - 1, LN_BAD_SUM_STRIDE);
    REFUSES(a.sum_stride = SIZE_MAX / 4, LN_TOO_LARGE);
    REFUSES(a.sum = &is.y, LN_OVERLAP);
    REFUSES(a.sum = a.mean = is.sum.f32, LN_OVERLAP);
    REFUSES((a.sum = &is.x, a.sum_stride = width + 1), LN_OVERLAP);
}

/* ln_run accepts what the arena lays out for a spec. */
static void check_arena(const ln_entry *e)
{
    ln_arena arena;
    ln_args a;
    ln_spec spec = e->spec;
    if (spec.width == 0)
        spec.width = 77;
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, spec, 5, &a) == LN_OK);
    CHECK(ln_arena_open(&arena, ln_arena_bytes(&arena)) == LN_OK && ln_arena_norm(&arena, spec, 5, &a) == LN_OK);
    a.eps = a.static_scale = 1;
    CHECK(ln_run(e, &a, 5) == LN_OK); /* all inputs are zero */
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);
}

/* Runs every class of inputs in three layouts: packed rows; rows with gaps, half of the times past the caches; and rows
 * that each begin a cache line, past the caches. In the last two arrays have strides of their own, and y or the sum may
 * take the place of x; half of the times in the second, rows of two arrays begin at different offsets within a
 * register; in the last the sum may begin at another one than y, too, or where a register of int8 may but none of its
 * own. */
static void check_width(Random *r, const ln_entry *e, size_t width)
{
    static const float epsilons[] = {1e-5f, 0}, scales[] = {0.02f, 1, 1e-6f};
    const int in_place = e->spec.quant == LN_QUANT_NONE, two = e->spec.norms == LN_NORMS_TWO;
    const int pre = e->spec.residual == LN_RESIDUAL_PRE;
    for (size_t c = 0; c < input_class_count; c++)
        for (size_t turn = 0; turn < 3; turn++) {
            if (width > WIDE && c > 1 && turn != c % 3)
                continue;
            const size_t stride = turn == 0 ? width : turn == 1 ? width + 1 + c % 7 : (width + LINE - 1) / LINE * LINE;
            const Way way = {.rows = turn == 0 ? 4 + c % 13 : ROWS_MAX,
                             .stride = stride,
                             .apart = turn == 0                 ? 0
                                      : turn == 1 && c % 2 == 1 ? APART
                                                                : LINE,
                             .sum_is_x = pre && turn == 1,
                             .y_is_x = in_place && !pre && turn > 0 && c % 2 == 0,
                             .y2_is_x = two && !pre && turn > 0 && c % 2 == 1,
                             .stream = turn == 2 || (turn == 1 && c / 2 % 2 == 0),
                             .sum_at = pre && turn == 2 && c % 2 == 0 ? (size_t)1 << c / 2 % 4 : 0,
                             .eps = epsilons[(c + turn) % 2],
                             .static_scale = scales[(c + turn) % 3]};
            fill(r, &e->spec, &input_classes[c], width, &way);
            run(e, &input_classes[c], width, &way);
            if (turn == 0 && e->spec.quant == LN_QUANT_NONE && input_classes[c].kind != NOT_FINITE)
                check_accuracy(e, &input_classes[c], width, &way);
            if (turn == 0)
                check_meaning(e, &input_classes[c], width, &way);
        }
}

int main(int argc, char **argv)
{
    ln_isa isa;
    const int ended = isa_argument(argc, argv, "ops", &isa);
    if (ended)
        return ended;
    Random r = {test_seed()};
    static const size_t any_widths[] = {1, 65, 130, 1031};
    memset(&given, 0x55, sizeof given);
    size_t count;
    const ln_entry *table = ln_table(&count);
    unsigned kernels = 0;
    for (size_t k = 0; k < count; k++) {
        const ln_entry *e = &table[k];
        if (e->isa != isa)
            continue;
        if (!CHECK(e->spec.width <= WIDTH_MAX))
            continue;
        kernels++;
        const size_t widths = e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0];
        for (size_t w = 0; w < widths; w++)
            check_width(&r, e, e->spec.width ? e->spec.width : any_widths[w]);
        check_arguments(e);
        check_arena(e);
    }
    printf("%s: %u kernels, %lu batches, %lu failures\n", argv[1], kernels, batches, failures);
    CHECK(kernels > 0 && failures == 0);
    return check_status();
}
