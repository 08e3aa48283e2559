/* SPDX-License-Identifier: MIT */
/* cpu.h - what the runtime asks of the processor, once; the questions are those of ln_cpu.h. */
#ifndef LN_RUNTIME_CPU_H
#define LN_RUNTIME_CPU_H

/* Kernels carry their own target attributes; what chooses among them must run everywhere. */
#if defined(__AVX__)
#error "compile the runtime without -mavx, -march=native and the like: it decides at run time"
#endif

#include "ln_cpu.h"

/* Whether some kernels of AVX2 take less time here than those of AVX-512: on a Zen 4, unless LN_ISA names a set. */
int ln_prefers_narrower(void);

#endif
