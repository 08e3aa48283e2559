% local NAME = target.name:upper()
#ifndef LN_${NAME}_H
#define LN_${NAME}_H

#include "ln_kernel.h"

% for _, header in ipairs(target.headers) do
#include <${header}>
% end

/* FN: a function of the vocabulary. NOINLINE and KERNEL: what is made of them. */
#if defined(__GNUC__)
% if #target.needs > 0 then
#define LN_${NAME} __attribute__((target(LN_IEEE "${table.concat(target.needs, ",")}")))
#define FN static inline __attribute__((always_inline, unused)) LN_${NAME}
#define NOINLINE static __attribute__((noinline)) LN_${NAME}
#define KERNEL LN_${NAME}
% else
#if !defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#define LN_${NAME} __attribute__((target("ieee-fp"))) /* gcc under -ffinite-math-only: comparisons that know NaN */
#else
#define LN_${NAME}
#endif
#define FN static inline __attribute__((unused)) LN_${NAME}
#define NOINLINE static __attribute__((noinline)) LN_${NAME}
#define KERNEL LN_${NAME}
% end
#else
#define FN static inline
#define NOINLINE static
#define KERNEL
#endif

/* A loop whose turns are all written out by the compiler. */
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__) && __GNUC__ >= 8
#define UNROLL _Pragma("GCC unroll 65534")
#else
#define UNROLL
#endif

/* Keeps a compiler from holding what it has read in more registers than there are. */
#if defined(__GNUC__)
FN void barrier(void) { __asm__ volatile("" ::: "memory"); }
#else
FN void barrier(void) {}
#endif

/* The place so many elements into an array, their size in bytes. Compilers may not look through it: gcc would add row and
 * element numbers first in every access of an unrolled loop, and take seconds to undo that. */
FN void *row_of(const void *array, size_t elements, size_t size)
{
    char *row = (char *)(uintptr_t)array + elements * size;
#if defined(__GNUC__)
    __asm__("" : "+r"(row));
#endif
    return row;
}

% for _, part in ipairs(target.vocabulary) do include(part) end

#endif
