/* SPDX-License-Identifier: MIT */
/* floors_avx512.c - the floors with 512-bit vectors. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef __m512 V;
typedef __m512i B;
enum { LANES = 16 };
#define NAME(f) f##_avx512

static inline V load(const float *p) { return _mm512_loadu_ps(p); }
static inline void store(float *p, V a) { _mm512_storeu_ps(p, a); }
static inline void stream(float *p, V a) { _mm512_stream_ps(p, a); }
static inline void fence(void) { _mm_sfence(); }
static inline V add(V a, V b) { return _mm512_add_ps(a, b); }
static inline V mul(V a, V b) { return _mm512_mul_ps(a, b); }
static inline V muladd(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
static inline V either(V a, V b) { return _mm512_or_ps(a, b); }
static inline __mmask16 first(size_t n) { return (__mmask16)((1u << n) - 1u); }
static inline V load_part(const float *p, size_t n) { return _mm512_maskz_loadu_ps(first(n), p); }
static inline void store_part(float *p, V a, size_t n) { _mm512_mask_storeu_ps(p, first(n), a); }

static inline B to_int8(V a, V b, V c, V d)
{
    const __m512i ab = _mm512_packs_epi32(_mm512_cvtps_epi32(a), _mm512_cvtps_epi32(b));
    const __m512i cd = _mm512_packs_epi32(_mm512_cvtps_epi32(c), _mm512_cvtps_epi32(d));
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, _mm512_packs_epi16(ab, cd));
}
static inline void store_int8(int8_t *p, B a) { _mm512_storeu_si512(p, a); }
static inline void stream_int8(int8_t *p, B a) { _mm512_stream_si512((__m512i *)(void *)p, a); }

#include "floors_loops.h"
