/* SPDX-License-Identifier: MIT */
/* ln_arena.h - one block of memory for everything a norm touches, handed out from the front.
 *
 * Every part starts at a multiple of 64 bytes, after a line of 64 bytes that holds its name and size and shows when the
 * part before it was written past its end. Sizes come from a dry run of the same calls:
 *
 *     ln_arena arena;
 *     ln_args args;
 *     ln_arena_dry(&arena);
 *     ln_arena_norm(&arena, spec, rows, &args);
 *     size_t bytes = ln_arena_bytes(&arena);
 *     if (ln_arena_open(&arena, bytes) == LN_OK && ln_arena_norm(&arena, spec, rows, &args) == LN_OK)
 *         ...
 *     ln_arena_close(&arena);
 *
 * An arena belongs to one thread at a time. Under AddressSanitizer everything outside the parts is poisoned. */
#ifndef LN_ARENA_H
#define LN_ARENA_H

#include "ln.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ln_arena {
    unsigned char *base; /* multiple of 64 bytes; NULL in a dry run */
    size_t size;         /* of the block */
    size_t used;         /* bytes taken, lines between parts included */
    size_t peak;         /* the most that was ever used */
    size_t last;         /* where the newest part's line is */
    ln_status status;    /* the first failure since the arena was opened */
    void *mapping;       /* what ln_arena_close gives back; NULL for memory of the caller */
    size_t mapped;
    int huge; /* the system was asked for huge pages and agreed */
} ln_arena;

typedef struct ln_mark {
    size_t used, last;
} ln_mark;

/* An arena that only counts: parts are NULL, nothing fails but LN_TOO_LARGE. Needs no ln_arena_close. */
LN_API void ln_arena_dry(ln_arena *arena);

/* Bytes that an arena needs for all that was ever taken from this one at the same time. */
LN_API size_t ln_arena_bytes(const ln_arena *arena);

/* A new block of at least `bytes`, zeroed, in huge pages from 2 MiB on where the system gives them.
 * Returns LN_OK or LN_NO_MEMORY; the arena may be passed to ln_arena_close in either case. */
LN_API ln_status ln_arena_open(ln_arena *arena, size_t bytes);

/* The same over memory of the caller, which is not cleared and must start at a multiple of 64 bytes: LN_MISALIGNED
 * otherwise. */
LN_API ln_status ln_arena_over(ln_arena *arena, void *memory, size_t bytes);

/* `bytes` bytes at a multiple of 64. `name`, at most LN_ARENA_NAME - 1 characters of it, appears in the layout.
 * NULL in a dry run, or when the arena is full; arena->status is LN_OK in a dry run, LN_ARENA_FULL or LN_TOO_LARGE. */
LN_API void *ln_arena_take(ln_arena *arena, const char *name, size_t bytes);

/* x, residual, bias, stats, gamma, beta, gamma2, beta2, mean, rstd, scale, sum, y and y2 for a batch, as far as the
 * spec has them, in this order; pass stats has x and stats; the backward pass has x, dy, gamma, mean, rstd, dx, dgamma,
 * dbeta and the workspace. Fills `args` for ln_run: arrays, width and strides, whole_width as if rows were whole; rows
 * are padded to whole cache lines. eps, stream, static_scale and accumulate become 0.
 * Arrays of rows with one stride lie apart: no row begins at the same place within 4 KB as that row, or one of the two
 * before and after it, of another array. Up to 4 KB of filler before an array see to that.
 * Returns LN_OK, the status of a bad spec, LN_ARENA_FULL or LN_TOO_LARGE; nothing is taken unless all is. */
LN_API ln_status ln_arena_norm(ln_arena *arena, ln_spec spec, size_t rows, ln_args *args);

/* ln_arena_rewind gives back all that was taken after the mark. If the mark is not of what is taken now, since parts
 * before it were given back, it gives nothing back and returns LN_ARENA_MARK; a dry run notices only marks beyond what
 * is taken. */
LN_API ln_mark ln_arena_mark(const ln_arena *arena);
LN_API ln_status ln_arena_rewind(ln_arena *arena, ln_mark mark);

/* LN_OK, or LN_ARENA_DAMAGED when something was written outside the parts; `name`, when not NULL, is then filled with
 * the name of the part before the damage, "" if there is none. */
#define LN_ARENA_NAME 40
LN_API ln_status ln_arena_check(const ln_arena *arena, char name[LN_ARENA_NAME]);

/* Prints the layout: a line for the block, then offset, bytes and name of each part. */
LN_API void ln_arena_print(const ln_arena *arena, FILE *out);

/* Gives the block back. In a debug build (without NDEBUG) a damaged arena stops the program with a message. */
LN_API void ln_arena_close(ln_arena *arena);

#ifdef __cplusplus
}
#endif

#endif
