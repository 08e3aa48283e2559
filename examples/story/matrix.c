/* matrix.c - products of matrices, in tiles of four rows and sixteen columns. */
#include "matrix.h"

#include "numbers.h"

enum { TILE_ROWS = 4, TILE_COLUMNS = 16 };

/* A whole tile: its sums stay in registers. */
static inline void multiply_tile(float *c, size_t c_next, const float *a, size_t a_next, const float *b, size_t b_next,
                                 size_t inner)
{
    float sum[TILE_ROWS][TILE_COLUMNS] = {{0}};
    for (size_t k = 0; k < inner; k++)
        for (int i = 0; i < TILE_ROWS; i++) {
            const float factor = a[(size_t)i * a_next + k];
            for (int j = 0; j < TILE_COLUMNS; j++)
                sum[i][j] += factor * b[k * b_next + (size_t)j];
        }
    for (int i = 0; i < TILE_ROWS; i++)
        for (int j = 0; j < TILE_COLUMNS; j++)
            c[(size_t)i * c_next + (size_t)j] = sum[i][j];
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
        multiply(c + first * columns, columns, a + first * inner, inner, b, columns, left < TILE_ROWS ? left : TILE_ROWS,
                 columns, inner);
    }
}

void transpose(float *b, const float *a, size_t a_next, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            b[j * rows + i] = a[i * a_next + j];
}
