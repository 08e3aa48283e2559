% -- single.h: the header of a single-file pair
#ifndef ${U}_H
#define ${U}_H

/* Add ${P}.c to your build, in C99 or later or in C++17; no flags are needed, none does harm. On x86-64 with gcc or clang
 * it holds ${table.concat(titles, ", ")} and picks the best that processor and
 * operating system support at the first call; elsewhere it is plain C (link with -lm there).
 * The environment variable LN_ISA = ${table.concat(isa_names, " | ")} caps that choice.
 *
 * Every function may be called from any thread at any time, allocates nothing and takes no lock. The same row,
 * parameters and eps give the same bits whatever the instruction set, the compiler and its flags, the number of rows
 * and of threads; flush-to-zero and rounding modes of the calling thread are set aside meanwhile.
 *
% for _, line in ipairs(kinds) do
 * ${line}
% end
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

% if direct then
/* One width, packed rows.
 *
% for _, line in ipairs(direct_doc) do
 * ${line}
% end
 *
 * Runs on the calling thread and checks nothing. */
% for _, f in ipairs(functions) do
%   if f.direct then
${f.declaration};
%   end
% end

% end
% if has.split then
${stats_struct}

% end
/* Arguments of the functions below. What an operation does not have is ignored.
 *
% for _, line in ipairs(args_doc) do
 *${line == "" and "" or " " .. line}
% end
 */
typedef struct ${P}_args {
% for _, line in ipairs(args_fields) do
${line}
% end
} ${P}_args;

% if has.heads then
${heads_struct}

% end
/* What the functions below return. ${U}_OK is 0; with any other value nothing has been written. */
enum {
    ${U}_OK,
    ${U}_NULL,      /* an array that the operation needs, or the struct, is NULL */
    ${U}_WIDTH,     /* width is 0, or the number of heads; or whole_width is less than width */
    ${U}_STRIDE,    /* a stride is less than width, or a token's less than all of its heads */
    ${U}_EPS,       /* eps is negative, infinite or not a number */
    ${U}_STREAM,    /* stream is not 0, 1 or 2 */
    ${U}_ROWS,      /* begin is past end, or end past rows */
    ${U}_SIZE,      /* more elements than memory can hold */
    ${U}_ALIGNMENT, /* an array does not start at a multiple of its elements' size */
    ${U}_OVERLAP${(has.static or #backward > 0) and ",  " or "   "} /* an output shares elements with another array in a way not allowed above */
% if has.static then
    ${U}_SCALE${#backward > 0 and ",    " or "     "} /* static_scale is below FLT_MIN, infinite or not a number */
% end
% if #backward > 0 then
    ${U}_ACCUMULATE, /* accumulate is not ${U}_ADD_DX, ${U}_ADD_PARAMS, both or 0 */
    ${U}_WORKSPACE  /* workspace_bytes is too small */
% end
};

/* One line of English for each of them. */
const char *${P}_message(int status);

% for _, f in ipairs(families) do
/* ${f.title}.
 * Rows begin .. end - 1 of a batch of `rows`, on the calling thread, for callers with a thread pool; and all rows
 * of a batch, over OpenMP's threads where ${P}.c is compiled with OpenMP and the work repays them.
 * ${f.widths}, other widths take a loop. */
int ${P}_${f.name}_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end);
int ${P}_${f.name}_batch(const ${P}_args *args, size_t rows);
%   if f.heads then
/* The same norm over each head of each of `rows` tokens; threads as for batches.
 * x, y          [rows][heads][width]: all heads of a token before those of the next
 * gamma, beta   [width], or [heads][width] when gamma_head is not 0
 * mean, rstd    [rows][heads], or NULL */
int ${P}_${f.name}_heads(const ${P}_args *args, const ${P}_heads *heads, size_t rows);
%   end

% end
% if #backward > 0 then include "single/backward.h" end
% if abi.llmc then
/* llm.c's layernorm_forward, its eps of 1e-5 included: rows of C floats, B*T of them; any C. With ${U}_LLMC_NAMES
 * defined before this header is included it goes by llm.c's own name. */
void ${P}_layernorm_forward(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int B, int T,
                            int C);
%   if llmc_backward then
/* llm.c's layernorm_backward: adds to dinp, dweight and dbias, row by row as llm.c does; any C, no workspace. */
void ${P}_layernorm_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                             float *rstd, int B, int T, int C);
%   end
#ifdef ${U}_LLMC_NAMES
%   if llmc_backward then
#define layernorm_backward ${P}_layernorm_backward
%   end
#define layernorm_forward ${P}_layernorm_forward
#endif

% end
% if abi["ggml-row"] then
/* For custom operations that go row by row, as ggml's do: one row of n elements, any n >= 1; y may be x. */
typedef struct ${P}_row_params {
    const void *gamma, *beta; /* [n]; NULL where the operation has none */
    float eps;
} ${P}_row_params;
%   for _, f in ipairs(rows) do
void ${P}_${f.name}_row(int n, ${f.words.element} *y, const ${f.words.element} *x, const ${P}_row_params *params);
%   end

% end
% if has.split then
/* Statistics of whole rows from those of their parts, in the order of the parts: parts [count][rows], as an MPI_Allgather
 * leaves them, widths [count], whole [rows], which may be `parts`. Parts of width 0 say nothing. Returns ${U}_NULL,
 * ${U}_WIDTH when there is no element, ${U}_SIZE or ${U}_OVERLAP when that is so, and writes nothing then. */
int ${P}_stats_merge(${P}_stats *whole, const ${P}_stats *parts, const size_t *widths, size_t count, size_t rows);

% end
/* The instruction set in use: ${table.concat(isa_quoted, ", ")}. */
const char *${P}_isa(void);

#ifdef __cplusplus
}
#endif

#endif
