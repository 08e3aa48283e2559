/* cpu.c - instruction sets and cache size of this machine, asked once and kept in atomics: threads that ask first at
 * the same time find the same answers. */
#include "cpu.h"

#include "ln.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if LN_X86
#include <cpuid.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

static int always(void) { return 1; }
#if LN_X86
/* the compiler's check covers what the operating system saves (XCR0) */
static int avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int avx512(void)
{
    return avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#else
static int never(void) { return 0; }
#define avx2   never
#define avx512 never
#endif

static const struct {
    const char *name;
    int (*supported)(void);
} isas[LN_ISA_COUNT] = {
    [LN_ISA_SCALAR] = {"scalar", always},
    [LN_ISA_AVX2] = {"avx2", avx2},
    [LN_ISA_AVX512] = {"avx512", avx512},
};

int ln_isa_supported(ln_isa isa)
{
#if LN_X86
    __builtin_cpu_init();
#endif
    return (unsigned)isa < LN_ISA_COUNT && isas[isa].supported();
}

const char *ln_isa_name(ln_isa isa) { return (unsigned)isa < LN_ISA_COUNT ? isas[isa].name : "unknown"; }

enum { ASKED = 8, UNKNOWN_VALUE = 16 };

/* ASKED, the best instruction set in the low bits, UNKNOWN_VALUE when LN_ISA means nothing. */
static unsigned ask(void)
{
    static atomic_uint answer;
    unsigned known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known)
        return known;

    unsigned cap = LN_ISA_COUNT - 1, flags = ASKED;
    const char *value = getenv("LN_ISA");
    if (value && *value) {
        unsigned i = 0;
        while (i < LN_ISA_COUNT && strcmp(value, isas[i].name) != 0)
            i++;
        if (i < LN_ISA_COUNT)
            cap = i;
        else
            flags |= UNKNOWN_VALUE;
    }
    while (!ln_isa_supported((ln_isa)cap))
        cap--;
    atomic_store_explicit(&answer, cap | flags, memory_order_relaxed);
    return cap | flags;
}

ln_isa ln_best_isa(void) { return (ln_isa)(ask() & (ASKED - 1)); }

const char *ln_isa_note(void)
{
    return ask() & UNKNOWN_VALUE ? "the value of LN_ISA is unknown and was ignored; it may be scalar, avx2 or avx512"
                                 : NULL;
}

#if LN_X86
/* Bytes of the largest data or unified cache of the highest level, 0 when the processor does not tell. */
static size_t cpuid_cache(void)
{
    unsigned a, b, c, d;
    size_t size = 0;
    unsigned level = 0;
    const unsigned leaves[] = {4, 0x8000001d}; /* Intel's, AMD's */
    for (unsigned i = 0; i < 2; i++) {
        for (unsigned sub = 0; sub < 16 && __get_cpuid_count(leaves[i], sub, &a, &b, &c, &d); sub++) {
            const unsigned type = a & 31u;
            if (type == 0)
                break;
            if (type == 2 || (a >> 5 & 7u) < level) /* instructions, or a lower level */
                continue;
            level = a >> 5 & 7u;
            size = (size_t)((b >> 22) + 1) * ((b >> 12 & 0x3ffu) + 1) * ((b & 0xfffu) + 1) * ((size_t)c + 1);
        }
    }
    return level >= 2 ? size : 0;
}
#else
static size_t cpuid_cache(void) { return 0; }
#endif

/* The C library's figure is the second choice: on some machines it adds up the caches of all sockets. */
static size_t system_cache(void)
{
    long size = 0;
#if defined(_SC_LEVEL3_CACHE_SIZE) && defined(_SC_LEVEL2_CACHE_SIZE)
    size = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (size <= 0)
        size = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return size > 0 ? (size_t)size : 0;
}

size_t ln_stream_bytes(void)
{
    static atomic_size_t answer;
    size_t bytes = atomic_load_explicit(&answer, memory_order_relaxed);
    if (bytes == 0) {
        bytes = cpuid_cache();
        if (bytes == 0)
            bytes = system_cache();
        if (bytes == 0)
            bytes = (size_t)16 << 20;
        bytes /= 4; /* x comes through the same cache, and y would have to outlive the next rows of both */
        atomic_store_explicit(&answer, bytes, memory_order_relaxed);
    }
    return bytes;
}
