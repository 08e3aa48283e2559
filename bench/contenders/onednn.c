/* onednn.c - oneDNN 2's layer normalisation: inference, scale and shift, primitive created once a job. */
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

static int create(State *s, const Job *job)
{
    const dnnl_dims_t rows = {(dnnl_dim_t)job->rows, (dnnl_dim_t)job->width}, row = {(dnnl_dim_t)job->width};
    dnnl_memory_desc_t data, parameter;
    dnnl_layer_normalization_desc_t desc;
    dnnl_primitive_desc_t primitive_desc;
    if (!good(dnnl_engine_create(&s->engine, dnnl_cpu, 0)) ||
        !good(dnnl_stream_create(&s->stream, s->engine, dnnl_stream_default_flags)) ||
        !good(dnnl_memory_desc_init_by_tag(&data, 2, rows, dnnl_f32, dnnl_ab)) ||
        !good(dnnl_memory_desc_init_by_tag(&parameter, 1, row, dnnl_f32, dnnl_a)) ||
        !good(dnnl_layer_normalization_forward_desc_init(&desc, dnnl_forward_inference, &data, NULL, job->eps,
                                                         dnnl_use_scale | dnnl_use_shift)) ||
        !good(dnnl_primitive_desc_create(&primitive_desc, &desc, NULL, s->engine, NULL)))
        return 0;
    const int made = good(dnnl_primitive_create(&s->primitive, primitive_desc));
    dnnl_primitive_desc_destroy(primitive_desc);
    return made && good(dnnl_memory_create(&s->x, &data, s->engine, (void *)(size_t)job->x)) &&
           good(dnnl_memory_create(&s->y, &data, s->engine, job->y)) &&
           good(dnnl_memory_create(&s->gamma, &parameter, s->engine, (void *)(size_t)job->gamma)) &&
           good(dnnl_memory_create(&s->beta, &parameter, s->engine, (void *)(size_t)job->beta));
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
    static char name[32];
    const dnnl_version_t *version = dnnl_version();
    snprintf(name, sizeof name, "oneDNN %d.%d", version->major, version->minor);
    if (cap == ISA_AVX2)
        dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    const Contender c = {
        .name = name,
        .note = "primitive created once",
        .kind = KIND_COMPETITOR,
        .isa = cap,
        .threads = 1,
        .prepare = prepare,
        .run = run,
        .release = release,
    };
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
