/* SPDX-License-Identifier: MIT */
/* table.c - the dispatch table, made from kernels.inc and nothing else. */
#include "cpu.h"

#include "ln.h"
#include "spec.h"
#include "spec.inc" /* LN_SPEC_OF */

/* Kernels of instruction sets that this architecture lacks are not built. */
#define LN_KERNEL(name, isa, ...) LN_ON_##isa(extern ln_kernel name;)
#include "kernels.inc"
#undef LN_KERNEL

#define LN_KERNEL(name, isa, ...) LN_ON_##isa({#name, LN_ISA_##isa, LN_SPEC_OF(__VA_ARGS__), name}, )
static const ln_entry table[] = {
#include "kernels.inc"
};
#undef LN_KERNEL
enum { ENTRIES = sizeof table / sizeof table[0] };

/* What takes less time on a Zen 4 than the kernel of AVX-512. */
#define LN_KERNEL(...)
#define LN_NARROWER(name) LN_ON_AVX2(name, )
static ln_kernel *const narrower[] = {
#include "kernels.inc"
    NULL};
#undef LN_NARROWER

/* What does so where rows are not written past the caches: kernels of both sets in one. */
#define LN_MIXED(name, ...)                                                                                            \
    LN_ON_AVX512(static void name##_zen4(const ln_args *args, size_t begin, size_t end) {                              \
        (args->stream == LN_STREAM_ALWAYS ? name##_avx512 : name##_avx2)(args, begin, end);                            \
    })
#include "kernels.inc"
#undef LN_MIXED

#define LN_MIXED(name, ...) LN_ON_AVX512({#name "_zen4", LN_ISA_AVX512, LN_SPEC_OF(__VA_ARGS__), name##_zen4}, )
static const ln_entry mixed[] = {
#include "kernels.inc"
    {.name = NULL}};
#undef LN_KERNEL
#undef LN_MIXED

const ln_entry *ln_table(size_t *count)
{
    *count = ENTRIES;
    return table;
}

/* Fields that exclude each other. They are values of their types. */
static ln_status bad_pair(const ln_spec *s)
{
#define LN_EXCLUDED(pair, a, some, b, others)                                                                          \
    if (((some) >> s->a & 1u) && ((others) >> s->b & 1u))                                                              \
        return LN_PAIR_##pair;
#include "spec.inc"
    return LN_OK;
}

ln_status ln_spec_check(ln_spec *s)
{
#define LN_FIELD(member, MEMBER, last)                                                                                 \
    if ((unsigned)s->member > LN_##MEMBER##_##last)                                                                    \
        return LN_BAD_##MEMBER;
#include "spec.inc"
    if (s->width == 0)
        return LN_BAD_SPEC_WIDTH;
    if (s->affine == LN_AFFINE_DEFAULT)
        s->affine = LN_USUAL_AFFINE(s->op, s->pass);
    if (s->dtype == LN_DTYPE_F32)
        s->params = LN_PARAMS_SAME;
    return bad_pair(s);
}

/* Whether two specs differ in their widths alone. */
static int same_norm(const ln_spec *a, const ln_spec *b)
{
    return 1
#define LN_FIELD(member, MEMBER, last) &&a->member == b->member
#include "spec.inc"
        ;
}

static int same_spec(const ln_spec *a, const ln_spec *b) { return same_norm(a, b) && a->width == b->width; }

const ln_entry *ln_find_isa(ln_spec spec, ln_isa isa, ln_status *why)
{
    ln_status status = (unsigned)isa < LN_ISA_COUNT ? ln_spec_check(&spec) : LN_BAD_ISA;
    const ln_entry *found = NULL;
    if (status == LN_OK) {
        if (isa > ln_best_isa())
            isa = ln_best_isa();
        for (const ln_entry *e = table; e < table + ENTRIES && !found; e++)
            if (e->isa <= isa && same_norm(&e->spec, &spec) && (e->spec.width == spec.width || e->spec.width == 0))
                found = e;
        if (!found)
            status = LN_NO_KERNEL;
    }
    if (why)
        *why = status;
    return found;
}

static int is_narrower(ln_kernel *kernel)
{
    for (size_t i = 0; narrower[i]; i++)
        if (narrower[i] == kernel)
            return 1;
    return 0;
}

/* The kernel that a Zen 4 takes in place of one of AVX-512, or that one. */
static const ln_entry *narrower_than(const ln_entry *wide)
{
    for (const ln_entry *e = mixed; e->name; e++)
        if (same_spec(&e->spec, &wide->spec))
            return e;
    for (const ln_entry *e = wide; e < table + ENTRIES; e++)
        if (same_spec(&e->spec, &wide->spec) && is_narrower(e->kernel))
            return e;
    return wide;
}

const ln_entry *ln_find(ln_spec spec, ln_status *why)
{
    const ln_entry *found = ln_find_isa(spec, LN_ISA_COUNT - 1, why);
    return found && found->isa == LN_ISA_AVX512 && ln_prefers_narrower() ? narrower_than(found) : found;
}
