/* SPDX-License-Identifier: MIT */
/* arena.c - one block handed out from the front. Layout: a line of 64 bytes, a part, a line, a part, ..., a line. */
#if defined(__linux__)
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#endif
#include "apart.h"
#include "ln_arena.h"
#include "spec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__) || defined(__APPLE__)
#include <sys/mman.h>
#define HAS_MMAP 1
#else
#define HAS_MMAP 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define POISONING 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONING 1
#endif
#endif
#ifdef POISONING
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   __asan_poison_memory_region(p, n)
#define UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#define NOT_SANITIZED  __attribute__((no_sanitize_address))
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define NOT_SANITIZED
#endif

enum { LINE = 64, FLOATS_PER_LINE = 16, HUGE = 2 << 20 };

/* What stands before every part, and after the last. */
typedef struct Line {
    uint64_t bytes; /* of the part that follows */
    uint64_t next;  /* offset of the line after that part; 0 in the last line */
    char name[LN_ARENA_NAME];
    uint64_t canary; /* over all of the line and its place */
} Line;

_Static_assert(sizeof(Line) == LINE, "a line is a cache line");

static size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

/* FNV-1a over a line's offset and contents. */
static uint64_t canary(const Line *line, size_t at)
{
    uint64_t hash = 0xcbf29ce484222325u ^ at;
    const unsigned char *p = (const unsigned char *)line;
    for (size_t i = 0; i < offsetof(Line, canary); i++)
        hash = (hash ^ p[i]) * 0x100000001b3u;
    return hash;
}

/* Bytes between a part and the next line. */
static const unsigned char FILLER = 0xca;

static void write_line(const ln_arena *a, size_t at, const char *name, size_t bytes, size_t next)
{
    Line line;
    memset(&line, 0, sizeof line);
    line.bytes = bytes;
    line.next = next;
    for (size_t i = 0; name && name[i] && i + 1 < sizeof line.name; i++)
        line.name[i] = name[i];
    line.canary = canary(&line, at);
    UNPOISON(a->base + at, LINE);
    memcpy(a->base + at, &line, LINE);
    POISON(a->base + at, LINE);
}

/* A mark that is no longer valid may lead into a part, which must not be poisoned by looking at it. */
NOT_SANITIZED static Line read_line(const ln_arena *a, size_t at)
{
    Line line;
    const volatile unsigned char *from = a->base + at;
    for (size_t i = 0; i < LINE; i++)
        ((unsigned char *)&line)[i] = from[i];
    return line;
}

void ln_arena_dry(ln_arena *a)
{
    memset(a, 0, sizeof *a);
    a->size = SIZE_MAX;
}

size_t ln_arena_bytes(const ln_arena *a) { return a->peak + LINE; }

static void start(ln_arena *a)
{
    POISON(a->base, a->size);
    if (a->size >= LINE)
        write_line(a, 0, "", 0, 0);
}

ln_status ln_arena_open(ln_arena *a, size_t bytes)
{
    memset(a, 0, sizeof *a);
    a->status = LN_NO_MEMORY;
    if (bytes > (size_t)PTRDIFF_MAX - 2 * HUGE)
        return a->status;
    bytes = round_up(bytes ? bytes : 1, LINE);
#if HAS_MMAP
    const int big = bytes >= HUGE;
    a->mapped = big ? round_up(bytes, HUGE) + HUGE : bytes;
    a->mapping = mmap(NULL, a->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (a->mapping == MAP_FAILED) {
        a->mapping = NULL;
        return a->status;
    }
    a->base = a->mapping;
    if (big) {
        a->base += (HUGE - (uintptr_t)a->base % HUGE) % HUGE;
#ifdef MADV_HUGEPAGE
        a->huge = madvise(a->base, round_up(bytes, HUGE), MADV_HUGEPAGE) == 0;
#endif
    }
#else
    a->mapped = bytes + LINE;
    a->mapping = calloc(1, a->mapped);
    if (!a->mapping)
        return a->status;
    a->base = (unsigned char *)a->mapping + (LINE - (uintptr_t)a->mapping % LINE) % LINE;
#endif
    a->size = bytes;
    a->status = LN_OK;
    start(a);
    return LN_OK;
}

ln_status ln_arena_over(ln_arena *a, void *memory, size_t bytes)
{
    memset(a, 0, sizeof *a);
    if ((uintptr_t)memory % LINE != 0)
        return a->status = LN_MISALIGNED;
    if (!memory)
        return a->status = LN_NO_MEMORY;
    a->base = memory;
    a->size = bytes / LINE * LINE;
    start(a);
    return LN_OK;
}

/* The first failure stays. */
static ln_status failed(ln_arena *a, ln_status status)
{
    if (a->status == LN_OK)
        a->status = status;
    return status;
}

/* Moves the end of the newest part `gap` bytes on; all of the gap is filler. */
static void lengthen(ln_arena *a, size_t gap)
{
    if (a->base) {
        const Line line = read_line(a, a->last);
        write_line(a, a->last, line.name, (size_t)line.bytes, a->used + gap);
        UNPOISON(a->base + a->used, gap);
        memset(a->base + a->used, FILLER, gap);
        POISON(a->base + a->used, gap);
        write_line(a, a->used + gap, "", 0, 0);
    }
    a->used += gap;
}

void *ln_arena_take(ln_arena *a, const char *name, size_t bytes)
{
    if (bytes > (size_t)PTRDIFF_MAX - 4 * LINE || a->used > (size_t)PTRDIFF_MAX - 4 * LINE - bytes) {
        failed(a, LN_TOO_LARGE);
        return NULL;
    }
    const size_t at = a->used, end = at + LINE + round_up(bytes, LINE);
    if (a->size < LINE || end > a->size - LINE) {
        failed(a, LN_ARENA_FULL);
        return NULL;
    }
    unsigned char *part = NULL;
    if (a->base) {
        part = a->base + at + LINE;
        write_line(a, at, name, bytes, end);
        write_line(a, end, "", 0, 0);
        UNPOISON(part, end - at - LINE);
        memset(part + bytes, FILLER, end - at - LINE - bytes);
        POISON(part + bytes, end - at - LINE - bytes);
    }
    a->last = at;
    a->used = end;
    if (a->peak < end)
        a->peak = end;
    return part;
}

ln_mark ln_arena_mark(const ln_arena *a)
{
    ln_mark mark = {a->used, a->last};
    return mark;
}

/* Whether the line at an offset is as write_line left it. */
static int is_line(const ln_arena *a, size_t at, Line *line)
{
    if (at % LINE != 0 || at > a->used)
        return 0;
    *line = read_line(a, at);
    return line->canary == canary(line, at);
}

/* Whether parts begin at line->next, and this one, at `at`, ends before. */
static int ends_before_next(const ln_arena *a, const Line *line, size_t at)
{
    return line->next > at && line->next <= a->used && line->bytes <= line->next - at - LINE;
}

/* Whether a mark is of what is taken now, and not of parts that a rewind has given back. Their lines may still stand
 * within a part that was taken since, so all parts before the mark are gone through. */
static int is_mark(const ln_arena *a, ln_mark mark)
{
    Line line;
    size_t at = 0, last = 0;
    if (mark.used > a->used || mark.last > mark.used)
        return 0;
    if (!a->base || a->size < LINE)
        return 1;
    while (at < mark.used && is_line(a, at, &line) && ends_before_next(a, &line, at)) {
        last = at;
        at = (size_t)line.next;
    }
    return at == mark.used && last == mark.last && is_line(a, at, &line);
}

ln_status ln_arena_rewind(ln_arena *a, ln_mark mark)
{
    if (!is_mark(a, mark))
        return failed(a, LN_ARENA_MARK);
    if (a->base && mark.used < a->used) {
        POISON(a->base + mark.used, a->used - mark.used);
        write_line(a, mark.used, "", 0, 0);
    }
    a->used = mark.used;
    a->last = mark.last;
    return LN_OK;
}

/* Takes an array of rows that lies apart (apart.h) from the arrays of rows taken before it. x, the first array, may lie
 * anywhere. Every other array follows a part of the same norm, which is made longer. */
static void *take_rows(ln_arena *a, ln_apart *rows, const char *name, size_t bytes)
{
    const size_t gap = ln_apart_place(rows, a->used + LINE);
    if (gap > 0 && a->status == LN_OK) {
        if (a->size < LINE || gap > a->size - LINE - a->used) {
            failed(a, LN_ARENA_FULL);
            return NULL;
        }
        lengthen(a, gap);
    }
    return ln_arena_take(a, name, bytes);
}

/* Takes an array, of one row or of a number for each row, if a norm has it. */
static void *take_if(unsigned there, ln_arena *a, const char *name, size_t bytes)
{
    return there ? ln_arena_take(a, name, bytes) : NULL;
}

/* What a norm reads, but for the statistics that gradients read. */
static void take_inputs(ln_arena *a, const ln_spec *spec, const ln_kind *kind, ln_apart *apart, size_t rows,
                        ln_args *made)
{
    const unsigned has = kind->has;
    const size_t stride = apart->stride / kind->element, bytes = rows * apart->stride;
    const size_t parameter = kind->width * kind->parameter;
    const int backward = spec->pass == LN_PASS_BACKWARD;
    made->width = made->whole_width = kind->width;
    made->x_stride = stride;
    made->x = take_rows(a, apart, "x", bytes);
    if (backward) {
        made->dy_stride = stride;
        made->dy = take_rows(a, apart, "dy", bytes);
    }
    if (has & LN_HAS_RESIDUAL) {
        made->residual_stride = stride;
        made->residual = take_rows(a, apart, "residual", bytes);
    }
    made->bias = take_if(has & LN_HAS_BIAS, a, "bias", kind->width * kind->element);
    made->stats = take_if(has & (LN_GIVES_STATS | LN_HAS_STATS), a, "stats", rows * sizeof *made->stats);
    made->gamma = take_if(has & LN_HAS_GAMMA, a, "gamma", parameter);
    made->beta = take_if(backward ? 0 : has & LN_HAS_BETA, a, "beta", parameter);
    made->gamma2 = take_if(has & LN_HAS_TWO, a, "gamma2", parameter);
    made->beta2 = take_if(has & LN_HAS_TWO ? has & LN_HAS_BETA : 0, a, "beta2", parameter);
}

/* What gradients write. */
static void take_gradients(ln_arena *a, const ln_kind *kind, ln_apart *apart, size_t rows, ln_args *made)
{
    made->dx_stride = apart->stride / kind->element;
    made->dx = take_rows(a, apart, "dx", rows * apart->stride);
    made->dgamma = take_if(kind->has & LN_HAS_GAMMA, a, "dgamma", kind->width * sizeof(float));
    made->dbeta = take_if(kind->has & LN_HAS_BETA, a, "dbeta", kind->width * sizeof(float));
    made->workspace_bytes = ln_sums_bytes(kind->has, kind->width, rows);
    made->workspace = take_if(made->workspace_bytes > 0, a, "workspace", made->workspace_bytes);
}

/* Statistics and scales of rows, and what a norm writes. */
static void take_outputs(ln_arena *a, const ln_spec *spec, const ln_kind *kind, ln_apart *apart, size_t rows,
                         ln_args *made)
{
    const unsigned has = kind->has;
    const size_t stride = apart->stride / kind->element, bytes = rows * apart->stride;
    made->mean = take_if(has & LN_HAS_MEAN, a, "mean", rows * sizeof(float));
    made->rstd = take_if(!(has & LN_GIVES_STATS), a, "rstd", rows * sizeof(float));
    made->scale = take_if(has & LN_HAS_SCALE, a, "scale", rows * sizeof(float));
    if (has & LN_HAS_SUM) {
        made->sum_stride = stride;
        made->sum = take_rows(a, apart, "sum", bytes);
    }
    if (spec->pass == LN_PASS_BACKWARD) {
        take_gradients(a, kind, apart, rows, made);
    } else if (spec->quant != LN_QUANT_NONE) {
        /* rows of int8 are closer together, so that no place is apart for all of them */
        made->y_stride = round_up(kind->width, LINE);
        made->y = ln_arena_take(a, "y", rows * made->y_stride);
    } else {
        made->y_stride = stride;
        if (!(has & LN_GIVES_STATS))
            made->y = take_rows(a, apart, "y", bytes);
    }
    if (has & LN_HAS_TWO) {
        made->y2_stride = stride;
        made->y2 = take_rows(a, apart, "y2", bytes);
    }
}

ln_status ln_arena_norm(ln_arena *a, ln_spec spec, size_t rows, ln_args *args)
{
    ln_status status = ln_spec_check(&spec);
    if (status)
        return failed(a, status);

    const ln_kind kind = kind_of(&spec);
    const size_t most = (size_t)PTRDIFF_MAX / 16;
    if (spec.width > most)
        return failed(a, LN_TOO_LARGE);
    const size_t stride = round_up(spec.width, LINE / kind.element);
    if (rows > most / stride)
        return failed(a, LN_TOO_LARGE);

    const ln_mark mark = ln_arena_mark(a);
    const ln_status before = a->status;
    const size_t peak = a->peak;
    a->status = LN_OK;
    ln_apart apart = {.stride = stride * kind.element};
    ln_args made;
    memset(&made, 0, sizeof made);
    take_inputs(a, &spec, &kind, &apart, rows, &made);
    take_outputs(a, &spec, &kind, &apart, rows, &made);
    status = a->status;
    if (status) {
        ln_arena_rewind(a, mark);
        a->peak = peak;
    } else {
        *args = made;
    }
    a->status = before ? before : status;
    return status;
}

/* Whether the bytes between a part and the line after it are as they were written. */
static int filler_whole(const ln_arena *a, size_t from, size_t to)
{
    int whole = 1;
    UNPOISON(a->base + from, to - from);
    for (size_t i = from; i < to; i++)
        whole &= a->base[i] == FILLER;
    POISON(a->base + from, to - from);
    return whole;
}

ln_status ln_arena_check(const ln_arena *a, char name[LN_ARENA_NAME])
{
    Line before = {0};
    ln_status status = LN_OK;
    if (a->base && a->size >= LINE) {
        for (size_t at = 0;;) {
            Line line;
            if (!is_line(a, at, &line)) {
                status = LN_ARENA_DAMAGED;
                break;
            }
            if (at == a->used)
                break;
            before = line;
            if (!ends_before_next(a, &line, at) ||
                !filler_whole(a, at + LINE + (size_t)line.bytes, (size_t)line.next)) {
                status = LN_ARENA_DAMAGED;
                break;
            }
            at = (size_t)line.next;
        }
    }
    if (name && status)
        memcpy(name, before.name, LN_ARENA_NAME);
    return status;
}

void ln_arena_print(const ln_arena *a, FILE *out)
{
    if (!a->base) {
        fprintf(out, "arena: dry run, %zu bytes needed\n", ln_arena_bytes(a));
        return;
    }
    fprintf(out, "arena: %zu bytes, %zu used, %s\n", a->size, a->used, a->huge ? "huge pages" : "small pages");
    fprintf(out, "%12s %12s  name\n", "offset", "bytes");
    for (size_t at = 0; at < a->used;) {
        Line line;
        if (!is_line(a, at, &line) || !ends_before_next(a, &line, at)) {
            fprintf(out, "%12zu %12s  damaged from here on\n", at, "");
            return;
        }
        fprintf(out, "%12zu %12llu  %s\n", at + LINE, (unsigned long long)line.bytes, line.name);
        at = (size_t)line.next;
    }
}

void ln_arena_close(ln_arena *a)
{
#ifndef NDEBUG
    char name[LN_ARENA_NAME];
    if (ln_arena_check(a, name) != LN_OK) {
        fprintf(stderr, "arena: written outside its parts, after '%s'\n", name);
        ln_arena_print(a, stderr);
        abort();
    }
#endif
    if (a->base)
        UNPOISON(a->base, a->size);
    if (a->mapping) {
#if HAS_MMAP
        munmap(a->mapping, a->mapped);
#else
        free(a->mapping);
#endif
    }
    memset(a, 0, sizeof *a);
}
