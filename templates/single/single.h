% -- SPDX-License-Identifier: MIT
% -- single.h: the header of a single-file pair
#ifndef ${U}_H
#define ${U}_H

% if #titles > 1 then
/* Add ${P}.c to your build, in C99 or later or in C++17; it needs no flags.
% local choice = "With gcc or clang for x86-64 it holds %s and takes the best that the machine has; "
%   .. "elsewhere it is plain C (link with -lm there). The environment variable LN_ISA = %s caps the choice."
${layout.filled(choice:format(table.concat(titles, ", "), table.concat(isa_names, " | ")), " * ")}
% else
/* Add ${P}.c to your build, in C99 or later or in C++17, and link with -lm; it needs no flags.
% end
 *
 * Functions may be called from any thread, allocate nothing and take no lock. The same row, parameters and eps give the
 * same bits whatever the instruction set, the compiler, its flags, the number of rows and of threads, and, with gcc or
 * clang on x86 and AArch64, the calling thread's rounding mode and flush-to-zero. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

% if direct then
/* One width, packed rows.
 *
 * x, y          [rows][width]; y == x is allowed, partial overlap is not
% if has.gamma then
 * ${has.beta and "gamma, beta  " or "gamma        "} [width]; no overlap with y
% end
% if has.one_more then
 *               functions with gamma1 or full1 in their names multiply by 1 + gamma
% end
 * ${has.mean and "mean, rstd   " or "rstd         "} [rows], or NULL when not wanted
% if has.layernorm then
 * eps           added to the variance, in units of x squared, >= 0
% else
 * eps           added to the average of x squared, >= 0
% end
 *
 * Runs on the calling thread and checks nothing. */
% for _, f in ipairs(functions) do
%   if f.direct then
${f.declaration};
%   end
% end

% end
${caller "arguments.h"}

/* What the functions below return. ${U}_OK is 0; with any other value nothing has been written. */
enum {
    ${layout.enumerators(statuses)}
};

/* One line of English for each status. */
const char *${P}_message(int status);

% for _, f in ipairs(kinds) do
${layout.filled(f.title .. ".", " * ", "/* ")}
 * Rows begin .. end - 1 of a batch of `rows`, on the calling thread, for callers with a thread pool; and all rows
 * of a batch, over OpenMP's threads where ${P}.c is compiled with OpenMP and the work repays them. No rows: nothing is
 * read or written.
 * ${f.widths}; other widths take loops. */
${entry(f.name .. "_rows", ";", "const " .. P .. "_args *args", "size_t rows", "size_t begin", "size_t end")}
${entry(f.name .. "_batch", ";", "const " .. P .. "_args *args", "size_t rows")}
%   if f.heads then
/* The same norm over each head of each of `rows` tokens; threads as for batches.
 * x, y          [rows][heads][width]: all heads of a token before those of the next
%     if f.spell.gamma then
 * ${f.spell.beta and "gamma, beta  " or "gamma        "} [width], or [heads][width] when gamma_head is not 0
%     end
 * ${f.spell.centred and "mean, rstd   " or "rstd         "} [rows][heads], or NULL */
${entry(f.name .. "_heads", ";", "const " .. P .. "_args *args", "const " .. P .. "_heads *heads", "size_t rows")}
%   end

% end
% if has.backward then include "single/backward.h" end
% if abi.llmc then
/* llm.c's layernorm_forward, its eps of 1e-5 included: rows of C floats, B*T of them; any C. With ${U}_LLMC_NAMES
 * defined before this header is included it goes by llm.c's own name. */
${layout.list(("void %s_layernorm_forward"):format(P), llmc_forward, ";")}
%   if llmc_backward then
/* llm.c's layernorm_backward: adds to dinp, dweight and dbias, row by row as llm.c does; any C, no workspace. */
${layout.list(("void %s_layernorm_backward"):format(P), llmc_backward, ";")}
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
% if has.gamma then
    const void ${has.beta and "*gamma, *beta" or "*gamma"}; /* [n]; NULL where the operation has none */
% end
    float eps;
} ${P}_row_params;
%   for _, f in ipairs(rows) do
${row_entry(f, ";")}
%   end

% end
% if has.stats then
/* Statistics of whole rows from those of their pieces, in the order of the pieces: pieces [count][rows], as an
 * MPI_Allgather leaves them, widths [count], whole [rows], which may be `pieces` and overlaps nothing otherwise.
 * Pieces of width 0 say nothing. */
${entry("stats_merge", ";", table.unpack(merge))}

% end
% if mixed then
/* The instruction set in use: ${table.concat(isa_quoted, ", ")}. With "avx512" on a Zen 4, some kernels are of AVX2,
 * which take less time there, unless LN_ISA names a set. */
% else
/* The instruction set in use: ${table.concat(isa_quoted, ", ")}. */
% end
const char *${P}_isa(void);

% if #titles > 1 then
/* NULL, or one line when LN_ISA names no instruction set of this pair, in builds of plain C, too. */
% else
/* NULL, or one line when the environment variable LN_ISA names no instruction set of this pair. */
% end
const char *${P}_isa_note(void);

#ifdef __cplusplus
}
#endif

#endif
