/* rows.h - what the drivers share: arrays that overlap, and work for threads. */
#ifndef LN_ROWS_H
#define LN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE
#endif

/* Whether n bytes at a and m bytes at b share one; n, m > 0. In arithmetic modulo 2^64: b lies in (a - m, a + n). */
static inline int overlap(uintptr_t a, size_t n, uintptr_t b, size_t m) { return b - a + (m - 1) < n + (m - 1); }

/* Bytes from the first element of the first row to the last of the last; 0 when they are too many. rows > 1. */
static inline size_t extent(size_t rows, size_t stride, size_t width, size_t element)
{
    const size_t most = (size_t)PTRDIFF_MAX / element - width;
    if (stride > most / (rows - 1))
        return 0;
    return ((rows - 1) * stride + width) * element;
}

/* How many threads repay themselves for rows of so many elements: all or one, since teams of changing size cost more
 * than they bring. */
int ln_worthwhile_threads(size_t rows, size_t width);

/* Where part `part` of `parts` begins: parts are contiguous, and of whole groups of rows where that leaves them of
 * about equal size. */
size_t ln_part_begin(size_t rows, size_t part, size_t parts);

#endif
