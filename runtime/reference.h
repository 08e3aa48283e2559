/* reference.h - the bit contract in code, for tests and for readers. */
#ifndef LN_REFERENCE_H
#define LN_REFERENCE_H

#include <stddef.h>

/* One row. y may equal x; mean and rstd take one value each; width >= 1; eps >= 0. */
void ln_reference_layernorm_f32(float *y, float *mean, float *rstd, const float *x, const float *gamma,
                                const float *beta, size_t width, float eps);

#endif
