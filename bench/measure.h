/* measure.h - the harness: everyone on the same data, round-robin, in one process. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "memory.h"
#include "results.h"

enum { ROUNDS_MAX = 1001 };

typedef struct Settings {
    double seconds; /* for one cell, about; at least ROUNDS_MIN rounds are made whatever they take */
    double sample;  /* seconds one sample takes at least */
    size_t rounds;  /* at most */
    int threads;    /* measured besides one thread when more than 1 */
    size_t gap;     /* bytes left free before y, to move it against x in the caches' sets */
    int cold;       /* every call meets other buffers, together larger than the last-level cache */
    int read;       /* y, where there is one, is read right after each call, inside the measured time */
} Settings;

enum { ROUNDS_MIN = 5 };

/* Bytes of memory that a cell needs. */
size_t cell_bytes(const Settings *settings, const struct Case *of, size_t width, size_t rows);

/* Checks, calibrates and times everyone of the list who serves this cell of its case. The cell's results are allocated;
 * 0 and a line on stderr when memory is short. Who computes the wrong thing is named on stderr and left out. */
int measure_cell(Cell *cell, const Settings *settings, const Contenders *contenders, Memory *memory, size_t width,
                 size_t rows);

double now(void);

#endif
