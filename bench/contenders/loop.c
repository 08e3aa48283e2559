/* loop.c - LayerNorm as it is written in every textbook, for a compiler to do its best on. Built several times:
 * LOOP is the function's name; LOOP_SUMS chooses one sweep for both sums, fast and inaccurate far from zero. */
#include "loop.h"

#include <math.h>

static void rows(float *restrict y, const float *restrict x, const float *restrict gamma, const float *restrict beta,
                 size_t width, size_t count, float eps)
{
    for (size_t row = 0; row < count; row++, x += width, y += width) {
#ifdef LOOP_SUMS
        float sum = 0, squares = 0;
        for (size_t i = 0; i < width; i++) {
            sum += x[i];
            squares += x[i] * x[i];
        }
        const float mean = sum / (float)width;
        const float variance = squares / (float)width - mean * mean;
#else
        float sum = 0, squares = 0;
        for (size_t i = 0; i < width; i++)
            sum += x[i];
        const float mean = sum / (float)width;
        for (size_t i = 0; i < width; i++)
            squares += (x[i] - mean) * (x[i] - mean);
        const float variance = squares / (float)width;
#endif
        const float rstd = 1.0f / sqrtf(variance + eps);
        for (size_t i = 0; i < width; i++)
            y[i] = (x[i] - mean) * rstd * gamma[i] + beta[i];
    }
}

static void run(const Job *job) { rows(job->y, job->x, job->gamma, job->beta, job->width, job->rows, job->eps); }

#if defined(__AVX512F__)
#define LOOP_ISA ISA_AVX512
#elif defined(__AVX2__)
#define LOOP_ISA ISA_AVX2
#else
#define LOOP_ISA ISA_SCALAR
#endif

const Loop LOOP = {run, LOOP_ISA};
