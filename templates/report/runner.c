% -- SPDX-License-Identifier: MIT
% -- runner.c: times and checks a kernel beside its competitors; prints "time CONTENDER ROWS ns" and "error ..." lines
/* time CONTENDER ROWS NS         median ns a row
 * error CONTENDER BUCKET COUNT   how many results were off by up to 2^BUCKET units in the last place, and more than by
 *                                those of the bucket before
 * worst CONTENDER UNITS          the largest error */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "ln_cpu.h"
#include "ln_kernel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { WIDTH = ${width}, ROUNDS = ${rounds}, LACKS_TARGET = ${lacks_target} };

% for _, c in ipairs(contenders) do
%   if c.kernel then
ln_kernel ${c.symbol};
%   elseif c.symbol ~= "onednn_run" then
void ${c.symbol}(float *y, const float *x, const float *gamma, const float *beta, float eps, size_t rows);
%   end
% end
% if onednn then
int onednn_open(size_t width, size_t rows, float eps);
void onednn_run(const ln_args *a, size_t rows);
% end

% for i, c in ipairs(contenders) do
%   local loop = not c.kernel and c.symbol ~= "onednn_run"
%   local given = loop and "a->y, a->x, a->gamma, a->beta, a->eps, rows" or c.kernel and "a, 0, rows" or "a, rows"
static void run_${i}(const ln_args *a, size_t rows) { ${c.symbol}(${given}); }
% end

/* Floors: what reading x and writing y takes without a norm. */
static void copy_library(const ln_args *a, size_t rows) { memcpy(a->y, a->x, rows * WIDTH * sizeof(float)); }

static void copy_past(const ln_args *a, size_t rows)
{
#if defined(__SSE2__)
    const float *x = a->x;
    float *y = a->y;
    size_t i = 0;
    for (; i + 4 <= rows * WIDTH; i += 4)
        _mm_stream_ps(y + i, _mm_loadu_ps(x + i));
    for (; i < rows * WIDTH; i++)
        y[i] = x[i];
    _mm_sfence();
#else
    copy_library(a, rows);
#endif
}

static const struct {
    const char *name;
    void (*run)(const ln_args *a, size_t rows);
} contenders[] = {
    {"floor", copy_library},
    {"floor-past", copy_past},
% for i, c in ipairs(contenders) do
    {"${c.name}", run_${i}},
% end
};
enum { COUNT = sizeof contenders / sizeof contenders[0] };

% include "tune/clock.c"

static double random_value(void)
{
    static unsigned state = 1;
    double sum = 0;
    for (int k = 0; k < 4; k++) {
        state = state * 1664525u + 1013904223u;
        sum += (double)(state >> 8) * 0x1p-23 - 1;
    }
    return sum * 0.866;
}

static void measure(ln_args *a, size_t rows)
{
    static double samples[COUNT][ROUNDS];
    const double work = (double)rows * (WIDTH * 0.3 + 30) + 60;
    size_t repeat = 1;
    while ((double)repeat * work < 1e5)
        repeat *= 2;
    for (int round = -1; round < ROUNDS; round++)
        for (int c = 0; c < COUNT; c++) {
            const double begun = now();
            for (size_t i = 0; i < (round < 0 ? 1 : repeat); i++)
                contenders[c].run(a, rows);
            if (round >= 0)
                samples[c][round] = (now() - begun) / (double)repeat / (double)rows;
        }
    for (int c = 0; c < COUNT; c++) {
        qsort(samples[c], ROUNDS, sizeof(double), ascending);
        printf("time %s %zu %.3f\n", contenders[c].name, rows, samples[c][ROUNDS / 2]);
    }
}

/* The distance from a float to the next, at the scale of a value. */
static double unit(double value)
{
    int exponent;
    frexp(value, &exponent);
    return ldexp(1, exponent - 24);
}

/* The errors of some rows of named kinds; a result that is no number counts in the last bucket. */
enum { LEAST = ${least}, BUCKETS = ${buckets}, CHECKED = 32 };
static double worst[COUNT]; /* infinity where a result is no number */
static void check(ln_args *a, double around, double deviation, unsigned long long counts[COUNT][BUCKETS])
{
    float *x = (float *)(uintptr_t)a->x;
    const float *gamma = a->gamma, *beta = a->beta, *got = a->y;
    (void)gamma;
    (void)beta;
    static double exact[CHECKED][WIDTH], scale[CHECKED];
    for (size_t i = 0; i < CHECKED * WIDTH; i++)
        x[i] = (float)(around + deviation * random_value());
    for (size_t row = 0; row < CHECKED; row++) {
        const float *of = x + row * WIDTH;
        long double mean = 0, squares = 0, root = 0;
% if centred then
        for (size_t i = 0; i < WIDTH; i++)
            mean += (long double)of[i] / WIDTH;
% end
        for (size_t i = 0; i < WIDTH; i++)
            squares += ((long double)of[i] - mean) * ((long double)of[i] - mean) / WIDTH;
        const long double rstd = 1 / sqrtl(squares + (long double)a->eps);
        for (size_t i = 0; i < WIDTH; i++) {
            const long double t = ((long double)of[i] - mean) * rstd;
            exact[row][i] = (double)(${exact});
            root += (long double)exact[row][i] * (long double)exact[row][i] / WIDTH;
        }
        scale[row] = (double)sqrtl(root);
    }
    for (int c = 2; c < COUNT; c++) {
% if onednn then
        if (strcmp(contenders[c].name, "onednn") == 0 && !onednn_open(WIDTH, CHECKED, a->eps))
            continue;
% end
        contenders[c].run(a, CHECKED);
        for (size_t row = 0; row < CHECKED; row++)
            for (size_t i = 0; i < WIDTH; i++) {
                const double y = (double)got[row * WIDTH + i], e = exact[row][i];
                const double error = fabs(y - e) / unit(fmax(fabs(e), scale[row]));
                int bucket = BUCKETS - 1;
                for (int b = 0; b < BUCKETS - 1 && bucket == BUCKETS - 1; b++)
                    if (error <= ldexp(1, b + LEAST))
                        bucket = b;
                counts[c][bucket]++;
                worst[c] = error == error ? fmax(worst[c], error) : HUGE_VAL;
            }
    }
}

int main(void)
{
    if (!ln_cpu_has(LN_CPU_${target.name:upper()}))
        return LACKS_TARGET;
    enum { HUGE_PAGE = 2 << 20 };
    const size_t most = ${most_rows} < CHECKED ? CHECKED : ${most_rows}, array = (most * WIDTH + 16) * sizeof(float);
    char *memory = mmap(NULL, 2 * array + 4 * WIDTH * sizeof(float) + 4096 + 2 * HUGE_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fputs("there is not enough memory\n", stderr);
        return 1;
    }
    memory += (HUGE_PAGE - (uintptr_t)memory % HUGE_PAGE) % HUGE_PAGE;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, 2 * array + 4 * WIDTH * sizeof(float) + 4096, MADV_HUGEPAGE);
#endif
    float *x = (float *)memory, *gamma = x + (array / 64 * 64 + 64) / 4, *beta = gamma + (WIDTH + 15) / 16 * 16;
    float *y = beta + (WIDTH + 15) / 16 * 16;
    for (size_t i = 0; i < WIDTH; i++) {
        gamma[i] = (float)(1 + 0.1 * random_value());
        beta[i] = (float)(0.1 * random_value());
    }
    for (size_t i = 0; i < most * WIDTH; i++)
        x[i] = i < 4099 ? (float)random_value() : x[i - 4099];
    ln_args a = {.width = WIDTH, .x_stride = WIDTH, .y_stride = WIDTH, .x = x, .y = y, .gamma = gamma, .beta = beta,
                 .eps = 1e-5f};
% for _, rows in ipairs(rows_list) do
%   if onednn then
    if (!onednn_open(WIDTH, ${rows}, a.eps))
        return 1;
%   end
    a.stream = (size_t)${rows} * WIDTH * sizeof(float) >= ln_cpu_stream_bytes();
    measure(&a, ${rows});
% end
    a.stream = 0;

    static unsigned long long counts[COUNT][BUCKETS];
    for (int repeat = 0; repeat < ${repeats}; repeat++) {
        check(&a, 0, 1, counts);
        check(&a, 10, 1, counts);
        check(&a, 1000, 1, counts);
        check(&a, 1e5, 10, counts);
    }
    for (int c = 2; c < COUNT; c++) {
        for (int b = 0; b < BUCKETS; b++)
            if (counts[c][b])
                printf("error %s %d %llu\n", contenders[c].name, b + LEAST, counts[c][b]);
        printf("worst %s %.2f\n", contenders[c].name, worst[c]);
    }
    return 0;
}
