/* SPDX-License-Identifier: MIT */
/* elements.h - the storage types of a spec's arrays: bytes of an element, and whether two arrays hold the same. */
#ifndef ELEMENTS_H
#define ELEMENTS_H

#include "reference.h"

#include <math.h>
#include <string.h>

static inline size_t size_of(ln_dtype type) { return type == LN_DTYPE_F32 ? 4 : 2; }

static inline ln_dtype params_type(const ln_spec *spec)
{
    return spec->params == LN_PARAMS_F32 ? LN_DTYPE_F32 : spec->dtype;
}

/* Whether n elements of two arrays have the same bits; NaNs of different payloads count as the same. */
static inline int same(ln_dtype type, const void *a, const void *b, size_t n)
{
    const size_t size = size_of(type);
    if (memcmp(a, b, n * size) == 0)
        return 1;
    for (size_t i = 0; i < n; i++)
        if (memcmp((const char *)a + i * size, (const char *)b + i * size, size) != 0 &&
            !(isnan(ln_reference_load(type, a, i)) && isnan(ln_reference_load(type, b, i))))
            return 0;
    return 1;
}

#endif
