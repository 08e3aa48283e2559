/* SPDX-License-Identifier: MIT */
/* isa.c - tests how LN_ISA changes the choice of instruction set; it is run once for each value of LN_ISA.
 *
 *     isa [NAME]   The instruction set in use must be NAME, or the next one below it that the processor has. Without
 *                  NAME it must be the processor's best, and there must be a note if LN_ISA has a value. */
#include "check.h"
#include "ln.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int cap = LN_ISA_COUNT - 1;
    if (argc > 1)
        for (cap = 0; cap < LN_ISA_COUNT && strcmp(ln_isa_name((ln_isa)cap), argv[1]) != 0;)
            cap++;
    if (!CHECK(cap < LN_ISA_COUNT))
        return check_status();
    int best = cap;
    while (!ln_isa_supported((ln_isa)best))
        best--;
    CHECK(ln_best_isa() == (ln_isa)best);

    const char *value = getenv("LN_ISA");
    const int expect_note = argc == 1 && value && *value;
    CHECK((ln_isa_note() != NULL) == expect_note);
    if (ln_isa_note())
        puts(ln_isa_note());

    for (size_t width = 767; width <= 768; width++) {
        const ln_entry *e = ln_find((ln_spec){.width = width}, NULL);
        if (CHECK(e != NULL)) {
            CHECK(e->isa == (ln_isa)best);
            puts(e->name);
        }
    }
    printf("LN_ISA=%s: %s\n", value ? value : "(not set)", ln_isa_name(ln_best_isa()));
    return check_status();
}
