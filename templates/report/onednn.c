% -- SPDX-License-Identifier: MIT
% -- onednn.c: oneDNN's LayerNorm for one width, versions 2 and 3; compiled only where its header and library are
#include "ln_kernel.h"

#include <dnnl.h>

int onednn_open(size_t width, size_t rows, float eps);
void onednn_run(const ln_args *a, size_t rows);

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static dnnl_primitive_t primitive;
static dnnl_memory_t x, y, gamma, beta;

static dnnl_memory_t memory_of(dnnl_memory_desc_t md)
{
    dnnl_memory_t m = NULL;
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_create(&m, md, engine, DNNL_MEMORY_NONE);
#else
    dnnl_memory_create(&m, &md, engine, DNNL_MEMORY_NONE);
#endif
    return m;
}

static dnnl_memory_desc_t plane(int dims, size_t first, size_t second)
{
    dnnl_memory_desc_t md;
    const dnnl_dims_t sizes = {(dnnl_dim_t)first, (dnnl_dim_t)second};
#if DNNL_VERSION_MAJOR >= 3
    dnnl_memory_desc_create_with_tag(&md, dims, sizes, dnnl_f32, dims == 1 ? dnnl_a : dnnl_ab);
#else
    dnnl_memory_desc_init_by_tag(&md, dims, sizes, dnnl_f32, dims == 1 ? dnnl_a : dnnl_ab);
#endif
    return md;
}

/* Prepares one shape; 0 when oneDNN cannot do it. */
int onednn_open(size_t width, size_t rows, float eps)
{
    if (!engine && (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success ||
                    dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success))
        return 0;
    const dnnl_memory_desc_t data = plane(2, rows, width);
    dnnl_primitive_desc_t pd;
    if (primitive) {
        dnnl_primitive_destroy(primitive);
        dnnl_memory_destroy(x);
        dnnl_memory_destroy(y);
        dnnl_memory_destroy(gamma);
        dnnl_memory_destroy(beta);
        primitive = NULL;
    }
#if DNNL_VERSION_MAJOR >= 3
    const dnnl_memory_desc_t row = plane(1, width, 0);
    if (dnnl_layer_normalization_forward_primitive_desc_create(&pd, engine, dnnl_forward_inference, data, data, NULL,
            eps, (unsigned)dnnl_use_scale | (unsigned)dnnl_use_shift, NULL) != dnnl_success)
        return 0;
#else
    const dnnl_memory_desc_t row = plane(1, width, 0);
    dnnl_layer_normalization_desc_t desc;
    if (dnnl_layer_normalization_forward_desc_init(&desc, dnnl_forward_inference, &data, NULL, eps,
            (unsigned)dnnl_use_scale | (unsigned)dnnl_use_shift) != dnnl_success ||
        dnnl_primitive_desc_create(&pd, &desc, NULL, engine, NULL) != dnnl_success)
        return 0;
#endif
    const int made = dnnl_primitive_create(&primitive, pd) == dnnl_success;
    dnnl_primitive_desc_destroy(pd);
    x = memory_of(data);
    y = memory_of(data);
    gamma = memory_of(row);
    beta = memory_of(row);
    return made && x && y && gamma && beta;
}

void onednn_run(const ln_args *a, size_t rows)
{
    (void)rows;
    dnnl_memory_set_data_handle(x, (void *)(uintptr_t)a->x);
    dnnl_memory_set_data_handle(y, a->y);
    dnnl_memory_set_data_handle(gamma, (void *)(uintptr_t)a->gamma);
    dnnl_memory_set_data_handle(beta, (void *)(uintptr_t)a->beta);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, x}, {DNNL_ARG_DST, y}, {DNNL_ARG_SCALE, gamma},
                                    {DNNL_ARG_SHIFT, beta}};
    dnnl_primitive_execute(primitive, stream, 4, args);
    dnnl_stream_wait(stream);
}
