/* check.h - nobody is timed computing the wrong thing. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "contender.h"

/* Spoils the outputs, as far as check_result will look at them. */
void check_prepare(const Job *job);

/* The largest error, on up to 33 rows, and columns of dgamma and dbeta; infinity for anything that is not a number.
 *
 * y         in units of the last place of its type at row scale, ulp(max(|y|, rms of the row's y)), against long double
 * dx        the same, at the scale of rstd*dy*gamma where that is larger
 * int8      in steps of the scale
 * stats     in units of a float's last place: the mean's at the scale of the row's rms about it, m2's at that of m2
 * dgamma    in units of the last place, at the scale of their rms; dbeta too
 * floors    0 or infinity, as is the sum of a row and its residual */
double check_result(const Contender *contender, const Job *job);

/* An error beyond this is not an inaccurate result but a wrong one. */
double wrong_from(const Contender *contender, const Job *job);

#endif
