% -- SPDX-License-Identifier: MIT
% item "usual_environment"
/* Whether the calling thread rounds to nearest and keeps denormals. An addition tells sooner than MXCSR.
 * Lanes: up; down or to zero; a denormal result; denormal operands. */
FN int usual_environment(void)
{
    __m128 a = _mm_setr_ps(1.0f, 1.0f, 0x1p-126f, 0x1p-127f), b = _mm_setr_ps(0x1p-24f, 0x1.8p-24f, -0x1p-127f, 0x1p-128f);
    const __m128 nearest = _mm_setr_ps(1.0f, 0x1.000002p0f, 0x1p-127f, 0x1.8p-127f);
    __asm__("" : "+x"(a)); /* not at compile time */
    a = a + b;
    const __m128i same = _mm_cmpeq_epi32(_mm_castps_si128(a), _mm_castps_si128(nearest));
    return _mm_movemask_ps(_mm_castsi128_ps(same)) == 15;
}

% item "enter"
/* Rounds to nearest and keeps denormals; leave() puts back what this returns, 0 for nothing. */
FN unsigned enter(void)
{
    unsigned saved;
    if (usual_environment())
        return 0;
    saved = _mm_getcsr();
    _mm_setcsr(saved & ~0xe040u); /* rounding, flush to zero, denormals are zero */
    return saved;
}

% item "leave"
FN void leave(unsigned saved)
{
    _mm256_zeroupper(); /* gcc does so from -O2 on only */
    if (saved)
        _mm_setcsr(saved);
}

% item "prefetch stream_fence"
FN void prefetch(const void *p) { _mm_prefetch((const char *)p, _MM_HINT_T0); }
/* stream() is no intrinsic: hundreds take gcc 12's combiner longer than all other passes. */
FN void stream_fence(void) { _mm_sfence(); }

% item "on_amd"
/* Whether the processor is one of AMD's. */
FN int on_amd(void) { return __builtin_cpu_is("amd") != 0; }

% item "on_large_amd"
/* Whether its first-level cache has 48 KB, as from Zen 5 on. */
FN int on_large_amd(void)
{
#if defined(__clang__) || __GNUC__ > 9
    if (__builtin_cpu_supports("avx512vp2intersect"))
        return on_amd();
#endif
    return 0;
}

% item "on_small_amd"
/* Whether it is one of AMD's with 32 KB. */
FN int on_small_amd(void) { return on_amd() && !on_large_amd(); }

% item "past_l2_of_amd"
/* Whether so many bytes are more than the second-level cache of a processor of AMD holds. */
FN int past_l2_of_amd(size_t bytes) { return bytes > 1048576 && on_amd(); }

% item "prefetch_two"
/* Two lines; AMD's processors fetch the second unasked. */
FN void prefetch_two(const void *p)
{
    if (on_amd())
        _mm_prefetch((const char *)p, _MM_HINT_T1);
    else
        prefetch(p), prefetch((const char *)p + 64);
}

% item "prefetch_l2"
/* A line, into the second-level cache of AMD's processors. */
FN void prefetch_l2(const void *p)
{
    if (on_amd())
        _mm_prefetch((const char *)p, _MM_HINT_T1);
    else
        prefetch(p);
}

% item "prefetch_next"
/* Two lines of the next row, or the one after it for a large cache; `here`: this row.${target.registers < 32 and "\n * Into the second-level cache on a Zen 4, where that was measured." or ""} */
FN void prefetch_next(const void *here, const void *next)
{
    const char *p = (const char *)next;
    if (on_large_amd())
        p += p - (const char *)here;
    if (on_amd() && !on_large_amd()${target.registers < 32 and ' && __builtin_cpu_supports("avx512f")' or ""})
        _mm_prefetch(p, _MM_HINT_T1);
    else
        prefetch(p), prefetch(p + 64);
}

% item "prefetch_later"
/* Two lines of the next row, on AMD's processors of the one after it; `here`: this row. */
FN void prefetch_later(const void *here, const void *next)
{
    const char *p = (const char *)next;
    if (on_amd())
        p += p - (const char *)here;
    if (on_amd() && !on_large_amd())
        _mm_prefetch(p, _MM_HINT_T1), _mm_prefetch(p + 64, _MM_HINT_T1);
    else
        prefetch(p), prefetch(p + 64);
}

% item "R"
/* R: one double for each of four rows. */
typedef __m256d R;

% item "rsplat radd rsub rmul rmuladd rnegmuladd rmax rrsqrt rnegate rround rload rstore_first rstore"
FN R rsplat(double a) { return _mm256_set1_pd(a); }
FN R radd(R a, R b) { return a + b; }
FN R rsub(R a, R b) { return a - b; }
FN R rmul(R a, R b) { return a * b; }
FN R rmuladd(R a, R b, R c) { return _mm256_fmadd_pd(a, b, c); }        /* a*b + c, rounded once */
FN R rnegmuladd(R a, R b, R c) { return _mm256_fnmadd_pd(a, b, c); }    /* c - a*b, rounded once */
FN R rmax(R a, R b) { return _mm256_max_pd(a, b); }
FN R rrsqrt(R a) { return _mm256_sqrt_pd(a) * (_mm256_set1_pd(1.0) / a); }
FN R rnegate(R a) { return _mm256_xor_pd(a, _mm256_set1_pd(-0.0)); }
FN R rround(R a) { return _mm256_cvtps_pd(_mm256_cvtpd_ps(a)); }        /* to float and back */
FN R rload(const float *p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
FN void rstore_first(float *p, R a) { _mm_store_ss(p, _mm256_cvtpd_ps(a)); }
FN void rstore(float *p, R a) { _mm_storeu_ps(p, _mm256_cvtpd_ps(a)); }

% item "RMask rle rboth rbits rzero_where_le"
/* For which rows a <= b; never for a NaN. For which both say so; a bit for each row. */
typedef __m256d RMask;
FN RMask rle(R a, R b) { return _mm256_cmp_pd(a, b, _CMP_LE_OQ); }
FN RMask rboth(RMask a, RMask b) { return _mm256_and_pd(a, b); }
FN unsigned rbits(RMask a) { return (unsigned)_mm256_movemask_pd(a); }
FN R rzero_where_le(R value, R a, R b) { return _mm256_andnot_pd(_mm256_cmp_pd(a, b, _CMP_LE_OQ), value); }

% item "rrsqrt_first"
/* Of the first row, in half the time; the others hold anything. */
FN R rrsqrt_first(R a)
{
    const __m128d v = _mm256_castpd256_pd128(a);
    return _mm256_castpd128_pd256(_mm_mul_sd(_mm_sqrt_sd(v, v), _mm_div_sd(_mm_set_sd(1.0), v)));
}

% item "rround_first"
FN R rround_first(R a) { return _mm256_castpd128_pd256(_mm_cvtps_pd(_mm_cvtpd_ps(_mm256_castpd256_pd128(a)))); }

% item "rset"
FN R rset(double a, double b, double c, double d) { return _mm256_setr_pd(a, b, c, d); }

% item "rfirst"
FN double rfirst(R a) { return _mm_cvtsd_f64(_mm256_castpd256_pd128(a)); } /* of the first row */

% item "rwithin_first"
/* Whether least <= a <= most for the first row, both positive; in integers. */
FN unsigned rwithin_first(R a, double least, double most)
{
    const union { double d[3]; uint64_t bits[3]; } v = {{rfirst(a), least, most}};
    return v.bits[0] - v.bits[1] <= v.bits[2] - v.bits[1];
}

% item "rtotal"
/* Four lanes to one, for all rows: lane i with i + 2, then the two left. */
FN R rtotal(R a)
{
    const R pair = a + _mm256_permute2f128_pd(a, a, 1);
    return pair + _mm256_permute_pd(pair, 5);
}

% item "totals"
/* The totals of four rows, by a tree across them. */
FN R totals(R a, R b, R c, R d)
{
    const R ab = _mm256_permute2f128_pd(a, b, 0x20) + _mm256_permute2f128_pd(a, b, 0x31);
    const R cd = _mm256_permute2f128_pd(c, d, 0x20) + _mm256_permute2f128_pd(c, d, 0x31);
    const R acbd = _mm256_unpacklo_pd(ab, cd) + _mm256_unpackhi_pd(ab, cd);
    return _mm256_permute4x64_pd(acbd, 0xd8);
}

% item "Q"
/* Q: four floats, lanes of one row or one of each of four rows. */
typedef __m128 Q;

% item "qload qstore qsplat qadd qmul"
FN Q qload(const float *p) { return _mm_loadu_ps(p); }
FN void qstore(float *p, Q a) { _mm_storeu_ps(p, a); }
FN Q qsplat(float a) { return _mm_set1_ps(a); }
FN Q qadd(Q a, Q b) { return a + b; }
FN Q qmul(Q a, Q b) { return a * b; }

% item "qtotal"
/* Four lanes to one: lane i with i + 2, then the two left. */
FN float qtotal(Q a)
{
    const __m128 pair = a + _mm_movehl_ps(a, a);
    return _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)));
}

% item "qtotals"
/* The totals of four rows, by a tree across them. */
FN Q qtotals(Q a, Q b, Q c, Q d)
{
    const __m128 ab = _mm_movelh_ps(a, b) + _mm_movehl_ps(b, a);
    const __m128 cd = _mm_movelh_ps(c, d) + _mm_movehl_ps(d, c);
    return _mm_shuffle_ps(ab, cd, 0x88) + _mm_shuffle_ps(ab, cd, 0xdd);
}

% item "max8"
/* The largest of eight magnitudes, compared as integers. */
FN float max8(__m256i a)
{
    const __m128i four = _mm_max_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    const __m128i two = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return _mm_cvtss_f32(_mm_castsi128_ps(_mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1))));
}
