/* library.c - the runtime library as a contender: ln_run with its choice of kernel, stores and threads, and
 * ln_run_heads. */
#include "../case.h"
#include "../contender.h"
#include "args.h"

#include <stdio.h>
#include <stdlib.h>

/* gamma and beta are those of ln_run_heads. */
enum { HEADS = 8, HEAD_MAX = 256 };
typedef struct State {
    ln_args args;
    const ln_entry *entry;
    float gamma[HEADS * HEAD_MAX], beta[HEADS * HEAD_MAX];
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
    const ln_entry *entry = ln_find_isa(spec_of(job->of, job->width), (ln_isa)self->isa, NULL);
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

/* Takes eight rows as the heads of one token. Each head has its own gamma and beta, which are all alike, so that
 * results can be checked. */
static void *prepare_heads(const Contender *self, const Job *job)
{
    State *s = job->width > HEAD_MAX || job->rows % HEADS != 0 ? NULL : prepare(self, job);
    if (!s)
        return NULL;
    const float *gamma = job->gamma, *beta = job->beta;
    for (size_t i = 0; i < HEADS * job->width; i++) {
        s->gamma[i] = gamma[i % job->width];
        s->beta[i] = beta ? beta[i % job->width] : 0;
    }
    s->args.x_stride = s->args.y_stride = HEADS * job->width;
    s->args.gamma = s->gamma;
    s->args.beta = s->beta;
    return s;
}

static void run_heads(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    const ln_heads heads = {HEADS, job->width, job->width, job->width};
    stop_unless(ln_run_heads(s->entry, &s->args, &heads, (end - begin) / HEADS), "ln_run_heads");
}

void add_library(Contenders *list, Isa cap)
{
    Contender c = {
        .name = "ln_run",
        .note = "lngen's kernels, called through ln_run",
        .kind = KIND_LIBRARY,
        .isa = cap,
        .sharing = BY_ITSELF,
        .prepare = prepare,
        .place = args_place,
        .run = run,
        .release = free,
    };
    contenders_add(list, &c);
    snprintf(c.name, sizeof c.name, "ln_run_heads");
    c.note = "rows as heads, eight in each token, each head with its own gamma and beta";
    c.kind = KIND_EXTRA;
    c.prepare = prepare_heads;
    c.run = run_heads;
    if (is_plain(list->of) && list->of->spec.dtype == LN_DTYPE_F32)
        contenders_add(list, &c);
}
