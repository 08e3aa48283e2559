/* SPDX-License-Identifier: MIT */
/* apart.h - where arrays of rows lie, so that a row of one does not share low address bits with a row of another. A
 * processor that sees a load and an earlier store agree in the lowest 12 bits may let the load wait, and rows that
 * agree in them compete for the same sets of the first-level cache. */
#ifndef LN_APART_H
#define LN_APART_H

#include <stddef.h>

/* The addresses repeat after LN_APART_PAGE. Arrays are LN_APART_ENOUGH bytes apart where that many fit between them. */
enum { LN_APART_PAGE = 4096, LN_APART_ENOUGH = 512, LN_APART_LINE = 64, LN_APART_MOST = 8 };

/* Arrays of rows that were placed so far, with rows `stride` bytes apart. */
typedef struct ln_apart {
    size_t stride, count;
    size_t at[LN_APART_MOST];
} ln_apart;

/* The distance of an array at `at` from the nearest array so far, in the lowest 12 bits: that of its rows from the same
 * rows there, and from the two rows before and after them, which are read and written at about the same time. */
static inline size_t ln_apart_distance(const ln_apart *a, size_t at)
{
    size_t least = LN_APART_PAGE;
    for (size_t i = 0; i < a->count; i++)
        for (size_t row = 0; row < 5; row++) {
            const size_t past = (at + row * a->stride - a->at[i] - 2 * a->stride) % LN_APART_PAGE;
            const size_t distance = past < LN_APART_PAGE / 2 ? past : LN_APART_PAGE - past;
            least = distance < least ? distance : least;
        }
    return least;
}

/* Places one more array at `at` or up to a page later. Returns by how many bytes later, a multiple of LN_APART_LINE:
 * the fewest that are enough, or those that bring it farthest from the others. */
static inline size_t ln_apart_place(ln_apart *a, size_t at)
{
    size_t best = 0, most = 0;
    for (size_t gap = 0; gap < LN_APART_PAGE && most < LN_APART_ENOUGH; gap += LN_APART_LINE) {
        const size_t distance = ln_apart_distance(a, at + gap);
        if (distance > most) {
            most = distance;
            best = gap;
        }
    }
    if (a->count < LN_APART_MOST)
        a->at[a->count++] = at + best;
    return best;
}

#endif
