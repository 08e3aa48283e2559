#ifndef LN_KERNEL_H
#define LN_KERNEL_H

/* What every kernel is given, and what keeps a compiler's hands off its arithmetic. */

#include <stddef.h>
#include <stdint.h>

/* The bits of a kernel's output are fixed by its spec; -ffast-math, -Ofast and contraction must not change them. */
#if defined(__clang__)
#pragma float_control(precise, on)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("no-fast-math", "no-unsafe-math-optimizations", "no-associative-math", "no-reciprocal-math")
#pragma GCC optimize("signed-zeros", "trapping-math", "no-finite-math-only", "fp-contract=off")
#endif

/* Part of every function's target: with -ffast-math gcc lets comparisons with NaN come out true, and no pragma takes
 * that back. */
#if defined(__GNUC__) && !defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#define LN_IEEE "ieee-fp,"
#define LN_IEEE_ONLY __attribute__((target("ieee-fp")))
#else
#define LN_IEEE ""
#define LN_IEEE_ONLY
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Statistics of a row, or of the part of one that lies here. LayerNorm: the mean, and the sum of (x - mean)^2. RMSNorm:
 * 0, and the sum of x^2. ln_batch.h merges those of parts. */
typedef struct ln_stats {
    double mean, m2;
} ln_stats;

/* Arguments of a kernel. Kernels check nothing; ln.h is the checked door. What a spec does not have is ignored.
 *
 * x, y          [rows][width], rows x_stride and y_stride elements apart; y == x is allowed with equal strides, but for
 *               int8 output, where y is int8_t
 * gamma, beta   [width], elements of x's type, or float when the spec says so
 * residual      [rows][width], added to x before the norm; x + residual is rounded to the element type
 * sum           [rows][width], where x + residual is written; may be x or residual with an equal stride
 * mean, rstd    [rows] of float, written when not NULL
 * eps           added to the variance, in units of x squared, >= 0
 * stream        1: y (dx) is written past the caches; 2: it is not; 0: whoever checks arguments chooses by the size of
 *               the batch, and a kernel by itself writes through the caches
 * bias          [width], elements of x's type, added to x before the residual; x + bias is rounded like the sum
 * scale         [rows], int8 output: the scale of each row, that is its largest magnitude before rounding / 127
 * static_scale  int8 output with one scale for all rows: that scale, at least FLT_MIN and finite
 * y2            [rows][width], rows y2_stride elements apart: the second norm of the same rows; may be x as y may
 * gamma2, beta2 [width], its parameters
 * stats         [rows] of statistics: pass stats writes those of the width elements here, pass apply reads those of
 *               whole rows
 * whole_width   pass apply: elements of a whole row, of which width are here; >= width
 *
 * Backward, where mean and rstd are inputs, as the forward pass stored them, and y, beta and eps are not used:
 * dy, dx        [rows][width], rows dy_stride and dx_stride elements apart; dx may be dy or x with an equal stride
 * dgamma, dbeta [width] of float whatever x's type is: sums over the rows
 * accumulate    LN_ADD_DX, LN_ADD_PARAMS, both or 0: what is added to rather than replaced
 * workspace     [blocks][1 or 2][width] of float, width padded to a multiple of 32: sums over each block of
 *               LN_BACKWARD_BLOCK rows, dgamma's before dbeta's. A kernel that gets none (NULL) adds row after row to
 *               dgamma and dbeta themselves
 * workspace_bytes  its size
 * reduce_rows   set for kernels only: not 0, rows of a batch whose blocks are all in the workspace; instead of rows, the
 *               columns begin .. end - 1 of dgamma and dbeta are finished; begin is a multiple of 32 */
typedef struct ln_args {
    size_t width;
    size_t x_stride, y_stride, residual_stride, sum_stride;
    const void *x;
    void *y;
    const void *gamma, *beta;
    const void *residual;
    void *sum;
    float *mean, *rstd;
    float eps;
    int stream;
    const void *bias;
    float *scale;
    float static_scale;
    void *y2;
    size_t y2_stride;
    const void *gamma2, *beta2;
    ln_stats *stats;
    size_t whole_width;
    const void *dy;
    void *dx;
    size_t dy_stride, dx_stride;
    float *dgamma, *dbeta;
    int accumulate;
    float *workspace;
    size_t workspace_bytes;
    size_t reduce_rows;
} ln_args;

enum { LN_ADD_DX = 1, LN_ADD_PARAMS = 2, LN_BACKWARD_BLOCK = 32 };

/* Works on the rows begin .. end - 1: normalises them, or takes their statistics; backward, begin is a multiple of
 * LN_BACKWARD_BLOCK, end another or the last. */
typedef void ln_kernel(const ln_args *args, size_t begin, size_t end);

/* Where heads lie within a token, in elements, for norms over each head of each token; ln_args then describes tokens:
 * rows are heads of `width` elements, x_stride and y_stride lie between tokens.
 *
 * heads         in each token, >= 1
 * x_head        from one head of x to the next, >= width
 * y_head        the same of y
 * gamma_head    from the gamma of one head to that of the next, and the same of beta; 0: all heads share one */
typedef struct ln_heads {
    size_t heads, x_head, y_head, gamma_head;
} ln_heads;

#ifdef __cplusplus
}
#endif

#endif
