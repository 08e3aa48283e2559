/* SPDX-License-Identifier: MIT */
/* options.h - what the command line asks for. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "case.h"
#include "measure.h"

enum { LIST_MAX = 64 };

typedef struct Options {
    Settings settings;
    const Case *cases[CASES_MAX];
    size_t case_count;
    size_t widths[LIST_MAX], width_count;
    size_t rows[LIST_MAX], row_count;
    const char *only[LIST_MAX], *kernels[LIST_MAX];
    size_t only_count, kernels_count, max_bytes;
    ln_isa isa;
    int isa_given, list, demo, floors, forced, quiet, small_pages;
    const char *json, *csv;
} Options;

/* Reads the command line. Stops with a line on stderr and status 2 when it is wrong, and after --help. */
Options options_of(int argc, char **argv);

#endif
