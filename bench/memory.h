/* SPDX-License-Identifier: MIT */
/* memory.h - one allocation for all arrays of a cell, laid out as an arena does it; and the sizes of the caches. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stddef.h>

typedef struct Memory {
    char *base;
    size_t size, used;
} Memory;

/* Returns 0 when the system has no memory. small_pages: of 4 KB, not of 2 MB where the system has them. */
int memory_open(Memory *memory, size_t size, int small_pages);
void memory_close(Memory *memory);
void memory_reset(Memory *memory);
size_t memory_rounded(size_t bytes); /* how much an array of so many bytes takes */

/* Takes memory at a multiple of 64 bytes, not initialised; NULL when the allocation is used up. */
void *memory_take(Memory *memory, size_t bytes);

/* Fills an array with values of N(0, 1), the same for the same seed; `put` stores each as an element of `size`
 * bytes. */
typedef void PutFunction(void *to, size_t i, float value);
void fill_normal(void *to, size_t count, unsigned seed, size_t size, PutFunction *put);

/* The bytes of a core's first-level data cache, and of its last-level cache. */
size_t cache_l1(void);
size_t cache_last(void);

#endif
