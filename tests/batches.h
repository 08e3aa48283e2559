/* SPDX-License-Identifier: MIT */
/* batches.h - batches for kernels of any spec, each in an arena, and what one call on one thread makes of them. */
#ifndef BATCHES_H
#define BATCHES_H

#include "inputs.h"
#include "ln.h"
#include "ln_arena.h"

typedef struct Batch {
    const ln_entry *entry;
    size_t width, rows, bytes;
    unsigned char *before, *after; /* the arena's block: inputs; what `entry` makes of them */
} Batch;

/* A block for at least so many bytes, for an arena; free() gives it back. */
unsigned char *block(size_t bytes);

/* Fills in a batch with inputs drawn from r, and runs it with ln_run_threads on one thread. Returns 0 when that fails,
 * which it prints. */
int make_batch(Batch *b, Random *r, const ln_entry *entry, size_t width, size_t rows);
void free_batch(Batch *b);

/* Lays the arena of a batch out over a block, and sets what is in the arguments besides arrays. 0 when that fails. */
int lay_out(const Batch *b, unsigned char *memory, ln_arena *arena, ln_args *args);

/* Whether a block holds what `entry` made of the batch. Payloads of NaNs depend on instruction sets, and what is left
 * in a workspace on how blocks of rows were divided: these do not count. `should` is room for another block. */
int same_results(const Batch *b, const ln_args *args, unsigned char *memory, unsigned char *should);

#endif
