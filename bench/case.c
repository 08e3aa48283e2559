/* SPDX-License-Identifier: MIT */
/* case.c - the table of cases, which is made from cases.inc alone. */
#include "case.h"

#include <string.h>

const Case cases[] = {
#define CASE(name, ...)       {#name, {__VA_ARGS__}, 0},
#define FAR(name, every, ...) {#name, {__VA_ARGS__}, every},
#include "cases.inc"
#undef CASE
#undef FAR
};
const size_t case_count = sizeof cases / sizeof cases[0];
_Static_assert(sizeof cases / sizeof cases[0] <= CASES_MAX, "more cases than CASES_MAX");

const Case *case_named(const char *name)
{
    for (size_t i = 0; i < case_count; i++)
        if (!strcmp(cases[i].name, name))
            return &cases[i];
    return NULL;
}

ln_spec spec_of(const Case *of, size_t width)
{
    ln_spec spec = of->spec;
    spec.width = width;
    return spec;
}

int same_case(const Case *of, const ln_spec *spec)
{
    return 1
#define LN_FIELD(member, MEMBER, last) &&of->spec.member == spec->member
#include "spec.inc"
        ;
}

int is_backward(const Case *of) { return of->spec.pass == LN_PASS_BACKWARD; }
int is_stats(const Case *of) { return of->spec.pass == LN_PASS_STATS; }
int is_apply(const Case *of) { return of->spec.pass == LN_PASS_APPLY; }
int is_far(const Case *of) { return of->far > 0; }
int has_residual(const Case *of) { return of->spec.residual != LN_RESIDUAL_NONE; }
int keeps_sum(const Case *of) { return of->spec.residual == LN_RESIDUAL_PRE; }
int is_int8(const Case *of) { return of->spec.quant != LN_QUANT_NONE; }
int has_two(const Case *of) { return of->spec.norms == LN_NORMS_TWO; }
int is_layernorm(const Case *of) { return of->spec.op == LN_OP_LAYERNORM; }

size_t x_bytes(const Case *of) { return element_bytes(&of->spec); }
size_t y_bytes(const Case *of) { return is_stats(of) ? 0 : output_bytes(&of->spec); }

size_t moved_bytes(const Case *of)
{
    const size_t read = x_bytes(of) * (is_backward(of) || has_residual(of) ? 2 : 1);
    return read + y_bytes(of) * (has_two(of) ? 2 : 1) + (keeps_sum(of) ? x_bytes(of) : 0);
}
