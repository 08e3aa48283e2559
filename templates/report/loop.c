% -- loop.c: the norm as a plain loop, LOOP, for one spec
#include "ln_kernel.h"

#include <math.h>

void LOOP(const ln_args *a, size_t rows);

void LOOP(const ln_args *a, size_t rows)
{
    enum { WIDTH = ${width} };
    const float *gamma = a->gamma, *beta = a->beta;
    (void)gamma;
    (void)beta;
    for (size_t row = 0; row < rows; row++) {
        const float *x = (const float *)a->x + row * a->x_stride;
        float *y = (float *)a->y + row * a->y_stride;
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
        const float rstd = 1 / sqrtf(squares / WIDTH + a->eps);
        for (size_t i = 0; i < WIDTH; i++)
            y[i] = (x[i] - mean) * rstd${gain and " * " .. gain or ""}${shift and " + " .. shift or ""};
    }
}
