/* SPDX-License-Identifier: MIT */
/* check.h - checks results, so that no contender is timed that computes the wrong thing. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "contender.h"

/* Overwrites those rows of the outputs that check_result will look at, with values that no result has. */
void check_prepare(const Job *job);

/* Returns the largest error in up to 64 rows, and in up to 64 columns of dgamma and dbeta; infinity if a result is NaN.
 *
 * y         in units of the last place of its type at row scale, ulp(max(|y|, rms of the row's y)), against long double
 * dx        the same, or at the scale of rstd*dy*gamma where that is larger
 * int8      in steps of the scale
 * stats     in units of a float's last place: of the mean at the larger scale of it and the deviation, of m2 at its own
 * dgamma    in units of the last place, at the scale of the rms of dgamma; dbeta likewise
 * floors    0 when the result is right, else infinity; the same for the sum of x and the residual */
double check_result(const Contender *contender, const Job *job);

/* The error from which on a result counts as wrong, and not only as inaccurate. */
double wrong_from(const Contender *contender, const Job *job);

#endif
