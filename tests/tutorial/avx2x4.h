% -- SPDX-License-Identifier: MIT
% -- avx2x4.h: AVX2 and FMA in registers of four floats, for processors that split wider ones
% item "LANES"
#define LANES 4 /* floats in a V */

% item "V D"
/* V: 4 floats. D: eight doubles, the partial sums of one row. */
typedef __m128 V;
typedef struct {
    __m256d lo, hi;
} D;

% item "zero splat load store"
FN V zero(void) { return _mm_setzero_ps(); }
FN V splat(float a) { return _mm_set1_ps(a); }
FN V load(const float *p) { return _mm_loadu_ps(p); }
FN void store(float *p, V a) { _mm_storeu_ps(p, a); }

% item "mask"
FN __m128i mask(unsigned n) { return _mm_cmpgt_epi32(_mm_set1_epi32((int)n), _mm_setr_epi32(0, 1, 2, 3)); }

% item "load_part store_part"
/* The first n elements, 1 <= n <= 4; nothing past them is touched, and loads give zeros there. */
FN V load_part(const float *p, unsigned n) { return _mm_maskload_ps(p, mask(n)); }
FN void store_part(float *p, V a, unsigned n) { _mm_maskstore_ps(p, mask(n), a); }

% item "stream"
/* Past the caches; p a multiple of 16 bytes. */
FN void stream(float *p, V a) { _mm_stream_ps(p, a); }

% item "keep_part"
/* a in the first n places, zero in the others */
FN V keep_part(V a, unsigned n) { return _mm_and_ps(a, _mm_castsi128_ps(mask(n))); }

% item "add sub mul muladd"
FN V add(V a, V b) { return a + b; }
FN V sub(V a, V b) { return a - b; }
FN V mul(V a, V b) { return a * b; }
FN V muladd(V a, V b, V c) { return _mm_fmadd_ps(a, b, c); } /* a*b + c, rounded once */

% item "settled mul1"
/* a, computed here and now, and never fused into a later addition. */
FN V settled(V a)
{
    __asm__("" : "+x"(a));
    return a;
}
FN V mul1(V a, V b) { return muladd(a, b, a); } /* a * (1 + b), rounded once */

% item "widen"
/* Sixteen lanes, exactly to double, then to eight: lane i with i + 8. */
FN D widen(V t0, V t1, V t2, V t3)
{
    D d = {_mm256_cvtps_pd(t0) + _mm256_cvtps_pd(t2), _mm256_cvtps_pd(t1) + _mm256_cvtps_pd(t3)};
    return d;
}

% item "dzero"
FN D dzero(void)
{
    D d = {_mm256_setzero_pd(), _mm256_setzero_pd()};
    return d;
}

% item "splat_first"
/* The first row's value in every lane. */
FN V splat_first(R a) { return _mm_broadcastss_ps(_mm256_cvtpd_ps(a)); }

% item "dadd"
FN D dadd(D a, D b)
{
    D d = {a.lo + b.lo, a.hi + b.hi};
    return d;
}

% item "dkept"
/* Eight doubles as they are. */
FN D dkept(const double *p)
{
    D d = {_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)};
    return d;
}

% item "dkeep"
FN void dkeep(double *p, D a)
{
    _mm256_storeu_pd(p, a.lo);
    _mm256_storeu_pd(p + 4, a.hi);
}

% item "halved"
/* Eight lanes to four: lane i with i + 4. */
FN R halved(D a) { return a.lo + a.hi; }
