/* SPDX-License-Identifier: MIT */
/* floors_avx2.c - the floors with 256-bit vectors. */
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef __m256 V;
typedef __m256i B;
enum { LANES = 8 };
#define NAME(f) f##_avx2

static inline V load(const float *p) { return _mm256_loadu_ps(p); }
static inline void store(float *p, V a) { _mm256_storeu_ps(p, a); }
static inline void stream(float *p, V a) { _mm256_stream_ps(p, a); }
static inline void fence(void) { _mm_sfence(); }
static inline V add(V a, V b) { return _mm256_add_ps(a, b); }
static inline V mul(V a, V b) { return _mm256_mul_ps(a, b); }
static inline V muladd(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
static inline V either(V a, V b) { return _mm256_or_ps(a, b); }
static inline __m256i first(size_t n)
{
    static const int mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    return _mm256_loadu_si256((const __m256i *)(const void *)(mask + 8 - n));
}
static inline V load_part(const float *p, size_t n) { return _mm256_maskload_ps(p, first(n)); }
static inline void store_part(float *p, V a, size_t n) { _mm256_maskstore_ps(p, first(n), a); }

static inline B to_int8(V a, V b, V c, V d)
{
    const __m256i ab = _mm256_packs_epi32(_mm256_cvtps_epi32(a), _mm256_cvtps_epi32(b));
    const __m256i cd = _mm256_packs_epi32(_mm256_cvtps_epi32(c), _mm256_cvtps_epi32(d));
    return _mm256_permutevar8x32_epi32(_mm256_packs_epi16(ab, cd), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}
static inline void store_int8(int8_t *p, B a) { _mm256_storeu_si256((__m256i *)(void *)p, a); }
static inline void stream_int8(int8_t *p, B a) { _mm256_stream_si256((__m256i *)(void *)p, a); }

#include "floors_loops.h"
