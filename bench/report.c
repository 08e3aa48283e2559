/* SPDX-License-Identifier: MIT */
/* report.c - prints results as tables, CSV and JSON. */
#include "report.h"
#include "case.h"
#include "memory.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int by_time(const void *a, const void *b)
{
    const Result *x = a, *y = b;
    if (x->threads != y->threads)
        return x->threads - y->threads;
    if (is_floor(x->contender->kind) != is_floor(y->contender->kind))
        return is_floor(y->contender->kind) - is_floor(x->contender->kind);
    return (x->ns.median > y->ns.median) - (x->ns.median < y->ns.median);
}

static double ratio(const Result *r, const Result *to) { return r && to ? r->ns.median / to->ns.median : NAN; }

static void bytes_text(char *text, size_t size, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit < 3) {
        bytes /= 1024;
        unit++;
    }
    snprintf(text, size, "%.3g %s", bytes, units[unit]);
}

static void number(FILE *to, int width, int places, double value)
{
    if (isnan(value))
        fprintf(to, " %*s", width, "-");
    else
        fprintf(to, " %*.*f", width, places, value);
}

/* The name of the processor as Linux tells it, without what JSON would not take as it is. */
static void processor(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(name, size, "unknown processor");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "model name", 10) && strchr(line, ':')) {
            const char *from = strchr(line, ':') + 1;
            snprintf(name, size, "%s", from + strspn(from, " "));
            break;
        }
    if (file)
        fclose(file);
    size_t kept = 0;
    for (const char *at = name; *at; at++)
        if (isprint((unsigned char)*at) && *at != '"' && *at != '\\')
            name[kept++] = *at;
    name[kept] = 0;
}

static void today(char *text, size_t size)
{
    const time_t now = time(NULL);
    strftime(text, size, "%Y-%m-%d", localtime(&now));
}

void report_run(FILE *to, ln_isa isa, char **command)
{
    char name[256], date[32], bytes[32];
    processor(name, sizeof name);
    today(date, sizeof date);
    bytes_text(bytes, sizeof bytes, (double)cache_last());
    fprintf(to, "ln_bench %s, %s, on %s, up to %s, last-level cache %s\n", BENCH_VERSION, date, name, ln_isa_name(isa),
            bytes);
    fprintf(to, "compiled by %s; --list says how the contenders were\n", BENCH_COMPILED);
    for (; *command; command++)
        fprintf(to, "%s%s", *command, command[1] ? " " : "\n");
}

void report_cell(FILE *to, const Cell *cell, const Settings *settings, int floors)
{
    char bytes[32];
    bytes_text(bytes, sizeof bytes, (double)(moved_bytes(cell->of) * cell->width) * (double)cell->rows);
    qsort(cell->at, cell->count, sizeof *cell->at, by_time);
    fprintf(to, "\n%s, %zu x %zu rows, %s moved, %zu rounds%s%s%s\n", cell->of->name, cell->width, cell->rows, bytes,
            cell->rounds, settings->cold ? ", cold" : "", settings->between ? ", other work between" : "",
            settings->read ? ", y read after" : "");
    const int names = most_threads(cell) > 1 ? 38 : 26;
    fprintf(to, "  %-*s %9s %7s", names, "", "ns/row", "spread");
    if (settings->flush)
        fprintf(to, " %9s", "flushed");
    fprintf(to, " %7s %8s %8s %9s %7s\n", "GB/s", "/floor", "/affine", "/fastest", "error");
    for (size_t i = 0; i < cell->count; i++) {
        const Result *r = &cell->at[i];
        const Result *floor = fastest(cell, KIND_FLOOR, r->threads);
        const Result *affine = fastest(cell, KIND_AFFINE, r->threads);
        const int floor_itself = is_floor(r->contender->kind);
        if (floor_itself && !floors && r != floor && r != affine)
            continue;
        char name[64];
        if (r->threads > 1)
            snprintf(name, sizeof name, "%s, %d threads", r->contender->name, r->threads);
        else
            snprintf(name, sizeof name, "%s", r->contender->name);
        fprintf(to, "  %-*s %9.1f %6.1f%%", names, name, r->ns.median, 100 * (r->ns.high - r->ns.low) / r->ns.median);
        if (settings->flush)
            number(to, 9, 1, r->flushed.median);
        fprintf(to, " %7.1f", gigabytes(cell, r));
        number(to, 8, 2, ratio(r, floor));
        number(to, 8, 2, floor_itself ? NAN : ratio(r, affine));
        number(to, 9, 2, floor_itself ? NAN : ratio(r, fastest(cell, KIND_COMPETITOR, r->threads)));
        if (!floor_itself)
            fprintf(to, " %7.3g", r->error);
        for (size_t k = 0; r->threads > 1 && k < cell->count; k++)
            if (cell->at[k].contender == r->contender && cell->at[k].threads == 1)
                fprintf(to, "  %.2f times one thread's speed", ratio(&cell->at[k], r));
        fprintf(to, "\n");
    }
    fflush(to);
}

static double median(const Result *r) { return r ? r->ns.median : NAN; }

void report_summary(FILE *to, const Cells *cells)
{
    fprintf(to, "\n%-24s %7s %7s %8s %8s %8s %8s %10s  %-20s %6s %8s %9s\n", "case", "width", "rows", "floor", "affine",
            "lngen", "generic", "competitor", "", "/floor", "/affine", "/fastest");
    for (size_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->at[i];
        const Result *us = ours(cell, 1), *competitor = fastest(cell, KIND_COMPETITOR, 1);
        const Result *floor = fastest(cell, KIND_FLOOR, 1);
        const Result *affine = fastest(cell, KIND_AFFINE, 1);
        const Result *generic = us ? result_of(cell, KIND_GENERIC, us->contender->isa, 1) : NULL;
        const double times[] = {median(floor), median(affine), median(us), median(generic)};
        fprintf(to, "%-24s %7zu %7zu", cell->of->name, cell->width, cell->rows);
        for (size_t k = 0; k < sizeof times / sizeof times[0]; k++)
            number(to, 8, 1, times[k]);
        number(to, 10, 1, median(competitor));
        fprintf(to, "  %-20s", competitor ? competitor->contender->name : "-");
        number(to, 6, 2, ratio(us, floor));
        number(to, 8, 2, ratio(us, affine));
        number(to, 9, 2, ratio(us, competitor));
        fprintf(to, "\n");
    }
}

static const char *kind_name(Kind kind)
{
    static const char *const names[] = {
        [KIND_FLOOR] = "floor",
        [KIND_AFFINE] = "affine",
        [KIND_OURS] = "ours",
        [KIND_NEAR] = "near",
        [KIND_SAME] = "same",
        [KIND_PAIR] = "pair",
        [KIND_FORCED] = "forced",
        [KIND_LIBRARY] = "library",
        [KIND_AWAKE] = "awake",
        [KIND_RIVAL] = "rival",
        [KIND_GENERIC] = "generic",
        [KIND_UNFUSED] = "unfused",
        [KIND_HEADS] = "heads",
        [KIND_HEADS_LOOP] = "heads loop",
        [KIND_COMPETITOR] = "competitor",
        [KIND_EXTRA] = "extra",
    };
    return names[kind];
}

void report_csv(FILE *to, const Cells *cells)
{
    fprintf(
        to,
        "case,width,rows,threads,contender,kind,isa,ns_per_row,quartile_low,quartile_high,gb_per_s,to_floor,to_affine,"
        "to_fastest_competitor,error,rounds,flushed_ns_per_row\n");
    for (size_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->at[i];
        for (size_t k = 0; k < cell->count; k++) {
            const Result *r = &cell->at[k];
            fprintf(to, "%s,%zu,%zu,%d,%s,%s,%s,%.3f,%.3f,%.3f,%.3f,%.4f,%.4f,%.4f,%.3f,%zu,", cell->of->name,
                    cell->width, cell->rows, r->threads, r->contender->name, kind_name(r->contender->kind),
                    ln_isa_name(r->contender->isa), r->ns.median, r->ns.low, r->ns.high, gigabytes(cell, r),
                    ratio(r, fastest(cell, KIND_FLOOR, r->threads)), ratio(r, fastest(cell, KIND_AFFINE, r->threads)),
                    ratio(r, fastest(cell, KIND_COMPETITOR, r->threads)), r->error, cell->rounds);
            if (isnan(r->flushed.median))
                fprintf(to, "nan\n");
            else
                fprintf(to, "%.3f\n", r->flushed.median);
        }
    }
}

void report_json(FILE *to, const Cells *cells, const Settings *settings, ln_isa isa)
{
    char name[256], date[32];
    processor(name, sizeof name);
    today(date, sizeof date);
    fprintf(to,
            "{\"version\": \"%s\", \"date\": \"%s\", \"processor\": \"%s\", \"isa\": \"%s\", \"compiled\": \"%s\",\n ",
            BENCH_VERSION, date, name, ln_isa_name(isa), BENCH_COMPILED);
    fprintf(to, "\"cold\": %zu, \"between\": %zu, \"read\": %s, \"cells\": [", settings->cold, settings->between,
            settings->read ? "true" : "false");
    for (size_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->at[i];
        fprintf(to, "%s\n  {\"case\": \"%s\", \"width\": %zu, \"rows\": %zu, \"rounds\": %zu, \"results\": [",
                i ? "," : "", cell->of->name, cell->width, cell->rows, cell->rounds);
        for (size_t k = 0; k < cell->count; k++) {
            const Result *r = &cell->at[k];
            fprintf(to,
                    "%s\n    {\"contender\": \"%s\", \"kind\": \"%s\", \"isa\": \"%s\", \"threads\": %d, "
                    "\"ns_per_row\": %.3f, \"quartiles\": [%.3f, %.3f], \"gb_per_s\": %.3f, \"error\": %.3f",
                    k ? "," : "", r->contender->name, kind_name(r->contender->kind), ln_isa_name(r->contender->isa),
                    r->threads, r->ns.median, r->ns.low, r->ns.high, gigabytes(cell, r), r->error);
            if (!isnan(r->flushed.median))
                fprintf(to, ", \"flushed_ns_per_row\": %.3f", r->flushed.median);
            fprintf(to, "}");
        }
        fprintf(to, "]}");
    }
    fprintf(to, "\n]}\n");
}

void report_demo_head(FILE *to)
{
    fprintf(to, "%6s  %-32s %9s %7s %10s %8s %12s\n", "width", "kernel", "ns/row", "GB/s", "to generic", "to floor",
            "error (ulp)");
}

void report_demo(FILE *to, const Cell *cell)
{
    const Result *floor = fastest(cell, KIND_FLOOR, 1);
    for (ln_isa isa = LN_ISA_COUNT; isa-- > 0;) {
        const Result *r = result_of(cell, KIND_OURS, isa, 1);
        if (r)
            fprintf(to, "%6zu  %-32s %9.1f %7.1f %10.2f %8.2f %12.2f\n", cell->width,
                    kernel_name(r->contender, cell->of, cell->width), r->ns.median, gigabytes(cell, r),
                    ratio(r, result_of(cell, KIND_GENERIC, isa, 1)), ratio(r, floor), r->error);
    }
    fflush(to);
}
