/* driver.c - the checked door to the kernels, and rows spread over OpenMP's threads. */
#include "cpu.h"

#include "backward.h"
#include "extent.h"
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

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE
#endif

/* The same for gamma and beta, n bytes each, 0 when the spec has none. */
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

/* What a residual adds to be wrong. rows > 0; the other arguments are right. */
static NOINLINE ln_status check_residual(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const size_t element = element_bytes(&entry->spec), width = a->width, row_bytes = width * element;
    const int keeps_sum = entry->spec.residual == LN_RESIDUAL_PRE;
    if (!a->residual)
        return LN_NULL_RESIDUAL;
    if (keeps_sum && !a->sum)
        return LN_NULL_SUM;
    if (a->residual_stride < width)
        return LN_BAD_RESIDUAL_STRIDE;
    if (keeps_sum && a->sum_stride < width)
        return LN_BAD_SUM_STRIDE;
    if (((uintptr_t)a->residual | (keeps_sum ? (uintptr_t)a->sum : 0)) & (element - 1))
        return LN_MISALIGNED;
    const size_t r_bytes = rows > 1 ? extent(rows, a->residual_stride, width, element) : row_bytes;
    const size_t s_bytes = !keeps_sum || rows == 1 ? row_bytes : extent(rows, a->sum_stride, width, element);
    if (r_bytes == 0 || s_bytes == 0)
        return LN_TOO_LARGE;
    const size_t x_bytes = rows > 1 ? extent(rows, a->x_stride, width, element) : row_bytes;
    const size_t y_bytes = rows > 1 ? extent(rows, a->y_stride, width, element) : row_bytes;
    const size_t stats_bytes = rows * sizeof(float);
    if (!same_or_apart(a->residual, a->residual_stride, a->y, a->y_stride, rows, r_bytes, y_bytes))
        return LN_OVERLAP;
    if ((a->mean && overlap((uintptr_t)a->mean, stats_bytes, (uintptr_t)a->residual, r_bytes)) ||
        (a->rstd && overlap((uintptr_t)a->rstd, stats_bytes, (uintptr_t)a->residual, r_bytes)))
        return LN_OVERLAP;
    if (!keeps_sum)
        return LN_OK;
    const uintptr_t sum = (uintptr_t)a->sum;
    const uintptr_t gamma = has_gamma(&entry->spec) ? (uintptr_t)a->gamma : 0;
    const uintptr_t beta = has_beta(&entry->spec) ? (uintptr_t)a->beta : 0;
    if (!same_or_apart(a->x, a->x_stride, a->sum, a->sum_stride, rows, x_bytes, s_bytes) ||
        !same_or_apart(a->residual, a->residual_stride, a->sum, a->sum_stride, rows, r_bytes, s_bytes) ||
        overlap(sum, s_bytes, (uintptr_t)a->y, y_bytes) || either_overlaps(gamma, beta, row_bytes, sum, s_bytes) ||
        (a->mean && overlap((uintptr_t)a->mean, stats_bytes, sum, s_bytes)) ||
        (a->rstd && overlap((uintptr_t)a->rstd, stats_bytes, sum, s_bytes)))
        return LN_OVERLAP;
    return LN_OK;
}

/* Everything that can be wrong with a batch. rows > 0. Straight-line for one row: a row of 768 takes 60 ns. */
static inline ln_status check(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const size_t element = element_bytes(&entry->spec);
    const size_t width = a->width;

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

    if (width > (size_t)PTRDIFF_MAX / element || rows > (size_t)PTRDIFF_MAX / sizeof(float))
        return LN_TOO_LARGE;
    const size_t row_bytes = width * element, stats_bytes = rows * sizeof(float);
    size_t x_bytes = row_bytes, y_bytes = row_bytes;
    if (rows > 1) {
        x_bytes = extent(rows, a->x_stride, width, element);
        y_bytes = extent(rows, a->y_stride, width, element);
        if (x_bytes == 0 || y_bytes == 0)
            return LN_TOO_LARGE;
    }

    const uintptr_t x = (uintptr_t)a->x, y = (uintptr_t)a->y, mean = (uintptr_t)a->mean, rstd = (uintptr_t)a->rstd;
    const uintptr_t gamma = has_gamma(&entry->spec) ? (uintptr_t)a->gamma : 0;
    const uintptr_t beta = has_beta(&entry->spec) ? (uintptr_t)a->beta : 0;
    if (((x | y | gamma | beta) & (element - 1)) | ((mean | rstd) & (sizeof(float) - 1)))
        return LN_MISALIGNED;
    if (overlap(x, x_bytes, y, y_bytes) && !interleaved(a, rows, row_bytes, element))
        return LN_OVERLAP_X;
    if (either_overlaps(gamma, beta, row_bytes, y, y_bytes))
        return LN_OVERLAP;
    if (mean && (overlap(x, x_bytes, mean, stats_bytes) || overlap(y, y_bytes, mean, stats_bytes) ||
                 either_overlaps(gamma, beta, row_bytes, mean, stats_bytes)))
        return LN_OVERLAP;
    if (rstd && (overlap(x, x_bytes, rstd, stats_bytes) || overlap(y, y_bytes, rstd, stats_bytes) ||
                 either_overlaps(gamma, beta, row_bytes, rstd, stats_bytes) ||
                 (mean && overlap(mean, stats_bytes, rstd, stats_bytes))))
        return LN_OVERLAP;
    return entry->spec.residual == LN_RESIDUAL_NONE ? LN_OK : check_residual(entry, a, rows);
}

/* Bytes of y that a batch writes. */
static inline size_t written(const ln_entry *entry, const ln_args *a, size_t rows)
{
    return rows * a->width * element_bytes(&entry->spec);
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

/* Where part `part` of `parts` begins: parts are contiguous, and of whole groups of rows where that leaves them of
 * about equal size. */
static size_t part_begin(size_t rows, size_t part, size_t parts)
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
        const size_t begin = part_begin(rows, part, parts), end = part_begin(rows, part + 1, parts);
        if (begin < end)
            entry->kernel(&shared, begin, end);
    }
#else
    for (size_t part = 0, parts = (size_t)threads; part < parts; part++)
        entry->kernel(&shared, part_begin(rows, part, parts), part_begin(rows, part + 1, parts));
#endif
}

/* How many threads repay themselves: all or one, since teams of changing size cost more than they bring. */
static int worthwhile_threads(const ln_args *a, size_t rows)
{
#ifdef _OPENMP
    const int most = omp_in_parallel() ? 1 : omp_get_max_threads();
    if (most > 1 && rows >= 2 && rows * a->width / WORK_PER_THREAD >= (size_t)most)
        return most;
#else
    (void)a;
    (void)rows;
#endif
    return 1;
}

/* A batch that is right. Out of line: a small one should not pay for its registers. */
static NOINLINE ln_status run_large(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const int stream = past_caches(entry, args, rows);
    if (threads == 0)
        threads = worthwhile_threads(args, rows);
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
