/* arrays.h - the arrays of a job, in one block as an arena would lay them out. */
#ifndef BENCH_ARRAYS_H
#define BENCH_ARRAYS_H

#include "job.h"
#include "memory.h"

#include <string.h>

/* Bytes that lay_out takes. */
size_t arrays_bytes(const struct Case *of, size_t width, size_t rows, size_t gap);

/* Inputs before outputs, `gap` bytes between them; inputs are filled, with other values for another seed. 0 when the
 * memory is used up. */
int lay_out(Job *job, Memory *memory, const struct Case *of, size_t width, size_t rows, size_t gap, unsigned seed);

/* Where in a job the addresses of its arrays of rows are. */
typedef struct RowArrays {
    size_t count, at[16];
} RowArrays;

RowArrays row_arrays(const struct Case *of);

/* Puts the job's arrays of rows, inputs and outputs, so many bytes past those of `from`. In the measured time. */
static inline void move_rows(Job *job, const Job *from, const RowArrays *arrays, size_t bytes)
{
    for (size_t i = 0; i < arrays->count; i++) {
        char *at;
        memcpy(&at, (const char *)from + arrays->at[i], sizeof at);
        at += bytes;
        memcpy((char *)job + arrays->at[i], &at, sizeof at);
    }
}

/* Spoils every step'th row of the outputs, and all of those that have no rows. */
void spoil(const Job *job, size_t step);

/* Element i of an array of x's type. */
float element(const Job *job, const void *array, size_t i);

#endif
