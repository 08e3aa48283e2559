/* SPDX-License-Identifier: MIT */
/* fixed.h - what one build of fixed.c exports. */
#ifndef BENCH_FIXED_H
#define BENCH_FIXED_H

#include "../contender.h"

enum { HEADS = 8 }; /* of a token, in the contenders that take rows as heads */

/* The functions for LayerNorm and RMSNorm, in the order of ln_op; forward, backward, and pre for x + residual that
 * is kept, for f32, bf16 and f16, in the order of ln_dtype; all others for f32. */
typedef struct Fixed {
    ln_isa isa; /* that the compiler could use */
    size_t width;
    JobFunction *forward[2][3], *pre[2][3], *backward[2][3], *heads[2], *post[2], *int8[2], *two[2], *stats[2],
        *apply[2];
} Fixed;

/* A compiler's builds, one for each width; `widths` ends with NULL. */
typedef struct FixedBuilds {
    const char *name, *flags;
    const Fixed *const *widths;
} FixedBuilds;

/* The list of compilers ends with one without a name. */
extern const FixedBuilds fixed_builds[];

/* The build for this width; NULL when there is none. */
const Fixed *fixed_of(const FixedBuilds *builds, size_t width);

#endif
