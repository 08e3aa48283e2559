/* library.c - the runtime library: its public entry, its choice of kernel, stores and threads. */
#include "../contender.h"
#include "../memory.h"

#ifdef HAVE_LN
#include <ln.h>
#include <stdio.h>
#include <stdlib.h>

size_t stream_bytes(void) { return ln_stream_bytes(); }

static void *prepare(const Contender *self, const Job *job)
{
    return (void *)(size_t)ln_find_isa((ln_spec){.width = job->width}, (ln_isa)self->isa, NULL);
}

static void run(void *state, const Job *job)
{
    const ln_args args = {
        .width = job->width,
        .x_stride = job->width,
        .y_stride = job->width,
        .x = job->x,
        .y = job->y,
        .gamma = job->gamma,
        .beta = job->beta,
        .eps = job->eps,
    };
    const ln_status status = ln_run(state, &args, job->rows);
    if (status) {
        fprintf(stderr, "ln_bench: ln_run: %s\n", ln_status_message(status));
        exit(3);
    }
}

/* The rows as tokens of eight heads, each head with a gain of its own (all alike, so that results can be checked): what
 * a call over heads makes of short rows. */
enum { HEADS = 8, HEAD_MAX = 256 };

typedef struct Heads {
    const ln_entry *entry;
    float gamma[HEADS * HEAD_MAX], beta[HEADS * HEAD_MAX];
} Heads;

static void *prepare_heads(const Contender *self, const Job *job)
{
    if (job->width > HEAD_MAX || job->rows % HEADS != 0)
        return NULL;
    Heads *h = malloc(sizeof *h);
    if (!h)
        return NULL;
    h->entry = ln_find_isa((ln_spec){.width = job->width}, (ln_isa)self->isa, NULL);
    for (size_t i = 0; i < HEADS * job->width; i++) {
        h->gamma[i] = job->gamma[i % job->width];
        h->beta[i] = job->beta[i % job->width];
    }
    return h;
}

static void run_heads(void *state, const Job *job)
{
    const Heads *h = state;
    const ln_heads heads = {HEADS, job->width, job->width, job->width};
    const ln_args args = {
        .width = job->width,
        .x_stride = HEADS * job->width,
        .y_stride = HEADS * job->width,
        .x = job->x,
        .y = job->y,
        .gamma = h->gamma,
        .beta = h->beta,
        .eps = job->eps,
    };
    const ln_status status = ln_run_heads(h->entry, &args, &heads, job->rows / HEADS);
    if (status) {
        fprintf(stderr, "ln_bench: ln_run_heads: %s\n", ln_status_message(status));
        exit(3);
    }
}

void add_library(Contenders *list, Isa cap)
{
    const Contender heads = {
        .name = "ln_run_heads",
        .note = "rows as heads, eight a token, each with its own gamma and beta",
        .kind = KIND_EXTRA,
        .isa = cap,
        .threads = 1,
        .prepare = prepare_heads,
        .run = run_heads,
        .release = free,
    };
    const Contender c = {
        .name = "ln_run",
        .note = "lngen through the public entry",
        .kind = KIND_LIBRARY,
        .isa = cap,
        .threads = 1,
        .prepare = prepare,
        .run = run,
    };
    contenders_add(list, &c);
    contenders_add(list, &heads);
}
#else
size_t stream_bytes(void) { return cache_last() / 4; }

void add_library(Contenders *list, Isa cap)
{
    (void)list;
    (void)cap;
}
#endif
