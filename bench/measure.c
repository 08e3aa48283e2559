/* SPDX-License-Identifier: MIT */
/* measure.c - checks the contenders of a cell, finds how many calls make a sample, and takes samples in rounds. */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"
#include "arrays.h"
#include "case.h"
#include "check.h"
#include "flush.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

typedef struct Entry {
    const Contender *contender;
    void *state;
    JobFunction *function; /* called instead of run when not NULL */
    int threads;
    size_t calls; /* calls in one sample */
    size_t warm;  /* calls before a sample, which are not timed */
    double error;
    double *samples, *flushed; /* ns per row; the latter NULL when not measured */
} Entry;

/* The job of a cell. There are `slots` copies of its arrays of rows (a power of two), `stride` bytes apart. */
typedef struct Buffers {
    Job job;
    RowArrays of_rows;
    size_t slots, stride, turn;
    JobFunction *read;
    float *other; /* what is worked on between two calls; NULL when nothing is */
    size_t other_count;
} Buffers;

double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t slots_of(const Settings *settings, size_t slot_bytes)
{
    size_t slots = 1;
    while (slots * slot_bytes < settings->cold)
        slots *= 2;
    return slots;
}

size_t cell_bytes(const Settings *settings, const struct Case *of, size_t width, size_t rows)
{
    const size_t slot = arrays_bytes(of, width, rows, &settings->layout);
    return slots_of(settings, slot) * slot + memory_rounded(settings->between);
}

static int make_buffers(Buffers *b, const Settings *settings, Memory *memory, const struct Case *of, size_t width,
                        size_t rows)
{
    memory_reset(memory);
    b->stride = arrays_bytes(of, width, rows, &settings->layout);
    b->slots = slots_of(settings, b->stride);
    b->turn = 0;
    b->of_rows = row_arrays(of);
    b->read = settings->read && y_bytes(of) ? reader() : NULL;
    b->other_count = settings->between / sizeof(float);
    b->other = b->other_count ? memory_take(memory, settings->between) : NULL;
    for (size_t i = 0; i < b->other_count; i++)
        b->other[i] = 1;
    for (size_t slot = 0; slot < b->slots; slot++) {
        Job job;
        const size_t end = memory->used + b->stride; /* a copy may not need all of its bytes */
        if (!lay_out(&job, memory, of, width, rows, &settings->layout, (unsigned)slot))
            return 0;
        memory->used = end;
        if (!slot)
            b->job = job;
    }
    return 1;
}

static void call(const Entry *e, const Job *job, size_t begin, size_t end, JobFunction *read)
{
    if (e->function)
        e->function(job, begin, end);
    else
        e->contender->run(e->state, job, begin, end);
    if (read)
        read(job, begin, end);
}

static void call_divided(const Entry *e, const Job *job, JobFunction *read)
{
#ifdef _OPENMP
#pragma omp parallel num_threads(e->threads)
    {
        const size_t threads = (size_t)omp_get_num_threads(), id = (size_t)omp_get_thread_num();
        const size_t begin = job->rows * id / threads, end = job->rows * (id + 1) / threads;
        if (end > begin)
            call(e, job, begin, end, read);
    }
#else
    call(e, job, 0, job->rows, read);
#endif
}

static void place(const Entry *e, const Job *job)
{
    if (e->contender->place)
        e->contender->place(e->state, job);
}

/* What another operation might do between two norms: reads and writes memory of its own. */
static void work(const Buffers *b)
{
    for (size_t i = 0; i < b->other_count; i++)
        b->other[i] = 0.5f * b->other[i] + 0.5f;
}

/* Returns the time of the calls alone. */
static double time_calls(const Entry *e, Buffers *b, size_t calls)
{
    const int divided = e->threads > 1 && e->contender->sharing == BY_HARNESS;
    double apart = 0;
    Job job = b->job;
#ifdef _OPENMP
    omp_set_num_threads(e->threads);
#endif
    const double start = now();
    for (size_t i = 0; i < calls; i++) {
        if (b->other) {
            const double begin = now();
            work(b);
            apart += now() - begin;
        }
        if (b->slots > 1) {
            move_rows(&job, &b->job, &b->of_rows, (b->turn++ * 0x9e3779b1u & (b->slots - 1)) * b->stride);
            place(e, &job);
        }
        if (divided)
            call_divided(e, &job, b->read);
        else
            call(e, &job, 0, job.rows, b->read);
    }
    return now() - start - apart;
}

/* The smaller time of two attempts: what interrupts one of them must not look like the time of the calls. */
static double time_twice(const Entry *e, Buffers *b, size_t calls)
{
    const double first = time_calls(e, b, calls);
    return fmin(first, time_calls(e, b, calls));
}

/* Checks the result of one call and finds how many calls make a sample. Returns 0 when the result is wrong. */
static int admit(Entry *e, Buffers *b, const Settings *settings)
{
    check_prepare(&b->job);
    const size_t slots = b->slots;
    b->slots = 1;
    time_calls(e, b, 1);
    b->slots = slots;
    e->error = check_result(e->contender, &b->job);
    if (!(e->error < wrong_from(e->contender, &b->job))) {
        fprintf(stderr,
                "ln_bench: %s: %s is wrong at width %zu, %zu rows: off by %.3g, expected below %.3g; left out\n",
                b->job.of->name, e->contender->name, b->job.width, b->job.rows, e->error,
                wrong_from(e->contender, &b->job));
        return 0;
    }
    e->calls = 1;
    double took = time_twice(e, b, 1);
    e->warm = took < 5e-3 ? 3 : 1;
    while (took < settings->sample / 4 && e->calls < (size_t)1 << 30) {
        e->calls *= 2;
        took = time_twice(e, b, e->calls);
    }
    e->calls = (size_t)ceil((double)e->calls * fmax(1, settings->sample / took));
    return 1;
}

/* Takes a sample: ns per row. After the calls that are not timed, the caches hold what this contender's own calls leave
 * in them, and threads that slept while other contenders ran are awake. */
static double sample(const Entry *e, Buffers *b, int flush)
{
    set_flush(flush);
    time_calls(e, b, e->warm);
    const double took = time_calls(e, b, e->calls);
    set_flush(0);
    return took * 1e9 / (double)e->calls / (double)b->job.rows;
}

static void shuffle(size_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        const size_t j = (size_t)(*state >> 33) % i, held = order[j];
        order[j] = order[i - 1];
        order[i - 1] = held;
    }
}

static size_t make_rounds(Entry *entries, size_t count, Buffers *b, const Settings *settings)
{
    const double deadline = now() + settings->seconds;
    size_t order[2 * CONTENDERS_MAX], round = 0;
    uint64_t state = (uint64_t)(now() * 1e9); /* another order in each run */
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    while (round < settings->rounds && (round < ROUNDS_MIN || now() < deadline)) {
        shuffle(order, count, &state);
        for (size_t i = 0; i < count; i++) {
            Entry *e = &entries[order[i]];
            e->samples[round] = sample(e, b, 0);
            if (e->flushed)
                e->flushed[round] = sample(e, b, 1);
        }
        round++;
    }
    return round;
}

/* Makes the state of a contender, or finds its function. Returns 0 when it cannot do this job. */
static int make_entry(Entry *e, const Contender *c, const Job *job, int threads)
{
    const Entry empty = {.contender = c, .threads = threads, .function = c->function};
    *e = empty;
    if (c->function_of && !(e->function = c->function_of(c, job)))
        return 0;
    e->state = c->prepare(c, job);
    return e->state != NULL;
}

static void release(const Entry *e)
{
    if (e->contender->release)
        e->contender->release(e->state);
}

int measure_cell(Cell *cell, const Settings *settings, const Contenders *contenders, Memory *memory, size_t width,
                 size_t rows)
{
    Entry entries[2 * CONTENDERS_MAX];
    Buffers buffers;
    size_t count = 0;
    if (!make_buffers(&buffers, settings, memory, contenders->of, width, rows)) {
        fprintf(stderr, "ln_bench: width %zu, %zu rows do not fit into the memory for all cells\n", width, rows);
        return 0;
    }
    for (size_t i = 0; i < contenders->count; i++)
        for (int threads = 1;; threads = settings->threads) {
            const Contender *c = &contenders->at[i];
#ifdef _OPENMP
            omp_set_num_threads(threads);
#endif
            Entry e;
            if (make_entry(&e, c, &buffers.job, threads)) {
                if (admit(&e, &buffers, settings))
                    entries[count++] = e;
                else
                    release(&e);
            }
            if (threads == settings->threads || c->sharing == ONE_THREAD)
                break;
        }
    double *samples = calloc(2 * count * settings->rounds + 1, sizeof *samples);
    cell->at = calloc(count + 1, sizeof *cell->at);
    if (!samples || !cell->at) {
        fprintf(stderr, "ln_bench: out of memory\n");
        exit(3);
    }
    for (size_t i = 0; i < count; i++) {
        entries[i].samples = samples + 2 * i * settings->rounds;
        if (settings->flush && entries[i].threads == 1)
            entries[i].flushed = entries[i].samples + settings->rounds;
    }

    cell->of = contenders->of;
    cell->width = width;
    cell->rows = rows;
    cell->rounds = make_rounds(entries, count, &buffers, settings);
    cell->count = count;
    for (size_t i = 0; i < count; i++) {
        const Entry *e = &entries[i];
        const Stats none = {NAN, NAN, NAN};
        const Result r = {e->contender, e->threads, stats_of(e->samples, cell->rounds),
                          e->flushed ? stats_of(e->flushed, cell->rounds) : none, e->error};
        cell->at[i] = r;
        release(&entries[i]);
    }
    free(samples);
    return 1;
}
