/* SPDX-License-Identifier: MIT */
/* memory.c - allocates the memory with huge pages, and fills arrays with values. */
#define _GNU_SOURCE
#include "memory.h"

#include "ln.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const size_t HUGE_PAGE = 2u << 20;

int memory_open(Memory *memory, size_t size, int small_pages)
{
    memory->size = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    memory->used = 0;
    char *p = mmap(NULL, memory->size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return 0;
    const size_t past = (uintptr_t)p % HUGE_PAGE, before = past ? HUGE_PAGE - past : 0;
    if (before)
        munmap(p, before);
    if (before < HUGE_PAGE)
        munmap(p + before + memory->size, HUGE_PAGE - before);
    memory->base = p + before;
    madvise(memory->base, memory->size, small_pages ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
    return 1;
}

void memory_close(Memory *memory) { munmap(memory->base, memory->size); }
void memory_reset(Memory *memory) { memory->used = 0; }
size_t memory_rounded(size_t bytes) { return (bytes + 63) / 64 * 64; }

void *memory_take(Memory *memory, size_t bytes)
{
    bytes = memory_rounded(bytes);
    if (bytes > memory->size - memory->used)
        return NULL;
    char *p = memory->base + memory->used;
    memory->used += bytes;
    return p;
}

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void fill_normal(void *to, size_t count, unsigned seed, size_t size, PutFunction *put)
{
    /* Values repeat after this prime number of elements, so that no two rows of any usual width are the same. */
    const size_t drawn = count < 1000003 ? count : 1000003;
    uint64_t state = seed;
    for (size_t i = 0; i < drawn; i++) {
        const double u = ((double)(next(&state) >> 11) + 1) * 0x1p-53, v = (double)(next(&state) >> 11) * 0x1p-53;
        put(to, i, (float)(sqrt(-2 * log(u)) * cos(6.283185307179586 * v)));
    }
    for (size_t done = drawn; done < count; done += drawn)
        memcpy((char *)to + done * size, to, (drawn < count - done ? drawn : count - done) * size);
}

size_t cache_l1(void)
{
    const long size = sysconf(_SC_LEVEL1_DCACHE_SIZE);
    return size > 0 ? (size_t)size : (size_t)32 << 10;
}

/* The size of the largest cache of one core, as the Linux kernel tells it; the C library adds up the caches of all
 * cores. */
static size_t cache_of_kernel(void)
{
    size_t last = 0;
    for (int index = 0; index < 8; index++) {
        char path[80];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
        FILE *file = fopen(path, "r");
        unsigned long size = 0;
        char unit = 0;
        if (!file)
            break;
        if (fscanf(file, "%lu%c", &size, &unit) == 2 && unit == 'K' && (size_t)size << 10 > last)
            last = (size_t)size << 10;
        fclose(file);
    }
    return last;
}

size_t cache_last(void)
{
    const size_t told = cache_of_kernel();
    return told ? told : 4 * ln_stream_bytes(); /* a quarter of the cache, as the library counts it */
}
