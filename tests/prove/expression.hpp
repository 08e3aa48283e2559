/* SPDX-License-Identifier: MIT */
/* expression.hpp - expressions over floats and doubles. Equal expressions have equal ids, so equal ids are equal bits
 * for all inputs (NaNs being alike).
 *
 * Every value is the real number, infinity, NaN or zero that a float or a double holds; a float is also a double, and
 * what bf16 or f16 hold is also a float, so conversions that are exact are no expressions. The functions below make
 * expressions and rewrite them. Each rewriting must hold for all operands; docs/numerics.md lists them, and
 * rewritings.cpp computes both sides. */
#pragma once
#include <cstddef>
#include <cstdint>

typedef uint32_t Id;

enum Op : uint8_t {
    LEAF,  /* an input: array a, row b, column c */
    CONST, /* a, b: the bits of a double */
    NZ,    /* a + 0: -0 becomes +0 */
    NEG,
    ADD,
    SUB,
    MUL,
    DIV, /* rounded to the precision of the node */
    FMA, /* a*b + c */
    SQRT,
    ROUND, /* to float */
    BF16,
    F16,
    INT8,  /* to that type, which holds NaN as some NaN, int8 as 0; int8 within -127 .. 127 */
    CLAMP, /* within -127 .. 127, or NaN */
    MAX,   /* the larger of the magnitudes of a and b, NaN being the largest */
    SET,   /* the same of the members of a set */
    LE,
    LT,
    EQ,
    AND, /* comparisons */
    OPS
};
enum Precision : uint8_t { SINGLE, DOUBLE };

/* What is known of a value. */
enum {
    NOT_MINUS_ZERO = 1,
    NOT_NEGATIVE = 2, /* +0, above, or NaN */
    GRID = 4,         /* a multiple of 2^-149: a float, or a sum of such in double (rounded to a coarser grid only) */
    FLOAT = 8,        /* a float holds it */
    IS_BF16 = 16,
    IS_F16 = 32,
    IS_INT8 = 64,
    ANY_NAN = 128, /* may be a NaN whose lower half is not 0, as arithmetic on bf16 alone never gives */
    POISON = 256   /* made of what was not initialised */
};

struct Node {
    Op op;
    Precision precision;
    uint16_t flags;
    Id a, b, c;
};

const Node &node(Id a);
bool has(Id a, int flags); /* one of them */
Id constant(double value); /* id 0 is +0, so that memory set to 0 holds zeros */
Id leaf(unsigned array, unsigned row, unsigned column, int flags);
Id poison();
Id checked(Id a); /* a, or poison when it is no expression's id, as memory that was not initialised holds */

Id nz(Id a);
Id negated(Id a);
Id add(Precision, Id a, Id b);
Id sub(Precision, Id a, Id b);
Id mul(Precision, Id a, Id b);
Id fma(Precision, Id a, Id b, Id c);
Id div(Precision, Id a, Id b);
Id root(Id a);
Id rounded(Op to, Id a); /* ROUND, BF16, F16, INT8 */
Id clamped(Id a);
Id larger(Id a, Id b);
bool within_int8(Id a); /* whether a is known to round to -127 .. 127, or to be NaN */
Id compare(Op, Id a, Id b);

/* Whether a may be a NaN whose lower half is not 0. clear_nan(b) says that from now on no NaN of b is one, until
 * forget_clear_nans(); an expression made of b alone is none then, either. */
bool any_nan(Id a);
void clear_nan(Id b);
void forget_clear_nans();

/* Forgets all expressions but those that there were when it was first called. */
void forget_expressions();
size_t expression_count();
void print(Id a, int depth);

/* What a comparison of expressions comes to. Asked for the first time, it takes the next answer of the script, or true;
 * from then on it stays the same. */
bool ask(Id comparison);
bool ask(Op, Id a, Id b);

struct Answer {
    Id comparison;
    bool value;
};
size_t answers();
const Answer &answer(size_t i);
void forget_answers();
void script_answers(const bool *values, size_t count);
bool next_path(); /* forgets the answers; scripts those of the next path, in a depth-first walk; false after the last */

/* How often each rewriting was made, for the test of rewritings. */
struct Rule {
    const char *text;
    unsigned long uses;
    const Rule *next;
    explicit Rule(const char *text);
};
const Rule *first_rule();
