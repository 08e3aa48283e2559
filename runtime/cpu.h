/* cpu.h - what the runtime asks of the processor, once. */
#ifndef LN_CPU_H
#define LN_CPU_H

/* Kernels carry their own target attributes; what chooses among them must run everywhere. */
#if defined(__AVX__)
#error "compile the runtime without -mavx, -march=native and the like: it decides at run time"
#endif

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define LN_X86 1
#else
#define LN_X86 0
#endif

#endif
