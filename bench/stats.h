/* stats.h - what is said about a set of samples. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

typedef struct Stats {
    double median, low, high; /* low and high: the quartiles */
} Stats;

/* Sorts the samples; n >= 1. */
Stats stats_of(double *samples, size_t n);

/* Geometric mean that grows value by value. */
typedef struct GeoMean {
    double logs;
    size_t count;
} GeoMean;

void geomean_add(GeoMean *mean, double value);
double geomean_of(const GeoMean *mean); /* 0 without values */

#endif
