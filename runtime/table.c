/* table.c - the dispatch table, made from kernels.inc and nothing else. */
#include "cpu.h"

#include "ln.h"

/* Kernels of instruction sets that this architecture lacks are not built. */
#if LN_X86
#define ON_X86(...) __VA_ARGS__
#else
#define ON_X86(...)
#endif
#define BUILT_SCALAR(...)                                              __VA_ARGS__
#define BUILT_AVX2(...)                                                ON_X86(__VA_ARGS__)
#define BUILT_AVX512(...)                                              ON_X86(__VA_ARGS__)

#define LN_KERNEL(name, isa, op, pass, dtype, affine, residual, width) BUILT_##isa(extern ln_kernel name;)
#include "kernels.inc"
#undef LN_KERNEL

#define LN_KERNEL(name, isa, op, pass, dtype, affine, residual, width)                                                 \
    BUILT_##isa({#name,                                                                                                \
                 LN_ISA_##isa,                                                                                         \
                 {LN_OP_##op, LN_PASS_##pass, LN_DTYPE_##dtype, LN_AFFINE_##affine, LN_RESIDUAL_##residual, width},    \
                 name}, )
static const ln_entry table[] = {
#include "kernels.inc"
};
#undef LN_KERNEL

const ln_entry *ln_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}

static ln_status bad_spec(const ln_spec *s)
{
    if ((unsigned)s->op > LN_OP_RMSNORM)
        return LN_BAD_OP;
    if ((unsigned)s->pass > LN_PASS_BACKWARD)
        return LN_BAD_PASS;
    if ((unsigned)s->dtype > LN_DTYPE_F16)
        return LN_BAD_DTYPE;
    if ((unsigned)s->affine > LN_AFFINE_NONE)
        return LN_BAD_AFFINE;
    if ((unsigned)s->residual > LN_RESIDUAL_POST)
        return LN_BAD_RESIDUAL;
    if (s->width == 0)
        return LN_BAD_SPEC_WIDTH;
    if (s->pass == LN_PASS_BACKWARD && s->residual != LN_RESIDUAL_NONE)
        return LN_BAD_PAIR;
    return LN_OK;
}

const ln_entry *ln_find_isa(ln_spec spec, ln_isa isa, ln_status *why)
{
    ln_status status = (unsigned)isa < LN_ISA_COUNT ? bad_spec(&spec) : LN_BAD_ISA;
    const ln_entry *found = NULL;
    if (status == LN_OK) {
        if (spec.affine == LN_AFFINE_DEFAULT)
            spec.affine = spec.op == LN_OP_LAYERNORM ? LN_AFFINE_FULL : LN_AFFINE_GAMMA;
        if (isa > ln_best_isa())
            isa = ln_best_isa();
        for (const ln_entry *e = table; e < table + sizeof table / sizeof table[0] && !found; e++)
            if (e->isa <= isa && e->spec.op == spec.op && e->spec.pass == spec.pass && e->spec.dtype == spec.dtype &&
                e->spec.affine == spec.affine && e->spec.residual == spec.residual &&
                (e->spec.width == spec.width || e->spec.width == 0))
                found = e;
        if (!found)
            status = LN_NO_KERNEL;
    }
    if (why)
        *why = status;
    return found;
}

const ln_entry *ln_find(ln_spec spec, ln_status *why) { return ln_find_isa(spec, LN_ISA_COUNT - 1, why); }
