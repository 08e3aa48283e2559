% -- SPDX-License-Identifier: MIT
% item "LANES"
#define LANES 16 /* floats in a V */

% item "V D"
/* V: 16 floats. D: eight doubles, partial sums of a row. */
typedef __m512 V;
typedef __m512d D;

% item "zero splat load store"
FN V zero(void) { return _mm512_setzero_ps(); }
FN V splat(float a) { return _mm512_set1_ps(a); }
FN V load(const float *p) { return _mm512_loadu_ps(p); }
FN void store(float *p, V a) { _mm512_storeu_ps(p, a); }

% item "stream"
/* Past the caches; p a multiple of 64 bytes. */
FN void stream(float *p, V a) { __asm__("{vmovntps %1, %0|vmovntps %0, %1}" : "=m"(*(V *)(void *)p) : "v"(a)); }
% item "stream_u16"
/* p a multiple of 32 bytes. */
FN void stream_u16(uint16_t *p, __m256i a)
{
    __asm__("{vmovntdq %1, %0|vmovntdq %0, %1}" : "=m"(*(__m256i *)(void *)p) : "v"(a));
}

% item "load_part store_part"
/* The first n elements, 1 <= n <= 16; nothing past them is touched; loads give zeros. */
FN V load_part(const float *p, unsigned n) { return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); }
FN void store_part(float *p, V a, unsigned n) { _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), a); }

% item "keep_part"
/* a in the first n places, zero in the others */
FN V keep_part(V a, unsigned n) { return _mm512_maskz_mov_ps((__mmask16)((1u << n) - 1), a); }

% item "add sub mul muladd"
FN V add(V a, V b) { return a + b; }
FN V sub(V a, V b) { return a - b; }
FN V mul(V a, V b) { return a * b; }
FN V muladd(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); } /* a*b + c, rounded once */

% item "settled"
/* a, computed now: gcc would put additions off and spill, clang fuse a product into an addition. */
FN V settled(V a)
{
    __asm__("" : "+v"(a));
    return a;
}

% item "mul1"
FN V mul1(V a, V b) { return muladd(a, b, a); } /* a * (1 + b), rounded once */

% item "or_and rounded_above upper_halves"
FN __m512i or_and(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi32(a, b, c, 0xf8); } /* a | (b & c) */
/* Rounded to bf16 in the upper halves, right for all but NaNs; and the upper halves alone. What is cut off takes the
 * lowest bit of what is kept, so that a half above an odd number becomes more than a half. */
FN __m512i rounded_above(V a)
{
    const __m512i bits = _mm512_castps_si512(a);
    return _mm512_add_epi32(or_and(bits, _mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1)), _mm512_set1_epi32(0x7fff));
}
FN V upper_halves(__m512i bits) { return _mm512_castsi512_ps(_mm512_and_si512(bits, _mm512_set1_epi32((int)0xffff0000))); }

% item "load_bf16 load_part_bf16 bf16_above to_bf16 store_bf16 stream_bf16 store_part_bf16 rounded_bf16"
/* bf16 is the upper half of a float. Stores round to nearest even and keep denormals, which the processor's own
 * conversion does not; NaN stays NaN. */
FN V load_bf16(const uint16_t *p)
{
    const __m256i halves = _mm256_loadu_si256((const __m256i *)(const void *)p);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}
FN V load_part_bf16(const uint16_t *p, unsigned n)
{
    return _mm512_castsi512_ps(
        _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), p)), 16));
}
FN __m512i bf16_above(V a) /* NaNs too */
{
    const __mmask16 nan = _mm512_fpclass_ps_mask(a, 0x81); /* clang -ffast-math would know the answer of a comparison */
    return _mm512_mask_mov_epi32(rounded_above(a), nan, _mm512_set1_epi32(0x7fc00000));
}
FN __m256i to_bf16(V a) { return _mm512_cvtepi32_epi16(_mm512_srli_epi32(bf16_above(a), 16)); }
FN void store_bf16(uint16_t *p, V a) { _mm256_storeu_si256((__m256i *)(void *)p, to_bf16(a)); }
FN void stream_bf16(uint16_t *p, V a) { stream_u16(p, to_bf16(a)); }
FN void store_part_bf16(uint16_t *p, V a, unsigned n) { _mm256_mask_storeu_epi16(p, (__mmask16)((1u << n) - 1), to_bf16(a)); }
FN V rounded_bf16(V a) { return upper_halves(bf16_above(a)); }

% item "lower_halves part_of_pair load_even_bf16 load_odd_bf16 load_part_even_bf16 load_part_odd_bf16"
/* The even and the odd elements of 32, or of the first n, 1 <= n <= 32. */
FN V lower_halves(__m512i bits) { return _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16)); }
FN __m512i part_of_pair(const uint16_t *p, unsigned n) { return _mm512_maskz_loadu_epi16(0xffffffffu >> (32 - n), p); }
FN V load_even_bf16(const uint16_t *p) { return lower_halves(_mm512_loadu_si512((const void *)p)); }
FN V load_odd_bf16(const uint16_t *p) { return upper_halves(_mm512_loadu_si512((const void *)p)); }
FN V load_part_even_bf16(const uint16_t *p, unsigned n) { return lower_halves(part_of_pair(p, n)); }
FN V load_part_odd_bf16(const uint16_t *p, unsigned n) { return upper_halves(part_of_pair(p, n)); }

% item "nan_as_bf16"
/* Any NaN as one that bf16 has, which register pairs need. */
FN V nan_as_bf16(V a)
{
    const __mmask16 nan = _mm512_fpclass_ps_mask(a, 0x81); /* clang -ffast-math would know the answer of a comparison */
    return _mm512_mask_mov_ps(a, nan, _mm512_castsi512_ps(_mm512_set1_epi32(0x7fc00000)));
}

% item "first_of_pair last_of_pair"
/* The first and the last sixteen in their order. */
FN V first_of_pair(V even, V odd)
{
    const __m512i order = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(even, order, odd);
}
FN V last_of_pair(V even, V odd)
{
    const __m512i order = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(even, order, odd);
}

% item "rounded_pair_bf16 chosen to_pair_bf16 store_pair_bf16 stream_pair_bf16 store_part_pair_bf16"
/* In pairs: a NaN that comes of bf16 by arithmetic has zeros, or nothing to carry, below and stays NaN. */
FN V rounded_pair_bf16(V a) { return upper_halves(rounded_above(a)); } /* one of the two registers */
FN __m512i chosen(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi32(a, b, c, 0xca); } /* a ? b : c */
FN __m512i to_pair_bf16(V even, V odd) /* by 16-bit halves: what is kept of both registers, and what is cut off */
{
    const __m512i upper = _mm512_set1_epi32((int)0xffff0000), one = _mm512_set1_epi16(1);
    const __m512i e = _mm512_castps_si512(even), o = _mm512_castps_si512(odd);
    const __m512i kept = chosen(upper, o, _mm512_srli_epi32(e, 16)), cut = chosen(upper, _mm512_slli_epi32(o, 16), e);
    const __mmask32 up = _mm512_cmpgt_epu16_mask(or_and(cut, kept, one), _mm512_set1_epi16(-0x8000));
    return _mm512_mask_add_epi16(kept, up, kept, one);
}
FN void store_pair_bf16(uint16_t *p, V even, V odd) { _mm512_storeu_si512((void *)p, to_pair_bf16(even, odd)); }
FN void stream_pair_bf16(uint16_t *p, V even, V odd)
{
    __asm__("{vmovntdq %1, %0|vmovntdq %0, %1}" : "=m"(*(__m512i *)(void *)p) : "v"(to_pair_bf16(even, odd)));
}
FN void store_part_pair_bf16(uint16_t *p, V even, V odd, unsigned n)
{
    _mm512_mask_storeu_epi16(p, 0xffffffffu >> (32 - n), to_pair_bf16(even, odd));
}

% item "load_f16 load_part_f16 to_f16 store_f16 stream_f16 store_part_f16 rounded_f16"
/* f16: rounded to nearest even, denormals kept. */
FN V load_f16(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)p)); }
FN V load_part_f16(const uint16_t *p, unsigned n)
{
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), p));
}
FN __m256i to_f16(V a)
{
    /* with a mask of all: unmasked, gcc's header warns of its own conversion at -O0 */
    return _mm512_mask_cvtps_ph(_mm256_setzero_si256(), (__mmask16)0xffff, a,
                                _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
FN void store_f16(uint16_t *p, V a) { _mm256_storeu_si256((__m256i *)(void *)p, to_f16(a)); }
FN void stream_f16(uint16_t *p, V a) { stream_u16(p, to_f16(a)); }
FN void store_part_f16(uint16_t *p, V a, unsigned n) { _mm256_mask_storeu_epi16(p, (__mmask16)((1u << n) - 1), to_f16(a)); }
FN V rounded_f16(V a) { return _mm512_cvtph_ps(to_f16(a)); }

% item "clamped"
/* Within -127 .. 127, or NaN. */
FN V clamped(V a) { return _mm512_max_ps(splat(-127.0f), _mm512_min_ps(splat(127.0f), a)); }

% item "to_int8 store_int8 stream_int8 store_part_int8"
/* int8 of what rounds to -127 .. 127: to nearest even. NaN converts to 1 << 31, whose lowest byte is 0. */
FN __m128i to_int8(V a) { return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a)); }
FN void store_int8(int8_t *p, V a) { _mm_storeu_si128((__m128i *)(void *)p, to_int8(a)); }
FN void stream_int8(int8_t *p, V a) { _mm_stream_si128((__m128i *)(void *)p, to_int8(a)); }
FN void store_part_int8(int8_t *p, V a, unsigned n) { _mm_mask_storeu_epi8(p, (__mmask16)((1u << n) - 1), to_int8(a)); }

% item "max_magnitude fold_max"
/* The larger of m, a magnitude, and that of a. As integers, where NaN is the largest of all. */
FN V max_magnitude(V m, V a)
{
    const __m512i magnitude = _mm512_and_si512(_mm512_castps_si512(a), _mm512_set1_epi32(0x7fffffff));
    return _mm512_castsi512_ps(_mm512_max_epi32(_mm512_castps_si512(m), magnitude));
}
FN float fold_max(V m)
{
    const __m512i bits = _mm512_castps_si512(m);
    return max8(_mm256_max_epi32(_mm512_castsi512_si256(bits), _mm512_extracti64x4_epi64(bits, 1)));
}

% item "widen"
/* Sixteen lanes, exactly to double, then to eight: lane i with i + 8. */
FN D widen(V t)
{
    const D low = _mm512_cvtps_pd(_mm512_castps512_ps256(t));
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(t, 1)) + low;
}

% item "quartered"
/* Sixteen lanes to four, in float: lane i with i + 8, then with i + 4. */
FN Q quartered(V t)
{
    const __m256 eight = _mm512_extractf32x8_ps(t, 1) + _mm512_castps512_ps256(t);
    return _mm256_extractf128_ps(eight, 1) + _mm256_castps256_ps128(eight);
}

% item "total_both splat_lower splat_upper"
/* The totals of two sums of sixteen lanes times `by` times r, which has one value in all lanes; -0 becomes 0 before.
 * That of s is in the lowest four lanes, that of q in the next. And either in all lanes. */
FN V total_both(V s, V q, V r, float by)
{
    const __m256 s8 = _mm512_extractf32x8_ps(s, 1) + _mm512_castps512_ps256(s);
    const __m256 q8 = _mm512_extractf32x8_ps(q, 1) + _mm512_castps512_ps256(q);
    const __m256 four = _mm256_permute2f128_ps(s8, q8, 0x20) + _mm256_permute2f128_ps(s8, q8, 0x31);
    const __m256 two = four + _mm256_permute_ps(four, 0x4e);
    const __m256 one = two + _mm256_permute_ps(two, 0xb1) + _mm256_setzero_ps();
    return _mm512_castps256_ps512(one * (_mm512_castps512_ps256(r) * _mm256_set1_ps(by)));
}
FN V splat_lower(V totals) { return _mm512_broadcastss_ps(_mm512_castps512_ps128(totals)); }
FN V splat_upper(V totals) { return _mm512_shuffle_f32x4(totals, totals, 0x55); }

% item "dzero"
FN D dzero(void) { return _mm512_setzero_pd(); }

% item "splat_first"
/* The first row's value in every lane. */
FN V splat_first(R a) { return _mm512_broadcastss_ps(_mm_cvtpd_ps(_mm256_castpd256_pd128(a))); }

% item "dadd"
FN D dadd(D a, D b) { return a + b; }

% item "dkept dkeep"
/* Eight doubles as they are. */
FN D dkept(const double *p) { return _mm512_loadu_pd(p); }
FN void dkeep(double *p, D a) { _mm512_storeu_pd(p, a); }

% item "halved"
/* Eight lanes to four: lane i with i + 4. */
FN R halved(D a) { return _mm512_extractf64x4_pd(a, 1) + _mm512_castpd512_pd256(a); }
