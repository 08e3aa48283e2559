/* driver.c - the checked door to the kernels, and rows spread over OpenMP's threads. */
#include "rows.h"
#include "cpu.h"

#include "backward.h"
#include "ln.h"
#include "spec.h"

#include <float.h>
#include <stdint.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* In elements. WORK_PER_THREAD: what each thread must have to repay its waking: two awake threads break even with one
 * at 12 000 elements each, a factor of five is kept for threads that have gone to sleep. SMALL_WORK: below it neither
 * threads nor stores past the caches come into question. */
enum { WORK_PER_THREAD = 1 << 16, SMALL_WORK = 2 * WORK_PER_THREAD };

/* Whether gamma or beta, n bytes each, shares a byte with m bytes at b; they are 0 when the spec has none. */
static inline int either_overlaps(uintptr_t gamma, uintptr_t beta, size_t n, uintptr_t b, size_t m)
{
    return (gamma && overlap(gamma, n, b, m)) || (beta && overlap(beta, n, b, m));
}

/* Whether rows of x and y that share a buffer keep to elements of their own: y is x, or lies in the gaps. */
static NOINLINE int interleaved(const ln_args *a, size_t rows, size_t row_bytes, size_t element)
{
    if (a->x == a->y)
        return rows == 1 || a->x_stride == a->y_stride;
    if (rows == 1 || a->x_stride != a->y_stride)
        return 0;
    const uintptr_t x = (uintptr_t)a->x, y = (uintptr_t)a->y;
    const size_t stride = a->x_stride * element;
    const size_t apart = (x < y ? y - x : x - y) % stride;
    return apart >= row_bytes && stride - apart >= row_bytes;
}

/* An array of a batch. Of one row for all of them the stride is 0. In bytes. */
typedef struct Array {
    uintptr_t at; /* 0 when the spec has none */
    size_t row, stride, extent;
} Array;

static Array row_array(const void *p, size_t bytes)
{
    const Array array = {(uintptr_t)p, bytes, 0, bytes};
    return array;
}

/* Its extent is 0 when it is too large. */
static Array rows_array(const void *p, size_t rows, size_t stride, size_t width, size_t element)
{
    Array array = row_array(p, width * element);
    if (rows > 1) {
        array.stride = stride * element;
        array.extent = extent(rows, stride, width, element);
    }
    return array;
}

/* Whether two arrays share no element: rows may lie in the gaps of the other's. */
static int apart(const Array *a, const Array *b)
{
    if (!a->at || !b->at || !overlap(a->at, a->extent, b->at, b->extent))
        return 1;
    if (a->stride == 0 || a->stride != b->stride)
        return 0;
    const Array *const low = a->at < b->at ? a : b, *const high = a->at < b->at ? b : a;
    const size_t distance = (high->at - low->at) % a->stride;
    return distance >= low->row && a->stride - distance >= high->row;
}

/* What a spec with more than x, y, gamma and beta adds to be wrong. rows > 0; the other arguments are right. */
static NOINLINE ln_status check_more(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const ln_spec *s = &entry->spec;
    const size_t element = element_bytes(s), params = params_bytes(s), width = a->width;
    const int adds = s->residual != LN_RESIDUAL_NONE, keeps_sum = s->residual == LN_RESIDUAL_PRE;
    const int has_bias = s->bias == LN_BIAS_ADD, two = s->norms == LN_NORMS_TWO, has_scale = s->quant == LN_QUANT_INT8;
    if (adds && !a->residual)
        return LN_NULL_RESIDUAL;
    if (keeps_sum && !a->sum)
        return LN_NULL_SUM;
    if (has_bias && !a->bias)
        return LN_NULL_BIAS;
    if (has_scale && !a->scale)
        return LN_NULL_SCALE;
    if (two && !a->y2)
        return LN_NULL_Y2;
    if (two && !a->gamma2)
        return LN_NULL_GAMMA2;
    if (two && has_beta(s) && !a->beta2)
        return LN_NULL_BETA2;
    if (adds && a->residual_stride < width)
        return LN_BAD_RESIDUAL_STRIDE;
    if (keeps_sum && a->sum_stride < width)
        return LN_BAD_SUM_STRIDE;
    if (two && a->y2_stride < width)
        return LN_BAD_Y2_STRIDE;
    if (s->quant == LN_QUANT_INT8STATIC && !(a->static_scale >= FLT_MIN && a->static_scale <= FLT_MAX))
        return LN_BAD_STATIC_SCALE;

    enum { X, RESIDUAL, BIAS, GAMMA, BETA, GAMMA2, BETA2, Y, SUM, Y2, SCALE, MEAN, RSTD, ARRAYS };
    const Array arrays[ARRAYS] = {
        [X] = rows_array(a->x, rows, a->x_stride, width, element),
        [RESIDUAL] = rows_array(adds ? a->residual : NULL, rows, a->residual_stride, width, element),
        [BIAS] = row_array(has_bias ? a->bias : NULL, width * element),
        [GAMMA] = row_array(has_gamma(s) ? a->gamma : NULL, width * params),
        [BETA] = row_array(has_beta(s) ? a->beta : NULL, width * params),
        [GAMMA2] = row_array(two ? a->gamma2 : NULL, width * params),
        [BETA2] = row_array(two && has_beta(s) ? a->beta2 : NULL, width * params),
        [Y] = rows_array(a->y, rows, a->y_stride, width, output_bytes(s)),
        [SUM] = rows_array(keeps_sum ? a->sum : NULL, rows, a->sum_stride, width, element),
        [Y2] = rows_array(two ? a->y2 : NULL, rows, a->y2_stride, width, element),
        [SCALE] = row_array(has_scale ? a->scale : NULL, rows * sizeof(float)),
        [MEAN] = row_array(a->mean, rows * sizeof(float)),
        [RSTD] = row_array(a->rstd, rows * sizeof(float)),
    };
    if (((arrays[RESIDUAL].at | arrays[BIAS].at | arrays[SUM].at | arrays[Y2].at) & (element - 1)) |
        ((arrays[GAMMA2].at | arrays[BETA2].at) & (params - 1)) | (arrays[SCALE].at & (sizeof(float) - 1)))
        return LN_MISALIGNED;
    for (int i = 0; i < ARRAYS; i++)
        if (arrays[i].at && arrays[i].extent == 0)
            return LN_TOO_LARGE;
    const int y_may_be = s->quant == LN_QUANT_NONE; /* y and y2 what is read at the same place */
    for (int out = Y; out < ARRAYS; out++)
        for (int other = 0; other < out; other++) {
            const Array *o = &arrays[out], *i = &arrays[other];
            const int input = other == X || other == RESIDUAL;
            const int may_be = input && (out == SUM || ((out == Y || out == Y2) && y_may_be));
            if (!apart(o, i) && !(may_be && o->at == i->at && o->stride == i->stride))
                return LN_OVERLAP;
        }
    return LN_OK;
}

/* Everything that can be wrong with a batch whose statistics are taken. rows > 0. */
static NOINLINE ln_status check_stats(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const size_t element = element_bytes(&entry->spec), width = a->width;
    if (!a->x)
        return LN_NULL_X;
    if (!a->stats)
        return LN_NULL_STATS;
    if (width == 0 || (entry->spec.width != 0 && width != entry->spec.width))
        return LN_BAD_WIDTH;
    if (a->x_stride < width)
        return LN_BAD_X_STRIDE;
    if (!(a->eps >= 0 && a->eps <= FLT_MAX))
        return LN_BAD_EPS;
    if ((unsigned)a->stream > LN_STREAM_NEVER)
        return LN_BAD_STREAM;
    if (width > (size_t)PTRDIFF_MAX / element || rows > (size_t)PTRDIFF_MAX / sizeof *a->stats)
        return LN_TOO_LARGE;
    const size_t x_bytes = rows > 1 ? extent(rows, a->x_stride, width, element) : width * element;
    if (x_bytes == 0)
        return LN_TOO_LARGE;
    if ((uintptr_t)a->x % element != 0 || (uintptr_t)a->stats % _Alignof(ln_stats) != 0)
        return LN_MISALIGNED;
    if (overlap((uintptr_t)a->x, x_bytes, (uintptr_t)a->stats, rows * sizeof *a->stats))
        return LN_OVERLAP;
    return LN_OK;
}

/* What statistics that are given add to be wrong. rows > 0; the other arguments are right. */
static NOINLINE ln_status check_apply(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const size_t element = element_bytes(&entry->spec), bytes = rows * sizeof *a->stats;
    if (!a->stats)
        return LN_NULL_STATS;
    if (a->whole_width < a->width)
        return LN_BAD_WHOLE_WIDTH;
    if (rows > (size_t)PTRDIFF_MAX / sizeof *a->stats)
        return LN_TOO_LARGE;
    const uintptr_t stats = (uintptr_t)a->stats;
    if (stats % _Alignof(ln_stats) != 0)
        return LN_MISALIGNED;
    const size_t y_bytes = rows > 1 ? extent(rows, a->y_stride, a->width, element) : a->width * element;
    if (overlap(stats, bytes, (uintptr_t)a->y, y_bytes) ||
        (a->mean && overlap(stats, bytes, (uintptr_t)a->mean, rows * sizeof(float))) ||
        (a->rstd && overlap(stats, bytes, (uintptr_t)a->rstd, rows * sizeof(float))))
        return LN_OVERLAP;
    return LN_OK;
}

/* Whether a spec reads or writes more than x, y, gamma, beta, mean and rstd. */
static inline int has_more(const ln_spec *s)
{
    return s->residual != LN_RESIDUAL_NONE || s->quant != LN_QUANT_NONE || s->norms != LN_NORMS_ONE;
}

/* Everything that can be wrong with a batch. rows > 0. Straight-line for one row: a row of 768 takes 60 ns. */
static inline ln_status check(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const size_t element = element_bytes(&entry->spec), output = output_bytes(&entry->spec);
    const size_t params = params_bytes(&entry->spec), width = a->width;

    if (entry->spec.pass == LN_PASS_STATS)
        return check_stats(entry, a, rows);
    if (!a->x)
        return LN_NULL_X;
    if (!a->y)
        return LN_NULL_Y;
    if (!a->gamma && has_gamma(&entry->spec))
        return LN_NULL_GAMMA;
    if (!a->beta && has_beta(&entry->spec))
        return LN_NULL_BETA;
    if (width == 0 || (entry->spec.width != 0 && width != entry->spec.width))
        return LN_BAD_WIDTH;
    if (a->x_stride < width)
        return LN_BAD_X_STRIDE;
    if (a->y_stride < width)
        return LN_BAD_Y_STRIDE;
    if (!(a->eps >= 0 && a->eps <= FLT_MAX))
        return LN_BAD_EPS;
    if ((unsigned)a->stream > LN_STREAM_NEVER)
        return LN_BAD_STREAM;

    if (width > (size_t)PTRDIFF_MAX / sizeof(float) || rows > (size_t)PTRDIFF_MAX / sizeof(float))
        return LN_TOO_LARGE;
    const size_t row_bytes = width * element, params_row = width * params, stats_bytes = rows * sizeof(float);
    size_t x_bytes = row_bytes, y_bytes = width * output;
    if (rows > 1) {
        x_bytes = extent(rows, a->x_stride, width, element);
        y_bytes = extent(rows, a->y_stride, width, output);
        if (x_bytes == 0 || y_bytes == 0)
            return LN_TOO_LARGE;
    }

    const uintptr_t x = (uintptr_t)a->x, y = (uintptr_t)a->y, mean = (uintptr_t)a->mean, rstd = (uintptr_t)a->rstd;
    const uintptr_t gamma = has_gamma(&entry->spec) ? (uintptr_t)a->gamma : 0;
    const uintptr_t beta = has_beta(&entry->spec) ? (uintptr_t)a->beta : 0;
    if ((x & (element - 1)) | (y & (output - 1)) | ((gamma | beta) & (params - 1)) | ((mean | rstd) & (sizeof(float) - 1)))
        return LN_MISALIGNED;
    if (overlap(x, x_bytes, y, y_bytes) && (output != element || !interleaved(a, rows, row_bytes, element)))
        return LN_OVERLAP_X;
    if (either_overlaps(gamma, beta, params_row, y, y_bytes))
        return LN_OVERLAP;
    if (mean && (overlap(x, x_bytes, mean, stats_bytes) || overlap(y, y_bytes, mean, stats_bytes) ||
                 either_overlaps(gamma, beta, params_row, mean, stats_bytes)))
        return LN_OVERLAP;
    if (rstd && (overlap(x, x_bytes, rstd, stats_bytes) || overlap(y, y_bytes, rstd, stats_bytes) ||
                 either_overlaps(gamma, beta, params_row, rstd, stats_bytes) ||
                 (mean && overlap(mean, stats_bytes, rstd, stats_bytes))))
        return LN_OVERLAP;
    if (entry->spec.pass == LN_PASS_APPLY)
        return check_apply(entry, a, rows);
    return has_more(&entry->spec) ? check_more(entry, a, rows) : LN_OK;
}

/* Bytes of y, of y2 and of the sum that a batch writes. */
static inline size_t written(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const ln_spec *s = &entry->spec;
    return rows * a->width *
           (output_bytes(s) * (s->norms == LN_NORMS_TWO ? 2 : 1) + (s->residual == LN_RESIDUAL_PRE ? element_bytes(s) : 0));
}

/* The kernel's own `stream`, from the caller's ln_stream and the size of the whole batch. */
static int past_caches(const ln_entry *entry, const ln_args *a, size_t rows)
{
    if (a->stream != LN_STREAM_AUTO)
        return a->stream == LN_STREAM_ALWAYS;
    return written(entry, a, rows) >= ln_stream_bytes();
}

static void on_this_thread(const ln_entry *entry, const ln_args *a, size_t begin, size_t end, int stream)
{
    if (a->stream == stream) {
        entry->kernel(a, begin, end);
    } else {
        ln_args with_stream = *a;
        with_stream.stream = stream;
        entry->kernel(&with_stream, begin, end);
    }
}

size_t ln_part_begin(size_t rows, size_t part, size_t parts)
{
    const size_t group = rows / (4 * LN_ROW_GROUP) >= parts ? LN_ROW_GROUP : 1;
    const size_t groups = (rows + group - 1) / group;
    const size_t begin = (groups / parts * part + (part < groups % parts ? part : groups % parts)) * group;
    return begin < rows ? begin : rows;
}

static void on_threads(const ln_entry *entry, const ln_args *a, size_t rows, int stream, int threads)
{
    ln_args shared = *a;
    shared.stream = stream;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
    {
        const size_t part = (size_t)omp_get_thread_num(), parts = (size_t)omp_get_num_threads();
        const size_t begin = ln_part_begin(rows, part, parts), end = ln_part_begin(rows, part + 1, parts);
        if (begin < end)
            entry->kernel(&shared, begin, end);
    }
#else
    for (size_t part = 0, parts = (size_t)threads; part < parts; part++)
        entry->kernel(&shared, ln_part_begin(rows, part, parts), ln_part_begin(rows, part + 1, parts));
#endif
}

int ln_worthwhile_threads(size_t rows, size_t width)
{
#ifdef _OPENMP
    const int most = omp_in_parallel() ? 1 : omp_get_max_threads();
    if (most > 1 && rows >= 2 && rows * width / WORK_PER_THREAD >= (size_t)most)
        return most;
#else
    (void)rows;
    (void)width;
#endif
    return 1;
}

/* A batch that is right. Out of line: a small one should not pay for its registers. */
static NOINLINE ln_status run_large(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const int stream = past_caches(entry, args, rows);
    if (threads == 0)
        threads = ln_worthwhile_threads(rows, args->width);
    if (threads == 1)
        on_this_thread(entry, args, 0, rows, stream);
    else
        on_threads(entry, args, rows, stream, threads);
    return LN_OK;
}

ln_status ln_run(const ln_entry *entry, const ln_args *args, size_t rows)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward(entry, args, rows, 0);
    if (rows == 0)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    if (rows * args->width >= SMALL_WORK || args->stream == LN_STREAM_NEVER)
        return run_large(entry, args, rows, 0);
    entry->kernel(args, 0, rows);
    return LN_OK;
}

ln_status ln_run_threads(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (threads < 0)
        return LN_BAD_THREADS;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward(entry, args, rows, threads);
    if (rows == 0)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    return status ? status : run_large(entry, args, rows, threads);
}

ln_status ln_run_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (begin > end || end > rows)
        return LN_BAD_ROWS;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward_rows(entry, args, rows, begin, end);
    if (begin == end)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    on_this_thread(entry, args, begin, end, past_caches(entry, args, rows));
    return LN_OK;
}
