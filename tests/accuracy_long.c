/* SPDX-License-Identifier: MIT */
/* accuracy_long.c - measures errors over as many elements as wanted, beside those of a plain loop and of oneDNN.
 *
 *     accuracy_long ISA ELEMENTS
 *
 * Measures so many elements of each op and class of finite inputs, at widths 64, 768, 1000 and 4096, and prints how
 * many have which error, in units of the last place at the scale max(|exact|, rms of the exact row), with gamma 1 and
 * beta 0. Errors of lngen's kernels above 3 units fail. The others are measured on every seventh batch. All classes
 * advance together; SIGINT or SIGTERM ends the program early, with the table of what it has measured. Each op and class
 * has random numbers of its own, so that the same seed and number of elements give the same table. */
#include "check.h"
#include "exact.h"
#include "inputs.h"
#include "isas.h"
#include "ln.h"
#include "reference.h"

#include <float.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MAX = 4096, ROWS = 16, ROUNDS = 100, OPS = 2, CLASSES_MAX = 64, OTHERS_EVERY = 7 };

static const size_t widths[] = {64, 768, 1000, 4096};
enum { WIDTHS = sizeof widths / sizeof widths[0] };
static const double limits[] = {0.5, 1, 1.5, 2, 2.5, 3, 8, 64, 1024};
enum { LIMITS = sizeof limits / sizeof limits[0] };
static const double BOUND = 3;

/* How many elements have errors up to each limit, and the largest error. */
typedef struct Histogram {
    double worst, elements, up_to[LIMITS];
} Histogram;

enum { LNGEN, LOOP, ONEDNN, WHO };
static const char *const names[WHO] = {"lngen", "loop", "oneDNN"};

typedef struct Measured {
    const ln_entry *entries[WIDTHS];
    size_t count;
    Random random;
    unsigned turn;
    Histogram of[WHO];
} Measured;

static float x[ROWS * WIDTH_MAX], y[ROWS * WIDTH_MAX], others[WHO][ROWS * WIDTH_MAX];
static float ones[WIDTH_MAX], zeros[WIDTH_MAX];
static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

#ifdef HAVE_ONEDNN
int onednn_open(size_t width, size_t rows, float eps);
void onednn_run(const ln_args *a, size_t rows);
#else
static int onednn_open(size_t width, size_t rows, float eps) { return width + rows == 0 && eps == 0; }
static void onednn_run(const ln_args *a, size_t rows) { (void)a, (void)rows; }
#endif

/* What a programmer writes first: mean, variance and result in float, one sweep each. */
static void plain_loop(const float *in, float *out, size_t n, float eps, int centred)
{
    float mean = 0, squares = 0;
    for (size_t i = 0; i < n && centred; i++)
        mean += in[i];
    mean /= (float)n;
    for (size_t i = 0; i < n; i++)
        squares += (in[i] - mean) * (in[i] - mean);
    const float rstd = 1 / sqrtf(squares / (float)n + eps);
    for (size_t i = 0; i < n; i++)
        out[i] = (in[i] - mean) * rstd;
}

/* 1 / ulp(scale) for 0 <= scale < 2^100. */
static double units_per_one(double scale)
{
    uint64_t bits;
    if (scale < (double)FLT_MIN)
        scale = (double)FLT_MIN;
    memcpy(&bits, &scale, sizeof bits);
    bits = (uint64_t)(2 * DBL_MAX_EXP - 1 + FLT_MANT_DIG - 2 - (int)(bits >> 52)) << 52;
    memcpy(&scale, &bits, sizeof bits);
    return scale;
}

static void add_row(Histogram *h, const float *got, const long double *t, const double *per_one, size_t n)
{
    static float errors[WIDTH_MAX];
    double worst = h->worst;
    for (size_t i = 0; i < n; i++) {
        const double error = (double)fabsl((long double)got[i] - t[i]) * per_one[i];
        errors[i] = (float)error;
        if (!(error <= worst) && !isnan(worst)) /* a NaN stays */
            worst = error;
    }
    for (size_t k = 0; k < LIMITS; k++) {
        const float limit = (float)limits[k];
        int count = 0;
        for (size_t i = 0; i < n; i++)
            count += errors[i] <= limit ? 1 : 0; /* NaN is above all */
        h->up_to[k] += count;
    }
    h->worst = worst;
    h->elements += (double)n;
}

static void measure_batch(Measured *m, const InputClass *kind)
{
    static const float epsilons[] = {1e-5f, 1e-12f, 0};
    static long double t[WIDTH_MAX];
    static double per_one[WIDTH_MAX];
    const ln_entry *e = m->entries[m->turn % m->count];
    const int centred = ln_reference_centred(&e->spec);
    const size_t n = e->spec.width;
    const float eps = epsilons[m->turn / m->count % 3];
    for (size_t row = 0; row < ROWS; row++)
        kind->fill(&m->random, x + row * n, n);
    ln_args a = {.width = n, .x_stride = n, .y_stride = n, .x = x, .y = y, .gamma = ones, .beta = zeros, .eps = eps};
    CHECK(ln_run(e, &a, ROWS) == LN_OK);
    int measured[WHO] = {1};
    if (m->turn % OTHERS_EVERY == 0) {
        measured[LOOP] = 1;
        for (size_t row = 0; row < ROWS; row++)
            plain_loop(x + row * n, others[LOOP] + row * n, n, eps, centred);
        if (centred && onednn_open(n, ROWS, eps)) {
            measured[ONEDNN] = 1;
            a.y = others[ONEDNN];
            onednn_run(&a, ROWS);
        }
    }
    for (size_t row = 0; row < ROWS; row++) {
        const double rms = (double)exact_row(x + row * n, n, eps, centred, t).rms;
        for (size_t i = 0; i < n; i++) {
            const double size = fabs((double)t[i]);
            per_one[i] = units_per_one(size > rms ? size : rms);
        }
        for (size_t who = 0; who < WHO; who++)
            if (measured[who])
                add_row(&m->of[who], (who == LNGEN ? y : others[who]) + row * n, t, per_one, n);
    }
    m->turn++;
}

static void print_table(const char *op, const Measured *measured)
{
    for (size_t k = 0; k < input_class_count; k++)
        for (size_t who = 0; who < WHO; who++) {
            const Histogram *h = &measured[k].of[who];
            if (h->elements == 0)
                continue;
            printf("%-9s %-15s %-6s %8.3g %10.3g", op, input_classes[k].name, names[who], h->elements, h->worst);
            double below = 0;
            for (size_t i = 0; i <= LIMITS; i++) {
                const double to = i < LIMITS ? h->up_to[i] : h->elements;
                printf(to == below ? "        -" : " %8.2g", (to - below) / h->elements);
                below = to;
            }
            putchar('\n');
        }
}

int main(int argc, char **argv)
{
    static Measured measured[OPS][CLASSES_MAX];
    ln_isa isa;
    const double wanted = argc == 3 ? strtod(argv[2], NULL) : 0;
    if (!(wanted >= 1 && wanted <= 1e15)) {
        fprintf(stderr, "usage: accuracy_long scalar|avx2|avx512 ELEMENTS, ELEMENTS from 1 to 1e15\n");
        return 2;
    }
    const int ended = isa_argument(2, argv, "accuracy_long", &isa);
    if (ended)
        return ended;
    if (LDBL_MANT_DIG < 64) {
        puts("long double is no wider than double here: skipped");
        return SKIPPED;
    }
    if (!CHECK(input_class_count <= CLASSES_MAX))
        return check_status();
    const uint64_t seed = test_seed();
    for (size_t i = 0; i < WIDTH_MAX; i++)
        ones[i] = 1;
    for (size_t op = 0; op < OPS; op++)
        for (size_t k = 0; k < input_class_count; k++) {
            Measured *m = &measured[op][k];
            m->random.state = (seed * OPS + op) * 1000003 + k;
            for (size_t w = 0; w < WIDTHS && input_classes[k].kind == FINITE; w++) {
                const ln_spec spec = {.op = op ? LN_OP_RMSNORM : LN_OP_LAYERNORM, .width = widths[w]};
                const ln_entry *e = ln_find_isa(spec, isa, NULL);
                if (CHECK(e && e->isa == isa && e->spec.width))
                    m->entries[m->count++] = e;
            }
        }
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    for (size_t round = 1; round <= ROUNDS && !stopped; round++)
        for (size_t op = 0; op < OPS; op++)
            for (size_t k = 0; k < input_class_count; k++)
                while (measured[op][k].count && !stopped &&
                       measured[op][k].of[LNGEN].elements < wanted * (double)round / ROUNDS)
                    measure_batch(&measured[op][k], &input_classes[k]);

    printf("%s, errors in units; the share of the elements that is up to each limit and above the one before\n",
           ln_isa_name(isa));
    printf("%-9s %-15s %-6s %8s %10s", "op", "input", "", "elements", "worst");
    for (size_t i = 0; i < LIMITS; i++)
        printf(" %8.1f", limits[i]);
    puts("     more");
    print_table("layernorm", measured[0]);
    print_table("rmsnorm", measured[1]);
    for (size_t op = 0; op < OPS; op++)
        for (size_t k = 0; k < input_class_count; k++) {
            const Histogram *h = &measured[op][k].of[LNGEN];
            if (!CHECK(h->worst <= BOUND))
                printf("%s, %s\n", op ? "rmsnorm" : "layernorm", input_classes[k].name);
        }
    if (stopped)
        puts("stopped early");
    return check_status();
}
