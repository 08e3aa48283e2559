/* SPDX-License-Identifier: MIT */
/* kernels.c - kernels as contenders: those of the program's own table, and those of libraries loaded at run time. */
#include "kernels.h"
#include "args.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const ln_entry *find_kernel(TableFunction *table, const Case *of, ln_isa isa, size_t width)
{
    size_t count;
    const ln_entry *const all = table(&count);
    for (const ln_entry *e = all; e < all + count; e++)
        if (e->isa == isa && e->spec.width == width && same_case(of, &e->spec))
            return e;
    return NULL;
}

const ln_entry *best_kernel(const Case *of, ln_isa isa, size_t width)
{
    const ln_entry *const own = find_kernel(ln_table, of, isa, width);
    return own ? own : find_kernel(ln_table, of, isa, 0);
}

/* A contender's data: the table of its kernels, whether it takes those for any width, the kind of store, and whether
 * each row is a call. */
typedef struct Source {
    TableFunction *table;
    int any;
    enum { AS_DRIVER, CACHED, STREAMED } store;
    int singly;
} Source;

/* The arguments of the two calls of a backward pass: the first works on rows, the second on columns. As in the runtime,
 * one block of rows needs no second call and no workspace. */
typedef struct State {
    ln_args args, columns;
    ln_kernel *kernel;
} State;

/* The `place` of contenders that read rows near zero. */
static void place_near(void *state, const Job *job)
{
    State *s = state;
    args_place(&s->args, job);
    s->args.x = job->near;
}

/* The `place` of contenders that write y at the same place within 4 KB as x. */
static void place_same(void *state, const Job *job)
{
    Job same = *job;
    same.y = (char *)job->y + job->to_same;
    args_place(state, &same);
}

static void *prepare(const Contender *self, const Job *job)
{
    const Source *from = self->data;
    const ln_entry *entry = find_kernel(from->table, job->of, self->isa, from->any ? 0 : job->width);
    State *s = entry && (!self->same || job->to_same) ? malloc(sizeof *s) : NULL;
    if (!s)
        return NULL;
    s->kernel = entry->kernel;
    s->args = args_of(job);
    if (self->place != args_place)
        self->place(s, job);
    s->args.stream = from->store == AS_DRIVER ? job->stream : from->store == STREAMED;
    if (is_backward(job->of) && job->rows <= LN_BACKWARD_BLOCK) {
        s->args.workspace = NULL;
        s->args.accumulate = LN_BEGIN_PARAMS;
    }
    s->columns = s->args;
    s->columns.reduce_rows = job->rows;
    return s;
}

static void run(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    (void)job;
    s->kernel(&s->args, begin, end);
}

/* One row in flight, as for a cold input. */
static void run_singly(void *state, const Job *job, size_t begin, size_t end)
{
    for (size_t row = begin; row < end; row++)
        run(state, job, row, row + 1);
}

static void run_backward(void *state, const Job *job, size_t begin, size_t end)
{
    const State *s = state;
    s->kernel(&s->args, begin, end);
    if (s->args.workspace)
        s->kernel(&s->columns, 0, job->width);
}

static void add(Contenders *list, const char *label, const char *suffix, Kind kind, ln_isa isa, const Source *from)
{
    const int backward = is_backward(list->of);
    Contender c = {
        .kind = kind,
        .isa = isa,
        .sharing = backward ? ONE_THREAD : BY_HARNESS,
        .prepare = prepare,
        .near = kind == KIND_NEAR,
        .same = kind == KIND_SAME,
        .place = kind == KIND_NEAR   ? place_near
                 : kind == KIND_SAME ? place_same
                                     : args_place,
        .run = backward       ? run_backward
               : from->singly ? run_singly
                              : run,
        .release = free,
        .data = from,
    };
    snprintf(c.name, sizeof c.name, "%.20s %s%s", label, ln_isa_name(c.isa), suffix);
    contenders_add(list, &c);
}

void add_kernels(Contenders *list)
{
    static const Source any = {ln_table, 1, AS_DRIVER, 0}, one = {ln_table, 0, AS_DRIVER, 0};
    static const Source cached = {ln_table, 0, CACHED, 0}, streamed = {ln_table, 0, STREAMED, 0};
    static const Source singly = {ln_table, 0, AS_DRIVER, 1};
    for (ln_isa isa = LN_ISA_COUNT; isa-- > 0;) {
        add(list, "generic", "", KIND_GENERIC, isa, &any);
        add(list, "lngen", "", KIND_OURS, isa, &one);
        if (is_far(list->of))
            add(list, "lngen", " near rows", KIND_NEAR, isa, &one);
        add(list, "lngen", " y as x", KIND_SAME, isa, &one);
        if (is_stats(list->of)) /* statistics have no kind of store */
            continue;
        add(list, "lngen", " cached", KIND_FORCED, isa, &cached);
        add(list, "lngen", " streamed", KIND_FORCED, isa, &streamed);
        if (!is_backward(list->of))
            add(list, "lngen", " singly", KIND_FORCED, isa, &singly);
    }
}

void add_kernel_file(Contenders *list, const char *path)
{
    char file[4096];
    snprintf(file, sizeof file, "%s%s", strchr(path, '/') ? "" : "./", path); /* a plain name is searched elsewhere */
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "ln_table") : NULL;
    Source *from = malloc(sizeof *from); /* is used until the program ends */
    if (!symbol || !from) {
        fprintf(stderr, "ln_bench: --kernels: %s; make one with bench/kernels.sh\n", dlerror());
        exit(2);
    }
    const Source empty = {NULL, 0, AS_DRIVER, 0};
    *from = empty;
    memcpy(&from->table, &symbol, sizeof symbol);
    const char *slash = strrchr(path, '/');
    char label[64];
    snprintf(label, sizeof label, "%s", slash ? slash + 1 : path);
    label[strcspn(label, ".")] = 0;
    for (char *p = label; *p; p++) /* the name goes into CSV, JSON and --only */
        if (!isalnum((unsigned char)*p) && !strchr("-_+", *p))
            *p = '_';
    for (ln_isa isa = LN_ISA_COUNT; isa-- > 0;)
        add(list, label, "", KIND_RIVAL, isa, from);
}

int has_kernels(const Case *of)
{
    for (ln_isa isa = 0; isa < LN_ISA_COUNT; isa++)
        if (find_kernel(ln_table, of, isa, 0))
            return 1;
    return 0;
}

size_t kernel_widths(const Case *of, size_t *widths, size_t max)
{
    size_t count = 0, entries;
    const ln_entry *const table = ln_table(&entries);
    for (size_t i = 0; i < entries; i++) {
        const size_t width = table[i].spec.width;
        size_t at = 0;
        while (at < count && widths[at] < width)
            at++;
        if (!width || !same_case(of, &table[i].spec) || count == max || (at < count && widths[at] == width))
            continue;
        memmove(widths + at + 1, widths + at, (count - at) * sizeof *widths);
        widths[at] = width;
        count++;
    }
    return count;
}

const char *kernel_name(const Contender *contender, const Case *of, size_t width)
{
    const Source *from = contender->data;
    const ln_entry *e = find_kernel(from->table, of, contender->isa, from->any ? 0 : width);
    return e ? e->name : "";
}
