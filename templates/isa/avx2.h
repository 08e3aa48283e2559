% -- SPDX-License-Identifier: MIT
% item "LANES"
#define LANES 8 /* floats in a V */

% item "V D"
/* V: 8 floats. D: eight doubles, partial sums of a row. */
typedef __m256 V;
typedef struct {
    __m256d lo, hi;
} D;

% item "zero splat load store"
FN V zero(void) { return _mm256_setzero_ps(); }
FN V splat(float a) { return _mm256_set1_ps(a); }
FN V load(const float *p) { return _mm256_loadu_ps(p); }
FN void store(float *p, V a) { _mm256_storeu_ps(p, a); }

% item "stream"
/* Past the caches; p a multiple of 32 bytes. */
FN void stream(float *p, V a) { __asm__("{vmovntps %1, %0|vmovntps %0, %1}" : "=m"(*(V *)(void *)p) : "x"(a)); }
% item "stream_u16"
/* p a multiple of 16 bytes. */
FN void stream_u16(uint16_t *p, __m128i a)
{
    __asm__("{vmovntdq %1, %0|vmovntdq %0, %1}" : "=m"(*(__m128i *)(void *)p) : "x"(a));
}

% item "mask"
FN __m256i mask(unsigned n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

% item "load_part"
/* The first n elements, 1 <= n <= 8; nothing past them is touched; loads give zeros. */
FN V load_part(const float *p, unsigned n) { return _mm256_maskload_ps(p, mask(n)); }

% item "store_part"
FN void store_part(float *p, V a, unsigned n)
{
    if (n == 8) {
        _mm256_storeu_ps(p, a);
        return;
    }
    __m128 part = _mm256_castps256_ps128(a); /* narrower stores: masked ones are slow on some cores */
    if (n & 4u) {
        _mm_storeu_ps(p, part);
        part = _mm256_extractf128_ps(a, 1);
        p += 4;
    }
    if (n & 2u) {
        _mm_storel_pi((__m64 *)(void *)p, part);
        part = _mm_movehl_ps(part, part);
        p += 2;
    }
    if (n & 1u)
        _mm_store_ss(p, part);
}

% item "keep_part"
/* a in the first n places, zero in the others */
FN V keep_part(V a, unsigned n) { return _mm256_and_ps(a, _mm256_castsi256_ps(mask(n))); }

% item "add sub mul muladd"
FN V add(V a, V b) { return a + b; }
FN V sub(V a, V b) { return a - b; }
FN V mul(V a, V b) { return a * b; }
FN V muladd(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); } /* a*b + c, rounded once */

% item "settled"
/* a, computed now: gcc would put additions off and spill, clang fuse a product into an addition. */
FN V settled(V a)
{
    __asm__("" : "+x"(a));
    return a;
}

% item "mul1"
FN V mul1(V a, V b) { return muladd(a, b, a); } /* a * (1 + b), rounded once */

% item "load_part_u16 store_part_u16"
/* n 16-bit elements, 1 <= n <= 8, zeros after them; nothing past them is touched. A copy of them in memory would cost
 * more: a load waits until all of it that several stores wrote has left the core. */
FN __m128i load_part_u16(const uint16_t *p, unsigned n)
{
    __m128i a = _mm_setzero_si128();
    int two;
    if (n == 8)
        return _mm_loadu_si128((const __m128i *)(const void *)p);
    if (n & 1u) /* from the last element to the first */
        a = _mm_cvtsi32_si128(p[n - 1]);
    if (n & 2u) {
        memcpy(&two, p + (n & 4u), sizeof two);
        a = _mm_or_si128(_mm_slli_si128(a, 4), _mm_cvtsi32_si128(two));
    }
    return n & 4u ? _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(const void *)p), a) : a;
}
FN void store_part_u16(uint16_t *p, __m128i a, unsigned n)
{
    if (n == 8) {
        _mm_storeu_si128((__m128i *)(void *)p, a);
        return;
    }
    if (n & 4u) {
        _mm_storel_epi64((__m128i *)(void *)p, a);
        a = _mm_unpackhi_epi64(a, a);
        p += 4;
    }
    const int two = _mm_cvtsi128_si32(a);
    if (n & 2u) {
        memcpy(p, &two, sizeof two);
        p += 2;
    }
    if (n & 1u)
        *p = (uint16_t)_mm_extract_epi16(n & 2u ? _mm_srli_si128(a, 4) : a, 0);
}

% item "rounded_above upper_halves"
/* Rounded to bf16 in the upper halves, right for all but NaNs; and the upper halves alone. */
FN __m256i rounded_above(V a)
{
    const __m256i bits = _mm256_castps_si256(a);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    return _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
}
FN V upper_halves(__m256i bits) { return _mm256_castsi256_ps(_mm256_and_si256(bits, _mm256_set1_epi32((int)0xffff0000))); }

% item "from_bf16 is_nan bf16_above to_bf16 load_bf16 load_part_bf16 store_bf16 stream_bf16 store_part_bf16 rounded_bf16"
/* bf16 is the upper half of a float. Stores round to nearest even and keep denormals; NaN stays NaN. */
FN V from_bf16(__m128i a) /* by one shuffle; to widen and to shift is two operations */
{
    const __m256i up = _mm256_setr_epi8(-1, -1, 0, 1, -1, -1, 2, 3, -1, -1, 4, 5, -1, -1, 6, 7, /* the first four */
                                        -1, -1, 8, 9, -1, -1, 10, 11, -1, -1, 12, 13, -1, -1, 14, 15);
    return _mm256_castsi256_ps(_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(a), up));
}
FN __m256i is_nan(V a)
{
#ifdef __clang__ /* under -ffast-math it takes what is passed for a number, whatever pragmas say */
    const __m256i magnitude = _mm256_and_si256(_mm256_castps_si256(a), _mm256_set1_epi32(0x7fffffff));
    return _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f800000));
#else
    return _mm256_castps_si256(_mm256_cmp_ps(a, a, _CMP_UNORD_Q));
#endif
}
FN __m256i bf16_above(V a) /* NaNs too */
{
    return _mm256_blendv_epi8(rounded_above(a), _mm256_set1_epi32(0x7fc00000), is_nan(a));
}
FN __m128i to_bf16(V a)
{
    const __m256i halves = _mm256_srli_epi32(bf16_above(a), 16);
    return _mm_packus_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
}
FN V load_bf16(const uint16_t *p) { return from_bf16(_mm_loadu_si128((const __m128i *)(const void *)p)); }
FN V load_part_bf16(const uint16_t *p, unsigned n) { return from_bf16(load_part_u16(p, n)); }
FN void store_bf16(uint16_t *p, V a) { _mm_storeu_si128((__m128i *)(void *)p, to_bf16(a)); }
FN void stream_bf16(uint16_t *p, V a) { stream_u16(p, to_bf16(a)); }
FN void store_part_bf16(uint16_t *p, V a, unsigned n) { store_part_u16(p, to_bf16(a), n); }
FN V rounded_bf16(V a) { return upper_halves(bf16_above(a)); }

% item "lower_halves pair_at part_of_pair load_even_bf16 load_odd_bf16 load_part_even_bf16 load_part_odd_bf16"
/* The even and the odd elements of 16, or of the first n, 1 <= n <= 16. */
FN V lower_halves(__m256i bits) { return _mm256_castsi256_ps(_mm256_slli_epi32(bits, 16)); }
FN __m256i pair_at(const uint16_t *p) { return _mm256_loadu_si256((const __m256i *)(const void *)p); }
FN __m256i part_of_pair(const uint16_t *p, unsigned n)
{
    const __m128i rest = n > 8 ? load_part_u16(p + 8, n - 8) : _mm_setzero_si128();
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load_part_u16(p, n < 8 ? n : 8)), rest, 1);
}
FN V load_even_bf16(const uint16_t *p) { return lower_halves(pair_at(p)); }
FN V load_odd_bf16(const uint16_t *p) { return upper_halves(pair_at(p)); }
FN V load_part_even_bf16(const uint16_t *p, unsigned n) { return lower_halves(part_of_pair(p, n)); }
FN V load_part_odd_bf16(const uint16_t *p, unsigned n) { return upper_halves(part_of_pair(p, n)); }

% item "nan_as_bf16"
/* Any NaN as one that bf16 has, which register pairs need. */
FN V nan_as_bf16(V a)
{
    return _mm256_blendv_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000)), _mm256_castsi256_ps(is_nan(a)));
}

% item "first_of_pair last_of_pair"
/* The first and the last eight in their order. */
FN V first_of_pair(V even, V odd)
{
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd), 0x20);
}
FN V last_of_pair(V even, V odd)
{
    return _mm256_permute2f128_ps(_mm256_unpacklo_ps(even, odd), _mm256_unpackhi_ps(even, odd), 0x31);
}

% item "rounded_pair_bf16 to_pair_bf16 store_pair_bf16 stream_pair_bf16 store_part_pair_bf16"
/* In pairs: a NaN that comes of bf16 by arithmetic has zeros, or nothing to carry, below and stays NaN. */
FN V rounded_pair_bf16(V a) { return upper_halves(rounded_above(a)); } /* one of the two registers */
/* By 16-bit halves: what is kept of both registers, and what is cut off. This takes the lowest bit of what is kept, so that
 * a half above an odd number becomes more than a half. */
FN __m256i to_pair_bf16(V even, V odd)
{
    const __m256i one = _mm256_set1_epi16(1), e = _mm256_castps_si256(even), o = _mm256_castps_si256(odd);
    const __m256i kept = _mm256_blend_epi16(_mm256_srli_epi32(e, 16), o, 0xaa);
    const __m256i cut = _mm256_blend_epi16(e, _mm256_slli_epi32(o, 16), 0xaa);
    const __m256i more = _mm256_subs_epu16(_mm256_or_si256(cut, _mm256_and_si256(kept, one)), one); /* 1 << 15 or more */
    return _mm256_add_epi16(kept, _mm256_srli_epi16(more, 15));
}
FN void store_pair_bf16(uint16_t *p, V even, V odd)
{
    _mm256_storeu_si256((__m256i *)(void *)p, to_pair_bf16(even, odd));
}
FN void stream_pair_bf16(uint16_t *p, V even, V odd)
{
    __asm__("{vmovntdq %1, %0|vmovntdq %0, %1}" : "=m"(*(__m256i *)(void *)p) : "x"(to_pair_bf16(even, odd)));
}
FN void store_part_pair_bf16(uint16_t *p, V even, V odd, unsigned n)
{
    const __m256i all = to_pair_bf16(even, odd);
    store_part_u16(p, _mm256_castsi256_si128(all), n < 8 ? n : 8);
    if (n > 8)
        store_part_u16(p + 8, _mm256_extracti128_si256(all, 1), n - 8);
}

% item "to_f16 load_f16 load_part_f16 store_f16 stream_f16 store_part_f16 rounded_f16"
/* f16: rounded to nearest even, denormals kept. */
FN __m128i to_f16(V a) { return _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
FN V load_f16(const uint16_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)p)); }
FN V load_part_f16(const uint16_t *p, unsigned n) { return _mm256_cvtph_ps(load_part_u16(p, n)); }
FN void store_f16(uint16_t *p, V a) { _mm_storeu_si128((__m128i *)(void *)p, to_f16(a)); }
FN void stream_f16(uint16_t *p, V a) { stream_u16(p, to_f16(a)); }
FN void store_part_f16(uint16_t *p, V a, unsigned n) { store_part_u16(p, to_f16(a), n); }
FN V rounded_f16(V a) { return _mm256_cvtph_ps(to_f16(a)); }

% item "clamped"
/* Within -127 .. 127, or NaN. */
FN V clamped(V a) { return _mm256_max_ps(splat(-127.0f), _mm256_min_ps(splat(127.0f), a)); }

% item "to_int8 store_int8 stream_int8 store_part_int8"
/* int8 of what rounds to -127 .. 127: to nearest even, eight in the lower half. NaN converts to 1 << 31, whose lowest
 * byte is 0. */
FN __m128i to_int8(V a)
{
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_cvtps_epi32(a), _mm256_set1_epi32(0x0c080400));
    return _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
}
FN void store_int8(int8_t *p, V a) { _mm_storel_epi64((__m128i *)(void *)p, to_int8(a)); }
FN void stream_int8(int8_t *p, V a) { store_int8(p, a); } /* no vector of eight bytes goes past the caches */
FN void store_part_int8(int8_t *p, V a, unsigned n)
{
    int8_t whole[8];
    store_int8(whole, a);
    memcpy(p, whole, n);
}

% item "max_magnitude fold_max"
/* The larger of m, a magnitude, and that of a. As integers, where NaN is the largest of all. */
FN V max_magnitude(V m, V a)
{
    const __m256i magnitude = _mm256_and_si256(_mm256_castps_si256(a), _mm256_set1_epi32(0x7fffffff));
    return _mm256_castsi256_ps(_mm256_max_epi32(_mm256_castps_si256(m), magnitude));
}
FN float fold_max(V m) { return max8(_mm256_castps_si256(m)); }

% item "widen"
/* Sixteen lanes, exactly to double, then to eight: lane i with i + 8. Settled, as above. */
FN D widen(V t0, V t1)
{
    const __m256d lo = _mm256_cvtps_pd(_mm256_castps256_ps128(t0)), hi = _mm256_cvtps_pd(_mm256_extractf128_ps(t0, 1));
    D d;
    d.lo = lo + _mm256_cvtps_pd(_mm256_castps256_ps128(t1));
    d.hi = hi + _mm256_cvtps_pd(_mm256_extractf128_ps(t1, 1));
    __asm__("" : "+x"(d.lo), "+x"(d.hi));
    return d;
}

% item "quartered"
/* Sixteen lanes to four, in float: lane i with i + 8, then with i + 4. */
FN Q quartered(V t0, V t1)
{
    const __m256 eight = t0 + t1;
    return _mm256_extractf128_ps(eight, 1) + _mm256_castps256_ps128(eight);
}

% item "dzero"
FN D dzero(void)
{
    D d = {_mm256_setzero_pd(), _mm256_setzero_pd()};
    return d;
}

% item "splat_first"
/* The first row's value in every lane. */
FN V splat_first(R a) { return _mm256_broadcastss_ps(_mm_cvtpd_ps(_mm256_castpd256_pd128(a))); }

% item "dadd"
FN D dadd(D a, D b)
{
    D d;
    d.lo = a.lo + b.lo; /* no initialisers: gcc 9 */
    d.hi = a.hi + b.hi;
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
