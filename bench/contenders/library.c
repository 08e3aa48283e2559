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

void add_library(Contenders *list, Isa cap)
{
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
}
#else
size_t stream_bytes(void) { return cache_last() / 4; }

void add_library(Contenders *list, Isa cap)
{
    (void)list;
    (void)cap;
}
#endif
