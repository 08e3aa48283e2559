% -- SPDX-License-Identifier: MIT
% item "LANES"
#define LANES 1 /* floats in a V */

% item "V D R"
/* V: one float. D: eight doubles, partial sums of a row. R: one double for each of four rows. */
typedef float V;
typedef struct {
    double lane[8];
} D;
typedef struct {
    double row[4];
} R;

% item "Q"
/* Q: four floats, lanes of one row or one of each of four rows. */
typedef struct {
    float lane[4];
} Q;

% item "enter leave"
#if defined(__SSE2__) && !defined(__TINYC__)
% if not pair then
#include <xmmintrin.h>
% end
/* Rounds to nearest and keeps denormals, whatever the caller has; leave() puts that back. */
FN unsigned enter(void)
{
    const unsigned saved = _mm_getcsr();
    if (saved & 0xe040u) /* rounding, flush to zero, denormals are zero */
        _mm_setcsr(saved & ~0xe040u);
    return saved;
}

FN void leave(unsigned saved)
{
    if (saved & 0xe040u)
        _mm_setcsr(saved);
}
#elif defined(__aarch64__) && !defined(__TINYC__)
FN unsigned enter(void)
{
    uint64_t saved;
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
    if (saved & 0x1c00000u)
        __asm__ volatile("msr fpcr, %0" : : "r"(saved & ~0x1c00000ull) : "memory");
    return (unsigned)saved;
}

FN void leave(unsigned saved)
{
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)saved) : "memory");
}
#else
FN unsigned enter(void) { return 0; }
FN void leave(unsigned saved) { (void)saved; }
#endif

% item "zero splat load store load_part add keep_part sub mul"
FN V zero(void) { return 0; }
FN V splat(float a) { return a; }
FN V load(const float *p) { return *p; }
FN void store(float *p, V a) { *p = a; }
FN V load_part(const float *p, unsigned n)
{
    (void)n;
    return *p;
}
FN V add(V a, V b) { return a + b; }
FN V keep_part(V a, unsigned n)
{
    (void)n;
    return a;
}
FN V sub(V a, V b) { return a - b; }
FN V mul(V a, V b) { return a * b; }
% item "store_part"
FN void store_part(float *p, V a, unsigned n)
{
    (void)n;
    *p = a;
}

% item "muladd"
/* a*b + c, rounded once. Without the instruction: the product is exact in double, the sum is rounded to odd, and
 * that to float rightly (Boldo and Melquiond, 2008). */
FN V muladd(V a, V b, V c)
{
#if defined(FP_FAST_FMAF) && !defined(__TINYC__) && !(defined(__clang__) && defined(__FAST_MATH__))
    return fmaf(a, b, c);
#else
    double product = (double)a * (double)b, addend = (double)c;
    double sum = product + addend;
    double back = sum - product;
    double lost = (product - (sum - back)) + (addend - back);
    uint64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    if (lost != 0 && sum - sum == 0) { /* sum - sum is not 0 for infinities and NaN */
        bits = (bits - ((lost > 0) != (sum > 0) ? 1u : 0u)) | 1u; /* towards zero, then odd */
        memcpy(&sum, &bits, sizeof sum);
    }
    return (float)sum;
#endif
}

% item "settled"
/* a, as a value of its own: a product that no addition takes in */
FN V settled(V a)
{
#if defined(__x86_64__) && !defined(__TINYC__)
    __asm__("" : "+x"(a));
#elif defined(__aarch64__) && !defined(__TINYC__)
    __asm__("" : "+w"(a));
#else
    volatile float v = a;
    a = v;
#endif
    return a;
}

% item "mul1"
FN V mul1(V a, V b) { return muladd(a, b, a); } /* a * (1 + b), rounded once */

% item "from_bits to_bits"
FN V from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}
FN uint32_t to_bits(V a)
{
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}

% item "from_bf16 to_bf16"
/* bf16 is the upper half of a float. Stores round to nearest even and keep denormals; NaN stays NaN. */
FN V from_bf16(uint16_t a) { return from_bits((uint32_t)a << 16); }
FN uint16_t to_bf16(V a)
{
    const uint32_t bits = to_bits(a);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return 0x7fc0;
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

% item "from_f16 to_f16"
/* f16: rounded to nearest even, denormals kept. */
FN V from_f16(uint16_t a)
{
    const uint32_t sign = (uint32_t)(a & 0x8000u) << 16, exponent = (a >> 10) & 0x1fu, mantissa = a & 0x3ffu;
    if (exponent == 0x1f)
        return from_bits(sign | 0x7f800000u | (mantissa ? 0x400000u | mantissa << 13 : 0));
    if (exponent == 0) {
        const float tiny = (float)mantissa * 0x1p-24f;
        return sign ? -tiny : tiny;
    }
    return from_bits(sign | (exponent + 112u) << 23 | mantissa << 13);
}
FN uint16_t to_f16(V a)
{
    const uint32_t bits = to_bits(a), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return 0x7e00;
    if (magnitude >= 0x477ff000u) /* 65520 and above round to infinity */
        return (uint16_t)(sign | 0x7c00u);
    if (magnitude < 0x38800000u) { /* below 2^-14: adding 0.5 leaves the denormal, rounded, in the low bits */
        const uint32_t sum = to_bits(from_bits(magnitude) + 0.5f);
        return (uint16_t)(sign | (sum - 0x3f000000u));
    }
    return (uint16_t)(sign | ((magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u)) >> 13));
}

% for _, type in ipairs { "bf16", "f16" } do
%   item(("load_T store_T rounded_T load_part_T store_part_T"):gsub("T", type))
FN V load_${type}(const uint16_t *p) { return from_${type}(*p); }
FN void store_${type}(uint16_t *p, V a) { *p = to_${type}(a); }
FN V rounded_${type}(V a) { return from_${type}(to_${type}(a)); }
FN V load_part_${type}(const uint16_t *p, unsigned n)
{
    (void)n;
    return from_${type}(*p);
}
FN void store_part_${type}(uint16_t *p, V a, unsigned n)
{
    (void)n;
    *p = to_${type}(a);
}

% end
% item "to_int8 clamped store_int8 store_part_int8"
/* int8 of -127 to 127: rounded to nearest even, what lies beyond becomes the nearest of them, NaN becomes 0. Adding
 * 1.5 * 2^23 leaves the rounded value in the low bits. */
FN int8_t to_int8(V a)
{
    const int nan = (to_bits(a) & 0x7fffffffu) > 0x7f800000u; /* clang 19 -ffast-math takes a == a for true */
    const float inside = nan ? 0.0f : a > 127.0f ? 127.0f : a < -127.0f ? -127.0f : a;
    return (int8_t)((int)(to_bits(settled(inside) + 0x1.8p23f) - 0x4b3fff00u) - 0x100);
}
FN V clamped(V a) { return a; } /* to_int8 does */
FN void store_int8(int8_t *p, V a) { *p = to_int8(a); }
FN void store_part_int8(int8_t *p, V a, unsigned n)
{
    (void)n;
    *p = to_int8(a);
}

% item "max_magnitude fold_max"
/* The larger of m, a magnitude, and that of a. As integers, where NaN is the largest of all. */
FN V max_magnitude(V m, V a)
{
    const uint32_t bits = to_bits(a) & 0x7fffffffu;
    return from_bits(bits > to_bits(m) ? bits : to_bits(m));
}
FN float fold_max(V m) { return m; }

% item "widen"
/* Sixteen lanes, exactly to double, then to eight: lane i with i + 8. */
FN D widen(const V t[16])
{
    D d;
    for (int i = 0; i < 8; i++)
        d.lane[i] = (double)t[i] + (double)t[i + 8];
    return d;
}

% item "quartered"
/* Sixteen lanes to four, in float: lane i with i + 8, then with i + 4. */
FN Q quartered(const V t[16])
{
    Q q;
    for (int i = 0; i < 4; i++)
        q.lane[i] = (t[i] + t[i + 8]) + (t[i + 4] + t[i + 12]);
    return q;
}

% item "qload"
FN Q qload(const float *p)
{
    Q q;
    memcpy(q.lane, p, sizeof q.lane);
    return q;
}

% item "qstore"
FN void qstore(float *p, Q a) { memcpy(p, a.lane, sizeof a.lane); }

% item "qsplat"
FN Q qsplat(float a)
{
    Q q = {{a, a, a, a}};
    return q;
}

% for _, f in ipairs { { "qadd", "+" }, { "qmul", "*" } } do
%   item(f[1])
FN Q ${f[1]}(Q a, Q b)
{
    for (int i = 0; i < 4; i++)
        a.lane[i] = a.lane[i] ${f[2]} b.lane[i];
    return a;
}

% end
% item "qtotal"
/* Four lanes to one: lane i with i + 2, then the two left. */
FN float qtotal(Q a) { return (a.lane[0] + a.lane[2]) + (a.lane[1] + a.lane[3]); }

% item "qtotals"
/* The totals of four rows. */
FN Q qtotals(Q a, Q b, Q c, Q d)
{
    Q q = {{qtotal(a), qtotal(b), qtotal(c), qtotal(d)}};
    return q;
}

% item "dzero"
FN D dzero(void)
{
    D d = {{0}};
    return d;
}

% item "dadd"
FN D dadd(D a, D b)
{
    for (int i = 0; i < 8; i++)
        a.lane[i] += b.lane[i];
    return a;
}

% item "dkept"
/* Eight doubles as they are. */
FN D dkept(const double *p)
{
    D d;
    memcpy(d.lane, p, sizeof d.lane);
    return d;
}

% item "dkeep"
FN void dkeep(double *p, D a) { memcpy(p, a.lane, sizeof a.lane); }

% item "halved total4"
/* Eight lanes to four, and these to one: by halves, lane i with i + half. */
FN R halved(D a)
{
    R r;
    for (int i = 0; i < 4; i++)
        r.row[i] = a.lane[i] + a.lane[i + 4];
    return r;
}
FN double total4(R a) { return (a.row[0] + a.row[2]) + (a.row[1] + a.row[3]); }

% item "rtotal"
/* The same, for all four rows. */
FN R rtotal(R a)
{
    const double total = total4(a);
    R r = {{total, total, total, total}};
    return r;
}

% item "totals"
/* The totals of four rows. */
FN R totals(R a, R b, R c, R d)
{
    R r = {{total4(a), total4(b), total4(c), total4(d)}};
    return r;
}

% item "splat_first rstore_first"
/* The first row's value. */
FN V splat_first(R a) { return (float)a.row[0]; }
FN void rstore_first(float *p, R a) { *p = (float)a.row[0]; }

% item "prefetch prefetch_two prefetch_l2 prefetch_next prefetch_later"
FN void prefetch(const void *p) { (void)p; }
FN void prefetch_two(const void *p) { (void)p; }
FN void prefetch_l2(const void *p) { (void)p; }
FN void prefetch_next(const void *here, const void *next) { (void)here, (void)next; }
FN void prefetch_later(const void *here, const void *next) { (void)here, (void)next; }

% item "rsplat"
FN R rsplat(double a)
{
    R r = {{a, a, a, a}};
    return r;
}

% -- each of these works on the four rows one by one
% for _, f in ipairs {
%   { "radd", "R a, R b", "a.row[i] + b.row[i]" },
%   { "rsub", "R a, R b", "a.row[i] - b.row[i]" },
%   { "rmul", "R a, R b", "a.row[i] * b.row[i]" },
%   { "rmuladd", "R a, R b, R c", "ln_fma(a.row[i], b.row[i], c.row[i])" },
%   { "rnegmuladd", "R a, R b, R c", "ln_fma(-a.row[i], b.row[i], c.row[i])" },
%   { "rrsqrt", "R a", "sqrt(a.row[i]) * (1.0 / a.row[i])" },
% } do
%   item(f[1])
FN R ${f[1]}(${f[2]})
{
    for (int i = 0; i < 4; i++)
        a.row[i] = ${f[3]};
    return a;
}

% end
% item "rmax"
FN R rmax(R a, R b)
{
    for (int i = 0; i < 4; i++)
        if (!(a.row[i] > b.row[i])) /* clang 21 makes a maximum without NaN of ?: */
            a.row[i] = b.row[i];
    return a;
}

% item "rrsqrt_first"
/* Of the first row; the others hold anything. */
FN R rrsqrt_first(R a)
{
    a.row[0] = sqrt(a.row[0]) * (1.0 / a.row[0]);
    return a;
}

% item "rround"
/* To float and back; through memory, since gcc 12 loses the pair where it vectorises. */
FN R rround(R a)
{
    for (int i = 0; i < 4; i++) {
        volatile float rounded = (float)a.row[i];
        a.row[i] = (double)rounded;
    }
    return a;
}

% item "rload"
FN R rload(const float *p)
{
    R r = {{(double)p[0], (double)p[1], (double)p[2], (double)p[3]}};
    return r;
}

% item "rstore"
FN void rstore(float *p, R a)
{
    for (int i = 0; i < 4; i++)
        p[i] = (float)a.row[i];
}

% item "RMask rle"
/* A bit for each row where a <= b; never for a NaN. */
typedef unsigned RMask;
FN RMask rle(R a, R b)
{
    RMask bits = 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= (a.row[i] <= b.row[i] ? 1u : 0u) << i;
    return bits;
}

% item "rboth rbits"
FN RMask rboth(RMask a, RMask b) { return a & b; }
FN unsigned rbits(RMask a) { return a; }

% item "rzero_where_le"
/* 0 for the rows whose a <= b, value for the others */
FN R rzero_where_le(R value, R a, R b)
{
    for (int i = 0; i < 4; i++)
        value.row[i] = a.row[i] <= b.row[i] ? 0 : value.row[i];
    return value;
}

% item "rnegate"
FN R rnegate(R a)
{
    for (int i = 0; i < 4; i++) {
        volatile double v = a.row[i]; /* under -fno-signed-zeros clang makes b - a of -(a - b) */
        a.row[i] = -v;
    }
    return a;
}

% item "rfirst"
FN double rfirst(R a) { return a.row[0]; }

% item "rset"
FN R rset(double a, double b, double c, double d)
{
    R r = {{a, b, c, d}};
    return r;
}
