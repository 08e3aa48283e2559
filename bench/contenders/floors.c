/* floors.c - the floors: copying x to y, and y = x*gamma + beta, in every way that has ever been the fastest. */
#include "floors.h"
#include "../contender.h"

#include <stdlib.h>
#include <string.h>

volatile float read_sink;

static void copy_memcpy(const Job *job) { memcpy(job->y, job->x, job->width * job->rows * sizeof(float)); }

static void copy_movsb(const Job *job)
{
#if defined(__x86_64__)
    const void *from = job->x;
    void *to = job->y;
    size_t n = job->width * job->rows * sizeof(float);
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
#else
    copy_memcpy(job);
#endif
}

/* Several rows share gamma and beta only when all of them are equally aligned for non-temporal stores. */
static void *aligned_64(const Contender *self, const Job *job)
{
    return job->width * sizeof(float) % 64 ? NULL : prepare_nothing(self, job);
}

static void *aligned_32(const Contender *self, const Job *job)
{
    return job->width * sizeof(float) % 32 ? NULL : prepare_nothing(self, job);
}

/* All rows as one, for widths at which rows are aligned differently: gamma and beta are lengthened by copies of their
 * beginnings. */
typedef struct Flat {
    JobFunction *function;
    float *gamma, *beta;
} Flat;

static void release_flat(void *state)
{
    Flat *flat = state;
    free(flat->gamma);
    free(flat->beta);
    free(flat);
}

static float *lengthened(const float *from, size_t count)
{
    enum { MORE = 16 };
    float *to = malloc((count + MORE) * sizeof *to);
    for (size_t i = 0; to && i < count + MORE; i++)
        to[i] = from[i % count];
    return to;
}

static void *prepare_flat(const Contender *self, const Job *job)
{
    Flat *flat = job->width >= 16 && job->width * sizeof(float) % 64 ? calloc(1, sizeof *flat) : NULL;
    if (!flat)
        return NULL;
    flat->function = *(JobFunction *const *)self->data;
    flat->gamma = lengthened(job->gamma, job->width);
    flat->beta = lengthened(job->beta, job->width);
    if (!flat->gamma || !flat->beta) {
        release_flat(flat);
        return NULL;
    }
    return flat;
}

static void run_flat(void *state, const Job *job)
{
    const Flat *flat = state;
    Job flattened = *job;
    flattened.gamma = flat->gamma;
    flattened.beta = flat->beta;
    flat->function(&flattened);
}

static void read_scalar(const Job *job)
{
    float total = 0;
    for (size_t i = 0; i < job->width * job->rows; i++)
        total += job->y[i];
    read_sink = total;
}

JobFunction *reader(void)
{
#if defined(__x86_64__)
    return isa_of_cpu() == ISA_AVX512 ? read_avx512 : isa_of_cpu() == ISA_AVX2 ? read_avx2 : read_scalar;
#else
    return read_scalar;
#endif
}

void add_floors(Contenders *list)
{
#if defined(__x86_64__)
    static JobFunction *const flat_avx2 = affine_flat_avx2, *const flat_nt_avx2 = affine_nt_flat_avx2;
    static JobFunction *const flat_avx512 = affine_flat_avx512, *const flat_nt_avx512 = affine_nt_flat_avx512;
#endif
    static const Contender floors[] = {
        {.name = "copy memcpy", .kind = KIND_COPY, .function = copy_memcpy},
        {.name = "copy rep movsb", .kind = KIND_COPY, .function = copy_movsb},
#if defined(__x86_64__)
        {"affine 256 flat", 0, KIND_AFFINE, ISA_AVX2, 0, prepare_flat, run_flat, release_flat, 0, &flat_avx2},
        {"affine 256 flat nt", 0, KIND_AFFINE, ISA_AVX2, 0, prepare_flat, run_flat, release_flat, 0, &flat_nt_avx2},
        {.name = "copy 256", .kind = KIND_COPY, .isa = ISA_AVX2, .function = copy_avx2},
        {.name = "copy 256 one by one", .kind = KIND_COPY, .isa = ISA_AVX2, .function = copy_1_avx2},
        {.name = "copy 256 nt", .kind = KIND_COPY, .isa = ISA_AVX2, .function = copy_nt_avx2},
        {.name = "affine 256 1 row", .kind = KIND_AFFINE, .isa = ISA_AVX2, .function = affine_1_avx2},
        {.name = "affine 256 2 rows", .kind = KIND_AFFINE, .isa = ISA_AVX2, .function = affine_2_avx2},
        {.name = "affine 256 4 rows", .kind = KIND_AFFINE, .isa = ISA_AVX2, .function = affine_4_avx2},
        {.name = "affine 256 1 row nt", .kind = KIND_AFFINE, .isa = ISA_AVX2, .function = affine_nt_1_avx2},
        {"affine 256 2 rows nt", 0, KIND_AFFINE, ISA_AVX2, 0, aligned_32, 0, 0, affine_nt_2_avx2, 0},
        {"affine 256 4 rows nt", 0, KIND_AFFINE, ISA_AVX2, 0, aligned_32, 0, 0, affine_nt_4_avx2, 0},
        {"affine 512 flat", 0, KIND_AFFINE, ISA_AVX512, 0, prepare_flat, run_flat, release_flat, 0, &flat_avx512},
        {"affine 512 flat nt", 0, KIND_AFFINE, ISA_AVX512, 0, prepare_flat, run_flat, release_flat, 0, &flat_nt_avx512},
        {.name = "copy 512", .kind = KIND_COPY, .isa = ISA_AVX512, .function = copy_avx512},
        {.name = "copy 512 one by one", .kind = KIND_COPY, .isa = ISA_AVX512, .function = copy_1_avx512},
        {.name = "copy 512 nt", .kind = KIND_COPY, .isa = ISA_AVX512, .function = copy_nt_avx512},
        {.name = "affine 512 1 row", .kind = KIND_AFFINE, .isa = ISA_AVX512, .function = affine_1_avx512},
        {.name = "affine 512 2 rows", .kind = KIND_AFFINE, .isa = ISA_AVX512, .function = affine_2_avx512},
        {.name = "affine 512 4 rows", .kind = KIND_AFFINE, .isa = ISA_AVX512, .function = affine_4_avx512},
        {.name = "affine 512 1 row nt", .kind = KIND_AFFINE, .isa = ISA_AVX512, .function = affine_nt_1_avx512},
        {"affine 512 2 rows nt", 0, KIND_AFFINE, ISA_AVX512, 0, aligned_64, 0, 0, affine_nt_2_avx512, 0},
        {"affine 512 4 rows nt", 0, KIND_AFFINE, ISA_AVX512, 0, aligned_64, 0, 0, affine_nt_4_avx512, 0},
#endif
    };
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++)
        contenders_add(list, &floors[i]);
}
