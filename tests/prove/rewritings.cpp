/* SPDX-License-Identifier: MIT */
/* rewritings.cpp - computes expressions that were rewritten, and what was asked for, on numbers: the bits must be the
 * same. Fails when they differ, and when a rewriting was never made. */
#include "expression.hpp"

#include <cfloat>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

static uint64_t state = 88172645463325252u;
static uint32_t random_bits()
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

/* An expression and the number that it should be. */
struct Value {
    Id id;
    double number;
};
static std::vector<double> inputs; /* of the leaves */

static double to_float(double a) { return (double)(float)a; }
/* The number that an expression is. */
static double computed(Id id)
{
    const Node n = node(id);
    const bool single = n.precision == SINGLE;
    const auto in = [&](double a) { return single ? to_float(a) : a; };
    switch (n.op) {
    case LEAF:
        return inputs[n.c];
    case CONST: {
        const uint64_t bits = (uint64_t)n.b << 32 | n.a;
        double d;
        memcpy(&d, &bits, sizeof d);
        return d;
    }
    case NZ:
        return computed(n.a) + 0.0;
    case NEG:
        return -computed(n.a);
    case ADD:
        return single ? (double)((float)computed(n.a) + (float)computed(n.b)) : computed(n.a) + computed(n.b);
    case SUB:
        return single ? (double)((float)computed(n.a) - (float)computed(n.b)) : computed(n.a) - computed(n.b);
    case MUL:
        return single ? (double)((float)computed(n.a) * (float)computed(n.b)) : computed(n.a) * computed(n.b);
    case DIV:
        return single ? (double)((float)computed(n.a) / (float)computed(n.b)) : computed(n.a) / computed(n.b);
    case FMA:
        return single ? (double)fmaf((float)computed(n.a), (float)computed(n.b), (float)computed(n.c))
                      : std::fma(computed(n.a), computed(n.b), computed(n.c));
    case SQRT:
        return sqrt(computed(n.a));
    case ROUND:
        return in(computed(n.a));
    default:
        fprintf(stderr, "no number for an expression\n");
        exit(2);
    }
}

static float random_float()
{
    static const float special[] = {0,        -0.0f,    0x1p-149f, -0x1p-149f, 1,        -1,       0x1p-126f, FLT_MAX,
                                    -FLT_MAX, INFINITY, -INFINITY, NAN,        0x1p-75f, 0x1p-60f, -0x1p64f,  0x1p63f};
    const uint32_t how = random_bits(), bits = random_bits();
    if (how % 2) /* zeros of both signs are what most rewritings are about */
        return special[bits % (how % 4 == 1 ? 2 : 16)];
    float f;
    const uint32_t near = (bits & 0x807fffffu) | (0x60 + how / 8 % 0x40) << 23;
    memcpy(&f, how % 8 == 0 ? &bits : &near, sizeof f);
    return f;
}

/* One more value, made of those that there are as kernels make them. */
static Value made_of(const std::vector<Value> &v)
{
    const auto any = [&] { return v[random_bits() % v.size()]; };
    const auto any_float = [&] {
        const Value a = any();
        return Value{rounded(ROUND, a.id), to_float(a.number)};
    };
    const auto product = [](Value a, Value b) { return Value{mul(DOUBLE, a.id, b.id), a.number * b.number}; };
    const bool single = random_bits() % 2;
    const Precision p = single ? SINGLE : DOUBLE;
    const auto operand = [&] { return single ? any_float() : any(); };
    const Value a = operand(), b = operand(), c = operand();
    const float x = (float)a.number, y = (float)b.number, z = (float)c.number;
    static const double scales[] = {1.0 / 3, 1.0 / 768, 1.0 / 65536, 1, 0x1p-20, -0.25};
    const double scale = scales[random_bits() % 6];
    const Value k = {constant(scale), scale};
    switch (random_bits() % 16) {
    case 0:
    case 1:
    case 2: /* sums are most of all */
        return {add(p, a.id, b.id), single ? (double)(x + y) : a.number + b.number};
    case 3:
        return {add(p, a.id, 0), single ? (double)(x + 0.0f) : a.number + 0.0};
    case 4:
        return {sub(p, a.id, b.id), single ? (double)(x - y) : a.number - b.number};
    case 5:
        return {sub(p, a.id, 0), single ? (double)(x - 0.0f) : a.number - 0.0};
    case 6:
        return {mul(p, a.id, b.id), single ? (double)(x * y) : a.number * b.number};
    case 7:
        return {mul(p, a.id, a.id), single ? (double)(x * x) : a.number * a.number};
    case 8:
        return {fma(p, a.id, b.id, c.id), single ? (double)fmaf(x, y, z) : std::fma(a.number, b.number, c.number)};
    case 9:
        return {fma(p, a.id, a.id, 0), single ? (double)fmaf(x, x, 0) : std::fma(a.number, a.number, 0)};
    case 10:
        return {fma(p, 0, 0, c.id), single ? (double)fmaf(0, 0, z) : std::fma(0.0, 0.0, c.number)};
    case 11: { /* c - s*(s*k) */
        const Value s = any(), mean = product(s, k), q = any(), minus = {negated(s.id), -s.number};
        return {fma(DOUBLE, minus.id, mean.id, q.id), std::fma(minus.number, mean.number, q.number)};
    }
    case 12:
        return product(any(), k);
    case 13: {
        const Value d = any();
        return {negated(d.id), -d.number};
    }
    case 14: {
        const Value m = product(any(), any());
        const Value minus = {negated(m.id), -m.number};
        return {rounded(ROUND, minus.id), to_float(minus.number)};
    }
    default: {
        const Value d = any();
        return {nz(d.id), d.number + 0.0};
    }
    }
}

int main()
{
    unsigned long computed_values = 0, wrong = 0;
    forget_expressions();
    for (int round = 0; round < 60000; round++) {
        forget_expressions();
        inputs.clear();
        std::vector<Value> values;
        for (unsigned i = 0; i < 6; i++) {
            inputs.push_back((double)random_float());
            values.push_back({leaf(1, 0, i, FLOAT), inputs[i]});
        }
        static const double doubles[] = {-0x1p-1074, 0x1p-1074, -0x1p-1060, -0x1p-1022, -0.0, 0x1.00000001p0, -0x1p300};
        for (unsigned i = 6; i < 8; i++) { /* numbers that no float holds */
            inputs.push_back(doubles[random_bits() % 7]);
            values.push_back({leaf(1, 0, i, 0), inputs[i]});
        }
        for (int i = 0; i < 24; i++) {
            const Value v = made_of(values);
            const double is = computed(v.id);
            computed_values++;
            if (memcmp(&is, &v.number, sizeof is) != 0 && !(is != is && v.number != v.number) && wrong++ < 10) {
                fprintf(stderr, "is %a, should be %a: ", is, v.number);
                print(v.id, 8);
                fputs("\n", stderr);
            }
            values.push_back(v);
        }
    }
    unsigned rules = 0; /* a rule is known from its first use on */
    for (const Rule *r = first_rule(); r; r = r->next, rules++)
        printf("%10lu times: %s\n", r->uses, r->text);
    printf("%lu values computed, %lu differ; %u rewritings made\n", computed_values, wrong, rules);
    return wrong != 0 || rules < 13;
}
