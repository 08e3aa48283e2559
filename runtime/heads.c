/* heads.c - norms over each head of each token: the checks, the threads; ln_batch.h goes over the heads. */
#include "rows.h"
#include "ln_batch.h"

#include "ln.h"
#include "spec.h"

#include <float.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* Elements from the first of a token to the last of its last head; 0 when they are too many. */
static size_t span(size_t heads, size_t head, size_t width, size_t element)
{
    return heads == 1 ? width : extent(heads, head, width, element) / element;
}

/* Bytes from the first element of the first token to the last of the last; 0 when they are too many. */
static size_t tokens_bytes(size_t rows, size_t stride, size_t span, size_t element)
{
    return rows == 1 ? span * element : extent(rows, stride, span, element);
}

/* Whether tokens of x and y that share a buffer keep to elements of their own: y is x, or lies in the gaps. */
static int apart(const ln_args *a, const ln_heads *h, size_t rows, size_t x_span, size_t y_span, size_t element)
{
    const uintptr_t x = (uintptr_t)a->x, y = (uintptr_t)a->y;
    if (x == y)
        return (rows == 1 || a->x_stride == a->y_stride) && (h->heads == 1 || h->x_head == h->y_head);
    if (rows == 1 || a->x_stride != a->y_stride)
        return 0;
    const size_t stride = a->x_stride * element;
    const size_t ahead = x < y ? (y - x) % stride : stride - (x - y) % stride; /* of the token of x before it */
    return ahead % stride >= x_span * element && stride - ahead >= y_span * element;
}

/* Everything that can be wrong. rows > 0. */
static ln_status check(const ln_entry *entry, const ln_args *a, const ln_heads *h, size_t rows)
{
    const ln_spec *s = &entry->spec;
    const size_t element = element_bytes(s), parameter = params_bytes(s), width = a->width;
    if (s->pass != LN_PASS_FORWARD || s->residual != LN_RESIDUAL_NONE || s->quant != LN_QUANT_NONE ||
        s->norms != LN_NORMS_ONE)
        return LN_HEADS_SPEC;
    if (!a->x)
        return LN_NULL_X;
    if (!a->y)
        return LN_NULL_Y;
    if (!a->gamma && has_gamma(s))
        return LN_NULL_GAMMA;
    if (!a->beta && has_beta(s))
        return LN_NULL_BETA;
    if (width == 0 || (s->width != 0 && width != s->width))
        return LN_BAD_WIDTH;
    if (h->heads == 0)
        return LN_BAD_HEADS;
    if (h->heads > 1 && (h->x_head < width || h->y_head < width))
        return LN_BAD_HEAD_STRIDE;
    if (h->gamma_head != 0 && h->gamma_head < width && h->heads > 1)
        return LN_BAD_GAMMA_STRIDE;
    if (!(a->eps >= 0 && a->eps <= FLT_MAX))
        return LN_BAD_EPS;
    if ((unsigned)a->stream > LN_STREAM_NEVER)
        return LN_BAD_STREAM;

    if (width > (size_t)PTRDIFF_MAX / sizeof(float) || h->heads > (size_t)PTRDIFF_MAX / sizeof(float) / rows)
        return LN_TOO_LARGE;
    const size_t x_span = span(h->heads, h->x_head, width, element), y_span = span(h->heads, h->y_head, width, element);
    const size_t gamma_span = h->gamma_head ? span(h->heads, h->gamma_head, width, parameter) : width;
    if (x_span == 0 || y_span == 0 || gamma_span == 0)
        return LN_TOO_LARGE;
    if (a->x_stride < x_span)
        return LN_BAD_X_STRIDE;
    if (a->y_stride < y_span)
        return LN_BAD_Y_STRIDE;
    const size_t x_bytes = tokens_bytes(rows, a->x_stride, x_span, element);
    const size_t y_bytes = tokens_bytes(rows, a->y_stride, y_span, element);
    if (x_bytes == 0 || y_bytes == 0)
        return LN_TOO_LARGE;

    const struct {
        uintptr_t at;
        size_t bytes, unit;
    } arrays[] = {
        {(uintptr_t)a->x, x_bytes, element},
        {has_gamma(s) ? (uintptr_t)a->gamma : 0, gamma_span * parameter, parameter},
        {has_beta(s) ? (uintptr_t)a->beta : 0, gamma_span * parameter, parameter},
        {(uintptr_t)a->y, y_bytes, element}, /* from here on outputs */
        {s->op == LN_OP_LAYERNORM ? (uintptr_t)a->mean : 0, rows * h->heads * sizeof(float), sizeof(float)},
        {(uintptr_t)a->rstd, rows * h->heads * sizeof(float), sizeof(float)},
    };
    enum { ARRAYS = sizeof arrays / sizeof arrays[0], X = 0, Y = 3 };
    for (size_t i = 0; i < ARRAYS; i++)
        if (arrays[i].at % arrays[i].unit != 0)
            return LN_MISALIGNED;
    for (size_t out = Y; out < ARRAYS; out++)
        for (size_t i = 0; i < out; i++) {
            if (!arrays[i].at || !arrays[out].at ||
                !overlap(arrays[i].at, arrays[i].bytes, arrays[out].at, arrays[out].bytes))
                continue;
            if (out != Y || i != X)
                return LN_OVERLAP;
            if (!apart(a, h, rows, x_span, y_span, element))
                return LN_OVERLAP_X;
        }
    return LN_OK;
}

/* The arguments as kernels want them: what the spec does not have is NULL. */
static ln_args prepared(const ln_entry *entry, const ln_args *args, const ln_heads *h, size_t rows)
{
    ln_args a = *args;
    if (!has_gamma(&entry->spec))
        a.gamma = NULL;
    if (!has_beta(&entry->spec))
        a.beta = NULL;
    if (entry->spec.op != LN_OP_LAYERNORM)
        a.mean = NULL;
    a.stream = args->stream == LN_STREAM_ALWAYS ||
               (args->stream == LN_STREAM_AUTO &&
                rows * h->heads * a.width * output_bytes(&entry->spec) >= ln_stream_bytes());
    return a;
}

static void walk(const ln_entry *entry, const ln_args *a, const ln_heads *h, size_t begin, size_t end)
{
    if (begin < end)
        ln_walk_heads(entry->kernel, a, h, element_bytes(&entry->spec), params_bytes(&entry->spec), begin, end);
}

static ln_status refused(const ln_entry *entry, const ln_args *args, const ln_heads *heads)
{
    return !entry ? LN_NULL_ENTRY : !args ? LN_NULL_ARGS : !heads ? LN_NULL_HEADS : LN_OK;
}

ln_status ln_run_heads(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows)
{
    ln_status status = refused(entry, args, heads);
    if (status || rows == 0)
        return status;
    status = check(entry, args, heads, rows);
    if (status)
        return status;
    const ln_args a = prepared(entry, args, heads, rows);
    const int threads = ln_worthwhile_threads(rows, heads->heads * a.width);
    if (threads == 1) {
        walk(entry, &a, heads, 0, rows);
        return LN_OK;
    }
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
    {
        const size_t part = (size_t)omp_get_thread_num(), parts = (size_t)omp_get_num_threads();
        walk(entry, &a, heads, ln_part_begin(rows, part, parts), ln_part_begin(rows, part + 1, parts));
    }
#endif
    return LN_OK;
}

ln_status ln_run_heads_rows(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows,
                            size_t begin, size_t end)
{
    ln_status status = refused(entry, args, heads);
    if (!status && (begin > end || end > rows))
        status = LN_BAD_ROWS;
    if (status || begin == end)
        return status;
    status = check(entry, args, heads, rows);
    if (status)
        return status;
    const ln_args a = prepared(entry, args, heads, rows);
    walk(entry, &a, heads, begin, end);
    return LN_OK;
}
