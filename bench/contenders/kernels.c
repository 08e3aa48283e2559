/* kernels.c - kernels as contenders: the program's own table, and others loaded beside it. */
#include "table.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const Kernel *find(const KernelTable *table, Isa isa, size_t width)
{
    for (size_t i = 0; i < table->count; i++) {
        const Kernel *k = &table->at[i];
        if (k->isa == isa && k->width == width && !strcmp(k->op, "LAYERNORM") && !strcmp(k->pass, "FORWARD") &&
            !strcmp(k->dtype, "F32") && !strcmp(k->affine, "FULL") && !strcmp(k->residual, "NONE"))
            return k;
    }
    return NULL;
}

static void *prepare_specialised(const Contender *self, const Job *job)
{
    return (void *)(size_t)find(self->data, self->isa, job->width);
}

static void *prepare_any(const Contender *self, const Job *job)
{
    (void)job;
    return (void *)(size_t)find(self->data, self->isa, 0);
}

static inline void call(const void *state, const Job *job, int stream)
{
    const ln_args args = {
        .width = job->width,
        .x_stride = job->width,
        .y_stride = job->width,
        .x = job->x,
        .y = job->y,
        .gamma = job->gamma,
        .beta = job->beta,
        .eps = job->eps,
        .stream = stream,
    };
    ((const Kernel *)state)->run(&args, 0, job->rows);
}

static void run(void *state, const Job *job) { call(state, job, job->stream); }
static void run_cached(void *state, const Job *job) { call(state, job, 0); }
static void run_streamed(void *state, const Job *job) { call(state, job, 1); }

static void add(Contenders *list, const char *label, const char *suffix, Contender c)
{
    snprintf(c.name, sizeof c.name, "%.20s %s%s", label, isa_name(c.isa), suffix);
    contenders_add(list, &c);
}

void add_kernels(Contenders *list)
{
    for (int isa = ISA_AVX512; isa >= ISA_SCALAR; isa--) {
        const Contender any = {
            .kind = KIND_GENERIC, .isa = (Isa)isa, .prepare = prepare_any, .run = run, .data = &bench_kernels};
        Contender one = any;
        add(list, "generic", "", any);
        one.prepare = prepare_specialised;
        one.kind = KIND_OURS;
        add(list, "lngen", "", one);
        one.kind = KIND_FORCED;
        one.run = run_cached;
        add(list, "lngen", " cached", one);
        one.run = run_streamed;
        add(list, "lngen", " streamed", one);
    }
}

void add_kernel_file(Contenders *list, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const KernelTable *table = library ? dlsym(library, "bench_kernels") : NULL;
    if (!table) {
        fprintf(stderr, "ln_bench: --kernels: %s; make one with bench/kernels.sh\n", dlerror());
        exit(2);
    }
    const char *slash = strrchr(path, '/');
    char label[64];
    snprintf(label, sizeof label, "%s", slash ? slash + 1 : path);
    label[strcspn(label, ".")] = 0;
    for (int isa = ISA_AVX512; isa >= ISA_SCALAR; isa--) {
        const Contender c = {
            .kind = KIND_RIVAL, .isa = (Isa)isa, .prepare = prepare_specialised, .run = run, .data = table};
        add(list, label, "", c);
    }
}

size_t kernel_widths(size_t *widths, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < bench_kernels.count; i++) {
        const size_t width = bench_kernels.at[i].width;
        size_t at = 0;
        while (at < count && widths[at] < width)
            at++;
        if (!width || count == max || (at < count && widths[at] == width))
            continue;
        memmove(widths + at + 1, widths + at, (count - at) * sizeof *widths);
        widths[at] = width;
        count++;
    }
    return count;
}

const char *kernel_name(const Contender *contender, size_t width)
{
    const Kernel *k = find(contender->data, contender->isa, contender->kind == KIND_GENERIC ? 0 : width);
    return k ? k->name : "";
}
