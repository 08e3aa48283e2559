% -- single.c: every kernel of a single-file pair, and what picks one
#include "${P}.h"

#if defined(__clang__)
#pragma float_control(push)
#elif defined(__GNUC__)
#pragma GCC push_options
#endif
${precise}

% if #sections > 1 then
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__TINYC__) && !defined(${U}_SCALAR_ONLY)
#define ${U}_VECTORS 1
#endif
% end

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(${U}_VECTORS)
#include <cpuid.h>
#include <immintrin.h>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif
#elif defined(__SSE2__) && defined(__GNUC__) && !defined(__TINYC__)
#include <emmintrin.h>
#endif
#ifdef _OPENMP
#include <omp.h>
#endif

#if defined(${U}_VECTORS) && defined(_WIN32) && !defined(__clang__)
/* gcc takes vectors on the stack for aligned, which Windows does not promise: let every move be an unaligned one. */
% for _, pair in ipairs { { "vmovaps", "vmovups" }, { "vmovapd", "vmovupd" }, { "vmovdqa", "vmovdqu" },
%   { "vmovdqa32", "vmovdqu32" }, { "vmovdqa64", "vmovdqu64" } } do
__asm__(".macro ${pair[1]} args:vararg\n\t${pair[2]} \\args\n.endm");
% end
#endif

#if defined(__cplusplus) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* of gcc's own intrinsics for undefined registers */
#pragma GCC diagnostic ignored "-Wuninitialized"
#define ${U}_POP_DIAGNOSTIC 1
#endif

% include "single/math.h"

/* Works on the rows begin .. end - 1. */
typedef void Kernel(const ${P}_args *args, size_t begin, size_t end);

% for _, section in ipairs(sections) do
/* ==== ${section.title} ${("="):rep(108 - #section.title)} */

%   if section.vector then
#if defined(${U}_VECTORS)

%   end
${section.text}
%   if section.vector then
#endif

%   end
% end
/* ==== The kernels of each instruction set, best first ${("="):rep(57)} */

typedef struct {
    const char *name;
% for _, slot in ipairs(slots) do
    Kernel *${slot};
% end
} Isa;

static const Isa isas[] = {
% for _, section in ipairs(best_first) do
%   if section.vector then
#if defined(${U}_VECTORS)
%   end
${section.row_text}
%   if section.vector then
#endif
%   end
% end
};

#if defined(${U}_VECTORS)
/* __builtin_cpu_supports of clang 14 does not know it */
static int f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c >> 29 & 1u);
}

static int supported(const Isa *isa)
{
    __builtin_cpu_init(); /* covers what the operating system saves */
% for _, section in ipairs(best_first) do
%   if section.vector then
    if (strcmp(isa->name, "${section.name}") == 0)
        return ${section.test};
%   end
% end
    return 1;
}

static const Isa *choose(void)
{
    const char *cap = getenv("LN_ISA");
    size_t i = 0;
    if (cap)
        for (size_t k = 0; k < sizeof isas / sizeof isas[0]; k++)
            if (strcmp(cap, isas[k].name) == 0)
                i = k;
    while (!supported(&isas[i]))
        i++;
    return &isas[i];
}

/* Threads that ask first at the same time find the same answer. */
static const Isa *best(void)
{
    static const Isa *chosen;
    const Isa *isa = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (!isa) {
        isa = choose();
        __atomic_store_n(&chosen, isa, __ATOMIC_RELAXED);
    }
    return isa;
}

/* Bytes of the largest data or unified cache of the highest level, 0 when the processor does not tell. */
static size_t cache_bytes(void)
{
    const unsigned leaves[] = {4, 0x8000001d}; /* Intel's, AMD's */
    size_t size = 0;
    unsigned level = 0, a, b, c, d;
    for (unsigned i = 0; i < 2; i++)
        for (unsigned sub = 0; sub < 16 && __get_cpuid_count(leaves[i], sub, &a, &b, &c, &d); sub++) {
            const unsigned type = a & 31u;
            if (type == 0)
                break;
            if (type == 2 || (a >> 5 & 7u) < level) /* instructions, or a lower level */
                continue;
            level = a >> 5 & 7u;
            size = (size_t)((b >> 22) + 1) * ((b >> 12 & 0x3ffu) + 1) * ((b & 0xfffu) + 1) * ((size_t)c + 1);
        }
    if (level >= 2)
        return size;
#if defined(_SC_LEVEL3_CACHE_SIZE)
    const long told = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (told > 0)
        return (size_t)told;
#endif
    return 0;
}

/* Whether a batch that writes so many bytes would drive more than a quarter of the last-level cache out. */
static int past_caches(size_t bytes)
{
    static size_t known;
    if (bytes < (size_t)1 << 18) /* half of the smallest cache that counts */
        return 0;
    size_t limit = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (limit == 0) {
        limit = cache_bytes();
        limit = (limit ? limit : (size_t)16 << 20) / 4;
        __atomic_store_n(&known, limit, __ATOMIC_RELAXED);
    }
    return bytes >= limit;
}
#else
static const Isa *best(void) { return &isas[0]; }
static int past_caches(size_t bytes)
{
    (void)bytes;
    return 0;
}
#endif

const char *${P}_isa(void) { return best()->name; }

/* ==== Entries ${("="):rep(97)} */

% if direct then
/* Packed rows of `element` bytes an element; the caller adds parameters and statistics. What a forward pass over x alone
 * does not read is left out: clearing the whole struct would take longer than a short row. */
static void pack(${P}_args *a, void *y, const void *x, size_t element, size_t width, float eps, size_t rows)
{
    a->width = a->x_stride = a->y_stride = width;
    a->x = x;
    a->y = y;
    a->eps = eps;
    a->stream = past_caches(rows * width * element);
}

% end
% for _, list in ipairs { families, backward } do
% for _, f in ipairs(list) do
static Kernel *${f.name}_of(size_t width)
{
    const Isa *isa = best();
    switch (width) {
%   for _, width in ipairs(f.width_list) do
    case ${width}:
        return isa->${f.name}_${width};
%   end
    default:
        return isa->${f.name}_any;
    }
}

% end
% end
% for _, f in ipairs(functions) do
%   if f.direct then
${f.declaration}
{
    ${P}_args a;
    pack(&a, y, x, sizeof *y, ${f.width}, eps, rows);
%     for _, name in ipairs(f.optional) do
    a.${name} = ${name};
%     end
    ${f.call}(&a, 0, rows);
}

%   end
% end
const char *${P}_message(int status)
{
    static const char *const messages[] = {
        "done",
        "an array that the operation needs is NULL",
        "width or the number of heads is 0, or whole_width is less than width",
        "a stride is less than what lies within it",
        "eps is negative, infinite or not a number",
        "stream is not 0, 1 or 2",
        "begin is past end, or end past rows",
        "more elements than memory can hold",
        "an array does not start at a multiple of its elements' size",
        "an output shares elements with another array",
% if has.static then
        "static_scale is below FLT_MIN, infinite or not a number",
% end
% if #backward > 0 then
        "accumulate has bits without a meaning",
        "workspace_bytes is too small",
% end
    };
    if (status < 0 || (size_t)status >= sizeof messages / sizeof messages[0])
        return "unknown status";
    return messages[status];
}

% if callers ~= "" then
${callers}

% end
/* An array of rows, or of one row for all, as addresses. `stride` is 0 when there is one row. */
typedef struct {
    uintptr_t at, end;
    size_t unit, bytes, stride; /* of an element, of a row, from row to row */
} Array;

/* `count` elements of `unit` bytes a row; NULL is no array and ends where it begins. */
static inline Array array_of(const void *p, size_t unit, size_t count, size_t stride, size_t rows)
{
    Array a;
    a.at = (uintptr_t)p;
    a.unit = unit;
    a.bytes = count * unit;
    a.stride = rows > 1 ? stride * unit : 0;
    a.end = p ? a.at + (rows - 1) * a.stride + a.bytes : 0;
    return a;
}

static inline int misaligned(const Array *a) { return (a->at & (a->unit - 1)) != 0; }

/* Whether two arrays of which neither ends before the other begins share an element: rows may lie in the gaps of the
 * other's. */
static int meet(const Array *a, const Array *b)
{
    if (a->stride != b->stride || a->stride == 0)
        return 1;
    const uintptr_t apart = (a->at < b->at ? b->at - a->at : a->at - b->at) % a->stride;
    return apart < (a->at < b->at ? a->bytes : b->bytes) || a->stride - apart < (a->at < b->at ? b->bytes : a->bytes);
}

static inline int share(const Array *a, const Array *b) { return a->end > b->at && b->end > a->at && meet(a, b); }

static inline int same(const Array *a, const Array *b)
{
    return a->at == b->at && a->unit == b->unit && a->stride == b->stride;
}

% local may, text = { "output == 0 && input == 0" }, { "y may be x" }
% if has.adds then
%   may[#may + 1] = "output == 1 && input <= 1"
%   text[#text + 1] = "sum may be x or residual"
% end
% if has.two then
%   may[#may + 1] = ("output == %d && input == 0"):format(has.adds and 2 or 1)
%   text[#text + 1] = "y2 may be x"
% end
% for i, condition in ipairs(may) do may[i] = #may > 1 and "(" .. condition .. ")" or condition end
/* The outputs of `wrong` that may be one of its inputs: ${table.concat(text, ", ")}. */
static int may_be(size_t output, size_t input) { return ${table.concat(may, " || ")}; }

enum {
    HAS_MEAN = 1,
    HAS_GAMMA = 2,
    HAS_BETA = 4,
    HAS_RESIDUAL = 8,
    HAS_SUM = 16,
    HAS_BIAS = 32,
    HAS_SCALE = 64,
    HAS_STATIC_SCALE = 128,
    HAS_TWO = 256,
    GIVES_STATS = 512,
    HAS_STATS = 1024
};

% if has.heads then
/* Elements of all heads of a token. */
static size_t span(size_t heads, size_t head, size_t width) { return heads == 1 ? width : (heads - 1) * head + width; }

/* The last three: bytes of an element of x, of y, of gamma. With `h` the rows are tokens. */
IEEE_ONLY static int wrong(const ${P}_args *a, const ${P}_heads *h, size_t rows, unsigned has, size_t element, size_t output,
                           size_t params)
% else
/* The last three: bytes of an element of x, of y, of gamma. */
IEEE_ONLY static int wrong(const ${P}_args *a, size_t rows, unsigned has, size_t element, size_t output, size_t params)
% end
{
    const size_t most = (size_t)PTRDIFF_MAX / (has & (GIVES_STATS | HAS_STATS) ? 2 * sizeof(double) : sizeof(float));
    size_t stride;
% if has.split then
    const int writes = !(has & GIVES_STATS); /* y, mean, rstd */
    if (!a || !a->x || (!a->y && writes) || (!a->gamma && (has & HAS_GAMMA)) || (!a->beta && (has & HAS_BETA)))
        return ${U}_NULL;
    if (!a->stats && (has & (GIVES_STATS | HAS_STATS)))
        return ${U}_NULL;
% else
    const int writes = 1;
    if (!a || !a->x || !a->y || (!a->gamma && (has & HAS_GAMMA)) || (!a->beta && (has & HAS_BETA)))
        return ${U}_NULL;
% end
% for _, need in ipairs { { has.adds, "residual", "HAS_RESIDUAL" }, { has.adds, "sum", "HAS_SUM" },
%   { has.bias, "bias", "HAS_BIAS" }, { has.dynamic, "scale", "HAS_SCALE" }, { has.two, "y2", "HAS_TWO" },
%   { has.two, "gamma2", "HAS_TWO" }, { has.two, "beta2", "HAS_TWO) && (has & HAS_BETA" } } do
%   if need[1] then
    if (!a->${need[2]} && (has & ${need[3]}))
        return ${U}_NULL;
%   end
% end
    if (a->width == 0${has.split and " || ((has & HAS_STATS) && a->whole_width < a->width)" or ""})
        return ${U}_WIDTH;
% local x_span, y_span, gamma_span, per_row = "a->width", "a->width", "a->width", "rows"
% if has.heads then
%   x_span, y_span, gamma_span, per_row = "x_span", "y_span", "gamma_span", "rows * heads"
    size_t x_span = a->width, y_span = a->width, gamma_span = a->width, heads = 1;
    if (h) {
        size_t head = h->x_head > h->y_head ? h->x_head : h->y_head;
        heads = h->heads;
        head = head > h->gamma_head ? head : h->gamma_head;
        head = head > a->width ? head : a->width;
        if (heads == 0)
            return ${U}_WIDTH;
        if (heads > 1 && (h->x_head < a->width || h->y_head < a->width))
            return ${U}_STRIDE;
        if (heads > 1 && h->gamma_head < a->width && h->gamma_head != 0)
            return ${U}_STRIDE;
        if (heads > most / head || (rows && heads > most / rows))
            return ${U}_SIZE;
        x_span = span(heads, h->x_head, a->width);
        y_span = span(heads, h->y_head, a->width);
        gamma_span = h->gamma_head ? span(heads, h->gamma_head, a->width) : a->width;
    }
% end
    if (a->x_stride < ${x_span} || (writes && a->y_stride < ${y_span}))
        return ${U}_STRIDE;
    stride = a->x_stride > a->y_stride || !writes ? a->x_stride : a->y_stride;
% for _, rows in ipairs { { has.adds, "residual", "HAS_RESIDUAL" }, { has.adds, "sum", "HAS_SUM" }, { has.two, "y2", "HAS_TWO" } } do
%   if rows[1] then
    if (has & ${rows[3]}) {
        if (a->${rows[2]}_stride < a->width)
            return ${U}_STRIDE;
        stride = stride > a->${rows[2]}_stride ? stride : a->${rows[2]}_stride;
    }
%   end
% end
    if (!(a->eps >= 0 && a->eps <= FLT_MAX))
        return ${U}_EPS;
% if has.static then
    if ((has & HAS_STATIC_SCALE) && !(a->static_scale >= FLT_MIN && a->static_scale <= FLT_MAX))
        return ${U}_SCALE;
% end
    if (a->stream < 0 || a->stream > 2)
        return ${U}_STREAM;
    if (rows == 0)
        return ${U}_OK;
    if (rows > most || stride > (rows > 1 ? most / rows : most))
        return ${U}_SIZE;

% -- name, bytes of an element, elements of a row, from row to row, rows, condition
% local inputs = { { "x", "element", x_span, "a->x_stride", "rows" } }
% local outputs = { { "y", "output", y_span, "a->y_stride", "rows", has.split and "writes" } }
% local function add(list, ...) list[#list + 1] = { ... } end
% if has.adds then
%   add(inputs, "residual", "element", "a->width", "a->residual_stride", "rows", "(has & HAS_RESIDUAL)")
%   add(outputs, "sum", "element", "a->width", "a->sum_stride", "rows", "(has & HAS_SUM)")
% end
% if has.two then add(outputs, "y2", "element", "a->width", "a->y2_stride", "rows", "(has & HAS_TWO)") end
% add(inputs, "gamma", "params", gamma_span, "0", "1", "(has & HAS_GAMMA)")
% add(inputs, "beta", "params", gamma_span, "0", "1", "(has & HAS_BETA)")
% if has.two then
%   add(inputs, "gamma2", "params", "a->width", "0", "1", "(has & HAS_TWO)")
%   add(inputs, "beta2", "params", "a->width", "0", "1", "(has & HAS_TWO) && (has & HAS_BETA)")
% end
% if has.bias then add(inputs, "bias", "element", "a->width", "0", "1", "(has & HAS_BIAS)") end
% if has.split then
%   add(inputs, "stats", "sizeof(double)", "2 * rows", "0", "1", "(has & HAS_STATS)")
%   add(outputs, "stats", "sizeof(double)", "2 * rows", "0", "1", "(has & GIVES_STATS)")
% end
% if has.dynamic then add(outputs, "scale", "sizeof(float)", "rows", "0", "1", "(has & HAS_SCALE)") end
% add(outputs, "mean", "sizeof(float)", per_row, "0", "1", "(has & HAS_MEAN)")
% add(outputs, "rstd", "sizeof(float)", per_row, "0", "1", has.split and "writes")
    Array inputs[${#inputs}], outputs[${#outputs}];
% for _, list in ipairs { inputs, outputs } do
%   for i, p in ipairs(list) do
%     local name = p[6] and ("%s ? a->%s : NULL"):format(p[6], p[1]) or "a->" .. p[1]
    ${list == inputs and "inputs" or "outputs"}[${i - 1}] = array_of(${name}, ${p[2]}, ${p[3]}, ${p[4]}, ${p[5]});
%   end
% end
    const size_t in = sizeof inputs / sizeof inputs[0], out = sizeof outputs / sizeof outputs[0];
    UNROLL for (size_t i = 0; i < in; i++)
        if (misaligned(&inputs[i]))
            return ${U}_ALIGNMENT;
    UNROLL for (size_t o = 0; o < out; o++) {
        if (misaligned(&outputs[o]))
            return ${U}_ALIGNMENT;
        UNROLL for (size_t i = 0; i < in; i++)
            if (share(&outputs[o], &inputs[i]) && !(may_be(o, i) && same(&outputs[o], &inputs[i])))
                return ${U}_OVERLAP;
        for (size_t i = 0; i < o; i++)
            if (share(&outputs[o], &outputs[i]))
                return ${U}_OVERLAP;
    }
% if has.heads then
    if (h && heads > 1 && a->x == a->y && h->x_head != h->y_head)
        return ${U}_OVERLAP;
% end
    return ${U}_OK;
}

/* The struct as kernels want it, for a batch of so many rows with `written` bytes an element: `args` itself, or a copy in
 * `room` when `stream` means something else to them, which tells 1 from 0 only. */
static const ${P}_args *settled(const ${P}_args *args, ${P}_args *room, size_t rows, size_t written)
{
    const int stream = args->stream == 0 ? past_caches(rows * args->width * written) : args->stream == 1;
    if (stream == args->stream)
        return args;
    *room = *args;
    room->stream = stream;
    return room;
}

static int run_rows(Kernel *kernel, const ${P}_args *args, size_t rows, size_t begin, size_t end, size_t written)
{
    ${P}_args room;
    kernel(settled(args, &room, rows, written), begin, end);
    return ${U}_OK;
}

% local at_heads = has.heads and ", const " .. P .. "_heads *h, size_t element, size_t params" or ""
/* Rows begin .. end - 1 of a batch${has.heads and ", or tokens with heads when `h` is not NULL" or ""}. */
static void run_part(Kernel *kernel, const ${P}_args *a${at_heads}, size_t begin, size_t end)
{
% if has.heads then
    if (h)
        walk_heads(kernel, a, h, element, params, begin, end);
    else
        kernel(a, begin, end);
% else
    kernel(a, begin, end);
% end
}

% local h = has.heads and ", h, element, params" or ""
static int run_batch(Kernel *kernel, const ${P}_args *args${at_heads}, size_t rows, size_t written)
{
    ${P}_args room;
% if has.heads then
    const size_t rows_in_row = h ? h->heads : 1;
    const ${P}_args *a = settled(args, &room, rows * rows_in_row, written);
% else
    const ${P}_args *a = settled(args, &room, rows, written);
% end
#ifdef _OPENMP
    const size_t worth = rows * ${has.heads and "rows_in_row * " or ""}a->width >> 16; /* threads that repay their waking */
    const int most = worth < 2 || omp_in_parallel() ? 1 : omp_get_max_threads();
    if (most > 1 && rows > 1 && worth >= (size_t)most) {
#pragma omp parallel num_threads(most)
        {
            const size_t part = (size_t)omp_get_thread_num(), parts = (size_t)omp_get_num_threads();
            const size_t group = rows / 32 >= parts ? 8 : 1; /* rows in flight stay together */
            const size_t share_of = ((rows + group - 1) / group + parts - 1) / parts * group;
            const size_t begin = part * share_of < rows ? part * share_of : rows;
            const size_t end = rows - begin < share_of ? rows : begin + share_of;
            if (begin < end)
                run_part(kernel, a${h}, begin, end);
        }
        return ${U}_OK;
    }
#endif
    if (rows > 0)
        run_part(kernel, a${h}, 0, rows);
    return ${U}_OK;
}

% local no_heads, no_walk = has.heads and ", NULL" or "", has.heads and ", NULL, 0, 0" or ""
% for _, f in ipairs(families) do
int ${P}_${f.name}_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end)
{
    const int status = begin > end || end > rows ? ${U}_ROWS : wrong(args${no_heads}, rows, ${f.has}, ${f.sizes});
    return status ? status : run_rows(${f.name}_of(args->width), args, rows, begin, end, ${f.written});
}

int ${P}_${f.name}_batch(const ${P}_args *args, size_t rows)
{
    const int status = wrong(args${no_heads}, rows, ${f.has}, ${f.sizes});
    return status ? status : run_batch(${f.name}_of(args->width), args${no_walk}, rows, ${f.written});
}
%   if f.heads then

int ${P}_${f.name}_heads(const ${P}_args *args, const ${P}_heads *heads, size_t rows)
{
    const int status = heads ? wrong(args, heads, rows, ${f.has}, ${f.sizes}) : ${U}_NULL;
%     local absent = {}
%     for _, p in ipairs { not f.words.gamma and "gamma" or false, not f.words.beta and "beta" or false, not f.words.centred and "mean" or false } do
%       if p then absent[#absent + 1] = p end
%     end
%     if #absent > 0 then
    ${P}_args a;
    if (status)
        return status;
    a = *args;
    a.${table.concat(absent, " = a.")} = NULL;
    return run_batch(${f.name}_of(a.width), &a, heads, ${f.words.element_bytes}, ${f.words.parameter_bytes}, rows, ${f.written});
%     else
    return status ? status : run_batch(${f.name}_of(args->width), args, heads, ${f.words.element_bytes}, ${f.words.parameter_bytes}, rows, ${f.written});
%     end
}
%   end

% end
% if has.split then
int ${P}_stats_merge(${P}_stats *whole, const ${P}_stats *parts, const size_t *widths, size_t count, size_t rows)
{
    const size_t most = (size_t)PTRDIFF_MAX / sizeof *parts;
    size_t width = 0;
    if (!whole || !parts || !widths)
        return ${U}_NULL;
    if (count > most || (count && rows > most / count))
        return ${U}_SIZE;
    for (size_t part = 0; part < count; part++) {
        if (widths[part] > (size_t)PTRDIFF_MAX - width)
            return ${U}_SIZE;
        width += widths[part];
    }
    if (width == 0)
        return ${U}_WIDTH;
    if (rows == 0)
        return ${U}_OK;
    const Array out = array_of(whole, sizeof *whole, rows, 0, 1), in = array_of(parts, sizeof *parts, count * rows, 0, 1);
    const Array sizes = array_of(widths, sizeof *widths, count, 0, 1);
    if ((whole != parts && share(&out, &in)) || share(&out, &sizes))
        return ${U}_OVERLAP;
    merge_parts(whole, parts, widths, count, rows);
    return ${U}_OK;
}

% end
% if #backward > 0 then include "single/backward.c" end
% if abi.llmc then
void ${P}_layernorm_forward(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int B, int T,
                            int C)
{
    ${P}_layernorm_f32_any(out, mean, rstd, inp, weight, bias, 1e-5f, (size_t)B * (size_t)T, (size_t)C);
}

% end
% if abi["ggml-row"] then
%   for _, f in ipairs(rows) do
void ${P}_${f.name}_row(int n, ${f.words.element} *y, const ${f.words.element} *x, const ${P}_row_params *params)
{
    ${P}_args a;
    pack(&a, y, x, sizeof *y, (size_t)n, params->eps, 1);
    a.mean = a.rstd = NULL;
    a.gamma = params->gamma;
    a.beta = params->beta;
    ${f.name}_of((size_t)n)(&a, 0, 1);
}

%   end
% end
#if defined(${U}_POP_DIAGNOSTIC)
#pragma GCC diagnostic pop
#endif
#if defined(__clang__)
#pragma float_control(pop)
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif
