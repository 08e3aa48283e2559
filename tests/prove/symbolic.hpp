/* SPDX-License-Identifier: MIT */
/* symbolic.hpp - what stands for float, double, uint16_t and int8_t where kernels and reference are compiled for a
 * proof: a number is the id of an expression. Sizes in memory are the true ones. */
#pragma once
#include "expression.hpp"
#include "memory.hpp"

#include <type_traits>

#define ARITHMETIC(T) class T, class = std::enable_if_t<std::is_arithmetic<T>::value>

/* The result of an operation, after a check that the kernel has set its floating-point environment. */
inline Id computed(Id a)
{
    if (node(a).op != CONST)
        check_entered();
    return a;
}
inline bool decided(Op op, Id a, Id b)
{
    const Id c = computed(compare(op, a, b));
    if (has(c, POISON))
        fault("a comparison of what was not initialised");
    return ask(c);
}

struct Double {
    uint64_t bits; /* an id */
    Double() = default;
    template <ARITHMETIC(T)> Double(T v) : bits(constant((double)v)) {}
    static Double of(Id a)
    {
        Double d;
        d.bits = a;
        return d;
    }
    Id id() const { return bits >> 32 ? poison() : checked((Id)bits); }
};
struct Float {
    Id bits;
    Float() = default;
    template <ARITHMETIC(T)> Float(T v) : bits(constant((double)v))
    {
        if ((T)(float)v != v)
            fault("a constant that is no float");
    }
    explicit Float(Double d) : bits(rounded(ROUND, computed(d.id()))) {}
    static Float of(Id a)
    {
        Float f;
        f.bits = a;
        return f;
    }
    Id id() const
    {
        const Id a = checked(bits);
        return has(a, FLOAT) ? a : poison();
    }
    operator Double() const { return Double::of(id()); }
};

#define OPERATOR(T, p, symbol, function)                                                                               \
    inline T operator symbol(T a, T b) { return T::of(computed(function(p, a.id(), b.id()))); }
#define COMPARISON(T, symbol, op, first, second)                                                                       \
    inline bool operator symbol(T a, T b) { return decided(op, first.id(), second.id()); }
#define OPERATORS(T, p)                                                                                                \
    OPERATOR(T, p, +, add)                                                                                             \
    OPERATOR(T, p, -, sub)                                                                                             \
    OPERATOR(T, p, *, mul)                                                                                             \
    OPERATOR(T, p, /, div)                                                                                             \
    inline T operator-(T a) { return T::of(negated(a.id())); }                                                         \
    inline T &operator+=(T &a, T b) { return a = a + b; }                                                              \
    COMPARISON(T, <=, LE, a, b)                                                                                        \
    COMPARISON(T, >=, LE, b, a)                                                                                        \
    COMPARISON(T, <, LT, a, b)                                                                                         \
    COMPARISON(T, >, LT, b, a)                                                                                         \
    COMPARISON(T, ==, EQ, a, b)                                                                                        \
    inline bool operator!=(T a, T b) { return !(a == b); }
OPERATORS(Float, SINGLE)
OPERATORS(Double, DOUBLE)

inline Float fmaf(Float a, Float b, Float c) { return Float::of(computed(fma(SINGLE, a.id(), b.id(), c.id()))); }
inline Double fma(Double a, Double b, Double c) { return Double::of(computed(fma(DOUBLE, a.id(), b.id(), c.id()))); }
inline Double sqrt(Double a) { return Double::of(computed(root(a.id()))); }

/* 16-bit and int8 elements are places in the arrays of a call: too small for an id, which lies beside them. */
template <Op type> struct Converted {
    Id id;
};
struct Half {
    Half(const Half &) = delete;
    void operator=(const Half &) = delete;
    template <Op type> void operator=(Converted<type> v) { *beside(this) = v.id; }
    Id as(Op type) const
    {
        const Id a = checked(*beside(this));
        return has(a, type == BF16 ? IS_BF16 : IS_F16) ? a : poison();
    }

  private:
    uint16_t place;
};
struct Byte {
    Byte(const Byte &) = delete;
    void operator=(const Byte &) = delete;
    void operator=(Converted<INT8> v) { *beside(this) = v.id; }

  private:
    int8_t place;
};
static_assert(sizeof(Float) == 4 && sizeof(Double) == 8 && sizeof(Half) == 2 && sizeof(Byte) == 1, "true sizes");
