% -- SPDX-License-Identifier: MIT
% -- target.h: the vocabulary of an instruction set. In a pair, whose sections have their conditions and includes around
% -- them, only the vocabulary's own items.
% local NAME = target.name:upper()
% item ""
#ifndef LN_${NAME}_H
#define LN_${NAME}_H

#include "ln_kernel.h"

% for _, header in ipairs(target.headers) do
#include <${header}>
% end

% local guarded = not pair or not target.vector -- a pair's vectors are for compilers that know attributes
% local static = pair and "static " or ""
% item("LN_" .. NAME .. " FN NOINLINE KERNEL")
/* FN marks inline operations, NOINLINE a kernel's own functions, KERNEL its public one. */
% if guarded then
#if defined(__GNUC__) || defined(__clang__)
% end
% if target.vector then
#define LN_${NAME} __attribute__((target(LN_IEEE "${table.concat(target.needs, ",")}")))
#define FN static inline __attribute__((always_inline, unused)) LN_${NAME}
#define NOINLINE static __attribute__((noinline)) LN_${NAME}
#define KERNEL ${static}LN_${NAME}
% else
#define LN_${NAME} LN_IEEE_ONLY
% -- clang always inlines them: under -ffinite-math-only it takes parameters and results for numbers, and version 23
% -- carries that on to what is computed of them
#ifdef __clang__
#define FN static inline __attribute__((always_inline, unused))
#else
#define FN static inline __attribute__((unused)) LN_${NAME}
#endif
#define NOINLINE static __attribute__((noinline)) LN_${NAME}
#define KERNEL ${static}LN_${NAME}
% end
% if guarded then
#else
#define FN static inline
#define NOINLINE static
#define KERNEL${pair and " static" or ""}
#endif
% end

% if not pair then
%   item ""
/* A loop whose turns are all written out by the compiler; not for sanitizers. */
#if defined(__clang__)
#if !__has_feature(address_sanitizer) && !__has_feature(undefined_behavior_sanitizer)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL
#endif
#elif defined(__GNUC__) && __GNUC__ >= 8 && !defined(__SANITIZE_ADDRESS__)
#define UNROLL _Pragma("GCC unroll 65534")
#else
#define UNROLL
#endif
% end

% item "barrier"
/* Keeps a compiler from holding what it has read in more registers than there are. */
% if guarded then
#if defined(__GNUC__) || defined(__clang__)
% end
FN void barrier(void) { __asm__ volatile("" ::: "memory"); }
% if guarded then
#else
FN void barrier(void) {}
#endif
% end

% local function opaque_row()
%   if guarded then
#if defined(__GNUC__)
%   end
    __asm__("" : "+r"(row));
%   if guarded then
#endif
%   end
% end
% item "row_of"
% if target.vector then
/* A place in an array, opaque to compilers: gcc would spend seconds on addresses. */
FN void *row_of(const void *array, size_t elements, size_t size)
{
    char *row = (char *)(uintptr_t)array + elements * size;
%   opaque_row()
    return row;
}
% else
/* The place so many elements into an array. */
FN void *row_of(const void *array, size_t elements, size_t size) { return (char *)(uintptr_t)array + elements * size; }
% end

% if target.vector then
%   item "opaque"
/* row, opaque to compilers: they would compute addresses a turn ahead and store them between rows. */
FN size_t opaque(size_t row)
{
%   opaque_row()
    return row;
}
% end

% for _, part in ipairs(target.vocabulary) do include(part) end

% if target.stream then
%   item "put"
/* Past the caches or through them. */
FN void put(int past, float *p, V a)
{
    if (past)
        stream(p, a);
    else
        store(p, a);
}
% end

% item ""
#endif
