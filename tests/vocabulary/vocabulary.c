/* SPDX-License-Identifier: MIT */
/* vocabulary.c - the operations by one vocabulary; compiled by each compiler with each option, with
 * -include ln_<isa>.h -DVOCABULARY='"<isa>"'. */
#include "operations.h"

const size_t vocabulary_lanes = LANES;
const char *const vocabulary_name = VOCABULARY;

/* Elements of the register that begins at i, for functions that work on a part of one: every number in turn. */
static unsigned part(size_t i) { return 1 + (unsigned)(i / LANES) % LANES; }

#ifndef F32_FORWARD
FN V magnitude(V a) { return max_magnitude(zero(), a); }
#endif

#if LANES == 1 /* plain C has no such functions: it saves no instructions by them */
#define rround_first(a)               rround(a)
#define rwithin_first(a, least, most) ((least) <= rfirst(a) && rfirst(a) <= (most))
#endif

#define EACH_REGISTER(i) for (size_t i = 0; i < COUNT; i += LANES)
#define EACH_R(i)        for (size_t i = 0; i < COUNT; i += 4)
#define EACH_D(i)        for (size_t i = 0; i < COUNT; i += 8)
#define DEFINE(name)     KERNEL static void run_##name(const Inputs *in, Results *out)

FN R r_of(const double *p) { return rset(p[0], p[1], p[2], p[3]); }
FN void r_to(double *p, R a) { memcpy(p, &a, 4 * sizeof *p); }

#define LANE(name, vector, element)                                                                                    \
    DEFINE(name)                                                                                                       \
    {                                                                                                                  \
        EACH_REGISTER(i)                                                                                               \
        {                                                                                                              \
            const V x = load(in->f[0] + i), y = load(in->f[1] + i), z = load(in->f[2] + i);                            \
            (void)x, (void)y, (void)z;                                                                                 \
            store(out->f + i, vector);                                                                                 \
        }                                                                                                              \
    }
#define ROW(name, vector, element)                                                                                     \
    DEFINE(name)                                                                                                       \
    {                                                                                                                  \
        EACH_R(i)                                                                                                      \
        {                                                                                                              \
            const R x = r_of(in->d[0] + i), y = r_of(in->d[1] + i), z = r_of(in->d[2] + i);                            \
            (void)x, (void)y, (void)z;                                                                                 \
            r_to(out->d + i, vector);                                                                                  \
        }                                                                                                              \
    }
#define OTHER(name, type)
#define PAIR(name, type)
#include "operations.inc"

DEFINE(splat) { EACH_REGISTER(i) store(out->f + i, splat(in->f[0][i])); }
DEFINE(load_part) { EACH_REGISTER(i) store(out->f + i, load_part(in->f[0] + i, part(i))); }
DEFINE(store_part) { EACH_REGISTER(i) store_part(out->f + i, load(in->f[0] + i), part(i)); }
DEFINE(keep_part) { EACH_REGISTER(i) store(out->f + i, keep_part(load(in->f[0] + i), part(i))); }
DEFINE(splat_first)
{
    for (size_t i = 0; i < COUNT; i += LANES_MAX) {
        const R a = r_of(in->d[0] + i);
        for (size_t j = i; j < i + LANES_MAX; j += LANES)
            store(out->f + j, splat_first(a));
    }
}
DEFINE(rstore) { EACH_R(i) rstore(out->f + i, r_of(in->d[0] + i)); }
DEFINE(rstore_first) { EACH_R(i) rstore_first(out->f + i, r_of(in->d[0] + i)); }
DEFINE(rfirst) { EACH_R(i) out->d[i] = rfirst(r_of(in->d[0] + i)); }
DEFINE(rtotal) { EACH_R(i) r_to(out->d + i, rtotal(r_of(in->d[0] + i))); }
DEFINE(rround_first) { EACH_R(i) out->d[i] = rfirst(rround_first(r_of(in->d[0] + i))); }
DEFINE(rrsqrt_first) { EACH_R(i) out->d[i] = rfirst(rrsqrt_first(r_of(in->d[0] + i))); }
DEFINE(rsplat) { EACH_R(i) r_to(out->d + i, rsplat(in->d[0][i])); }
DEFINE(rle_rbits) { EACH_R(i) out->b[i] = (int8_t)rbits(rle(r_of(in->d[0] + i), r_of(in->d[1] + i))); }
DEFINE(rwithin_first)
{
    EACH_R(i)
    {
        const R a = r_of(in->d[0] + i);
        out->b[i] = (int8_t)(rwithin_first(a, 0x1p-120, DBL_MAX) | rwithin_first(a, 0x1p-1074, 1) << 1);
    }
}
DEFINE(rboth)
{
    EACH_R(i)
    {
        const R x = r_of(in->d[0] + i), y = r_of(in->d[1] + i), z = r_of(in->d[2] + i);
        out->b[i] = (int8_t)rbits(rboth(rle(x, y), rle(y, z)));
    }
}
DEFINE(row_of)
{
    for (size_t i = 0; i < COUNT; i++)
        out->b[i] = row_of(in->f[0], i, sizeof(float)) == in->f[0] + i;
}
/* A function of sixteen lanes, which are the registers from p on. */
#if LANES == 16
#define OF_SIXTEEN(function, p) function(load(p))
#elif LANES == 8
#define OF_SIXTEEN(function, p) function(load(p), load((p) + 8))
#elif LANES == 4
#define OF_SIXTEEN(function, p) function(load(p), load((p) + 4), load((p) + 8), load((p) + 12))
#elif LANES == 1
#define OF_SIXTEEN(function, p) function(p)
#endif
DEFINE(widen)
{
    for (size_t i = 0; i + 16 <= COUNT; i += 16)
        dkeep(out->d + i / 2, OF_SIXTEEN(widen, in->f[0] + i));
}
DEFINE(dzero_dadd) { EACH_D(i) dkeep(out->d + i, dadd(i % 16 ? dzero() : dkept(in->d[1] + i), dkept(in->d[0] + i))); }
DEFINE(dkept_dkeep) { EACH_D(i) dkeep(out->d + i, dkept(in->d[0] + i)); }
DEFINE(halved) { EACH_D(i) r_to(out->d + i / 2, halved(dkept(in->d[0] + i))); }
DEFINE(totals)
{
    for (size_t i = 0; i + 16 <= COUNT; i += 16) {
        const double *d = in->d[0] + i;
        r_to(out->d + i / 4, totals(r_of(d), r_of(d + 4), r_of(d + 8), r_of(d + 12)));
    }
}

#if LANES > 1
DEFINE(stream)
{
    EACH_REGISTER(i) stream(out->f + i, load(in->f[0] + i));
    stream_fence();
}
#else /* plain C has none */
DEFINE(stream) { run_load_store(in, out); }
#endif

#ifndef F32_FORWARD
DEFINE(fold_max) { EACH_REGISTER(i) out->f[i] = fold_max(magnitude(load(in->f[0] + i))); }
DEFINE(quartered)
{
    for (size_t i = 0; i + 16 <= COUNT; i += 16)
        qstore(out->f + i / 4, OF_SIXTEEN(quartered, in->f[0] + i));
}
DEFINE(qtotal) { EACH_R(i) out->f[i] = qtotal(qload(in->f[0] + i)); }
DEFINE(qtotals)
{
    for (size_t i = 0; i + 16 <= COUNT; i += 16) {
        const float *f = in->f[0] + i;
        qstore(out->f + i / 4, qtotals(qload(f), qload(f + 4), qload(f + 8), qload(f + 12)));
    }
}
DEFINE(qload_qsplat_qadd_qmul_qstore)
{
    EACH_R(i) qstore(out->f + i, qmul(qadd(qload(in->f[0] + i), qsplat(in->f[1][i])), qload(in->f[2] + i)));
}
DEFINE(total_both) /* for registers of sixteen lanes; others have no such function */
{
    for (size_t i = 0; i + 32 <= COUNT; i += 32) {
        const float r = in->f[1][i], by = in->f[2][i];
        float sums[32]; /* every other time of one value, which may be -0 */
        for (size_t k = 0; k < 32; k++)
            sums[k] = in->f[0][i % 64 ? i : i + k];
#if LANES == 16
        const V totals = total_both(load(sums), load(sums + 16), splat(r), by);
        store(out->f + i, splat_lower(totals));
        store(out->f + i + 16, splat_upper(totals));
#else
        for (size_t k = 0; k < 32; k++)
            out->f[i + k] = (qtotal(OF_SIXTEEN(quartered, sums + k / 16 * 16)) + 0.0f) * (r * by);
#endif
    }
}
DEFINE(rload) { EACH_R(i) r_to(out->d + i, rload(in->f[0] + i)); }

#define SIXTEEN(T)                                                                                                     \
    DEFINE(load_##T) { EACH_REGISTER(i) store(out->f + i, load_##T(in->h + i)); }                                      \
    DEFINE(load_part_##T) { EACH_REGISTER(i) store(out->f + i, load_part_##T(in->h + i, part(i))); }                   \
    DEFINE(store_##T) { EACH_REGISTER(i) store_##T(out->h + i, load(in->f[0] + i)); }                                  \
    DEFINE(store_part_##T) { EACH_REGISTER(i) store_part_##T(out->h + i, load(in->f[0] + i), part(i)); }
SIXTEEN(bf16)
SIXTEEN(f16)

DEFINE(store_int8) { EACH_REGISTER(i) store_int8(out->b + i, clamped(load(in->f[0] + i))); }
DEFINE(store_part_int8) { EACH_REGISTER(i) store_part_int8(out->b + i, clamped(load(in->f[0] + i)), part(i)); }

#if LANES > 1
#define STREAM(T, member, value)                                                                                       \
    DEFINE(stream_##T)                                                                                                 \
    {                                                                                                                  \
        EACH_REGISTER(i) stream_##T(out->member + i, value);                                                           \
        stream_fence();                                                                                                \
    }
STREAM(bf16, h, load(in->f[0] + i))
STREAM(f16, h, load(in->f[0] + i))
STREAM(int8, b, clamped(load(in->f[0] + i)))
#else
DEFINE(stream_bf16) { run_store_bf16(in, out); }
DEFINE(stream_f16) { run_store_f16(in, out); }
DEFINE(stream_int8) { run_store_int8(in, out); }
#endif

#if LANES >= 8 /* both vocabularies of x86 have pairs of registers */
#define PAIRS
#define EACH_PAIR(i) for (size_t i = 0; i < COUNT; i += 2 * LANES)
/* Elements of a pair that a part has, odd and even numbers. */
static unsigned part_of_pair_at(size_t i) { return 1 + (unsigned)(i / (2 * LANES)) % (2 * LANES); }
FN void in_order(float *p, V even, V odd)
{
    store(p, first_of_pair(even, odd));
    store(p + LANES, last_of_pair(even, odd));
}
DEFINE(load_pair_bf16) { EACH_PAIR(i) in_order(out->f + i, load_even_bf16(in->h + i), load_odd_bf16(in->h + i)); }
DEFINE(load_part_pair_bf16)
{
    EACH_PAIR(i)
    {
        const unsigned n = part_of_pair_at(i);
        in_order(out->f + i, load_part_even_bf16(in->h + i, n), load_part_odd_bf16(in->h + i, n));
    }
}
DEFINE(order_of_pair) { EACH_PAIR(i) in_order(out->f + i, load(in->f[0] + i), load(in->f[0] + i + LANES)); }
/* Every other of 32 floats; as arithmetic on bf16 gives them, a NaN is quiet and has zeros in its lower half. */
FN V every_other_of(const float *p, int of_bf16)
{
    uint32_t bits[2 * LANES], every[LANES];
    memcpy(bits, p, sizeof bits - sizeof *bits);
    for (size_t k = 0; k < LANES; k++) {
        const uint32_t b = bits[2 * k];
        every[k] = of_bf16 && (b & 0x7fffffffu) > 0x7f800000u ? (b & 0xffff0000u) | 0x400000 : b;
    }
    return load((const float *)(const void *)every);
}
FN V every_other(const float *p) { return every_other_of(p, 1); }
DEFINE(rounded_pair_bf16)
{
    EACH_PAIR(i)
    in_order(out->f + i, rounded_pair_bf16(every_other(in->f[0] + i)),
             rounded_pair_bf16(every_other(in->f[0] + i + 1)));
}
DEFINE(nan_as_bf16) /* any NaN: stored, it is one still */
{
    EACH_PAIR(i)
    store_pair_bf16(out->h + i, nan_as_bf16(every_other_of(in->f[0] + i, 0)),
                    nan_as_bf16(every_other_of(in->f[0] + i + 1, 0)));
}
DEFINE(store_pair_bf16)
{
    EACH_PAIR(i) store_pair_bf16(out->h + i, every_other(in->f[0] + i), every_other(in->f[0] + i + 1));
}
DEFINE(stream_pair_bf16)
{
    EACH_PAIR(i) stream_pair_bf16(out->h + i, every_other(in->f[0] + i), every_other(in->f[0] + i + 1));
    stream_fence();
}
DEFINE(store_part_pair_bf16)
{
    EACH_PAIR(i)
    store_part_pair_bf16(out->h + i, every_other(in->f[0] + i), every_other(in->f[0] + i + 1), part_of_pair_at(i));
}
#endif
#endif /* F32_FORWARD */

#define ENTRY(name, type)           {#name, type, run_##name},
#define LANE(name, vector, element) ENTRY(name, FLOATS)
#define ROW(name, vector, element)  ENTRY(name, DOUBLES)
#define OTHER(name, type)           ENTRY(name, type)
#ifdef PAIRS
#define PAIR(name, type) ENTRY(name, type)
#else
#define PAIR(name, type) {#name, type, NULL},
#endif
const Operation by_vocabulary[] = {
#include "operations.inc"
    {NULL, BYTES, NULL}};

#if defined(__x86_64__) && defined(__SSE2__)
/* How often enter() and leave(), as a kernel has them, break a promise in a thread whose MXCSR is this. */
NOINLINE int breaks_promise(unsigned csr)
{
    _mm_setcsr(csr);
    const unsigned saved = enter();
    /* rounding, flush to zero and denormals are zero; masks of exceptions stay */
    const int wrong = (_mm_getcsr() & 0xffc0u) != (csr & 0xffc0u & ~0xe040u);
    leave(saved);
    return wrong + ((_mm_getcsr() & 0xffc0u) != (csr & 0xffc0u));
}
KERNEL static int wrong_environments(void)
{
    int wrong = 0;
    const unsigned before = _mm_getcsr();
    for (unsigned bits = 0; bits < 32; bits++) {
        const unsigned traps = bits & 16 ? 0x280u : 0; /* invalid operations, division by zero */
        wrong += breaks_promise((before & ~(0xe040u | traps)) | (bits & 7u) << 13 | (bits >> 3 & 1u) << 6);
    }
    _mm_setcsr(before);
    return wrong;
}
int vocabulary_environment(void) { return wrong_environments(); }
#else
int vocabulary_environment(void) { return 0; }
#endif
