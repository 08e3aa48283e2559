/* SPDX-License-Identifier: MIT */
/* results.h - the results: a cell holds the times of all its contenders. */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include "contender.h"
#include "stats.h"

typedef struct Result {
    const Contender *contender;
    int threads;
    Stats ns;      /* per row */
    Stats flushed; /* the same with denormals flushed to zero by the caller; the median is NAN when not measured */
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

/* The fastest result of a kind on so many threads; NULL when there is none. */
const Result *fastest(const Cell *cell, Kind kind, int threads);

/* The same among the instruction sets from `least` to `most`. */
const Result *fastest_between(const Cell *cell, Kind kind, ln_isa least, ln_isa most, int threads);

/* The first result of a kind with exactly this instruction set; NULL when there is none. */
const Result *result_of(const Cell *cell, Kind kind, ln_isa isa, int threads);

/* The result of our specialised kernel with the best instruction set. */
const Result *ours(const Cell *cell, int threads);

int most_threads(const Cell *cell);

/* Gigabytes per second, counting the bytes that the case must at least read and write. */
double gigabytes(const Cell *cell, const Result *result);

#endif
