/* backward.c - gradients: the argument checks, blocks of rows spread over threads, and their sums put together. */
#include "backward.h"
#include "rows.h"
#include "spec.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* An array; `at` is 0 for one that the spec does not have. */
typedef struct Array {
    const void *at;
    size_t stride, bytes, element;
} Array;

static int meet(const Array *a, const Array *b)
{
    return a->at && b->at && overlap((uintptr_t)a->at, a->bytes, (uintptr_t)b->at, b->bytes);
}

/* The arrays the spec has that are NULL. */
static ln_status check_present(const ln_spec *s, const ln_args *a, size_t rows)
{
    const struct {
        int missing;
        ln_status status;
    } list[] = {
        {rows > 0 && !a->x, LN_NULL_X},
        {rows > 0 && !a->dy, LN_NULL_DY},
        {rows > 0 && !a->dx, LN_NULL_DX},
        {rows > 0 && !a->mean && s->op == LN_OP_LAYERNORM, LN_NULL_MEAN},
        {rows > 0 && !a->rstd, LN_NULL_RSTD},
        {rows > 0 && !a->gamma && has_gamma(s), LN_NULL_GAMMA},
        {!a->dgamma && has_gamma(s), LN_NULL_DGAMMA},
        {!a->dbeta && has_beta(s), LN_NULL_DBETA},
        {rows > 0 && !a->workspace && has_gamma(s), LN_NULL_WORKSPACE},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].missing)
            return list[i].status;
    return LN_OK;
}

/* Everything that can be wrong with a batch; arrays of no rows are not looked at. */
static ln_status check(const ln_entry *entry, const ln_args *a, size_t rows)
{
    const ln_spec *s = &entry->spec;
    const size_t width = a->width, element = element_bytes(s);
    const ln_status missing = check_present(s, a, rows);
    if (missing)
        return missing;
    if (width == 0 || (s->width != 0 && width != s->width))
        return LN_BAD_WIDTH;
    if (a->x_stride < width)
        return LN_BAD_X_STRIDE;
    if (a->dy_stride < width)
        return LN_BAD_DY_STRIDE;
    if (a->dx_stride < width)
        return LN_BAD_DX_STRIDE;
    if (a->accumulate & ~(LN_ADD_DX | LN_ADD_PARAMS))
        return LN_BAD_ACCUMULATE;
    if ((unsigned)a->stream > LN_STREAM_NEVER)
        return LN_BAD_STREAM;
    const size_t needed = workspace_bytes(s, width, rows);
    if (needed == SIZE_MAX || rows > (size_t)PTRDIFF_MAX / sizeof(float))
        return LN_TOO_LARGE;
    if (a->workspace_bytes < needed)
        return LN_SMALL_WORKSPACE;
    if (rows == 0)
        return LN_OK;

    const size_t row_bytes = width * element, params = width * params_bytes(s), sums = width * sizeof(float);
    const size_t stats = rows * sizeof(float);
    Array inputs[] = {
        {a->x, a->x_stride, row_bytes, element},
        {a->dy, a->dy_stride, row_bytes, element},
        {has_gamma(s) ? a->gamma : NULL, 0, params, params_bytes(s)},
        {s->op == LN_OP_LAYERNORM ? a->mean : NULL, 0, stats, sizeof(float)},
        {a->rstd, 0, stats, sizeof(float)},
    };
    Array outputs[] = {
        {a->dx, a->dx_stride, row_bytes, element},
        {has_gamma(s) ? a->dgamma : NULL, 0, sums, sizeof(float)},
        {has_beta(s) ? a->dbeta : NULL, 0, sums, sizeof(float)},
        {has_gamma(s) ? a->workspace : NULL, 0, needed, sizeof(float)},
    };
    enum { INPUTS = sizeof inputs / sizeof inputs[0], OUTPUTS = sizeof outputs / sizeof outputs[0], OF_ROWS = 2 };
    Array *const of_rows[] = {&inputs[0], &inputs[1], &outputs[0]};
    for (size_t i = 0; i < sizeof of_rows / sizeof of_rows[0] && rows > 1; i++) {
        of_rows[i]->bytes = extent(rows, of_rows[i]->stride, width, element);
        if (of_rows[i]->bytes == 0)
            return LN_TOO_LARGE;
    }
    for (size_t i = 0; i < INPUTS; i++)
        if ((uintptr_t)inputs[i].at % inputs[i].element != 0)
            return LN_MISALIGNED;
    for (size_t o = 0; o < OUTPUTS; o++) {
        if ((uintptr_t)outputs[o].at % outputs[o].element != 0)
            return LN_MISALIGNED;
        for (size_t i = 0; i < INPUTS; i++) {
            /* dx in place of x or dy */
            const int same = o == 0 && i < OF_ROWS && outputs[o].at == inputs[i].at && !(a->accumulate & LN_ADD_DX) &&
                             (rows == 1 || outputs[o].stride == inputs[i].stride);
            if (!same && meet(&outputs[o], &inputs[i]))
                return LN_OVERLAP;
        }
        for (size_t p = 0; p < o; p++)
            if (meet(&outputs[o], &outputs[p]))
                return LN_OVERLAP;
    }
    return LN_OK;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* The struct as the kernel takes it. */
static ln_args for_kernel(const ln_entry *entry, const ln_args *args, size_t rows)
{
    ln_args a = *args;
    a.stream = a.stream == LN_STREAM_AUTO ? rows * a.width * element_bytes(&entry->spec) >= ln_stream_bytes()
                                          : a.stream == LN_STREAM_ALWAYS;
    a.reduce_rows = 0;
    return a;
}

/* Part `part` of `parts` of the blocks of rows, and of the columns of dgamma and dbeta. */
static void run_rows(const ln_entry *entry, const ln_args *a, size_t rows, size_t part, size_t parts)
{
    const size_t blocks = (rows + LN_BACKWARD_BLOCK - 1) / LN_BACKWARD_BLOCK;
    const size_t begin = smaller(blocks * part / parts * LN_BACKWARD_BLOCK, rows);
    const size_t end = smaller(blocks * (part + 1) / parts * LN_BACKWARD_BLOCK, rows);
    if (begin < end)
        entry->kernel(a, begin, end);
}

static void reduce(const ln_entry *entry, const ln_args *args, size_t rows, size_t part, size_t parts)
{
    ln_args a = *args;
    const size_t groups = (a.width + SUM_COLUMNS - 1) / SUM_COLUMNS;
    const size_t begin = groups * part / parts * SUM_COLUMNS;
    const size_t end = smaller(groups * (part + 1) / parts * SUM_COLUMNS, a.width);
    a.reduce_rows = rows;
    if (begin < end && has_gamma(&entry->spec))
        entry->kernel(&a, begin, end);
}

/* The sums over no rows. */
static void clear(const ln_entry *entry, const ln_args *a)
{
    if (a->accumulate & LN_ADD_PARAMS)
        return;
    if (has_gamma(&entry->spec))
        memset(a->dgamma, 0, a->width * sizeof(float));
    if (has_beta(&entry->spec))
        memset(a->dbeta, 0, a->width * sizeof(float));
}

/* An element takes twice the time of the forward pass, and a block of rows is not divided. */
static int worthwhile_threads(const ln_args *a, size_t rows)
{
    const int threads = ln_worthwhile_threads(rows, 2 * a->width);
    return rows / LN_BACKWARD_BLOCK >= (size_t)threads ? threads : 1;
}

ln_status ln_backward(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    if (rows == 0) {
        clear(entry, args);
        return LN_OK;
    }
    const ln_args a = for_kernel(entry, args, rows);
    if (threads == 0)
        threads = worthwhile_threads(&a, rows);
    if (threads == 1) {
        entry->kernel(&a, 0, rows);
        reduce(entry, &a, rows, 0, 1);
        return LN_OK;
    }
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
    {
        const size_t part = (size_t)omp_get_thread_num(), parts = (size_t)omp_get_num_threads();
        run_rows(entry, &a, rows, part, parts);
#pragma omp barrier
        reduce(entry, &a, rows, part, parts);
    }
#else
    for (size_t part = 0; part < (size_t)threads; part++)
        run_rows(entry, &a, rows, part, (size_t)threads);
    for (size_t part = 0; part < (size_t)threads; part++)
        reduce(entry, &a, rows, part, (size_t)threads);
#endif
    return LN_OK;
}

ln_status ln_backward_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end)
{
    if (begin % LN_BACKWARD_BLOCK != 0 || (end % LN_BACKWARD_BLOCK != 0 && end != rows))
        return LN_BAD_BLOCK;
    if (begin == end)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    const ln_args a = for_kernel(entry, args, rows);
    entry->kernel(&a, begin, end);
    return LN_OK;
}

ln_status ln_run_finish(const ln_entry *entry, const ln_args *args, size_t rows)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (entry->spec.pass != LN_PASS_BACKWARD)
        return LN_NOT_BACKWARD;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    if (rows == 0)
        clear(entry, args);
    else
        reduce(entry, args, rows, 0, 1);
    return LN_OK;
}

size_t ln_workspace_bytes(ln_spec spec, size_t rows)
{
    if (ln_spec_check(&spec) != LN_OK || spec.pass != LN_PASS_BACKWARD)
        return 0;
    return workspace_bytes(&spec, spec.width, rows);
}
