/* SPDX-License-Identifier: MIT */
/* arena.c - tests the arena: dry runs, layout, marks, and how it finds damage. */
#define _DEFAULT_SOURCE /* fork, setrlimit */
#include "check.h"
#include "ln_arena.h"
#include "poisoned.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

static void dry_run_equals_real(void)
{
    static const size_t widths[] = {1, 7, 16, 768, 1000}, row_counts[] = {0, 1, 3, 64, 5000};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (size_t r = 0; r < sizeof row_counts / sizeof row_counts[0]; r++) {
            const ln_spec spec = {.width = widths[w]};
            const size_t rows = row_counts[r];
            ln_arena dry, arena;
            ln_args args;
            ln_arena_dry(&dry);
            CHECK(ln_arena_norm(&dry, spec, rows, &args) == LN_OK);
            CHECK(args.x == NULL && args.y == NULL && args.width == widths[w]);
            const size_t bytes = ln_arena_bytes(&dry);

            CHECK(ln_arena_open(&arena, bytes) == LN_OK);
            CHECK(arena.size >= bytes && arena.size - bytes < 64);
            CHECK(ln_arena_norm(&arena, spec, rows, &args) == LN_OK);
            CHECK(ln_arena_bytes(&arena) == bytes && arena.used == dry.used);
            CHECK(ln_arena_take(&arena, "one more", 1) == NULL && arena.status == LN_ARENA_FULL);
            CHECK(ln_arena_check(&arena, NULL) == LN_OK);

            const void *arrays[] = {args.x, args.gamma, args.beta, args.mean, args.rstd, args.y};
            for (size_t i = 0; i < 6; i++) {
                CHECK(arrays[i] && (uintptr_t)arrays[i] % 64 == 0);
                CHECK(i == 0 || (const char *)arrays[i - 1] < (const char *)arrays[i]);
            }
            CHECK(args.x_stride >= args.width && args.x_stride * sizeof(float) % 64 == 0 &&
                  args.y_stride == args.x_stride && args.x_stride - args.width < 16);

            /* all bytes can be written, and ln_run accepts the layout */
            memset((void *)(uintptr_t)args.x, 0, rows * args.x_stride * sizeof(float));
            memset((void *)(uintptr_t)args.gamma, 0, args.width * sizeof(float));
            memset((void *)(uintptr_t)args.beta, 0, args.width * sizeof(float));
            args.eps = 1e-5f;
            CHECK(ln_run(ln_find(spec, NULL), &args, rows) == LN_OK);
            CHECK(ln_arena_check(&arena, NULL) == LN_OK);
            ln_arena_close(&arena);
        }
}

static void one_byte_less(void)
{
    ln_arena arena;
    ln_args args;
    ln_arena_dry(&arena);
    ln_arena_norm(&arena, (ln_spec){.width = 768}, 4, &args);
    const size_t bytes = ln_arena_bytes(&arena);
    CHECK(ln_arena_open(&arena, bytes - 64) == LN_OK);
    memset(&args, 1, sizeof args);
    const ln_args before = args;
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = 768}, 4, &args) == LN_ARENA_FULL);
    CHECK(arena.used == 0 && arena.status == LN_ARENA_FULL && memcmp(&args, &before, sizeof args) == 0);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);
}

static void marks(void)
{
    ln_arena arena;
    CHECK(ln_arena_open(&arena, 4096) == LN_OK);
    char *a = ln_arena_take(&arena, "kept", 100);
    const ln_mark mark = ln_arena_mark(&arena);
    char *b = ln_arena_take(&arena, "given back", 200);
    CHECK(a && b && b > a);
    const ln_mark later = ln_arena_mark(&arena);
    memset(a, 1, 100);
    memset(b, 2, 200);
    CHECK(ln_arena_rewind(&arena, mark) == LN_OK);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    CHECK(ln_arena_take(&arena, "again", 50) == b);
    CHECK(ln_arena_rewind(&arena, mark) == LN_OK && ln_arena_rewind(&arena, mark) == LN_OK);
    CHECK(ln_arena_rewind(&arena, ln_arena_mark(&arena)) == LN_OK);
    CHECK(ln_arena_rewind(&arena, later) == LN_ARENA_MARK);
    CHECK(ln_arena_mark(&arena).used == mark.used);
    CHECK(ln_arena_bytes(&arena) == later.used + 64); /* the most that was ever used */
    CHECK(ln_arena_take(&arena, "rest", 4096) == NULL);
    CHECK(a[99] == 1 && ln_arena_check(&arena, NULL) == LN_OK);
    CHECK(ln_arena_rewind(&arena, (ln_mark){0, 0}) == LN_OK && arena.used == 0);
    /* marks of parts that were given back lie within what is taken now, or at its end */
    char *larger = ln_arena_take(&arena, "larger", 1000);
    CHECK(larger != NULL);
    CHECK(ln_arena_rewind(&arena, later) == LN_ARENA_MARK && ln_arena_rewind(&arena, mark) == LN_ARENA_MARK);
    memset(larger, 3, 1000); /* where AddressSanitizer watches all of the part can still be written */
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    CHECK(ln_arena_rewind(&arena, (ln_mark){0, 0}) == LN_OK && ln_arena_take(&arena, "all", later.used - 64) != NULL);
    CHECK(arena.used == later.used && ln_arena_rewind(&arena, later) == LN_ARENA_MARK);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    /* lines of parts that were given back are still there where nobody has written the part that covers them */
    CHECK(ln_arena_rewind(&arena, (ln_mark){0, 0}) == LN_OK);
    CHECK(ln_arena_take(&arena, "first", 64) && ln_arena_take(&arena, "second", 64));
    const ln_mark second = ln_arena_mark(&arena);
    CHECK(ln_arena_rewind(&arena, (ln_mark){0, 0}) == LN_OK && ln_arena_take(&arena, "covers both", 300) != NULL);
    CHECK(ln_arena_rewind(&arena, second) == LN_ARENA_MARK);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);

    ln_arena_dry(&arena);
    ln_arena_take(&arena, "a", 1000);
    const ln_mark dry_mark = ln_arena_mark(&arena);
    ln_arena_take(&arena, "b", 5000);
    CHECK(ln_arena_rewind(&arena, dry_mark) == LN_OK);
    ln_arena_take(&arena, "c", 10);
    CHECK(ln_arena_bytes(&arena) >= 6000 && ln_arena_bytes(&arena) <= 6000 + 5 * 64 + 63);
}

static void write_outside(char *at)
{
#ifdef POISONED
    CHECK(__asan_address_is_poisoned(at));
    __asan_unpoison_memory_region(at, 1);
#endif
    *at ^= 0x55;
}

static void damage(void)
{
    /* a byte before the array, right after its last byte, in the cache line after it, and after everything */
    static const struct {
        long at;
        const char *after;
    } places[] = {{-1, "first"},   {-40, "first"},  {-64, "first"}, {100, "second"},
                  {127, "second"}, {128, "second"}, {191, "second"}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        _Alignas(64) static char memory[1024];
        ln_arena arena;
        char name[LN_ARENA_NAME];
        CHECK(ln_arena_over(&arena, memory, sizeof memory) == LN_OK);
        ln_arena_take(&arena, "first", 64);
        char *second = ln_arena_take(&arena, "second", 100);
        CHECK(ln_arena_check(&arena, name) == LN_OK);
        char *at = second + places[i].at;
        write_outside(at);
        CHECK(ln_arena_check(&arena, name) == LN_ARENA_DAMAGED && strcmp(name, places[i].after) == 0);
        READABLE(at, 1); /* to undo the damage */
        *at ^= 0x55;
        CHECK(ln_arena_check(&arena, name) == LN_OK);
        ln_arena_close(&arena);
    }
}

static void printed(void)
{
    FILE *f = tmpfile();
    CHECK(f != NULL);
    if (!f)
        return;
    ln_arena arena;
    ln_args args;
    ln_arena_dry(&arena);
    ln_arena_norm(&arena, (ln_spec){.width = 100}, 3, &args);
    ln_arena_print(&arena, f);
    CHECK(ln_arena_open(&arena, ln_arena_bytes(&arena)) == LN_OK);
    ln_arena_norm(&arena, (ln_spec){.width = 100}, 3, &args);
    ln_arena_print(&arena, f);
    ln_arena_print(&arena, stdout);
    ln_arena_close(&arena);
    rewind(f);
    char text[4096];
    const size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = 0;
    fclose(f);
    const char *at = text;
    static const char *const names[] = {"dry run", "arena:", "offset", "x\n", "gamma", "beta", "mean", "rstd", "y\n"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && at; i++)
        CHECK((at = strstr(at, names[i])) != NULL);
    CHECK(strstr(text, "1344  x\n") != NULL); /* 3 rows of 112 floats */
}

static void refused(void)
{
    ln_arena arena;
    ln_args args;
    CHECK(ln_arena_open(&arena, SIZE_MAX) == LN_NO_MEMORY && arena.status == LN_NO_MEMORY);
    CHECK(ln_arena_take(&arena, "x", 1) == NULL);
    ln_arena_close(&arena);
    if (sizeof(void *) == 8) { /* an address space of 32 bits may have so much */
        CHECK(ln_arena_open(&arena, (size_t)PTRDIFF_MAX - ((size_t)8 << 20)) == LN_NO_MEMORY);
        ln_arena_close(&arena);
    }
    _Alignas(64) static char memory[256];
    CHECK(ln_arena_over(&arena, memory + 4, 128) == LN_MISALIGNED);
    CHECK(ln_arena_over(&arena, NULL, 128) == LN_NO_MEMORY);
    static const size_t too_few[] = {0, 60, 127}; /* a line is needed before a part and after it */
    for (size_t i = 0; i < 3; i++) {
        CHECK(ln_arena_over(&arena, memory, too_few[i]) == LN_OK && ln_arena_take(&arena, "x", 0) == NULL);
        ln_arena_close(&arena);
    }
    CHECK(ln_arena_over(&arena, memory, 128) == LN_OK && ln_arena_take(&arena, "x", 0) != NULL);
    ln_arena_close(&arena);

    ln_arena_dry(&arena);
    CHECK(ln_arena_take(&arena, "x", SIZE_MAX) == NULL && arena.status == LN_TOO_LARGE);
    ln_arena_dry(&arena);
    CHECK(ln_arena_take(&arena, "x", PTRDIFF_MAX - 1000) == NULL && arena.status == LN_OK);
    CHECK(ln_arena_take(&arena, "x", 2000) == NULL && arena.status == LN_TOO_LARGE);
    ln_arena_dry(&arena); /* the first failure stays */
    CHECK(ln_arena_take(&arena, "x", SIZE_MAX) == NULL);
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = 1}, 1, &args) == LN_OK && arena.status == LN_TOO_LARGE);
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = 0}, 1, &args) == LN_BAD_SPEC_WIDTH);
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = SIZE_MAX}, 1, &args) == LN_TOO_LARGE);
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = 768}, SIZE_MAX / 768, &args) == LN_TOO_LARGE);
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, (ln_spec){.width = 1}, SIZE_MAX, &args) == LN_TOO_LARGE);
}

/* The arena lays out every array that a spec has and no other, in order, with strides of whole cache lines. */
static void parts_of_specs(void)
{
    static const ln_spec specs[] = {
        {.width = 100,
         .dtype = LN_DTYPE_BF16,
         .params = LN_PARAMS_F32,
         .residual = LN_RESIDUAL_PRE,
         .bias = LN_BIAS_ADD,
         .quant = LN_QUANT_INT8},
        {.width = 100, .op = LN_OP_RMSNORM, .residual = LN_RESIDUAL_POST, .quant = LN_QUANT_INT8STATIC},
        {.width = 100, .dtype = LN_DTYPE_F16, .norms = LN_NORMS_TWO},
        {.width = 100, .op = LN_OP_RMSNORM, .norms = LN_NORMS_TWO, .residual = LN_RESIDUAL_PRE},
    };
    static const char *const layouts[] = {
        "x:768 residual:768 bias:200 gamma:400 beta:400 mean:12 rstd:12 scale:12 sum:768 y:384 ",
        "x:1344 residual:1344 gamma:400 rstd:12 y:384 ",
        "x:768 gamma:200 beta:200 gamma2:200 beta2:200 mean:12 rstd:12 y:768 y2:768 ",
        "x:1344 residual:1344 gamma:400 gamma2:400 rstd:12 sum:1344 y:1344 y2:1344 ",
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        ln_arena arena;
        ln_args a;
        char text[4096], layout[512] = "", name[LN_ARENA_NAME];
        ln_arena_dry(&arena);
        CHECK(ln_arena_norm(&arena, specs[i], 3, &a) == LN_OK);
        CHECK(ln_arena_open(&arena, ln_arena_bytes(&arena)) == LN_OK);
        CHECK(ln_arena_norm(&arena, specs[i], 3, &a) == LN_OK);
        FILE *f = tmpfile();
        if (!CHECK(f != NULL))
            return;
        ln_arena_print(&arena, f);
        rewind(f);
        unsigned long offset, bytes;
        for (int line = 0; fgets(text, sizeof text, f); line++)
            if (line > 1 && CHECK(sscanf(text, "%lu %lu %39s", &offset, &bytes, name) == 3))
                snprintf(layout + strlen(layout), sizeof layout - strlen(layout), "%s:%lu ", name, bytes);
        fclose(f);
        if (!CHECK(strcmp(layout, layouts[i]) == 0))
            printf("spec %zu: %s\n", i, layout);
        CHECK(a.y_stride == (specs[i].quant ? 128u : a.x_stride));
        CHECK((a.y2 != NULL) == (a.y2_stride == a.x_stride) && (a.sum != NULL) == (a.sum_stride == a.x_stride));
        CHECK((a.residual != NULL) == (a.residual_stride == a.x_stride));
        ln_arena_close(&arena);
    }
}

/* How far two places are from each other in the lowest 12 bits. */
static size_t distance(size_t a, size_t b)
{
    const size_t past = (a - b) % 4096;
    return past < 2048 ? past : 4096 - past;
}

/* No row begins at the same place within 4 KB as that row, or a near one, of another array; filler keeps them apart. */
static void rows_apart(void)
{
    static const ln_spec specs[] = {
        {.pass = LN_PASS_BACKWARD},
        {.residual = LN_RESIDUAL_PRE, .norms = LN_NORMS_TWO},
        {.dtype = LN_DTYPE_BF16, .residual = LN_RESIDUAL_PRE, .op = LN_OP_RMSNORM},
        {0},
    };
    static const size_t widths[] = {64, 128, 300, 768, 1000, 1024, 2048, 4096, 5120}, row_counts[] = {1, 3, 16, 37};
    for (size_t i = 0; i < 4 * 9 * 4; i++) {
        ln_spec spec = specs[i % 4];
        const size_t rows = row_counts[i / 4 % 4], element = spec.dtype == LN_DTYPE_F32 ? 4 : 2;
        spec.width = widths[i / 16];
        ln_arena arena;
        ln_args a;
        ln_arena_dry(&arena);
        CHECK(ln_arena_norm(&arena, spec, rows, &a) == LN_OK);
        const size_t bytes = ln_arena_bytes(&arena);
        CHECK(ln_arena_open(&arena, bytes) == LN_OK && ln_arena_norm(&arena, spec, rows, &a) == LN_OK);
        CHECK(ln_arena_bytes(&arena) == bytes && ln_arena_check(&arena, NULL) == LN_OK);
        const void *const arrays[] = {a.x, a.dy, a.residual, a.sum, a.y, a.dx, a.y2};
        for (size_t j = 0; j < 7; j++)
            for (size_t k = 0; k < j; k++)
                for (size_t row = 0; arrays[j] && arrays[k] && row < 5; row++)
                    if (!CHECK(distance((size_t)(uintptr_t)arrays[j] + row * a.x_stride * element,
                                        (size_t)(uintptr_t)arrays[k] + 2 * a.x_stride * element) >= 64))
                        printf("width %zu, %zu rows, spec %zu: arrays %zu and %zu\n", spec.width, rows, i % 4, j, k);
        ln_arena_close(&arena);
    }
}

/* Filler between arrays is watched as the bytes after any other part are. */
static void damage_between(void)
{
    ln_arena arena;
    ln_args a;
    char name[LN_ARENA_NAME];
    const ln_spec spec = {.width = 1024, .op = LN_OP_RMSNORM, .affine = LN_AFFINE_NONE};
    ln_arena_dry(&arena);
    CHECK(ln_arena_norm(&arena, spec, 1, &a) == LN_OK);
    CHECK(ln_arena_open(&arena, ln_arena_bytes(&arena)) == LN_OK && ln_arena_norm(&arena, spec, 1, &a) == LN_OK);
    char *last = (char *)a.y - 65; /* y begins after a line; before that lies the filler after rstd */
    CHECK(last - (char *)a.rstd >= 256);
    write_outside(last);
    CHECK(ln_arena_check(&arena, name) == LN_ARENA_DAMAGED && strcmp(name, "rstd") == 0);
    write_outside(last);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);
}

/* An arena of any smaller size is full at some array of the norm: then nothing is taken, what was taken before stays,
 * and the arena can be used on. */
static void exhausted_anywhere(void)
{
    static const ln_spec specs[] = {
        {.width = 70},
        {.width = 70, .pass = LN_PASS_BACKWARD},
        {.width = 33, .dtype = LN_DTYPE_BF16, .residual = LN_RESIDUAL_PRE, .bias = LN_BIAS_ADD, .quant = LN_QUANT_INT8},
        {.width = 70, .residual = LN_RESIDUAL_POST, .norms = LN_NORMS_TWO},
        {.width = 70, .pass = LN_PASS_APPLY},
        {.width = 70, .pass = LN_PASS_STATS},
        {.width = 1024, .residual = LN_RESIDUAL_PRE}, /* with filler between arrays */
    };
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        ln_arena arena;
        ln_args args;
        ln_arena_dry(&arena);
        CHECK(ln_arena_take(&arena, "first", 100) == NULL && ln_arena_norm(&arena, specs[i], 3, &args) == LN_OK);
        const size_t bytes = ln_arena_bytes(&arena);
        size_t full = 0, wrong = 0;
        for (size_t size = 320; size <= bytes; size += 64, full++) {
            if (!CHECK(ln_arena_open(&arena, size) == LN_OK))
                return;
            unsigned char *first = ln_arena_take(&arena, "first", 100);
            const size_t used = arena.used;
            memset(first, 0x5a, 100);
            memset(&args, 1, sizeof args);
            const ln_args before = args;
            const ln_status status = ln_arena_norm(&arena, specs[i], 3, &args);
            if (status == LN_OK) {
                wrong += size != bytes;
            } else {
                wrong += status != LN_ARENA_FULL || arena.used != used || memcmp(&args, &before, sizeof args) != 0;
                wrong += ln_arena_bytes(&arena) != used + 64;
                wrong += ln_arena_take(&arena, "last", size - used - 128) == NULL; /* a line before it and one after */
                wrong += first[0] != 0x5a || first[99] != 0x5a;
            }
            wrong += ln_arena_check(&arena, NULL) != LN_OK;
            ln_arena_close(&arena);
        }
        if (!CHECK(full > 3 && wrong == 0))
            printf("spec %zu: %zu of %zu sizes\n", i, wrong, full);
    }
}

/* Sizes near the largest there is, from either end, with something taken before: no sum wraps around. */
static void overflow(void)
{
    static const size_t near_most[] = {0, 1, 63, 64, 65, 127, 128, 191, 192, 256, 257, 4096, 1 << 20};
    static const size_t ends[] = {SIZE_MAX, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX + 4096, SIZE_MAX / 2 + 1,
                                  SIZE_MAX / 4};
    const size_t few = sizeof near_most / sizeof near_most[0];
    for (size_t i = 0; i < few * few * (sizeof ends / sizeof ends[0]); i++) {
        const size_t before = near_most[i % few], bytes = ends[i / few / few] - near_most[i / few % few];
        ln_arena dry, real;
        ln_args args;
        _Alignas(64) static char memory[1 << 14];
        ln_arena_dry(&dry);
        ln_arena_take(&dry, "before", before);
        const size_t used = dry.used;
        ln_arena_take(&dry, "too large", bytes);
        CHECK(dry.status == LN_TOO_LARGE ? dry.used == used : dry.used > bytes && dry.used <= PTRDIFF_MAX);

        CHECK(ln_arena_over(&real, memory, sizeof memory) == LN_OK);
        CHECK(ln_arena_take(&real, "too large", bytes) == NULL && real.used == 0);
        CHECK(real.status == LN_TOO_LARGE || real.status == LN_ARENA_FULL);
        memset(&args, 0, sizeof args);
        for (size_t width = 1; width <= bytes / 2; width = width > bytes / 1024 ? bytes : width * 1024 + 1) {
            const ln_status status = ln_arena_norm(&real, (ln_spec){.width = width}, bytes / width, &args);
            CHECK((status == LN_TOO_LARGE || status == LN_ARENA_FULL) && real.used == 0 && args.x == NULL);
            CHECK(ln_arena_norm(&real, (ln_spec){.width = bytes}, width, &args) != LN_OK && real.used == 0);
        }
        CHECK(ln_arena_take(&real, "small", 64) != NULL && ln_arena_check(&real, NULL) == LN_OK);
        ln_arena_close(&real);
    }
}

/* The system has no memory left. */
static void no_memory(void)
{
#if defined(__linux__) && !defined(POISONED) /* AddressSanitizer needs more than any limit */
    const struct rlimit little = {(rlim_t)64 << 20, RLIM_INFINITY};
    struct rlimit usual;
    ln_arena arena;
    if (!CHECK(getrlimit(RLIMIT_AS, &usual) == 0 && setrlimit(RLIMIT_AS, &little) == 0))
        return;
    CHECK(ln_arena_open(&arena, (size_t)1 << 30) == LN_NO_MEMORY && arena.base == NULL);
    CHECK(ln_arena_take(&arena, "x", 1) == NULL && arena.status == LN_NO_MEMORY);
    ln_arena_close(&arena);
    CHECK(setrlimit(RLIMIT_AS, &usual) == 0);
    CHECK(ln_arena_open(&arena, (size_t)1 << 20) == LN_OK);
    ln_arena_close(&arena);
#endif
}

/* In a debug build a damaged arena stops the program, with the name of the part before the damage. */
static void stops_when_damaged(void)
{
#if defined(__linux__) && !defined(POISONED)
    int ends[2];
    if (!CHECK(pipe(ends) == 0))
        return;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        ln_arena arena;
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        dup2(ends[1], 2);
        ln_arena_open(&arena, 4096);
        char *part = ln_arena_take(&arena, "the part", 10);
        ln_arena_take(&arena, "the next", 10);
        part[10] = 1;
        part[64] = 1;
        ln_arena_close(&arena);
        _exit(0);
    }
    close(ends[1]);
    char text[1024];
    size_t got = 0;
    for (ssize_t n = 1; n > 0 && got<sizeof text - 1; got += n> 0 ? (size_t)n : 0)
        n = read(ends[0], text + got, sizeof text - 1 - got);
    text[got] = 0;
    close(ends[0]);
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) /* built with NDEBUG */
        CHECK(WEXITSTATUS(status) == 0 && got == 0);
    else
        CHECK(WTERMSIG(status) == SIGABRT && strstr(text, "after 'the part'") && strstr(text, "damaged from here on"));
#endif
}

/* Long names are cut off; a missing name is empty. */
static void names(void)
{
    ln_arena arena;
    char name[LN_ARENA_NAME];
    CHECK(ln_arena_open(&arena, 4096) == LN_OK);
    char *a = ln_arena_take(&arena, "a name that is rather longer than a line has room for", 1);
    char *b = ln_arena_take(&arena, NULL, 1);
    CHECK(a && b);
    write_outside(a + 1);
    CHECK(ln_arena_check(&arena, name) == LN_ARENA_DAMAGED && strlen(name) == LN_ARENA_NAME - 1);
    write_outside(a + 1);
    write_outside(b + 1);
    CHECK(ln_arena_check(&arena, name) == LN_ARENA_DAMAGED && name[0] == 0);
    write_outside(b + 1);
    ln_arena_close(&arena);
}

static void huge(void)
{
    ln_arena arena;
    CHECK(ln_arena_open(&arena, (size_t)5 << 20) == LN_OK);
    CHECK((uintptr_t)arena.base % 64 == 0 && (!arena.huge || (uintptr_t)arena.base % ((size_t)2 << 20) == 0));
    char *p = ln_arena_take(&arena, "p", (size_t)5 << 19);
    if (CHECK(p != NULL)) {
        CHECK(p[0] == 0 && p[((size_t)5 << 19) - 1] == 0);
        memset(p, 1, (size_t)5 << 19);
    }
    ln_arena_print(&arena, stdout);
    CHECK(ln_arena_check(&arena, NULL) == LN_OK);
    ln_arena_close(&arena);
    CHECK(arena.base == NULL);
    ln_arena_close(&arena); /* closing it again does nothing */
}

int main(void)
{
    dry_run_equals_real();
    one_byte_less();
    marks();
    damage();
    printed();
    refused();
    parts_of_specs();
    rows_apart();
    damage_between();
    exhausted_anywhere();
    overflow();
    no_memory();
    stops_when_damaged();
    names();
    huge();
    return check_status();
}
