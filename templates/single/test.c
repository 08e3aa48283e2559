% -- SPDX-License-Identifier: MIT
% -- test.c: the self-test of a single-file pair
/* Checks every kernel of ${P}.c on every instruction set of this machine and times it.
 *
 *     cc -O2 ${P}_test.c -o ${P}_test -lm && ./${P}_test
 *
 * Times are in ns a row, of 256 rows. "any width" and "plain loop" say how many times as long others take: this file's
 * own kernel that takes any width, and a loop as one writes it in C, which is compiled with the same flags but without
 * -ffast-math.
 *
 * It includes ${P}.c. Bits: all kernels give what the plain C loop for any width gives. Values: that loop is within
 * 3 units in the last place, at row scale, of the same computed in double. Exit status 0 when all of it holds. */
#include "${P}.c"

${precise}

#include <stdio.h>
#include <time.h>

enum { ROWS_MAX = 40, PAD = 64, COMPLAINTS_MAX = 20 };

% if #test_bits > 0 then
/* What all norms here have, or none has. */
%   for i, bit in ipairs(test_bits) do
#define LN_${bit} (1u << ${15 + i})
%   end

% end
static int failures;
static unsigned seed = 1;

/* Stand for an infinity and a NaN: compilers may be told that there are none, so those are made and found as bits. */
#define INFINITE   1e300
#define NOT_NUMBER 2e300

/* Uniform in [0, 1). */
static double uniform(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / 16777216.0;
}

static double normal(void)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum - 6;
}

/* Storage types: their value, a value stored, and the bits above which, sign aside, there are NaNs. */
#if defined(__GNUC__) || defined(__clang__)
#define UNUSED __attribute__((unused))
#else
#define UNUSED
#endif

static UNUSED double of_f32(const void *p, size_t i) { return (double)((const float *)p)[i]; }
static void to_f32(void *p, size_t i, double v)
{
    const uint32_t infinite = 0x7f800000, not_number = 0x7fc00000;
    if (v >= INFINITE)
        memcpy((float *)p + i, v >= NOT_NUMBER ? &not_number : &infinite, sizeof(float));
    else
        ((float *)p)[i] = (float)v;
}
% if types.bf16 then

static UNUSED double of_bf16(const void *p, size_t i)
{
    const uint32_t bits = (uint32_t)((const uint16_t *)p)[i] << 16;
    float v;
    memcpy(&v, &bits, sizeof v);
    return (double)v;
}
static void to_bf16(void *p, size_t i, double v)
{
    float f;
    uint32_t bits;
    to_f32(&f, 0, v);
    memcpy(&bits, &f, sizeof bits);
    if (v < INFINITE)
        bits += 0x7fffu + (bits >> 16 & 1u);
    ((uint16_t *)p)[i] = (uint16_t)(bits >> 16);
}
% end
% if types.f16 then

static UNUSED double of_f16(const void *p, size_t i)
{
    const unsigned h = ((const uint16_t *)p)[i], exponent = h >> 10 & 31u, fraction = h & 1023u;
    const double sign = h >> 15 ? -1.0 : 1.0;
    return sign * (exponent ? ldexp(1024.0 + fraction, (int)exponent - 25) : ldexp((double)fraction, -24));
}
static void to_f16(void *p, size_t i, double v)
{
    uint16_t *h = (uint16_t *)p + i;
    const double size = v < 0 ? -v : v;
    const unsigned sign = v < 0 ? 0x8000u : 0;
    int exponent;
    if (v >= NOT_NUMBER) {
        *h = 0x7e00;
    } else if (size >= 65520.0) {
        *h = (uint16_t)(sign | 0x7c00u);
    } else if (size < ldexp(1.0, -14)) {
        *h = (uint16_t)(sign | (unsigned)(ldexp(size, 24) + 0.5)); /* near enough for inputs */
    } else {
        frexp(size, &exponent);
        const double exact = ldexp(size, 11 - exponent);
        unsigned fraction = (unsigned)exact; /* 1024 .. 2048 */
        if (exact - fraction > 0.5 || (exact - fraction >= 0.5 && fraction % 2 == 1))
            fraction++;
        *h = (uint16_t)(sign | (((unsigned)(exponent + 14) << 10) + fraction - 1024));
    }
}
% end
% local above = {}
% for _, type in ipairs(storage.list) do
%   if type.name == "f32" or types[type.name] then
%     above[#above + 1] = ("NAN_ABOVE_%s = %#x"):format(type.name, type.infinity)
%   end
% end
enum { ${table.concat(above, ", ")} };

% if mixed then
/* TESTED: with the set for a Zen 4, which any processor with AVX-512 runs. */
#if defined(${U}_VECTORS)
enum { SETS = sizeof ln_sets / sizeof ln_sets[0], TESTED = SETS + 1 };
#else
enum { SETS = sizeof ln_sets / sizeof ln_sets[0], TESTED = SETS };
#endif
% else
enum { SETS = sizeof ln_sets / sizeof ln_sets[0] };
% end

/* The nth set of kernels to test; NULL where it does not run on this machine. */
static const ln_set *tested(size_t n)
{
#if defined(${U}_VECTORS)
    if (!ln_cpu_has((int)${mixed and "(n % SETS)" or "n"}))
        return NULL;
% if mixed then
    if (n == SETS)
        return &ln_mixed;
% end
#endif
    return &ln_sets[n];
}

/* What is tested: a norm of all widths. */
typedef struct {
    const char *name;
    double (*of)(const void *, size_t);
    void (*to)(void *, size_t, double);
    double (*of_parameter)(const void *, size_t);
    void (*to_parameter)(void *, size_t, double);
    size_t element, output, parameter; /* bytes of an element of x, of y, of gamma */
    int bits; /* of the fraction, the leading one counted */
    uint32_t nan_above;
    unsigned has;
    int centred, one, rounds; /* subtracts the mean; multiplies by 1 + gamma, 2: rounded to gamma's type; rounds before */
    double (*affine)(double t, double gain, double beta);
    ln_kernel *(*kernel)(const ln_set *, size_t width);
    ln_kernel *plain; /* a plain loop, or NULL */
    const ln_kind *kind;
    int (*rows)(const ${P}_args *, size_t, size_t, size_t);
    int (*batch)(const ${P}_args *, size_t);
% if has.heads then
    int (*heads)(const ${P}_args *, const ${P}_heads *, size_t);
% end
} Norm;

% for _, f in ipairs(kinds) do
static ln_kernel *kernel_${f.name}(const ln_set *isa, size_t width)
{
%   for _, width in ipairs(f.width_list) do
    if (width == ${width})
        return isa->${f.name}_${width};
%   end
    return width == 0 ? isa->${f.name}_any : NULL;
}
static const size_t widths_${f.name}[] = {${table.concat(f.width_list, ", ")}};

% end
% for _, f in ipairs(kinds) do
%   if f.plain then
%     local x = f.spell.centred and "(x[i] - mean)" or "x[i]"
/* ${f.title} as a plain loop: what a program has that does not use these kernels. */
static void plain_${f.name}(const ${P}_args *a, size_t begin, size_t end)
{
    for (size_t r = begin; r < end; r++) {
        const float *x = (const float *)a->x + r * a->x_stride;
        float *y = (float *)a->y + r * a->y_stride, squares = 0;
%     if f.spell.gamma then
        const float *gamma = (const float *)a->gamma;
%     end
%     if f.spell.beta then
        const float *beta = (const float *)a->beta;
%     end
%     if f.spell.centred then
        float mean = 0;
        for (size_t i = 0; i < a->width; i++)
            mean += x[i];
        mean /= (float)a->width;
%     end
        for (size_t i = 0; i < a->width; i++)
            squares += ${x} * ${x};
        const float rstd = 1 / (float)ln_root((double)(squares / (float)a->width + a->eps));
        for (size_t i = 0; i < a->width; i++)
            y[i] = ${(f.spell.plain(x .. " * rstd", f.spell.plain_gain("gamma[i]"), "beta[i]"))};
    }
}

%   end
% end
% local printed = {}
% for _, f in ipairs(kinds) do
%   local form = f.spec.affine
%   if not printed[form] then
%     printed[form] = true
static double affine_${form}(double t, double gain, double beta)
{
    (void)gain;
    (void)beta;
    return ${(f.spell.plain("t", "gain", "beta"))};
}

%   end
% end
static const Norm norms[] = {
% for _, f in ipairs(kinds) do
%   local dtype, params = f.spec.dtype, f.spec.params == "f32" and "f32" or f.spec.dtype
%   local centred, one = f.spell.centred and 1 or 0, f.spell.one_plus and (f.spell.rounds_gain and 2 or 1) or 0
%   local rounds = f.spec.rounding == "before_gain" and 1 or 0
    {
        "${f.name}",
        of_${dtype}, to_${dtype}, of_${params}, to_${params},
        ${f.sizes}, ${storage[dtype].digits}, NAN_ABOVE_${dtype},
        ${f.has}, ${centred}, ${one}, ${rounds}, affine_${f.spec.affine},
        kernel_${f.name}, ${f.plain and "plain_" .. f.name or "NULL"},
        &ln_${f.name}_kind, ${P}_${f.name}_rows, ${P}_${f.name}_batch,
%   if has.heads then
        ${f.heads and ("%s_%s_heads"):format(P, f.name) or "NULL"},
%   end
    },
% end
};
static const struct {
    const size_t *list;
    size_t count;
} widths[] = {
% for _, f in ipairs(kinds) do
    {widths_${f.name},
     sizeof widths_${f.name} / sizeof(size_t)},
% end
};

enum { BLOCKS = ${has.stats and 14 or 13} };

/* The buffers of one batch, with room around them that nothing may write to. `stride` is that of x; those of y,
 * residual, sum and y2 are each larger by `apart` than the one before. */
typedef struct {
    size_t stride, apart;
    unsigned char *x, *y, *gamma, *beta, *residual, *sum, *bias, *y2, *gamma2, *beta2, *blocks[BLOCKS];
    float *mean, *rstd, *scale;
% if has.stats then
    ${P}_stats *stats;
% end
    size_t bytes, output_bytes; /* of x, and of y */
} Buffers;

static unsigned char *block(Buffers *b, int i, size_t bytes)
{
    b->blocks[i] = (unsigned char *)malloc(bytes + 2 * PAD + 64);
    if (!b->blocks[i]) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    memset(b->blocks[i], 0xa5, bytes + 2 * PAD + 64);
    return b->blocks[i] + PAD + (64 - (uintptr_t)b->blocks[i] % 64) % 64;
}

/* `shift` elements off the alignment. */
static void make(Buffers *b, const Norm *f, size_t width, size_t stride, size_t apart, size_t rows, size_t shift)
{
    const size_t elements = (rows - 1) * stride + width, more = (rows - 1) * apart;
    b->stride = stride;
    b->apart = apart;
    b->bytes = elements * f->element;
    b->output_bytes = (elements + more) * f->output;
    b->x = block(b, 0, b->bytes) + shift * f->element;
    b->y = block(b, 1, b->output_bytes) + shift * f->output;
    b->gamma = block(b, 2, width * f->parameter) + shift * f->parameter;
    b->beta = block(b, 3, width * f->parameter) + shift * f->parameter;
    b->residual = block(b, 4, (elements + 2 * more) * f->element) + shift * f->element;
    b->sum = block(b, 5, (elements + 3 * more) * f->element) + shift * f->element;
    b->mean = (float *)(void *)block(b, 6, rows * sizeof(float));
    b->rstd = (float *)(void *)block(b, 7, rows * sizeof(float));
    b->bias = block(b, 8, width * f->element) + shift * f->element;
    b->y2 = block(b, 9, (elements + 4 * more) * f->element) + shift * f->element;
    b->gamma2 = block(b, 10, width * f->parameter) + shift * f->parameter;
    b->beta2 = block(b, 11, width * f->parameter) + shift * f->parameter;
    b->scale = (float *)(void *)block(b, 12, rows * sizeof(float));
% if has.stats then
    b->stats = (${P}_stats *)(void *)block(b, 13, rows * sizeof *b->stats);
% end
}

/* What is read of `from`, in another batch. */
static void copy_inputs(const Buffers *to, const Buffers *from, const Norm *f, size_t width, size_t rows)
{
    const size_t to_residual = to->stride + 2 * to->apart, from_residual = from->stride + 2 * from->apart;
    for (size_t r = 0; r < rows; r++) {
        memcpy(to->x + r * to->stride * f->element, from->x + r * from->stride * f->element, width * f->element);
        memcpy(to->residual + r * to_residual * f->element, from->residual + r * from_residual * f->element,
               width * f->element);
    }
    memcpy(to->bias, from->bias, width * f->element);
    memcpy(to->gamma, from->gamma, width * f->parameter);
    memcpy(to->beta, from->beta, width * f->parameter);
    memcpy(to->gamma2, from->gamma2, width * f->parameter);
    memcpy(to->beta2, from->beta2, width * f->parameter);
% if has.stats then
    memcpy(to->stats, from->stats, rows * sizeof *to->stats);
% end
}

static void release(Buffers *b)
{
    for (int i = 0; i < BLOCKS; i++)
        free(b->blocks[i]);
}

static ${P}_args arguments(const Norm *f, const Buffers *b, size_t width, float eps)
{
    ${P}_args a;
    memset(&a, 0, sizeof a);
    (void)f;
    a.width = width;
    a.x_stride = b->stride;
    a.x = b->x;
% if has.y then
    a.y_stride = b->stride + b->apart;
    a.y = b->y;
% end
% if has.gamma then
    a.gamma = b->gamma;
% end
% if has.beta then
    a.beta = b->beta;
% end
% if has.residual then
    a.residual = b->residual;
    a.residual_stride = b->stride + 2 * b->apart;
% end
% if has.sum then
    a.sum = b->sum;
    a.sum_stride = b->stride + 3 * b->apart;
% end
% if has.bias then
    a.bias = b->bias;
% end
% if has.scale then
    a.scale = b->scale;
% end
% if has.static_scale then
    a.static_scale = 0.03f;
% end
% if has.y2 then
    a.y2 = b->y2;
    a.y2_stride = b->stride + 4 * b->apart;
    a.gamma2 = b->gamma2;
% end
% if has.beta2 then
    a.beta2 = b->beta2;
% end
% if has.mean then
    a.mean = f->has & LN_HAS_MEAN ? b->mean : NULL;
% end
% if has.rstd then
    a.rstd = b->rstd;
% end
    a.eps = eps;
% if has.stats then
    a.stats = b->stats;
% end
% if has.whole_width then
    a.whole_width = width;
% end
    return a;
}

/* Classes of input, by number. */
enum { CLASSES = 9 };
static double input(int kind, size_t i)
{
    switch (kind) {
    case 0:
        return normal();
    case 1:
        return 1000 + normal();
    case 2:
        return i % 97 == 0 ? 1000 * normal() : normal();
    case 3:
        return 3.25;
    case 4:
        return 1e30 * normal();
    case 5:
        return 1e-30 * normal();
    case 6:
        return i == 5 ? INFINITE : normal();
    case 7:
        return i == 3 ? NOT_NUMBER : normal();
    default:
        return 0;
    }
}

% if has.stats then
/* Mean and sum of squares about it, of a row from `at` on, in double. */
static ${P}_stats statistics_of(const Norm *f, const Buffers *b, size_t at, size_t width)
{
    ${P}_stats s = {0, 0};
    for (int again = 0; again < 3 && f->centred; again++) { /* what rounding left of it */
        double rest = 0;
        for (size_t i = 0; i < width; i++)
            rest += f->of(b->x, at + i) - s.mean;
        s.mean += rest / (double)width;
    }
    for (size_t i = 0; i < width; i++)
        s.m2 += (f->of(b->x, at + i) - s.mean) * (f->of(b->x, at + i) - s.mean);
    return s;
}

% end
static void fill(const Norm *f, const Buffers *b, size_t width, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        const int kind = (int)(uniform() * (2.0 * (int)CLASSES));
        for (size_t i = 0; i < width; i++) {
            f->to(b->x, r * b->stride + i, input(kind < CLASSES ? kind : 0, i));
            f->to(b->residual, r * (b->stride + 2 * b->apart) + i, normal());
        }
    }
    for (size_t i = 0; i < width; i++) {
        f->to_parameter(b->gamma, i, 1 + 0.1 * normal());
        f->to_parameter(b->beta, i, 0.5 * normal());
        f->to_parameter(b->gamma2, i, 1 + 0.1 * normal());
        f->to_parameter(b->beta2, i, 0.5 * normal());
        f->to(b->bias, i, 0.5 * normal());
    }
% if has.stats then
    for (size_t r = 0; r < rows && f->has & LN_HAS_STATS; r++)
        b->stats[r] = statistics_of(f, b, r * b->stride, width);
% end
}

static void complain(const char *what, const Norm *f, const char *isa, size_t width, size_t rows)
{
    if (++failures <= COMPLAINTS_MAX)
        printf("FAILED: %s of %s, width %lu, %lu rows, %s\n", what, f->name, (unsigned long)width, (unsigned long)rows,
               isa);
}

/* The same bits, any NaN being as good as another. */
static int alike(const void *p, const void *q, size_t n, size_t element, uint32_t nan_above)
{
    if (memcmp(p, q, n * element) == 0)
        return 1;
    if (element == 1)
        return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t a, b;
        if (element == 4) {
            memcpy(&a, (const uint32_t *)p + i, sizeof a);
            memcpy(&b, (const uint32_t *)q + i, sizeof b);
        } else {
            a = ((const uint16_t *)p)[i];
            b = ((const uint16_t *)q)[i];
        }
        const uint32_t size = element == 4 ? 0x7fffffff : 0x7fff;
        if (a != b && !((a & size) > nan_above && (b & size) > nan_above))
            return 0;
    }
    return 1;
}

static int untouched(const unsigned char *from, const unsigned char *to)
{
    while (from < to)
        if (*from++ != 0xa5)
            return 0;
    return 1;
}

/* Rows of `b`, normalised by `kernel`, against packed rows of `e`, normalised by the plain loop. */
static void compare(const Norm *f, const char *isa, ln_kernel *kernel, size_t width, size_t rows, size_t shift,
                    int stream, int in_place, int stats)
{
    const size_t stride = stream ? (width + 15) / 16 * 16 : width + shift % 3;
    Buffers b, e;
    make(&b, f, width, stride, stream ? 64 : shift % 4, rows, shift);
    make(&e, f, width, width, 0, rows, 0);
    fill(f, &b, width, rows);
    if (f->parameter > f->element && f->output == f->element && shift % 2) /* a NaN that 16 bits do not have */
        memset(b.gamma + shift % width * f->parameter, 0xff, f->parameter);
    copy_inputs(&e, &b, f, width, rows);

    ${P}_args a = arguments(f, &b, width, 1e-5f), want = arguments(f, &e, width, 1e-5f);
    f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, rows);
    a.stream = stream;
    in_place = in_place && f->output == f->element && !(f->has & LN_GIVES_STATS);
% if has.y then
    if (in_place) {
        a.y = b.x;
        a.y_stride = a.x_stride;
    }
% end
% if has.mean then
    if (!stats)
        a.mean = NULL;
% end
% if has.rstd then
    if (!stats)
        a.rstd = NULL;
% end
    kernel(&a, 0, rows / 2); /* in two shares: the position in a batch decides nothing */
    kernel(&a, rows / 2, rows);

    int same_bits = 1, kept = 1;
    const unsigned char *y = in_place ? b.x : b.y;
    const size_t y_stride = (in_place ? b.stride : b.stride + b.apart) * f->output, row = width * f->output;
    for (size_t r = 0; r < rows; r++) {
        const unsigned char *at = y + r * y_stride;
        same_bits &= alike(at, e.y + r * row, width, f->output, f->nan_above);
        if (!in_place && r + 1 < rows)
            kept &= untouched(at + row, at + y_stride);
% if has.sum then
        if (f->has & LN_HAS_SUM)
            same_bits &= alike(b.sum + r * a.sum_stride * f->element, e.sum + r * width * f->element, width, f->element,
                               f->nan_above);
% end
% if has.y2 then
        if (f->has & LN_HAS_TWO)
            same_bits &= alike(b.y2 + r * a.y2_stride * f->element, e.y2 + r * width * f->element, width, f->element,
                               f->nan_above);
% end
    }
    if (f->has & LN_HAS_SCALE)
        same_bits &= alike(b.scale, e.scale, rows, sizeof(float), NAN_ABOVE_f32);
% if has.stats then
    if (f->has & LN_GIVES_STATS) {
        same_bits &= memcmp(b.stats, e.stats, rows * sizeof *b.stats) == 0;
        stats = 0;
    }
% end
    if (stats) {
        same_bits &= alike(b.rstd, e.rstd, rows, sizeof(float), NAN_ABOVE_f32);
        if (f->has & LN_HAS_MEAN)
            same_bits &= alike(b.mean, e.mean, rows, sizeof(float), NAN_ABOVE_f32);
    }
    const unsigned char *end = y + (rows - 1) * y_stride + row;
    kept &= untouched(end, end + PAD / 2) && untouched(y - PAD, y);
    if (!same_bits)
        complain("bits", f, isa, width, rows);
    if (!kept)
        complain("bytes around y", f, isa, width, rows);
    release(&b);
    release(&e);
}

static double ulp(double size, int bits)
{
    int exponent;
    frexp(size, &exponent);
    return ldexp(1.0, exponent - bits);
}

/* The plain loop against the same in double: the largest error in units of the last place at row scale. */
static double error_of(const Norm *f, size_t width, int kind)
{
    Buffers b;
    double worst = 0;
    make(&b, f, width, width, 0, 1, 0);
    fill(f, &b, width, 1);
    for (size_t i = 0; i < width; i++)
        f->to(b.x, i, input(kind, i));
% if has.stats then
    *b.stats = statistics_of(f, &b, 0, width);
% end
    ${P}_args a = arguments(f, &b, width, 1e-5f);
    f->kernel(&ln_sets[SETS - 1], 0)(&a, 0, 1);

    double *v = (double *)malloc(4 * width * sizeof *v), *want = v + width, *gains = want + width, *betas = gains + width;
    double mean = 0, squares = 0, rms = 0, rms_t = 0;
    if (!v)
        return 1e30;
    for (size_t i = 0; i < width; i++) {
        v[i] = f->of(b.x, i);
        if (f->has & LN_HAS_BIAS)
            f->to(b.bias, i, v[i] + f->of(b.bias, i)), v[i] = f->of(b.bias, i);
        if (f->has & LN_HAS_RESIDUAL) {
            if (f->element == 4)
                v[i] = (double)(float)(v[i] + f->of(b.residual, i));
            else
                v[i] += f->of(b.residual, i), f->to(b.residual, i, v[i]), v[i] = f->of(b.residual, i);
        }
        mean += v[i] / (double)width;
    }
    if (!f->centred)
        mean = 0;
    for (int again = 0; again < 2 && f->centred; again++) { /* what rounding left of it */
        double rest = 0;
        for (size_t i = 0; i < width; i++)
            rest += v[i] - mean;
        mean += rest / (double)width;
    }
    for (size_t i = 0; i < width; i++)
        squares += (v[i] - mean) * (v[i] - mean);
    const double rstd = 1 / ln_root(squares / (double)width + (double)a.eps);
% if has.stats then
    if (f->has & LN_GIVES_STATS) {
        const double deviation = ln_root(squares / (double)width), m2 = squares + (double)width * (double)a.eps;
        const double scale = fabs(mean) > deviation ? fabs(mean) : deviation;
        worst = fabs(b.stats->m2 - squares) / ulp(m2, 24);
        if (f->centred && fabs(b.stats->mean - mean) > worst * ulp(scale, 24))
            worst = fabs(b.stats->mean - mean) / ulp(scale, 24);
        free(v);
        release(&b);
        return worst;
    }
% end
    for (size_t i = 0; i < width; i++) {
        if (f->one == 2)
            f->to_parameter(b.gamma, i, 1 + f->of_parameter(b.gamma, i));
        gains[i] = (f->has & LN_HAS_GAMMA ? f->of_parameter(b.gamma, i) : 1) + (f->one == 1);
        betas[i] = f->has & LN_HAS_BETA ? f->of_parameter(b.beta, i) : 0;
        v[i] = (v[i] - mean) * rstd;
        want[i] = f->affine(v[i], gains[i], betas[i]);
        rms += want[i] * want[i] / (double)width;
        rms_t += v[i] * v[i] / (double)width;
    }
    rms = ln_root(rms);
    rms_t = ln_root(rms_t);
% if has.int8 then
%   local scale = has.scale and "b.scale[0]" or "a.static_scale"
%   if has.scale and has.static_scale then scale = "(f->has & LN_HAS_SCALE ? b.scale[0] : a.static_scale)" end
    /* int8: in units of the scale, within the limits */
    for (size_t i = 0; i < width && f->output == 1; i++) {
        const double scale = (double)${scale};
        const double inside = want[i] > 127 * scale ? 127 * scale : want[i] < -127 * scale ? -127 * scale : want[i];
        const double error = scale > 0 ? fabs(((const signed char *)b.y)[i] * scale - inside) / scale : fabs(want[i]);
        if (error > worst)
            worst = error;
    }
% end
    for (size_t i = 0; i < width && f->output > 1; i++) {
        const double t = fabs(v[i]) > rms_t ? fabs(v[i]) : rms_t, product = fabs(gains[i]) * t;
        const double added = product > fabs(betas[i]) ? product : fabs(betas[i]); /* which may cancel in y */
        const double whole = fabs(want[i]) > rms ? fabs(want[i]) : rms, size = whole > added ? whole : added;
        const double error = fabs(f->of(b.y, i) - want[i]) / (size > 0 ? ulp(size, f->bits) : 1e-30);
        if (error > worst)
            worst = error;
    }
    free(v);
    release(&b);
    return worst;
}

static double seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* ns a row, the best of five. */
static double time_rows(ln_kernel *kernel, const ${P}_args *a, size_t rows)
{
    double best_time = 1e30;
    size_t turns = 1;
    for (int round = 0; round < 5;) {
        const double begun = seconds();
        for (size_t i = 0; i < turns; i++)
            kernel(a, 0, rows);
        const double took = seconds() - begun;
        if (took < 0.01) {
            turns *= 2;
            continue;
        }
        if (took / (double)turns < best_time)
            best_time = took / (double)turns;
        round++;
    }
    return best_time * 1e9 / (double)rows;
}

/* One line: ns a row, and how many times as long two others take; `plain` is 0 where there is no plain loop. */
static void print_times(const char *name, size_t width, const ln_set *isa, double own, double any_width, double plain)
{
    printf("%-28s %5lu %-8s %8.1f %9.2fx", name, (unsigned long)width, isa->name, own, any_width / own);
    if (plain > 0)
        printf(" %9.2fx\n", plain / own);
    else
        printf(" %10s\n", "-");
}

/* ns a row of 256 rows. */
static double time_of(const Norm *f, ln_kernel *kernel, size_t width)
{
    const size_t rows = 256;
    Buffers b;
    make(&b, f, width, width, 0, rows, 0);
    for (size_t i = 0; i < rows * width; i++) {
        f->to(b.x, i, normal());
        f->to(b.residual, i, normal());
    }
    for (size_t i = 0; i < width; i++) {
        f->to_parameter(b.gamma, i, 1);
        f->to_parameter(b.beta, i, 0);
        f->to_parameter(b.gamma2, i, 1);
        f->to_parameter(b.beta2, i, 0);
        f->to(b.bias, i, 0);
    }
% if has.stats then
    for (size_t r = 0; r < rows; r++)
        b.stats[r] = statistics_of(f, &b, r * width, width);
% end
    const ${P}_args a = arguments(f, &b, width, 1e-5f);
    const double took = time_rows(kernel, &a, rows);
    release(&b);
    return took;
}

static void check_kernel_rows(const Norm *f, const ln_set *isa, size_t width, ln_kernel *kernel)
{
    const size_t counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 23, ROWS_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        compare(f, isa->name, kernel, width, counts[i], 0, 0, 0, 1);
        compare(f, isa->name, kernel, width, counts[i], i % 5, 0, 0, i % 2 == 0);
        compare(f, isa->name, kernel, width, counts[i], i % 7, 0, 1, 1);
        compare(f, isa->name, kernel, width, counts[i], 0, 1, 0, 1);
    }
}

/* Whether the outputs of five packed rows are those of `e`. */
static int as_expected(const Norm *f, const Buffers *b, const Buffers *e, size_t width)
{
% if has.stats then
    if (f->has & LN_GIVES_STATS)
        return memcmp(b->stats, e->stats, 5 * sizeof *b->stats) == 0;
% end
    return alike(b->y, e->y, 5 * width, f->output, f->nan_above);
}

/* The public functions of one norm and width: what they refuse, and that they give the kernels' bits. */
static void check_entries(const Norm *f, size_t width)
{
    Buffers b, e;
    make(&b, f, width, width, 0, 5, 0);
    make(&e, f, width, width, 0, 5, 0);
    fill(f, &b, width, 5);
    copy_inputs(&e, &b, f, width, 5);
    ${P}_args a = arguments(f, &b, width, 1e-5f), want = arguments(f, &e, width, 1e-5f), bad;
    f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, 5);
    if (f->batch(&a, 5) != ${U}_OK || !as_expected(f, &b, &e, width))
        complain("entry for batches", f, ${P}_isa(), width, 5);
    unsigned char *out = b.y;
    size_t out_row = width * f->output;
% if has.stats then
    if (f->has & LN_GIVES_STATS) {
        out = (unsigned char *)(void *)b.stats;
        out_row = sizeof *b.stats;
    }
% end
    memset(out, 0xa5, 5 * out_row);
    if (f->rows(&a, 5, 2, 5) != ${U}_OK || !untouched(out, out + 2 * out_row) || f->rows(&a, 5, 0, 2) != ${U}_OK ||
        !as_expected(f, &b, &e, width) || f->rows(&a, 5, 3, 2) != ${U}_ROWS || f->rows(&a, 5, 0, 6) != ${U}_ROWS)
        complain("entry for ranges of rows", f, ${P}_isa(), width, 5);
    memset(&bad, 0, sizeof bad);
    if (f->batch(&bad, 0) != ${U}_OK || f->rows(&bad, 0, 0, 0) != ${U}_OK)
        complain("a batch without rows and arrays", f, ${P}_isa(), width, 0);

    /* which batches go past the caches */
    ${P}_args room;
    bad = a;
    bad.stream = 3;
    int past = ln_streamed(&bad, &room, 15, f->kind)->stream != 1 && ln_streamed(&bad, &room, 16, f->kind)->stream == 1;
#if defined(${U}_VECTORS)
    size_t counted = f->output * (f->has & LN_HAS_TWO ? 2 : 1) + (f->has & LN_HAS_SUM ? f->element : 0);
    if (f->output == 1) /* int8: half of what is read and written */
        counted = (f->element * (f->has & LN_HAS_RESIDUAL ? 2 : 1) + counted + 1) / 2;
    const size_t below = (ln_cpu_stream_bytes() - 1) / (width * counted);
    past &= ln_streamed(&a, &room, below, f->kind)->stream == 0 && ln_streamed(&a, &room, below + 1, f->kind)->stream == 1;
    bad.stream = 2;
    past &= ln_streamed(&bad, &room, below + 1, f->kind)->stream == 2;
#endif
    if (!past)
        complain("the choice of stores", f, ${P}_isa(), width, 16);
    const int expected[] = {${U}_NULL, ${U}_WIDTH, ${U}_STRIDE, ${U}_EPS, ${U}_EPS, ${U}_STREAM, ${U}_SIZE,
                            ${U}_ALIGNMENT, ${U}_OVERLAP, ${U}_OVERLAP};
    for (int i = 0; i < 10; i++) {
        size_t rows = 5;
        bad = a;
        if (i == 0)
            bad.x = NULL;
        if (i == 1)
            bad.width = 0;
% if has.y then
        if (i == 2)
            bad.y_stride = width - 1;
        if (i == 8)
            bad.y = b.x + f->element;
% end
        if (i == 3)
            bad.eps = -1;
        if (i == 4)
            to_f32(&bad.eps, 0, NOT_NUMBER);
        if (i == 5)
            bad.stream = 4;
        if (i == 6)
            rows = (size_t)-1 / 2;
        if (i == 7)
            bad.x = b.x + 1;
% if has.rstd then
        if (i == 9)
            bad.rstd = (float *)(void *)b.x;
% end
% if has.stats then
        if (f->has & LN_GIVES_STATS) { /* which has no y */
            if (i == 2)
                bad.x_stride = width - 1;
            if (i > 7)
                bad.stats = (${P}_stats *)(void *)b.x;
        }
% end
        if (f->batch(&bad, rows) != expected[i] || strlen(${P}_message(expected[i])) < 5)
            complain("refusal of bad arguments", f, ${P}_isa(), width, (size_t)i);
    }
% if has.bias then
    bad = a;
    bad.bias = (f->has & LN_HAS_BIAS) ? NULL : a.bias;
    if (f->batch(&bad, 5) != (f->has & LN_HAS_BIAS ? ${U}_NULL : ${U}_OK))
        complain("refusal of bias", f, ${P}_isa(), width, 5);
% end
% if has.scale then
    bad = a;
    bad.scale = bad.rstd;
    if (f->batch(&bad, 5) != (f->has & LN_HAS_SCALE ? ${U}_OVERLAP : ${U}_OK))
        complain("refusal of scale", f, ${P}_isa(), width, 5);
% end
% if has.static_scale then
    bad = a;
    to_f32(&bad.static_scale, 0, INFINITE);
    if (f->batch(&bad, 5) != (f->has & LN_HAS_STATIC_SCALE ? ${U}_SCALE : ${U}_OK))
        complain("refusal of static_scale", f, ${P}_isa(), width, 5);
% end
% if has.y2 then
    bad = a;
    bad.y2 = bad.y;
    if (f->batch(&bad, 5) != (f->has & LN_HAS_TWO ? ${U}_OVERLAP : ${U}_OK))
        complain("refusal of y2", f, ${P}_isa(), width, 5);
% end
% if has.residual and has.x_output then
    bad = a;
    bad.y = b.residual;
    const int in_place = f->output == f->element || !(f->has & LN_HAS_RESIDUAL);
%   if has.gives_stats then
    const int writes = !(f->has & LN_GIVES_STATS);
%   end
    if (${has.gives_stats and "writes && (" or ""}f->batch(&bad, 5) != (in_place ? ${U}_OK : ${U}_OVERLAP) ||
        (in_place && !alike(b.residual, e.y, 5 * width, f->output, f->nan_above))${has.gives_stats and ")" or ""})
        complain("y in place of the residual", f, ${P}_isa(), width, 5);
% end
    release(&b);
    release(&e);
}

% if has.heads then
/* Norms over heads against those of each head alone: gaps or none, one gamma or one a head; y is in place, or apart
 * with other gaps. */
static void check_head_norms(const Norm *f, size_t width, size_t heads, int variant)
{
    const int in_place = variant & 8;
    const size_t tokens = 35, x_head = width + (variant & 1 ? 3 : 0), y_head = in_place ? x_head : width + (size_t)(variant + 1) % 3;
    const size_t x_stride = heads * x_head + (variant & 2 ? 5 : 0);
    const size_t y_stride = in_place ? x_stride : heads * y_head + (size_t)variant / 2 % 3;
    const size_t elements = tokens * (x_stride > y_stride ? x_stride : y_stride);
    float mean[35 * 9 + 1], rstd[35 * 9 + 1], want_mean[35 * 9 + 1], want_rstd[35 * 9 + 1];
    Buffers b, e, one;
    ${P}_heads h;
    make(&b, f, elements, elements, 0, 1, 0);
    make(&e, f, elements, elements, 0, 1, 0);
    make(&one, f, width, width, 0, 1, 0);
    fill(f, &b, elements, 1);
    for (size_t i = 0; i < elements; i++)
        f->to(b.x, i, normal() + (i / x_stride % 5 == 4 ? 1000 : 0));
    memcpy(e.x, b.x, b.bytes);
    memcpy(e.y, b.y, b.bytes);
    h.heads = heads;
    h.x_head = x_head;
    h.y_head = y_head;
    ${P}_args nothing;
    memset(&nothing, 0, sizeof nothing);
    if (f->heads(&nothing, &h, 0) != ${U}_OK)
        complain("heads of no tokens", f, ${P}_isa(), width, 0);
    h.gamma_head = variant & 4 ? width + 1 : 0;
    ${P}_args a = arguments(f, &b, width, 1e-6f), want = arguments(f, &one, width, 1e-6f);
    a.x_stride = x_stride;
    a.y_stride = y_stride;
    memset(mean, 0xa5, sizeof mean);
    memset(rstd, 0xa5, sizeof rstd);
    memset(want_mean, 0xa5, sizeof want_mean);
    memset(want_rstd, 0xa5, sizeof want_rstd);
% if has.mean then
    a.mean = mean; /* which a norm without a mean leaves as it is */
% end
    a.rstd = variant & 1 ? rstd : NULL;
    unsigned char *const expected = in_place ? e.x : e.y;
    if (in_place)
        a.y = b.x;
    for (size_t t = 0; t < tokens; t++)
        for (size_t k = 0; k < heads; k++) {
            want.x = e.x + (t * x_stride + k * x_head) * f->element;
            want.y = expected + (t * y_stride + k * y_head) * f->element;
% if has.mean then
            want.mean = f->has & LN_HAS_MEAN ? want_mean + t * heads + k : NULL;
% end
            want.rstd = variant & 1 ? want_rstd + t * heads + k : NULL;
% if has.gamma then
            want.gamma = b.gamma + k * h.gamma_head * f->parameter;
% end
% if has.beta then
            want.beta = b.beta + k * h.gamma_head * f->parameter;
% end
            f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, 1);
        }
    if (f->heads(&a, &h, tokens) != ${U}_OK || memcmp(a.y, expected, b.bytes) != 0 ||
        memcmp(mean, want_mean, sizeof mean) != 0 || memcmp(rstd, want_rstd, sizeof rstd) != 0)
        complain("heads", f, ${P}_isa(), width, heads);
    h.heads = 0;
    if (f->heads(&a, &h, tokens) != ${U}_WIDTH || f->heads(&a, NULL, tokens) != ${U}_NULL)
        complain("refusal of bad heads", f, ${P}_isa(), width, heads);
    h.heads = heads;
    h.y_head = width - 1;
    if (heads > 1 && f->heads(&a, &h, tokens) != ${U}_STRIDE)
        complain("refusal of a bad stride of heads", f, ${P}_isa(), width, heads);
    release(&b);
    release(&e);
    release(&one);
}

% end
% if has.stats then
static void check_merge(void)
{
    /* 2, 2, 2 of spread 6, nothing, 6, four of 0.5 and spread 5; and one value in all places */
    const ${P}_stats parts[] = {{2, 6}, {1, 0}, {9, 9}, {9, 9}, {6, 0}, {1, 0}, {0.5, 5}, {1, 0}};
    const size_t width[] = {3, 0, 1, 4}, none[] = {0, 0};
    ${P}_stats whole[2];
    if (${P}_stats_merge(whole, parts, width, 4, 2) != ${U}_OK || fabs(whole[0].mean - 1.75) > 0 ||
        fabs(whole[0].m2 - 35.5) > 0 || fabs(whole[1].mean - 1) > 0 || fabs(whole[1].m2) > 0 ||
        ${P}_stats_merge(whole, parts, none, 2, 2) != ${U}_WIDTH ||
        ${P}_stats_merge(NULL, parts, width, 4, 2) != ${U}_NULL ||
        ${P}_stats_merge(whole, parts, width, (size_t)-1, 2) != ${U}_SIZE) {
        printf("FAILED: merging statistics\n");
        failures++;
    }
}

#if defined(${U}_VECTORS)
/* A thread that flushes denormals and rounds up merges to the same bits. */
static void check_merge_up(void)
{
    const ${P}_stats parts[] = {{0.1, 7.3}, {0.7, 1.1e-3}, {-0.3, 12.9}};
    const size_t width[] = {100, 333, 57};
    const unsigned mode = _mm_getcsr();
    ${P}_stats whole[2];
    int status = 0;
    for (int up = 0; up < 2; up++) {
        if (up)
            _mm_setcsr(mode | 0xc040u);
        status |= ${P}_stats_merge(&whole[up], parts, width, 3, 1);
    }
    _mm_setcsr(mode);
    if (status || memcmp(&whole[0], &whole[1], sizeof whole[0]) != 0) {
        printf("FAILED: merging statistics in a thread that rounds up\n");
        failures++;
    }
}
#endif

% end
% local direct_functions = {}
% for _, f in ipairs(functions) do
%   if f.direct then
%     table.insert(direct_functions, f)
static void check_${f.name}(const Norm *f, size_t width, size_t rows, int kind)
{
    Buffers b, e;
    make(&b, f, width, width, 0, rows, 1);
    make(&e, f, width, width, 0, rows, 0);
    fill(f, &b, width, rows);
    for (size_t i = 0; i < width; i++)
        f->to(b.x, i, input(kind, i));
    copy_inputs(&e, &b, f, width, rows);
    const ${P}_args want = arguments(f, &e, width, 1e-6f);
    f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, rows);
% local call = layout.list("    " .. f.name, f.test_arguments, ";")
${call}
    if (!alike(b.y, e.y, rows * width, f->element, f->nan_above) ||
%     if f.spec.op == "layernorm" then
        !alike(b.mean, e.mean, rows, sizeof(float), NAN_ABOVE_f32) ||
%     end
        !alike(b.rstd, e.rstd, rows, sizeof(float), NAN_ABOVE_f32))
        complain("${f.name}", f, ${P}_isa(), width, rows);
    memset(b.y, 0xa5, rows * width * f->element);
    b.mean = b.rstd = NULL;
${call}
    if (!alike(b.y, e.y, rows * width, f->element, f->nan_above))
        complain("${f.name} without statistics", f, ${P}_isa(), width, rows);
    release(&b);
    release(&e);
}

%   end
% end
% if #direct_functions > 0 then
/* The functions for packed rows: one row of each class of input, then three, then nine. */
static void check_packed(void)
{
    for (int kind = 0; kind < CLASSES; kind++)
        for (size_t rows = 1; rows <= 9; rows *= 3) {
%   for _, f in ipairs(direct_functions) do
            check_${f.name}(&norms[${f.norm}], ${f.spec.width == "any" and 333 or f.width}, rows, kind);
%   end
        }
}

% end
% for i, f in ipairs(kinds) do
%   if abi.llmc and f.name == "layernorm_f32" then
/* llm.c's function: the batch of B times T rows, with llm.c's eps. */
static void check_llmc_forward(void)
{
    const Norm *f = &norms[${i - 1}];
    for (size_t width = 5; width <= 768; width += 763) {
        Buffers b, e;
        make(&b, f, width, width, 0, 6, 0);
        make(&e, f, width, width, 0, 6, 0);
        fill(f, &b, width, 6);
        for (size_t r = 0; r < 6; r++) /* of a variance that eps decides about */
            for (size_t i = 0; i < width; i++)
                f->to(b.x, r * width + i, 0.004 * normal());
        copy_inputs(&e, &b, f, width, 6);
        const ${P}_args want = arguments(f, &e, width, 1e-5f);
        f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, 6);
        ${P}_layernorm_forward((float *)(void *)b.y, b.mean, b.rstd, (float *)(void *)b.x, (float *)(void *)b.gamma,
                               (float *)(void *)b.beta, 2, 3, (int)width);
        if (memcmp(b.y, e.y, b.output_bytes) != 0 ||
            memcmp(b.mean, e.mean, 6 * sizeof(float)) != 0 || memcmp(b.rstd, e.rstd, 6 * sizeof(float)) != 0)
            complain("layernorm_forward", f, ${P}_isa(), width, 6);
        release(&b);
        release(&e);
    }
}

%   end
%   if abi["ggml-row"] and f.direct then
static void check_${P}_${f.name}_row(size_t width)
{
    const Norm *f = &norms[${i - 1}];
    Buffers b, e;
    ${P}_row_params params;
    make(&b, f, width, width, 0, 2, 1);
    make(&e, f, width, width, 0, 2, 0);
    fill(f, &b, width, 2);
    copy_inputs(&e, &b, f, width, 2);
%     if has.gamma then
    params.gamma = b.gamma;
%     end
%     if has.beta then
    params.beta = b.beta;
%     end
    params.eps = 1e-6f;
    const ${P}_args want = arguments(f, &e, width, params.eps);
    f->kernel(&ln_sets[SETS - 1], 0)(&want, 0, 1);
    ${P}_${f.name}_row((int)width, (${f.spell.element} *)(void *)b.y, (const ${f.spell.element} *)(void *)b.x, &params);
    if (!alike(b.y, e.y, width, f->element, f->nan_above) ||
        !untouched(b.y + width * f->element, b.y + b.output_bytes))
        complain("the function for a row", f, ${P}_isa(), width, 1);
    release(&b);
    release(&e);
}

%   end
% end
% if #backward > 0 then include "single/backward_test.c" end
int main(void)
{
    static const char *const classes[] = {"normal", "far from zero", "outliers", "constant"};
    const size_t norm_count = sizeof norms / sizeof norms[0];
    const size_t loop_widths[] = {1,  2,  3,  5,   8,   15,  16,  17,  31,  33,   63,
                                  64, 65, 100, 127, 130, 511, 512, 513, 1000, 1500};
    size_t ran = 0;

    printf("%-34s %-8s %8s %10s %10s\n", "256 rows of", "isa", "ns/row", "any width", "plain loop");
    for (size_t n = 0; n < ${mixed and "TESTED" or "SETS"}; n++) {
        const ln_set *isa = tested(n);
        if (!isa) {
% if mixed then
            if (n >= SETS)
                continue;
% end
            printf("%-34s %-8s skipped: not on this machine\n", "all", ln_sets[n].name);
            continue;
        }
        for (size_t k = 0; k < norm_count; k++) {
            const Norm *f = &norms[k];
            ln_kernel *loop = f->kernel(isa, 0);
            for (size_t i = 0; i < sizeof loop_widths / sizeof loop_widths[0]; i++)
                check_kernel_rows(f, isa, loop_widths[i], loop);
            for (size_t i = 0; i < widths[k].count; i++) {
                const size_t width = widths[k].list[i];
                check_kernel_rows(f, isa, width, f->kernel(isa, width));
                check_kernel_rows(f, isa, width, loop);
% if mixed then
                if (n >= SETS)
                    continue;
% end
                print_times(f->name, width, isa, time_of(f, f->kernel(isa, width), width), time_of(f, loop, width),
                            f->plain ? time_of(f, f->plain, width) : 0);
                ran++;
            }
        }
    }
    for (size_t k = 0; k < norm_count; k++)
        for (size_t i = 0; i < widths[k].count; i++) {
            const Norm *f = &norms[k];
            const size_t width = widths[k].list[i];
            check_entries(f, width);
% if has.heads then
            for (int variant = 0; variant < 16 && f->heads; variant++)
                check_head_norms(f, width, variant % 3 == 0 ? 9 : (size_t)(variant % 3), variant);
% end
            for (int kind = 0; kind < 4; kind++) {
                const double error = error_of(f, width, kind);
                const int as_float = f->element == 4 || (f->has & LN_GIVES_STATS);
                const double in_float = f->has & (LN_HAS_GAMMA | LN_HAS_BETA) ? 5 : 3; /* an ulp of t is two of gamma * t */
                if (error > (f->output == 1 ? 0.501 : as_float ? in_float : f->rounds ? 2.5 : 1)) {
                    printf("error %.2f units on %s\n", error, classes[kind]);
                    complain("accuracy", f, "scalar", width, 1);
                }
            }
        }
% if mixed then
#if defined(${U}_VECTORS)
    int mixed = 1; /* every kernel of AVX-512 or of AVX2, or of both */
%   for _, slot in ipairs(slots) do
%     local both = mixed.by_stream[slot]
%     if both then
    mixed &= ln_mixed.${slot} == ${both.name};
%     else
    mixed &= ln_mixed.${slot} == ln_sets[0].${slot} || ln_mixed.${slot} == ln_sets[1].${slot};
%     end
%   end
%   for _, slot in ipairs(row_slots) do
    mixed &= ln_mixed.${slot.row} == ln_sets[0].${slot.row} || ln_mixed.${slot.row} == ln_sets[1].${slot.row};
%   end
    if (!mixed) {
        printf("FAILED: the set for a Zen 4 has a kernel of another norm\n");
        failures++;
    }
    const char *cap = getenv("LN_ISA"); /* names a set, or says nothing */
    const int zen4 = ln_cpu_has(0) && ln_cpu_zen4() && !(cap && ln_cpu_named(cap) >= 0);
    if ((ln_best() == &ln_mixed) != zen4) {
        printf("FAILED: the set for a Zen 4 is %s\n", zen4 ? "not taken" : "taken, though it should not be");
        failures++;
    }
#endif
% end
% if has.stats then
    check_merge();
#if defined(${U}_VECTORS)
    check_merge_up();
#endif
% end
    if (strcmp(${P}_message(${#statuses}), ${P}_message(-1)) != 0) {
        printf("FAILED: the message of a number that is no status\n");
        failures++;
    }
% if #direct_functions > 0 then
    check_packed();
% end
% for _, f in ipairs(kinds) do
%   if abi.llmc and f.name == "layernorm_f32" then
    check_llmc_forward();
%   end
%   if abi["ggml-row"] and f.direct then
    check_${P}_${f.name}_row(${f.width_list[1]});
    check_${P}_${f.name}_row(333);
%   end
% end
% for _, f in ipairs(backward) do
    ran += check_${f.name}();
    check_${f.name}_entries();
% end
% if abi.llmc and llmc_backward then
    check_llmc();
% end
#if defined(${U}_VECTORS)
    /* a thread that flushes denormals and rounds up gets the same bits */
    const unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0xc040u);
    for (size_t k = 0; k < norm_count; k++)
        check_entries(&norms[k], widths[k].list[0]);
% if #direct_functions > 0 then
    check_packed();
% end
% for _, f in ipairs(backward) do
    check_${f.name}_entries();
% end
    if ((_mm_getcsr() & 0xe040u) != ((mode | 0xc040u) & 0xe040u)) {
        printf("FAILED: the floating-point mode of the thread was not restored\n");
        failures++;
    }
    _mm_setcsr(mode);
#endif
    if (${P}_isa_note())
        printf("note: %s\n", ${P}_isa_note());
    printf("%lu kernels ran, %s is what ${P} uses here; %d failures\n", (unsigned long)ran, ${P}_isa(), failures);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "${P}_test: standard output could not be written\n");
        return 2;
    }
    return failures != 0;
}
