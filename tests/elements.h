/* SPDX-License-Identifier: MIT */
/* elements.h - the storage types of a spec's arrays: bytes of an element, units in the last place, and whether two
 * arrays hold the same. */
#ifndef ELEMENTS_H
#define ELEMENTS_H

#include "reference.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const struct {
    int bytes, digits;
} storage_types[] = {
#define LN_STORAGE(TYPE, bytes, digits) [LN_DTYPE_##TYPE] = {bytes, digits},
#include "spec.inc"
};

static inline size_t size_of(ln_dtype type) { return (size_t)storage_types[type].bytes; }

/* The bits of infinity, which are those of an exponent; above them, sign aside, are NaNs. */
static inline uint32_t infinity_of(ln_dtype type)
{
    const int digits = storage_types[type].digits;
    return ((1u << (8 * storage_types[type].bytes - digits)) - 1) << (digits - 1);
}

/* A unit in the last place of a number of this size; that of denormals for lesser ones. */
static inline long double unit_of(ln_dtype type, long double size)
{
    const int digits = storage_types[type].digits, bias = (1 << (8 * storage_types[type].bytes - digits - 1)) - 1;
    const int least = 2 - bias - digits;
    int exponent;
    frexpl(size, &exponent);
    return ldexpl(1, exponent - digits > least ? exponent - digits : least);
}

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
