/* libxsmm.c - LayerNorm composed of libxsmm 1.17's element-wise kernels (it has no LayerNorm of its own): for blocks of
 * rows that stay in L1, the sums of x and x*x in one sweep, then scale and shift by row, then by column in place.
 * One sweep for both sums: fast, and inaccurate for rows far from zero. */
#include "../contender.h"

#ifdef HAVE_LIBXSMM
#include <libxsmm.h>
#include <math.h>
#include <stdlib.h>

enum { BLOCK = 16 };

typedef struct Kernels {
    libxsmm_meltwfunction_reduce sums;
    libxsmm_meltwfunction_scale by_row, by_column;
} Kernels;

typedef struct State {
    Kernels at[BLOCK + 1]; /* index: rows of the block */
} State;

static int dispatch(Kernels *k, const Job *job, size_t rows)
{
    const libxsmm_blasint m = (libxsmm_blasint)job->width, n = (libxsmm_blasint)rows;
    const libxsmm_datatype f32 = LIBXSMM_DATATYPE_F32;
    k->sums = libxsmm_dispatch_meltw_reduce(m, n, &m, &m, f32, f32,
                                            LIBXSMM_MELTW_FLAG_REDUCE_OP_ADD_ROWS | LIBXSMM_MELTW_FLAG_REDUCE_ELTS |
                                                LIBXSMM_MELTW_FLAG_REDUCE_ELTS_SQUARED);
    k->by_row = libxsmm_dispatch_meltw_scale(m, n, &m, &m, f32, f32, LIBXSMM_MELTW_FLAG_SCALE_MULT_ADD_BIAS_COLS);
    k->by_column = libxsmm_dispatch_meltw_scale(m, n, &m, &m, f32, f32, LIBXSMM_MELTW_FLAG_SCALE_MULT_ADD_BIAS_ROWS);
    return k->sums && k->by_row && k->by_column;
}

static void block(const Kernels *k, const Job *job, const float *x, float *y, size_t rows)
{
    float sum[BLOCK], squares[BLOCK], rstd[BLOCK], shift[BLOCK];
    libxsmm_meltw_reduce_param reduce = {.in_ptr = x, .out_ptr_0 = sum, .out_ptr_1 = squares};
    k->sums(&reduce);
    for (size_t r = 0; r < rows; r++) {
        const float mean = sum[r] / (float)job->width;
        rstd[r] = 1.0f / sqrtf(squares[r] / (float)job->width - mean * mean + job->eps);
        shift[r] = -mean * rstd[r];
    }
    libxsmm_meltw_scale_param by_row = {.in_ptr = x, .scale_vals_ptr = rstd, .bias_vals_ptr = shift, .out_ptr = y};
    k->by_row(&by_row);
    libxsmm_meltw_scale_param by_column = {
        .in_ptr = y, .scale_vals_ptr = job->gamma, .bias_vals_ptr = job->beta, .out_ptr = y};
    k->by_column(&by_column);
}

static void run(void *state, const Job *job)
{
    const State *s = state;
    const size_t whole = job->rows - job->rows % BLOCK;
    for (size_t row = 0; row < whole; row += BLOCK)
        block(&s->at[BLOCK], job, job->x + row * job->width, job->y + row * job->width, BLOCK);
    if (whole < job->rows)
        block(&s->at[job->rows - whole], job, job->x + whole * job->width, job->y + whole * job->width,
              job->rows - whole);
}

static void *prepare(const Contender *self, const Job *job)
{
    (void)self;
    State *s = calloc(1, sizeof *s);
    for (size_t rows = 1; s && rows <= BLOCK; rows++)
        if ((rows == BLOCK || rows == job->rows % BLOCK) && !dispatch(&s->at[rows], job, rows)) {
            free(s);
            return NULL;
        }
    return s;
}

void add_libxsmm(Contenders *list)
{
    const Contender c = {
        .name = "libxsmm 1.17",
        .note = "element-wise kernels composed; sums of x and x*x in one sweep",
        .kind = KIND_COMPETITOR,
        .isa = ISA_AVX512,
        .prepare = prepare,
        .run = run,
        .release = free,
    };
    contenders_add(list, &c);
}
#else
void add_libxsmm(Contenders *list) { (void)list; }
#endif
