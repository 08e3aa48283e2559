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
#include "check.h"
#include "fence.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "ln_arena.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 7, WIDTH_MAX = 1100, ARRAY_BYTES = ROWS * (WIDTH_MAX + 64) * 4, ARRAYS_MAX = 24, AROUND = 63 };

/* An array of a call: where its address is in ln_args, and what lies there. */
typedef struct Array {
    const char *name;
    size_t member; /* offset in ln_args */
    size_t bytes, element;
    int output;
    Fence fence;
    unsigned char before[ARRAY_BYTES], after[ARRAY_BYTES]; /* what the arena's arrays held, without gaps between rows */
} Array;

typedef struct Call {
    const ln_entry *entry;
    ln_args args;
    size_t count;
    Array *arrays;
} Call;

static Array arrays[ARRAYS_MAX];
static Fence fences[ARRAYS_MAX];
static unsigned long calls;

static void *address(const ln_args *a, size_t member)
{
    void *p;
    memcpy(&p, (const char *)a + member, sizeof p);
    return p;
}

static void set_address(ln_args *a, size_t member, void *p) { memcpy((char *)a + member, &p, sizeof p); }

/* Rows of `row` bytes that are `stride` apart, from one place to another. */
static void copy_rows(void *to, size_t to_stride, const void *from, size_t from_stride, size_t row, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        memcpy((char *)to + i * to_stride, (const char *)from + i * from_stride, row);
}

static size_t element_of(const ln_spec *s) { return s->dtype == LN_DTYPE_F32 ? 4 : 2; }

/* The strides of ln_args, and the array that each is of. */
static const struct {
    size_t member, stride;
} strides[] = {
    {offsetof(ln_args, x), offsetof(ln_args, x_stride)},
    {offsetof(ln_args, y), offsetof(ln_args, y_stride)},
    {offsetof(ln_args, residual), offsetof(ln_args, residual_stride)},
    {offsetof(ln_args, sum), offsetof(ln_args, sum_stride)},
    {offsetof(ln_args, y2), offsetof(ln_args, y2_stride)},
    {offsetof(ln_args, dy), offsetof(ln_args, dy_stride)},
    {offsetof(ln_args, dx), offsetof(ln_args, dx_stride)},
};

/* Where the stride of an array of rows is in ln_args; 0 for other arrays. */
static size_t stride_member(size_t member)
{
    for (size_t i = 0; i < sizeof strides / sizeof strides[0]; i++)
        if (strides[i].member == member)
            return strides[i].stride;
    return 0;
}

static size_t stride_of(const ln_args *a, size_t member)
{
    size_t stride;
    memcpy(&stride, (const char *)a + stride_member(member), sizeof stride);
    return stride;
}

static void add(Call *c, const char *name, size_t member, size_t bytes, size_t element, int output)
{
    if (!address(&c->args, member) || !CHECK(bytes <= ARRAY_BYTES && c->count < ARRAYS_MAX))
        return;
    Array *array = &c->arrays[c->count];
    array->fence = fences[c->count++];
    array->name = name;
    array->member = member;
    array->bytes = bytes;
    array->element = element;
    array->output = output;
}

/* Copies what the arena holds to `before` or `after`, or from there to the arrays of `to`. */
static void keep(const Call *c, int after)
{
    for (size_t i = 0; i < c->count; i++) {
        Array *m = &c->arrays[i];
        unsigned char *kept = after ? m->after : m->before;
        const unsigned char *p = address(&c->args, m->member);
        if (stride_member(m->member))
            copy_rows(kept, m->bytes, p, stride_of(&c->args, m->member) * m->element, m->bytes, ROWS);
        else
            memcpy(kept, p, m->bytes);
    }
}

static void fill_floats(Random *r, const ln_spec *s, void *to, size_t n, const InputClass *class)
{
    static float row[WIDTH_MAX];
    class->fill(r, row, n);
    for (size_t k = 0; k < n; k++)
        if (s->dtype == LN_DTYPE_F32)
            memcpy((float *)to + k, &row[k], sizeof row[k]);
        else /* the upper half of a float is a bf16; as an f16 it is another number */
            ((uint16_t *)to)[k] = (uint16_t)(float_bits(row[k]) >> 16);
}

/* A call over an arena, with inputs of several classes so that rows take different ways; and what it gives. */
static int make_call(Call *c, const ln_entry *e, size_t width, ln_arena *arena)
{
    ln_spec s = e->spec;
    s.width = width;
    *c = (Call){.entry = e, .arrays = arrays};
    ln_arena_dry(arena);
    ln_args *a = &c->args;
    if (!CHECK(ln_arena_norm(arena, s, ROWS, a) == LN_OK && ln_arena_open(arena, ln_arena_bytes(arena)) == LN_OK &&
               ln_arena_norm(arena, s, ROWS, a) == LN_OK))
        return 0;
    a->eps = 1e-5f;
    a->static_scale = 0.05f;
    const size_t element = element_of(&s), row = width * element;
    const size_t params = s.params == LN_PARAMS_F32 ? sizeof(float) : element;
    const size_t y = s.quant == LN_QUANT_NONE ? element : 1, of_rows = ROWS * sizeof(float);
    const int backward = s.pass == LN_PASS_BACKWARD, stats = s.pass == LN_PASS_STATS;
#define ADD(name, bytes, element, output) add(c, #name, offsetof(ln_args, name), bytes, element, output)
    ADD(x, row, element, 0);
    ADD(residual, row, element, 0);
    ADD(dy, row, element, 0);
    ADD(y, width * y, y, 1);
    ADD(y2, row, element, 1);
    ADD(sum, row, element, 1);
    ADD(dx, row, element, 1);
    ADD(gamma, width * params, params, 0);
    ADD(beta, width * params, params, 0);
    ADD(gamma2, width * params, params, 0);
    ADD(beta2, width * params, params, 0);
    ADD(bias, row, element, 0);
    ADD(mean, of_rows, sizeof(float), !backward);
    ADD(rstd, of_rows, sizeof(float), !backward);
    ADD(scale, of_rows, sizeof(float), 1);
    ADD(stats, ROWS * sizeof(ln_stats), sizeof(double), stats);
    ADD(dgamma, width * sizeof(float), sizeof(float), 1);
    ADD(dbeta, width * sizeof(float), sizeof(float), 1);
    ADD(workspace, a->workspace_bytes, sizeof(float), 1);
#undef ADD

    Random r = {width};
    static const char *const classes[ROWS] = {"normal", "mean_1000", "near_1e30", "normal", "nan", "normal", "normal"};
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        unsigned char *p = address(a, m->member);
        const int rows = stride_member(m->member) != 0;
        if (m->output)
            continue;
        if (m->member == offsetof(ln_args, stats)) {
            for (size_t k = 0; k < ROWS; k++)
                a->stats[k] = (ln_stats){k == 3 ? 1e9 : 0.25 * (double)k, (double)width};
        } else if (m->member == offsetof(ln_args, mean) || m->member == offsetof(ln_args, rstd)) {
            for (size_t k = 0; k < ROWS; k++)
                ((float *)(void *)p)[k] = 0.5f + (float)k;
        } else {
            ln_spec type = s;
            type.dtype = m->element == sizeof(float) ? LN_DTYPE_F32 : LN_DTYPE_BF16;
            for (size_t k = 0; k < (rows ? ROWS : 1); k++) {
                const InputClass *class = input_classes;
                while (rows && strcmp(class->name, classes[k]) != 0)
                    class ++;
                fill_floats(&r, &type, p + (rows ? k * stride_of(a, m->member) * m->element : 0), width, class);
            }
        }
    }
    keep(c, 0);
    if (!CHECK(ln_run_threads(e, a, ROWS, 1) == LN_OK))
        return 0;
    keep(c, 1);
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
static int around(const Array *m, const Placed *p, int compare)
{
    int same = 1;
    const size_t rows = stride_member(m->member) ? ROWS : 1;
    unsigned char *from = p->at - m->fence.begin > AROUND ? p->at - AROUND : m->fence.begin;
    unsigned char *to = m->fence.end - (p->at + p->bytes) > AROUND ? p->at + p->bytes + AROUND : m->fence.end;
    for (unsigned char *b = from; b < to; b++) {
        const size_t i = (size_t)(b - from);
        if (b >= p->at && (size_t)(b - p->at) < p->bytes && (size_t)(b - p->at) % p->stride < m->bytes &&
            (size_t)(b - p->at) / p->stride < rows)
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
        const size_t place = offset / m->element * m->element, member = stride_member(m->member);
        const size_t rows = member ? ROWS : 1;
        /* gaps that grow with the offset, so that rows end at other places than they begin */
        const size_t stride = member ? m->bytes / m->element + offset % 5 * 3 : m->bytes;
        placed[i].stride = member ? stride * m->element : m->bytes;
        placed[i].bytes = (rows - 1) * placed[i].stride + m->bytes;
        placed[i].at = fence_place_at(m->fence, at_end, place, placed[i].bytes);
        around(m, &placed[i], 0);
        copy_rows(placed[i].at, placed[i].stride, m->before, m->bytes, m->bytes, rows);
        set_address(&a, m->member, placed[i].at);
        if (member)
            memcpy((char *)&a + member, &stride, sizeof stride);
    }
    snprintf(fence_note, sizeof fence_note, "%s width %zu, offset %zu, near the page %s, stream %d", c->entry->name,
             a.width, offset, at_end ? "after" : "before", stream);
    calls++;
    const ln_status status = run(c->entry, &a, ROWS, 1);
    if (status)
        return ln_status_message(status);
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        const size_t rows = stride_member(m->member) ? ROWS : 1;
        if (!around(m, &placed[i], 1))
            return m->name;
        for (size_t row = 0; row < rows && m->member != offsetof(ln_args, workspace); row++)
            if (memcmp(placed[i].at + row * placed[i].stride, (m->output ? m->after : m->before) + row * m->bytes,
                       m->bytes) != 0)
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
static size_t fault_member, fault_at;
static int fault_before;
static ln_status writes_outside(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const ln_status status = ln_run_threads(entry, args, rows, threads);
    unsigned char *p = address(args, fault_member);
    *(fault_before ? p - fault_at : p + fault_at) ^= 1;
    return status;
}

static void check_memory_faults(const Call *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        if (m->member == offsetof(ln_args, workspace))
            continue;
        fault_member = m->member;
        /* just before the array, and in its first and last byte */
        fault_before = 1, fault_at = 1;
        CHECK(run_fenced(c, writes_outside, 63, 0, 0) != NULL);
        fault_before = 0, fault_at = 0;
        CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        fault_at = m->bytes - 1;
        CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        /* between two rows */
        if (stride_member(m->member)) {
            fault_at = m->bytes;
            CHECK(run_fenced(c, writes_outside, 8, 1, 0) != NULL);
        }
    }
}

static void check_registers(const Call *c, ln_isa isa)
{
    ln_args a = c->args;
    for (int reduce = 0; reduce <= (c->entry->spec.pass == LN_PASS_BACKWARD); reduce++) {
        a.reduce_rows = reduce ? ROWS : 0;
        const char *wrong = registers_changed(c->entry->kernel, &a, 0, ROWS, (int)isa);
        calls++;
        if (!CHECK(wrong == NULL))
            printf("  %s width %zu: %s\n", c->entry->name, a.width, wrong);
    }
    if (c->entry->spec.pass == LN_PASS_BACKWARD)
        return;
    /* rubbish in registers before the call did not change its results */
    for (size_t i = 0; i < c->count; i++) {
        const Array *m = &c->arrays[i];
        const int rows = stride_member(m->member) != 0;
        const size_t stride = rows ? stride_of(&a, m->member) * m->element : m->bytes;
        for (size_t row = 0; m->output && row < (rows ? ROWS : 1); row++)
            if (!CHECK(memcmp((char *)address(&a, m->member) + row * stride, m->after + row * m->bytes, m->bytes) == 0))
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
