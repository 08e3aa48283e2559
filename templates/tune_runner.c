% -- tune_runner.c: times the candidates of one kernel in turns; prints "part index median" lines
#define _POSIX_C_SOURCE 200809L
#include "ln_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WIDTH = ${width}, ROUNDS = ${rounds} };

ln_kernel ${any};
% for _, name in ipairs(names) do
ln_kernel ${name};
% end

static ln_kernel *const candidates[] = {
% for _, name in ipairs(names) do
    ${name},
% end
    ${any},
};
enum { COUNT = sizeof candidates / sizeof candidates[0] };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median ns a row of the first `used` candidates and of the kernel for any width, into ns[]. */
static void measure(ln_args *a, size_t rows, int used, int rounds, double *ns)
{
    static double samples[COUNT][1000];
    const double work = (double)rows * WIDTH * 0.1 + 50;
    size_t repeat = 1;
    while ((double)repeat * work < 1e5)
        repeat *= 2;
    if (repeat < 3 && work < 2e7)
        repeat = 3;
    for (int round = -1; round < rounds; round++)
        for (int c = 0; c < COUNT; c++) {
            if (c >= used && c != COUNT - 1)
                continue;
            candidates[c](a, 0, rows);
            candidates[c](a, 0, rows);
            const double begun = now();
            for (size_t i = 0; i < repeat; i++)
                candidates[c](a, 0, rows);
            if (round >= 0)
                samples[c][round] = (now() - begun) / (double)repeat / (double)rows;
        }
    for (int c = 0; c < COUNT; c++) {
        qsort(samples[c], (size_t)rounds, sizeof samples[c][0], ascending);
        ns[c] = samples[c][rounds / 2];
    }
}

static void print(const char *part, int used, const double *ns)
{
    for (int c = 0; c < used; c++)
        printf("%s %d %.3f\n", part, c + 1, ns[c]);
    printf("any %s %.3f\n", part, ns[COUNT - 1]);
}

int main(void)
{
    long cache = 0; /* KiB; sysconf counts the caches of the whole machine */
    FILE *f = fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r");
    if (!f || fscanf(f, "%ld", &cache) != 1 || cache <= 0 || cache > 1 << 20)
        cache = 32 << 10;
    if (f)
        fclose(f);
    const size_t row_bytes = WIDTH * sizeof(float);
    const size_t many = ((size_t)cache * 1024 * 3 + row_bytes) / row_bytes, bytes = many * row_bytes;
    float *x, *y, *gamma, *beta;
    if (posix_memalign((void **)&x, 4096, bytes) || posix_memalign((void **)&y, 4096, bytes) ||
        posix_memalign((void **)&gamma, 64, row_bytes + 64) || posix_memalign((void **)&beta, 64, row_bytes + 64))
        return 1;
    unsigned state = 1;
    for (size_t i = 0; i < many * WIDTH; i++) {
        float sum = 0;
        for (int k = 0; k < 3; k++) {
            state = state * 1664525u + 1013904223u;
            sum += (float)(state >> 8) * 0x1p-23f - 1;
        }
        x[i] = sum;
    }
    for (size_t i = 0; i < WIDTH; i++) {
        gamma[i] = 1 + 0.001f * (float)(i % 100);
        beta[i] = 0.01f * (float)(i % 7);
    }
    memset(y, 0, bytes);
    ln_args a = {.width = WIDTH, .x_stride = WIDTH, .y_stride = WIDTH, .x = x, .y = y, .gamma = gamma, .beta = beta,
                 .eps = 1e-5f};

    static double ns[COUNT], ns2[COUNT];
    measure(&a, 1, ${counts.one}, ROUNDS, ns);
    print("one", ${counts.one}, ns);
    /* sixteen rows, and a batch that leaves the second-level cache: both count alike */
    measure(&a, 16, ${counts.few}, ROUNDS, ns);
    measure(&a, 256, ${counts.few}, ROUNDS, ns2);
    for (int c = 0; c < COUNT; c++) {
        double product = ns[c] * ns2[c], root = product > 0 ? product : 1;
        for (int i = 0; i < 60; i++)
            root = (root + product / root) / 2;
        ns[c] = root;
    }
    print("few", ${counts.few}, ns);
    a.stream = 1;
    measure(&a, many, ${counts.many}, ROUNDS / 3 + 1, ns);
    print("many", ${counts.many}, ns);
    return 0;
}
