/* SPDX-License-Identifier: MIT */
/* isas.h - reads the instruction set from the command line of a test program: PROGRAM scalar|avx2|avx512. */
#ifndef ISAS_H
#define ISAS_H

#include "ln.h"

#include <stdio.h>
#include <string.h>

enum { SKIPPED = 77 };

/* Returns 0 and stores the instruction set in *isa; or returns the exit status with which the program must end: 2 for
 * bad usage, SKIPPED when the processor lacks the instruction set. */
static inline int isa_argument(int argc, char **argv, const char *program, ln_isa *isa)
{
    *isa = LN_ISA_SCALAR;
    while (argc == 2 && *isa < LN_ISA_COUNT && strcmp(ln_isa_name(*isa), argv[1]) != 0)
        *isa = (ln_isa)(*isa + 1);
    if (argc != 2 || *isa == LN_ISA_COUNT) {
        fprintf(stderr, "usage: %s scalar|avx2|avx512\n", program);
        return 2;
    }
    if (!ln_isa_supported(*isa)) {
        printf("%s: skipped, this processor lacks it\n", argv[1]);
        return SKIPPED;
    }
    return 0;
}

#endif
