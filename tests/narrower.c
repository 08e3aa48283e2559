/* SPDX-License-Identifier: MIT */
/* narrower.c - tests which kernels ln_find takes from AVX2 on a processor with AVX-512; it is run with LN_ISA as it is
 * and with every value. The kernels, which only say that they were called, are those of LayerNorm and RMSNorm with f16,
 * 70 and 600 elements, and with f32, 600, 768 and 2048, and their gradients. */
#include "../runtime/cpu.h"

static int narrower_here; /* what the copy of table.c below is told of the processor */
#define ln_prefers_narrower() narrower_here
#include "../runtime/table.c"
#undef ln_prefers_narrower

#include "check.h"
#include "ln_split.h"

#include <stdlib.h>

static ln_kernel *called;
#define LN_KERNEL(name, isa, ...)                                                                                      \
    LN_ON_##isa(void name(const ln_args *args, size_t begin, size_t end) {                                             \
        (void)args, (void)begin, (void)end;                                                                            \
        called = name;                                                                                                 \
    })
#include "kernels.inc"
#undef LN_KERNEL

/* The set of the kernel that runs for an entry and a value of `stream`, or that adds up the sums of blocks of rows; -1
 * if it is of another norm. */
static int set_of(const ln_entry *entry, ln_stream stream, int sums)
{
    const ln_args args = {.stream = (int)stream};
    if (sums)
        ln_finish_gradients(entry->kernel, &args, LN_HAS_GAMMA, 64, 0, 1);
    else
        entry->kernel(&args, 0, 1);
    for (const ln_entry *e = table; e < table + ENTRIES; e++)
        if (e->kernel == called && same_spec(&e->spec, &entry->spec))
            return (int)e->isa;
    return -1;
}

int main(void)
{
    const char *value = getenv("LN_ISA");
    const int named = value && ln_cpu_named(value) >= 0;
    CHECK(ln_prefers_narrower() == (ln_cpu_zen4() && !named));

    size_t count, taken = 0, both = 0;
    const ln_entry *all = ln_table(&count);
    for (const ln_entry *e = all; e < all + count; e++) {
        ln_spec spec = e->spec;
        if (spec.width == 0) /* of any width */
            spec.width = 601;
        const size_t width = ln_best_isa() == LN_ISA_AVX512 ? e->spec.width : 0;
        const int f16 = spec.dtype == LN_DTYPE_F16, gradients = spec.pass == LN_PASS_BACKWARD;
        const int f32_rmsnorm = !f16 && spec.op == LN_OP_RMSNORM;
        const int always = f16 ? width >= 600 : f32_rmsnorm && gradients && width == 600;
        const int cached = f32_rmsnorm && width == (gradients ? 768 : 2048);
        narrower_here = 0;
        const ln_entry *best = ln_find(spec, NULL);
        CHECK(best && best->isa == ln_best_isa() && best->spec.width == e->spec.width);
        narrower_here = 1;
        ln_status why = LN_NO_KERNEL;
        const ln_entry *found = ln_find(spec, &why);
        if (!CHECK(found && why == LN_OK && same_spec(&found->spec, &e->spec)))
            continue;
        CHECK(found->isa == (always ? LN_ISA_AVX2 : ln_best_isa()));
        for (int stream = LN_STREAM_AUTO; stream <= LN_STREAM_NEVER; stream++) {
            const int narrow = always || (cached && stream != LN_STREAM_ALWAYS);
            for (int sums = 0; sums <= gradients; sums++) {
                CHECK(set_of(found, stream, sums) == (narrow ? (int)LN_ISA_AVX2 : (int)ln_best_isa()));
                CHECK(set_of(best, stream, sums) == (int)ln_best_isa());
            }
        }
        CHECK(ln_find_isa(spec, LN_ISA_COUNT - 1, NULL) == best);
        CHECK((found != best) == (always || cached));
        taken += always ? 1 : 0;
        both += cached ? 1 : 0;
    }
    printf("LN_ISA=%s: of %zu kernels, %zu from AVX2, %zu of both sets\n", value ? value : "(not set)", count, taken,
           both);
    narrower_here = 1;
    CHECK(!ln_find((ln_spec){.width = 600, .pass = LN_PASS_STATS}, NULL));
    CHECK((taken > 0 && both > 0) == (ln_best_isa() == LN_ISA_AVX512));
    return check_status();
}
