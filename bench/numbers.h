/* SPDX-License-Identifier: MIT */
/* numbers.h - converts bf16 and f16 to float and back, to nearest even, in a form that compilers vectorise. to_bf16
 * does not keep NaN. */
#ifndef BENCH_NUMBERS_H
#define BENCH_NUMBERS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float from_bf16(uint16_t v) { return float_of((uint32_t)v << 16); }

static inline uint16_t to_bf16(float value)
{
    const uint32_t bits = bits_of(value);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#if defined(__clang__) && defined(__F16C__) && defined(__FLT16_MANT_DIG__) /* gcc 12 converts one at a time */
static inline float from_f16(uint16_t v)
{
    _Float16 half;
    memcpy(&half, &v, sizeof half);
    return (float)half;
}

static inline uint16_t to_f16(float value)
{
    const _Float16 half = (_Float16)value;
    uint16_t v;
    memcpy(&v, &half, sizeof v);
    return v;
}
#else
/* Integer arithmetic changes the exponents; an addition of floats makes and rounds denormals. */
static inline float from_f16(uint16_t v)
{
    const uint32_t sign = (uint32_t)(v & 0x8000) << 16, magnitude = (uint32_t)(v & 0x7fff) << 13;
    const float normal = float_of(magnitude + (magnitude >= 0x0f800000 ? 0x70000000u : 0x38000000u));
    const float small = float_of(magnitude + 0x38800000u) - float_of(0x38800000u);
    return float_of(sign | bits_of(magnitude < 0x00800000 ? small : normal));
}

static inline uint16_t to_f16(float value)
{
    const uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    const uint32_t normal = (magnitude - 0x38000000u + 0xfff + (magnitude >> 13 & 1)) >> 13;
    const uint32_t small = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;
    const uint32_t finite = magnitude < 0x38800000 ? small : normal < 0x7c00 ? normal : 0x7c00;
    return (uint16_t)(sign | (magnitude > 0x7f800000 ? 0x7e00 : finite));
}
#endif

#endif
