/* SPDX-License-Identifier: MIT */
/* main.c - reads the options, measures all cells, and prints the results. */
#define _GNU_SOURCE
#include "case.h"
#include "figures.h"
#include "flush.h"
#include "measure.h"
#include "report.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif

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
    int list, demo, floors, forced, quiet;
    const char *json, *csv;
} Options;

static const char usage[] =
    "usage: ln_bench [options]\n"
    "Times kernels, floors and competitors in turns, in one process.\n\n"
    "  --case NAME,...    the cases to measure, or 'all'; --list names them; default layernorm_f32\n"
    "  --width N,...      the widths to measure; default all widths that have specialised kernels\n"
    "  --rows N,...       the numbers of rows to measure; default 1,16,256,4096,65536 (with --demo 256)\n"
    "  --seconds S        about how long to measure one cell; default 1\n"
    "  --rounds N         the most rounds for one cell; default 201\n"
    "  --max-bytes N      leave out cells with more inputs and outputs, with K, M or G; default 2G\n"
    "  --isa NAME         the best instruction set to use: scalar, avx2 or avx512; default the CPU's best\n"
    "  --only TEXT,...    only contenders whose name contains one of the texts, and the floors\n"
    "  --kernels FILE     also time the kernels of a library made by kernels.sh; repeatable\n"
    "  --threads N        also time on N threads, or on 'all': one for each core\n"
    "  --cold[=N]         give each call other arrays, together of N bytes; default twice the last-level cache\n"
    "  --between N        work on N bytes of other memory between two calls, outside the measured time\n"
    "  --read             read y right after each call, inside the measured time\n"
    "  --flush            also time on one thread with denormals flushed to zero by the caller, as a column of its "
    "own\n"
    "  --mean D           the mean of far rows in the cases that have them, in deviations; default 100\n"
    "  --apart            place arrays of rows as an arena does: apart in the lowest 12 bits of their addresses\n"
    "  --gap BYTES        leave a gap between beta and y, a multiple of 64; default 0\n"
    "  --stores           also time our kernels with cached and with non-temporal stores forced\n"
    "  --floors           show every floor, not only the fastest\n"
    "  --demo             print a short table of the specialised kernels\n"
    "  --csv FILE         write results as CSV ('-' for standard output)\n"
    "  --json FILE        write results as JSON ('-' for standard output)\n"
    "  --list             list cases and their contenders and stop\n"
    "  --help             print this text\n";

static void refuse(const char *what, const char *value)
{
    fprintf(stderr, "ln_bench: %s '%s'; see ln_bench --help\n", what, value);
    exit(2);
}

static double number(const char *text, const char *option, double least, double most)
{
    char *end;
    errno = 0;
    const double value = strtod(text, &end);
    if (end == text || *end || errno || !(value >= least && value <= most))
        refuse(option, text);
    return value;
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
        refuse(option, text);
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
        const double value = number(part, option, 1, 1e9);
        if (value > (double)(size_t)value)
            refuse(option, part);
        to[count++] = (size_t)value;
    }
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
    return !strcmp(text, "all") ? omp_get_num_procs() : (int)number(text, "--threads", 1, 1024);
#else
    refuse("--threads: this build has no OpenMP", text);
    return 1;
#endif
}

static Options options_of(int argc, char **argv)
{
    enum {
        CASE = 1,
        WIDTH,
        ROWS,
        SECONDS,
        ROUNDS,
        BYTES,
        ISA,
        ONLY,
        THREADS,
        COLD,
        BETWEEN,
        FLUSH,
        MEAN,
        APART,
        READ,
        STORES,
        FLOORS,
        DEMO,
        CSV,
        JSON,
        LIST,
        KERNELS,
        GAP,
        HELP
    };
    static const struct option table[] = {
        {"width", 1, 0, WIDTH},
        {"rows", 1, 0, ROWS},
        {"seconds", 1, 0, SECONDS},
        {"rounds", 1, 0, ROUNDS},
        {"max-bytes", 1, 0, BYTES},
        {"isa", 1, 0, ISA},
        {"only", 1, 0, ONLY},
        {"threads", 1, 0, THREADS},
        {"cold", 2, 0, COLD},
        {"read", 0, 0, READ},
        {"stores", 0, 0, STORES},
        {"floors", 0, 0, FLOORS},
        {"demo", 0, 0, DEMO},
        {"csv", 1, 0, CSV},
        {"json", 1, 0, JSON},
        {"list", 0, 0, LIST},
        {"case", 1, 0, CASE},
        {"kernels", 1, 0, KERNELS},
        {"gap", 1, 0, GAP},
        {"help", 0, 0, HELP},
        {"flush", 0, 0, FLUSH},
        {"mean", 1, 0, MEAN},
        {"apart", 0, 0, APART},
        {"between", 1, 0, BETWEEN},
        {0, 0, 0, 0},
    };
    Options o = {
        .settings = {.seconds = 1, .sample = 100e-6, .rounds = 201, .threads = 1, .layout = {.far = 100}},
        .max_bytes = (size_t)2 << 30,
        .isa = isa_of_cpu(),
    };
    for (int option; (option = getopt_long(argc, argv, "", table, NULL)) != -1;)
        switch (option) {
        case CASE:
            o.case_count = cases_of(o.cases, optarg);
            break;
        case WIDTH:
            o.width_count = numbers(o.widths, optarg, "--width");
            break;
        case ROWS:
            o.row_count = numbers(o.rows, optarg, "--rows");
            break;
        case SECONDS:
            o.settings.seconds = number(optarg, "--seconds", 0, 3600);
            break;
        case ROUNDS:
            o.settings.rounds = (size_t)number(optarg, "--rounds", ROUNDS_MIN, ROUNDS_MAX);
            break;
        case BYTES:
            o.max_bytes = bytes(optarg, "--max-bytes");
            break;
        case ISA:
            o.isa = isa_named(optarg);
            break;
        case ONLY:
            if (o.only_count < LIST_MAX)
                o.only[o.only_count++] = optarg;
            break;
        case THREADS:
            o.settings.threads = threads_of(optarg);
            break;
        case COLD:
            o.settings.cold = optarg ? bytes(optarg, "--cold") : 2 * cache_last();
            break;
        case BETWEEN:
            o.settings.between = bytes(optarg, "--between");
            break;
        case FLUSH:
            if (!can_flush())
                refuse("--flush needs", "x86");
            o.settings.flush = 1;
            break;
        case APART:
            o.settings.layout.apart = 1;
            break;
        case MEAN:
            o.settings.layout.far = number(optarg, "--mean", 0, 1e6);
            break;
        case READ:
            o.settings.read = 1;
            break;
        case STORES:
            o.forced = 1;
            break;
        case FLOORS:
            o.floors = 1;
            break;
        case DEMO:
            o.demo = 1;
            break;
        case CSV:
            o.csv = optarg;
            break;
        case JSON:
            o.json = optarg;
            break;
        case GAP:
            o.settings.layout.gap = (size_t)number(optarg, "--gap", 0, 1 << 20) / 64 * 64;
            break;
        case KERNELS:
            if (o.kernels_count < LIST_MAX)
                o.kernels[o.kernels_count++] = optarg;
            break;
        case LIST:
            o.list = 1;
            break;
        case HELP:
            fputs(usage, stdout);
            exit(0);
        default:
            exit(2);
        }
    if (optind < argc)
        refuse("unexpected", argv[optind]);
    if (!o.row_count) {
        static const size_t all[] = {1, 16, 256, 4096, 65536};
        o.row_count = o.demo ? 1 : sizeof all / sizeof all[0];
        memcpy(o.rows, o.demo ? &all[2] : all, o.row_count * sizeof *all);
    }
    if (!o.case_count)
        o.case_count = o.list ? cases_of(o.cases, "all") : cases_of(o.cases, cases[0].name);
    o.quiet = (o.csv && !strcmp(o.csv, "-")) || (o.json && !strcmp(o.json, "-"));
    return o;
}

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

static FILE *open_output(const char *path)
{
    FILE *to = strcmp(path, "-") ? fopen(path, "w") : stdout;
    if (!to) {
        fprintf(stderr, "ln_bench: %s: %s\n", path, strerror(errno));
        exit(3);
    }
    return to;
}

static void close_output(FILE *to, const char *path)
{
    if (fflush(to) || ferror(to) || (to != stdout && fclose(to))) {
        fprintf(stderr, "ln_bench: %s: %s\n", path, strerror(errno));
        exit(3);
    }
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

static size_t places_of(Place *to, const Options *o, const Contenders *lists)
{
    size_t count = 0, widths[LIST_MAX];
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
            }
    }
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
    if (!memory_open(&memory, most)) {
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
        if (o->demo)
            report_demo(stdout, cell);
        else if (!o->quiet)
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

int main(int argc, char **argv)
{
    const Options o = options_of(argc, argv);
    const size_t places_max = o.case_count * LIST_MAX * o.row_count;
    Contenders *const lists = allocated(o.case_count, sizeof *lists);
    Place *const places = allocated(places_max, sizeof *places);
    Cells cells = {.at = allocated(places_max, sizeof *cells.at)};

    if (o.settings.threads > 1)
        bind_threads(argv);
    if (o.isa < isa_of_cpu())
        setenv("LN_ISA", ln_isa_name(o.isa), 1); /* pairs of files choose themselves */
    for (size_t i = 0; i < o.case_count; i++) {
        choose(&lists[i], o.cases[i], &o);
        if (o.list)
            list_contenders(&lists[i]);
    }
    if (o.list)
        return 0;
    set_flush(0);
    if (o.demo)
        report_demo_head(stdout);
    measure_all(&cells, &o, places, places_of(places, &o, lists));
    if (!o.quiet && !o.demo) {
        report_summary(stdout, &cells);
        report_figures(stdout, &cells);
    }
    if (o.csv) {
        FILE *to = open_output(o.csv);
        report_csv(to, &cells);
        close_output(to, o.csv);
    }
    if (o.json) {
        FILE *to = open_output(o.json);
        report_json(to, &cells, &o.settings);
        close_output(to, o.json);
    }
    for (size_t i = 0; i < cells.count; i++)
        free(cells.at[i].at);
    free(cells.at);
    free(places);
    free(lists);
    return 0;
}
