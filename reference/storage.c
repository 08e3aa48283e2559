/* SPDX-License-Identifier: MIT */
/* storage.c - the bit contract of storage types in code: what bf16, f16 and int8 hold of a float. */
#include "reference.h"

#include <math.h>
#include <string.h>

static float from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static uint32_t to_bits(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static float load_f16(uint16_t h)
{
    const int exponent = (h >> 10) & 0x1f, mantissa = h & 0x3ff;
    float magnitude;
    if (exponent == 0x1f)
        magnitude = mantissa ? NAN : INFINITY;
    else if (exponent == 0)
        magnitude = ldexpf((float)mantissa, -24);
    else
        magnitude = ldexpf((float)(mantissa + 0x400), exponent - 25);
    return h & 0x8000 ? -magnitude : magnitude;
}

/* To nearest even by scaling the last place kept to 1; the scaling is exact. */
static uint16_t store_f16(float f)
{
    const uint16_t sign = signbit(f) ? 0x8000 : 0;
    const float magnitude = fabsf(f);
    int exponent;
    if (isnan(f))
        return 0x7e00;
    if (magnitude >= 65520.0f)
        return (uint16_t)(sign | 0x7c00);
    frexpf(magnitude, &exponent); /* magnitude < 2^exponent */
    const int last = magnitude < 0x1p-14f ? -24 : exponent - 11;
    const unsigned places = (unsigned)nearbyintf(ldexpf(magnitude, -last));
    if (last == -24)
        return (uint16_t)(sign | places);
    return (uint16_t)(sign | ((unsigned)(last + 24) * 0x400u + places)); /* a carry to 2048 moves the exponent up */
}

static uint16_t store_bf16(float f)
{
    const uint32_t bits = to_bits(f), kept = bits >> 16, lost = bits & 0xffffu;
    if (isnan(f))
        return 0x7fc0;
    return (uint16_t)(kept + (lost > 0x8000u || (lost == 0x8000u && (kept & 1u))));
}

float ln_reference_load(ln_dtype type, const void *array, size_t i)
{
    switch (type) {
    case LN_DTYPE_BF16:
        return from_bits((uint32_t)((const uint16_t *)array)[i] << 16);
    case LN_DTYPE_F16:
        return load_f16(((const uint16_t *)array)[i]);
    case LN_DTYPE_F32:
    default:
        return ((const float *)array)[i];
    }
}

void ln_reference_store(ln_dtype type, void *array, size_t i, float value)
{
    switch (type) {
    case LN_DTYPE_BF16:
        ((uint16_t *)array)[i] = store_bf16(value);
        break;
    case LN_DTYPE_F16:
        ((uint16_t *)array)[i] = store_f16(value);
        break;
    case LN_DTYPE_F32:
    default:
        ((float *)array)[i] = value;
    }
}

float ln_reference_rounded(ln_dtype type, float value)
{
    union {
        float f32;
        uint16_t u16;
    } stored;
    ln_reference_store(type, &stored, 0, value);
    return ln_reference_load(type, &stored, 0);
}

void ln_reference_store_int8(void *array, size_t i, float v)
{
    const float inside = isnan(v) ? 0 : v > 127 ? 127.0f : v < -127 ? -127.0f : v;
    ((int8_t *)array)[i] = (int8_t)nearbyintf(inside); /* to even */
}

float ln_reference_larger(float largest, float value)
{
    const float magnitude = fabsf(value);
    return isnan(largest) ? largest : isnan(magnitude) || magnitude > largest ? magnitude : largest;
}
