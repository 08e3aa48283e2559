% -- glue.h: llm.c's layernorm_forward and layernorm_backward, done by a pair
% local parameters = { forward = "out, mean, rstd, inp, weight, bias, B, T, C",
%   backward = "dinp, dweight, dbias, dout, inp, weight, mean, rstd, B, T, C" }
#ifndef ${U}_LLMC_H
#define ${U}_LLMC_H

/* Lets llm.c train with the LayerNorm of ${P}.c. In train_gpt2.c, anywhere above gpt2_forward():
 *
 *     #include "${P}_llmc.h"
 *
 * Calls below that line go to the functions here; llm.c's own, wherever they are defined, stay as they are. The make line
 * does not change: make train_gpt2; with the files in vendor/ it is make train_gpt2 INCLUDES=-Ivendor.
 *
 * The forward pass shares rows out among OpenMP's threads and writes past the caches as ${P}.h says; the backward pass
 * adds row by row on one thread, so that micro-batches give the bits of the whole batch. mean and rstd are llm.c's. */
% include "engine/pair.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

% include "engine/stop.h"

/* B*T, the number of rows. */
static inline size_t ${P}_llmc_rows(const char *function, int B, int T, int C)
{
    if (B < 0)
        ${P}_llmc_stop(function, "B", "is negative");
    if (T < 0)
        ${P}_llmc_stop(function, "T", "is negative");
    if (C <= 0)
        ${P}_llmc_stop(function, "C", "is not positive");
    return (size_t)B * (size_t)T;
}

static inline void ${P}_llmc_forward(float *out, float *mean, float *rstd, const float *inp, const float *weight,
                                     const float *bias, int B, int T, int C)
{
    const char *name = "layernorm_forward";
    const size_t rows = ${P}_llmc_rows(name, B, T, C);
    ${P}_args a;
    if (rows == 0)
        return;
% for _, array in ipairs { "out", "mean", "rstd", "inp", "weight", "bias" } do
    ${P}_llmc_array(name, "${array}", ${array});
% end
    memset(&a, 0, sizeof a);
    a.width = a.x_stride = a.y_stride = (size_t)C;
    a.x = inp;
    a.y = out;
    a.gamma = weight;
    a.beta = bias;
    a.mean = mean;
    a.rstd = rstd;
    a.eps = 1e-5f;
    const int status = ${P}_layernorm_f32_batch(&a, rows);
    if (status)
        ${P}_llmc_stop(name, "arrays:", ${P}_message(status));
}

static inline void ${P}_llmc_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp,
                                      float *weight, float *mean, float *rstd, int B, int T, int C)
{
    const char *name = "layernorm_backward";
    if (${P}_llmc_rows(name, B, T, C) == 0)
        return;
% for _, array in ipairs { "dinp", "dweight", "dbias", "dout", "inp", "weight", "mean", "rstd" } do
    ${P}_llmc_array(name, "${array}", ${array});
% end
    ${P}_layernorm_backward(${parameters.backward});
}

% include "engine/instead.h"
% for _, pass in ipairs { "forward", "backward" } do
#define layernorm_${pass}(${parameters[pass]}) \
    ${U}_LLMC_PICK(${U}_LLMC_IN_##C, layernorm_${pass}, ${P}_llmc_${pass}, 0) \
    (${parameters[pass]})
% end

#endif
