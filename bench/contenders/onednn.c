/* onednn.c - oneDNN's layer normalisation: inference, scale and shift, primitive created once a job. */
#include "../contender.h"

#ifdef HAVE_ONEDNN
#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct State {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t primitive;
    dnnl_memory_t x, y, gamma, beta;
    const float *x_at;
    float *y_at;
} State;

static int good(dnnl_status_t status) { return status == dnnl_success; }

static void release(void *state)
{
    State *s = state;
    const dnnl_memory_t memories[] = {s->x, s->y, s->gamma, s->beta};
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++)
        if (memories[i])
            dnnl_memory_destroy(memories[i]);
    if (s->primitive)
        dnnl_primitive_destroy(s->primitive);
    if (s->stream)
        dnnl_stream_destroy(s->stream);
    if (s->engine)
        dnnl_engine_destroy(s->engine);
    free(s);
}

/* oneDNN 3 made descriptors opaque and did without the operation's. */
typedef dnnl_memory_desc_t Description;

#if DNNL_VERSION_MAJOR >= 3
static int describe(Description *d, int dims, const dnnl_dims_t size, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_create_with_tag(d, dims, size, dnnl_f32, tag));
}

static void forget(Description *d) { dnnl_memory_desc_destroy(*d); }

static int hold(dnnl_memory_t *memory, const Description *d, dnnl_engine_t engine, const void *at)
{
    return good(dnnl_memory_create(memory, *d, engine, (void *)(size_t)at));
}

static int describe_primitive(dnnl_primitive_desc_t *to, const Description *rows, dnnl_engine_t engine, float eps)
{
    return good(dnnl_layer_normalization_forward_primitive_desc_create(
        to, engine, dnnl_forward_inference, *rows, *rows, NULL, eps, dnnl_use_scale | dnnl_use_shift, NULL));
}
#else
static int describe(Description *d, int dims, const dnnl_dims_t size, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_init_by_tag(d, dims, size, dnnl_f32, tag));
}

static void forget(Description *d) { (void)d; }

static int hold(dnnl_memory_t *memory, const Description *d, dnnl_engine_t engine, const void *at)
{
    return good(dnnl_memory_create(memory, d, engine, (void *)(size_t)at));
}

static int describe_primitive(dnnl_primitive_desc_t *to, const Description *rows, dnnl_engine_t engine, float eps)
{
    dnnl_layer_normalization_desc_t operation;
    return good(dnnl_layer_normalization_forward_desc_init(&operation, dnnl_forward_inference, rows, NULL, eps,
                                                           dnnl_use_scale | dnnl_use_shift)) &&
           good(dnnl_primitive_desc_create(to, &operation, NULL, engine, NULL));
}
#endif

static int create_with(State *s, const Job *job, const Description *rows, const Description *row)
{
    dnnl_primitive_desc_t description;
    if (!describe_primitive(&description, rows, s->engine, job->eps))
        return 0;
    const int made = good(dnnl_primitive_create(&s->primitive, description));
    dnnl_primitive_desc_destroy(description);
    return made && hold(&s->x, rows, s->engine, job->x) && hold(&s->y, rows, s->engine, job->y) &&
           hold(&s->gamma, row, s->engine, job->gamma) && hold(&s->beta, row, s->engine, job->beta);
}

static int create(State *s, const Job *job)
{
    const dnnl_dims_t rows_size = {(dnnl_dim_t)job->rows, (dnnl_dim_t)job->width}, row_size = {(dnnl_dim_t)job->width};
    Description rows, row;
    if (!good(dnnl_engine_create(&s->engine, dnnl_cpu, 0)) ||
        !good(dnnl_stream_create(&s->stream, s->engine, dnnl_stream_default_flags)) ||
        !describe(&rows, 2, rows_size, dnnl_ab))
        return 0;
    if (!describe(&row, 1, row_size, dnnl_a)) {
        forget(&rows);
        return 0;
    }
    const int made = create_with(s, job, &rows, &row);
    forget(&rows);
    forget(&row);
    return made;
}

static void *prepare(const Contender *self, const Job *job)
{
    (void)self;
    State *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    if (!create(s, job)) {
        release(s);
        return NULL;
    }
    s->x_at = job->x;
    s->y_at = job->y;
    return s;
}

static void run(void *state, const Job *job)
{
    State *s = state;
    if (s->x_at != job->x || s->y_at != job->y) {
        dnnl_memory_set_data_handle(s->x, (void *)(size_t)job->x);
        dnnl_memory_set_data_handle(s->y, job->y);
        s->x_at = job->x;
        s->y_at = job->y;
    }
    const dnnl_exec_arg_t args[] = {
        {DNNL_ARG_SRC, s->x}, {DNNL_ARG_DST, s->y}, {DNNL_ARG_SCALE, s->gamma}, {DNNL_ARG_SHIFT, s->beta}};
    if (!good(dnnl_primitive_execute(s->primitive, s->stream, 4, args)) || !good(dnnl_stream_wait(s->stream))) {
        fprintf(stderr, "ln_bench: oneDNN failed to execute\n");
        exit(3);
    }
}

void add_onednn(Contenders *list, Isa cap)
{
    const dnnl_version_t *version = dnnl_version();
    if (cap == ISA_AVX2)
        dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    Contender c = {
        .note = "primitive created once",
        .kind = KIND_COMPETITOR,
        .isa = cap,
        .threads = 1,
        .prepare = prepare,
        .run = run,
        .release = release,
    };
    snprintf(c.name, sizeof c.name, "oneDNN %d.%d", version->major, version->minor);
    if (cap >= ISA_AVX2)
        contenders_add(list, &c);
}
#else
void add_onednn(Contenders *list, Isa cap)
{
    (void)list;
    (void)cap;
}
#endif
