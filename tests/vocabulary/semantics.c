/* SPDX-License-Identifier: MIT */
/* semantics.c - the operations element by element, in plain C: what every vocabulary must give. */
#include "operations.h"
#include "reference.h"

#include <float.h>
#include <math.h>
#include <string.h>

#ifndef F32_FORWARD
static float magnitude_of(float a) { return fabsf(a); }
#endif
static float product(float a, float b)
{
    volatile float p = a * b;
    return p;
}

/* f[0] of the inputs in 16 bits, which many operations give. */
static uint16_t bf16s[COUNT], f16s[COUNT];

void by_element_begin(const Inputs *in)
{
    for (size_t i = 0; i < COUNT; i++) {
        ln_reference_store(LN_DTYPE_BF16, bf16s, i, in->f[0][i]);
        ln_reference_store(LN_DTYPE_F16, f16s, i, in->f[0][i]);
    }
}

#define EACH(i)      for (size_t i = 0; i < COUNT; i++)
#define DEFINE(name) static void run_##name(const Inputs *in, Results *out)
#define LANE(name, vector, element)                                                                                    \
    DEFINE(name)                                                                                                       \
    {                                                                                                                  \
        EACH(i)                                                                                                        \
        {                                                                                                              \
            const float a = in->f[0][i], b = in->f[1][i], c = in->f[2][i];                                             \
            (void)a, (void)b, (void)c;                                                                                 \
            out->f[i] = element;                                                                                       \
        }                                                                                                              \
    }
#define ROW(name, vector, element)                                                                                     \
    DEFINE(name)                                                                                                       \
    {                                                                                                                  \
        EACH(i)                                                                                                        \
        {                                                                                                              \
            const double a = in->d[0][i], b = in->d[1][i], c = in->d[2][i];                                            \
            (void)a, (void)b, (void)c;                                                                                 \
            out->d[i] = element;                                                                                       \
        }                                                                                                              \
    }
#define OTHER(name, type)
#define PAIR(name, type)
#include "operations.inc"

/* Whether element i is in the part of its register, `lanes` wide, that a function works on: 1 element of the first
 * register, 2 of the second and so on. */
static int in_part(size_t i, size_t lanes) { return i % lanes < 1 + i / lanes % lanes; }

DEFINE(splat) { EACH(i) out->f[i] = in->f[0][i / in->lanes * in->lanes]; }
DEFINE(stream) { EACH(i) out->f[i] = in->f[0][i]; }
DEFINE(load_part) { EACH(i) out->f[i] = in_part(i, in->lanes) ? in->f[0][i] : 0; }
DEFINE(store_part) { EACH(i) out->f[i] = in_part(i, in->lanes) ? in->f[0][i] : out->f[i]; }
DEFINE(keep_part) { EACH(i) out->f[i] = in_part(i, in->lanes) ? in->f[0][i] : 0; }
DEFINE(splat_first) { EACH(i) out->f[i] = (float)in->d[0][i / LANES_MAX * LANES_MAX]; }
DEFINE(rstore) { EACH(i) out->f[i] = (float)in->d[0][i]; }
DEFINE(rstore_first)
{
    for (size_t i = 0; i < COUNT; i += 4)
        out->f[i] = (float)in->d[0][i];
}
DEFINE(rfirst)
{
    for (size_t i = 0; i < COUNT; i += 4)
        out->d[i] = in->d[0][i];
}
DEFINE(rrsqrt_first)
{
    for (size_t i = 0; i < COUNT; i += 4)
        out->d[i] = sqrt(in->d[0][i]) * (1.0 / in->d[0][i]);
}
DEFINE(rround_first)
{
    for (size_t i = 0; i < COUNT; i += 4)
        out->d[i] = (double)(float)in->d[0][i];
}
DEFINE(rsplat) { EACH(i) out->d[i] = in->d[0][i / 4 * 4]; }
DEFINE(rle_rbits)
{
    for (size_t i = 0; i < COUNT; i += 4) {
        out->b[i] = 0;
        for (size_t k = 0; k < 4; k++)
            out->b[i] = (int8_t)(out->b[i] | (in->d[0][i + k] <= in->d[1][i + k]) << k);
    }
}
DEFINE(rwithin_first)
{
    for (size_t i = 0; i < COUNT; i += 4) {
        const double a = in->d[0][i];
        out->b[i] = (int8_t)((0x1p-120 <= a && a <= DBL_MAX) | (0x1p-1074 <= a && a <= 1) << 1);
    }
}
DEFINE(rboth)
{
    for (size_t i = 0; i < COUNT; i += 4) {
        out->b[i] = 0;
        for (size_t k = 0; k < 4; k++) {
            const double b = in->d[1][i + k];
            out->b[i] = (int8_t)(out->b[i] | (in->d[0][i + k] <= b && b <= in->d[2][i + k]) << k);
        }
    }
}
DEFINE(row_of) { (void)in, memset(out->b, 1, COUNT); }
DEFINE(widen)
{
    for (size_t i = 0; i < COUNT / 2; i++) {
        const float *f = in->f[0] + i / 8 * 16 + i % 8;
        out->d[i] = (double)f[0] + (double)f[8];
    }
}
DEFINE(dzero_dadd) { EACH(i) out->d[i] = (i % 16 < 8 ? in->d[1][i] : 0) + in->d[0][i]; }
DEFINE(dkept_dkeep) { EACH(i) out->d[i] = in->d[0][i]; }
DEFINE(halved)
{
    for (size_t i = 0; i < COUNT / 2; i++) {
        const double *d = in->d[0] + i / 4 * 8 + i % 4;
        out->d[i] = d[0] + d[4];
    }
}
static double total4(const double *d) { return (d[0] + d[2]) + (d[1] + d[3]); }
DEFINE(rtotal) { EACH(i) out->d[i] = total4(in->d[0] + i / 4 * 4); }
DEFINE(totals)
{
    for (size_t i = 0; i < COUNT / 4; i++)
        out->d[i] = total4(in->d[0] + 4 * i);
}

#ifndef F32_FORWARD
DEFINE(fold_max)
{
    for (size_t i = 0; i < COUNT; i += in->lanes) {
        float largest = 0;
        for (size_t k = 0; k < in->lanes; k++)
            largest = ln_reference_larger(largest, in->f[0][i + k]);
        out->f[i] = largest;
    }
}
static float qtotal(const float *f) { return (f[0] + f[2]) + (f[1] + f[3]); }
static float quarter(const float *f) { return (f[0] + f[8]) + (f[4] + f[12]); }
DEFINE(quartered)
{
    for (size_t i = 0; i < COUNT / 4; i++)
        out->f[i] = quarter(in->f[0] + i / 4 * 16 + i % 4);
}
DEFINE(qtotal)
{
    for (size_t i = 0; i < COUNT; i += 4)
        out->f[i] = qtotal(in->f[0] + i);
}
DEFINE(qtotals)
{
    for (size_t i = 0; i < COUNT / 4; i++)
        out->f[i] = qtotal(in->f[0] + 4 * i);
}
DEFINE(qload_qsplat_qadd_qmul_qstore) { EACH(i) out->f[i] = (in->f[0][i] + in->f[1][i / 4 * 4]) * in->f[2][i]; }
DEFINE(total_both)
{
    for (size_t i = 0; i < COUNT; i++) {
        const size_t begin = i / 32 * 32;
        float sums[16], four[4];
        for (size_t k = 0; k < 16; k++)
            sums[k] = in->f[0][begin % 64 ? begin : i / 16 * 16 + k];
        for (size_t k = 0; k < 4; k++)
            four[k] = quarter(sums + k);
        out->f[i] = (qtotal(four) + 0.0f) * (in->f[1][begin] * in->f[2][begin]);
    }
}
DEFINE(rload) { EACH(i) out->d[i] = (double)in->f[0][i]; }

#define SIXTEEN(T, type)                                                                                               \
    DEFINE(load_##T) { EACH(i) out->f[i] = ln_reference_load(type, in->h, i); }                                        \
    DEFINE(load_part_##T) { EACH(i) out->f[i] = in_part(i, in->lanes) ? ln_reference_load(type, in->h, i) : 0; }       \
    DEFINE(store_##T) { (void)in, memcpy(out->h, T##s, sizeof T##s); }                                                 \
    DEFINE(stream_##T) { run_store_##T(in, out); }                                                                     \
    DEFINE(store_part_##T) { EACH(i) if (in_part(i, in->lanes)) out->h[i] = T##s[i]; }
SIXTEEN(bf16, LN_DTYPE_BF16)
SIXTEEN(f16, LN_DTYPE_F16)

DEFINE(store_int8) { EACH(i) ln_reference_store_int8(out->b, i, in->f[0][i]); }
DEFINE(stream_int8) { run_store_int8(in, out); }
DEFINE(store_part_int8) { EACH(i) if (in_part(i, in->lanes)) ln_reference_store_int8(out->b, i, in->f[0][i]); }

DEFINE(load_pair_bf16) { run_load_bf16(in, out); }
DEFINE(load_part_pair_bf16)
{
    EACH(i) out->f[i] = in_part(i, 2 * in->lanes) ? ln_reference_load(LN_DTYPE_BF16, in->h, i) : 0;
}
DEFINE(rounded_pair_bf16)
{
    (void)in;
    EACH(i) out->f[i] = ln_reference_load(LN_DTYPE_BF16, bf16s, i);
}
DEFINE(nan_as_bf16) { run_store_bf16(in, out); }
DEFINE(store_pair_bf16) { run_store_bf16(in, out); }
DEFINE(stream_pair_bf16) { run_store_bf16(in, out); }
DEFINE(store_part_pair_bf16) { EACH(i) if (in_part(i, 2 * in->lanes)) out->h[i] = bf16s[i]; }
DEFINE(order_of_pair)
{
    EACH(i)
    {
        const size_t pair = 2 * in->lanes, at = i / pair * pair;
        out->f[i] = in->f[0][at + i % 2 * in->lanes + i % pair / 2];
    }
}
#endif

#define LANE(name, vector, element) {#name, FLOATS, run_##name},
#define ROW(name, vector, element)  {#name, DOUBLES, run_##name},
#define OTHER(name, type)           {#name, type, run_##name},
#define PAIR(name, type)            {#name, type, run_##name},
const Operation by_element[] = {
#include "operations.inc"
    {NULL, BYTES, NULL}};
