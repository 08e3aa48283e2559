/* SPDX-License-Identifier: MIT */
/* options.c - the options: one table says what each is called, what it does, and what --help says of it. */
#define _GNU_SOURCE
#include "options.h"
#include "flush.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

static void refuse(const char *what, const char *value)
{
    fprintf(stderr, "ln_bench: %s '%s'; see ln_bench --help\n", what, value);
    exit(2);
}

/* A value of an option that is not what `expected` says. */
static void refuse_value(const char *option, const char *value, const char *expected)
{
    fprintf(stderr, "ln_bench: %s '%s': expected %s; see ln_bench --help\n", option, value, expected);
    exit(2);
}

static int is_within(const char *text, double least, double most, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return end != text && !*end && !errno && *value >= least && *value <= most;
}

static double number(const char *text, const char *option, double least, double most)
{
    double value;
    char expected[80];
    snprintf(expected, sizeof expected, "a number from %.0f to %.0f", least, most);
    if (!is_within(text, least, most, &value))
        refuse_value(option, text, expected);
    return value;
}

static size_t whole(const char *text, const char *option, double least, double most)
{
    double value;
    char expected[80];
    snprintf(expected, sizeof expected, "a whole number from %.0f to %.0f", least, most);
    if (!is_within(text, least, most, &value) || value > floor(value))
        refuse_value(option, text, expected);
    return (size_t)value;
}

static size_t bytes(const char *text, const char *option)
{
    char *end;
    double value = strtod(text, &end);
    const char *const units = "KMG", *unit = *end ? strchr(units, *end) : NULL;
    if (unit)
        for (end++; unit >= units; unit--)
            value *= 1024;
    if (*end || !(value >= 1 && value <= 1e12))
        refuse_value(option, text, "a number of bytes from 1 to 1e12, which may end with K, M or G");
    return (size_t)value;
}

/* A copy of a list, to take apart: bind_threads needs argv as it is. */
static char *copy_of(const char *text)
{
    char *copy = strdup(text);
    if (!copy) {
        fprintf(stderr, "ln_bench: out of memory\n");
        exit(3);
    }
    return copy;
}

static size_t numbers(size_t *to, const char *list, const char *option)
{
    char *const text = copy_of(list);
    size_t count = 0;
    for (char *save, *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        if (count == LIST_MAX)
            refuse(option, "too many");
        to[count++] = whole(part, option, 1, 1e9);
    }
    if (!count)
        refuse_value(option, list, "whole numbers");
    free(text);
    return count;
}

static size_t cases_of(const Case **to, const char *list)
{
    char *const text = copy_of(list);
    size_t count = 0;
    if (!strcmp(list, "all"))
        for (; count < case_count; count++)
            to[count] = &cases[count];
    else
        for (char *save, *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
            if (count == CASES_MAX)
                refuse("--case", "too many");
            to[count] = case_named(part);
            if (!to[count++])
                refuse("--case: no such case", part);
        }
    if (!count)
        refuse_value("--case", list, "names of cases");
    free(text);
    return count;
}

static ln_isa isa_named(const char *name)
{
    for (ln_isa isa = 0; isa < LN_ISA_COUNT; isa++)
        if (!strcmp(name, ln_isa_name(isa))) {
            if (!ln_isa_supported(isa))
                refuse("this CPU does not have", name);
            return isa;
        }
    refuse("--isa: no such instruction set", name);
    return LN_ISA_SCALAR;
}

static int threads_of(const char *text)
{
#ifdef _OPENMP
    return !strcmp(text, "all") ? omp_get_num_procs() : (int)whole(text, "--threads", 1, 1024);
#else
    refuse("--threads: this build has no OpenMP", text);
    return 1;
#endif
}

static void take_case(Options *o, const char *text) { o->case_count = cases_of(o->cases, text); }
static void take_width(Options *o, const char *text) { o->width_count = numbers(o->widths, text, "--width"); }
static void take_rows(Options *o, const char *text) { o->row_count = numbers(o->rows, text, "--rows"); }
static void take_seconds(Options *o, const char *text) { o->settings.seconds = number(text, "--seconds", 0, 3600); }
static void take_max_bytes(Options *o, const char *text) { o->max_bytes = bytes(text, "--max-bytes"); }

static void take_isa(Options *o, const char *text)
{
    o->isa = isa_named(text);
    o->isa_given = 1;
}

static void take_threads(Options *o, const char *text) { o->settings.threads = threads_of(text); }
static void take_between(Options *o, const char *text) { o->settings.between = bytes(text, "--between"); }
static void take_mean(Options *o, const char *text) { o->settings.layout.far = number(text, "--mean", 0, 1e6); }

static const char *file_of(const char *text, const char *option)
{
    if (!*text)
        refuse_value(option, text, "a file, or - for standard output");
    return text;
}

static void take_csv(Options *o, const char *text) { o->csv = file_of(text, "--csv"); }
static void take_json(Options *o, const char *text) { o->json = file_of(text, "--json"); }

static void take_rounds(Options *o, const char *text)
{
    o->settings.rounds = whole(text, "--rounds", ROUNDS_MIN, ROUNDS_MAX);
}

static void take_gap(Options *o, const char *text)
{
    o->settings.layout.gap = whole(text, "--gap", 0, 1 << 20);
    if (o->settings.layout.gap % 64)
        refuse_value("--gap", text, "a multiple of 64");
}

static void keep(const char **to, size_t *count, const char *text, const char *option)
{
    if (*count == LIST_MAX)
        refuse(option, "too many");
    to[(*count)++] = text;
}

static void take_kernels(Options *o, const char *text) { keep(o->kernels, &o->kernels_count, text, "--kernels"); }

static void take_only(Options *o, const char *text)
{
    if (!text[strspn(text, ",")])
        refuse_value("--only", text, "parts of names of contenders");
    keep(o->only, &o->only_count, text, "--only");
}

static void take_cold(Options *o, const char *text)
{
    o->settings.cold = text ? bytes(text, "--cold") : 2 * cache_last();
}

static void take_flush(Options *o, const char *text)
{
    (void)text;
    if (!can_flush())
        refuse("--flush needs", "x86");
    o->settings.flush = 1;
}

static void take_help(Options *o, const char *text);

/* name      without its dashes
 * argument  as the usage text shows it, with what stands before it; "[" begins one that may be left out
 * help      what the usage text says of it
 * take      stores the argument, which is NULL when there is none
 * flag      where there is no `take`: the offset in Options of an int that becomes 1 */
typedef struct Option {
    const char *name, *argument, *help;
    void (*take)(Options *o, const char *text);
    size_t flag;
} Option;

_Static_assert(LN_ISA_COUNT == 3, "the help of --isa names the instruction sets");
static const Option options[] = {
    {"case", " NAME,...", "the cases to measure, or 'all'; --list names them; default layernorm_f32",
     .take = take_case},
    {"width", " N,...", "the widths to measure; default all widths that have specialised kernels", .take = take_width},
    {"rows", " N,...", "the numbers of rows to measure; default 1,16,256,4096,65536 (with --demo 256)",
     .take = take_rows},
    {"seconds", " S", "about how long to measure one cell; default 1", .take = take_seconds},
    {"rounds", " N", "the most rounds for one cell; default 201", .take = take_rounds},
    {"max-bytes", " N", "leave out cells with more inputs and outputs, with K, M or G; default 2G",
     .take = take_max_bytes},
    {"isa", " NAME", "the best instruction set to use: scalar, avx2 or avx512; default the CPU's best",
     .take = take_isa},
    {"only", " TEXT,...", "only contenders whose name contains one of the texts, and the floors", .take = take_only},
    {"kernels", " FILE", "also time the kernels of a library made by kernels.sh; repeatable", .take = take_kernels},
    {"threads", " N", "also time on N threads, or on 'all': one for each core", .take = take_threads},
    {"cold", "[=N]", "give each call other arrays, together of N bytes; default twice the last-level cache",
     .take = take_cold},
    {"small-pages", "", "keep the arrays in pages of 4 KB, not in those of 2 MB that the system may have",
     .flag = offsetof(Options, small_pages)},
    {"between", " N", "work on N bytes of other memory between two calls, outside the measured time",
     .take = take_between},
    {"read", "", "read y right after each call, inside the measured time", .flag = offsetof(Options, settings.read)},
    {"flush", "", "also time on one thread with denormals flushed to zero by the caller, as a column of its own",
     .take = take_flush},
    {"mean", " D", "the mean of far rows in the cases that have them, in deviations; default 100", .take = take_mean},
    {"apart", "", "place arrays of rows as an arena does: apart in the lowest 12 bits of their addresses",
     .flag = offsetof(Options, settings.layout.apart)},
    {"gap", " BYTES", "leave a gap between beta and y, a multiple of 64; default 0", .take = take_gap},
    {"stores", "", "also time our kernels with cached and with non-temporal stores forced",
     .flag = offsetof(Options, forced)},
    {"floors", "", "show every floor, not only the fastest", .flag = offsetof(Options, floors)},
    {"demo", "", "print a short table of the specialised kernels", .flag = offsetof(Options, demo)},
    {"csv", " FILE", "write results as CSV ('-' for standard output)", .take = take_csv},
    {"json", " FILE", "write results as JSON ('-' for standard output)", .take = take_json},
    {"list", "", "list cases and their contenders and stop", .flag = offsetof(Options, list)},
    {"help", "", "print this text", .take = take_help},
};
enum { OPTIONS = sizeof options / sizeof options[0] };

static void take_help(Options *o, const char *text)
{
    (void)o;
    (void)text;
    printf("usage: ln_bench [options]\n"
           "Times kernels, floors and competitors in turns, in one process.\n\n");
    for (const Option *at = options; at < options + OPTIONS; at++)
        printf("  --%s%-*s %s\n", at->name, 16 - (int)strlen(at->name), at->argument, at->help);
    exit(0);
}

/* Reads the options into `o`. */
static void take_all(Options *o, int argc, char **argv)
{
    struct option all[OPTIONS + 1] = {0};
    for (size_t i = 0; i < OPTIONS; i++) {
        const char first = options[i].argument[0];
        all[i].name = options[i].name;
        all[i].has_arg = first == '[' ? optional_argument : first ? required_argument : no_argument;
    }
    for (int index, got; (got = getopt_long(argc, argv, "", all, &index)) != -1;) {
        if (got)
            exit(2);
        if (options[index].take)
            options[index].take(o, optarg);
        else
            *(int *)(void *)((char *)o + options[index].flag) = 1;
    }
    if (optind < argc)
        refuse("unexpected", argv[optind]);
}

Options options_of(int argc, char **argv)
{
    Options o = {
        .settings = {.seconds = 1, .sample = 100e-6, .rounds = 201, .threads = 1, .layout = {.far = 100}},
        .max_bytes = (size_t)2 << 30,
        .isa = isa_of_cpu(),
    };
    take_all(&o, argc, argv);
    if (!o.row_count) {
        static const size_t all[] = {1, 16, 256, 4096, 65536};
        o.row_count = o.demo ? 1 : sizeof all / sizeof all[0];
        memcpy(o.rows, o.demo ? &all[2] : all, o.row_count * sizeof *all);
    }
    if (!o.case_count)
        o.case_count = o.list ? cases_of(o.cases, "all") : cases_of(o.cases, cases[0].name);
    if (o.csv && o.json && !strcmp(o.csv, o.json))
        refuse("--csv and --json both write to", o.csv);
    o.quiet = (o.csv && !strcmp(o.csv, "-")) || (o.json && !strcmp(o.json, "-"));
    return o;
}
