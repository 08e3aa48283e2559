/* SPDX-License-Identifier: MIT */
/* operations.h - blocks of values for the functions of a vocabulary, and tables of what works on them. */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include <stddef.h>
#include <stdint.h>

enum { COUNT = 1024, LANES_MAX = 16 };

typedef struct Inputs {
    float f[3][COUNT];  /* the operands of functions of floats */
    double d[3][COUNT]; /* of doubles */
    uint16_t h[COUNT];  /* of 16-bit elements */
    size_t lanes;       /* floats in a register of the vocabulary */
} Inputs;

/* As many results as there are inputs; what a function does not write stays as it was. */
typedef union Results {
    _Alignas(64) float f[COUNT];
    double d[COUNT];
    uint16_t h[COUNT];
    int8_t b[COUNT];
} Results;

typedef enum ResultType { FLOATS, DOUBLES, BF16S, F16S, BYTES } ResultType;

typedef struct Operation {
    const char *name;
    ResultType type;
    void (*run)(const Inputs *in, Results *out);
} Operation;

extern const Operation by_vocabulary[], by_element[]; /* same order; end with a name of NULL */
void by_element_begin(const Inputs *in);              /* before by_element works on new inputs */
extern const size_t vocabulary_lanes;
extern const char *const vocabulary_name;

int vocabulary_environment(void); /* how often enter() and leave() did not do what they promise */

#endif
