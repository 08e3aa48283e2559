/* SPDX-License-Identifier: MIT */
/* vocabulary.hpp - the vocabulary of a target, over expressions; LANES is defined before each inclusion.
 * tests/vocabulary compares every function of the real ones with what this file says that it means. */
#define FN static inline
#if LANES == 1
typedef Float V;
FN Float &at(V &v, unsigned) { return v; }
FN Float at(const V &v, unsigned) { return v; }
#else
struct V {
    Float lane[LANES];
};
FN Float &at(V &v, unsigned i) { return v.lane[i]; }
FN Float at(const V &v, unsigned i) { return v.lane[i]; }
#endif
struct D {
    Double lane[8];
};
struct R {
    Double row[4];
};
struct RMask {
    Id row[4];
};
struct Q {
    Float lane[4];
};
#define EACH(count) for (unsigned i = 0; i < count; i++)

FN unsigned enter() { return entered(); }
FN int on_amd() { return runs_on_amd; }
FN int on_small_amd() { return runs_on_amd; }
FN int on_large_amd() { return runs_on_amd; }
FN int past_l2_of_amd(size_t) { return runs_on_amd; }
FN void leave(unsigned saved) { left(saved); }
FN void barrier() {}
FN void prefetch(const void *) {}
FN void prefetch_two(const void *) {}
FN void prefetch_l2(const void *) {}
FN void prefetch_next(const void *, const void *) {}
FN void prefetch_later(const void *, const void *) {}
FN void stream_fence() { fenced(); }
FN void *row_of(const void *array, size_t elements, size_t size) { return (char *)(uintptr_t)array + elements * size; }
FN size_t opaque(size_t row) { return row; }

FN V splat(Float a)
{
    V v;
    EACH(LANES) at(v, i) = a;
    return v;
}
FN V zero() { return splat(0); }
FN V load_part(const Float *p, unsigned n)
{
    V v = zero();
    check_load(p, n * sizeof *p);
    EACH((LANES == 1 ? 1 : n)) at(v, i) = p[i];
    return v;
}
FN V load(const Float *p) { return load_part(p, LANES); }
FN void store_part(Float *p, V a, unsigned n) { EACH((LANES == 1 ? 1 : n)) p[i] = at(a, i); }
FN void store(Float *p, V a) { store_part(p, a, LANES); }
FN V keep_part(V a, unsigned n)
{
    for (unsigned i = n; i < LANES; i++)
        at(a, i) = 0;
    return a;
}
#define LANE_BY_LANE(name, parameters, expression)                                                                     \
    FN V name parameters                                                                                               \
    {                                                                                                                  \
        V result;                                                                                                      \
        EACH(LANES) at(result, i) = expression;                                                                        \
        return result;                                                                                                 \
    }
#if LANES > 1
LANE_BY_LANE(add, (V a, V b), at(a, i) + at(b, i))
LANE_BY_LANE(sub, (V a, V b), at(a, i) - at(b, i))
LANE_BY_LANE(mul, (V a, V b), at(a, i) * at(b, i))
FN void stream(Float *p, V a)
{
    check_stream(p, LANES * sizeof *p);
    store(p, a);
}
FN void put(int past, Float *p, V a) { past ? stream(p, a) : store(p, a); }
#else
LANE_BY_LANE(add, (V a, V b), a + b)
LANE_BY_LANE(sub, (V a, V b), a - b)
LANE_BY_LANE(mul, (V a, V b), a *b)
#endif
LANE_BY_LANE(muladd, (V a, V b, V c), fmaf(at(a, i), at(b, i), at(c, i)))
FN V mul1(V a, V b) { return muladd(a, b, a); }
FN V settled(V a) { return a; }

/* Storage types of 16 bits. */
#define STORAGE(T, type)                                                                                               \
    FN Float from_##T(const Half &h) { return Float::of(h.as(type)); }                                                 \
    FN Converted<type> to_##T(Float a) { return Converted<type>{::rounded(type, a.id())}; }                            \
    LANE_BY_LANE(rounded_##T, (V a), Float::of(::rounded(type, at(a, i).id())))                                        \
    FN V load_part_##T(const Half *p, unsigned n)                                                                      \
    {                                                                                                                  \
        V v = zero();                                                                                                  \
        check_load(p, n * sizeof *p);                                                                                  \
        EACH((LANES == 1 ? 1 : n)) at(v, i) = from_##T(p[i]);                                                          \
        return v;                                                                                                      \
    }                                                                                                                  \
    FN V load_##T(const Half *p) { return load_part_##T(p, LANES); }                                                   \
    FN void store_part_##T(Half *p, V a, unsigned n) { EACH((LANES == 1 ? 1 : n)) p[i] = to_##T(at(a, i)); }           \
    FN void store_##T(Half *p, V a) { store_part_##T(p, a, LANES); }                                                   \
    FN void stream_##T(Half *p, V a)                                                                                   \
    {                                                                                                                  \
        check_stream(p, LANES * sizeof *p);                                                                            \
        store_##T(p, a);                                                                                               \
    }
STORAGE(bf16, BF16)
STORAGE(f16, F16)

#if LANES >= 8
/* bf16 in pairs of registers, even and odd elements. */
FN V load_part_even_bf16(const Half *p, unsigned n)
{
    V v = zero();
    check_load(p, n * sizeof *p);
    for (unsigned i = 0; i < n; i += 2)
        at(v, i / 2) = from_bf16(p[i]);
    return v;
}
FN V load_part_odd_bf16(const Half *p, unsigned n)
{
    V v = zero();
    check_load(p, n * sizeof *p);
    for (unsigned i = 1; i < n; i += 2)
        at(v, i / 2) = from_bf16(p[i]);
    return v;
}
FN V load_even_bf16(const Half *p) { return load_part_even_bf16(p, 2 * LANES); }
FN V load_odd_bf16(const Half *p) { return load_part_odd_bf16(p, 2 * LANES); }
FN V of_pair(V even, V odd, unsigned first)
{
    V v;
    EACH(LANES) at(v, i) = at((first + i) % 2 ? odd : even, (first + i) / 2);
    return v;
}
FN V first_of_pair(V even, V odd) { return of_pair(even, odd, 0); }
FN V last_of_pair(V even, V odd) { return of_pair(even, odd, LANES); }
FN Float without_lower_nan(Float a)
{
    if (any_nan(a.id()))
        fault("a register of a pair is rounded that may hold a NaN with a lower half");
    return a;
}
FN V nan_as_bf16(V a)
{
    EACH(LANES) clear_nan(at(a, i).id());
    return a;
}
LANE_BY_LANE(rounded_pair_bf16, (V a), Float::of(::rounded(BF16, without_lower_nan(at(a, i)).id())))
FN void store_part_pair_bf16(Half *p, V even, V odd, unsigned n)
{
    EACH(n) p[i] = to_bf16(without_lower_nan(at(i % 2 ? odd : even, i / 2)));
}
FN void store_pair_bf16(Half *p, V even, V odd) { store_part_pair_bf16(p, even, odd, 2 * LANES); }
FN void stream_pair_bf16(Half *p, V even, V odd)
{
    check_stream(p, 2 * LANES * sizeof *p);
    store_pair_bf16(p, even, odd);
}
#endif

/* int8. A vector's conversion is right for what rounds to -127 .. 127, plain C's for all. */
LANE_BY_LANE(clamped, (V a), Float::of(::clamped(at(a, i).id())))
FN Converted<INT8> to_int8(Float a)
{
    if (LANES > 1 && !::within_int8(a.id()))
        fault("int8 of what is not known to be within -127 .. 127");
    return Converted<INT8>{::rounded(INT8, a.id())};
}
FN void store_part_int8(Byte *p, V a, unsigned n) { EACH((LANES == 1 ? 1 : n)) p[i] = to_int8(at(a, i)); }
FN void store_int8(Byte *p, V a) { store_part_int8(p, a, LANES); }
FN void stream_int8(Byte *p, V a)
{
    if (LANES == 16)
        check_stream(p, LANES);
    store_int8(p, a);
}
LANE_BY_LANE(max_magnitude, (V m, V a), Float::of(::larger(at(m, i).id(), at(a, i).id())))
FN Float fold_max(V m)
{
    Float largest = at(m, 0);
    for (unsigned i = 1; i < LANES; i++)
        largest = Float::of(::larger(largest.id(), at(m, i).id()));
    return largest;
}

/* A function whose result has `count` numbers, each given by an expression of i. */
#define FILLED(T, member, count, name, parameters, expression)                                                         \
    FN T name parameters                                                                                               \
    {                                                                                                                  \
        T result;                                                                                                      \
        EACH(count) result.member[i] = expression;                                                                     \
        return result;                                                                                                 \
    }
#define EIGHT(...)       FILLED(D, lane, 8, __VA_ARGS__)
#define FOUR(...)        FILLED(R, row, 4, __VA_ARGS__)
#define FOUR_FLOATS(...) FILLED(Q, lane, 4, __VA_ARGS__)

/* Sixteen lanes, to eight doubles and to four floats. */
EIGHT(widened, (const Float *t), (Double)t[i] + (Double)t[i + 8])
FOUR_FLOATS(quartered_lanes, (const Float *t), (t[i] + t[i + 8]) + (t[i + 4] + t[i + 12]))
#if LANES == 16
FN D widen(V t) { return widened(t.lane); }
FN Q quartered(V t) { return quartered_lanes(t.lane); }
#elif LANES == 8
FN D widen(V t0, V t1)
{
    const V t[2] = {t0, t1};
    return widened(t[0].lane);
}
FN Q quartered(V t0, V t1)
{
    const V t[2] = {t0, t1};
    return quartered_lanes(t[0].lane);
}
#else
FN D widen(const V t[16]) { return widened(t); }
FN Q quartered(const V t[16]) { return quartered_lanes(t); }
#endif

/* Eight sums in double. */
EIGHT(dzero, (), 0)
EIGHT(dadd, (D a, D b), a.lane[i] + b.lane[i])
EIGHT(dkept, (const Double *p), p[i])
FN void dkeep(Double *p, D a) { EACH(8) p[i] = a.lane[i]; }

/* Four sums in float; and what four rows share. */
FN Float qtotal(Q a) { return (a.lane[0] + a.lane[2]) + (a.lane[1] + a.lane[3]); }
FN Q qtotals(Q a, Q b, Q c, Q d) { return Q{{qtotal(a), qtotal(b), qtotal(c), qtotal(d)}}; }
FOUR_FLOATS(qsplat, (Float a), a)
FOUR_FLOATS(qadd, (Q a, Q b), a.lane[i] + b.lane[i])
FOUR_FLOATS(qmul, (Q a, Q b), a.lane[i] * b.lane[i])
FOUR_FLOATS(qload, (const Float *p), p[i])
FN void qstore(Float *p, Q a) { EACH(4) p[i] = a.lane[i]; }
#if LANES == 16
FN V total_both(V s, V q, V r, Float by)
{
    V totals; /* the other lanes are not initialised */
    EACH(8) at(totals, i) = (qtotal(quartered(i < 4 ? s : q)) + Float(0.0f)) * (at(r, i) * by);
    return totals;
}
FN V splat_lower(V totals) { return splat(at(totals, 0)); }
FN V splat_upper(V totals) { return splat(at(totals, 4)); }
#endif

/* The last scalars of four rows. */
FOUR(halved, (D a), a.lane[i] + a.lane[i + 4])
FN Double total4(R a) { return (a.row[0] + a.row[2]) + (a.row[1] + a.row[3]); }
FOUR(rtotal, (R a), total4(a))
FN R totals(R a, R b, R c, R d) { return R{{total4(a), total4(b), total4(c), total4(d)}}; }
FOUR(rsplat, (Double a), a)
FOUR(radd, (R a, R b), a.row[i] + b.row[i])
FOUR(rsub, (R a, R b), a.row[i] - b.row[i])
FOUR(rmul, (R a, R b), a.row[i] * b.row[i])
FOUR(rmuladd, (R a, R b, R c), fma(a.row[i], b.row[i], c.row[i]))
FOUR(rnegmuladd, (R a, R b, R c), fma(-a.row[i], b.row[i], c.row[i]))
FOUR(rmax, (R a, R b), a.row[i] > b.row[i] ? a.row[i] : b.row[i])
FOUR(rrsqrt, (R a), sqrt(a.row[i]) * (1.0 / a.row[i]))
FN R rrsqrt_first(R a)
{
    R result; /* the other rows are not initialised */
    result.row[0] = sqrt(a.row[0]) * (1.0 / a.row[0]);
    return result;
}
FN R rround_first(R a)
{
    R result; /* the other rows are not initialised */
    result.row[0] = (Double)(Float)a.row[0];
    return result;
}
FOUR(rnegate, (R a), -a.row[i])
FOUR(rround, (R a), (Double)(Float)a.row[i])
FOUR(rzero_where_le, (R value, R a, R b), a.row[i] <= b.row[i] ? (Double)0 : value.row[i])
FN R rset(Double a, Double b, Double c, Double d) { return R{{a, b, c, d}}; }
FN RMask rle(R a, R b)
{
    RMask m;
    EACH(4) m.row[i] = computed(::compare(LE, a.row[i].id(), b.row[i].id()));
    return m;
}
FN RMask rboth(RMask a, RMask b)
{
    EACH(4) a.row[i] = ::compare(AND, a.row[i], b.row[i]);
    return a;
}
FN unsigned rbits(RMask a)
{
    unsigned bits = 0;
    EACH(4)
    {
        if (has(a.row[i], POISON))
            fault("a comparison of what was not initialised");
        bits |= (ask(a.row[i]) ? 1u : 0u) << i;
    }
    return bits;
}
FN Double rfirst(R a) { return a.row[0]; }
FN unsigned rwithin_first(R a, Double least, Double most) { return a.row[0] <= most && least <= a.row[0]; }
FN R rload(const Float *p)
{
    R r;
    check_load(p, 4 * sizeof *p);
    EACH(4) r.row[i] = p[i];
    return r;
}
FN void rstore(Float *p, R a) { EACH(4) p[i] = (Float)a.row[i]; }
FN void rstore_first(Float *p, R a) { *p = (Float)a.row[0]; }
FN V splat_first(R a) { return splat((Float)a.row[0]); }

#undef LANE_BY_LANE
#undef STORAGE
#undef EIGHT
#undef FOUR
#undef FOUR_FLOATS
#undef FILLED
#undef EACH
#undef FN
