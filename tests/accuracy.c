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
 * infinity give NaN. */
#include "check.h"
#include "exact.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"

#include <float.h>
#include <math.h>

enum { WIDTH_MAX = 8192, ROWS = 16 };

static const double Y_BOUND = 3, AFFINE_BOUND = 5, MEAN_BOUND = 1.5, RSTD_BOUND = 2.5;

typedef struct Worst {
    double y, affine, mean, rstd;
} Worst;

static float x[ROWS * WIDTH_MAX], y[ROWS * WIDTH_MAX], z[ROWS * WIDTH_MAX];
static long double t[WIDTH_MAX];

static void check_class(const ln_entry *e, const InputClass *kind, size_t n, float eps, Random *r, Worst *worst)
{
    static float gamma_[WIDTH_MAX], beta[WIDTH_MAX], ones[WIDTH_MAX], zeros[WIDTH_MAX];
    float mean[ROWS], rstd[ROWS];
    for (size_t row = 0; row < ROWS; row++)
        kind->fill(r, x + row * n, n);
    for (size_t i = 0; i < n; i++) {
        gamma_[i] = 1 + 0.5f * random_normal(r);
        beta[i] = random_normal(r);
        ones[i] = 1;
    }
    ln_args a = {.width = n,
                 .x_stride = n,
                 .y_stride = n,
                 .x = x,
                 .y = y,
                 .gamma = ones,
                 .beta = zeros,
                 .mean = mean,
                 .rstd = rstd,
                 .eps = eps};
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

    static const size_t widths[] = {1, 2, 3, 5, 16, 17, 64, 100, 128, 512, 513, 768, 1000, 1024, 1600, 4096, 8192};
    static const float epsilons[] = {0, 1e-12f, 1e-5f};
    printf("%-16s %8s %8s %8s %8s   largest error, units of the last place\n", "input", "y", "affine", "mean", "rstd");
    for (size_t k = 0; k < input_class_count; k++) {
        const InputClass *kind = &input_classes[k];
        Worst worst = {0, 0, 0, 0};
        for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
            const ln_entry *e = ln_find_isa((ln_spec){.width = widths[w]}, isa, NULL);
            if (CHECK(e && e->isa == isa))
                for (size_t i = 0; i < sizeof epsilons / sizeof epsilons[0]; i++)
                    check_class(e, kind, widths[w], epsilons[i], &r, &worst);
        }
        printf("%-16s %8.3f %8.3f %8.3f %8.3f\n", kind->name, worst.y, worst.affine, worst.mean, worst.rstd);
        CHECK(worst.y <= Y_BOUND);
        CHECK(worst.affine <= AFFINE_BOUND);
        CHECK(worst.mean <= MEAN_BOUND);
        CHECK(worst.rstd <= RSTD_BOUND);
    }
    return check_status();
}
