/* SPDX-License-Identifier: MIT */
/* onednn.c - oneDNN's layer normalisation, forward (inference) and backward. The primitive is created once for each
 * job. */
#include "../arrays.h"
#include "../case.h"
#include "../contender.h"

#ifdef HAVE_ONEDNN
#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>

/* Versions of oneDNN that have RMSNorm have a flag for it. */
#ifdef HAVE_ONEDNN_RMSNORM
enum { RMSNORM = dnnl_rms_norm };
#else
enum { RMSNORM = 0 };
#endif

enum { ARGUMENTS_MAX = 9 };

/* Returns the address that an argument has in a job. */
typedef void *Where(const Job *job);

typedef struct State {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t arguments[ARGUMENTS_MAX];
    Where *where[ARGUMENTS_MAX]; /* NULL for arguments that are no arrays of rows */
    int count;
    float *params[2]; /* gamma and beta as f32: oneDNN takes no 16-bit ones */
} State;

static int good(dnnl_status_t status) { return status == dnnl_success; }

static void release(void *state)
{
    State *s = state;
    for (int i = 0; i < s->count; i++)
        dnnl_memory_destroy(s->arguments[i].memory);
    if (s->primitive)
        dnnl_primitive_destroy(s->primitive);
    if (s->stream)
        dnnl_stream_destroy(s->stream);
    if (s->engine)
        dnnl_engine_destroy(s->engine);
    free(s->params[0]);
    free(s->params[1]);
    free(s);
}

static dnnl_data_type_t type_of(const Case *of)
{
    static const dnnl_data_type_t types[] = {dnnl_f32, dnnl_bf16, dnnl_f16};
    return types[of->spec.dtype];
}

static unsigned flags_of(const Case *of)
{
    return dnnl_use_scale | (is_layernorm(of) ? (unsigned)dnnl_use_shift : (unsigned)RMSNORM);
}

/* In oneDNN 3 descriptors are opaque, and operations have none. */
typedef dnnl_memory_desc_t Description;

#if DNNL_VERSION_MAJOR >= 3
static int describe(Description *d, int dims, const dnnl_dims_t size, dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_create_with_tag(d, dims, size, type, tag));
}

static void forget(Description *d) { dnnl_memory_desc_destroy(*d); }

static int hold(dnnl_memory_t *memory, const Description *d, dnnl_engine_t engine, void *at)
{
    return good(dnnl_memory_create(memory, *d, engine, at));
}

static int describe_forward(dnnl_primitive_desc_t *to, dnnl_prop_kind_t kind, const Job *job, const Description *rows,
                            dnnl_engine_t engine)
{
    return good(dnnl_layer_normalization_forward_primitive_desc_create(to, engine, kind, *rows, *rows, NULL, job->eps,
                                                                       flags_of(job->of), NULL));
}

static int describe_backward(dnnl_primitive_desc_t *to, dnnl_primitive_desc_t forward, const Job *job,
                             const Description *rows, dnnl_engine_t engine)
{
    return good(dnnl_layer_normalization_backward_primitive_desc_create(
        to, engine, dnnl_backward, *rows, *rows, *rows, NULL, job->eps, flags_of(job->of), forward, NULL));
}
#else
static int describe(Description *d, int dims, const dnnl_dims_t size, dnnl_data_type_t type, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_init_by_tag(d, dims, size, type, tag));
}

static void forget(Description *d) { (void)d; }

static int hold(dnnl_memory_t *memory, const Description *d, dnnl_engine_t engine, void *at)
{
    return good(dnnl_memory_create(memory, d, engine, at));
}

static int describe_forward(dnnl_primitive_desc_t *to, dnnl_prop_kind_t kind, const Job *job, const Description *rows,
                            dnnl_engine_t engine)
{
    dnnl_layer_normalization_desc_t operation;
    return good(
               dnnl_layer_normalization_forward_desc_init(&operation, kind, rows, NULL, job->eps, flags_of(job->of))) &&
           good(dnnl_primitive_desc_create(to, &operation, NULL, engine, NULL));
}

static int describe_backward(dnnl_primitive_desc_t *to, dnnl_primitive_desc_t forward, const Job *job,
                             const Description *rows, dnnl_engine_t engine)
{
    dnnl_layer_normalization_desc_t operation;
    return good(dnnl_layer_normalization_backward_desc_init(&operation, dnnl_backward, rows, rows, NULL, job->eps,
                                                            flags_of(job->of))) &&
           good(dnnl_primitive_desc_create(to, &operation, NULL, engine, forward));
}
#endif

static int create_primitive(State *s, const Job *job, const Description *rows)
{
    const int backward = is_backward(job->of);
    dnnl_primitive_desc_t forward, description;
    if (!describe_forward(&forward, backward ? dnnl_forward_training : dnnl_forward_inference, job, rows, s->engine))
        return 0;
    if (backward) {
        const int described = describe_backward(&description, forward, job, rows, s->engine);
        dnnl_primitive_desc_destroy(forward);
        if (!described)
            return 0;
    } else {
        description = forward;
    }
    const int made = good(dnnl_primitive_create(&s->primitive, description));
    dnnl_primitive_desc_destroy(description);
    return made;
}

static void *x_of(const Job *job) { return (void *)(size_t)job->x; }
static void *y_of(const Job *job) { return job->y; }
static void *dy_of(const Job *job) { return (void *)(size_t)job->dy; }
static void *mean_of(const Job *job) { return job->mean; }
static void *variance_of(const Job *job) { return job->variance; }

static int add_argument(State *s, int argument, const Description *d, void *at, Where *where)
{
    dnnl_exec_arg_t *a = &s->arguments[s->count];
    if (!at && !where) /* the case has no such array */
        return 1;
    a->arg = argument;
    s->where[s->count] = where;
    s->count++;
    if (hold(&a->memory, d, s->engine, at))
        return 1;
    s->count--;
    return 0;
}

static int add_arguments(State *s, const Job *job, const Description *rows, const Description *row,
                         const Description *column)
{
    if (!is_backward(job->of))
        return add_argument(s, DNNL_ARG_SRC, rows, x_of(job), x_of) &&
               add_argument(s, DNNL_ARG_DST, rows, y_of(job), y_of) &&
               add_argument(s, DNNL_ARG_SCALE, row, s->params[0], NULL) &&
               add_argument(s, DNNL_ARG_SHIFT, row, s->params[1], NULL);
    return add_argument(s, DNNL_ARG_SRC, rows, x_of(job), x_of) &&
           add_argument(s, DNNL_ARG_DIFF_DST, rows, dy_of(job), dy_of) &&
           add_argument(s, DNNL_ARG_DIFF_SRC, rows, y_of(job), y_of) &&
           add_argument(s, DNNL_ARG_MEAN, column, mean_of(job), mean_of) &&
           add_argument(s, DNNL_ARG_VARIANCE, column, variance_of(job), variance_of) &&
           add_argument(s, DNNL_ARG_SCALE, row, s->params[0], NULL) &&
           add_argument(s, DNNL_ARG_DIFF_SCALE, row, job->dgamma, NULL) &&
           add_argument(s, DNNL_ARG_DIFF_SHIFT, row, job->dbeta, NULL) &&
           add_argument(s, DNNL_ARG_SHIFT, row, s->params[0], NULL); /* version 2 demands it, but does not use it */
}

/* A copy in f32; NULL for NULL. */
static float *widened(const Job *job, const void *row)
{
    float *to = row ? malloc(job->width * sizeof *to) : NULL;
    for (size_t i = 0; to && i < job->width; i++)
        to[i] = element(job, row, i);
    return to;
}

static int create(State *s, const Job *job)
{
    const dnnl_dim_t count = (dnnl_dim_t)job->rows, width = (dnnl_dim_t)job->width;
    const struct {
        int dims;
        dnnl_dims_t size;
        dnnl_data_type_t type;
        dnnl_format_tag_t tag;
    } shapes[] = {
        {2, {count, width}, type_of(job->of), dnnl_ab},
        {1, {width}, dnnl_f32, dnnl_a},
        {1, {count}, dnnl_f32, dnnl_a},
    };
    Description d[3]; /* of arrays of rows, of one row, of one column */
    int described = 0;
    s->params[0] = widened(job, job->gamma);
    s->params[1] = widened(job, job->beta);
    int made = s->params[0] && good(dnnl_engine_create(&s->engine, dnnl_cpu, 0)) &&
               good(dnnl_stream_create(&s->stream, s->engine, dnnl_stream_default_flags));
    for (; made && described < 3; described += made)
        made = describe(&d[described], shapes[described].dims, shapes[described].size, shapes[described].type,
                        shapes[described].tag);
    made = made && create_primitive(s, job, &d[0]) && add_arguments(s, job, &d[0], &d[1], &d[2]);
    while (described > 0)
        forget(&d[--described]);
    return made;
}

static void *prepare(const Contender *self, const Job *job)
{
    (void)self;
    State *s = calloc(1, sizeof *s);
    if (s && !create(s, job)) {
        release(s);
        s = NULL;
    }
    return s;
}

static void place(void *state, const Job *job)
{
    State *s = state;
    for (int i = 0; i < s->count; i++)
        if (s->where[i])
            dnnl_memory_set_data_handle(s->arguments[i].memory, s->where[i](job));
}

static void run(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    (void)begin;
    (void)end;
    if (!good(dnnl_primitive_execute(s->primitive, s->stream, s->count, s->arguments)) ||
        !good(dnnl_stream_wait(s->stream))) {
        fprintf(stderr, "ln_bench: oneDNN failed to execute\n");
        exit(3);
    }
}

void add_onednn(Contenders *list, ln_isa cap)
{
    const dnnl_version_t *version = dnnl_version();
    const Case *of = list->of;
    if (cap == LN_ISA_AVX2)
        dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    Contender c = {
        .note = "primitive created once",
        .kind = KIND_COMPETITOR,
        .isa = cap,
        .sharing = BY_ITSELF,
        .prepare = prepare,
        .place = place,
        .run = run,
        .release = release,
    };
    snprintf(c.name, sizeof c.name, "oneDNN %d.%d", version->major, version->minor);
    if (cap >= LN_ISA_AVX2 && (is_plain(&of->spec) || is_backward(of)) && (is_layernorm(of) || RMSNORM))
        contenders_add(list, &c);
}
#else
void add_onednn(Contenders *list, ln_isa cap)
{
    (void)list;
    (void)cap;
}
#endif
