/* SPDX-License-Identifier: MIT */
/* reference.h - the same stack in double with plain loops and libm: what float is compared with. */
#ifndef STORY_REFERENCE_H
#define STORY_REFERENCE_H

#include "model.h"

/* The loss of model_forward, from weights in double that lie as in Weights. NAN when there is not enough memory. */
double reference_loss(const Shape *shape, const double *weights, const unsigned char *text);

#endif
