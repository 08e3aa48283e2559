/* spec.h - what the fields of a spec mean for sizes and arguments; shared by the parts of the runtime. */
#ifndef LN_SPEC_H
#define LN_SPEC_H

#include "ln.h"

/* LN_OK, or what is wrong with a spec. Replaces LN_AFFINE_DEFAULT by what it stands for, and params of f32 by "same". */
ln_status ln_spec_check(ln_spec *spec);

static inline size_t element_bytes(const ln_spec *s) { return s->dtype == LN_DTYPE_F32 ? 4 : 2; }
static inline size_t params_bytes(const ln_spec *s) { return s->params == LN_PARAMS_F32 ? 4 : element_bytes(s); }
static inline size_t output_bytes(const ln_spec *s) { return s->quant == LN_QUANT_NONE ? element_bytes(s) : 1; }
static inline int has_gamma(const ln_spec *s) { return s->affine != LN_AFFINE_NONE; }
static inline int has_beta(const ln_spec *s) { return s->affine == LN_AFFINE_FULL || s->affine == LN_AFFINE_FULL1; }

#endif
