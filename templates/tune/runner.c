% -- SPDX-License-Identifier: MIT
% -- runner.c: times candidates of one kernel in turns; prints "situation candidate ns/row" lines
/* Of each candidate the median time of a row. Candidates that are far behind leave after a few rounds. */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "ln_cpu.h"
#include "ln_numerics.h"
#include "ln_scalar.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { WIDTH = ${width}, ROUNDS = ${rounds}, ROWS_MAX = 1 << 19, LACKS_TARGET = ${lacks_target} };
enum { SUMS = (WIDTH + LN_SUM_COLUMNS - 1) / LN_SUM_COLUMNS * LN_SUM_COLUMNS }; /* floats between rows of sums */

% for _, name in ipairs(names) do
ln_kernel ${name};
% end
ln_kernel ${any};

/* loop: its kind; in each kind the best stay. keep: is measured to the end */
static const struct {
    ln_kernel *kernel;
    int loop, keep;
} candidates[] = {
% for i, name in ipairs(names) do
    {${name}, ${loops[i] and 1 or 0}, ${kept[i] and 1 or 0}},
% end
};
enum { COUNT = sizeof candidates / sizeof candidates[0] };

% include "tune/clock.c"

/* One call as the runtime makes it. */
static void run(int c, ln_args *a, size_t rows)
{
% if spec.pass == "backward" and spell.gamma then
    float *const workspace = a->workspace;
    const int single = rows <= LN_BACKWARD_BLOCK; /* sums of a single block are the result */
    a->accumulate = single ? LN_BEGIN_PARAMS : 0;
    a->workspace = single ? NULL : workspace;
% end
    candidates[c].kernel(a, 0, rows);
% if spec.pass == "backward" and spell.gamma then
    a->workspace = workspace;
    if (single)
        return;
    a->reduce_rows = rows; /* the kernel for any width puts the sums of blocks together */
    ${any}(a, 0, WIDTH);
    a->reduce_rows = 0;
% end
}

/* Takes from `alive` who is more than a share `slack` behind the best of its kind, or twice as far behind the best. */
static void drop(const double *ns, int *alive, double slack)
{
    double best[2] = {1e30, 1e30};
    for (int c = 0; c < COUNT; c++)
        if (alive[c] && ns[c] < best[candidates[c].loop])
            best[candidates[c].loop] = ns[c];
    const double least = best[0] < best[1] ? best[0] : best[1];
    for (int c = 0; c < COUNT; c++)
        if (!candidates[c].keep && (ns[c] > (1 + slack) * best[candidates[c].loop] || ns[c] > (1 + 2 * slack) * least))
            alive[c] = 0;
}

/* Median ns a row into ns[], of those with alive[]; the first and the second third of the rounds end with a choice. */
static void measure(ln_args *a, size_t rows, int *alive, int rounds, double *ns)
{
    static double samples[COUNT][ROUNDS];
    const double work = (double)rows * (WIDTH * 0.1 + 20) + 50; /* ns, about */
    size_t repeat = 1;
    while ((double)repeat * work < 2e5)
        repeat *= 2;
    for (int c = 0; c < COUNT; c++)
        if (alive[c])
            run(c, a, rows);
    for (int round = 0; round < rounds; round++) {
        for (int c = 0; c < COUNT; c++) {
            if (!alive[c])
                continue;
            if (work < 1e6)
                run(c, a, rows);
            const double begun = now();
            for (size_t i = 0; i < repeat; i++)
                run(c, a, rows);
            samples[c][round] = (now() - begun) / (double)repeat / (double)rows;
        }
        const int first = round + 1 == (rounds + 2) / 3, second = round + 1 == rounds * 2 / 3;
        if (!first && !second && round + 1 != rounds)
            continue;
        for (int c = 0; c < COUNT; c++)
            if (alive[c]) {
                double sorted[ROUNDS];
                memcpy(sorted, samples[c], sizeof sorted);
                qsort(sorted, (size_t)round + 1, sizeof sorted[0], ascending);
                ns[c] = sorted[round / 2];
            }
        if (round + 1 != rounds)
            drop(ns, alive, first ? 0.15 : 0.06);
    }
}

% local T, P, Y = spell.element, spell.parameter, spell.output
% local function stored(c_type, value)
%   local kind = c_type == spell.parameter and spec.params == "f32" and "f32" or spec.dtype
%   return kind == "f32" and value or ("to_%s(%s)"):format(kind, value)
% end
static char *next_array, *arrays_end;

/* One block for all arrays, in huge pages where the system has them: memory as an arena of the runtime has it. */
static void reserve(size_t bytes)
{
    enum { HUGE_PAGE = 2 << 20 };
    next_array = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (next_array == MAP_FAILED)
        exit(1);
    next_array += (HUGE_PAGE - (uintptr_t)next_array % HUGE_PAGE) % HUGE_PAGE;
    arrays_end = next_array + bytes;
#ifdef MADV_HUGEPAGE
    (void)madvise(next_array, bytes, MADV_HUGEPAGE);
#endif
}

/* Zeros for an array, from a cache line on, right after the one before. */
static void *array(size_t bytes)
{
    char *p = next_array;
    next_array += (bytes + 63) / 64 * 64;
    if (next_array > arrays_end)
        exit(1);
    return memset(p, 0, bytes);
}

static float random_value(void)
{
    static unsigned state = 1;
    float sum = 0;
    for (int k = 0; k < 3; k++) {
        state = state * 1664525u + 1013904223u;
        sum += (float)(state >> 8) * 0x1p-23f - 1;
    }
    return sum;
}

/* Rows of x's type: some thousand values over and over. */
static void *rows_of(size_t elements)
{
    enum { VALUES = 4099 };
    static ${T} values[VALUES];
    for (int i = 0; i < VALUES; i++)
        values[i] = ${stored(T, "random_value()")};
    ${T} *p = array(elements * sizeof *p);
    for (size_t i = 0; i < elements; i++)
        p[i] = values[i % VALUES];
    return p;
}

% if #spell.parameters > 0 then
static void *parameters(float around)
{
    ${P} *p = array(WIDTH * sizeof *p);
    for (int i = 0; i < WIDTH; i++)
        p[i] = ${stored(P, "around + 0.01f * (float)(i % 7)")};
    return p;
}

% end
int main(void)
{
    if (!ln_cpu_has(LN_CPU_${target.name:upper()}))
        return LACKS_TARGET;
% local least, batches = 0, true
% for _, job in ipairs(jobs) do
%   if job.part == "batch" then least = math.max(least, job.rows) else batches = false end
% end
% if batches then
    const size_t many = ${least}, elements = many * WIDTH;
% else
    size_t cache = 4 * ln_cpu_stream_bytes(); /* the last-level cache, as the library counts it for batches to stream */
    if (cache > (size_t)128 << 20)
        cache = (size_t)128 << 20;
    const size_t enough = 4 * (cache / (WIDTH * sizeof(${T})) + 256);
    const size_t many = enough < ROWS_MAX ? enough : ROWS_MAX, elements = many * WIDTH;
% end
    reserve(elements * 32 + many * 64 + ((size_t)16 << 20)); /* address space: more than any pass takes */

    ln_args a = {.width = WIDTH, .x_stride = WIDTH, .x = rows_of(elements), .eps = 1e-5f};
% if spec.pass == "stats" or spec.pass == "apply" then
    a.whole_width = WIDTH;
    a.stats = array(many * sizeof *a.stats);
    for (size_t i = 0; i < many; i++)
        a.stats[i] = (ln_stats){${spell.centred and "0.01" or "0"}, WIDTH};
% end
% if spec.pass == "backward" then
    a.dy_stride = a.dx_stride = WIDTH;
    a.dy = rows_of(elements);
    a.dx = array(elements * sizeof(${T}));
    a.mean = array(many * sizeof(float));
    a.rstd = array(many * sizeof(float));
    for (size_t i = 0; i < many; i++)
        a.rstd[i] = 1;
    a.dgamma = array(WIDTH * sizeof(float));
    a.dbeta = array(WIDTH * sizeof(float));
    a.workspace_bytes = (many / LN_BACKWARD_BLOCK + 1) * 2 * SUMS * sizeof(float);
    a.workspace = array(a.workspace_bytes);
% elseif spec.pass ~= "stats" then
    a.y_stride = a.y2_stride = a.residual_stride = a.sum_stride = WIDTH;
%   for _, y in ipairs(spell.outputs) do
    a.${y.name} = array(elements * sizeof(${Y}));
%   end
%   if spell.adds then
    a.residual = rows_of(elements);
%   end
%   if spell.keeps_sum then
    a.sum = array(elements * sizeof(${T}));
%   end
%   if spell.bias then
    a.bias = rows_of(WIDTH);
%   end
%   if spell.dynamic then
    a.scale = array(many * sizeof *a.scale);
%   elseif spell.quantises then
    a.static_scale = 0.03f;
%   end
% end
% for _, parameter in ipairs(spell.parameters) do
    a.${parameter.name} = parameters(${parameter.gain and "1" or "0"});
% end

    static double ns[COUNT], ns2[COUNT];
% for _, job in ipairs(jobs) do
    {
        static int alive[COUNT];
        for (int c = 0; c < ${job.count}; c++)
            alive[c] = 1;
%   if job.part == "batch" then
        a.stream = ${job.stream and 1 or 0};
        measure(&a, ${job.rows}, alive, ROUNDS, ns);
        a.stream = 0;
%   elseif job.part == "one" then
        measure(&a, 1, alive, ROUNDS, ns);
%   elseif job.part == "few" then
        /* sixteen rows, and a batch that leaves the second-level cache: both count alike */
        int also[COUNT];
        memcpy(also, alive, sizeof also);
        measure(&a, 16, alive, ROUNDS, ns);
        measure(&a, 256, also, ROUNDS, ns2);
        for (int c = 0; c < COUNT; c++)
            ns[c] = sqrt(ns[c] * ns2[c]);
%   else
        /* a batch of which the last-level cache still holds some, and one of four times that: both count alike */
        int also[COUNT];
        memcpy(also, alive, sizeof also);
        a.stream = 1;
        measure(&a, many / 4, alive, ROUNDS / 2 + 1, ns);
        measure(&a, many, also, ROUNDS / 2 + 1, ns2);
        a.stream = 0;
        for (int c = 0; c < COUNT; c++)
            ns[c] = sqrt(ns[c] * ns2[c]);
%   end
    }
    for (int c = 0; c < ${job.count}; c++)
        printf("${job.part} %d %.3f\n", c + 1, ns[c]);
% end
    return 0;
}
