/* SPDX-License-Identifier: MIT */
/* fixed_loops.c - adds the builds of fixed.c as contenders, one for each compiler, which serves the widths that were
 * built. CMake writes the two lists: FIXED(symbol) for each build, FIXED_COMPILER(name, flags, symbols) for each
 * compiler. */
#include "../case.h"
#include "fixed.h"

#include <stdio.h>

#define FIXED(symbol) extern const Fixed symbol;
#define FIXED_COMPILER(name, flags, ...)
#include "fixed.inc"
#undef FIXED
#undef FIXED_COMPILER

#define FIXED(symbol)
#define FIXED_COMPILER(name, flags, ...) {name, flags, (const Fixed *const[]){__VA_ARGS__, NULL}},
const FixedBuilds fixed_builds[] = {
#include "fixed.inc"
    {NULL, NULL, NULL},
};
#undef FIXED
#undef FIXED_COMPILER

const Fixed *fixed_of(const FixedBuilds *builds, size_t width)
{
    const Fixed *const *at = builds->widths;
    while (*at && (*at)->width != width)
        at++;
    return *at;
}

static int drops_sum(const Case *of) { return has_residual(of) && !keeps_sum(of); }

/* The function of this build for the case, NULL when it has none. */
static JobFunction *function_for(const Fixed *fixed, const Case *of)
{
    const struct {
        int (*is)(const Case *of);
        JobFunction *const *functions;
    } f32[] = {{is_int8, fixed->int8},
               {drops_sum, fixed->post},
               {has_two, fixed->two},
               {is_stats, fixed->stats},
               {is_apply, fixed->apply}};
    const ln_spec *s = &of->spec;
    if (keeps_sum(of))
        return fixed->pre[s->op][s->dtype];
    if (is_backward(of))
        return fixed->backward[s->op][s->dtype];
    for (size_t i = 0; i < sizeof f32 / sizeof f32[0]; i++)
        if (f32[i].is(of))
            return s->dtype == LN_DTYPE_F32 ? f32[i].functions[s->op] : NULL;
    return fixed->forward[s->op][s->dtype];
}

static JobFunction *serving(const Contender *self, const Job *job)
{
    const Fixed *fixed = fixed_of(self->data, job->width);
    return fixed ? function_for(fixed, job->of) : NULL;
}

void add_fixed_loops(Contenders *list)
{
    for (const FixedBuilds *b = fixed_builds; b->name; b++) {
        Contender c = {
            .note = b->flags,
            .kind = KIND_COMPETITOR,
            .isa = b->widths[0]->isa,
            .sharing = is_backward(list->of) ? ONE_THREAD : BY_HARNESS,
            .function_of = serving,
            .data = b,
        };
        snprintf(c.name, sizeof c.name, "%s fixed", b->name);
        if (function_for(b->widths[0], list->of))
            contenders_add(list, &c);
    }
}
