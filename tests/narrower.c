/* SPDX-License-Identifier: MIT */
/* narrower.c - tests which kernels ln_find takes from AVX2 on a processor with AVX-512; it is run with LN_ISA as it is
 * and with every value. The kernels are of f16, 70 and 600 elements, and of f32, 600. */
#include "../runtime/cpu.h"

static int narrower_here; /* what the copy of table.c below is told of the processor */
#define ln_prefers_narrower() narrower_here
#include "../runtime/table.c"
#undef ln_prefers_narrower

#include "check.h"

#include <stdlib.h>

int main(void)
{
    const char *value = getenv("LN_ISA");
    const int named = value && ln_cpu_named(value) >= 0;
    CHECK(ln_prefers_narrower() == (ln_cpu_zen4() && !named));

    size_t count, taken = 0;
    const ln_entry *all = ln_table(&count);
    for (const ln_entry *e = all; e < all + count; e++) {
        ln_spec spec = e->spec;
        if (spec.width == 0) /* of any width */
            spec.width = 601;
        const int expected = e->spec.dtype == LN_DTYPE_F16 && e->spec.width == 600;
        narrower_here = 0;
        const ln_entry *best = ln_find(spec, NULL);
        CHECK(best && best->isa == ln_best_isa() && best->spec.width == e->spec.width);
        narrower_here = 1;
        ln_status why = LN_NO_KERNEL;
        const ln_entry *found = ln_find(spec, &why);
        if (!CHECK(found && why == LN_OK && same_spec(&found->spec, &e->spec) && found->spec.width == e->spec.width))
            continue;
        CHECK(found->isa == (expected && ln_best_isa() == LN_ISA_AVX512 ? LN_ISA_AVX2 : ln_best_isa()));
        CHECK(ln_find_isa(spec, LN_ISA_COUNT - 1, NULL) == best);
        taken += found != best;
    }
    printf("LN_ISA=%s: %zu of %zu kernels from AVX2\n", value ? value : "(not set)", taken, count);
    narrower_here = 1;
    CHECK(!ln_find((ln_spec){.width = 600, .pass = LN_PASS_STATS}, NULL));
    CHECK((taken > 0) == (ln_best_isa() == LN_ISA_AVX512));
    return check_status();
}
