/* main.c - ln_bench_backward: LayerNorm backward in f32, one thread, round-robin in one process.
 *
 *     ln_bench_backward [--width N,...] [--rows N,...] [--seconds S] [--kernels FILE.so]...
 *
 * Kernels of the table linked in, called as the runtime calls them; those of FILE.so (bench/kernels.sh) by the same
 * names. Every contender's dx is checked against the reference before it is timed. */
#define _GNU_SOURCE
#include "job.h"

#include "../memory.h"
#include "../stats.h"
#include "ln.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { LIST_MAX = 16, CONTENDERS_MAX = 24, ROUNDS_MAX = 201 };

typedef struct Contender {
    char name[40];
    void (*run)(const Job *job);
    ln_kernel *kernel;
    const ln_entry *entry;
    OneDnn *onednn;
    int is_floor, in_figures;
    size_t turns;
    double samples[ROUNDS_MAX];
    Stats stats;
} Contender;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static ln_args args_of(const Job *j)
{
    return (ln_args){.width = j->width,
                     .x_stride = j->width,
                     .dy_stride = j->width,
                     .dx_stride = j->width,
                     .x = j->x,
                     .dy = j->dy,
                     .dx = j->dx,
                     .gamma = j->gamma,
                     .mean = (float *)(size_t)j->mean,
                     .rstd = (float *)(size_t)j->rstd,
                     .dgamma = j->dgamma,
                     .dbeta = j->dbeta,
                     .workspace = j->workspace,
                     .workspace_bytes = j->workspace_bytes};
}

static void call(const Contender *c, const Job *j)
{
    if (c->run) {
        c->run(j);
    } else if (c->onednn) {
        onednn_run(c->onednn);
    } else if (c->entry) {
        const ln_args a = args_of(j);
        ln_run_threads(c->entry, &a, j->rows, 1);
    } else {
        ln_args a = args_of(j);
        a.stream = j->stream;
        c->kernel(&a, 0, j->rows);
        a.reduce_rows = j->rows;
        c->kernel(&a, 0, j->width);
    }
}

static double time_of(const Contender *c, const Job *j, size_t turns)
{
    const double begun = now();
    for (size_t i = 0; i < turns; i++)
        call(c, j);
    return (now() - begun) / (double)turns;
}

/* Whether dx, dgamma and dbeta are those of a sum in double, to a few units. */
static int right(const Contender *c, const Job *j)
{
    const size_t n = j->width, rows = j->rows;
    double *want = calloc(n, 2 * sizeof *want), worst = 0;
    if (!want)
        return 0;
    memset(j->dx, 0, n * rows * sizeof(float));
    call(c, j);
    for (size_t r = 0; r < rows; r++) {
        const float *x = j->x + r * n, *dy = j->dy + r * n;
        const double m = (double)j->mean[r], s = (double)j->rstd[r];
        double c1 = 0, c2 = 0;
        for (size_t i = 0; i < n; i++) {
            const double h = ((double)x[i] - m) * s, g = (double)dy[i] * (double)j->gamma[i];
            c1 += g / (double)n;
            c2 += g * h / (double)n;
            want[i] += (double)dy[i] * h;
            want[n + i] += (double)dy[i];
        }
        for (size_t i = 0; i < n; i++) {
            const double h = ((double)x[i] - m) * s, g = (double)dy[i] * (double)j->gamma[i];
            worst = fmax(worst, fabs((double)j->dx[r * n + i] - s * (g - c1 - h * c2)));
        }
    }
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, fmax(fabs((double)j->dgamma[i] - want[i]), fabs((double)j->dbeta[i] - want[n + i])) / 100);
    free(want);
    if (worst > 1e-4)
        fprintf(stderr, "ln_bench_backward: %s: off by %g, left out\n", c->name, worst);
    return worst <= 1e-4;
}

static size_t numbers(size_t *to, const char *list)
{
    size_t count = 0;
    for (char *end; *list && count < LIST_MAX; list = *end == ',' ? end + 1 : end) {
        to[count] = strtoul(list, &end, 10);
        if (end == list || to[count] == 0) {
            fprintf(stderr, "ln_bench_backward: '%s' is not a list of numbers, such as 768,1024\n", list);
            exit(2);
        }
        count++;
    }
    return count;
}

static void cell(size_t width, size_t rows, double seconds, const char *const *files, size_t file_count)
{
    static Contender list[CONTENDERS_MAX];
    size_t count = 0;
    Memory memory;
    const ln_spec spec = {.pass = LN_PASS_BACKWARD, .width = width};
    const size_t space = ln_workspace_bytes(spec, rows) / sizeof(float);
    if (!memory_open(&memory, 3 * memory_rounded(width * rows) + 3 * memory_rounded(rows) + 3 * memory_rounded(width) +
                                  memory_rounded(space))) {
        fprintf(stderr, "ln_bench_backward: no memory\n");
        exit(3);
    }
    float *x = memory_floats(&memory, width * rows), *dy = memory_floats(&memory, width * rows);
    float *gamma = memory_floats(&memory, width), *mean = memory_floats(&memory, rows);
    float *rstd = memory_floats(&memory, rows), *variance = memory_floats(&memory, rows);
    Job job = {.width = width,
               .rows = rows,
               .x = x,
               .dy = dy,
               .mean = mean,
               .rstd = rstd,
               .variance = variance,
               .gamma = gamma,
               .dx = memory_floats(&memory, width * rows),
               .dgamma = memory_floats(&memory, width),
               .dbeta = memory_floats(&memory, width),
               .workspace = memory_floats(&memory, space),
               .workspace_bytes = space * sizeof(float),
               .stream = width * rows * sizeof(float) >= ln_stream_bytes()};
    fill_normal(x, width * rows, 1);
    fill_normal(dy, width * rows, 2);
    fill_normal(gamma, width, 3);
    for (size_t r = 0; r < rows; r++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < width; i++)
            sum += (double)x[r * width + i];
        for (size_t i = 0; i < width; i++)
            squares += pow((double)x[r * width + i] - sum / (double)width, 2);
        mean[r] = (float)(sum / (double)width);
        variance[r] = (float)(squares / (double)width);
        rstd[r] = 1 / sqrtf(variance[r]);
    }

    memset(list, 0, sizeof list);
    list[count++] = (Contender){.name = "floor", .run = floor_cached, .is_floor = 1};
    list[count++] = (Contender){.name = "floor, streamed", .run = floor_streamed, .is_floor = 1};
    list[count++] = (Contender){.name = "loop -O3", .run = loop_o3, .in_figures = 1};
    list[count++] = (Contender){.name = "loop fast", .run = loop_fast, .in_figures = 1};
    list[count] = (Contender){.name = "oneDNN", .onednn = onednn_prepare(&job), .in_figures = 1};
    count += list[count].onednn != NULL;
    size_t table_count;
    const ln_entry *table = ln_table(&table_count), *best = ln_find(spec, NULL);
    for (const ln_entry *e = table; e < table + table_count; e++) {
        const int fits = e->spec.pass == LN_PASS_BACKWARD && e->spec.op == LN_OP_LAYERNORM &&
                         e->spec.dtype == LN_DTYPE_F32 && e->spec.affine == LN_AFFINE_FULL &&
                         (e->spec.width == width || e->spec.width == 0);
        if (!fits || e->isa == LN_ISA_SCALAR || !ln_isa_supported(e->isa) || count == CONTENDERS_MAX)
            continue;
        Contender c = {.entry = e};
        snprintf(c.name, sizeof c.name, "%s %s", e->spec.width ? "lngen" : "generic", ln_isa_name(e->isa));
        list[count++] = c;
    }
    for (size_t f = 0; f < file_count && best && count < CONTENDERS_MAX; f++) {
        void *library = dlopen(files[f], RTLD_NOW | RTLD_LOCAL);
        Contender c = {.kernel = NULL};
        void *symbol = library ? dlsym(library, best->name) : NULL;
        memcpy(&c.kernel, &symbol, sizeof symbol);
        const char *slash = strrchr(files[f], '/');
        snprintf(c.name, sizeof c.name, "%s", slash ? slash + 1 : files[f]);
        if (symbol)
            list[count++] = c;
        else
            fprintf(stderr, "ln_bench_backward: %s: no %s in it\n", files[f], best->name);
    }

    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].is_floor || right(&list[i], &job))
            list[kept++] = list[i];
    count = kept;
    double all = 0;
    for (size_t i = 0; i < count; i++) {
        time_of(&list[i], &job, 1);
        list[i].turns = 1;
        while (time_of(&list[i], &job, list[i].turns) * (double)list[i].turns < 100e-6)
            list[i].turns *= 2;
        all += time_of(&list[i], &job, list[i].turns) * (double)list[i].turns;
    }
    size_t rounds = (size_t)(seconds / all);
    rounds = rounds < 7 ? 7 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
    for (size_t round = 0; round < rounds; round++)
        for (size_t k = 0; k < count; k++) {
            Contender *c = &list[(k + round * 5) % count];
            c->samples[round] = time_of(c, &job, c->turns);
        }
    double least = 0;
    for (size_t i = 0; i < count; i++) {
        list[i].stats = stats_of(list[i].samples, rounds);
        if (list[i].is_floor && (least <= 0 || list[i].stats.median < least))
            least = list[i].stats.median;
    }
    printf("\nwidth %zu, rows %zu, %zu rounds\n%-32s %10s %8s %8s %9s\n", width, rows, rounds, "", "ns/row", "spread",
           "to floor", "GB/s");
    for (size_t i = 0; i < count; i++) {
        const double t = list[i].stats.median;
        printf("%-32s %10.1f %7.1f%% %8.2f %9.1f\n", list[i].name, t * 1e9 / (double)rows,
               100 * (list[i].stats.high - list[i].stats.low) / t, t / least, 12e-9 * (double)(width * rows) / t);
    }
    fflush(stdout);
    for (size_t i = 0; i < count; i++)
        if (list[i].onednn)
            onednn_release(list[i].onednn);
    memory_close(&memory);
}

int main(int argc, char **argv)
{
    size_t widths[LIST_MAX] = {768, 1024, 4096}, rows[LIST_MAX] = {16, 256, 4096}, width_count = 3, row_count = 3;
    const char *files[LIST_MAX];
    size_t file_count = 0;
    double seconds = 1;
#ifdef _OPENMP
    omp_set_num_threads(1); /* oneDNN's, too */
#endif
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (value && !strcmp(argv[i], "--width"))
            width_count = numbers(widths, value);
        else if (value && !strcmp(argv[i], "--rows"))
            row_count = numbers(rows, value);
        else if (value && !strcmp(argv[i], "--seconds"))
            seconds = strtod(value, NULL);
        else if (value && !strcmp(argv[i], "--kernels") && file_count < LIST_MAX)
            files[file_count++] = value;
        else {
            fprintf(stderr,
                    "usage: ln_bench_backward [--width N,...] [--rows N,...] [--seconds S] [--kernels FILE.so]...\n");
            return 2;
        }
        i++;
    }
    for (size_t w = 0; w < width_count; w++)
        for (size_t r = 0; r < row_count; r++)
            cell(widths[w], rows[r], seconds, files, file_count);
    return 0;
}
