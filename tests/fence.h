/* fence.h - memory between two pages that nobody may touch. */
#ifndef FENCE_H
#define FENCE_H

#include <stddef.h>

typedef struct Fence {
    unsigned char *begin, *end; /* whole pages; the bytes at begin - 1 and at end end the program */
} Fence;

/* At least `bytes`; ends the program when the system gives none. */
Fence fence_open(size_t bytes);
void fence_close(Fence fence);

/* Where an array of `bytes` goes. */
typedef enum Place {
    AT_BEGIN,   /* page-aligned, the fence right before it */
    PAST_BEGIN, /* 4 bytes later: aligned for float only */
    AT_END      /* the fence right after it */
} Place;
enum { PLACES = 3 };
void *fence_place(Fence fence, Place place, size_t bytes);

/* On a fault, prints this text before the program dies. */
extern char fence_note[512];
void fence_watch(void);

#endif
