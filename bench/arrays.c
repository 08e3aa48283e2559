/* SPDX-License-Identifier: MIT */
/* arrays.c - the one list of arrays: where in a job each address is, the shape of the array, and which cases have
 * it. */
#include "arrays.h"
#include "case.h"
#include "numbers.h"

#include <apart.h>

#include <math.h>
#include <stdint.h>

typedef enum Shape { MATRIX, COLUMN, ROW, SPACE } Shape; /* [rows][width], [rows], [width], the workspace */
typedef enum Element { X, Y, FLOAT, STATS } Element;
typedef enum Role { NORMAL, STATISTIC, OUTPUT } Role; /* drawn at random, calculated from x, written by contenders */

typedef struct Array {
    size_t member; /* offset of its address in Job */
    Shape shape;
    Element element;
    Role role;
    int (*has)(const Case *of); /* NULL: every case */
    unsigned seed;
} Array;

static int has_y(const Case *of) { return y_bytes(of) > 0; }
static int has_scales(const Case *of) { return of->spec.quant == LN_QUANT_INT8; }
static int reads_gamma(const Case *of) { return has_gamma(&of->spec); }
static int reads_beta(const Case *of) { return !is_backward(of) && has_beta(&of->spec); }
static int reads_beta2(const Case *of) { return has_two(of) && has_beta(&of->spec); }
static int has_dbeta(const Case *of) { return is_backward(of) && has_beta(&of->spec); }

static const Array arrays[] = {
    {offsetof(Job, x), MATRIX, X, NORMAL, NULL, 1},
    {offsetof(Job, near), MATRIX, X, NORMAL, is_far, 1},
    {offsetof(Job, residual), MATRIX, X, NORMAL, has_residual, 2000003},
    {offsetof(Job, dy), MATRIX, X, NORMAL, is_backward, 3000001},
    {offsetof(Job, mean), COLUMN, FLOAT, STATISTIC, is_backward, 0},
    {offsetof(Job, rstd), COLUMN, FLOAT, STATISTIC, is_backward, 0},
    {offsetof(Job, variance), COLUMN, FLOAT, STATISTIC, is_backward, 0},
    {offsetof(Job, stats), COLUMN, STATS, STATISTIC, is_apply, 0},
    {offsetof(Job, gamma), ROW, X, NORMAL, reads_gamma, 1000001},
    {offsetof(Job, beta), ROW, X, NORMAL, reads_beta, 1000002},
    {offsetof(Job, gamma2), ROW, X, NORMAL, has_two, 1000003},
    {offsetof(Job, beta2), ROW, X, NORMAL, reads_beta2, 1000004},
    {offsetof(Job, y), MATRIX, Y, OUTPUT, has_y, 0},
    {offsetof(Job, y2), MATRIX, Y, OUTPUT, has_two, 0},
    {offsetof(Job, sum), MATRIX, X, OUTPUT, keeps_sum, 0},
    {offsetof(Job, wide), MATRIX, FLOAT, OUTPUT, is_int8, 0},
    {offsetof(Job, scale), COLUMN, FLOAT, OUTPUT, has_scales, 0},
    {offsetof(Job, stats), COLUMN, STATS, OUTPUT, is_stats, 0},
    {offsetof(Job, dgamma), ROW, FLOAT, OUTPUT, is_backward, 0},
    {offsetof(Job, dbeta), ROW, FLOAT, OUTPUT, has_dbeta, 0},
    {offsetof(Job, workspace), SPACE, FLOAT, OUTPUT, is_backward, 0},
};
enum { ARRAYS = sizeof arrays / sizeof arrays[0] };

static int exists(const Array *a, const Case *of) { return !a->has || a->has(of); }
static int of_rows(const Array *a) { return a->shape == MATRIX || a->shape == COLUMN; }

static size_t row_bytes(const Array *a, const Case *of, size_t width)
{
    const size_t sizes[] = {
        [X] = x_bytes(of), [Y] = y_bytes(of), [FLOAT] = sizeof(float), [STATS] = 2 * sizeof(double)};
    return sizes[a->element] * (a->shape == COLUMN ? 1 : width);
}

static size_t bytes_of(const Array *a, const Case *of, size_t width, size_t rows)
{
    if (a->shape == SPACE)
        return ln_workspace_bytes(spec_of(of, width), rows);
    return row_bytes(a, of, width) * (of_rows(a) ? rows : 1);
}

size_t arrays_bytes(const Case *of, size_t width, size_t rows, const Layout *layout)
{
    size_t sum = layout->gap;
    for (size_t i = 0; i < ARRAYS; i++)
        if (exists(&arrays[i], of))
            sum += (layout->apart ? 2 * LN_APART_PAGE : 0) + memory_rounded(bytes_of(&arrays[i], of, width, rows));
    return sum;
}

static void *address(const Job *job, const Array *a)
{
    void *at;
    memcpy(&at, (const char *)job + a->member, sizeof at);
    return at;
}

static void set_address(Job *job, const Array *a, void *at) { memcpy((char *)job + a->member, &at, sizeof at); }

static void put_f32(void *to, size_t i, float v) { ((float *)to)[i] = v; }
static void put_bf16(void *to, size_t i, float v) { ((uint16_t *)to)[i] = to_bf16(v); }
static void put_f16(void *to, size_t i, float v) { ((uint16_t *)to)[i] = to_f16(v); }

float element(const Job *job, const void *array, size_t i)
{
    switch (job->of->spec.dtype) {
    case LN_DTYPE_BF16:
        return from_bf16(((const uint16_t *)array)[i]);
    case LN_DTYPE_F16:
        return from_f16(((const uint16_t *)array)[i]);
    default:
        return ((const float *)array)[i];
    }
}

/* Calculates the statistics that a forward pass, or pass stats, would have stored. */
static void take_statistics(const Job *job)
{
    const double n = (double)job->width;
    for (size_t row = 0; row < job->rows; row++) {
        double sum = 0, squares = 0;
        for (size_t i = row * job->width; i < (row + 1) * job->width; i++)
            sum += (double)element(job, job->x, i);
        const double mean = is_layernorm(job->of) ? sum / n : 0;
        for (size_t i = row * job->width; i < (row + 1) * job->width; i++) {
            const double d = (double)element(job, job->x, i) - mean;
            squares += d * d;
        }
        if (job->stats) {
            job->stats[2 * row] = mean;
            job->stats[2 * row + 1] = squares;
            continue;
        }
        job->mean[row] = (float)mean;
        job->variance[row] = (float)(squares / n);
        job->rstd[row] = (float)(1 / sqrt(squares / n + (double)job->eps));
    }
}

static PutFunction *const put[] = {put_f32, put_bf16, put_f16};

/* Moves rows of x, which has the values of `near` so far. */
static void move_far(const Job *job, void *x, double far)
{
    for (size_t row = 0; row < job->rows; row += job->of->far)
        for (size_t i = row * job->width; i < (row + 1) * job->width; i++)
            put[job->of->spec.dtype](x, i, (float)(far + (double)element(job, job->near, i)));
}

/* The free bytes before an array. */
static size_t gap_before(const Array *a, const Case *of, const Layout *layout, ln_apart *apart, const Memory *memory)
{
    const size_t gap = a->member == offsetof(Job, y) ? layout->gap : 0;
    if (!layout->apart || a->shape != MATRIX || row_bytes(a, of, 1) != x_bytes(of))
        return gap;
    return gap + ln_apart_place(apart, memory->used + gap);
}

int lay_out(Job *job, Memory *memory, const Case *of, size_t width, size_t rows, const Layout *layout, unsigned seed)
{
    const Job empty = {.of = of,
                       .width = width,
                       .rows = rows,
                       .x_bytes = x_bytes(of),
                       .y_bytes = y_bytes(of),
                       .eps = 1e-5f,
                       .static_scale = 1.0f / 16,
                       .workspace_bytes = is_backward(of) ? ln_workspace_bytes(spec_of(of, width), rows) : 0,
                       .stream = goes_past_caches(&of->spec, LN_STREAM_AUTO, rows, width)};
    ln_apart apart = {.stride = width * x_bytes(of)};
    void *x = NULL;
    *job = empty;
    for (size_t i = 0; i < ARRAYS; i++) {
        const Array *a = &arrays[i];
        const size_t bytes = bytes_of(a, of, width, rows);
        if (!exists(a, of))
            continue;
        if (!memory_take(memory, gap_before(a, of, layout, &apart, memory)))
            return 0;
        void *at = memory_take(memory, bytes);
        if (!at)
            return 0;
        set_address(job, a, at);
        if (layout->apart && a->member == offsetof(Job, y) && !memory_take(memory, LN_APART_PAGE))
            return 0;
        if (a->member == offsetof(Job, x))
            x = at;
        if (a->role == NORMAL)
            fill_normal(at, bytes / x_bytes(of), a->seed + seed, x_bytes(of), put[of->spec.dtype]);
        else
            memset(at, 0, bytes);
    }
    if (layout->apart && y_bytes(of) == x_bytes(of))
        job->to_same = ((uintptr_t)job->x - (uintptr_t)job->y) % LN_APART_PAGE;
    if (is_far(of))
        move_far(job, x, layout->far);
    if (is_backward(of) || is_apply(of))
        take_statistics(job);
    return 1;
}

RowArrays row_arrays(const Case *of)
{
    RowArrays found = {0};
    for (size_t i = 0; i < ARRAYS; i++)
        if (exists(&arrays[i], of) && of_rows(&arrays[i]))
            found.at[found.count++] = arrays[i].member;
    return found;
}

/* Fills outputs with bytes that are NaN in floats of any size, or -128, which no int8 output holds. */
void spoil(const Job *job, size_t step)
{
    for (size_t i = 0; i < ARRAYS; i++) {
        const Array *a = &arrays[i];
        if (a->role != OUTPUT || !exists(a, job->of))
            continue;
        const int with = a->element == Y && is_int8(job->of) ? 0x80 : 0xff;
        const size_t row = row_bytes(a, job->of, job->width);
        if (of_rows(a))
            for (size_t r = 0; r < job->rows; r += step)
                memset((char *)address(job, a) + r * row, with, row);
        else
            memset(address(job, a), with, bytes_of(a, job->of, job->width, job->rows));
    }
}
