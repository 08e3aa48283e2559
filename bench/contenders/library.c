/* SPDX-License-Identifier: MIT */
/* library.c - the runtime library as a contender: ln_run with its choice of kernel, stores and threads. */
#include "../case.h"
#include "../contender.h"
#include "args.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct State {
    ln_args args;
    const ln_entry *entry;
} State;

static void stop_unless(ln_status status, const char *where)
{
    if (status == LN_OK)
        return;
    fprintf(stderr, "ln_bench: %s: %s\n", where, ln_status_message(status));
    exit(3);
}

static void *prepare(const Contender *self, const Job *job)
{
    const ln_entry *entry = ln_find(spec_of(job->of, job->width), NULL); /* LN_ISA is --isa, if that is given */
    (void)self;
    State *s = entry ? malloc(sizeof *s) : NULL;
    if (!s)
        return NULL;
    s->entry = entry;
    s->args = args_of(job);
    return s;
}

static void run(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    stop_unless(ln_run(s->entry, &s->args, end - begin), "ln_run");
}

static void run_awake(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    stop_unless(ln_run_threads(s->entry, &s->args, end - begin, LN_THREADS_AWAKE), "ln_run_threads");
}

void add_library(Contenders *list, ln_isa cap)
{
    Contender c = {
        .name = "ln_run",
        .note = "the kernel that ln_find chooses, called through ln_run",
        .kind = KIND_LIBRARY,
        .isa = cap,
        .sharing = BY_ITSELF,
        .prepare = prepare,
        .place = args_place,
        .run = run,
        .release = free,
    };
    contenders_add(list, &c);
    snprintf(c.name, sizeof c.name, "ln_run awake");
    c.note = "the same through ln_run_threads, told that threads are awake, which they are here";
    c.kind = KIND_AWAKE;
    c.run = run_awake;
    contenders_add(list, &c);
}
