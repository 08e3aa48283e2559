% -- SPDX-License-Identifier: MIT
% -- glue.h: nodes of ggml's graphs whose norms a pair does
#ifndef ${U}_GGML_H
#define ${U}_GGML_H

/* Norms of ${P}.c as nodes of a graph of ggml, for its CPU backend. ggml.h must have GGML_ABORT,
 * which it has from August 2024 on:
 *
% for _, op in ipairs(ops) do
 *     y = ${P}_ggml_${op.name}(ctx, x, ${table.concat(op.arrays, ", ")}, eps);
% end
 *
 * x may be any view whose rows' elements are contiguous, such as the heads of wider rows; y is contiguous, and
 * parameters are one row. ggml's threads share the rows out. A wrong argument ends the program, as GGML_ASSERT does. */

% include "engine/pair.h"

#include <ggml.h>

#include <stdint.h>
#include <string.h>

/* ${P}_layernorm_f32_rows and the like */
typedef int ${P}_ggml_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end);

/* eps travels as the pointer that ggml keeps for a node. */
static inline void *${P}_ggml_packed(float eps)
{
    uint32_t bits;
    memcpy(&bits, &eps, sizeof bits);
    return (void *)(uintptr_t)bits;
}

static inline float ${P}_ggml_unpacked(const void *packed)
{
    const uint32_t bits = (uint32_t)(uintptr_t)packed;
    float eps;
    memcpy(&eps, &bits, sizeof eps);
    return eps;
}

/* Thread ith of nth normalises its share of the rows of dst->src[0]. */
static inline void ${P}_ggml_run(struct ggml_tensor *dst, int ith, int nth, void *packed, ${P}_ggml_rows *run)
{
    const struct ggml_tensor *x = dst->src[0];
    const size_t element = ggml_type_size(x->type), width = (size_t)x->ne[0];
    /* Rows in up to three dimensions, strides in elements: those without a gap between them are one. */
    struct {
        size_t count, x, y;
    } d[3] = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}}, turn;
    size_t rows = 1, row, end;
    ${P}_args a;
    int n = 0, i;
    for (i = 1; i < 4; i++) {
        const size_t count = (size_t)x->ne[i], stride = x->nb[i] / element;
        if (n > 0 && stride == d[n - 1].count * d[n - 1].x && count != 1) {
            d[n - 1].count *= count;
        } else if (count != 1) {
            d[n].count = count;
            d[n].x = stride;
            d[n++].y = rows * width;
        }
        rows *= count;
    }
    for (i = 1; i < n; i++) { /* the kernel's rows: the first dimension, or the longest where the first is short */
        if (d[0].count < 8 && d[i].count > d[0].count) {
            turn = d[0];
            d[0] = d[i];
            d[i] = turn;
        }
    }

    memset(&a, 0, sizeof a);
    a.width = width;
    a.x_stride = d[0].count > 1 ? d[0].x : width;
    a.y_stride = d[0].count > 1 ? d[0].y : width;
    a.gamma = dst->src[1]->data;
% if has.beta then
    if (dst->src[2])
        a.beta = dst->src[2]->data;
% end
    a.eps = ${P}_ggml_unpacked(packed);
    end = rows * (size_t)(ith + 1) / (size_t)nth;
    for (row = rows * (size_t)ith / (size_t)nth; row < end;) {
        const size_t plane = row / d[0].count, begin = row % d[0].count;
        const size_t p = plane % d[1].count, q = plane / d[1].count;
        const size_t last = d[0].count - begin < end - row ? d[0].count : begin + (end - row);
        a.x = (const char *)x->data + (p * d[1].x + q * d[2].x) * element;
        a.y = (char *)dst->data + (p * d[1].y + q * d[2].y) * element;
        const int status = run(&a, d[0].count, begin, last);
        if (status)
            GGML_ABORT("${P}_ggml: x of %s: %s", dst->name, ${P}_message(status));
        row += last - begin;
    }
}

/* Ends the program unless `t` is a row of a norm's parameters. */
static inline void ${P}_ggml_check_row(const char *function, const char *name, const struct ggml_tensor *t,
                                       const struct ggml_tensor *x, enum ggml_type type)
{
    if (!t)
        GGML_ABORT("%s: %s is NULL", function, name);
    if (t->type != type)
        GGML_ABORT("%s: %s is of type %s, expected %s", function, name, ggml_type_name(t->type), ggml_type_name(type));
    if (t->ne[0] != x->ne[0] || t->ne[1] != 1 || t->ne[2] != 1 || t->ne[3] != 1)
        GGML_ABORT("%s: %s is of shape %d x %d x %d x %d, expected one row of %d elements as x has", function, name,
                   (int)t->ne[0], (int)t->ne[1], (int)t->ne[2], (int)t->ne[3], (int)x->ne[0]);
    if (t->nb[0] != ggml_type_size(type))
        GGML_ABORT("%s: %s: nb[0] is %zu, expected %zu: its elements are contiguous", function, name, t->nb[0],
                   ggml_type_size(type));
}

/* Ends the program unless the pair can normalise the rows of x. */
static inline void ${P}_ggml_check(const char *function, const struct ggml_tensor *x, float eps)
{
    int i;
    const size_t element = ggml_type_size(x->type);
    if (x->ne[0] < 1)
        GGML_ABORT("%s: x has rows of %d elements", function, (int)x->ne[0]);
    if (x->nb[0] != element)
        GGML_ABORT("%s: x: nb[0] is %zu, expected %zu: the elements of a row are contiguous; see ggml_cont", function,
                   x->nb[0], element);
    for (i = 1; i < 4; i++) {
        if (x->nb[i] % element != 0)
            GGML_ABORT("%s: x: nb[%d] is %zu, expected a multiple of %zu", function, i, x->nb[i], element);
        if (x->ne[i] > 1 && x->nb[i] / element < (size_t)x->ne[0])
            GGML_ABORT("%s: x: nb[%d] is %zu, rows overlap", function, i, x->nb[i]);
    }
    if (!(eps >= 0 && eps <= 3.4e38f))
        GGML_ABORT("%s: eps is %g, expected a number that is not negative", function, (double)eps);
}

% for _, op in ipairs(ops) do
%   local run, unused, parameters = { "struct ggml_tensor *dst", "const struct ggml_tensor *x" }, { "(void)x;" }, {}
%   for i, array in ipairs(op.arrays) do
%     parameters[i] = "struct ggml_tensor *" .. array
%     run[i + 2], unused[i + 1] = "const struct ggml_tensor *" .. array, ("(void)%s;"):format(array)
%   end
%   for _, parameter in ipairs { "int ith", "int nth", "void *packed" } do run[#run + 1] = parameter end
%   for _, n in ipairs(op.norms) do
${layout.list(("static inline void %s_ggml_%s"):format(P, n.norm.name), run)}
{
    ${table.concat(unused, " ")} /* dst->src has them */
    ${P}_ggml_run(dst, ith, nth, packed, ${n.norm.full}_rows);
}

%   end
static inline struct ggml_tensor *${P}_ggml_${op.name}(struct ggml_context *ctx, struct ggml_tensor *x,
                                                       ${table.concat(parameters, ", ")}, float eps)
{
    const char *function = "${P}_ggml_${op.name}";
    ggml_custom${1 + #op.arrays}_op_t run = NULL;
    enum ggml_type type = GGML_TYPE_F32; /* of the parameters */
    void *packed;
    if (!ctx)
        GGML_ABORT("%s: ctx is NULL", function);
    if (!x)
        GGML_ABORT("%s: x is NULL", function);
%   for _, n in ipairs(op.norms) do
    if (${n.condition}) {
        run = ${P}_ggml_${n.norm.name};
        type = ${n.parameter};
    }
%   end
    if (!run)
        GGML_ABORT("%s: x is of type %s, of which ${P}.c has no norm", function, ggml_type_name(x->type));
%   for _, array in ipairs(op.arrays) do
    ${P}_ggml_check_row(function, "${array}", ${array}, x, type);
%   end
    ${P}_ggml_check(function, x, eps);
    packed = ${P}_ggml_packed(eps);
    return ggml_map_custom${1 + #op.arrays}(ctx, x, ${table.concat(op.arrays, ", ")}, run, GGML_N_TASKS_MAX, packed);
}

% end
#endif
