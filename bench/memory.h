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
size_t memory_rounded(size_t floats); /* bytes that an array of so many floats takes */

/* 64-byte aligned, uninitialised; NULL when the block is used up. */
float *memory_floats(Memory *memory, size_t count);

/* Values of N(0, 1), the same for the same seed. */
void fill_normal(float *to, size_t count, unsigned seed);

/* Bytes of a core's first data cache and of the last cache it reaches. */
size_t cache_l1(void);
size_t cache_last(void);

#endif
