/* onednn.c - oneDNN's layer normalisation, backward; primitive created once a job. */
#include "job.h"

#ifdef HAVE_ONEDNN
#include <dnnl.h>
#include <stdlib.h>

enum { ARGUMENTS = 9 };

struct OneDnn {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t arguments[ARGUMENTS];
    int count;
};

static int good(dnnl_status_t status) { return status == dnnl_success; }

#if DNNL_VERSION_MAJOR >= 3
static int describe(dnnl_memory_desc_t *d, int dims, const dnnl_dims_t size, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_create_with_tag(d, dims, size, dnnl_f32, tag));
}
static int hold(dnnl_memory_t *memory, const dnnl_memory_desc_t *d, dnnl_engine_t engine, const void *at)
{
    return good(dnnl_memory_create(memory, *d, engine, (void *)(size_t)at));
}
static void forget(dnnl_memory_desc_t *d) { dnnl_memory_desc_destroy(*d); }
static int primitive_of(OneDnn *s, const dnnl_memory_desc_t *rows, float eps)
{
    const unsigned flags = dnnl_use_scale | dnnl_use_shift;
    dnnl_primitive_desc_t forward, backward;
    if (!good(dnnl_layer_normalization_forward_primitive_desc_create(&forward, s->engine, dnnl_forward_training, *rows,
                                                                     *rows, NULL, eps, flags, NULL)))
        return 0;
    int done = good(dnnl_layer_normalization_backward_primitive_desc_create(
        &backward, s->engine, dnnl_backward, *rows, *rows, *rows, NULL, eps, flags, forward, NULL));
    dnnl_primitive_desc_destroy(forward);
    if (!done)
        return 0;
    done = good(dnnl_primitive_create(&s->primitive, backward));
    dnnl_primitive_desc_destroy(backward);
    return done;
}
#else
static int describe(dnnl_memory_desc_t *d, int dims, const dnnl_dims_t size, dnnl_format_tag_t tag)
{
    return good(dnnl_memory_desc_init_by_tag(d, dims, size, dnnl_f32, tag));
}
static int hold(dnnl_memory_t *memory, const dnnl_memory_desc_t *d, dnnl_engine_t engine, const void *at)
{
    return good(dnnl_memory_create(memory, d, engine, (void *)(size_t)at));
}
static void forget(dnnl_memory_desc_t *d) { (void)d; }
static int primitive_of(OneDnn *s, const dnnl_memory_desc_t *rows, float eps)
{
    const unsigned flags = dnnl_use_scale | dnnl_use_shift;
    dnnl_layer_normalization_desc_t operation;
    dnnl_primitive_desc_t forward, backward;
    if (!good(dnnl_layer_normalization_forward_desc_init(&operation, dnnl_forward_training, rows, NULL, eps, flags)) ||
        !good(dnnl_primitive_desc_create(&forward, &operation, NULL, s->engine, NULL)))
        return 0;
    int done =
        good(dnnl_layer_normalization_backward_desc_init(&operation, dnnl_backward, rows, rows, NULL, eps, flags)) &&
        good(dnnl_primitive_desc_create(&backward, &operation, NULL, s->engine, forward));
    dnnl_primitive_desc_destroy(forward);
    if (!done)
        return 0;
    done = good(dnnl_primitive_create(&s->primitive, backward));
    dnnl_primitive_desc_destroy(backward);
    return done;
}
#endif

void onednn_release(OneDnn *s)
{
    for (int i = 0; i < s->count; i++)
        dnnl_memory_destroy(s->arguments[i].memory);
    if (s->primitive)
        dnnl_primitive_destroy(s->primitive);
    if (s->stream)
        dnnl_stream_destroy(s->stream);
    if (s->engine)
        dnnl_engine_destroy(s->engine);
    free(s);
}

OneDnn *onednn_prepare(const Job *j)
{
    const dnnl_dims_t matrix = {(dnnl_dim_t)j->rows, (dnnl_dim_t)j->width}, row = {(dnnl_dim_t)j->width},
                      column = {(dnnl_dim_t)j->rows};
    dnnl_memory_desc_t of_rows, of_row, of_column;
    OneDnn *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    int works = good(dnnl_engine_create(&s->engine, dnnl_cpu, 0)) &&
                good(dnnl_stream_create(&s->stream, s->engine, dnnl_stream_default_flags)) &&
                describe(&of_rows, 2, matrix, dnnl_ab);
    if (!works) {
        onednn_release(s);
        return NULL;
    }
    works = describe(&of_row, 1, row, dnnl_a) && describe(&of_column, 1, column, dnnl_a) &&
            primitive_of(s, &of_rows, j->eps);
    const struct {
        int argument;
        const dnnl_memory_desc_t *description;
        const void *at;
    } list[ARGUMENTS] = {
        {DNNL_ARG_SRC, &of_rows, j->x},
        {DNNL_ARG_DIFF_DST, &of_rows, j->dy},
        {DNNL_ARG_DIFF_SRC, &of_rows, j->dx},
        {DNNL_ARG_MEAN, &of_column, j->mean},
        {DNNL_ARG_VARIANCE, &of_column, j->variance},
        {DNNL_ARG_SCALE, &of_row, j->gamma},
        {DNNL_ARG_DIFF_SCALE, &of_row, j->dgamma},
        {DNNL_ARG_DIFF_SHIFT, &of_row, j->dbeta},
        {DNNL_ARG_SHIFT, &of_row, j->gamma}, /* asked for by version 2, and not used */
    };
    for (int i = 0; i < ARGUMENTS && works; i++) {
        s->arguments[i].arg = list[i].argument;
        works = hold(&s->arguments[i].memory, list[i].description, s->engine, list[i].at);
        s->count += works;
    }
    forget(&of_rows);
    if (!works) {
        onednn_release(s);
        return NULL;
    }
    return s;
}

void onednn_run(OneDnn *s)
{
    dnnl_primitive_execute(s->primitive, s->stream, s->count, s->arguments);
    dnnl_stream_wait(s->stream);
}
#else
OneDnn *onednn_prepare(const Job *job)
{
    (void)job;
    return NULL;
}
void onednn_run(OneDnn *state) { (void)state; }
void onednn_release(OneDnn *state) { (void)state; }
#endif
