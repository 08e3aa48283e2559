/* SPDX-License-Identifier: MIT */
/* report.h - results for people, spreadsheets and programs. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "measure.h"

#include <stdio.h>

/* Prints what repeating the results takes: version, date, processor, the best instruction set in use, the last-level
 * cache, how ln_bench was compiled, and the command. */
void report_run(FILE *to, ln_isa isa, char **command);

/* Prints a cell as a table: floors first, then all others, fastest first. `floors`: every floor, not only the
 * fastest. */
void report_cell(FILE *to, const Cell *cell, const Settings *settings, int floors);

/* Prints a line for each cell: floors, our best kernel, the generic kernel of its instruction set and the fastest
 * competitor; one thread, ns per row. */
void report_summary(FILE *to, const Cells *cells);

void report_csv(FILE *to, const Cells *cells);
void report_json(FILE *to, const Cells *cells, const Settings *settings, ln_isa isa);

/* Prints a line for each kernel: width, name, ns/row, GB/s, ratios to the generic kernel and to the floor, error. */
void report_demo_head(FILE *to);
void report_demo(FILE *to, const Cell *cell);

#endif
