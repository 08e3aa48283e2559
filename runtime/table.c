/* table.c - the dispatch table, made from kernels.inc and nothing else. */
#include "cpu.h"

#include "ln.h"
#include "spec.h"

/* Kernels of instruction sets that this architecture lacks are not built. */
#if LN_X86
#define ON_X86(...) __VA_ARGS__
#else
#define ON_X86(...)
#endif
#define BUILT_SCALAR(...)                                              __VA_ARGS__
#define BUILT_AVX2(...)                                                ON_X86(__VA_ARGS__)
#define BUILT_AVX512(...)                                              ON_X86(__VA_ARGS__)

#define LN_KERNEL(name, isa, ...) BUILT_##isa(extern ln_kernel name;)
#include "kernels.inc"
#undef LN_KERNEL

#define LN_KERNEL(name, isa, op, pass, dtype, params, affine, rounding, residual, bias, quant, norms, width)          \
    BUILT_##isa({#name,                                                                                                \
                 LN_ISA_##isa,                                                                                         \
                 {LN_OP_##op, LN_PASS_##pass, LN_DTYPE_##dtype, LN_AFFINE_##affine, LN_RESIDUAL_##residual, width,     \
                  LN_PARAMS_##params, LN_ROUNDING_##rounding, LN_BIAS_##bias, LN_QUANT_##quant, LN_NORMS_##norms},   \
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

/* The affine form that LN_AFFINE_DEFAULT stands for. */
static ln_affine usual_affine(const ln_spec *s)
{
    if (s->pass == LN_PASS_STATS)
        return LN_AFFINE_NONE;
    return s->op == LN_OP_LAYERNORM ? LN_AFFINE_FULL : LN_AFFINE_GAMMA;
}

/* Fields that exclude each other; spec.lua refuses the same. The spec's fields are values of their types. */
static ln_status bad_pair(const ln_spec *s)
{
    const int forward = s->pass == LN_PASS_FORWARD, none = s->affine == LN_AFFINE_NONE;
    const int quantises = s->quant != LN_QUANT_NONE, two = s->norms == LN_NORMS_TWO;
    const int rounds = s->rounding == LN_ROUNDING_BEFORE_GAIN;
    const struct {
        int excluded;
        ln_status status;
    } pairs[] = {
        {s->residual != LN_RESIDUAL_NONE && !forward, LN_PAIR_RESIDUAL_PASS},
        {s->bias != LN_BIAS_NONE && s->residual == LN_RESIDUAL_NONE, LN_PAIR_BIAS_RESIDUAL},
        {quantises && !forward, LN_PAIR_QUANT_PASS},
        {two && !forward, LN_PAIR_NORMS_PASS},
        {two && none, LN_PAIR_NORMS_AFFINE},
        {two && quantises, LN_PAIR_NORMS_QUANT},
        {rounds && s->dtype == LN_DTYPE_F32, LN_PAIR_ROUNDING_DTYPE},
        {rounds && none, LN_PAIR_ROUNDING_AFFINE},
        {rounds && quantises, LN_PAIR_ROUNDING_QUANT},
        {rounds && (s->pass == LN_PASS_BACKWARD || s->pass == LN_PASS_STATS), LN_PAIR_ROUNDING_PASS},
        {s->params != LN_PARAMS_SAME && s->dtype != LN_DTYPE_F32 && none, LN_PAIR_PARAMS_AFFINE},
        {s->pass == LN_PASS_STATS && !none, LN_PAIR_AFFINE_PASS},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i].excluded)
            return pairs[i].status;
    return LN_OK;
}

ln_status ln_spec_check(ln_spec *s)
{
    if ((unsigned)s->op > LN_OP_RMSNORM)
        return LN_BAD_OP;
    if ((unsigned)s->pass > LN_PASS_APPLY)
        return LN_BAD_PASS;
    if ((unsigned)s->dtype > LN_DTYPE_F16)
        return LN_BAD_DTYPE;
    if ((unsigned)s->affine > LN_AFFINE_FULL1)
        return LN_BAD_AFFINE;
    if ((unsigned)s->residual > LN_RESIDUAL_POST)
        return LN_BAD_RESIDUAL;
    if (s->width == 0)
        return LN_BAD_SPEC_WIDTH;
    if ((unsigned)s->params > LN_PARAMS_F32)
        return LN_BAD_PARAMS;
    if ((unsigned)s->rounding > LN_ROUNDING_BEFORE_GAIN)
        return LN_BAD_ROUNDING;
    if ((unsigned)s->bias > LN_BIAS_ADD)
        return LN_BAD_BIAS;
    if ((unsigned)s->quant > LN_QUANT_INT8STATIC)
        return LN_BAD_QUANT;
    if ((unsigned)s->norms > LN_NORMS_TWO)
        return LN_BAD_NORMS;
    if (s->affine == LN_AFFINE_DEFAULT)
        s->affine = usual_affine(s);
    if (s->dtype == LN_DTYPE_F32)
        s->params = LN_PARAMS_SAME;
    return bad_pair(s);
}

static int same_spec(const ln_spec *a, const ln_spec *b)
{
    return a->op == b->op && a->pass == b->pass && a->dtype == b->dtype && a->affine == b->affine &&
           a->residual == b->residual && a->params == b->params && a->rounding == b->rounding && a->bias == b->bias &&
           a->quant == b->quant && a->norms == b->norms;
}

const ln_entry *ln_find_isa(ln_spec spec, ln_isa isa, ln_status *why)
{
    ln_status status = (unsigned)isa < LN_ISA_COUNT ? ln_spec_check(&spec) : LN_BAD_ISA;
    const ln_entry *found = NULL;
    if (status == LN_OK) {
        if (isa > ln_best_isa())
            isa = ln_best_isa();
        for (const ln_entry *e = table; e < table + sizeof table / sizeof table[0] && !found; e++)
            if (e->isa <= isa && same_spec(&e->spec, &spec) && (e->spec.width == spec.width || e->spec.width == 0))
                found = e;
        if (!found)
            status = LN_NO_KERNEL;
    }
    if (why)
        *why = status;
    return found;
}

const ln_entry *ln_find(ln_spec spec, ln_status *why) { return ln_find_isa(spec, LN_ISA_COUNT - 1, why); }
