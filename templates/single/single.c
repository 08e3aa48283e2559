% -- SPDX-License-Identifier: MIT
% -- single.c: every kernel of a single-file pair, what picks one, and the functions of the header
#include "${P}.h"

#if defined(__cplusplus) && __cplusplus < 201703L && !defined(_MSC_VER)
#error "${P}.c needs C++17 or later; or compile it as C, and define ${U}_SEPARATE"
#elif !defined(__cplusplus) && !defined(_MSC_VER) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 199901L)
#error "${P}.c needs C99 or later (-std=c99)"
#elif !defined(${U}_INCLUDED)
#define ${U}_INCLUDED

${float_control}
#ifdef ${U}_FLOAT_CONTROL
#pragma float_control(push)
#elif defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#endif
${precise}

% if #sections > 1 then
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__TINYC__) && !defined(${U}_SCALAR_ONLY)
#define ${U}_VECTORS
#endif
% end

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef ${U}_VECTORS
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__SSE2__) && !defined(__TINYC__)
#include <emmintrin.h>
#endif
#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#if defined(${U}_VECTORS) && defined(_WIN32) && !defined(__clang__)
/* Windows does not align vectors on the stack: let every move be unaligned. */
__asm__(".ifndef unaligned_moves\n.set unaligned_moves, 1\n"
% for _, pair in ipairs { { "vmovaps", "vmovups" }, { "vmovapd", "vmovupd" }, { "vmovdqa", "vmovdqu" },
%   { "vmovdqa32", "vmovdqu32" }, { "vmovdqa64", "vmovdqu64" } } do
    ".macro ${pair[1]} args:vararg\n\t${pair[2]} \\args\n.endm\n"
% end
    ".endif");
#endif

#if defined(__cplusplus) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized" /* of gcc's own intrinsics */
#pragma GCC diagnostic ignored "-Wuninitialized"
#define ${U}_POP_DIAGNOSTIC
#endif

% include "single/math.h"
% if each then

#if defined(__GNUC__) || defined(__clang__)
#define LN_NOINLINE static __attribute__((noinline))
#else
#define LN_NOINLINE static
#endif
% end

/* Works on the rows begin .. end - 1. */
typedef void ln_kernel(const ${P}_args *args, size_t begin, size_t end);

% if has.workspace then
enum { ${U}_BEGIN_PARAMS = 4 }; /* in accumulate: dgamma${has.dbeta and " and dbeta are" or " is"} of one block of rows */

% end
% if has.heads then
${caller "head_args.h"}

% end
% local function stored(values, list)
%   for _, name in ipairs(list) do values[name] = name end
%   local parts = parted(values)
%   for i, part in ipairs(parts) do
%     if i > 1 then
    LN_BARRIER;
%     end
%     local strides = {}
%     for _, member in ipairs(part) do
%       if member[2] == "width" then strides[#strides + 1] = "a->" .. member[1] end
%     end
    ${table.concat(strides, " = ")} = width;
%     for _, member in ipairs(part) do
%       if member[2] ~= "width" then
    a->${member[1]} = ${member[2]};
%       end
%     end
%   end
% end
% for _, f in ipairs(kinds) do
%   if f.direct then
/* Packed rows. What the norm lacks stays unset, to save time. No two members are stored at once: a kernel's
 * load of one would wait. */
${f.direct.packs}
{
%     stored({ width = "width", x_stride = "width", y_stride = "width", x = "x", y = "y", eps = "eps", stream = "0" },
%       f.direct.optional)
}

%     if f.rowed then
${f.direct.types};

%     end
%   end
% end
% for _, f in ipairs(backward) do
${f.direct.packs}
{
%   local inputs = "(float *)(uintptr_t)" -- which are only read
%   stored({ width = "width", x_stride = "width", dy_stride = "width", dx_stride = "width", dx = "dx", dy = "dy", x = "x",
%     rstd = inputs .. "rstd", mean = f.spell.centred and inputs .. "mean" or nil, stream = "0", accumulate = "0",
%     reduce_rows = "0", workspace = has.workspace and "NULL" or nil }, f.direct.optional)
}

%   if f.rowed then
${f.direct.types};

%   end
% end

% for _, section in ipairs(sections) do
/* ==== ${section.title} ==== */

%   if section.vector then
#ifdef ${U}_VECTORS

%   end
@@${section.name}@@
%   if section.vector then
#endif

%   end
% end
/* ==== The kernels of each instruction set, best first ==== */

typedef struct {
    const char *name;
% for _, slot in ipairs(slots) do
    ln_kernel *${slot};
% end
% for _, slot in ipairs(row_slots) do
    ${slot.row_type} *${slot.row};
% end
} ln_set;

static const ln_set ln_sets[] = {
% local open = false
% for _, section in ipairs(best_first) do
%   if section.vector ~= open then
${section.vector and ("#ifdef %s_VECTORS"):format(U) or "#endif"}
%   end
%   open = section.vector
${section.row_text}
% end
};
% if mixed then

/* For a Zen 4, where some kernels of AVX2 take less time than those of AVX-512${#mixed.by_stream > 0 and ", some in the caches alone" or ""}. */
#ifdef ${U}_VECTORS
%   for _, m in ipairs(mixed.by_stream) do
static void ${m.name}(const ln_args *a, size_t begin, size_t end)
{
    (a->stream == 1 ? ${m.wide} : ${m.narrow})(a, begin, end);
}

%   end
${mixed.text}
#endif
% end

${caller "cpu_names.h"}

const char *${P}_isa_note(void)
{
#ifdef _MSC_VER
#pragma warning(suppress : 4996)
#endif
    const char *cap = getenv("LN_ISA");
    if (cap && *cap && ln_cpu_named(cap) < 0)
        return "LN_ISA has an unknown value and is ignored; it may be ${table.concat(isa_names, ", ")}";
    return NULL;
}

% if #sections > 1 then
#ifdef ${U}_VECTORS
${caller "ln_cpu.h"}

static const ln_set *ln_chosen;

/* What ln_best() has chosen, NULL until then. */
static const ln_set *ln_known(void) { return __atomic_load_n(&ln_chosen, __ATOMIC_RELAXED); }

/* Threads that ask first at the same time find the same answer. */
static const ln_set *ln_best(void)
{
    const ln_set *isa = ln_known();
    if (!isa) {
% if mixed then
        const char *cap = getenv("LN_ISA");
        isa = &ln_sets[ln_cpu_best(cap)];
        if (isa == ln_sets && ln_cpu_narrower(cap))
            isa = &ln_mixed;
% else
        isa = &ln_sets[ln_cpu_best(getenv("LN_ISA"))];
% end
        __atomic_store_n(&ln_chosen, isa, __ATOMIC_RELAXED);
    }
    return isa;
}

/* Whether a batch with so many bytes of outputs is written past the caches. */
static int ln_past_caches(size_t bytes)
{
    static size_t known;
    if (bytes < (size_t)1 << 18) /* a quarter of the smallest last-level caches */
        return 0;
    size_t limit = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (limit == 0) {
        limit = ln_cpu_stream_bytes();
        __atomic_store_n(&known, limit, __ATOMIC_RELAXED);
    }
    return bytes >= limit;
}
#else
% end
% if #sections > 1 and row_slots[1] then
static const ln_set *ln_known(void) { return NULL; }
% end
static const ln_set *ln_best(void) { return &ln_sets[0]; }
static int ln_past_caches(size_t bytes)
{
    (void)bytes;
    return 0;
}
% if #sections > 1 then
#endif
% end

const char *${P}_isa(void) { return ln_best()->name; }

/* ==== Entries ==== */

% for _, list in ipairs { kinds, backward } do
% for _, f in ipairs(list) do
static ln_kernel *ln_${f.name}_of(size_t width)
{
    const ln_set *isa = ln_best();
%   if #f.width_list == 1 then
    return width == ${f.width_list[1]} ? isa->${f.name}_${f.width_list[1]} : isa->${f.name}_any;
%   else
    switch (width) {
%   for _, width in ipairs(f.width_list) do
    case ${width}:
        return isa->${f.name}_${width};
%   end
    default:
        return isa->${f.name}_any;
    }
%   end
}

% end
% end
% for _, f in ipairs(kinds) do
%   if f.alone then
/* A few rows, each by values, which takes less time than a struct for all. */
${f.direct.each_declaration}
{
    for (size_t r = 0; r < rows; r++)
        row(${f.direct.each_arguments});
}

%   end
% end
% for _, f in ipairs(functions) do
%   if f.row then
${f.declaration}
{
    const ln_set *isa = ln_known();
    ${f.direct.type} *row = isa ? isa->${f.direct.row} : NULL;
    if (row && rows == 1)
        row(${f.direct.arguments});
%     if f.alone then
    else if (row && rows <= ${f.alone})
        ${f.direct.each}(row, ${f.direct.arguments}, rows, ${f.width});
%     end
    else
        ${f.direct.any}(${f.direct.arguments}, rows, ${f.width});
}

%   elseif f.direct then
${f.declaration}
{
    ${P}_args a;
    ${f.direct.pack}(&a, ${f.direct.arguments}, ${f.width});
    a.stream = ln_past_caches(rows * ${f.width} * sizeof *y);
    ${f.call}(&a, 0, rows);
}

%   end
% end
const char *${P}_message(int status)
{
    static const char *const messages[] = {
% for _, s in ipairs(statuses) do
        "${s.text}",
% end
    };
    if (status < 0 || (size_t)status >= sizeof messages / sizeof messages[0])
        return "unknown status";
    return messages[status];
}

% if has.workspace then
${caller "ln_numerics.h"}

% end
${caller "ln_check.h"}

% if has.stats or has.heads then
${caller "ln_batch.h"}

% end
${caller "ln_split.h"}

/* `args`, or a copy in `room` with stream 1 if so many rows are large or cold. */
static const ${P}_args *ln_streamed(const ${P}_args *args, ${P}_args *room, size_t rows, const ln_kind *kind)
{
    if (!ln_is_cold(args->stream, rows) &&
        (args->stream != 0 || !ln_past_caches(rows * args->width * kind->written)))
        return args;
    *room = *args;
    room->stream = 1;
    return room;
}

% local no_heads = has.heads and ", NULL" or ""
static int ln_run_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end, const ln_kind *kind)
{
    ${P}_args room;
    const int status = begin > end || end > rows ? ${U}_ROWS : ln_check_rows(args${no_heads}, rows, kind);
    if (!status)
        kind->of(args->width)(ln_streamed(args, &room, rows, kind), begin, end);
    return status;
}

LN_INLINE int ln_run_batch(const ${P}_args *args, size_t rows, const ln_kind *kind)
{
    ${P}_args room;
    const int status = ln_check_rows(args${no_heads}, rows, kind);
    if (!status)
        ln_run_shares(kind->of(args->width), ln_streamed(args, &room, rows, kind)${has.heads and ", NULL, kind" or ""}, rows);
    return status;
}

% if has.heads then
LN_INLINE int ln_run_heads(const ${P}_args *args, const ${P}_heads *heads, size_t rows, const ln_kind *kind)
{
    ${P}_args room;
    const int status = heads ? ln_check_rows(args, heads, rows, kind) : ${U}_NULL;
    if (status)
        return status;
% for _, absent in ipairs { { "HAS_GAMMA", "gamma" }, { "HAS_BETA", "beta" }, { "HAS_MEAN", "mean" } } do
%   if around.rows_checks.ask[absent[1]] then
    if (!(kind->has & LN_${absent[1]}) && args->${absent[2]}) {
        room = *args;
        room.${absent[2]} = NULL;
        args = &room;
    }
%   end
% end
    args = ln_streamed(args, &room, rows * heads->heads, kind);
    ln_run_shares(kind->of(args->width), args, heads, kind, rows);
    return ${U}_OK;
}

% end
% for _, f in ipairs(kinds) do
static const ln_kind ln_${f.name}_kind = {
    ${f.initialiser}, ln_${f.name}_of,
};

${entry(f.name .. "_rows", "", "const " .. P .. "_args *args", "size_t rows", "size_t begin", "size_t end")}
{
    return ln_run_rows(args, rows, begin, end, &ln_${f.name}_kind);
}

${entry(f.name .. "_batch", "", "const " .. P .. "_args *args", "size_t rows")}
{
    return ln_run_batch(args, rows, &ln_${f.name}_kind);
}

%   if f.heads then
${entry(f.name .. "_heads", "", "const " .. P .. "_args *args", "const " .. P .. "_heads *heads", "size_t rows")}
{
    return ln_run_heads(args, heads, rows, &ln_${f.name}_kind);
}

%   end
% end
% if has.stats then
${entry("stats_merge", "", table.unpack(merge))}
{
    const int status = ln_check_pieces(whole, pieces, widths, count, rows);
    if (!status) {
        const unsigned saved = ${P}_enter1(); /* whatever the caller rounds to, as in kernels */
        ln_merge_parts(whole, pieces, widths, count, rows);
        ${P}_leave1(saved);
    }
    return status;
}

% end
% if has.backward then include "single/backward.c" end
% if abi.llmc then
${layout.list(("void %s_layernorm_forward"):format(P), llmc_forward)}
{
    ${P}_layernorm_f32_any(out, mean, rstd, inp, weight, bias, 1e-5f, (size_t)B * (size_t)T, (size_t)C);
}

% end
% if abi["ggml-row"] then
%   for _, f in ipairs(rows) do
${row_entry(f)}
{
    ${P}_args a;
    ${f.direct.pack}(&a, ${f.direct.row_arguments}, (size_t)n);
    ln_${f.name}_of((size_t)n)(&a, 0, 1);
}

%   end
% end
#ifdef ${U}_POP_DIAGNOSTIC
#pragma GCC diagnostic pop
#endif
#ifdef ${U}_FLOAT_CONTROL
#pragma float_control(pop)
#elif defined(__clang__)
#pragma STDC FP_CONTRACT DEFAULT
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif
#endif
