/* SPDX-License-Identifier: MIT */
/* heads.c - rows taken as the heads of tokens, each head with its own gamma and beta: ln_run_heads, the function of a
 * pair of files, and the loops with a constant width. */
#include "../case.h"
#include "args.h"
#include "fixed.h"
#include "pairs.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MAX = 256 };

/* The gammas and betas of all heads are alike, so that results can be checked. */
typedef struct State {
    ln_args args; /* the first member, for args_place */
    const ln_entry *entry;
    PairHeads *pair;
    JobFunction *loop;
    Job job;
    alignas(64) float gamma[HEADS * HEAD_MAX]; /* as the parameters of other cases begin */
    alignas(64) float beta[HEADS * HEAD_MAX];
} State;

static State *prepare(const Job *job)
{
    State *s = job->width > HEAD_MAX || job->rows % HEADS != 0 ? NULL : aligned_alloc(alignof(State), sizeof *s);
    if (!s)
        return NULL;
    memset(s, 0, sizeof *s);
    const float *gamma = job->gamma, *beta = job->beta;
    for (size_t i = 0; i < HEADS * job->width; i++) {
        s->gamma[i] = gamma[i % job->width];
        s->beta[i] = beta ? beta[i % job->width] : 0;
    }
    s->args = args_of(job);
    s->args.x_stride = s->args.y_stride = HEADS * job->width;
    s->args.gamma = s->gamma;
    s->args.beta = s->beta;
    s->job = *job;
    s->job.gamma = s->gamma;
    s->job.beta = s->beta;
    return s;
}

/* Frees a state that cannot serve this width. */
static void *served_by(State *s, int served)
{
    if (served)
        return s;
    free(s);
    return NULL;
}

static void *prepare_library(const Contender *self, const Job *job)
{
    State *s = prepare(job);
    if (s)
        s->entry = ln_find_isa(spec_of(job->of, job->width), self->isa, NULL);
    return served_by(s, s && s->entry);
}

static void run_library(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    const ln_heads heads = {HEADS, job->width, job->width, job->width};
    const ln_status status = ln_run_heads(s->entry, &s->args, &heads, (end - begin) / HEADS);
    if (status == LN_OK)
        return;
    fprintf(stderr, "ln_bench: ln_run_heads: %s\n", ln_status_message(status));
    exit(3);
}

static void *prepare_pair(const Contender *self, const Job *job)
{
    State *s = prepare(job);
    (void)self;
    if (s)
        s->pair = pair_heads(job->of, job->width);
    return served_by(s, s && s->pair);
}

static void run_pair(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    s->pair(&s->args, HEADS, (end - begin) / HEADS);
}

static void *prepare_loop(const Contender *self, const Job *job)
{
    State *s = prepare(job);
    const Fixed *fixed = fixed_of(self->data, job->width);
    if (s && fixed)
        s->loop = fixed->heads[job->of->spec.op];
    return served_by(s, s && s->loop);
}

static void place_loop(void *state, const Job *job)
{
    State *s = state;
    s->job.x = job->x;
    s->job.y = job->y;
}

static void run_loop(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    s->loop(&s->job, begin, end);
}

void add_heads(Contenders *list, ln_isa cap)
{
    if (!is_plain(&list->of->spec) || list->of->spec.dtype != LN_DTYPE_F32)
        return;
    Contender c = {
        .name = "ln_run_heads",
        .note = "rows as heads, eight in each token, each head with its own gamma and beta",
        .kind = KIND_HEADS,
        .isa = cap,
        .sharing = BY_ITSELF,
        .prepare = prepare_library,
        .place = args_place,
        .run = run_library,
        .release = free,
    };
    contenders_add(list, &c);
    c.sharing = ONE_THREAD;
    c.prepare = prepare_pair;
    c.run = run_pair;
    snprintf(c.name, sizeof c.name, "pair heads");
    contenders_add(list, &c);
    for (const FixedBuilds *b = fixed_builds; b->name; b++) {
        c.note = b->flags;
        c.kind = KIND_HEADS_LOOP;
        c.isa = b->widths[0]->isa;
        c.prepare = prepare_loop;
        c.place = place_loop;
        c.run = run_loop;
        c.data = b;
        snprintf(c.name, sizeof c.name, "%s fixed heads", b->name);
        contenders_add(list, &c);
    }
}
