/* arrays.h - the arrays of a job, in one block as an arena would lay them out. */
#ifndef BENCH_ARRAYS_H
#define BENCH_ARRAYS_H

#include "job.h"
#include "memory.h"

/* Bytes that lay_out takes. */
size_t arrays_bytes(const struct Case *of, size_t width, size_t rows, size_t gap);

/* Inputs before outputs, `gap` bytes between them; inputs are filled, with other values for another seed. 0 when the
 * memory is used up. */
int lay_out(Job *job, Memory *memory, const struct Case *of, size_t width, size_t rows, size_t gap, unsigned seed);

/* The same job with its arrays of rows, inputs and outputs, so many bytes further on. */
Job moved(const Job *job, size_t bytes);

/* Spoils every step'th row of the outputs, and all of those that have no rows. */
void spoil(const Job *job, size_t step);

/* Element i of an array of x's type. */
float element(const Job *job, const void *array, size_t i);

#endif
