/* SPDX-License-Identifier: MIT */
/* ln.h - LayerNorm and RMSNorm over rows: find a kernel once, run it on as many batches as you like.
 *
 *     const ln_entry *norm = ln_find((ln_spec){.width = 768}, NULL);
 *     ln_args args = {.width = 768, .x_stride = 768, .y_stride = 768, .x = x, .y = y,
 *                     .gamma = gamma, .beta = beta, .eps = 1e-5f};
 *     ln_status status = ln_run(norm, &args, rows);
 *     if (status)
 *         fprintf(stderr, "%s\n", ln_status_message(status));
 *
 * The same row, parameters and eps give the same bits from every entry, for any number of threads and rows.
 * Every function may be called from any thread at any time. */
#ifndef LN_H
#define LN_H

#include "ln_spec.h" /* ln_spec and the enums of its fields, ln_isa */

/* ln_kernel.h sets options of arithmetic for its own code. Your code keeps those that your compiler was given. */
#if defined(LN_FLOAT_CONTROL)
#pragma float_control(push)
#elif defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#endif
#include "ln_kernel.h" /* ln_args, ln_heads, ln_stats, ln_kernel: what each argument means */
#if defined(LN_FLOAT_CONTROL)
#pragma float_control(pop)
#elif defined(__clang__)
#pragma STDC FP_CONTRACT DEFAULT
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif

#include "ln_status.h" /* ln_status: what functions return, and what each status says */

#include <stddef.h>

#ifndef LN_API
#if defined(__GNUC__)
#define LN_API __attribute__((visibility("default")))
#else
#define LN_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* One kernel of the table. Entries are constant and live as long as the program. */
typedef struct ln_entry {
    const char *name;
    ln_isa isa;
    ln_spec spec;
    ln_kernel *kernel; /* unchecked, on the calling thread */
} ln_entry;

/* One line of English without a full stop; for every int. */
LN_API const char *ln_status_message(ln_status status);

/* Where outputs go, in args.stream. */
typedef enum ln_stream {
    LN_STREAM_AUTO,   /* past the caches when the batch writes ln_stream_bytes() or more */
    LN_STREAM_ALWAYS, /* past the caches, but for lines that rows share, and what is not f32 in kernels for any width */
    LN_STREAM_NEVER,  /* through the caches */
    LN_STREAM_COLD    /* no cache holds x or y, and nothing reads y soon: as ALWAYS from 16 rows on, else as NEVER */
} ln_stream;

/* The best kernel for the spec that this processor, operating system and LN_ISA allow: one made for the width, or one
 * for any width. On a Zen 4 it is of AVX2 in place of AVX-512 where that takes less time, as for most rows of f16 from
 * 256 elements on, unless LN_ISA names an instruction set; it gives the same bits. Where that is so within the caches
 * alone, it is an entry that is not in ln_table(), with a name that ends in _zen4. If there is none, returns NULL, and
 * *why says the reason; why may be NULL. */
LN_API const ln_entry *ln_find(ln_spec spec, ln_status *why);

/* The same with no instruction set above `isa`; it is of the best that is left, on a Zen 4, too. */
LN_API const ln_entry *ln_find_isa(ln_spec spec, ln_isa isa, ln_status *why);

/* Normalises rows 0 .. rows - 1, on several threads where the work repays them (omp_set_num_threads and
 * OMP_NUM_THREADS say how many at most). libgomp's threads do not survive fork, and a child would wait for them for
 * ever. A child whose parent had used several here stays on one; where the parent had used them elsewhere alone, which
 * OpenMP tells nobody, the child must call omp_set_num_threads(1). No allocation and no lock; one row costs the checks
 * and a call.
 *
 * args.width         the spec's
 * args.x, args.y     [rows][width], rows x_stride and y_stride elements apart; y == x with equal strides is allowed, so
 *                    are interleaved rows of one buffer with equal strides; any other overlap is LN_OVERLAP_X; for
 *                    specs with int8 output y is int8_t and overlaps nothing
 * args.gamma, .beta  [width], elements of x's type or, for params f32, float; ignored when the spec has none
 * args.residual      [rows][width], for specs with a residual; y may be the residual with an equal stride
 * args.sum           [rows][width], for residual pre: x + residual goes here; may be x or the residual with an equal
 *                    stride, and overlaps nothing else
 * args.bias          [width], for specs with a bias: added to x before the residual
 * args.scale         [rows], for int8 output: row i of y stands for y * scale[i]; 0 for a row below 2^-119, infinity
 *                    for one with an infinity, NaN for one with a NaN
 * args.static_scale  for int8 output with one scale: y stands for y * static_scale; from FLT_MIN to FLT_MAX
 * args.y2            [rows][width], for two norms, rows y2_stride elements apart: the norm with gamma2 and beta2; may
 *                    be x or the residual with an equal stride; its rows may also lie between those of y, or of any
 *                    other array with an equal stride
 * args.gamma2, .beta2  as gamma and beta, but for y2
 * args.mean, .rstd   [rows], or NULL when not wanted; RMSNorm writes no mean, but its place is checked
 * args.eps           added to the variance, in units of x squared, >= 0
 * args.stream        an ln_stream
 * args.stats         [rows]: pass stats writes it, and of the arguments above takes width, x and eps alone; pass apply
 *                    reads it, and y, mean and rstd may not overlap it
 * args.whole_width   pass apply: elements of the whole rows that args.stats is of, >= args.width
 * rows               0 is allowed: nothing is read or written
 * returns            LN_OK, or a status naming the argument; nothing is written then */
LN_API ln_status ln_run(const ln_entry *entry, const ln_args *args, size_t rows);

/* The same on exactly `threads` threads, as far as OpenMP gives them and rows last, 1024 at most; 0 is ln_run's own
 * choice, negative numbers and those above LN_THREADS_AWAKE are LN_BAD_THREADS. Where the system gives no more
 * threads, libgomp ends the process. LN_THREADS_AWAKE is the choice for a caller who knows that OpenMP's threads are
 * awake, since they have just left a parallel region: half as much work repays them. Where they sleep after all,
 * waking them may cost more than the whole batch. */
#define LN_THREADS_AWAKE (1 << 30)
LN_API ln_status ln_run_threads(const ln_entry *entry, const ln_args *args, size_t rows, int threads);

/* The same on the calling thread, rows begin .. end - 1 of the batch only: for callers with a thread pool. The checks
 * and the choice of stores are those of the whole batch. Ranges that begin at multiples of LN_ROW_GROUP are fastest. */
LN_API ln_status ln_run_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end);
#define LN_ROW_GROUP 8

/* The backward pass: the functions above, with an entry found with .pass = LN_PASS_BACKWARD, and ln_run_finish. With
 * xhat = (x - mean)*rstd, g = dy*gamma (dy*(1 + gamma), dy) and averages over the row,
 *
 *     dx = rstd*(g - average(g) - xhat*average(g*xhat))      RMSNorm: xhat = x*rstd, and no average(g)
 *     dgamma = sum over rows of dy*xhat      dbeta = sum over rows of dy
 *
 * args.x, args.dy       [rows][width], rows x_stride and dy_stride elements apart
 * args.mean, args.rstd  [rows], as the forward pass stored them; mean for LayerNorm only
 * args.gamma            [width], when the spec has it
 * args.dx               [rows][width], of x's type; may be dy or x with an equal stride unless it is added to
 * args.dgamma, .dbeta   [width] of float, if the spec has gamma, and beta
 * args.accumulate       LN_ADD_DX: dx is added to what is there; LN_ADD_PARAMS: dgamma and dbeta are; else replaced
 * args.workspace        workspace_bytes >= ln_workspace_bytes(spec, rows), when the spec has gamma; no need to clear it
 * args.stream           an ln_stream, of dx
 *
 * No output may overlap anything else. Rows are summed in blocks of LN_BACKWARD_BLOCK, the blocks in their order: the
 * bits do not depend on threads. Statistics that are not finite give what the formulas give. The sums over no rows are
 * 0: with rows 0, too, dgamma and dbeta are written unless they are added to.
 *
 * ln_run_rows works here on whole blocks: begin and end are multiples of LN_BACKWARD_BLOCK, or end is `rows`. It leaves
 * dgamma and dbeta alone; when all rows are done, ln_run_finish sums the blocks. */

/* Sums the blocks of rows of a backward pass, which ln_run_rows left in the workspace, into dgamma and dbeta. */
LN_API ln_status ln_run_finish(const ln_entry *entry, const ln_args *args, size_t rows);

/* Bytes of workspace that a batch of so many rows needs; 0 for specs that need none, SIZE_MAX for more than memory
 * holds. Meant for backward specs; the width must be set. */
LN_API size_t ln_workspace_bytes(ln_spec spec, size_t rows);

/* Rows that lie in pieces, on several machines for instance, take three steps: pass stats on each piece, ln_stats_merge
 * over the statistics of all pieces, pass apply on each piece with its own gamma and beta. Give all the same eps: where
 * it is small it decides which pieces are summed in double.
 *
 * ln_stats_merge gives the statistics of whole rows, from those of their pieces in the order of the pieces: the same
 * bits wherever it is done in that order. docs/numerics.md has the formulas and the error.
 *
 * pieces   [count][rows], as an MPI_Allgather leaves them
 * widths   [count], elements of each piece; a piece of 0 elements says nothing, whatever its statistics are
 * whole    [rows]; may be `pieces`, overlaps nothing otherwise
 * returns  LN_OK; LN_NULL_STATS, LN_NULL_WIDTHS, LN_BAD_PARTS, LN_TOO_LARGE, LN_MISALIGNED or LN_OVERLAP, and nothing
 *          is written then */
LN_API ln_status ln_stats_merge(ln_stats *whole, const ln_stats *pieces, const size_t *widths, size_t count,
                                size_t rows);

/* Normalises every head of `rows` tokens by itself, as q and k norms do: the bits of ln_run on each head alone. Threads
 * as ln_run. For specs of the forward pass without a residual, one norm, not quantised: LN_HEADS_SPEC otherwise.
 *
 * args.x, args.y     [rows][heads][width]: tokens x_stride and y_stride elements apart, their heads heads->x_head and
 *                    y_head; all heads of a token come before those of the next. y == x with equal strides is allowed,
 *                    so are tokens of one in the gaps between those of the other, with equal x_stride and y_stride;
 *                    any other overlap is LN_OVERLAP_X
 * args.gamma, .beta  [width], or with heads->gamma_head not 0 [heads][width], so many elements apart
 * args.mean, .rstd   [rows][heads], or NULL
 * args.stream        as for ln_run; past the caches only where tokens leave no gaps between heads and gamma is shared
 * the rest           as for ln_run */
LN_API ln_status ln_run_heads(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows);

/* The same on the calling thread, tokens begin .. end - 1 only. */
LN_API ln_status ln_run_heads_rows(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows,
                                   size_t begin, size_t end);

/* Bytes of outputs from which LN_STREAM_AUTO writes past the caches: a quarter of the last-level cache, whose size is
 * read once from the processor, else from the system, and taken as 16 MiB where neither tells; at most 16 MiB for each
 * processor, since a virtual machine may be told of a cache that it shares with others. Of AMD's processors that do not
 * tell it is taken as 32 MiB, which some of the cores share: the system adds up all such caches. For gradients, two
 * thirds of it: they read two arrays for the one that they write. With int8 half of the bytes that are read and written
 * count. */
LN_API size_t ln_stream_bytes(void);

/* The best instruction set in use: what processor and operating system support, capped by the environment variable
 * LN_ISA = scalar | avx2 | avx512, in capitals or small letters. LN_ISA is read once, at the first call of any function
 * that depends on it. */
LN_API ln_isa ln_best_isa(void);

/* Whether processor and operating system support an instruction set, whatever LN_ISA says. */
LN_API int ln_isa_supported(ln_isa isa);

LN_API const char *ln_isa_name(ln_isa isa); /* its name, as in LN_ISA; "unknown" for other values */

/* NULL, or one line saying that the value of LN_ISA is unknown and was ignored. */
LN_API const char *ln_isa_note(void);

/* Every kernel of this library, best first, those this processor cannot run included. */
LN_API const ln_entry *ln_table(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
