/* SPDX-License-Identifier: MIT */
/* upper.c - calls functions of a pair of width 64 and looks at the upper halves of vector registers: where they are not
 * clean after a call, SSE code of the caller is slower. 77 where the pair uses plain C. */
#include "pair.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 64, ROWS = 9, REGISTERS = 16, BYTES = 32 };

static float x[ROWS * WIDTH], y[ROWS * WIDTH], dy[ROWS * WIDTH], dx[ROWS * WIDTH], gain[WIDTH], bias[WIDTH];
static float mean[ROWS], rstd[ROWS], dgamma[WIDTH], dbeta[WIDTH], workspace[4096];
static unsigned char registers[REGISTERS * BYTES];
static int failures;

#define EACH(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define SAVE(i) "vmovdqu %%ymm" #i ", 32*" #i "(%0)\n\t"
#define CALL(function, ...)                                                                                            \
    do {                                                                                                               \
        __asm__ volatile("vzeroupper");                                                                                \
        function(__VA_ARGS__);                                                                                         \
        __asm__ volatile(EACH(SAVE) "vzeroupper" : : "r"(registers) : "memory");                                       \
        look(#function, rows, far);                                                                                    \
    } while (0)

static void look(const char *function, size_t rows, int far)
{
    static const unsigned char clean[BYTES / 2];
    for (int i = 0; i < REGISTERS; i++)
        if (memcmp(registers + BYTES * i + BYTES / 2, clean, sizeof clean) != 0) {
            printf("%s, %s, %zu rows%s: ymm%d\n", pair_isa(), function, rows, far ? " far from zero" : "", i);
            failures++;
            return;
        }
}

int main(void)
{
    if (strcmp(pair_isa(), "scalar") == 0)
        return 77;
    for (int i = 0; i < WIDTH; i++)
        gain[i] = bias[i] = 1;
    for (int far = 0; far < 2; far++) {
        for (int i = 0; i < ROWS * WIDTH; i++) {
            x[i] = (float)(i * 7919 % 1009 - 504) + (far ? 1e5f : 0.0f);
            dy[i] = (float)(i % 17 - 8);
        }
        for (size_t rows = 1; rows <= ROWS; rows++) {
            CALL(pair_layernorm_f32_64, y, mean, rstd, x, gain, bias, 1e-5f, rows);
            CALL(pair_layernorm_backward_f32_64, dx, dgamma, dbeta, dy, x, mean, rstd, gain, rows, workspace);
            CALL(pair_layernorm_f32_any, y, mean, rstd, x, gain, bias, 1e-5f, rows, WIDTH - 1);
            CALL(pair_rmsnorm_f32_64, y, rstd, x, gain, 1e-5f, rows);
            CALL(pair_rmsnorm_backward_f32_64, dx, dgamma, dy, x, rstd, gain, rows, workspace);
        }
    }
    printf("%s: %d failures\n", pair_isa(), failures);
    return failures != 0;
}
