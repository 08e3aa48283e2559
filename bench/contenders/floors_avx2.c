/* floors_avx2.c - the floors with 256-bit vectors. */
#include <immintrin.h>
#include <stddef.h>

typedef __m256 V;
enum { LANES = 8 };
#define NAME(f) f##_avx2

static inline V load(const float *p) { return _mm256_loadu_ps(p); }
static inline void store(float *p, V a) { _mm256_storeu_ps(p, a); }
static inline void stream(float *p, V a) { _mm256_stream_ps(p, a); }
static inline void fence(void) { _mm_sfence(); }
static inline V add(V a, V b) { return _mm256_add_ps(a, b); }
static inline V muladd(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
static inline __m256i first(size_t n)
{
    static const int mask[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
    return _mm256_loadu_si256((const __m256i *)(const void *)(mask + 8 - n));
}
static inline V load_part(const float *p, size_t n) { return _mm256_maskload_ps(p, first(n)); }
static inline void store_part(float *p, V a, size_t n) { _mm256_maskstore_ps(p, first(n), a); }

#include "floors_loops.h"
