/* SPDX-License-Identifier: MIT */
/* batches.c - batches for kernels of any spec; batches.h says what they are. */
#define _POSIX_C_SOURCE 200809L
#include "batches.h"
#include "arguments.h"
#include "elements.h"
#include "poisoned.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 64 };

unsigned char *block(size_t bytes)
{
    void *p = NULL;
    if (posix_memalign(&p, LINE, bytes / LINE * LINE + LINE) != 0) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return p;
}

static ln_spec spec_of(const Batch *b)
{
    ln_spec spec = b->entry->spec;
    spec.width = b->width;
    return spec;
}

int lay_out(const Batch *b, unsigned char *memory, ln_arena *arena, ln_args *args)
{
    if (ln_arena_over(arena, memory, b->bytes) != LN_OK || ln_arena_norm(arena, spec_of(b), b->rows, args) != LN_OK)
        return 0;
    args->eps = 1e-5f;
    args->static_scale = 0.05f;
    READABLE(memory, b->bytes);
    return 1;
}

int make_batch(Batch *b, Random *r, const ln_entry *entry, size_t width, size_t rows)
{
    ln_arena arena;
    ln_args args;
    *b = (Batch){.entry = entry, .width = width, .rows = rows};
    const ln_spec spec = spec_of(b);
    ln_arena_dry(&arena);
    if (ln_arena_norm(&arena, spec, rows, &args) != LN_OK) {
        printf("%s width %zu, %zu rows: no arena\n", entry->name, width, rows);
        return 0;
    }
    b->bytes = (ln_arena_bytes(&arena) + LINE - 1) / LINE * LINE;
    b->before = block(b->bytes);
    b->after = block(b->bytes);
    unsigned char *memory = block(b->bytes);
    memset(memory, 0, b->bytes);
    ln_status status = LN_ARENA_FULL;
    if (lay_out(b, memory, &arena, &args)) {
        fill_arguments(r, &spec, &args, rows);
        memcpy(b->before, memory, b->bytes);
        status = ln_run_threads(entry, &args, rows, 1);
        memcpy(b->after, memory, b->bytes);
    }
    free(memory);
    if (status) {
        printf("%s width %zu, %zu rows: %s\n", entry->name, width, rows, ln_status_message(status));
        free_batch(b);
    }
    return status == LN_OK;
}

void free_batch(Batch *b)
{
    free(b->before);
    free(b->after);
}

static int is_nan(const ln_spec *s, const unsigned char *p, size_t element)
{
    uint16_t half;
    float one;
    double two;
    switch (element) {
    case 2:
        memcpy(&half, p, sizeof half);
        return (half & 0x7fff) > infinity_of(s->dtype);
    case 4:
        memcpy(&one, p, sizeof one);
        return isnan(one) != 0;
    case 8:
        memcpy(&two, p, sizeof two);
        return isnan(two) != 0;
    default:
        return 0;
    }
}

int same_results(const Batch *b, const ln_args *args, unsigned char *memory, unsigned char *should)
{
    Array arrays[ARRAYS_MAX];
    memcpy(should, b->after, b->bytes);
    if (memcmp(memory, should, b->bytes) == 0)
        return 1;
    const ln_spec *s = &b->entry->spec;
    const size_t count = list_arrays(s, args, b->rows, arrays);
    for (size_t i = 0; i < count; i++) {
        const Array *m = &arrays[i];
        unsigned char *p = array_at(args, m);
        const size_t stride = m->stride_member ? array_stride(args, m) : 0;
        for (size_t row = 0; row < (m->stride_member ? b->rows : 1); row++)
            for (size_t at = row * stride; at < row * stride + m->bytes; at += m->element) {
                unsigned char *other = should + (p - memory) + at;
                const int nan = is_nan(s, p + at, m->element) && is_nan(s, other, m->element);
                if (nan || m->member == offsetof(ln_args, workspace))
                    memcpy(other, p + at, m->element);
            }
    }
    return memcmp(memory, should, b->bytes) == 0;
}
