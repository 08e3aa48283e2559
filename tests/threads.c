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
#include "batches.h"
#include "check.h"
#include "ln.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS_MAX = 64, CASES_MAX = 512, WIDTH_MAX = 1100, WAYS = 5 };

static Batch cases[CASES_MAX];
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
            Batch *c = &cases[case_count];
            if (CHECK(make_batch(c, &r, e, e->spec.width ? e->spec.width : any_widths[k], row_counts[k]))) {
                largest = c->bytes > largest ? c->bytes : largest;
                case_count++;
            }
        }
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

    unsigned char *memory = block(largest), *should = block(largest);
    Random r = {1000 + t->number};
    for (const double end = now() + seconds; case_count > 0 && now() < end; t->calls++) {
        const Batch *c = &cases[random_bits(&r) % case_count];
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
    for (size_t i = 0; i < case_count; i++)
        free_batch(&cases[i]);
    printf("%ld threads, %zu batches, %lu calls in %g s\n", count, case_count, calls, seconds);
    return check_status();
}
