/* SPDX-License-Identifier: MIT */
/* matrix.c - products of matrices, in tiles of four rows and sixteen columns. */
#include "matrix.h"

#include "numbers.h"

#include <string.h>

/* Floats of a vector: as many as a register of AVX2 holds, where there is a clone for it, else four. */
#if defined(STORY_CLONES)
enum { VECTOR = 8 };
#else
enum { VECTOR = 4 };
#endif
enum { TILE_ROWS = 4, TILE_COLUMNS = 16, VECTORS = TILE_COLUMNS / VECTOR };

/* Floats that are added and multiplied one by one. */
typedef float Vector __attribute__((vector_size(VECTOR * sizeof(float))));

/* A whole tile: its sums stay in registers. */
static inline __attribute__((always_inline)) void multiply_tile(float *c, size_t c_next, const float *a, size_t a_next,
                                                                const float *b, size_t b_next, size_t inner)
{
    Vector sum[TILE_ROWS][VECTORS] = {{{0}}};
    for (size_t k = 0; k < inner; k++) {
        Vector of_b[VECTORS];
        for (size_t j = 0; j < VECTORS; j++)
            memcpy(&of_b[j], b + k * b_next + j * VECTOR, sizeof of_b[j]);
        for (size_t i = 0; i < TILE_ROWS; i++)
            for (size_t j = 0; j < VECTORS; j++)
                sum[i][j] += a[i * a_next + k] * of_b[j];
    }
    for (size_t i = 0; i < TILE_ROWS; i++)
        memcpy(c + i * c_next, sum[i], sizeof sum[i]);
}

CLONES void multiply(float *c, size_t c_next, const float *a, size_t a_next, const float *b, size_t b_next, size_t rows,
                     size_t columns, size_t inner)
{
    for (size_t i = 0; i < rows; i += TILE_ROWS)
        for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
            if (rows - i >= TILE_ROWS && columns - j >= TILE_COLUMNS) {
                multiply_tile(c + i * c_next + j, c_next, a + i * a_next, a_next, b + j, b_next, inner);
                continue;
            }
            for (size_t p = i; p < rows && p < i + TILE_ROWS; p++)
                for (size_t q = j; q < columns && q < j + TILE_COLUMNS; q++) {
                    float sum = 0;
                    for (size_t k = 0; k < inner; k++)
                        sum += a[p * a_next + k] * b[k * b_next + q];
                    c[p * c_next + q] = sum;
                }
        }
}

void multiply_all(float *c, const float *a, const float *b, size_t rows, size_t columns, size_t inner, int threads)
{
    const size_t blocks = (rows + TILE_ROWS - 1) / TILE_ROWS;
    (void)threads; /* without OpenMP */
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (size_t block = 0; block < blocks; block++) {
        const size_t first = block * TILE_ROWS, left = rows - first;
        multiply(c + first * columns, columns, a + first * inner, inner, b, columns,
                 left < TILE_ROWS ? left : TILE_ROWS, columns, inner);
    }
}

void transpose(float *b, const float *a, size_t a_next, size_t rows, size_t columns)
{
    enum { SIDE = 16 }; /* of squares that stay in the first-level cache */
    for (size_t i = 0; i < rows; i += SIDE)
        for (size_t j = 0; j < columns; j += SIDE)
            for (size_t q = j; q < columns && q < j + SIDE; q++)
                for (size_t p = i; p < rows && p < i + SIDE; p++)
                    b[q * rows + p] = a[p * a_next + q];
}
