% -- SPDX-License-Identifier: MIT
/* Loops that compilers unroll wholly; not for sanitizers. */
#ifdef __clang__
#if !__has_feature(address_sanitizer) && !__has_feature(undefined_behavior_sanitizer)
#define LN_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LN_UNROLL
#endif
#elif defined(__GNUC__) && __GNUC__ >= 8 && !defined(__SANITIZE_ADDRESS__)
#define LN_UNROLL _Pragma("GCC unroll 65534")
#else
#define LN_UNROLL
#endif

#if defined(__GNUC__) || defined(__clang__)
#define LN_INLINE static inline __attribute__((always_inline, no_instrument_function))
#define LN_BARRIER __asm__ volatile("" ::: "memory")
#else
#define LN_INLINE static inline
#define LN_BARRIER (void)0
#endif

/* a*b + c, rounded once. Without the instruction, what rounding lost of product and sum is added to odd (Boldo and
 * Melquiond, 2008). Exact for values that began as floats; not all libraries round theirs once. */
LN_IEEE_ONLY static inline double ln_fma(double a, double b, double c)
{
#ifdef __FP_FAST_FMA
    return __builtin_fma(a, b, c);
#else
    const double split = 134217729.0; /* 2^27 + 1 */
    const double at = a * split, bt = b * split;
    const double ah = at - (at - a), bh = bt - (bt - b), al = a - ah, bl = b - bh;
    const double p = a * b, pl = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
    const double t = c + pl, tz = t - c, tl = (c - (t - tz)) + (pl - tz);
    const double v = p + t, vz = v - p, vl = (p - (v - vz)) + (t - vz);
    double z = tl + vl;
    const double zz = z - tl, lost = (tl - (z - zz)) + (vl - zz);
    uint64_t bits;
    if (v - v != 0) /* infinite or not a number */
        return a * b + c;
    memcpy(&bits, &z, sizeof bits);
    if (lost != 0 && (bits & 1u) == 0) {
        bits += ((lost > 0) == (z > 0)) ? 1u : (uint64_t)-1;
        memcpy(&z, &bits, sizeof z);
    }
    return v + z;
#endif
}

/* The square root, without what C libraries say to errno. */
% if not has.y then
#if defined(__GNUC__) || defined(__clang__)
__attribute__((unused)) /* but for the self-test */
#endif
% end
LN_IEEE_ONLY static inline double ln_root(double a)
{
#if defined(__SSE2__) && !defined(__TINYC__)
    return _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(a)));
#else
    return sqrt(a);
#endif
}
