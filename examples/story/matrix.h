/* SPDX-License-Identifier: MIT */
/* matrix.h - products of matrices whose bits depend on nothing but the matrices: each element of a product is a sum
 * over k in its order, on whichever thread, in registers of whichever width. */
#ifndef STORY_MATRIX_H
#define STORY_MATRIX_H

#include <stddef.h>

/* c[i][j] = sum over k of a[i][k] * b[k][j]; a is [rows][inner], b [inner][columns], c [rows][columns], with rows
 * a_next, b_next and c_next floats apart. On the calling thread. */
void multiply(float *c, size_t c_next, const float *a, size_t a_next, const float *b, size_t b_next, size_t rows,
              size_t columns, size_t inner);

/* The same without gaps between rows, on several threads. */
void multiply_all(float *c, const float *a, const float *b, size_t rows, size_t columns, size_t inner, int threads);

/* b[j][i] = a[i][j]; a is [rows][columns] with rows a_next floats apart, b has no gaps. */
void transpose(float *b, const float *a, size_t a_next, size_t rows, size_t columns);

#endif
