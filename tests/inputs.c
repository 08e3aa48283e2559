/* inputs.c - the random numbers and classes of rows that inputs.h declares. */
#include "inputs.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* splitmix64 */
uint32_t random_bits(Random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

float random_uniform(Random *r) { return (float)(random_bits(r) >> 8) * 0x1p-24f; }

/* A sum of twelve uniform numbers: close enough to normal, and the same on every machine. */
float random_normal(Random *r)
{
    float sum = -6;
    for (int i = 0; i < 12; i++)
        sum += random_uniform(r);
    return sum;
}

uint64_t test_seed(void)
{
    const char *text = getenv("LN_TEST_SEED");
    const uint64_t seed = text && *text ? strtoull(text, NULL, 0) : 1;
    printf("seed %" PRIu64 " (LN_TEST_SEED)\n", seed);
    return seed;
}

static void shifted(Random *r, float *x, size_t n, float mean, float deviation)
{
    for (size_t i = 0; i < n; i++)
        x[i] = mean + deviation * random_normal(r);
}
static void normal(Random *r, float *x, size_t n) { shifted(r, x, n, 0, 1); }
static void mean_1(Random *r, float *x, size_t n) { shifted(r, x, n, 1, 1); }
static void mean_1000(Random *r, float *x, size_t n) { shifted(r, x, n, 1000, 1); }
static void mean_1e5(Random *r, float *x, size_t n) { shifted(r, x, n, 1e5f, 1); }
static void near_1e18(Random *r, float *x, size_t n) { shifted(r, x, n, 0, 1e18f); }
static void near_1e30(Random *r, float *x, size_t n) { shifted(r, x, n, 0, 1e30f); }
static void mean_1e30(Random *r, float *x, size_t n) { shifted(r, x, n, 1e30f, 1e28f); }
static void near_1e_30(Random *r, float *x, size_t n) { shifted(r, x, n, 0, 1e-30f); }

static void outliers(Random *r, float *x, size_t n)
{
    shifted(r, x, n, 0, 1);
    for (size_t k = 0; k < (n + 255) / 256; k++)
        x[random_bits(r) % n] *= 1000;
}

static void constant(Random *r, float *x, size_t n)
{
    const float value = 100 * random_normal(r);
    for (size_t i = 0; i < n; i++)
        x[i] = value;
}

static void constant_large(Random *r, float *x, size_t n)
{
    const float value = 1e37f * random_normal(r);
    for (size_t i = 0; i < n; i++)
        x[i] = value;
}

/* Each element is one of two neighbouring floats: the deviation is about a unit in the last place. */
static void almost_constant(Random *r, float *x, size_t n)
{
    const float value = 1 + random_uniform(r);
    for (size_t i = 0; i < n; i++)
        x[i] = random_bits(r) & 1 ? value : nextafterf(value, 3);
}

static void zero(Random *r, float *x, size_t n)
{
    (void)r;
    for (size_t i = 0; i < n; i++)
        x[i] = 0;
}

static void negative_zero(Random *r, float *x, size_t n)
{
    (void)r;
    for (size_t i = 0; i < n; i++)
        x[i] = -0.0f;
}

static void denormal(Random *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (random_bits(r) & 1 ? 1.0f : -1.0f) * (float)(random_bits(r) & 0xffff) * 0x1p-149f;
}

static void with_nan(Random *r, float *x, size_t n)
{
    shifted(r, x, n, 0, 1);
    x[random_bits(r) % n] = NAN;
}

static void with_infinity(Random *r, float *x, size_t n)
{
    shifted(r, x, n, 0, 1);
    x[random_bits(r) % n] = INFINITY;
    if (random_bits(r) & 1)
        x[random_bits(r) % n] = -INFINITY;
}

static void ramp(Random *r, float *x, size_t n)
{
    const float first = random_normal(r);
    for (size_t i = 0; i < n; i++)
        x[i] = first + (float)i;
}

static void alternating(Random *r, float *x, size_t n)
{
    const float a = 10 * random_normal(r);
    for (size_t i = 0; i < n; i++)
        x[i] = i & 1 ? -a : a;
}

static void uniform(Random *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = random_uniform(r);
}

static void post_relu(Random *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float a = random_normal(r);
        x[i] = a > 0 ? a : 0;
    }
}

static void largest(Random *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = random_bits(r) & 1 ? FLT_MAX : -FLT_MAX;
}

/* Elements of nearly all exponents in one row. */
static void any_scale(Random *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = ldexpf(random_normal(r), (int)(random_bits(r) % 250) - 125);
}

/* With eps 0 the variance is on either side of 2^-120, from where on float serves. */
static void tiny_variance(Random *r, float *x, size_t n)
{
    shifted(r, x, n, 0, random_bits(r) & 1 ? 0x1.3p-60f : 0x1.ap-61f);
}

static size_t common_divisor(size_t a, size_t b)
{
    while (b) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

void edge_of_near(Random *r, float *x, size_t n)
{
    size_t divides = 0, s = 1, q = 0;
    if (n > 4) {
        divides = n * (n - 4) / common_divisor(n * (n - 4), 3 * n - 4);
        for (size_t p = 2, rest = divides; rest > 1; p++) /* s: the least number whose square `divides` divides */
            for (unsigned turn = 0; rest % p == 0; turn++) {
                rest /= p;
                s *= turn % 2 ? 1 : p;
            }
        s *= 2 * (1 + random_bits(r) % 12);
        q = s * s / divides * ((3 * n - 4) / common_divisor(n * (n - 4), 3 * n - 4));
    }
    if (n <= 4 || q / n > 200000) {
        shifted(r, x, n, 0.7f, 1);
        return;
    }
    size_t squares = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t share = s / n + (i < s % n);
        x[i] = (float)share;
        squares += (size_t)x[i] * (size_t)x[i];
    }
    /* Moving d from one element to an equal one adds 2 d^2 to the squares. */
    const size_t usual = (size_t)sqrt((double)(q - squares) / (double)n);
    for (size_t i = 0; i + 1 < n && squares < q; i++) {
        const size_t left = (q - squares) / 2, all = (size_t)sqrt((double)left);
        const size_t d = i + 12 < n && usual && usual < all ? usual : all;
        if (x[i] == x[i + 1] && d) {
            x[i] += (float)d;
            x[i + 1] -= (float)d;
            squares += 2 * d * d;
            i++;
        }
    }
    for (size_t i = n - 1; i > 0; i--) { /* any order gives the same sums */
        const size_t j = random_bits(r) % (i + 1);
        const float kept = x[i];
        x[i] = x[j];
        x[j] = kept;
    }
}

const InputClass input_classes[] = {
    {"normal", normal, FINITE},
    {"mean_1", mean_1, FINITE},
    {"mean_1000", mean_1000, FINITE},
    {"mean_1e5", mean_1e5, FINITE},
    {"outliers", outliers, FINITE},
    {"constant", constant, CONSTANT},
    {"constant_large", constant_large, CONSTANT},
    {"almost_constant", almost_constant, FINITE},
    {"zero", zero, CONSTANT},
    {"negative_zero", negative_zero, CONSTANT},
    {"near_1e18", near_1e18, FINITE},
    {"near_1e30", near_1e30, FINITE},
    {"mean_1e30", mean_1e30, FINITE},
    {"near_1e-30", near_1e_30, FINITE},
    {"denormal", denormal, FINITE},
    {"nan", with_nan, NOT_FINITE},
    {"infinity", with_infinity, NOT_FINITE},
    {"ramp", ramp, FINITE},
    {"alternating", alternating, FINITE},
    {"uniform", uniform, FINITE},
    {"post_relu", post_relu, FINITE},
    {"largest", largest, FINITE},
    {"any_scale", any_scale, FINITE},
    {"tiny_variance", tiny_variance, FINITE},
};
const size_t input_class_count = sizeof input_classes / sizeof input_classes[0];
