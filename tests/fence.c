/* fence.c - memory between two pages that may not be touched; fence.h says how it is used. */
#define _DEFAULT_SOURCE
#include "fence.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

char fence_note[512];

Fence fence_open(size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t inside = (bytes + page) / page * page; /* at least one byte more than `bytes`, for PAST_BEGIN */
    unsigned char *p = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect(p + page, inside, PROT_READ | PROT_WRITE) != 0) {
        perror("fence");
        exit(2);
    }
    Fence fence = {p + page, p + page + inside};
    return fence;
}

void fence_close(Fence fence)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    munmap(fence.begin - page, (size_t)(fence.end - fence.begin) + 2 * page);
}

void *fence_place(Fence fence, Place place, size_t bytes)
{
    return place == AT_BEGIN ? fence.begin : place == PAST_BEGIN ? fence.begin + 4 : fence.end - bytes;
}

void *fence_place_at(Fence fence, int at_end, size_t offset, size_t bytes)
{
    unsigned char *last = fence.end - bytes;
    return at_end ? last - ((uintptr_t)last - offset) % 64 : fence.begin + offset;
}

static void fault(int number)
{
    static const char head[] = "\nfault in: ";
    if (write(2, head, sizeof head - 1) >= 0 && write(2, fence_note, strlen(fence_note)) >= 0 &&
        write(2, "\n", 1) >= 0) {
        ;
    }
    signal(number, SIG_DFL);
    raise(number);
}

void fence_watch(void)
{
    signal(SIGSEGV, fault);
    signal(SIGBUS, fault);
    signal(SIGILL, fault);
}
