/* SPDX-License-Identifier: MIT */
/* loops.c - adds every build of loop.c as a contender. CMake writes the list: LOOP(symbol, name, flags, kind). */
#include "../case.h"
#include "loop.h"

#include <stdio.h>

#define LOOP(symbol, name, flags, kind) extern const Loop symbol;
#include "loops.inc"
#undef LOOP

static int drops_sum(const Case *of) { return has_residual(of) && !keeps_sum(of); }

/* The function of this build for the case, NULL when it has none. */
static JobFunction *function_for(const Loop *loop, const Case *of)
{
    const struct {
        int (*is)(const Case *of);
        JobFunction *const *loops;
    } f32[] = {{is_int8, loop->int8},
               {drops_sum, loop->post},
               {has_two, loop->two},
               {is_stats, loop->stats},
               {is_apply, loop->apply}};
    const ln_spec *s = &of->spec;
    if (is_backward(of))
        return loop->backward[s->op][s->dtype];
    for (size_t i = 0; i < sizeof f32 / sizeof f32[0]; i++)
        if (f32[i].is(of))
            return s->dtype == LN_DTYPE_F32 ? f32[i].loops[s->op] : NULL;
    return loop->forward[s->op][s->dtype];
}

static JobFunction *serving(const Contender *self, const Job *job)
{
    const int holds_row = drops_sum(job->of) || is_int8(job->of);
    return holds_row && job->width > LOOP_WIDTH_MAX ? NULL : function_for(self->data, job->of);
}

void add_loops(Contenders *list)
{
    const struct {
        const Loop *loop;
        const char *name, *flags;
        Kind kind;
    } loops[] = {
#define LOOP(symbol, name, flags, kind) {&symbol, name, flags, kind},
#include "loops.inc"
#undef LOOP
        {0},
    };
    for (size_t i = 0; loops[i].loop; i++) {
        Contender c = {
            .note = loops[i].flags,
            .kind = loops[i].kind,
            .isa = loops[i].loop->isa,
            .sharing = is_backward(list->of) ? ONE_THREAD : BY_HARNESS,
            .function_of = serving,
            .data = loops[i].loop,
        };
        snprintf(c.name, sizeof c.name, "%s", loops[i].name);
        if (function_for(loops[i].loop, list->of))
            contenders_add(list, &c);
    }
}
