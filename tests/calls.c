/* SPDX-License-Identifier: MIT */
/* calls.c - what a call of a kernel leaves as it was: the memory around every array, at every alignment, and the
 * caller's registers.
 *
 *     calls ISA
 *
 * Runs every kernel of a table of any specs. The exit status is 77 when this processor lacks the instruction set.
 *
 * Memory: each array lies between two pages that may not be touched, its first byte at each offset from a multiple of
 * 64 that its elements allow, as near as possible to the page before it, then to the page after it. The results must be
 * those of packed arrays of an arena, and the bytes beside the arrays, up to 63, what they were.
 *
 * Registers (x86-64): all registers that a call may not change hold patterns before it and after it; vector and mask
 * registers that it may change hold rubbish before it. MXCSR, the x87 control word and the direction flag stay, no x87
 * register is left in use, and the upper halves of vector registers are clean, or were never touched.
 *
 * Each check is first shown calls that it must find at fault. */
#include "calls.h"
#include "arguments.h"
#include "check.h"
#include "fence.h"
#include "isas.h"
#include "ln.h"
#include "ln_arena.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 7, WIDTH_MAX = 1100, ARRAY_BYTES = ROWS * (WIDTH_MAX + 64) * 4, AROUND = 63 };

/* What an array of the arena held before and after the call, without gaps between rows. */
typedef struct Kept {
    unsigned char before[ARRAY_BYTES], after[ARRAY_BYTES];
} Kept;

typedef struct Call {
    const ln_entry *entry;
    ln_args args;
    size_t count;
    Array arrays[ARRAYS_MAX];
} Call;

static Kept kept[ARRAYS_MAX];
static Fence fences[ARRAYS_MAX];
static unsigned long calls;

static size_t rows_of(const Array *m) { return m->stride_member ? ROWS : 1; }

/* Rows of `row` bytes that are `stride` apart, from one place to another. */
static void copy_rows(void *to, size_t to_stride, const void *from, size_t from_stride, size_t row, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        memcpy((char *)to + i * to_stride, (const char *)from + i * from_stride, row);
}

static size_t stride_in(const Call *c, const Array *m)
{
    return m->stride_member ? array_stride(&c->args, m) : m->bytes;
}

/* A call over an arena, and what it gives. */
static int make_call(Call *c, const ln_entry *e, size_t width, ln_arena *arena)
{
    ln_spec s = e->spec;
    s.width = width;
    c->entry = e;
    ln_arena_dry(arena);
    if (!CHECK(ln_arena_norm(arena, s, ROWS, &c->args) == LN_OK &&
               ln_arena_open(arena, ln_arena_bytes(arena)) == LN_OK &&
               ln_arena_norm(arena, s, ROWS, &c->args) == LN_OK))
        return 0;
    c->count = list_arrays(&s, &c->args, ROWS, c->arrays);
    Random r = {width};
    fill_arguments(&r, &s, &c->args, ROWS);
    for (int after = 0; after < 2; after++) {
        if (after && !CHECK(ln_run_threads(e, &c->args, ROWS, 1) == LN_OK))
            return 0;
        for (size_t i = 0; i < c->count; i++) {
            const Array *m = &c->arrays[i];
            if (!CHECK(m->bytes * rows_of(m) <= ARRAY_BYTES))
                return 0;
            copy_rows(after ? kept[i].after : kept[i].before, m->bytes, array_at(&c->args, m), stride_in(c, m),
                      m->bytes, rows_of(m));
        }
    }
    return 1;
}

/* A byte of the pattern around an array. */
static unsigned char pattern(size_t i) { return (unsigned char)(0xa5 ^ (i * 37)); }

/* The rows of an array in its fence: their stride in bytes, and the bytes from the first to the last. */
typedef struct Placed {
    unsigned char *at;
    size_t stride, bytes;
} Placed;

/* Bytes of the fence beside the array, and those between its rows, are set or compared. */
static int around(const Array *m, const Fence *fence, const Placed *p, int compare)
{
    int same = 1;
    unsigned char *from = p->at - fence->begin > AROUND ? p->at - AROUND : fence->begin;
    unsigned char *to = fence->end - (p->at + p->bytes) > AROUND ? p->at + p->bytes + AROUND : fence->end;
    for (unsigned char *b = from; b < to; b++) {
        const size_t i = (size_t)(b - from);
        if (b >= p->at && (size_t)(b - p->at) < p->bytes && (size_t)(b - p->at) % p->stride < m->bytes)
            continue;
        if (compare)
            same &= *b == pattern(i);
        else
            *b = pattern(i);
    }
    return same;
}

/* Runs the call with all arrays in their fences; what is wrong, or NULL. `run` stands for ln_run_threads. */
typedef ln_status Runner(const ln_entry *entry, const ln_args *args, size_t rows, int threads);

static const char *run_fenced(const Call *c, Runner *run, size_t offset, int at_end, int stream)
{
    Placed placed[ARRAYS_MAX];
    ln_args a = c->args;
    a.stream = stream ? LN_STREAM_ALWAYS : LN_STREAM_NEVER;
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        /* gaps that grow with the offset, so that rows end at other places than they begin; arrays that have gaps have
         * strides of their own */
        const size_t gap = offset % 5 ? offset % 5 * 3 + i : 0;
        const size_t elements = m->bytes / m->element + (m->stride_member ? gap : 0);
        Placed *p = &placed[i];
        p->stride = elements * m->element;
        p->bytes = (rows_of(m) - 1) * p->stride + m->bytes;
        p->at = fence_place_at(fences[i], at_end, offset / m->element * m->element, p->bytes);
        around(m, &fences[i], p, 0);
        copy_rows(p->at, p->stride, kept[i].before, m->bytes, m->bytes, rows_of(m));
        memcpy((char *)&a + m->member, &p->at, sizeof p->at);
        if (m->stride_member)
            memcpy((char *)&a + m->stride_member, &elements, sizeof elements);
    }
    snprintf(fence_note, sizeof fence_note, "%s width %zu, offset %zu, near the page %s, stream %d", c->entry->name,
             a.width, offset, at_end ? "after" : "before", stream);
    calls++;
    const ln_status status = run(c->entry, &a, ROWS, 1);
    if (status)
        return ln_status_message(status);
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        if (!around(m, &fences[i], &placed[i], 1))
            return m->name;
        const unsigned char *should = m->output ? kept[i].after : kept[i].before;
        for (size_t row = 0; row < rows_of(m) && m->member != offsetof(ln_args, workspace); row++)
            if (memcmp(placed[i].at + row * placed[i].stride, should + row * m->bytes, m->bytes) != 0)
                return m->name;
    }
    return NULL;
}

static void check_memory(const Call *c)
{
    size_t least = sizeof(double);
    for (size_t i = 0; i < c->count; i++)
        if (c->arrays[i].element < least)
            least = c->arrays[i].element;
    for (size_t offset = 0; offset < 64; offset += least)
        for (int at_end = 0; at_end < 2; at_end++) {
            const char *wrong = run_fenced(c, ln_run_threads, offset, at_end, (int)(offset / least + offset / 16) & 1);
            if (!CHECK(wrong == NULL))
                printf("  %s: %s, or the bytes beside it\n", fence_note, wrong);
        }
}

/* Calls that are at fault. */
static const Array *fault_array;
static size_t fault_at;
static int fault_before;
static ln_status writes_outside(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const ln_status status = ln_run_threads(entry, args, rows, threads);
    unsigned char *p = array_at(args, fault_array);
    *(fault_before ? p - fault_at : p + fault_at) ^= 1;
    return status;
}

static void check_memory_faults(const Call *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        if (m->member == offsetof(ln_args, workspace))
            continue;
        fault_array = m;
        /* just before the array, and in its first and last byte */
        fault_before = 1, fault_at = 1;
        CHECK(run_fenced(c, writes_outside, 63, 0, 0) != NULL);
        fault_before = 0, fault_at = 0;
        CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        fault_at = m->bytes - 1;
        CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        /* between two rows */
        if (m->stride_member) {
            fault_at = m->bytes;
            CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        }
    }
}

static void check_registers(const Call *c, ln_isa isa)
{
    ln_args a = c->args;
    const int backward = c->entry->spec.pass == LN_PASS_BACKWARD;
    for (int reduce = 0; reduce <= backward; reduce++) {
        a.reduce_rows = reduce ? ROWS : 0;
        const char *wrong = registers_changed(c->entry->kernel, &a, 0, ROWS, (int)isa);
        calls++;
        if (!CHECK(wrong == NULL))
            printf("  %s width %zu: %s\n", c->entry->name, a.width, wrong);
    }
    if (backward)
        return;
    /* rubbish in registers before the call did not change its results */
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        for (size_t row = 0; m->output && row < rows_of(m); row++)
            if (!CHECK(memcmp((char *)array_at(&a, m) + row * stride_in(c, m), kept[i].after + row * m->bytes,
                              m->bytes) == 0))
                printf("  %s width %zu: %s after a call with rubbish in registers\n", c->entry->name, a.width, m->name);
    }
}

int main(int argc, char **argv)
{
    static const size_t any_widths[] = {1, 37, 100, 520};
    ln_isa isa;
    const int ended = isa_argument(argc, argv, "calls", &isa);
    if (ended)
        return ended;
    fence_watch();
    for (size_t i = 0; i < ARRAYS_MAX; i++)
        fences[i] = fence_open(ARRAY_BYTES + AROUND);
    CHECK(register_faults_found((int)isa));

    size_t count, kernels = 0;
    const ln_entry *table = ln_table(&count);
    for (const ln_entry *e = table; e < table + count; e++) {
        if (e->isa != isa || e->spec.width > WIDTH_MAX)
            continue;
        const size_t widths = e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0];
        for (size_t w = 0; w < widths; w++) {
            Call c;
            ln_arena arena;
            if (make_call(&c, e, e->spec.width ? e->spec.width : any_widths[w], &arena)) {
                if (kernels == 0)
                    check_memory_faults(&c);
                check_memory(&c);
                check_registers(&c, isa);
            }
            ln_arena_close(&arena);
        }
        kernels++;
    }
    for (size_t i = 0; i < ARRAYS_MAX; i++)
        fence_close(fences[i]);
    CHECK(kernels > 0);
    printf("%s: %zu kernels, %lu calls\n", ln_isa_name(isa), kernels, calls);
    return check_status();
}
