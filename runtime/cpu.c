/* SPDX-License-Identifier: MIT */
/* cpu.c - instruction sets and cache size of this machine, asked once and kept in atomics: threads that ask first at
 * the same time find the same answers. */
#include "cpu.h"

#include "ln.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ln_cpu.h counts instruction sets from the best on, ln_isa from the plainest: from one to the other. */
#define COUNTED_BACK(set) (LN_CPU_SETS - 1 - (int)(set))
_Static_assert(LN_ISA_COUNT == (int)LN_CPU_SETS && LN_ISA_SCALAR == COUNTED_BACK(LN_CPU_SCALAR),
               "ln_isa and ln_cpu.h list different instruction sets");

static int is_isa(ln_isa isa) { return (unsigned)isa < LN_ISA_COUNT; }

int ln_isa_supported(ln_isa isa) { return is_isa(isa) && ln_cpu_has(COUNTED_BACK(isa)); }

const char *ln_isa_name(ln_isa isa) { return is_isa(isa) ? ln_cpu_names[COUNTED_BACK(isa)] : "unknown"; }

enum { ASKED = 64, UNKNOWN_VALUE = 128, NARROWER = 256 };
_Static_assert(LN_ISA_COUNT <= ASKED, "instruction sets leave room for the flags");

/* ASKED, the best instruction set in the low bits, UNKNOWN_VALUE when LN_ISA means nothing, NARROWER. */
static unsigned ask(void)
{
    static atomic_uint answer;
    unsigned known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known)
        return known;

    const char *value = getenv("LN_ISA");
    known = ASKED | (unsigned)COUNTED_BACK(ln_cpu_best(value));
    if (value && *value && ln_cpu_named(value) < 0)
        known |= UNKNOWN_VALUE;
    if (ln_cpu_narrower(value))
        known |= NARROWER;
    atomic_store_explicit(&answer, known, memory_order_relaxed);
    return known;
}

ln_isa ln_best_isa(void) { return (ln_isa)(ask() & (ASKED - 1)); }

int ln_prefers_narrower(void) { return (ask() & NARROWER) != 0; }

const char *ln_isa_note(void)
{
    return ask() & UNKNOWN_VALUE ? "the value of LN_ISA is unknown and was ignored; it may be " LN_CPU_LISTED : NULL;
}

size_t ln_stream_bytes(void)
{
    static atomic_size_t answer;
    size_t bytes = atomic_load_explicit(&answer, memory_order_relaxed);
    if (bytes == 0) {
        bytes = ln_cpu_stream_bytes();
        atomic_store_explicit(&answer, bytes, memory_order_relaxed);
    }
    return bytes;
}
