/* measure.c - verification, calibration, rounds. */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"
#include "check.h"

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
    int threads;
    size_t calls; /* in one sample */
    int warm;     /* an untimed call goes before each sample */
    double error;
    double *samples; /* ns a row */
} Entry;

/* The buffers of a cell; x and y repeat `slots` times (a power of two), `stride` floats apart. */
typedef struct Buffers {
    Job job;
    size_t slots, stride, turn;
    JobFunction *read;
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
    while (settings->cold && slots * slot_bytes < 2 * cache_last())
        slots *= 2;
    return slots;
}

size_t cell_bytes(const Settings *settings, size_t width, size_t rows)
{
    const size_t slot = 2 * memory_rounded(width * rows), others = 2 * memory_rounded(width) + settings->gap;
    return slots_of(settings, slot) * (slot + others);
}

/* x, gamma, beta, y in this order, as in an arena. */
static int lay_out(Buffers *b, const Settings *settings, Memory *memory, size_t width, size_t rows)
{
    memory_reset(memory);
    b->slots = slots_of(settings, 2 * memory_rounded(width * rows));
    b->turn = 0;
    b->read = settings->read ? reader() : NULL;
    float *first = NULL;
    for (size_t slot = 0; slot < b->slots; slot++) {
        float *x = memory_floats(memory, width * rows);
        float *gamma = memory_floats(memory, width), *beta = memory_floats(memory, width);
        const float *gap = memory_floats(memory, settings->gap / sizeof(float));
        float *y = memory_floats(memory, width * rows);
        if (!x || !gamma || !beta || !gap || !y)
            return 0;
        fill_normal(x, width * rows, (unsigned)slot + 1);
        fill_normal(y, width * rows, 0);
        if (slot)
            continue;
        first = x;
        fill_normal(gamma, width, 1000001);
        fill_normal(beta, width, 1000002);
        const Job job = {width, rows, x, gamma, beta, y, 1e-5f, width * rows * sizeof(float) >= stream_bytes()};
        b->job = job;
        b->stride = (size_t)(y - first) + memory_rounded(width * rows) / sizeof(float);
    }
    return 1;
}

static void call(const Entry *e, const Job *job, JobFunction *read)
{
    if (e->contender->function)
        e->contender->function(job);
    else
        e->contender->run(e->state, job);
    if (read)
        read(job);
}

static void call_divided(const Entry *e, const Job *job, JobFunction *read)
{
#ifdef _OPENMP
#pragma omp parallel num_threads(e->threads)
    {
        const size_t threads = (size_t)omp_get_num_threads(), id = (size_t)omp_get_thread_num();
        const size_t begin = job->rows * id / threads, end = job->rows * (id + 1) / threads;
        Job part = *job;
        part.x += begin * job->width;
        part.y += begin * job->width;
        part.rows = end - begin;
        if (end > begin)
            call(e, &part, read);
    }
#else
    call(e, job, read);
#endif
}

static double time_calls(const Entry *e, Buffers *b, size_t calls)
{
    const int divided = e->threads > 1 && !e->contender->threads;
    Job job = b->job;
#ifdef _OPENMP
    omp_set_num_threads(e->threads);
#endif
    const double start = now();
    for (size_t i = 0; i < calls; i++) {
        if (b->slots > 1) {
            const size_t slot = b->turn++ * 0x9e3779b1u & (b->slots - 1);
            job.x = b->job.x + slot * b->stride;
            job.y = b->job.y + slot * b->stride;
        }
        if (divided)
            call_divided(e, &job, b->read);
        else
            call(e, &job, b->read);
    }
    return now() - start;
}

/* Checks one call and finds how many make a sample; 0 when the result is wrong. */
static int admit(Entry *e, Buffers *b, const Settings *settings)
{
    check_prepare(&b->job);
    const size_t slots = b->slots;
    b->slots = 1;
    double took = time_calls(e, b, 1);
    b->slots = slots;
    e->error = check_result(e->contender, &b->job);
    if (!(e->error < CHECK_WRONG)) {
        fprintf(stderr, "ln_bench: %s is wrong at width %zu, %zu rows: off by %.3g units in the last place; left out\n",
                e->contender->name, b->job.width, b->job.rows, e->error);
        return 0;
    }
    e->calls = 1;
    e->warm = took < 5e-3;
    if (e->warm)
        took = time_calls(e, b, 1);
    while (took < settings->sample / 4 && e->calls < (size_t)1 << 30) {
        e->calls *= 2;
        took = time_calls(e, b, e->calls);
    }
    e->calls = (size_t)ceil((double)e->calls * fmax(1, settings->sample / took));
    return 1;
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
    uint64_t state = 1;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    while (round < settings->rounds && (round < ROUNDS_MIN || now() < deadline)) {
        shuffle(order, count, &state);
        for (size_t i = 0; i < count; i++) {
            Entry *e = &entries[order[i]];
            if (e->warm)
                time_calls(e, b, 1);
            e->samples[round] = time_calls(e, b, e->calls) * 1e9 / (double)e->calls / (double)b->job.rows;
        }
        round++;
    }
    return round;
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
    if (!lay_out(&buffers, settings, memory, width, rows)) {
        fprintf(stderr, "ln_bench: width %zu, %zu rows do not fit the memory set aside\n", width, rows);
        return 0;
    }
    for (size_t i = 0; i < contenders->count; i++)
        for (int threads = 1;; threads = settings->threads) {
            const Contender *c = &contenders->at[i];
#ifdef _OPENMP
            omp_set_num_threads(threads);
#endif
            Entry e = {.contender = c, .state = c->prepare(c, &buffers.job), .threads = threads};
            if (e.state) {
                if (admit(&e, &buffers, settings))
                    entries[count++] = e;
                else
                    release(&e);
            }
            if (threads == settings->threads)
                break;
        }
    double *samples = calloc(count * settings->rounds + 1, sizeof *samples);
    cell->at = calloc(count + 1, sizeof *cell->at);
    if (!samples || !cell->at) {
        fprintf(stderr, "ln_bench: out of memory\n");
        exit(3);
    }
    for (size_t i = 0; i < count; i++)
        entries[i].samples = samples + i * settings->rounds;

    cell->width = width;
    cell->rows = rows;
    cell->rounds = make_rounds(entries, count, &buffers, settings);
    cell->count = count;
    for (size_t i = 0; i < count; i++) {
        const Result r = {entries[i].contender, entries[i].threads, stats_of(entries[i].samples, cell->rounds),
                          entries[i].error};
        cell->at[i] = r;
        release(&entries[i]);
    }
    free(samples);
    return 1;
}
