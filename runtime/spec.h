/* SPDX-License-Identifier: MIT */
/* spec.h - what the fields of a spec mean for sizes and arguments; shared by the parts of the runtime. */
#ifndef LN_RUNTIME_SPEC_H
#define LN_RUNTIME_SPEC_H

#include "ln.h"
#include "ln_check.h"
#include "ln_split.h"

#include <stdint.h>

/* LN_OK, or what is wrong with a spec. Replaces LN_AFFINE_DEFAULT by what it stands for, and params of f32 by same. */
ln_status ln_spec_check(ln_spec *spec);

static inline size_t element_bytes(const ln_spec *s)
{
    static const unsigned char of[] = {
#define LN_STORAGE(TYPE, bytes, digits) [LN_DTYPE_##TYPE] = bytes,
#include "spec.inc"
    };
    return of[s->dtype];
}

static inline size_t params_bytes(const ln_spec *s) { return s->params == LN_PARAMS_F32 ? 4 : element_bytes(s); }
static inline size_t output_bytes(const ln_spec *s) { return s->quant == LN_QUANT_NONE ? element_bytes(s) : 1; }
static inline int has_gamma(const ln_spec *s) { return s->affine != LN_AFFINE_NONE; }
static inline int has_beta(const ln_spec *s) { return (LN_AFFINES_WITH_BETA >> s->affine & 1u) != 0; }
static inline int is_centred(const ln_spec *s) { return (LN_OPS_CENTRED >> s->op & 1u) != 0; }

/* A spec that reads and writes no more than x, y, gamma, beta, mean and rstd; all of the four are 0 then. */
_Static_assert(LN_PASS_FORWARD == 0 && LN_RESIDUAL_NONE == 0 && LN_QUANT_NONE == 0 && LN_NORMS_ONE == 0,
               "see is_plain");
static inline int is_plain(const ln_spec *s)
{
    return ((unsigned)s->pass | (unsigned)s->residual | (unsigned)s->quant | (unsigned)s->norms) == 0;
}

/* What checks know of a plain spec, or of one of the backward pass. */
static inline ln_kind plain_kind(const ln_spec *s)
{
    const unsigned mean = is_centred(s) ? LN_HAS_MEAN : 0, gamma = has_gamma(s) ? LN_HAS_GAMMA : 0;
    const unsigned beta = has_beta(s) ? LN_HAS_BETA : 0;
    const size_t element = element_bytes(s);
    const ln_kind kind = {mean | gamma | beta, element, element, params_bytes(s), s->width};
    return kind;
}

/* What checks know of any spec. */
static inline ln_kind kind_of(const ln_spec *s)
{
    ln_kind kind = {~0u, element_bytes(s), output_bytes(s), params_bytes(s), s->width};
#define LN_NEEDS(BIT, field, some)                                                                                     \
    if (!((some) >> s->field & 1u))                                                                                    \
        kind.has &= ~(unsigned)LN_##BIT;
#include "spec.inc"
    return kind;
}

/* Bytes of outputs for each element of x, as they count against the last-level cache: of y, of y2 and of the sum. Of
 * gradients half more, since they read two arrays for the one that they write. With int8 half of what is read and
 * written, since that is mostly read. */
static inline size_t counted_bytes(const ln_spec *s)
{
    const size_t read = element_bytes(s) * (s->residual == LN_RESIDUAL_NONE ? 1 : 2);
    const size_t sum = s->residual == LN_RESIDUAL_PRE ? element_bytes(s) : 0;
    const size_t bytes = output_bytes(s) * (s->norms == LN_NORMS_TWO ? 2 : 1) + sum;
    if (s->quant != LN_QUANT_NONE)
        return (read + bytes + 1) / 2;
    return s->pass == LN_PASS_BACKWARD ? bytes * 3 / 2 : bytes;
}

/* Whether a batch with this args.stream is to be written past the caches and does not say so itself. */
static inline int goes_past_caches(const ln_spec *s, int stream, size_t rows, size_t width)
{
    return ln_is_cold(stream, rows) ||
           (stream == LN_STREAM_AUTO && rows * width * counted_bytes(s) >= ln_stream_bytes());
}

#endif
