/* SPDX-License-Identifier: MIT */
/* accuracy.c - measures how far results are from the exact ones, in units of the last place at row scale.
 *
 *     accuracy ISA
 *
 * accuracy_long.c does so over more elements.
 *
 * With gamma 1 and beta 0, |y - exact| / ulp(max(|exact|, rms of the exact row)) is at most 3. With random gamma and
 * beta the error may be 5 units at the scale max(|gamma| * max(|t|, rms of t), |beta|), where t is the exact row before
 * both: a unit of t can be two units of gamma * t. The error of mean is measured at the scale max(|mean|, rms of the
 * deviations), the error of rstd relative to rstd. Rows whose elements are all equal give beta; rows with NaN or an
 * infinity give NaN. Rows that repeat two numbers have bounds of their own. */
#include "check.h"
#include "exact.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"

#include <float.h>
#include <math.h>

enum { WIDTH_MAX = 8192, ROWS = 16 };

typedef struct Worst {
    double y, affine, mean, rstd;
} Worst;

static const Worst bounds = {.y = 3, .affine = 5, .mean = 1.5, .rstd = 2.5};

static float x[ROWS * WIDTH_MAX], y[ROWS * WIDTH_MAX], z[ROWS * WIDTH_MAX];
static long double t[WIDTH_MAX];
static float ones[WIDTH_MAX], zeros[WIDTH_MAX];

/* Rows of x without gaps, normalised to y with gamma 1 and beta 0. */
static ln_args plain(size_t n, float *mean, float *rstd, float eps)
{
    return (ln_args){.width = n,
                     .x_stride = n,
                     .y_stride = n,
                     .x = x,
                     .y = y,
                     .gamma = ones,
                     .beta = zeros,
                     .mean = mean,
                     .rstd = rstd,
                     .eps = eps};
}

static void check_class(const ln_entry *e, const InputClass *kind, size_t n, float eps, Random *r, Worst *worst)
{
    static float gamma_[WIDTH_MAX], beta[WIDTH_MAX];
    float mean[ROWS], rstd[ROWS];
    for (size_t row = 0; row < ROWS; row++)
        kind->fill(r, x + row * n, n);
    for (size_t i = 0; i < n; i++) {
        gamma_[i] = 1 + 0.5f * random_normal(r);
        beta[i] = random_normal(r);
    }
    ln_args a = plain(n, mean, rstd, eps);
    CHECK(ln_run(e, &a, ROWS) == LN_OK);
    a.y = z, a.gamma = gamma_, a.beta = beta;
    CHECK(ln_run(e, &a, ROWS) == LN_OK);

    for (size_t row = 0; row < ROWS; row++) {
        const float *in = x + row * n, *out = y + row * n, *affine = z + row * n;
        if (kind->kind == NOT_FINITE) {
            size_t numbers = 0;
            for (size_t i = 0; i < n; i++)
                numbers += !isnan(out[i]) || !isnan(affine[i]);
            CHECK(numbers == 0);
            CHECK(isnan(rstd[row]));
            continue;
        }
        const Exact exact = exact_row(in, n, eps, 1, t);
        if (kind->kind == CONSTANT) {
            size_t wrong = 0;
            for (size_t i = 0; i < n; i++)
                wrong += out[i] != 0 || affine[i] != beta[i];
            CHECK(wrong == 0);
            CHECK(mean[row] == in[0]);
        } else {
            for (size_t i = 0; i < n; i++) {
                raise_to(&worst->y, (long double)out[i] - t[i], ulp(fmaxl(fabsl(t[i]), exact.rms)));
                const long double g = (long double)gamma_[i], b = (long double)beta[i];
                const long double scale = fmaxl(fabsl(g) * fmaxl(fabsl(t[i]), exact.rms), fabsl(b));
                raise_to(&worst->affine, (long double)affine[i] - (t[i] * g + b), ulp(scale));
            }
            raise_to(&worst->mean, (long double)mean[row] - exact.mean, ulp(fmaxl(fabsl(exact.mean), exact.deviation)));
        }
        if (exact.rstd > 0 && exact.rstd <= (long double)FLT_MAX)
            raise_to(&worst->rstd, (long double)rstd[row] - exact.rstd, ulp(exact.rstd));
    }
}

static void check_widths(const InputClass *kind, ln_isa isa, Random *r, unsigned rounds, const Worst *most)
{
    static const size_t widths[] = {1,   2,   3,   5,   16,  17,   48,   64,   100,  128,
                                    240, 496, 512, 513, 768, 1000, 1024, 1600, 4096, 8192};
    static const float epsilons[] = {0, 1e-12f, 1e-5f};
    Worst worst = {0, 0, 0, 0};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        const ln_entry *e = ln_find_isa((ln_spec){.width = widths[w]}, isa, NULL);
        if (CHECK(e && e->isa == isa))
            for (size_t i = 0; i < sizeof epsilons / sizeof epsilons[0] * rounds; i++)
                check_class(e, kind, widths[w], epsilons[i % 3], r, &worst);
    }
    printf("%-16s %8.3f %8.3f %8.3f %8.3f\n", kind->name, worst.y, worst.affine, worst.mean, worst.rstd);
    CHECK(worst.y <= most->y);
    CHECK(worst.affine <= most->affine);
    CHECK(worst.mean <= most->mean);
    CHECK(worst.rstd <= most->rstd);
}

/* Two numbers in turn, with a mean of up to 0.7 deviations: a lane holds one number, and all of its roundings go the
 * same way. */
static void two_in_turn(Random *r, float *row, size_t n)
{
    const float a = 1 + random_uniform(r), b = -a * (0.15f + 0.85f * random_uniform(r));
    for (size_t i = 0; i < n; i++)
        row[i] = i & 1 ? b : a;
}

/* With eps 0 the deviation of a constant row is 0, or, where N * (1/N) is rounded down, at most 2^-46 of the row, so
 * that 1/rstd^2 is at most 2^-92 of its square more than eps. */
static void constant_rows(ln_isa isa, Random *r)
{
    static const size_t widths[] = {2, 49, 98, 161, 322, 512, 768, 3211};
    size_t large = 0, wrong = 0;
    float mean, rstd;
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (int turn = 0; turn < 200; turn++) {
            const size_t n = widths[w];
            const float value = ldexpf(1 + random_uniform(r), (int)(random_bits(r) % 120) - 40),
                        eps = turn & 1 ? 1e-5f : 0;
            for (size_t i = 0; i < n; i++)
                x[i] = value;
            const ln_args a = plain(n, &mean, &rstd, eps);
            CHECK(ln_run(ln_find_isa((ln_spec){.width = n}, isa, NULL), &a, 1) == LN_OK);
            const double variance = rstd > 0 ? 1 / ((double)rstd * (double)rstd) - (double)eps * (1 + 0x1p-20) : 0;
            large += eps == 0 && rstd > 0;
            wrong += mean != value || variance > 0x1p-92 * (double)value * (double)value;
            for (size_t i = 0; i < n; i++)
                wrong += y[i] != 0;
        }
    CHECK(wrong == 0);
    CHECK(large > 0);
}

int main(int argc, char **argv)
{
    ln_isa isa;
    const int ended = isa_argument(argc, argv, "accuracy", &isa);
    if (ended)
        return ended;
    if (LDBL_MANT_DIG < 64) {
        puts("long double is no wider than double here: skipped");
        return SKIPPED;
    }
    Random r = {test_seed()};
    for (size_t i = 0; i < WIDTH_MAX; i++)
        ones[i] = 1;

    printf("%-16s %8s %8s %8s %8s   largest error, units of the last place\n", "input", "y", "affine", "mean", "rstd");
    for (size_t k = 0; k < input_class_count; k++)
        check_widths(&input_classes[k], isa, &r, 1, &bounds);
    const InputClass in_turn = {"two in turn", two_in_turn, FINITE};
    check_widths(&in_turn, isa, &r, 8, &(Worst){.y = 8, .affine = 10, .mean = 4, .rstd = 5});
    constant_rows(isa, &r);
    return check_status();
}
