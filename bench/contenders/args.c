/* SPDX-License-Identifier: MIT */
/* args.c - makes ln_args from a job. */
#include "args.h"
#include "../case.h"

ln_args args_of(const Job *job)
{
    const size_t width = job->width;
    ln_args args = {
        .width = width,
        .x_stride = width,
        .whole_width = width,
        .y_stride = width,
        .y2_stride = width,
        .residual_stride = width,
        .sum_stride = width,
        .dy_stride = width,
        .dx_stride = width,
        .gamma = job->gamma,
        .beta = job->beta,
        .gamma2 = job->gamma2,
        .beta2 = job->beta2,
        .dgamma = job->dgamma,
        .dbeta = job->dbeta,
        .workspace = job->workspace,
        .workspace_bytes = job->workspace_bytes,
        .eps = job->eps,
        .static_scale = job->static_scale,
    };
    args_place(&args, job);
    return args;
}

void args_place(void *state, const Job *job)
{
    ln_args *args = state;
    args->x = job->x;
    args->residual = job->residual;
    args->dy = job->dy;
    args->mean = job->mean;
    args->rstd = job->rstd;
    args->sum = job->sum;
    args->scale = job->scale;
    args->y2 = job->y2;
    args->stats = (ln_stats *)job->stats;
    if (is_backward(job->of))
        args->dx = job->y;
    else
        args->y = job->y;
}
