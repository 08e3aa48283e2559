/* spec.h - what the fields of a spec mean for sizes and arguments; shared by the parts of the runtime. */
#ifndef LN_SPEC_H
#define LN_SPEC_H

#include "ln.h"

#include <stdint.h>

/* LN_OK, or what is wrong with a spec. Replaces LN_AFFINE_DEFAULT by what it stands for, and params of f32 by "same". */
ln_status ln_spec_check(ln_spec *spec);

static inline size_t element_bytes(const ln_spec *s) { return s->dtype == LN_DTYPE_F32 ? 4 : 2; }
static inline size_t params_bytes(const ln_spec *s) { return s->params == LN_PARAMS_F32 ? 4 : element_bytes(s); }
static inline size_t output_bytes(const ln_spec *s) { return s->quant == LN_QUANT_NONE ? element_bytes(s) : 1; }
static inline int has_gamma(const ln_spec *s) { return s->affine != LN_AFFINE_NONE; }
static inline int has_beta(const ln_spec *s) { return s->affine == LN_AFFINE_FULL || s->affine == LN_AFFINE_FULL1; }

enum { SUM_COLUMNS = 32 }; /* the workspace's rows are padded to whole groups of so many floats */

/* Bytes of the sums of one block of rows: a row for dgamma, one for dbeta. width <= PTRDIFF_MAX / 16 */
static inline size_t block_bytes(const ln_spec *s, size_t width)
{
    const size_t sums = (has_gamma(s) ? 1u : 0u) + (has_beta(s) ? 1u : 0u);
    return sums * ((width + SUM_COLUMNS - 1) / SUM_COLUMNS * SUM_COLUMNS) * sizeof(float);
}

/* Bytes of a backward batch's workspace, SIZE_MAX when they are too many. */
static inline size_t workspace_bytes(const ln_spec *s, size_t width, size_t rows)
{
    const size_t most = (size_t)PTRDIFF_MAX / 16;
    if (width > most)
        return SIZE_MAX;
    const size_t blocks = rows / LN_BACKWARD_BLOCK + (rows % LN_BACKWARD_BLOCK != 0), bytes = block_bytes(s, width);
    return bytes > 0 && blocks > (size_t)PTRDIFF_MAX / bytes ? SIZE_MAX : blocks * bytes;
}

#endif
