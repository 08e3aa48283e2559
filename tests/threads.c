/* SPDX-License-Identifier: MIT */
/* threads.c - several threads call different kernels at the same time, through all functions that run a batch.
 *
 *     threads SECONDS [THREADS]
 *
 * The first calls of the library, which ask the processor and read LN_ISA, are made by all threads at once; all must
 * get the same answers. Then each thread takes kernels, batches and functions at random for SECONDS, on a copy of the
 * batch's arena of its own, and compares all of the arena, the bytes between arrays too, with what one thread alone
 * got. One test runs it for 5 seconds, another under ThreadSanitizer; scripts/matrix.sh for 60. */
#define _POSIX_C_SOURCE 200809L
#include "arguments.h"
#include "check.h"
#include "ln.h"
#include "ln_arena.h"
#include "poisoned.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64, CASES_MAX = 512, WIDTH_MAX = 1100, LINE = 64, WAYS = 5 };

typedef struct Case {
    const ln_entry *entry;
    size_t width, rows, bytes;
    unsigned char *before, *after; /* the arena's block */
} Case;

static Case cases[CASES_MAX];
static size_t case_count, largest;
static double seconds;
static pthread_barrier_t all_are_here, cases_are_made;

typedef struct Thread {
    pthread_t id;
    unsigned number;
    ln_isa best;
    const ln_entry *found;
    size_t stream_bytes;
    unsigned long calls, wrong;
} Thread;

static Thread threads[THREADS_MAX];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static unsigned char *block(size_t bytes)
{
    void *p = NULL;
    if (posix_memalign(&p, LINE, (bytes + LINE - 1) / LINE * LINE) != 0) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    return p;
}

/* Lays the arena of a case out over a block, and sets what is in the arguments besides arrays. */
static int lay_out(const Case *c, unsigned char *memory, ln_arena *arena, ln_args *args)
{
    ln_spec spec = c->entry->spec;
    spec.width = c->width;
    if (ln_arena_over(arena, memory, c->bytes) != LN_OK || ln_arena_norm(arena, spec, c->rows, args) != LN_OK)
        return 0;
    args->eps = 1e-5f;
    args->static_scale = 0.05f;
    READABLE(memory, c->bytes);
    return 1;
}

static ln_status run(unsigned way, const ln_entry *e, const ln_args *a, size_t rows, size_t cut)
{
    ln_status status;
    switch (way) {
    case 0:
        return ln_run(e, a, rows);
    case 1:
        return ln_run_threads(e, a, rows, 3);
    case 2:
        return ln_run_threads(e, a, rows, LN_THREADS_AWAKE);
    case 3:
        if (e->spec.pass != LN_PASS_BACKWARD) {
            status = ln_run_rows(e, a, rows, cut, rows);
            return status ? status : ln_run_rows(e, a, rows, 0, cut);
        }
        status = ln_run_rows(e, a, rows, 0, rows);
        return status ? status : ln_run_finish(e, a, rows);
    default:
        return ln_run_threads(e, a, rows, 1);
    }
}

/* A case for each kernel that this processor has, and width and rows drawn for it; what it gives, on one thread. */
static void make_cases(void)
{
    static const size_t row_counts[] = {1, 5, 17, 130}, any_widths[] = {3, 70, 515};
    Random r = {test_seed()};
    size_t count;
    const ln_entry *table = ln_table(&count);
    for (const ln_entry *e = table; e < table + count; e++)
        for (size_t k = 0; k < 4 && case_count < CASES_MAX; k++) {
            if (!ln_isa_supported(e->isa) || e->spec.width > WIDTH_MAX || (!e->spec.width && k == 3))
                continue;
            Case *c = &cases[case_count];
            ln_arena arena;
            ln_args args;
            *c = (Case){.entry = e, .width = e->spec.width ? e->spec.width : any_widths[k], .rows = row_counts[k]};
            ln_spec spec = e->spec;
            spec.width = c->width;
            ln_arena_dry(&arena);
            if (!CHECK(ln_arena_norm(&arena, spec, c->rows, &args) == LN_OK))
                continue;
            c->bytes = (ln_arena_bytes(&arena) + LINE - 1) / LINE * LINE;
            c->before = block(c->bytes);
            c->after = block(c->bytes);
            unsigned char *memory = block(c->bytes);
            memset(memory, 0, c->bytes);
            if (CHECK(lay_out(c, memory, &arena, &args))) {
                fill_arguments(&r, &spec, &args, c->rows);
                memcpy(c->before, memory, c->bytes);
                CHECK(ln_run_threads(e, &args, c->rows, 1) == LN_OK);
                memcpy(c->after, memory, c->bytes);
                largest = c->bytes > largest ? c->bytes : largest;
                case_count++;
            }
            free(memory);
        }
}

static int is_nan(const ln_spec *s, const unsigned char *p, size_t element)
{
    uint16_t half;
    float one;
    double two;
    switch (element) {
    case 2:
        memcpy(&half, p, sizeof half);
        return (half & 0x7fff) > (s->dtype == LN_DTYPE_F16 ? 0x7c00 : 0x7f80);
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

/* Whether a block holds what the case's batch gives. Payloads of NaNs depend on instruction sets, and what is left in a
 * workspace on how blocks of rows were divided: these are put aside, in both. */
static int same_results(const Case *c, const ln_args *args, unsigned char *memory, unsigned char *should)
{
    Array arrays[ARRAYS_MAX];
    memcpy(should, c->after, c->bytes);
    if (memcmp(memory, should, c->bytes) == 0)
        return 1;
    const ln_spec *s = &c->entry->spec;
    const size_t count = list_arrays(s, args, c->rows, arrays);
    for (size_t i = 0; i < count; i++) {
        const Array *m = &arrays[i];
        unsigned char *p = array_at(args, m);
        const size_t stride = m->stride_member ? array_stride(args, m) : 0;
        for (size_t row = 0; row < (m->stride_member ? c->rows : 1); row++)
            for (size_t at = row * stride; at < row * stride + m->bytes; at += m->element) {
                unsigned char *other = should + (p - memory) + at;
                const int nan = is_nan(s, p + at, m->element) && is_nan(s, other, m->element);
                if (nan || m->member == offsetof(ln_args, workspace))
                    memcpy(other, p + at, m->element);
            }
    }
    return memcmp(memory, should, c->bytes) == 0;
}

static void *work(void *argument)
{
    Thread *t = argument;
    pthread_barrier_wait(&all_are_here);
    /* nothing of the library was called before: each thread begins with another function */
    if (t->number % 3 == 0)
        t->stream_bytes = ln_stream_bytes();
    if (t->number % 3 == 1)
        t->best = ln_best_isa();
    t->found = ln_find((ln_spec){.width = 768}, NULL);
    t->best = ln_best_isa();
    t->stream_bytes = ln_stream_bytes();
    if (pthread_barrier_wait(&cases_are_made) != 0) /* one of them */
        make_cases();
    pthread_barrier_wait(&cases_are_made);

    unsigned char *memory = block(largest ? largest : LINE), *should = block(largest ? largest : LINE);
    Random r = {1000 + t->number};
    for (const double end = now() + seconds; case_count > 0 && now() < end; t->calls++) {
        const Case *c = &cases[random_bits(&r) % case_count];
        const unsigned way = random_bits(&r) % WAYS;
        ln_arena arena;
        ln_args args;
        int right = lay_out(c, memory, &arena, &args);
        memcpy(memory, c->before, c->bytes);
        args.stream = (int)(random_bits(&r) % 3);
        const ln_isa isa = (ln_isa)(random_bits(&r) % LN_ISA_COUNT);
        ln_spec spec = c->entry->spec;
        spec.width = c->width;
        const ln_entry *e = ln_find_isa(spec, isa, NULL);
        if (!e || e->isa > isa) /* LN_ISA, or a set without kernels of that kind */
            e = c->entry;
        const ln_status status = run(way, e, &args, c->rows, random_bits(&r) % (c->rows + 1));
        right = right && status == LN_OK && same_results(c, &args, memory, should);
        if (!right && t->wrong++ < 3)
            printf("thread %u: %s width %zu, %zu rows, way %u: %s\n", t->number, e->name, c->width, c->rows, way,
                   status ? ln_status_message(status) : "other bytes than on one thread");
    }
    free(memory);
    free(should);
    return NULL;
}

int main(int argc, char **argv)
{
    seconds = argc > 1 ? strtod(argv[1], NULL) : 0;
    const long count = argc > 2 ? strtol(argv[2], NULL, 10) : 8;
    if (!(seconds > 0 && seconds <= 1e6) || argc > 3 || count < 1 || count > THREADS_MAX) {
        fprintf(stderr, "usage: threads SECONDS [THREADS], THREADS from 1 to %d\n", THREADS_MAX);
        return 2;
    }
    pthread_barrier_init(&all_are_here, NULL, (unsigned)count);
    pthread_barrier_init(&cases_are_made, NULL, (unsigned)count);
    long started = 0;
    for (; started < count; started++) {
        threads[started].number = (unsigned)started;
        if (pthread_create(&threads[started].id, NULL, work, &threads[started]) != 0) {
            fprintf(stderr, "threads: thread %ld cannot be started\n", started);
            exit(2); /* the others wait for it */
        }
    }
    unsigned long calls = 0;
    for (long i = 0; i < count; i++) {
        const Thread *t = &threads[i];
        pthread_join(t->id, NULL);
        CHECK(t->wrong == 0 && t->calls > 0);
        CHECK(t->best == ln_best_isa() && t->found == ln_find((ln_spec){.width = 768}, NULL) &&
              t->stream_bytes == ln_stream_bytes());
        calls += t->calls;
    }
    for (size_t i = 0; i < case_count; i++) {
        free(cases[i].before);
        free(cases[i].after);
    }
    printf("%ld threads, %zu batches, %lu calls in %g s\n", count, case_count, calls, seconds);
    return check_status();
}
