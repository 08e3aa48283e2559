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

static JobFunction *serving(const Contender *self, const Job *job)
{
    const Fixed *fixed = fixed_of(self->data, job->width);
    const ln_spec *s = &job->of->spec;
    if (!fixed)
        return NULL;
    return is_backward(job->of) ? fixed->backward[s->op] : fixed->forward[s->op][s->dtype];
}

/* fixed.c has the plain norms of f32 and bf16, and the gradients of f32. */
static int has_loop(const Case *of)
{
    return of->spec.dtype == LN_DTYPE_F32 ? is_plain(of) || is_backward(of)
                                          : of->spec.dtype == LN_DTYPE_BF16 && is_plain(of);
}

void add_fixed_loops(Contenders *list)
{
    for (const FixedBuilds *b = fixed_builds; has_loop(list->of) && b->name; b++) {
        Contender c = {
            .note = b->flags,
            .kind = KIND_COMPETITOR,
            .isa = b->widths[0]->isa,
            .sharing = is_backward(list->of) ? ONE_THREAD : BY_HARNESS,
            .function_of = serving,
            .data = b,
        };
        snprintf(c.name, sizeof c.name, "%s fixed", b->name);
        contenders_add(list, &c);
    }
}
