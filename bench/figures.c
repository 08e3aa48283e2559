/* SPDX-License-Identifier: MIT */
/* figures.c - the table of figures. An entry says which results are compared, in which cells of which cases, and the
 * bar that the figure should reach. */
#include "figures.h"
#include "case.h"
#include "memory.h"

#include <math.h>
#include <string.h>

typedef struct Figure {
    int (*of)(const Case *of);
    const char *text;
    /* time: ours / theirs, at most the bar; speed: theirs / ours, at least the bar; NANOSECONDS: the most that ours
     * takes for a call; MORE_FLUSHED: the most that a call takes more with denormals flushed to zero */
    enum { WORST_TIME, WORST_SPEED, MEAN_SPEED, NANOSECONDS, MORE_FLUSHED } reading;
    double bar;
    const Result *(*us)(const Cell *cell);
    const Result *(*them)(const Cell *cell); /* NULL for NANOSECONDS and MORE_FLUSHED */
    int (*counts)(const Cell *cell);         /* NULL: all cells */
} Figure;

static const Result *best(const Cell *cell) { return ours(cell, 1); }
static const Result *pair(const Cell *cell) { return fastest(cell, KIND_PAIR, 1); }
static const Result *near(const Cell *cell) { return fastest(cell, KIND_NEAR, 1); }
static const Result *same(const Cell *cell) { return fastest(cell, KIND_SAME, 1); }
static const Result *heads(const Cell *cell) { return fastest(cell, KIND_HEADS, 1); }
static const Result *heads_loop(const Cell *cell) { return fastest(cell, KIND_HEADS_LOOP, 1); }

/* As a user calls us: through a pair's function, or where there is no pair, the kernel itself. */
static const Result *called(const Cell *cell) { return pair(cell) ? pair(cell) : best(cell); }
static const Result *avx512(const Cell *cell) { return result_of(cell, KIND_OURS, LN_ISA_AVX512, 1); }
static const Result *avx2(const Cell *cell) { return result_of(cell, KIND_OURS, LN_ISA_AVX2, 1); }
static const Result *moving(const Cell *cell) { return fastest(cell, KIND_FLOOR, 1); }
static const Result *affine(const Cell *cell) { return fastest(cell, KIND_AFFINE, 1); }
static const Result *competitor(const Cell *cell) { return fastest(cell, KIND_COMPETITOR, 1); }
static const Result *unfused(const Cell *cell) { return fastest(cell, KIND_UNFUSED, 1); }
static const Result *competitor_avx2(const Cell *cell)
{
    return fastest_between(cell, KIND_COMPETITOR, LN_ISA_SCALAR, LN_ISA_AVX2, 1);
}
static const Result *generic_avx512(const Cell *cell) { return result_of(cell, KIND_GENERIC, LN_ISA_AVX512, 1); }
static const Result *generic_avx2(const Cell *cell) { return result_of(cell, KIND_GENERIC, LN_ISA_AVX2, 1); }

static const Result *rival_avx512(const Cell *cell)
{
    return fastest_between(cell, KIND_RIVAL, LN_ISA_AVX512, LN_ISA_AVX512, 1);
}
static const Result *rival_avx2(const Cell *cell)
{
    return fastest_between(cell, KIND_RIVAL, LN_ISA_AVX2, LN_ISA_AVX2, 1);
}

/* Our kernels called through ln_run: on one thread, and on all threads that were asked for. */
static const Result *library(const Cell *cell) { return fastest(cell, KIND_LIBRARY, 1); }

static const Result *library_threads(const Cell *cell)
{
    const int most = most_threads(cell);
    return most > 1 ? fastest(cell, KIND_LIBRARY, most) : NULL;
}

static const Result *awake_threads(const Cell *cell)
{
    const int most = most_threads(cell);
    return most > 1 ? fastest(cell, KIND_AWAKE, most) : NULL;
}

static const Result *competitor_threads(const Cell *cell)
{
    const int most = most_threads(cell);
    return most > 1 ? fastest(cell, KIND_COMPETITOR, most) : NULL;
}

/* The fastest competitor on one thread that is, or is not, oneDNN. */
static const Result *competitor_named(const Cell *cell, int is_onednn)
{
    const Result *best = NULL;
    for (size_t i = 0; i < cell->count; i++) {
        const Result *r = &cell->at[i];
        if (r->contender->kind == KIND_COMPETITOR && r->threads == 1 &&
            (strncmp(r->contender->name, "oneDNN", 6) == 0) == is_onednn && (!best || r->ns.median < best->ns.median))
            best = r;
    }
    return best;
}

static const Result *onednn(const Cell *cell) { return competitor_named(cell, 1); }
static const Result *plain_loop(const Cell *cell) { return competitor_named(cell, 0); }

static int one_row(const Cell *cell, size_t least, size_t most)
{
    return cell->rows == 1 && cell->width >= least && cell->width <= most;
}

static int single_row(const Cell *cell) { return cell->rows == 1; }
static int one_row_of_64(const Cell *cell) { return one_row(cell, 64, 64); }
static int one_row_narrow(const Cell *cell) { return one_row(cell, 1, 256); }
static int not_one_row_narrow(const Cell *cell) { return !one_row_narrow(cell); }
static int one_row_middle(const Cell *cell) { return one_row(cell, 768, 1024); }
static int narrow_256(const Cell *cell) { return cell->rows == 256 && (cell->width == 64 || cell->width == 128); }
static int one_row_of_768(const Cell *cell) { return cell->rows == 1 && cell->width == 768; }
static int past_l1(const Cell *cell) { return moved_bytes(cell->of) * cell->width * cell->rows > cache_l1(); }
static int middle(const Cell *cell) { return cell->width >= 768 && cell->width <= 1024; }
static int middle_past_l1(const Cell *cell) { return middle(cell) && past_l1(cell); }
static int wide_past_l1(const Cell *cell) { return cell->width == 4096 && past_l1(cell); }
static int batch(const Cell *cell) { return cell->rows >= 16; }
static int large(const Cell *cell) { return cell->rows >= 256; }
static int past_caches(const Cell *cell) { return moved_bytes(cell->of) * cell->width * cell->rows > cache_last(); }
static int small(const Cell *cell) { return cell->width >= 64 && cell->width <= 256; }

static int is_usual(const Case *of) { return of == case_named("layernorm_f32"); }
static int is_rmsnorm(const Case *of) { return of == case_named("rmsnorm_f32"); }
static int is_bf16(const Case *of) { return is_plain(&of->spec) && !is_far(of) && of->spec.dtype == LN_DTYPE_BF16; }
static int is_layernorm_bf16(const Case *of) { return is_bf16(of) && is_layernorm(of); }
static int is_rmsnorm_bf16(const Case *of) { return is_bf16(of) && !is_layernorm(of); }
static int is_layernorm_backward(const Case *of) { return is_backward(of) && is_layernorm(of); }
static int is_called(const Case *of) { return (is_plain(&of->spec) && !is_far(of)) || is_backward(of); }

static int is_any(const Case *of) { return of != NULL; }

static const Figure figures[] = {
    {is_usual, "time / copy floor, 768 to 1024, past L1: worst", WORST_TIME, 1.25, best, moving, middle_past_l1},
    {is_usual, "time / copy floor, 4096, past L1: worst", WORST_TIME, 1.5, best, moving, wide_past_l1},
    {is_usual, "time / affine floor, 16 rows and more: worst", WORST_TIME, 1.5, best, affine, batch},
    {is_usual, "speed / fastest competitor: geometric mean", MEAN_SPEED, 2, best, competitor, NULL},
    {is_usual, "speed / fastest competitor: worst", WORST_SPEED, 1, best, competitor, NULL},
    {is_usual, "speed / oneDNN: geometric mean", MEAN_SPEED, 3, best, onednn, NULL},
    {is_usual, "speed / oneDNN: worst", WORST_SPEED, 1, best, onednn, NULL},
    {is_usual, "AVX2 speed / fastest AVX2 competitor: geometric mean", MEAN_SPEED, 1.5, avx2, competitor_avx2, NULL},
    {is_usual, "AVX2 speed / fastest AVX2 competitor: worst", WORST_SPEED, 1, avx2, competitor_avx2, NULL},
    {is_usual, "AVX-512 speed / generic AVX-512: geometric mean", MEAN_SPEED, 1.3, avx512, generic_avx512, NULL},
    {is_usual, "AVX-512 speed / generic AVX-512, 64 to 256: geometric mean", MEAN_SPEED, 2, avx512, generic_avx512,
     small},
    {is_usual, "AVX-512 speed / generic AVX-512, 768 to 1024: worst", WORST_SPEED, 0.97, avx512, generic_avx512,
     middle},
    {is_usual, "AVX2 speed / generic AVX2: geometric mean", MEAN_SPEED, 1.3, avx2, generic_avx2, NULL},
    {is_usual, "AVX2 speed / generic AVX2, 64 to 256: geometric mean", MEAN_SPEED, 2, avx2, generic_avx2, small},
    {is_usual, "AVX2 speed / generic AVX2, 768 to 1024: worst", WORST_SPEED, 0.97, avx2, generic_avx2, middle},
    {is_usual, "one row of 768, time through ln_run / kernel called directly", WORST_TIME, 1.15, library, best,
     one_row_of_768},
    {is_usual, "all threads, speed / one thread, both through ln_run: worst", WORST_SPEED, 0.97, library_threads,
     library, NULL},
    {is_usual, "all threads, told that they are awake, speed / one thread: worst", WORST_SPEED, 0.97, awake_threads,
     library, NULL},
    {is_usual, "all threads, speed / fastest competitor: geometric mean", MEAN_SPEED, 2, library_threads,
     competitor_threads, NULL},
    {is_usual, "AVX-512 speed / fastest of --kernels: worst", WORST_SPEED, 1, avx512, rival_avx512, NULL},
    {is_usual, "AVX2 speed / fastest of --kernels: worst", WORST_SPEED, 1, avx2, rival_avx2, NULL},
    {is_rmsnorm, "RMSNorm, time / gain floor, 256 rows and more: worst", WORST_TIME, 1.15, best, affine, large},
    {is_rmsnorm, "RMSNorm, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.3, best, competitor, NULL},
    {is_usual, "as called, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.3, called, competitor, NULL},
    {is_usual, "as called, one row of 64, ns", NANOSECONDS, 19, pair, NULL, one_row_of_64},
    {is_rmsnorm, "RMSNorm as called, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.1, called, competitor,
     NULL},
    {is_rmsnorm, "RMSNorm as called, one row of 64, ns", NANOSECONDS, 10, pair, NULL, one_row_of_64},
    {is_rmsnorm, "RMSNorm as called, 64 and 128 x 256, speed / plain loop: worst", WORST_SPEED, 0.97, called,
     plain_loop, narrow_256},
    {is_layernorm_bf16, "LayerNorm bf16 as called, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.45,
     called, competitor, NULL},
    {is_layernorm_bf16, "LayerNorm bf16 as called, one row of 64, ns", NANOSECONDS, 20, pair, NULL, one_row_of_64},
    {is_rmsnorm_bf16, "RMSNorm bf16 as called, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.35, called,
     competitor, NULL},
    {is_rmsnorm_bf16, "RMSNorm bf16 as called, 64 and 128 x 256, speed / loop: worst", WORST_SPEED, 1.6, called,
     plain_loop, narrow_256},
    {is_layernorm_backward, "backward as called, speed / fastest competitor: geometric mean", MEAN_SPEED, 1.1, called,
     competitor, NULL},
    {is_layernorm_backward, "backward as called, one row of 64, time / plain loop", WORST_TIME, 1.3, called, plain_loop,
     one_row_of_64},
    {is_layernorm_backward, "backward as called, one row, 768 to 1024, speed / loop: worst", WORST_SPEED, 1, called,
     plain_loop, one_row_middle},
    {is_called, "as called, one row up to 256, speed / fastest competitor: worst", WORST_SPEED, 0.55, called,
     competitor, one_row_narrow},
    {is_called, "as called, all else, speed / fastest competitor: worst", WORST_SPEED, 0.9, called, competitor,
     not_one_row_narrow},
    {is_called, "heads, speed / fastest plain loop: geometric mean", MEAN_SPEED, 1.1, heads, heads_loop, NULL},
    {is_called, "as called, flush-to-zero set by the caller, more ns a call", MORE_FLUSHED, 4, pair, NULL, single_row},
    {is_any, "y apart from x, speed / y at the same place within 4 KB: mean", MEAN_SPEED, 1, best, same, NULL},
    {is_far, "far rows, time / near rows: worst", WORST_TIME, 1.4, best, near, NULL},
    {is_far, "far rows, speed / fastest plain loop: worst", WORST_SPEED, 1, best, plain_loop, NULL},
    {is_bf16, "bf16, time / copy floor, 256 rows and more: worst", WORST_TIME, 2, best, moving, large},
    {is_bf16, "bf16, speed / oneDNN: geometric mean", MEAN_SPEED, 3, best, onednn, NULL},
    {keeps_sum, "residual pre, time / add floor, 256 rows and more: worst", WORST_TIME, 1.2, best, moving, large},
    {has_residual, "residual, speed / add, then our norm: worst", WORST_SPEED, 1, best, unfused, NULL},
    {is_int8, "int8, speed / our f32 kernel, past the caches: worst", WORST_SPEED, 1, best, unfused, past_caches},
    {is_backward, "backward, time / floor, 256 rows and more: worst", WORST_TIME, 2, best, moving, large},
    {is_backward, "backward, speed / oneDNN: geometric mean", MEAN_SPEED, 2, best, onednn, NULL},
    {is_backward, "backward, speed / plain loop: geometric mean", MEAN_SPEED, 2, best, plain_loop, NULL},
};

/* The floor that is closest to a kernel: the affine floor, or where there is none the floor of the case. */
static const Result *floor_of(const Cell *cell)
{
    const Result *with_parameters = affine(cell);
    return with_parameters ? with_parameters : moving(cell);
}

static int is_most(const Figure *f) { return f->reading != WORST_SPEED && f->reading != MEAN_SPEED; }

/* The figure's value in a cell; NAN when the cell does not count. */
static double value_in(const Figure *f, const Cell *cell)
{
    const Result *us = f->us(cell), *them = f->them ? f->them(cell) : NULL;
    if (!f->of(cell->of) || !us || (f->them && !them) || (f->counts && !f->counts(cell)))
        return NAN;
    switch (f->reading) {
    case NANOSECONDS:
        return us->ns.median * (double)cell->rows;
    case MORE_FLUSHED:
        return (us->flushed.median - us->ns.median) * (double)cell->rows;
    case WORST_TIME:
        return us->ns.median / them->ns.median;
    default:
        return them->ns.median / us->ns.median;
    }
}

/* Prints a figure, unless it has no cells. */
static void report_figure(FILE *to, const Figure *f, const Cells *cells)
{
    GeoMean mean = {0}, most = {0};
    const Cell *worst = NULL;
    double worst_value = 0;
    for (size_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->at[i];
        const double value = value_in(f, cell);
        if (isnan(value))
            continue;
        geomean_add(&mean, fmax(value, 1e-9));
        if (f->them && floor_of(cell))
            geomean_add(&most, f->them(cell)->ns.median / floor_of(cell)->ns.median);
        if (!worst || (is_most(f) ? value > worst_value : value < worst_value)) {
            worst = cell;
            worst_value = value;
        }
    }
    if (!worst)
        return;
    const double value = f->reading == MEAN_SPEED ? geomean_of(&mean) : worst_value;
    const int met = is_most(f) ? value <= f->bar : value >= f->bar;
    fprintf(to, "  %-64s %8.2f   %s %5.2f  %-6s", f->text, value, is_most(f) ? "<=" : ">=", f->bar,
            met ? "pass" : "short");
    const char *name = f->of == is_usual ? "" : worst->of->name;
    if (f->reading == MEAN_SPEED)
        fprintf(to, " %zu cells, least %.2f at %s%s%zu x %zu; the floor's %.2f\n", mean.count, worst_value, name,
                *name ? " " : "", worst->width, worst->rows, geomean_of(&most));
    else if (f->reading == NANOSECONDS || f->reading == MORE_FLUSHED)
        fprintf(to, " at %s%s%zu x %zu, the most of %zu cells\n", name, *name ? " " : "", worst->width, worst->rows,
                mean.count);
    else
        fprintf(to, " at %s%s%zu x %zu; mean %.2f of %zu cells\n", name, *name ? " " : "", worst->width, worst->rows,
                geomean_of(&mean), mean.count);
}

void report_figures(FILE *to, const Cells *cells)
{
    fprintf(to, "\nFigures\n");
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        report_figure(to, &figures[i], cells);
}
