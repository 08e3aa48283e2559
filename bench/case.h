/* SPDX-License-Identifier: MIT */
/* case.h - a case is what is computed: a spec of the runtime library without its width, and what follows from it. */
#ifndef BENCH_CASE_H
#define BENCH_CASE_H

#include <spec.h> /* also what the fields of a spec mean: is_plain, has_gamma, ... */

#include <stddef.h>

typedef struct Case {
    const char *name; /* the name of its kernels, without the width; where rows are far, an ending is added */
    ln_spec spec;     /* of width 0 */
    size_t far;       /* every so many rows one is far from zero; 0: none is */
} Case;

enum { CASES_MAX = 32 };

extern const Case cases[];
extern const size_t case_count;

/* Returns NULL when there is no case of that name. */
const Case *case_named(const char *name);

ln_spec spec_of(const Case *of, size_t width);
int same_case(const Case *of, const ln_spec *spec); /* compares all fields but the width */

int is_backward(const Case *of);
int is_stats(const Case *of);
int is_apply(const Case *of);
int is_far(const Case *of);
int has_residual(const Case *of);
int keeps_sum(const Case *of); /* x + residual is an output, too */
int is_int8(const Case *of);
int has_two(const Case *of); /* two norms of one input */
int is_layernorm(const Case *of);

/* The bytes of an element of x, and of y (in backward, of dx); 0 when there is no y. */
size_t x_bytes(const Case *of);
size_t y_bytes(const Case *of);

/* The bytes that a case must at least read and write for each element. */
size_t moved_bytes(const Case *of);

#endif
