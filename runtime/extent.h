/* extent.h - bytes that arrays of rows cover, and whether two of them meet; for the argument checks. */
#ifndef LN_EXTENT_H
#define LN_EXTENT_H

#include <stddef.h>
#include <stdint.h>

/* Whether n bytes at a and m bytes at b share one; n, m > 0. In arithmetic modulo 2^64: b lies in (a - m, a + n). */
static inline int overlap(uintptr_t a, size_t n, uintptr_t b, size_t m) { return b - a + (m - 1) < n + (m - 1); }

/* Bytes from the first element of the first row to the last of the last; 0 when they are too many. */
static inline size_t extent(size_t rows, size_t stride, size_t width, size_t element)
{
    const size_t most = (size_t)PTRDIFF_MAX / element - width;
    if (stride > most / (rows - 1))
        return 0;
    return ((rows - 1) * stride + width) * element;
}

/* Whether output `out` may stand in for input `in`: the same rows, or none in common. */
static inline int same_or_apart(const void *in, size_t in_stride, const void *out, size_t out_stride, size_t rows,
                                size_t in_bytes, size_t out_bytes)
{
    if (in == out)
        return rows == 1 || in_stride == out_stride;
    return !overlap((uintptr_t)in, in_bytes, (uintptr_t)out, out_bytes);
}

#endif
