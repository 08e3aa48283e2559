/* SPDX-License-Identifier: MIT */
/* pairs.c - the public functions of pairs of files, called as a user calls them: pair_f32 and pair_bf16 have LayerNorm
 * and RMSNorm and their gradients. emit_pairs.sh writes them and pairs.inc, a line PAIR(width) for each width. A
 * program without pairs is built without HAVE_PAIRS. */
#include "pairs.h"
#include "../case.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_PAIRS
#include "pair_bf16.h"
#include "pair_f32.h"

#define PAIR(w)                                                                                                        \
    static void layernorm_f32_##w(const Job *job, size_t begin, size_t end)                                            \
    {                                                                                                                  \
        pair_f32_layernorm_f32_##w((float *)job->y + begin * w, NULL, NULL, (const float *)job->x + begin * w,         \
                                   job->gamma, job->beta, job->eps, end - begin);                                      \
    }                                                                                                                  \
    static void rmsnorm_f32_##w(const Job *job, size_t begin, size_t end)                                              \
    {                                                                                                                  \
        pair_f32_rmsnorm_f32_##w((float *)job->y + begin * w, NULL, (const float *)job->x + begin * w, job->gamma,     \
                                 job->eps, end - begin);                                                               \
    }                                                                                                                  \
    static void layernorm_bf16_##w(const Job *job, size_t begin, size_t end)                                           \
    {                                                                                                                  \
        pair_bf16_layernorm_bf16_##w((uint16_t *)job->y + begin * w, NULL, NULL, (const uint16_t *)job->x + begin * w, \
                                     job->gamma, job->beta, job->eps, end - begin);                                    \
    }                                                                                                                  \
    static void rmsnorm_bf16_##w(const Job *job, size_t begin, size_t end)                                             \
    {                                                                                                                  \
        pair_bf16_rmsnorm_bf16_##w((uint16_t *)job->y + begin * w, NULL, (const uint16_t *)job->x + begin * w,         \
                                   job->gamma, job->eps, end - begin);                                                 \
    }
#include "pairs.inc"
#undef PAIR

#define PAIR_GRADIENTS(w, type)                                                                                        \
    static void layernorm_backward_##type##_##w(const Job *job, size_t begin, size_t end)                              \
    {                                                                                                                  \
        (void)begin;                                                                                                   \
        pair_##type##_layernorm_backward_##type##_##w(job->y, job->dgamma, job->dbeta, job->dy, job->x, job->mean,     \
                                                      job->rstd, job->gamma, end, job->workspace);                     \
    }                                                                                                                  \
    static void rmsnorm_backward_##type##_##w(const Job *job, size_t begin, size_t end)                                \
    {                                                                                                                  \
        (void)begin;                                                                                                   \
        pair_##type##_rmsnorm_backward_##type##_##w(job->y, job->dgamma, job->dy, job->x, job->rstd, job->gamma, end,  \
                                                    job->workspace);                                                   \
    }
#define PAIR(w) PAIR_GRADIENTS(w, f32) PAIR_GRADIENTS(w, bf16)
#include "pairs.inc"
#undef PAIR

/* Functions in the order of ln_op and ln_dtype. */
typedef struct Pair {
    size_t width;
    JobFunction *forward[2][2], *backward[2][2];
} Pair;

static const Pair pairs[] = {
#define PAIR(w)                                                                                                        \
    {w,                                                                                                                \
     {{layernorm_f32_##w, layernorm_bf16_##w}, {rmsnorm_f32_##w, rmsnorm_bf16_##w}},                                   \
     {{layernorm_backward_f32_##w, layernorm_backward_bf16_##w},                                                       \
      {rmsnorm_backward_f32_##w, rmsnorm_backward_bf16_##w}}},
#include "pairs.inc"
#undef PAIR
};

static const Pair *pair_of(size_t width)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i].width == width)
            return &pairs[i];
    return NULL;
}

static JobFunction *serving(const Contender *self, const Job *job)
{
    const Pair *pair = pair_of(job->width);
    const ln_spec *s = &job->of->spec;
    (void)self;
    if (!pair)
        return NULL;
    return (is_backward(job->of) ? pair->backward : pair->forward)[s->op][s->dtype];
}

static void call_heads(int (*heads_of)(const pair_f32_args *args, const pair_f32_heads *heads, size_t rows),
                       const ln_args *args, size_t count, size_t tokens)
{
    const pair_f32_heads heads = {count, args->width, args->width, args->width};
    const pair_f32_args a = {
        .width = args->width,
        .x_stride = args->x_stride,
        .y_stride = args->y_stride,
        .x = args->x,
        .y = args->y,
        .gamma = args->gamma,
        .beta = args->beta,
        .eps = args->eps,
    };
    const int status = heads_of(&a, &heads, tokens);
    if (status == PAIR_F32_OK)
        return;
    fprintf(stderr, "ln_bench: pair heads: %s\n", pair_f32_message(status));
    exit(3);
}

static void layernorm_heads(const ln_args *args, size_t heads, size_t tokens)
{
    call_heads(pair_f32_layernorm_f32_heads, args, heads, tokens);
}

static void rmsnorm_heads(const ln_args *args, size_t heads, size_t tokens)
{
    call_heads(pair_f32_rmsnorm_f32_heads, args, heads, tokens);
}

PairHeads *pair_heads(const Case *of, size_t width)
{
    static PairHeads *const heads[] = {layernorm_heads, rmsnorm_heads};
    return pair_of(width) ? heads[of->spec.op] : NULL;
}

/* The pair chooses its instruction set itself, up to that of LN_ISA, which main sets. */
void add_pairs(Contenders *list, ln_isa cap)
{
    const Case *of = list->of;
    const Contender c = {
        .name = "pair",
        .note = "the function of a pair of files, called as a user calls it",
        .kind = KIND_PAIR,
        .isa = cap,
        .sharing = is_backward(of) ? ONE_THREAD : BY_HARNESS,
        .function_of = serving,
    };
    if (of->spec.dtype <= LN_DTYPE_BF16 && (is_plain(&of->spec) || is_backward(of)))
        contenders_add(list, &c);
}
#else
PairHeads *pair_heads(const Case *of, size_t width)
{
    (void)of;
    (void)width;
    return NULL;
}

void add_pairs(Contenders *list, ln_isa cap)
{
    (void)list;
    (void)cap;
}
#endif
