/* SPDX-License-Identifier: MIT */
/* arrays.h - the arrays of a job, in one allocation, one after the other. */
#ifndef BENCH_ARRAYS_H
#define BENCH_ARRAYS_H

#include "job.h"
#include "memory.h"

#include <string.h>

typedef struct Layout {
    size_t gap; /* bytes left free before y, so that x and y lie on different cache sets */
    int apart;  /* arrays of rows lie apart in the lowest 12 bits of addresses, as in an arena */
    double far; /* the mean, in deviations, of rows that the case wants far from zero */
} Layout;

/* The bytes that lay_out needs. */
size_t arrays_bytes(const struct Case *of, size_t width, size_t rows, const Layout *layout);

/* Lays out the inputs, then the outputs, and fills the inputs with values that depend on the seed. Returns 0 when the
 * memory is used up. */
int lay_out(Job *job, Memory *memory, const struct Case *of, size_t width, size_t rows, const Layout *layout,
            unsigned seed);

/* The offsets in a job of the addresses of its arrays of rows. */
typedef struct RowArrays {
    size_t count, at[16];
} RowArrays;

RowArrays row_arrays(const struct Case *of);

/* Sets the addresses of the job's arrays of rows, inputs and outputs, to those of `from` plus `bytes`. This is inside
 * the measured time. */
static inline void move_rows(Job *job, const Job *from, const RowArrays *arrays, size_t bytes)
{
    for (size_t i = 0; i < arrays->count; i++) {
        char *at;
        memcpy(&at, (const char *)from + arrays->at[i], sizeof at);
        at += bytes;
        memcpy((char *)job + arrays->at[i], &at, sizeof at);
    }
}

/* Overwrites every step'th row of the outputs, and all of the outputs without rows, with values that no result has. */
void spoil(const Job *job, size_t step);

/* Returns element i of an array of x's type. */
float element(const Job *job, const void *array, size_t i);

#endif
