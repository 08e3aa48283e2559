/* floors_avx512.c - the floors with 512-bit vectors. */
#include <immintrin.h>
#include <stddef.h>

typedef __m512 V;
enum { LANES = 16 };
#define NAME(f) f##_avx512

static inline V load(const float *p) { return _mm512_loadu_ps(p); }
static inline void store(float *p, V a) { _mm512_storeu_ps(p, a); }
static inline void stream(float *p, V a) { _mm512_stream_ps(p, a); }
static inline void fence(void) { _mm_sfence(); }
static inline V add(V a, V b) { return _mm512_add_ps(a, b); }
static inline V muladd(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
static inline __mmask16 first(size_t n) { return (__mmask16)((1u << n) - 1u); }
static inline V load_part(const float *p, size_t n) { return _mm512_maskz_loadu_ps(first(n), p); }
static inline void store_part(float *p, V a, size_t n) { _mm512_mask_storeu_ps(p, first(n), a); }

#include "floors_loops.h"
