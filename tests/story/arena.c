/* SPDX-License-Identifier: MIT */
/* arena.c - prints where the runtime's arena puts the arrays of some specs, for the comparison with `lngen explain`:
 * "kernel rows bytes" and then "offset bytes name" lines, for each. */
#include "ln_arena.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *kernel;
    ln_spec spec;
    size_t rows;
} cases[] = {
    {"ln_layernorm_f32_768_avx2", {.width = 768}, 256},
    {"ln_layernorm_f32_100_avx2", {.width = 100}, 3},
    {"ln_rmsnorm_bf16_gamma1_pre_70_avx512",
     {.op = LN_OP_RMSNORM,
      .dtype = LN_DTYPE_BF16,
      .affine = LN_AFFINE_GAMMA1,
      .residual = LN_RESIDUAL_PRE,
      .width = 70},
     17},
    {"ln_layernorm_f16_params32_post_bias_int8_1000_avx512",
     {.dtype = LN_DTYPE_F16,
      .params = LN_PARAMS_F32,
      .residual = LN_RESIDUAL_POST,
      .bias = LN_BIAS_ADD,
      .quant = LN_QUANT_INT8,
      .width = 1000},
     5},
    {"ln_layernorm_f32_pre_two_600_avx2", {.residual = LN_RESIDUAL_PRE, .norms = LN_NORMS_TWO, .width = 600}, 2},
    {"ln_layernorm_backward_f32_770_avx2", {.pass = LN_PASS_BACKWARD, .width = 770}, 100},
    {"ln_rmsnorm_backward_bf16_none_64_avx2",
     {.op = LN_OP_RMSNORM, .pass = LN_PASS_BACKWARD, .dtype = LN_DTYPE_BF16, .affine = LN_AFFINE_NONE, .width = 64},
     33},
    {"ln_layernorm_stats_f32_768_avx2", {.pass = LN_PASS_STATS, .width = 768}, 9},
    {"ln_rmsnorm_apply_f32_33_avx2", {.op = LN_OP_RMSNORM, .pass = LN_PASS_APPLY, .width = 33}, 9},
};

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ln_arena arena;
        ln_args args;
        ln_arena_dry(&arena);
        ln_arena_norm(&arena, cases[i].spec, cases[i].rows, &args);
        if (ln_arena_open(&arena, ln_arena_bytes(&arena)) != LN_OK ||
            ln_arena_norm(&arena, cases[i].spec, cases[i].rows, &args) != LN_OK) {
            fprintf(stderr, "%s: no arena\n", cases[i].kernel);
            return 1;
        }
        printf("%s %zu %zu\n", cases[i].kernel, cases[i].rows, arena.size);
        ln_arena_print(&arena, stdout);
        ln_arena_close(&arena);
    }
    return 0;
}
