/* SPDX-License-Identifier: MIT */
/* arguments.c - the arrays of a call; arguments.h says what they are. */
#include "arguments.h"

#include "elements.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct List {
    const ln_args *args;
    Array *arrays;
    size_t count;
} List;

void *array_at(const ln_args *args, const Array *array)
{
    void *p;
    memcpy(&p, (const char *)args + array->member, sizeof p);
    return p;
}

size_t array_stride(const ln_args *args, const Array *array)
{
    size_t elements;
    memcpy(&elements, (const char *)args + array->stride_member, sizeof elements);
    return elements * array->element;
}

static void add(List *l, Array array)
{
    if (array_at(l->args, &array) && l->count < ARRAYS_MAX)
        l->arrays[l->count++] = array;
}

size_t list_arrays(const ln_spec *s, const ln_args *args, size_t rows, Array *arrays)
{
    List l = {args, arrays, 0};
    const size_t width = args->width, element = size_of(s->dtype);
    const size_t params = size_of(params_type(s));
    const size_t y = s->quant == LN_QUANT_NONE ? element : 1;
    const int forward = s->pass != LN_PASS_BACKWARD;
#define ROWS_OF(name, element, output)                                                                                 \
    add(&l,                                                                                                            \
        (Array){#name, offsetof(ln_args, name), offsetof(ln_args, name##_stride), width * (element), element, output})
#define ONE(name, count, element, output)                                                                              \
    add(&l, (Array){#name, offsetof(ln_args, name), 0, (count) * (element), element, output})
    ROWS_OF(x, element, 0);
    ROWS_OF(residual, element, 0);
    ROWS_OF(dy, element, 0);
    ROWS_OF(y, y, 1);
    ROWS_OF(y2, element, 1);
    ROWS_OF(sum, element, 1);
    ROWS_OF(dx, element, 1);
    ONE(gamma, width, params, 0);
    ONE(beta, width, params, 0);
    ONE(gamma2, width, params, 0);
    ONE(beta2, width, params, 0);
    ONE(bias, width, element, 0);
    ONE(mean, rows, sizeof(float), forward);
    ONE(rstd, rows, sizeof(float), forward);
    ONE(scale, rows, sizeof(float), 1);
    ONE(stats, 2 * rows, sizeof(double), s->pass == LN_PASS_STATS);
    ONE(dgamma, width, sizeof(float), 1);
    ONE(dbeta, width, sizeof(float), 1);
    ONE(workspace, args->workspace_bytes / sizeof(float), sizeof(float), 1);
#undef ROWS_OF
#undef ONE
    return l.count;
}

/* A float, or its upper half: that is a bf16, and as an f16 another number. */
static void fill_row(Random *r, const Array *m, void *to, size_t n, const InputClass *kind)
{
    float *row = malloc(n * sizeof *row);
    if (!row)
        abort();
    kind->fill(r, row, n);
    for (size_t k = 0; k < n; k++) {
        uint32_t bits;
        memcpy(&bits, &row[k], sizeof bits);
        if (m->element == sizeof(float))
            memcpy((float *)to + k, &bits, sizeof bits);
        else
            ((uint16_t *)to)[k] = (uint16_t)(bits >> 16);
    }
    free(row);
}

void fill_arguments(Random *r, const ln_spec *s, ln_args *a, size_t rows)
{
    static const char *const classes[] = {"normal", "mean_1000", "near_1e30", "normal", "nan", "normal", "normal"};
    Array arrays[ARRAYS_MAX];
    const size_t count = list_arrays(s, a, rows, arrays);
    a->eps = 1e-5f;
    a->static_scale = 0.05f;
    for (size_t i = 0; i < count; i++) {
        const Array *m = &arrays[i];
        unsigned char *p = array_at(a, m);
        if (m->output)
            continue;
        if (m->member == offsetof(ln_args, stats)) {
            for (size_t k = 0; k < rows; k++)
                a->stats[k] = (ln_stats){k == 3 ? 1e9 : 0.25 * (double)k, (double)a->width};
        } else if (m->member == offsetof(ln_args, mean) || m->member == offsetof(ln_args, rstd)) {
            for (size_t k = 0; k < rows; k++)
                ((float *)(void *)p)[k] = 0.5f + (float)k;
        } else {
            for (size_t k = 0; k < (m->stride_member ? rows : 1); k++) {
                const InputClass *kind = input_classes;
                while (m->stride_member && strcmp(kind->name, classes[k % (sizeof classes / sizeof classes[0])]) != 0)
                    kind++;
                fill_row(r, m, p + (m->stride_member ? k * array_stride(a, m) : 0), a->width, kind);
            }
        }
    }
}
