/* SPDX-License-Identifier: MIT */
/* Normalises rows with a vendored pair of files. */
#include "gpt2.h"

#include <stdio.h>

enum { WIDTH = 768, ROWS = 3 };

int main(void)
{
    static float x[ROWS * WIDTH], y[ROWS * WIDTH], gamma[WIDTH], beta[WIDTH], mean[ROWS], rstd[ROWS];
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = (float)(i % WIDTH % 7) + 100.0f * (float)(i / WIDTH);
    for (int i = 0; i < WIDTH; i++) {
        gamma[i] = 1;
        beta[i] = 0.5f;
    }
    gpt2_layernorm_f32_768(y, mean, rstd, x, gamma, beta, 1e-5f, ROWS);
    for (int r = 0; r < ROWS; r++)
        printf("row %d: mean %.4f, 1/deviation %.4f, y[0] %.4f\n", r, (double)mean[r], (double)rstd[r],
               (double)y[r * WIDTH]);
    printf("on %s\n", gpt2_isa());
    return mean[2] > 202 && mean[2] < 204 ? 0 : 1;
}
