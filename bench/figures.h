/* SPDX-License-Identifier: MIT */
/* figures.h - the figures that this project is held to, each with its bar. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include "results.h"

#include <stdio.h>

/* Prints every figure for which there are cells. */
void report_figures(FILE *to, const Cells *cells);

#endif
