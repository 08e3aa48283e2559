/* report.h - results for people, spreadsheets and programs. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "measure.h"

#include <stdio.h>

/* One cell as a table: floors first, then everyone by time. `floors` shows every floor, not only the fastest. */
void report_cell(FILE *to, const Cell *cell, const Settings *settings, int floors);

/* A line for each cell: floors, our best, its generic kernel and the fastest competitor, one thread, ns a row. */
void report_summary(FILE *to, const Cells *cells);

void report_csv(FILE *to, const Cells *cells);
void report_json(FILE *to, const Cells *cells, const Settings *settings);

/* width, kernel, ns/row, GB/s, ratios to the generic kernel and to the floor, largest error; one line a kernel. */
void report_demo_head(FILE *to);
void report_demo(FILE *to, const Cell *cell);

#endif
