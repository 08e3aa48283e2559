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

/* The kernels' header guards its own arithmetic; yours stays as your compiler's options say. */
#if defined(__clang__)
#pragma float_control(push)
#elif defined(__GNUC__)
#pragma GCC push_options
#endif
#include "ln_kernel.h" /* ln_args, ln_heads, ln_stats, ln_kernel */
#if defined(__clang__)
#pragma float_control(pop)
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif

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

/* What is computed. Zero in a field is the usual choice: {.width = 768} is LayerNorm forward in f32. Fields that make
 * no sense together have a status of their own, LN_PAIR_... */
typedef enum ln_op { LN_OP_LAYERNORM, LN_OP_RMSNORM } ln_op;
typedef enum ln_pass {
    LN_PASS_FORWARD,
    LN_PASS_BACKWARD,
    LN_PASS_STATS, /* statistics of a row or a part of one alone */
    LN_PASS_APPLY  /* normalises with given statistics */
} ln_pass;
typedef enum ln_dtype { LN_DTYPE_F32, LN_DTYPE_BF16, LN_DTYPE_F16 } ln_dtype;
typedef enum ln_affine {
    LN_AFFINE_DEFAULT, /* full for LayerNorm, gamma for RMSNorm */
    LN_AFFINE_FULL,    /* gamma and beta */
    LN_AFFINE_GAMMA,
    LN_AFFINE_GAMMA1, /* 1 + gamma */
    LN_AFFINE_NONE,
    LN_AFFINE_FULL1 /* 1 + gamma, rounded to gamma's type, and beta */
} ln_affine;
typedef enum ln_residual { LN_RESIDUAL_NONE, LN_RESIDUAL_PRE, LN_RESIDUAL_POST } ln_residual;

typedef enum ln_params { LN_PARAMS_SAME, LN_PARAMS_F32 } ln_params; /* type of gamma and beta: that of x, or f32 */
typedef enum ln_rounding {
    LN_ROUNDING_ONCE,       /* y is rounded to its type at the end */
    LN_ROUNDING_BEFORE_GAIN /* bf16 and f16: the normalised row also, before gamma multiplies it */
} ln_rounding;
typedef enum ln_bias { LN_BIAS_NONE, LN_BIAS_ADD } ln_bias; /* a row added to x before the residual */
typedef enum ln_quant {
    LN_QUANT_NONE,
    LN_QUANT_INT8,      /* int8 and a scale for each row */
    LN_QUANT_INT8STATIC /* int8 with a given scale */
} ln_quant;
typedef enum ln_norms { LN_NORMS_ONE, LN_NORMS_TWO } ln_norms; /* y, or y and y2 with gamma2 and beta2 */

typedef struct ln_spec {
    ln_op op;
    ln_pass pass;
    ln_dtype dtype;
    ln_affine affine;
    ln_residual residual;
    size_t width; /* elements of a row, >= 1; in an entry of the table, 0 is any width */
    ln_params params;
    ln_rounding rounding;
    ln_bias bias;
    ln_quant quant;
    ln_norms norms;
} ln_spec;

/* Instruction sets, the better the greater. */
typedef enum ln_isa { LN_ISA_SCALAR, LN_ISA_AVX2, LN_ISA_AVX512 } ln_isa;
#define LN_ISA_COUNT 3

/* One kernel of the table. Entries are constant and live as long as the program. */
typedef struct ln_entry {
    const char *name;
    ln_isa isa;
    ln_spec spec;
    ln_kernel *kernel; /* unchecked, on the calling thread */
} ln_entry;

/* 0 is success. Every other value names what was wrong; nothing has been written then. */
typedef enum ln_status {
    LN_OK,
    LN_NULL_ENTRY, /* the entry, as from an ln_find that failed */
    LN_NULL_ARGS,  /* the argument struct */
    LN_NULL_X,     /* from here to LN_NULL_STATS: an array the spec needs */
    LN_NULL_Y,
    LN_NULL_GAMMA,
    LN_NULL_BETA,
    LN_NULL_RESIDUAL,
    LN_NULL_SUM,
    LN_NULL_BIAS,
    LN_NULL_SCALE,
    LN_NULL_Y2,
    LN_NULL_GAMMA2,
    LN_NULL_BETA2,
    LN_NULL_STATS,
    LN_NULL_HEADS,  /* the struct of ln_run_heads */
    LN_NULL_WIDTHS, /* of ln_stats_merge */
    LN_BAD_WIDTH,    /* args.width is 0 or is not the entry's */
    LN_BAD_X_STRIDE, /* less than width */
    LN_BAD_Y_STRIDE,
    LN_BAD_RESIDUAL_STRIDE,
    LN_BAD_SUM_STRIDE,
    LN_BAD_Y2_STRIDE,
    LN_BAD_STATIC_SCALE, /* below FLT_MIN, infinite or not a number */
    LN_BAD_WHOLE_WIDTH,  /* args.whole_width is less than args.width */
    LN_BAD_HEADS,        /* no heads */
    LN_BAD_HEAD_STRIDE,  /* from head to head less than width */
    LN_BAD_GAMMA_STRIDE, /* from one head's gamma to the next less than width, and not 0 */
    LN_BAD_PARTS,        /* no parts to merge, or nothing in them */
    LN_BAD_EPS,     /* negative, infinite or not a number */
    LN_BAD_STREAM,  /* not a value of ln_stream */
    LN_BAD_ROWS,    /* begin > end, or end > rows */
    LN_BAD_THREADS, /* negative */
    LN_MISALIGNED,  /* an array does not start at a multiple of its element's size */
    LN_TOO_LARGE,   /* rows * stride elements do not fit into memory */
    LN_OVERLAP_X,   /* y overlaps x without being x with the same stride */
    LN_OVERLAP,     /* another output overlaps an output or an input */
    LN_BAD_OP,      /* from here to LN_BAD_NORMS: not a value of the field's type */
    LN_BAD_PASS,
    LN_BAD_DTYPE,
    LN_BAD_AFFINE,
    LN_BAD_RESIDUAL,
    LN_BAD_PARAMS,
    LN_BAD_ROUNDING,
    LN_BAD_BIAS,
    LN_BAD_QUANT,
    LN_BAD_NORMS,
    LN_BAD_SPEC_WIDTH, /* width 0 in a spec */
    LN_BAD_ISA,        /* not a value of ln_isa */
    LN_PAIR_RESIDUAL_PASS, /* from here to LN_PAIR_AFFINE_PASS: two fields that exclude each other */
    LN_PAIR_BIAS_RESIDUAL,
    LN_PAIR_QUANT_PASS,
    LN_PAIR_NORMS_PASS,
    LN_PAIR_NORMS_AFFINE,
    LN_PAIR_NORMS_QUANT,
    LN_PAIR_ROUNDING_DTYPE,
    LN_PAIR_ROUNDING_AFFINE,
    LN_PAIR_ROUNDING_QUANT,
    LN_PAIR_ROUNDING_PASS,
    LN_PAIR_PARAMS_AFFINE,
    LN_PAIR_AFFINE_PASS,
    LN_NULL_DY,        /* from here to LN_BAD_BLOCK: the backward pass; an array it needs */
    LN_NULL_DX,
    LN_NULL_MEAN,
    LN_NULL_RSTD,
    LN_NULL_DGAMMA,
    LN_NULL_DBETA,
    LN_NULL_WORKSPACE,
    LN_BAD_DY_STRIDE, /* less than width */
    LN_BAD_DX_STRIDE,
    LN_BAD_ACCUMULATE, /* not LN_ADD_DX, LN_ADD_PARAMS, both or 0 */
    LN_SMALL_WORKSPACE, /* workspace_bytes is less than ln_workspace_bytes() */
    LN_BAD_BLOCK,      /* begin or end is neither a multiple of LN_BACKWARD_BLOCK nor the last row */
    LN_NOT_BACKWARD,   /* ln_run_finish with the entry of another pass */
    LN_HEADS_SPEC,     /* ln_run_heads: a spec of another pass, with a residual, quantised or of two norms */
    LN_NO_KERNEL,      /* a spec with a meaning, for which this library was built without a kernel */
    LN_NO_MEMORY,      /* from here on: the arena's, see ln_arena.h */
    LN_ARENA_FULL,
    LN_ARENA_MARK,
    LN_ARENA_DAMAGED,
    LN_STATUS_COUNT
} ln_status;

/* One line of English without a full stop; for every int. */
LN_API const char *ln_status_message(ln_status status);

/* Where y goes, in args.stream. */
typedef enum ln_stream {
    LN_STREAM_AUTO,   /* past the caches when the batch writes ln_stream_bytes() or more */
    LN_STREAM_ALWAYS, /* past the caches where y and its stride are multiples of 64 bytes */
    LN_STREAM_NEVER   /* into the caches */
} ln_stream;

/* The best kernel for the spec that this processor, operating system and LN_ISA allow: one made for the width, or one
 * for any width. NULL, and the reason in *why when why is not NULL, if there is none. */
LN_API const ln_entry *ln_find(ln_spec spec, ln_status *why);

/* The same with no instruction set above `isa`. */
LN_API const ln_entry *ln_find_isa(ln_spec spec, ln_isa isa, ln_status *why);

/* Normalises rows 0 .. rows - 1, on several threads where the work repays them (set_num_threads and OMP_NUM_THREADS of
 * OpenMP say how many at most). No allocation and no lock; one row costs the checks and a call.
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
 * args.scale         [rows], for int8 output: row i of y stands for y * scale[i]; 0 for a row below 2^-119, infinity for
 *                    one with an infinity, NaN for one with a NaN
 * args.static_scale  for int8 output with one scale: y stands for y * static_scale; from FLT_MIN to FLT_MAX
 * args.y2            [rows][width], for two norms, rows y2_stride elements apart: the norm with gamma2 and beta2; may be
 *                    x or the residual with an equal stride, and lie in the gaps of y or any other rows of equal stride
 * args.gamma2, .beta2  as gamma and beta, of y2
 * args.mean, .rstd   [rows], or NULL when not wanted
 * args.eps           added to the variance, in units of x squared, >= 0
 * args.stream        an ln_stream
 * args.stats         [rows]: pass stats writes it, and of the arguments above takes width, x and eps alone; pass apply
 *                    reads it, and y, mean and rstd may not overlap it
 * args.whole_width   pass apply: elements of the whole rows that args.stats is of, >= args.width
 * rows               0 is allowed: nothing is read or written
 * returns            LN_OK, or a status naming the argument; nothing is written then */
LN_API ln_status ln_run(const ln_entry *entry, const ln_args *args, size_t rows);

/* The same on exactly `threads` threads, as far as OpenMP gives them; 0 is ln_run's own choice. */
LN_API ln_status ln_run_threads(const ln_entry *entry, const ln_args *args, size_t rows, int threads);

/* The same on the calling thread, rows begin .. end - 1 of the batch only: for callers with a thread pool. The checks
 * and the choice of stores are those of the whole batch. Parts that begin at multiples of LN_ROW_GROUP are fastest. */
LN_API ln_status ln_run_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end);
#define LN_ROW_GROUP 8

/* The backward pass: ln_run and its kin over an entry found with .pass = LN_PASS_BACKWARD. With xhat = (x - mean)*rstd,
 * g = dy*gamma (dy*(1 + gamma), dy) and averages over the row,
 *
 *     dx = rstd*(g - average(g) - xhat*average(g*xhat))      RMSNorm: xhat = x*rstd, and no average(g)
 *     dgamma = sum over rows of dy*xhat      dbeta = sum over rows of dy
 *
 * args.x, args.dy       [rows][width], rows x_stride and dy_stride elements apart
 * args.mean, args.rstd  [rows], as the forward pass stored them; mean for LayerNorm only
 * args.gamma            [width], when the spec has it
 * args.dx               [rows][width], of x's type; may be dy or x with an equal stride unless it is added to
 * args.dgamma, .dbeta   [width] of float, as far as the spec has gamma and beta
 * args.accumulate       LN_ADD_DX: dx is added to what is there; LN_ADD_PARAMS: dgamma and dbeta are; else replaced
 * args.workspace        workspace_bytes >= ln_workspace_bytes(spec, rows), when the spec has gamma; no need to clear it
 * args.stream           an ln_stream, of dx
 *
 * No output may overlap anything else. Rows are summed in blocks of LN_BACKWARD_BLOCK, the blocks in their order: the
 * bits do not depend on threads. Statistics that are not finite give what the formulas give.
 *
 * ln_run_rows works here on whole blocks, begin and end being multiples of LN_BACKWARD_BLOCK or the last row, and leaves
 * dgamma and dbeta alone; when all rows are done, ln_run_finish sums the blocks. */
LN_API ln_status ln_run_finish(const ln_entry *entry, const ln_args *args, size_t rows);

/* Bytes of workspace that a batch of so many rows needs; 0 for specs that need none, SIZE_MAX for more than memory
 * holds. Meant for backward specs; the width must be set. */
LN_API size_t ln_workspace_bytes(ln_spec spec, size_t rows);
/* Rows that lie in parts, on several machines for instance, take three steps: pass stats on each part, ln_stats_merge
 * over the statistics of all parts, pass apply on each part with its own gamma and beta. Give all the same eps: where
 * it is small it decides which parts are summed in double.
 *
 * ln_stats_merge gives the statistics of whole rows, from those of their parts in the order of the parts: the same bits
 * wherever it is done in that order. docs/numerics.md has the formulas and the error.
 *
 * parts    [count][rows], as an MPI_Allgather leaves them
 * widths   [count], elements of each part; a part of 0 elements says nothing, whatever its statistics are
 * whole    [rows]; may be `parts`, overlaps nothing otherwise
 * returns  LN_OK; LN_NULL_STATS, LN_NULL_WIDTHS, LN_BAD_PARTS, LN_TOO_LARGE, LN_MISALIGNED or LN_OVERLAP, and nothing is
 *          written then */
LN_API ln_status ln_stats_merge(ln_stats *whole, const ln_stats *parts, const size_t *widths, size_t count,
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

/* Bytes of outputs from which LN_STREAM_AUTO writes past the caches: a quarter of the last-level cache, whose size is read
 * once from the processor, else from the system, and taken as 16 MiB where neither tells. */
LN_API size_t ln_stream_bytes(void);

/* The best instruction set in use: what processor and operating system support, capped by the environment variable
 * LN_ISA = scalar | avx2 | avx512. LN_ISA is read once, at the first call of any function that depends on it. */
LN_API ln_isa ln_best_isa(void);

/* Whether processor and operating system support an instruction set, whatever LN_ISA says. */
LN_API int ln_isa_supported(ln_isa isa);

LN_API const char *ln_isa_name(ln_isa isa); /* as in LN_ISA; "unknown" for other values */

/* NULL, or one line saying that the value of LN_ISA is unknown and was ignored. */
LN_API const char *ln_isa_note(void);

/* Every kernel of this library, best first, those this processor cannot run included. */
LN_API const ln_entry *ln_table(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
