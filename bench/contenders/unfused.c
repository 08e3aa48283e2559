/* SPDX-License-Identifier: MIT */
/* unfused.c - what one of our fused kernels replaces, done with our other kernels: a separate addition of the residual
 * and then the norm; the norm in f32 instead of int8; two norms in two calls. */
#include "args.h"
#include "floors.h"
#include "kernels.h"

#include <stdlib.h>

typedef struct State {
    ln_args args, second; /* `second` is for y2, if the case has it */
    JobFunction *before;  /* the addition before the norm, or NULL */
    ln_kernel *norm;
} State;

/* The job of the norm that follows the addition. */
static Job rest_of(const Job *job)
{
    Job rest = *job;
    if (has_residual(job->of))
        rest.x = job->sum ? job->sum : job->y;
    if (job->wide)
        rest.y = job->wide;
    return rest;
}

static void *prepare(const Contender *self, const Job *job)
{
    Case norm = *job->of;
    norm.spec.residual = LN_RESIDUAL_NONE;
    norm.spec.quant = LN_QUANT_NONE;
    norm.spec.norms = LN_NORMS_ONE;
    const ln_entry *entry = best_kernel(&norm, self->isa, job->width);
    State *s = entry ? malloc(sizeof *s) : NULL;
    if (!s)
        return NULL;
    const Job rest = rest_of(job);
    s->before = self->data ? *(JobFunction *const *)self->data : NULL;
    s->norm = entry->kernel;
    s->args = args_of(&rest);
    s->args.stream = goes_past_caches(&norm.spec, LN_STREAM_AUTO, job->rows, job->width);
    s->second = s->args;
    s->second.y = job->y2;
    s->second.gamma = job->gamma2;
    s->second.beta = job->beta2;
    return s;
}

static void place(void *state, const Job *job)
{
    const Job rest = rest_of(job);
    State *s = state;
    args_place(&s->args, &rest);
    s->second.x = job->x;
    s->second.y = job->y2;
}

static void run(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    if (s->before)
        s->before(job, begin, end);
    s->norm(&s->args, begin, end);
    if (s->second.y)
        s->norm(&s->second, begin, end);
}

void add_unfused(Contenders *list)
{
    Contender c = {.kind = KIND_UNFUSED, .prepare = prepare, .place = place, .run = run, .release = free};
    const int adds = has_residual(list->of) && list->of->spec.dtype == LN_DTYPE_F32;
    for (ln_isa isa = 0; isa < LN_ISA_COUNT; isa++) {
        c.isa = isa;
        c.wide = is_int8(list->of);
        if (is_int8(list->of))
            add_named(list, &c, "lngen to f32");
        if (has_two(list->of))
            add_named(list, &c, "lngen twice");
        for (const Floor *f = adds ? floors_of(c.isa) : NULL; f && f->name; f++) {
            c.data = &f->function;
            if (f->work == WORK_SUM)
                add_named(list, &c, f->name);
        }
    }
}
