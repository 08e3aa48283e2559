/* SPDX-License-Identifier: MIT */
/* stats.c - computes medians, quartiles and geometric means. */
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, size_t n, double q)
{
    const double at = q * (double)(n - 1);
    const size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

Stats stats_of(double *samples, size_t n)
{
    qsort(samples, n, sizeof *samples, ascending);
    const Stats s = {quantile(samples, n, 0.5), quantile(samples, n, 0.25), quantile(samples, n, 0.75)};
    return s;
}

void geomean_add(GeoMean *mean, double value)
{
    mean->logs += log(value);
    mean->count++;
}

double geomean_of(const GeoMean *mean) { return mean->count ? exp(mean->logs / (double)mean->count) : 0; }
