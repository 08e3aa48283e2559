/* SPDX-License-Identifier: MIT */
/* floors.c - the floors of each case, in every form that was the fastest in some cell. */
#include "floors.h"
#include "../case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

volatile unsigned read_sink;

static size_t bytes_between(const Job *job, size_t begin, size_t end)
{
    return (end - begin) * job->width * job->x_bytes;
}

static void copy_memcpy(const Job *job, size_t begin, size_t end)
{
    const size_t at = bytes_between(job, 0, begin);
    memcpy((char *)job->y + at, (const char *)job->x + at, bytes_between(job, begin, end));
}

#if defined(__x86_64__)
static void copy_movsb(const Job *job, size_t begin, size_t end)
{
    const char *from = (const char *)job->x + bytes_between(job, 0, begin);
    char *to = (char *)job->y + bytes_between(job, 0, begin);
    size_t n = bytes_between(job, begin, end);
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}
#endif

/* If rows are aligned differently, floors that share parameters between rows cannot use non-temporal stores. If all
 * rows are aligned alike, the flat floor (below) is not needed. */
static void *prepare_aligned(const Contender *self, const Job *job)
{
    const Floor *f = self->data;
    return f->aligned && job->width * job->x_bytes % f->aligned ? NULL : prepare_nothing(self, job);
}

/* The job of a flat floor, which treats all rows as one: gamma and beta are followed by copies of their first
 * elements. */
typedef struct Flat {
    JobFunction *function;
    Job job;
    float *gamma, *beta;
} Flat;

static void release_flat(void *state)
{
    Flat *flat = state;
    free(flat->gamma);
    free(flat->beta);
    free(flat);
}

/* A copy of an array, followed by its first elements; NULL for NULL. */
static float *lengthened(const float *from, size_t count)
{
    enum { MORE = 16 };
    float *to = from ? malloc((count + MORE) * sizeof *to) : NULL;
    for (size_t i = 0; to && i < count + MORE; i++)
        to[i] = from[i % count];
    return to;
}

static void *prepare_flat(const Contender *self, const Job *job)
{
    const Floor *f = self->data;
    Flat *flat = job->width >= 16 && job->width * sizeof(float) % 64 ? calloc(1, sizeof *flat) : NULL;
    if (!flat)
        return NULL;
    flat->function = f->function;
    flat->gamma = lengthened(job->gamma, job->width);
    flat->beta = lengthened(job->beta, job->width);
    if (!flat->gamma || (job->beta && !flat->beta)) {
        release_flat(flat);
        return NULL;
    }
    flat->job = *job;
    flat->job.gamma = flat->gamma;
    flat->job.beta = flat->beta;
    return flat;
}

static void place_flat(void *state, const Job *job)
{
    Flat *flat = state;
    flat->job.x = job->x;
    flat->job.y = job->y;
}

static void run_flat(void *state, const Job *job, size_t begin, size_t end)
{
    const Flat *flat = state;
    (void)job;
    flat->function(&flat->job, begin, end);
}

const Floor *floors_of(ln_isa isa)
{
    static const Floor *const all[LN_ISA_COUNT] = {
        [LN_ISA_SCALAR] = floors_scalar,
#if defined(__x86_64__)
        [LN_ISA_AVX2] = floors_avx2,
        [LN_ISA_AVX512] = floors_avx512,
#endif
    };
    return all[isa];
}

Work moving_work(const Case *of)
{
    static const struct {
        int (*is)(const Case *of);
        Work work;
    } f32[] = {
        {is_stats, WORK_READ},         {is_backward, WORK_GRADIENT}, {keeps_sum, WORK_ADD},
        {has_residual, WORK_ADD_ONCE}, {has_two, WORK_COPY_TWICE},   {is_int8, WORK_INT8},
    };
    if (is_plain(&of->spec) || is_apply(of))
        return WORK_COPY;
    if (of->spec.dtype != LN_DTYPE_F32 || has_residual(of) + is_int8(of) + has_two(of) > 1)
        return WORK_NONE;
    for (size_t i = 0; i < sizeof f32 / sizeof f32[0]; i++)
        if (f32[i].is(of))
            return f32[i].work;
    return WORK_NONE;
}

Work affine_work(const Case *of)
{
    if (!is_plain(&of->spec) || of->spec.dtype != LN_DTYPE_F32)
        return WORK_NONE;
    return of->spec.affine == LN_AFFINE_FULL ? WORK_AFFINE : of->spec.affine == LN_AFFINE_GAMMA ? WORK_GAIN : WORK_NONE;
}

void add_named(Contenders *list, const Contender *contender, const char *name)
{
    static const char *const widths[] = {[LN_ISA_SCALAR] = "", [LN_ISA_AVX2] = " 256", [LN_ISA_AVX512] = " 512"};
    Contender c = *contender;
    snprintf(c.name, sizeof c.name, "%s%s", name, widths[c.isa]);
    contenders_add(list, &c);
}

JobFunction *reader(void)
{
    const Floor *f = floors_of(isa_of_cpu());
    while (f->work != WORK_READ_Y)
        f++;
    return f->function;
}

void add_floors(Contenders *list, ln_isa cap)
{
    const Work moving = moving_work(list->of), affine = affine_work(list->of);
    if (moving == WORK_COPY) {
        const Contender copy = {.name = "copy memcpy", .kind = KIND_FLOOR, .function = copy_memcpy};
        contenders_add(list, &copy);
#if defined(__x86_64__)
        const Contender movsb = {.name = "copy rep movsb", .kind = KIND_FLOOR, .function = copy_movsb};
        contenders_add(list, &movsb);
#endif
    }
    /* Floors in plain C take part only where there are no vectors. */
    for (ln_isa isa = cap > LN_ISA_SCALAR ? LN_ISA_AVX2 : LN_ISA_SCALAR; isa <= cap; isa++)
        for (const Floor *f = floors_of(isa); f->name; f++) {
            Contender c = {.kind = f->work == moving ? KIND_FLOOR : KIND_AFFINE, .isa = isa, .data = f};
            if (f->work == WORK_NONE || (f->work != moving && f->work != affine))
                continue;
            c.prepare = f->flat ? prepare_flat : prepare_aligned;
            if (f->flat) {
                c.place = place_flat;
                c.run = run_flat;
                c.release = release_flat;
            } else {
                c.function = f->function;
            }
            add_named(list, &c, f->name);
        }
}
