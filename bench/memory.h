/* memory.h - one block for all arrays of a cell, as an arena would lay them out; and the caches it meets. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stddef.h>

typedef struct Memory {
    char *base;
    size_t size, used;
} Memory;

int memory_open(Memory *memory, size_t size); /* 0 when the system refuses */
void memory_close(Memory *memory);
void memory_reset(Memory *memory);
size_t memory_rounded(size_t bytes); /* what an array of so many bytes takes */

/* 64-byte aligned, uninitialised; NULL when the block is used up. */
void *memory_take(Memory *memory, size_t bytes);

/* Values of N(0, 1), the same for the same seed, each of `size` bytes stored by `put`. */
typedef void PutFunction(void *to, size_t i, float value);
void fill_normal(void *to, size_t count, unsigned seed, size_t size, PutFunction *put);

/* Bytes of a core's first data cache and of the last cache it reaches. */
size_t cache_l1(void);
size_t cache_last(void);

#endif
