/* check.h - nobody is timed computing the wrong thing. */
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "contender.h"

/* Spoils the rows of y that check_result will look at. */
void check_prepare(const Job *job);

/* The largest error of those rows: in units of the last place at row scale, ulp(max(|y|, rms of the row's y)), against
 * long double; for the floors 0 or infinity. Infinity for anything that is not a number. */
double check_result(const Contender *contender, const Job *job);

/* Beyond this it is not an inaccurate result but a wrong one. */
extern const double CHECK_WRONG;

#endif
