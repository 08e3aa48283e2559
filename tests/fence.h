/* fence.h - memory between two pages that may not be touched: reading or writing past either end is a fault. */
#ifndef FENCE_H
#define FENCE_H

#include <stddef.h>

typedef struct Fence {
    unsigned char *begin, *end; /* whole pages; touching the byte at begin - 1 or at `end` ends the program */
} Fence;

/* A fence with room for at least `bytes`; ends the program when the system has no memory. */
Fence fence_open(size_t bytes);
void fence_close(Fence fence);

/* Where in the fence an array of `bytes` lies. */
typedef enum Place {
    AT_BEGIN,   /* aligned to a page, right after the forbidden page */
    PAST_BEGIN, /* 4 bytes later: aligned for float only */
    AT_END      /* right before the forbidden page */
} Place;
enum { PLACES = 3 };
void *fence_place(Fence fence, Place place, size_t bytes);

/* The same at an address that is `offset` past a multiple of 64, offset < 64: as near to the forbidden page before the
 * fence, or after it, as that allows, so at most 63 bytes away. The fence needs room for bytes + 63. */
void *fence_place_at(Fence fence, int at_end, size_t offset, size_t bytes);

/* After fence_watch(), a fault prints fence_note before it ends the program. */
extern char fence_note[512];
void fence_watch(void);

#endif
