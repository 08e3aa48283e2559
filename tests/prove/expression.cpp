/* SPDX-License-Identifier: MIT */
/* expression.cpp - expressions, their rewritings, and answers to comparisons. */
#include "expression.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

/* All expressions, and an open hash table of their ids. Made at the first use, which is before main(). */
struct Expressions {
    std::vector<Node> nodes;
    std::vector<Id> table;
    std::vector<Id> nz, set; /* what nz() and the members of MAX came to, or 0 */
    std::map<std::vector<Id>, Id> sets;
    std::vector<const std::vector<Id> *> members; /* of SET, by its operand a */
    size_t kept = 0;                              /* of the nodes, when forget_expressions() is called */

    Expressions()
    {
        table.assign(1 << 14, 0);
        make(CONST, DOUBLE, NOT_MINUS_ZERO | NOT_NEGATIVE | GRID | FLOAT | IS_BF16 | IS_F16 | IS_INT8, 0, 0, 0);
        make(LEAF, SINGLE, POISON | FLOAT | IS_BF16 | IS_F16 | IS_INT8, ~0u, 0, 0);
    }
    /* Where an expression may be in the table: from `first` on to the end of a cache line, then in that line's
     * beginning. The first line is that of expressions whose operands were made just before or after, since these are
     * asked for together; the others lie anywhere. */
    static size_t first(Op op, Precision p, Id a, Id b, Id c, uint64_t turn)
    {
        const uint64_t kind = (uint64_t)(op << 1 | p) * 0xd6e8feb86659fd93u;
        if (turn == 0)
            return (kind >> 24) + ((uint64_t)a + b + c) * 4;
        const uint64_t h = (((uint64_t)a << 32 | b) + kind) * 0x9e3779b97f4a7c15u ^ (c + turn) * 0xc2b2ae3d27d4eb4fu;
        return (h ^ h >> 32) * 0xd6e8feb86659fd93u >> 24;
    }
    Id *place(Op op, Precision p, Id a, Id b, Id c)
    {
        enum { LINE = 16 };
        for (uint64_t turn = 0;; turn++) {
            const size_t at = first(op, p, a, b, c, turn) & (table.size() - 1);
            for (size_t i = 0; i < LINE; i++) {
                Id *id = &table[at / LINE * LINE + (at + i) % LINE];
                const Node &n = nodes[*id];
                if (*id == 0 || (n.op == op && n.precision == p && n.a == a && n.b == b && n.c == c))
                    return id;
            }
        }
    }
    void hash_again(size_t size)
    {
        table.assign(size, 0);
        for (Id i = 1; i < nodes.size(); i++)
            *place(nodes[i].op, nodes[i].precision, nodes[i].a, nodes[i].b, nodes[i].c) = i;
    }
    Id make(Op op, Precision p, int flags, Id a, Id b, Id c)
    {
        const Node n = {op, p, (uint16_t)flags, a, b, c};
        if (nodes.empty()) {
            nodes.push_back(n);
            return 0;
        }
        Id *at = place(op, p, a, b, c);
        if (*at)
            return *at;
        const Id id = *at = (Id)nodes.size();
        nodes.push_back(n);
        if (nodes.size() * 2 > table.size())
            hash_again(table.size() * 2);
        return id;
    }
};
static Expressions *expressions;
__attribute__((always_inline)) static inline Expressions &all()
{
    if (!expressions)
        expressions = new Expressions;
    return *expressions;
}

static Rule *rules;
Rule::Rule(const char *text_) : text(text_), uses(0), next(rules) { rules = this; }
const Rule *first_rule() { return rules; }
#define RULE(text)                                                                                                     \
    do {                                                                                                               \
        static Rule rule(text);                                                                                        \
        rule.uses++;                                                                                                   \
    } while (0)

const Node &node(Id a) { return all().nodes[a]; }
bool has(Id a, int flags) { return (node(a).flags & flags) != 0; }
Id poison() { return 1; }

static std::set<Id> clear_nans;
void clear_nan(Id b) { clear_nans.insert(b); }
void forget_clear_nans() { clear_nans.clear(); }
bool any_nan(Id a)
{
    const Node n = node(a);
    if (!(n.flags & ANY_NAN) || clear_nans.count(a))
        return false;
    return n.op == LEAF || n.op == MAX || n.op == SET || any_nan(n.a) || any_nan(n.b) || any_nan(n.c);
}
Id checked(Id a) { return a < all().nodes.size() ? a : poison(); }
size_t expression_count() { return all().nodes.size(); }

/* Flags that a result has when an operand has them. */
static int inherited(Id a, Id b = 0, Id c = 0)
{
    return (node(a).flags | node(b).flags | node(c).flags) & (ANY_NAN | POISON);
}
static Id make(Op op, Precision p, int flags, Id a, Id b = 0, Id c = 0)
{
    return all().make(op, p, flags | inherited(a, b, c) | (p == SINGLE ? FLOAT | GRID : 0), a, b, c);
}

static bool is(Id a, Op op) { return node(a).op == op; }
static double value(Id a)
{
    const uint64_t bits = (uint64_t)node(a).b << 32 | node(a).a;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}
static bool constants(Id a, Id b = 0, Id c = 0) { return is(a, CONST) && is(b, CONST) && is(c, CONST); }

Id constant(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    if (bits == 0)
        return 0;
    const int flags = (d == 0 ? GRID : NOT_MINUS_ZERO) | (std::signbit(d) ? 0 : NOT_NEGATIVE) |
                      ((double)(float)d == d ? FLOAT | GRID : 0);
    return all().make(CONST, DOUBLE, flags, (Id)bits, (Id)(bits >> 32), 0);
}

Id leaf(unsigned array, unsigned row, unsigned column, int flags)
{
    return all().make(LEAF, DOUBLE, flags | (flags & FLOAT ? GRID : 0), array, row, column);
}

/* A positive constant whose product with a number of the grid is far above double's underflow. */
static bool scales(Id k) { return is(k, CONST) && value(k) >= 0x1p-20 && value(k) <= 0x1p20; }

static Id nz_of(Id a)
{
    const Node n = node(a);
    if (n.op == CONST) {
        RULE("nz(-0) = +0");
        return 0;
    }
    if (n.op == ADD) {
        RULE("nz(a + b) = nz(a) + nz(b)"); /* -0 is the sum of -0 and -0 alone */
        return add(n.precision, nz(n.a), nz(n.b));
    }
    if (n.op == MUL && n.precision == DOUBLE)
        for (int turn = 0; turn < 2; turn++) {
            const Id s = turn ? n.b : n.a, k = turn ? n.a : n.b;
            if (scales(k) && has(s, GRID)) {
                RULE("nz(s * k) = nz(s) * k, s of the grid"); /* the product is 0 only where s is */
                return mul(DOUBLE, nz(s), k);
            }
        }
    return make(NZ, n.precision, NOT_MINUS_ZERO | (n.flags & (GRID | FLOAT | IS_BF16 | IS_F16)), a);
}
Id nz(Id a)
{
    if (has(a, NOT_MINUS_ZERO))
        return a;
    std::vector<Id> &known = all().nz;
    if (known.size() <= a)
        known.resize(all().nodes.size() * 2);
    if (known[a])
        return known[a] - 1;
    const Id z = nz_of(a);
    all().nz[a] = z + 1;
    return z;
}

Id negated(Id a)
{
    if (is(a, CONST))
        return constant(-value(a));
    if (is(a, NEG)) {
        RULE("-(-a) = a");
        return node(a).a;
    }
    return make(NEG, node(a).precision, node(a).flags & (GRID | FLOAT | IS_BF16 | IS_F16), a);
}
/* Removes a negation, or the sign of a constant, and says whether there was one. */
static bool strip(Id *a)
{
    if (is(*a, CONST) && std::signbit(value(*a))) {
        *a = constant(-value(*a));
        return true;
    }
    if (!is(*a, NEG))
        return false;
    *a = node(*a).a;
    return true;
}

Id add(Precision p, Id a, Id b)
{
    if (constants(a, b))
        return p == SINGLE ? constant((float)value(a) + (float)value(b)) : constant(value(a) + value(b));
    if (a == 0 || b == 0) {
        RULE("a + (+0) = nz(a)");
        return nz(a == 0 ? b : a);
    }
    if (has(a, NOT_MINUS_ZERO) != has(b, NOT_MINUS_ZERO)) {
        RULE("a + b = a + nz(b), a not -0");
        a = nz(a), b = nz(b);
    }
    if (a > b)
        std::swap(a, b); /* a + b = b + a */
    const int both = node(a).flags & node(b).flags;
    const int either = node(a).flags | node(b).flags;
    return make(ADD, p, (either & NOT_MINUS_ZERO) | (both & (NOT_NEGATIVE | GRID)), a, b);
}

Id sub(Precision p, Id a, Id b)
{
    if (constants(a, b))
        return p == SINGLE ? constant((float)value(a) - (float)value(b)) : constant(value(a) - value(b));
    if (b == 0) {
        RULE("a - (+0) = a");
        return a;
    }
    return make(SUB, p, node(a).flags & node(b).flags & GRID, a, b);
}

Id mul(Precision p, Id a, Id b)
{
    if (constants(a, b))
        return p == SINGLE ? constant((float)value(a) * (float)value(b)) : constant(value(a) * value(b));
    const bool sign_a = strip(&a), sign_b = strip(&b);
    if (sign_a || sign_b) {
        RULE("(-a) * b = -(a * b)"); /* to nearest is symmetric */
        const Id product = mul(p, a, b);
        return sign_a != sign_b ? negated(product) : product;
    }
    if (a == b) {
        RULE("a * a = nz(a) * nz(a)");
        a = nz(a);
        return make(MUL, p, NOT_MINUS_ZERO | NOT_NEGATIVE, a, a);
    }
    if (a > b)
        std::swap(a, b);
    const Id s = scales(b) ? a : b, k = scales(b) ? b : a;
    const bool nonzero = p == DOUBLE && scales(k) && has(s, GRID) && has(s, NOT_MINUS_ZERO);
    return make(MUL, p, nonzero ? NOT_MINUS_ZERO : 0, a, b);
}

/* Whether b is a * k, k being a constant that keeps a's zeros: in c + a*b the sign of a zero a is then lost. */
static bool is_scaled(Id a, Id b)
{
    const Node n = node(b);
    return n.op == MUL && n.precision == DOUBLE && has(a, GRID) &&
           ((n.a == a && scales(n.b)) || (n.b == a && scales(n.a)));
}
Id fma(Precision p, Id a, Id b, Id c)
{
    if (constants(a, b, c))
        return p == SINGLE ? constant(fmaf((float)value(a), (float)value(b), (float)value(c)))
                           : constant(std::fma(value(a), value(b), value(c)));
    if (a == 0 && b == 0) {
        RULE("fma(+0, +0, c) = nz(c)");
        return nz(c);
    }
    if (a == b && c == 0) {
        RULE("fma(a, a, +0) = a * a");
        return mul(p, a, a);
    }
    const bool sign_a = strip(&a), sign_b = strip(&b), negative = sign_a != sign_b;
    if (sign_a || sign_b)
        RULE("fma(-a, b, c) = fma(a, -b, c)");
    if (is_scaled(a, b) || is_scaled(b, a)) {
        RULE("fma(s, s * k, c) = fma(nz(s), nz(s) * k, c)");
        a = nz(a), b = nz(b);
    }
    if (a > b)
        std::swap(a, b);
    const bool square = a == b && !negative && has(c, NOT_NEGATIVE);
    return make(FMA, p, square ? NOT_MINUS_ZERO | NOT_NEGATIVE : 0, negative ? negated(a) : a, b, c);
}

/* The magnitudes of which a is the largest. */
static void add_members(Id a, std::vector<Id> *members)
{
    while (is(a, MAX)) { /* a chain is long on its left side */
        add_members(node(a).b, members);
        a = node(a).a;
    }
    if (is(a, SET))
        members->insert(members->end(), all().members[node(a).a]->begin(), all().members[node(a).a]->end());
    else if (a != 0)
        members->push_back(is(a, NEG) ? node(a).a : a);
}
/* A MAX as a SET: the order in which the largest is looked for does not matter. */
static Id settled(Id a)
{
    if (!is(a, MAX))
        return a;
    Expressions &e = all();
    if (e.set.size() <= a)
        e.set.resize(e.nodes.size() * 2);
    if (e.set[a])
        return e.set[a];
    RULE("the largest magnitude is that of a set");
    std::vector<Id> members;
    add_members(a, &members);
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    int flags = NOT_MINUS_ZERO | NOT_NEGATIVE | FLOAT | GRID;
    for (const Id m : members)
        flags |= inherited(m);
    const auto known = e.sets.emplace(members, (Id)e.members.size()).first;
    if (known->second == e.members.size())
        e.members.push_back(&known->first);
    return e.set[a] = e.make(SET, SINGLE, flags, known->second, 0, 0);
}
Id div(Precision p, Id a, Id b)
{
    if (constants(a, b))
        return p == SINGLE ? constant((float)value(a) / (float)value(b)) : constant(value(a) / value(b));
    return make(DIV, p, 0, settled(a), settled(b));
}
Id root(Id a) { return is(a, CONST) ? constant(sqrt(value(a))) : make(SQRT, DOUBLE, 0, a); }

Id rounded(Op to, Id a)
{
    if (to == ROUND) {
        if (has(a, FLOAT))
            return a; /* exact there */
        if (is(a, CONST))
            return constant((double)(float)value(a));
        if (strip(&a)) {
            RULE("(float)-a = -(float)a");
            return negated(rounded(to, a));
        }
        return make(ROUND, SINGLE, has(a, NOT_NEGATIVE) ? NOT_NEGATIVE | NOT_MINUS_ZERO : 0, a);
    }
    const int type = to == BF16 ? IS_BF16 : to == F16 ? IS_F16 : IS_INT8;
    if (to != INT8 && has(a, type))
        return a;
    if (to == INT8 && is(a, CLAMP))
        a = node(a).a;
    return all().make(to, SINGLE, type | FLOAT | GRID | (node(a).flags & POISON), a, 0, 0);
}
Id clamped(Id a) { return make(CLAMP, SINGLE, 0, a); }

Id larger(Id a, Id b)
{
    if (constants(a, b) && a == 0 && b == 0)
        return 0;
    return make(MAX, SINGLE, NOT_MINUS_ZERO | NOT_NEGATIVE, a, b);
}

/* v * (127 / the largest of a set that has v), or v * 0 */
bool within_int8(Id a)
{
    if (is(a, CLAMP))
        return true;
    if (!is(a, MUL))
        return false;
    for (int turn = 0; turn < 2; turn++) {
        const Id inverse = turn ? node(a).b : node(a).a, v = turn ? node(a).a : node(a).b;
        if (inverse == 0)
            return true;
        if (is(inverse, DIV) && is(node(inverse).a, CONST) && value(node(inverse).a) == 127 &&
            is(node(inverse).b, SET)) {
            const std::vector<Id> &members = *all().members[node(node(inverse).b).a];
            return std::binary_search(members.begin(), members.end(), is(v, NEG) ? node(v).a : v);
        }
    }
    return false;
}

Id compare(Op op, Id a, Id b)
{
    a = settled(a), b = settled(b);
    if (op == AND) {
        if (is(a, CONST))
            return a == 0 ? a : b;
        if (is(b, CONST))
            return b == 0 ? b : a;
        return make(AND, SINGLE, 0, a, b);
    }
    if (constants(a, b)) {
        const double x = value(a), y = value(b);
        return constant(op == LE ? x <= y : op == LT ? x < y : x == y);
    }
    return make(op, SINGLE, 0, a, b);
}

void forget_expressions()
{
    Expressions &e = all();
    if (e.kept == 0)
        e.kept = e.nodes.size();
    e.nodes.resize(e.kept);
    e.nz.clear();
    e.set.clear();
    e.members.clear();
    e.sets.clear();
    e.hash_again(1 << 14);
}

/* Answers to comparisons. */
static std::unordered_map<Id, bool> known_answers;
static std::vector<Answer> trail;
static std::vector<bool> script;

bool ask(Id c)
{
    if (is(c, CONST))
        return c != 0;
    if (is(c, AND))
        return ask(node(c).a) && ask(node(c).b);
    const auto known = known_answers.find(c);
    if (known != known_answers.end())
        return known->second;
    const bool v = trail.size() < script.size() ? script[trail.size()] : true;
    known_answers[c] = v;
    trail.push_back({c, v});
    return v;
}
bool ask(Op op, Id a, Id b) { return ask(compare(op, a, b)); }
size_t answers() { return trail.size(); }
const Answer &answer(size_t i) { return trail[i]; }

void forget_answers()
{
    known_answers.clear();
    trail.clear();
    script.clear();
}
void script_answers(const bool *values, size_t count)
{
    script.resize(trail.size(), true);
    script.insert(script.end(), values, values + count);
}
bool next_path()
{
    std::vector<Answer> walked = trail;
    while (!walked.empty() && !walked.back().value)
        walked.pop_back();
    forget_answers();
    if (walked.empty())
        return false;
    for (const Answer &a : walked)
        script.push_back(a.value);
    script.back() = false;
    return true;
}

void print(Id a, int depth)
{
    static const char *const names[OPS] = {"",      "",    "nz",         "-",     "add",  "sub", "mul",
                                           "div",   "fma", "sqrt",       "float", "bf16", "f16", "int8",
                                           "clamp", "max", "max of set", "<=",    "<",    "==",  "and"};
    static const int operands[OPS] = {0, 0, 1, 1, 2, 2, 2, 2, 3, 1, 1, 1, 1, 1, 1, 2, 0, 2, 2, 2, 2};
    const Node n = node(checked(a));
    if (n.flags & POISON && n.op == LEAF)
        fputs("UNINITIALISED", stderr);
    else if (n.op == LEAF)
        fprintf(stderr, "%u[%u,%u]", n.a, n.b, n.c);
    else if (n.op == CONST)
        fprintf(stderr, "%a", value(a));
    else if (depth == 0)
        fprintf(stderr, "#%u", a);
    else {
        fprintf(stderr, "%s%s(", names[n.op], n.precision == DOUBLE ? "_d" : "");
        const Id o[3] = {n.a, n.b, n.c};
        for (int i = 0; i < operands[n.op]; i++) {
            fputs(i ? ", " : "", stderr);
            print(o[i], depth - 1);
        }
        fputs(")", stderr);
    }
}
