/* SPDX-License-Identifier: MIT */
/* stats.h - the median and the quartiles of samples, and geometric means. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

typedef struct Stats {
    double median, low, high; /* low and high: the quartiles */
} Stats;

/* Sorts the samples; n >= 1. */
Stats stats_of(double *samples, size_t n);

/* A geometric mean to which values are added one by one. */
typedef struct GeoMean {
    double logs;
    size_t count;
} GeoMean;

void geomean_add(GeoMean *mean, double value);
double geomean_of(const GeoMean *mean); /* 0 without values */

#endif
