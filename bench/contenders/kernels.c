/* kernels.c - the kernels of one directory written by `lngen emit`, straight from its list. */
#include "../contender.h"

#include <ln_kernel.h>
#include <stdio.h>
#include <string.h>

typedef struct Kernel {
    const char *name;
    Isa isa;
    const char *op, *pass, *dtype, *affine, *residual;
    size_t width;
    ln_kernel *run;
} Kernel;

#define LN_KERNEL(name, isa, op, pass, dtype, affine, residual, width) ln_kernel name;
#include <kernels.inc>
#undef LN_KERNEL

static const Kernel kernels[] = {
#define LN_KERNEL(name, isa, op, pass, dtype, affine, residual, width)                                                 \
    {#name, ISA_##isa, #op, #pass, #dtype, #affine, #residual, width, name},
#include <kernels.inc>
#undef LN_KERNEL
};

static const Kernel *find(Isa isa, size_t width)
{
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        const Kernel *k = &kernels[i];
        if (k->isa == isa && k->width == width && !strcmp(k->op, "LAYERNORM") && !strcmp(k->pass, "FORWARD") &&
            !strcmp(k->dtype, "F32") && !strcmp(k->affine, "FULL") && !strcmp(k->residual, "NONE"))
            return k;
    }
    return NULL;
}

static void *prepare_specialised(const Contender *self, const Job *job)
{
    return (void *)(size_t)find(self->isa, job->width);
}

static void *prepare_any(const Contender *self, const Job *job)
{
    (void)job;
    return (void *)(size_t)find(self->isa, 0);
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

void add_kernels(Contenders *list)
{
    static const Contender all[] = {
        {.name = "lngen avx512", .kind = KIND_OURS, .isa = ISA_AVX512, .prepare = prepare_specialised, .run = run},
        {"lngen avx512 cached", 0, KIND_FORCED, ISA_AVX512, 0, prepare_specialised, run_cached, 0, 0, 0},
        {"lngen avx512 streamed", 0, KIND_FORCED, ISA_AVX512, 0, prepare_specialised, run_streamed, 0, 0, 0},
        {.name = "lngen avx2", .kind = KIND_OURS, .isa = ISA_AVX2, .prepare = prepare_specialised, .run = run},
        {"lngen avx2 cached", 0, KIND_FORCED, ISA_AVX2, 0, prepare_specialised, run_cached, 0, 0, 0},
        {"lngen avx2 streamed", 0, KIND_FORCED, ISA_AVX2, 0, prepare_specialised, run_streamed, 0, 0, 0},
        {.name = "lngen scalar", .kind = KIND_OURS, .isa = ISA_SCALAR, .prepare = prepare_specialised, .run = run},
        {.name = "generic avx512", .kind = KIND_GENERIC, .isa = ISA_AVX512, .prepare = prepare_any, .run = run},
        {.name = "generic avx2", .kind = KIND_GENERIC, .isa = ISA_AVX2, .prepare = prepare_any, .run = run},
        {.name = "generic scalar", .kind = KIND_GENERIC, .isa = ISA_SCALAR, .prepare = prepare_any, .run = run},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        contenders_add(list, &all[i]);
}

size_t kernel_widths(size_t *widths, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        size_t at = 0;
        while (at < count && widths[at] < kernels[i].width)
            at++;
        if (!kernels[i].width || count == max || (at < count && widths[at] == kernels[i].width))
            continue;
        memmove(widths + at + 1, widths + at, (count - at) * sizeof *widths);
        widths[at] = kernels[i].width;
        count++;
    }
    return count;
}

const char *kernel_name(const Contender *contender, size_t width)
{
    const Kernel *k = find(contender->isa, contender->kind == KIND_GENERIC ? 0 : width);
    return k ? k->name : "";
}
