/* SPDX-License-Identifier: MIT */
/* main.c - measures all cells that the options ask for, and prints the results. */
#define _GNU_SOURCE
#include "figures.h"
#include "flush.h"
#include "options.h"
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sets where OpenMP binds its threads. OpenMP reads this when the process starts, so the process starts once more. */
static void bind_threads(char **argv)
{
    if (getenv("OMP_PROC_BIND") || getenv("OMP_PLACES"))
        return;
    setenv("OMP_PROC_BIND", "true", 1);
    setenv("OMP_PLACES", "cores", 1);
    execv("/proc/self/exe", argv);
}

/* Whether one of the texts of --only occurs in the name. */
static int chosen(const Options *o, const char *name)
{
    for (size_t i = 0; i < o->only_count; i++)
        for (const char *part = o->only[i]; *part;) {
            const size_t length = strcspn(part, ",");
            char text[64];
            snprintf(text, sizeof text, "%.*s", (int)length, part);
            if (length && strstr(name, text))
                return 1;
            part += length + (part[length] == ',');
        }
    return 0;
}

static int wanted(const Options *o, const Contender *c)
{
    if (is_floor(c->kind))
        return 1;
    if (c->kind == KIND_FORCED && !o->forced)
        return 0;
    if (o->demo && c->kind != KIND_OURS && c->kind != KIND_GENERIC)
        return 0;
    /* Our plain C kernels are for CPUs without vectors: they are timed if --only names them, or if nothing else can
     * be. */
    const int own = c->kind != KIND_COMPETITOR && c->kind != KIND_EXTRA && c->kind != KIND_HEADS_LOOP;
    if (own && c->isa == LN_ISA_SCALAR && o->isa > LN_ISA_SCALAR && !o->demo)
        return chosen(o, "scalar");
    return !o->only_count || c->kind == KIND_RIVAL || chosen(o, c->name);
}

static void choose(Contenders *list, const Case *of, const Options *o)
{
    size_t kept = 0;
    contenders_all(list, of, o->isa, o->kernels, o->kernels_count);
    for (size_t i = 0; i < list->count; i++)
        if (wanted(o, &list->at[i]))
            list->at[kept++] = list->at[i];
    list->count = kept;
}

static void list_contenders(const Contenders *list)
{
    printf("%s\n", list->of->name);
    for (size_t i = 0; i < list->count; i++)
        printf("  %-26s %-7s %s\n", list->at[i].name, ln_isa_name(list->at[i].isa),
               list->at[i].note ? list->at[i].note : "");
}

static void complain(const char *path) { fprintf(stderr, "ln_bench: %s: %s\n", path, strerror(errno)); }

/* The last step of every exit. */
static void close_stdout(void)
{
    if (fflush(stdout) || ferror(stdout)) {
        complain("standard output");
        _exit(3);
    }
}

static FILE *open_output(const char *path, const char *mode)
{
    FILE *to = strcmp(path, "-") ? fopen(path, mode) : stdout;
    if (!to) {
        complain(path);
        exit(3);
    }
    return to;
}

static void close_output(FILE *to, const char *path)
{
    if (to != stdout && (fflush(to) || ferror(to) || fclose(to))) {
        complain(path);
        exit(3);
    }
}

/* Stops if the file cannot be written. It keeps what it holds. */
static void try_output(const char *path)
{
    if (path)
        close_output(open_output(path, "a"), path);
}

/* The widths of --width, or without it those of the case's specialised kernels. */
static size_t widths_of(const Options *o, const Case *of, size_t *widths)
{
    if (!o->width_count)
        return kernel_widths(of, widths, LIST_MAX);
    memcpy(widths, o->widths, o->width_count * sizeof *widths);
    return o->width_count;
}

/* A cell that is to be measured: a case, a width and a number of rows. */
typedef struct Place {
    const Contenders *contenders;
    size_t width, rows;
} Place;

/* The cells that the options ask for; ends the program, which has then said why, if there is none. */
static size_t places_of(Place *to, const Options *o, const Contenders *lists)
{
    size_t count = 0, too_large = 0, widths[LIST_MAX];
    for (const Contenders *list = lists; list < lists + o->case_count; list++) {
        const size_t width_count = widths_of(o, list->of, widths);
        if (!has_kernels(list->of))
            fprintf(stderr, "ln_bench: %s: no kernels in this build%s; build the target bench_widths to get them\n",
                    list->of->name, o->kernels_count && o->width_count ? ", only those of --kernels are timed" : "");
        if (!has_kernels(list->of) && !(o->kernels_count && o->width_count))
            continue;
        for (size_t w = 0; w < width_count; w++)
            for (size_t r = 0; r < o->row_count; r++) {
                const Place place = {list, widths[w], o->rows[r]};
                if (moved_bytes(list->of) * place.width * place.rows <= o->max_bytes)
                    to[count++] = place;
                else
                    too_large++;
            }
    }
    if (!count && too_large)
        fprintf(stderr, "ln_bench: every cell has more than %zu bytes; try a larger --max-bytes\n", o->max_bytes);
    if (!count)
        exit(2);
    return count;
}

/* On a terminal, a line that says which cell is measured and how long the rest will take. */
static void say_progress(size_t done, size_t count, double begun)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (done == 0)
        fprintf(stderr, "\r\033[K[1/%zu]", count);
    else
        fprintf(stderr, "\r\033[K[%zu/%zu] about %.0f s left", done + 1, count,
                (now() - begun) / (double)done * (double)(count - done));
}

static void end_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static void measure_all(Cells *cells, const Options *o, const Place *places, size_t count)
{
    Memory memory;
    size_t most = 1;
    for (const Place *p = places; p < places + count; p++) {
        const size_t need = cell_bytes(&o->settings, p->contenders->of, p->width, p->rows);
        most = need > most ? need : most;
    }
    if (!memory_open(&memory, most, o->small_pages)) {
        fprintf(stderr, "ln_bench: the system has no %zu bytes; try a smaller --max-bytes\n", most);
        exit(3);
    }
    const double begun = now();
    for (const Place *p = places; p < places + count; p++) {
        Cell *cell = &cells->at[cells->count++];
        say_progress((size_t)(p - places), count, begun);
        const int measured = measure_cell(cell, &o->settings, p->contenders, &memory, p->width, p->rows);
        end_progress();
        if (!measured)
            exit(3);
        if (o->quiet)
            continue;
        if (o->demo)
            report_demo(stdout, cell);
        else
            report_cell(stdout, cell, &o->settings, o->floors);
    }
    memory_close(&memory);
}

static void *allocated(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p) {
        fprintf(stderr, "ln_bench: out of memory\n");
        exit(3);
    }
    return p;
}

static void measure_and_report(const Options *o, const Contenders *lists, char **command)
{
    const size_t places_max = o->case_count * LIST_MAX * o->row_count;
    Place *const places = allocated(places_max, sizeof *places);
    Cells cells = {.at = allocated(places_max, sizeof *cells.at)};
    const size_t count = places_of(places, o, lists);

    try_output(o->csv);
    try_output(o->json);
    set_flush(0);
    if (o->demo && !o->quiet)
        report_demo_head(stdout);
    else if (!o->quiet)
        report_run(stdout, o->isa, command);
    measure_all(&cells, o, places, count);
    if (!o->quiet && !o->demo) {
        report_summary(stdout, &cells);
        report_figures(stdout, &cells);
    }
    if (o->csv) {
        FILE *to = open_output(o->csv, "w");
        report_csv(to, &cells);
        close_output(to, o->csv);
    }
    if (o->json) {
        FILE *to = open_output(o->json, "w");
        report_json(to, &cells, &o->settings, o->isa);
        close_output(to, o->json);
    }
    for (size_t i = 0; i < cells.count; i++)
        free(cells.at[i].at);
    free(cells.at);
    free(places);
}

int main(int argc, char **argv)
{
    static Contenders lists[CASES_MAX];
    atexit(close_stdout);
    const Options o = options_of(argc, argv);
    if (o.settings.threads > 1)
        bind_threads(argv);
    if (o.isa_given)
        setenv("LN_ISA", ln_isa_name(o.isa), 1); /* pairs of files choose themselves, and ln_run obeys it */
    else
        unsetenv("LN_ISA"); /* they are timed as a user calls them, on a Zen 4 with some kernels of AVX2 */
    for (size_t i = 0; i < o.case_count; i++) {
        choose(&lists[i], o.cases[i], &o);
        if (o.list)
            list_contenders(&lists[i]);
    }
    if (!o.list)
        measure_and_report(&o, lists, argv);
    return 0;
}
