/* calls.h - the caller's registers around a call: calls_x86.c has them on x86-64, elsewhere nothing is checked. */
#ifndef CALLS_H
#define CALLS_H

#include "ln.h"

/* Calls a kernel with patterns in all registers that `level` (an ln_isa) has, and returns what it changed and should
 * not have, or NULL. */
const char *registers_changed(ln_kernel *kernel, const ln_args *args, size_t begin, size_t end, int level);

/* Whether registers_changed finds functions that change one thing each. */
int register_faults_found(int level);

#endif
