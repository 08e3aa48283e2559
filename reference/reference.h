/* SPDX-License-Identifier: MIT */
/* reference.h - the bit contract in code, for tests and for readers. */
#ifndef LN_REFERENCE_H
#define LN_REFERENCE_H

#include "ln.h"

/* Whether the op of a spec subtracts the mean. */
static inline int ln_reference_centred(const ln_spec *spec) { return (LN_OPS_CENTRED >> spec->op & 1u) != 0; }

/* Rows begin .. end - 1 of a spec whose pass is forward, stats or apply, any width: what every kernel of that spec
 * gives, bit for bit (NaN payloads excepted). Arguments as for ln_run; nothing is checked. */
void ln_reference(const ln_spec *spec, const ln_args *args, size_t begin, size_t end);

/* All rows of a batch of a backward spec, dgamma and dbeta finished. With args.workspace NULL they are added to row by
 * row; nothing else is done with a workspace. */
void ln_reference_backward(const ln_spec *spec, const ln_args *args, size_t rows);

/* Storage types: to float exactly; from float rounded to nearest even, denormals kept. */
float ln_reference_load(ln_dtype type, const void *array, size_t i);
void ln_reference_store(ln_dtype type, void *array, size_t i, float value);
float ln_reference_rounded(ln_dtype type, float value); /* stored and loaded */

/* int8: to nearest even, within -127 .. 127, 0 for NaN. */
void ln_reference_store_int8(void *array, size_t i, float value);

/* The larger of a magnitude and that of value; NaN counts as larger than all. */
float ln_reference_larger(float largest, float value);

/* How the sums of a row are taken: element i is added to lane i mod LANES in float, over BLOCK elements; then the lanes
 * fold to eight, which join `total` in double. After the last block the eight fold to one. */
enum { LN_REFERENCE_LANES = 64, LN_REFERENCE_BLOCK = 512 };
void ln_reference_add_block(double total[8], float lanes[LN_REFERENCE_LANES]);
double ln_reference_total(double total[8]);

/* Gradients: the lanes fold to one, in float. */
float ln_reference_folded(float lanes[LN_REFERENCE_LANES]);

#endif
