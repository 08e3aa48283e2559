enum { LANES = 16 };

/* V: 16 floats. D: eight doubles, the partial sums of one row. */
typedef __m512 V;
typedef __m512d D;

FN V zero(void) { return _mm512_setzero_ps(); }
FN V splat(float a) { return _mm512_set1_ps(a); }
FN V load(const float *p) { return _mm512_loadu_ps(p); }
FN void store(float *p, V a) { _mm512_storeu_ps(p, a); }
FN void stream(float *p, V a) { _mm512_stream_ps(p, a); } /* p a multiple of 64 bytes */

/* The first n elements, 1 <= n <= 16; nothing past them is touched, and loads give zeros there. */
FN V load_part(const float *p, unsigned n) { return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
FN void store_part(float *p, V a, unsigned n) { _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), a); }

/* a in the first n places, zero in the others */
FN V keep_part(V a, unsigned n) { return _mm512_maskz_mov_ps((__mmask16)((1u << n) - 1), a); }

FN V add(V a, V b) { return _mm512_add_ps(a, b); }
FN V sub(V a, V b) { return _mm512_sub_ps(a, b); }
FN V mul(V a, V b) { return _mm512_mul_ps(a, b); }
FN V muladd(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); } /* a*b + c, rounded once */

/* Sixteen lanes to eight, lane i with i + 8, then exactly to double. */
FN D widen(const V t[1])
{
    return _mm512_cvtps_pd(_mm256_add_ps(_mm512_castps512_ps256(t[0]), _mm512_extractf32x8_ps(t[0], 1)));
}

FN D dzero(void) { return _mm512_setzero_pd(); }
FN D dadd(D a, D b) { return _mm512_add_pd(a, b); }

/* Eight lanes to four, lane i with i + 4. */
FN R fold(D a) { return _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1)); }
