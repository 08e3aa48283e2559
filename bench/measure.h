/* SPDX-License-Identifier: MIT */
/* measure.h - the harness: measures all contenders in turns, on the same data, in one process. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "arrays.h"
#include "results.h"

enum { ROUNDS_MAX = 1001 };

typedef struct Settings {
    double seconds; /* about how long one cell is measured, but at least for ROUNDS_MIN rounds */
    double sample;  /* the least seconds that a sample takes */
    size_t rounds;  /* the most rounds for one cell */
    int threads;    /* when more than 1, contenders are measured on one thread and on so many */
    Layout layout;
    int flush;      /* also measure on one thread with denormals flushed to zero by the caller */
    size_t cold;    /* when not 0, each call gets other arrays, together of at least so many bytes */
    size_t between; /* so many bytes of other memory are worked on between two calls, outside the measured time */
    int read;       /* y, where there is one, is read right after each call, inside the measured time */
} Settings;

enum { ROUNDS_MIN = 5 };

/* The bytes of memory that a cell needs. */
size_t cell_bytes(const Settings *settings, const struct Case *of, size_t width, size_t rows);

/* Checks, calibrates and times all contenders of the list that can do this cell, and allocates the cell's results. A
 * contender that computes the wrong thing is named on stderr and left out. Returns 0, with a line on stderr, when
 * memory is short. */
int measure_cell(Cell *cell, const Settings *settings, const Contenders *contenders, Memory *memory, size_t width,
                 size_t rows);

double now(void);

#endif
