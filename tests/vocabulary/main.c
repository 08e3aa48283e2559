/* SPDX-License-Identifier: MIT */
/* main.c - compares the functions of a vocabulary with what they mean: edge values in all combinations, then random
 * ones.
 *
 *     vocabulary_ISA [VALUES | all]
 *
 * VALUES is how many random values each function is given, 1e7 when it is left out; all: also every float to 16 bits
 * and int8. With LN_TEST_F16_HALFWAY=no, floats halfway between two f16 are not compared when they become f16: for
 * emulators that round those the wrong way. */
#include "inputs.h"
#include "ln_cpu.h"
#include "operations.h"
#include "reference.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKIPPED = 77, SHOWN = 4 /* of each function */ };

#define LANE(name, vector, element) +1
#define ROW(name, vector, element)  +1
#define OTHER(name, type)           +1
#define PAIR(name, type)            +1
enum {
    OPERATIONS = 0
#include "operations.inc"
};

static const uint32_t float_edges[] = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x00000002, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000,
    0x00800001, 0x3f800000, 0xbf800000, 0x3f800001, 0x3f7fffff, 0x34000000, 0x33800000, 0x33800001, 0xb3800000,
    0x3fffffff, 0x40000000, 0x4b000000, 0x4b800001, 0x5f000000, 0x5f7fffff, 0x7f000000, 0x7f7fffff, 0xff7fffff,
    0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff, 0x1f800000, 0x20000001, 0x2f800000, 0x3eaaaaab,
    0x00400000, 0x80400001, 0x01000000, 0x5f800001, 0xdf800001, 0x477fefff, 0x477ff000, 0x33000000, 0x33000001,
    0x387fffff, 0x387ff000, 0x7f7f8000, 0x42fe0000, 0xc2fe0000, 0x42fd0000, 0x3f000000, 0x3fc00000, 0x7fbfffff};
static const double double_edges[] = {0,
                                      -0.0,
                                      0x1p-1074,
                                      -0x1p-1074,
                                      0x1p-1022,
                                      DBL_MAX,
                                      -DBL_MAX,
                                      INFINITY,
                                      -INFINITY,
                                      NAN,
                                      1,
                                      -1,
                                      0x1p-120,
                                      FLT_MAX,
                                      0x1.ffffffp127,
                                      0x1p-149,
                                      0x1p-150,
                                      0x1.8p-150,
                                      0x1p-126,
                                      0x1.fffffep-127,
                                      0x1.ffffff8p-127,
                                      0x1.000001p0,
                                      0x1.000003p0,
                                      0x1p138};
enum {
    FLOAT_EDGES = sizeof float_edges / sizeof *float_edges,
    DOUBLE_EDGES = sizeof double_edges / sizeof *double_edges
};

static float of_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static double of_long_bits(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static float any_float(Random *r)
{
    const uint32_t how = random_bits(r), bits = random_bits(r);
    switch (how % 8) {
    case 0:
        return of_bits(float_edges[bits % FLOAT_EDGES]);
    case 1:
    case 2:
        return of_bits(bits);
    case 3: /* halfway between neighbours in 16 bits, or beside that */
        return of_bits((bits & 0xffff0000u) | (how & 0x100 ? 0x8000u : 0x1000u)) + (how & 0x200 ? 0x1p-149f : 0);
    case 4: /* halfway between integers around those of int8 */
        return (float)((int)(bits % 520) - 260) * 0.5f * (how & 0x100 ? 1 : 0x1.fffffep-1f);
    default: /* exponents near 0 */
        return of_bits((bits & 0x807fffffu) | (0x60 + (how >> 8) % 0x40) << 23);
    }
}

static double any_double(Random *r)
{
    const uint32_t how = random_bits(r);
    const uint64_t bits = (uint64_t)random_bits(r) << 32 | random_bits(r);
    switch (how % 8) {
    case 0:
        return double_edges[bits % DOUBLE_EDGES];
    case 1:
        return of_long_bits(bits);
    case 2:
        return (double)any_float(r);
    case 3: /* halfway between floats, or beside that */
        return of_long_bits((bits & 0x800fffffc0000000u) | 0x10000000 | (bits & 1) |
                            (uint64_t)(0x380 + how / 8 % 0x100) << 52);
    default:
        return of_long_bits((bits & 0x800fffffffffffffu) | (uint64_t)(0x380 + how / 8 % 0x100) << 52);
    }
}

static unsigned long long checked, wrong, wrong_of[OPERATIONS];

/* Whether element i of two results is the same: by bits, or both are NaN. */
static int same(const Results *a, const Results *b, ResultType type, size_t i)
{
    switch (type) {
    case FLOATS:
        return memcmp(a->f + i, b->f + i, sizeof a->f[i]) == 0 || (isnan(a->f[i]) && isnan(b->f[i]));
    case DOUBLES:
        return memcmp(a->d + i, b->d + i, sizeof a->d[i]) == 0 || (isnan(a->d[i]) && isnan(b->d[i]));
    case BF16S:
        return a->h[i] == b->h[i] || ((a->h[i] & 0x7fff) > 0x7f80 && (b->h[i] & 0x7fff) > 0x7f80);
    case F16S:
        return a->h[i] == b->h[i] || ((a->h[i] & 0x7fff) > 0x7c00 && (b->h[i] & 0x7fff) > 0x7c00);
    case BYTES:
    default:
        return a->b[i] == b->b[i];
    }
}

static double number(const Results *a, ResultType type, size_t i)
{
    return type == FLOATS ? (double)a->f[i] : type == DOUBLES ? a->d[i] : type == BYTES ? a->b[i] : a->h[i];
}

static int halfway_counts = 1;

/* Whether f is halfway between two neighbours in f16. */
static int halfway(float f)
{
    uint16_t h[2];
    ln_reference_store(LN_DTYPE_F16, h, 0, f);
    const float nearest = ln_reference_load(LN_DTYPE_F16, h, 0), other = 2 * f - nearest;
    ln_reference_store(LN_DTYPE_F16, h, 1, other);
    return isfinite(nearest) && nearest != f && ln_reference_load(LN_DTYPE_F16, h, 1) == other;
}

static int counts(const Operation *o, const Inputs *in, size_t i)
{
    const int to_f16 = o->type == F16S || strcmp(o->name, "rounded_f16") == 0;
    return halfway_counts || !to_f16 || !halfway(in->f[0][i]);
}

static void compare(const Inputs *in)
{
    static Results is, should;
    by_element_begin(in);
    for (size_t k = 0; by_vocabulary[k].name; k++) {
        const Operation *o = &by_vocabulary[k];
        if (!o->run)
            continue;
        memset(&is, 0x5a, sizeof is);
        memset(&should, 0x5a, sizeof should);
        o->run(in, &is);
        by_element[k].run(in, &should);
        checked += COUNT;
        if (memcmp(&is, &should, sizeof is) == 0)
            continue;
        for (size_t i = 0; i < COUNT; i++)
            if (!same(&is, &should, o->type, i) && counts(o, in, i) && wrong_of[k]++ < SHOWN)
                printf("%s: element %zu is %a, should be %a; of %a, %a, %a; %a, %a, %a; %#x\n", o->name, i,
                       number(&is, o->type, i), number(&should, o->type, i), (double)in->f[0][i], (double)in->f[1][i],
                       (double)in->f[2][i], in->d[0][i], in->d[1][i], in->d[2][i], (unsigned)in->h[i]);
    }
}

/* All combinations of three edge values. */
static void edges(Inputs *in)
{
    const size_t f = FLOAT_EDGES, d = DOUBLE_EDGES;
    for (size_t at = 0; at < f * f * f; at += COUNT) {
        for (size_t i = 0; i < COUNT; i++) {
            const size_t k = at + i;
            in->f[0][i] = of_bits(float_edges[k % f]);
            in->f[1][i] = of_bits(float_edges[k / f % f]);
            in->f[2][i] = of_bits(float_edges[k / f / f % f]);
            in->d[0][i] = double_edges[k % d];
            in->d[1][i] = double_edges[k / d % d];
            in->d[2][i] = double_edges[k / d / d % d];
            in->h[i] = (uint16_t)k; /* all there are */
        }
        compare(in);
    }
}

static void random_values(Inputs *in, Random *r, double values)
{
    for (double done = 0; done < values; done += COUNT) {
        for (size_t i = 0; i < COUNT; i++) {
            in->h[i] = (uint16_t)random_bits(r);
            for (size_t k = 0; k < 3; k++) {
                in->f[k][i] = any_float(r);
                in->d[k][i] = any_double(r);
            }
            if (i % 4 == 0) { /* what is left of a product when its rounded value is taken away */
                in->f[2][i] = -(in->f[0][i] * in->f[1][i]);
                in->d[2][i] = -(in->d[0][i] * in->d[1][i]);
            } else if (i % 4 == 1) {
                in->f[1][i] = in->f[0][i];
                in->d[1][i] = in->d[0][i];
            }
        }
        compare(in);
    }
}

/* Every float there is, for functions of one. */
static void every_float(Inputs *in)
{
    for (uint64_t at = 0; at < (uint64_t)1 << 32; at += COUNT) {
        for (size_t i = 0; i < COUNT; i++)
            in->f[0][i] = of_bits((uint32_t)(at + i));
        compare(in);
    }
}

int main(int argc, char **argv)
{
    const int all = argc > 1 && strcmp(argv[1], "all") == 0;
    const double values = argc > 1 && !all ? strtod(argv[1], NULL) : 1e7;
    if (argc > 2 || !(values > 0)) {
        fprintf(stderr, "usage: vocabulary [VALUES | all]\n");
        return 2;
    }
    if (!ln_cpu_has(ln_cpu_named(vocabulary_name))) {
        printf("%s: skipped, this processor lacks it\n", vocabulary_name);
        return SKIPPED;
    }
    const char *compared = getenv("LN_TEST_F16_HALFWAY");
    halfway_counts = !compared || strcmp(compared, "no") != 0;
    static Inputs in;
    in.lanes = vocabulary_lanes;
    Random r = {test_seed()};
    const int environment = vocabulary_environment();
    if (environment)
        printf("enter() and leave(): %d times not what they promise\n", environment);
    edges(&in);
    random_values(&in, &r, values);
    if (all)
        every_float(&in);
    for (size_t k = 0; k < OPERATIONS; k++) {
        wrong += wrong_of[k];
        if (wrong_of[k])
            printf("%s: %llu differ\n", by_vocabulary[k].name, wrong_of[k]);
    }
    printf("%s: %llu values compared, %llu differ\n", vocabulary_name, checked, wrong);
    return wrong != 0 || environment != 0 || checked == 0;
}
