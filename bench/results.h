/* results.h - what was measured: cells of contenders. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include "contender.h"
#include "stats.h"

typedef struct Result {
    const Contender *contender;
    int threads;
    Stats ns; /* per row */
    double error;
} Result;

typedef struct Cell {
    const struct Case *of;
    size_t width, rows, rounds;
    size_t count;
    Result *at;
} Cell;

typedef struct Cells {
    size_t count;
    Cell *at;
} Cells;

/* The fastest of a kind, built for `cap` or less, on so many threads; NULL when there is none. */
const Result *fastest(const Cell *cell, Kind kind, Isa cap, int threads);

/* The fastest of a kind built for exactly this instruction set. */
const Result *fastest_of(const Cell *cell, Kind kind, Isa isa, int threads);

/* The one of this kind for exactly this instruction set; NULL when there is none. */
const Result *result_of(const Cell *cell, Kind kind, Isa isa, int threads);

/* Our specialised kernel of the highest instruction set. */
const Result *ours(const Cell *cell, int threads);

int most_threads(const Cell *cell);

/* What the case reads and writes at least, gigabytes a second. */
double gigabytes(const Cell *cell, const Result *result);

#endif
