/* SPDX-License-Identifier: MIT */
/* backward.c - the bit contract of gradients in code: any width, in plain scalar C. docs/numerics.md derives
 * each step and its error. */
#include "reference.h"

#include <math.h>

enum {
    LANES = LN_REFERENCE_LANES,
    BLOCK = LN_REFERENCE_BLOCK,
};

typedef struct Row {
    const ln_spec *spec;
    const ln_args *args;
    size_t row;
} Row;

static int has_gamma(const ln_spec *s) { return s->affine != LN_AFFINE_NONE; }
static int has_beta(const ln_spec *s) { return (LN_AFFINES_WITH_BETA >> s->affine & 1u) != 0; }
static ln_dtype parameter_type(const ln_spec *s) { return s->params == LN_PARAMS_F32 ? LN_DTYPE_F32 : s->dtype; }

static float element_dy(const Row *r, size_t i)
{
    return ln_reference_load(r->spec->dtype, r->args->dy, r->row * r->args->dy_stride + i);
}

/* The normalised element. */
static float xhat(const Row *r, size_t i)
{
    const float x = ln_reference_load(r->spec->dtype, r->args->x, r->row * r->args->x_stride + i);
    const float centred = ln_reference_centred(r->spec) ? x - r->args->mean[r->row] : x;
    return centred * r->args->rstd[r->row];
}

/* dy times the gain. */
static float scaled(const Row *r, size_t i)
{
    const float dy = element_dy(r, i);
    if (r->spec->affine == LN_AFFINE_NONE)
        return dy;
    const ln_dtype type = parameter_type(r->spec);
    const float gamma = ln_reference_load(type, r->args->gamma, i);
    if (r->spec->affine == LN_AFFINE_FULL1)
        return dy * ln_reference_rounded(type, 1.0f + gamma);
    return r->spec->affine == LN_AFFINE_GAMMA1 ? fmaf(dy, gamma, dy) : dy * gamma;
}

/* Sums of g and of g*xhat over one row. */
static void sums(const Row *r, double *sum, double *product)
{
    const size_t width = r->args->width;
    *sum = *product = 0;
    for (size_t block = 0; block < width; block += BLOCK) {
        float s[LANES] = {0}, q[LANES] = {0};
        for (size_t i = block; i < width && i < block + BLOCK; i++) {
            const float g = scaled(r, i);
            s[i % LANES] = s[i % LANES] + g;
            q[i % LANES] = fmaf(g, xhat(r, i), q[i % LANES]);
        }
        *sum += (double)ln_reference_folded(s);
        *product += (double)ln_reference_folded(q);
    }
}

static void gradient_row(const Row *r)
{
    const ln_args *a = r->args;
    const ln_dtype type = r->spec->dtype;
    const float rstd = a->rstd[r->row], scale = -(rstd * (1.0f / (float)a->width));
    double sum, product;
    sums(r, &sum, &product);
    const float shift = (float)sum * scale, slope = (float)product * scale;
    for (size_t i = 0; i < a->width; i++) {
        const size_t at = r->row * a->dx_stride + i;
        const float g = scaled(r, i);
        float dx = fmaf(xhat(r, i), slope, ln_reference_centred(r->spec) ? fmaf(g, rstd, shift) : g * rstd);
        if (a->accumulate & LN_ADD_DX)
            dx = ln_reference_load(type, a->dx, at) + dx;
        ln_reference_store(type, a->dx, at, dx);
    }
}

/* Adds the terms of rows begin .. end - 1 to a column of dgamma and dbeta. */
static void add_terms(const ln_spec *spec, const ln_args *a, size_t begin, size_t end, size_t i, float *gamma,
                      float *beta)
{
    for (size_t row = begin; row < end; row++) {
        const Row r = {spec, a, row};
        *gamma = fmaf(element_dy(&r, i), xhat(&r, i), *gamma);
        *beta = *beta + element_dy(&r, i);
    }
}

/* One column of dgamma and dbeta: blocks of rows in float, the blocks in double; without a workspace row by row. */
static void column(const ln_spec *spec, const ln_args *a, size_t rows, size_t i)
{
    const size_t block = LN_BACKWARD_BLOCK;
    double gamma_total = 0, beta_total = 0;
    float gamma = a->dgamma[i], beta = has_beta(spec) ? a->dbeta[i] : 0;
    if (a->workspace) {
        for (size_t begin = 0; begin < rows; begin += block) {
            float block_gamma = 0, block_beta = 0;
            add_terms(spec, a, begin, rows - begin < block ? rows : begin + block, i, &block_gamma, &block_beta);
            gamma_total =
                begin == 0 ? (double)block_gamma : gamma_total + (double)block_gamma; /* a single -0 stays one */
            beta_total = begin == 0 ? (double)block_beta : beta_total + (double)block_beta;
        }
        if (a->accumulate & LN_ADD_PARAMS) {
            gamma_total += (double)gamma;
            beta_total += (double)beta;
        }
        gamma = (float)gamma_total;
        beta = (float)beta_total;
    } else {
        add_terms(spec, a, 0, rows, i, &gamma, &beta);
    }
    a->dgamma[i] = gamma;
    if (has_beta(spec))
        a->dbeta[i] = beta;
}

void ln_reference_backward(const ln_spec *spec, const ln_args *args, size_t rows)
{
    ln_spec known = *spec;
    if (known.affine == LN_AFFINE_DEFAULT)
        known.affine = LN_USUAL_AFFINE(spec->op, spec->pass);
    for (size_t i = 0; i < args->width && has_gamma(&known); i++) /* before dx replaces what they are made of */
        column(&known, args, rows, i);
    for (size_t row = 0; row < rows; row++) {
        const Row r = {&known, args, row};
        gradient_row(&r);
    }
}
