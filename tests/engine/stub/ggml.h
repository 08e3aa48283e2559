/* SPDX-License-Identifier: MIT */
/* ggml.h - as much of ggml's interface as PREFIX_ggml.h uses, with other insides, so that the header can be compiled
 * and its nodes computed where there is no ggml. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum ggml_type { GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_I32, GGML_TYPE_BF16 };

struct ggml_tensor;
typedef void (*ggml_custom2_op_t)(struct ggml_tensor *dst, const struct ggml_tensor *a, const struct ggml_tensor *b,
                                  int ith, int nth, void *userdata);
typedef void (*ggml_custom3_op_t)(struct ggml_tensor *dst, const struct ggml_tensor *a, const struct ggml_tensor *b,
                                  const struct ggml_tensor *c, int ith, int nth, void *userdata);
struct ggml_tensor {
    enum ggml_type type;
    int64_t ne[4];
    size_t nb[4];
    struct ggml_tensor *src[10];
    void *data;
    char name[64];
    ggml_custom2_op_t run2;
    ggml_custom3_op_t run3;
    void *userdata;
};
struct ggml_context {
    int unused;
};

#define GGML_N_TASKS_MAX (-1)
#define GGML_ABORT(...)  (fprintf(stderr, __VA_ARGS__), fprintf(stderr, "\n"), abort())

static inline size_t ggml_type_size(enum ggml_type type)
{
    return type == GGML_TYPE_F32 || type == GGML_TYPE_I32 ? 4 : 2;
}
static inline const char *ggml_type_name(enum ggml_type type)
{
    const char *const names[] = {"f32", "f16", "i32", "bf16"};
    return names[type];
}

static inline struct ggml_tensor *ggml_new_tensor_4d(struct ggml_context *ctx, enum ggml_type type, int64_t ne0,
                                                     int64_t ne1, int64_t ne2, int64_t ne3)
{
    struct ggml_tensor *t = calloc(1, sizeof *t);
    const int64_t ne[4] = {ne0, ne1, ne2, ne3};
    size_t bytes = ggml_type_size(type);
    (void)ctx;
    for (int i = 0; t && i < 4; i++) {
        t->ne[i] = ne[i];
        t->nb[i] = bytes;
        bytes *= (size_t)ne[i];
    }
    if (!t || !(t->data = malloc(bytes + 1)))
        exit(3);
    t->type = type;
    return t;
}

/* A new tensor of a's type and shape, computed from a, b and, where there is one, c. */
static inline struct ggml_tensor *stub_node(struct ggml_context *ctx, struct ggml_tensor *a, struct ggml_tensor *b,
                                            struct ggml_tensor *c, int n_tasks, void *userdata)
{
    struct ggml_tensor *t = ggml_new_tensor_4d(ctx, a->type, a->ne[0], a->ne[1], a->ne[2], a->ne[3]);
    if (n_tasks != GGML_N_TASKS_MAX)
        exit(3);
    t->src[0] = a;
    t->src[1] = b;
    t->src[2] = c;
    t->userdata = userdata;
    return t;
}

static inline struct ggml_tensor *ggml_map_custom2(struct ggml_context *ctx, struct ggml_tensor *a,
                                                   struct ggml_tensor *b, ggml_custom2_op_t run, int n_tasks,
                                                   void *userdata)
{
    struct ggml_tensor *t = stub_node(ctx, a, b, NULL, n_tasks, userdata);
    t->run2 = run;
    return t;
}

static inline struct ggml_tensor *ggml_map_custom3(struct ggml_context *ctx, struct ggml_tensor *a,
                                                   struct ggml_tensor *b, struct ggml_tensor *c, ggml_custom3_op_t run,
                                                   int n_tasks, void *userdata)
{
    struct ggml_tensor *t = stub_node(ctx, a, b, c, n_tasks, userdata);
    t->run3 = run;
    return t;
}
