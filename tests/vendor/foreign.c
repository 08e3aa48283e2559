/* SPDX-License-Identifier: MIT */
/* foreign.c [disturbed] - prints a hash of what each function of a pair writes, for each class of rows, so that two
 * processors can be compared. The rows are made by integers alone. `disturbed`: the calling thread rounds upwards and
 * flushes denormals to zero, where a pair promises the same bits nevertheless. */
#include "vend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum { ROWS = 9, WIDEST = 600, CLASSES = 7 };

static const uint32_t EMPTY = 2166136261u; /* the hash of nothing: FNV-1a */
static uint32_t seed, hash;

static uint32_t drawn(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

/* A sign, a mantissa, and an exponent of `lowest` or up to spread - 1 more. */
static uint32_t near(uint32_t lowest, uint32_t spread)
{
    const uint32_t bits = drawn() & 0x807fffffu;
    return bits | (lowest + drawn() % spread) << 23;
}

static uint32_t element(int class, size_t i, size_t row)
{
    switch (class) {
    case 0:
        return near(123, 5);
    case 1:
        return 136u << 23 | (drawn() & 0xffffu); /* a mean far above the deviation */
    case 2:
        return near(0, 40); /* denormals, and squares that are */
    case 3:
        return near(180, 40); /* squares overflow */
    case 4:
        return i == 5 * row ? 0x7f800000u : near(120, 8); /* an infinity */
    case 5:
        return i == 3 * row ? 0x7fc12345u : near(120, 8); /* a NaN */
    default:
        return i % 2 ? 0x80000000u : 0; /* zeros of both signs */
    }
}

static void add(uint32_t value)
{
    for (int i = 0; i < 32; i += 8)
        hash = (hash ^ (value >> i & 255u)) * 16777619u;
}

/* NaN counts as one value. */
static void add_floats(const float *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, p + i, sizeof bits);
        add((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : bits);
    }
}

static void add_halves(const uint16_t *p, size_t n, uint32_t infinity)
{
    for (size_t i = 0; i < n; i++)
        add((p[i] & 0x7fffu) > infinity ? 0xffffu : p[i]);
}

static float x[ROWS * WIDEST], y[ROWS * WIDEST], dy[ROWS * WIDEST], gamma[WIDEST], beta[WIDEST];
static float mean[ROWS], rstd[ROWS], dgamma[WIDEST], dbeta[WIDEST];
static uint16_t hx[ROWS * WIDEST], hy[ROWS * WIDEST], hgamma[WIDEST], hbeta[WIDEST];

static void fill(float *p, size_t i, uint32_t bits) { memcpy(p + i, &bits, sizeof bits); }

static void say(const char *name, size_t width, int class)
{
    add_floats(mean, ROWS);
    add_floats(rstd, ROWS);
    printf("%s %u %d %08x\n", name, (unsigned)width, class, (unsigned)hash);
    hash = EMPTY;
    memset(mean, 0, sizeof mean);
}

static void in_f32(size_t w, int class, float eps, void *workspace)
{
    const size_t n = ROWS * w;
    if (w == 64)
        vend_layernorm_f32_64(y, mean, rstd, x, gamma, beta, eps, ROWS);
    else
        vend_layernorm_f32_any(y, mean, rstd, x, gamma, beta, eps, ROWS, w);
    add_floats(y, n);
    vend_layernorm_backward_f32_any(y, dgamma, dbeta, dy, x, mean, rstd, gamma, ROWS, w, workspace);
    add_floats(y, n);
    add_floats(dgamma, w);
    add_floats(dbeta, w);
    say("layernorm_f32", w, class);
    if (w == 64)
        vend_rmsnorm_f32_64(y, rstd, x, gamma, eps, ROWS);
    else
        vend_rmsnorm_f32_any(y, rstd, x, gamma, eps, ROWS, w);
    add_floats(y, n);
    vend_rmsnorm_backward_f32_any(y, dgamma, dy, x, rstd, gamma, ROWS, w, workspace);
    add_floats(y, n);
    add_floats(dgamma, w);
    say("rmsnorm_f32", w, class);
}

/* f16 has a smaller exponent: the element's low bits are its bits. */
static void in_16_bits(size_t w, int class, float eps)
{
    const size_t n = ROWS * w;
    for (size_t i = 0; i < n; i++)
        hx[i] = (uint16_t)(element(class, i % w, i / w) >> 16);
    vend_layernorm_bf16_any(hy, mean, rstd, hx, hgamma, hbeta, eps, ROWS, w);
    add_halves(hy, n, 0x7f80);
    say("layernorm_bf16", w, class);
    vend_rmsnorm_bf16_any(hy, rstd, hx, hgamma, eps, ROWS, w);
    add_halves(hy, n, 0x7f80);
    say("rmsnorm_bf16", w, class);
    for (size_t i = 0; i < n; i++)
        hx[i] = (uint16_t)element(class, i % w, i / w);
    vend_layernorm_f16_any(hy, mean, rstd, hx, hgamma, hbeta, eps, ROWS, w);
    add_halves(hy, n, 0x7c00);
    say("layernorm_f16", w, class);
}

static void disturb(void)
{
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0xc040u);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0x1400000u));
#endif
}

int main(int argc, char **argv)
{
    static const size_t widths[] = {1, 17, 64, WIDEST};
    void *workspace = malloc(1 << 20);
    if (!workspace)
        return 1;
    if (argc > 1 && strcmp(argv[1], "disturbed") == 0)
        disturb();
    hash = EMPTY;
    for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
        for (int class = 0; class < CLASSES; class ++) {
            const size_t w = widths[k];
            const float eps = class == 2 ? 0 : 0x1p-17f;
            seed = (uint32_t)(w * 977 + (size_t) class * 31 + 7);
            for (size_t i = 0; i < ROWS * w; i++) {
                fill(x, i, element(class, i % w, i / w));
                fill(dy, i, near(122, 6));
            }
            for (size_t i = 0; i < w; i++) {
                fill(gamma, i, near(125, 3));
                fill(beta, i, near(122, 5));
                hgamma[i] = (uint16_t)(0x3c00u + drawn() % 0x400u);
                hbeta[i] = (uint16_t)(0x3800u + drawn() % 0x400u);
            }
            in_f32(w, class, eps, workspace);
            in_16_bits(w, class, eps);
        }
    free(workspace);
    return 0;
}
