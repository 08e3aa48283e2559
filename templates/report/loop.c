% -- SPDX-License-Identifier: MIT
% -- loop.c: the norm as a plain loop, LOOP, for one spec
/* Without ln_kernel.h, which would keep the compiler from -ffast-math. Rows have no gaps. */
#include <math.h>
#include <stddef.h>

void LOOP(float *restrict y, const float *restrict x, const float *restrict gamma, const float *restrict beta, float eps,
          size_t rows);

void LOOP(float *restrict y, const float *restrict x, const float *restrict gamma, const float *restrict beta, float eps,
          size_t rows)
{
    enum { WIDTH = ${width} };
    (void)gamma;
    (void)beta;
    for (size_t row = 0; row < rows; row++, x += WIDTH, y += WIDTH) {
% if centred then
        float mean = 0;
        for (size_t i = 0; i < WIDTH; i++)
            mean += x[i];
        mean /= WIDTH;
% else
        const float mean = 0;
% end
        float squares = 0;
        for (size_t i = 0; i < WIDTH; i++)
            squares += (x[i] - mean) * (x[i] - mean);
        const float rstd = 1 / sqrtf(squares / WIDTH + eps);
        for (size_t i = 0; i < WIDTH; i++)
            y[i] = ${y};
    }
}
