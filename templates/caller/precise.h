% -- SPDX-License-Identifier: MIT
% -- precise.h: what keeps a compiler's hands off the arithmetic; part of ln_kernel.h and of single.c
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ % 16 != 0
#error "float and double must not be computed in wider registers: on x86 say -msse2 -mfpmath=sse, elsewhere -std=gnu11"
#endif
/* No option, such as -ffast-math, may change a kernel's bits. */
#if defined(__clang__)
#if defined(LN_FLOAT_CONTROL)
#pragma float_control(precise, on)
#if __clang_major__ >= 23 && __FINITE_MATH_ONLY__
#pragma clang fp exceptions(maytrap) /* or results count as numbers */
#endif
#elif defined(__FAST_MATH__)
% if pair then
#error "this clang cannot undo -ffast-math: leave it out, or define ${U}_SEPARATE and compile ${P}.c without it"
% else
#error "this clang cannot take -ffast-math back on this processor: compile files that include this one without it"
% end
#endif
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("no-fast-math,no-unsafe-math-optimizations,no-associative-math,no-reciprocal-math")
#pragma GCC optimize("signed-zeros,trapping-math,no-finite-math-only,fp-contract=off,no-single-precision-constant")
#if __GNUC__ > 10 /* or gcc 12 drops calls that write rows */
#pragma GCC optimize("no-ipa-pure-const,no-ipa-modref")
#endif
#endif

/* Part of every target: no comparison with NaN comes out true, as with gcc -ffast-math. */
#if defined(__GNUC__) && !defined(__clang__) && (defined(__x86_64__) || defined(__i386__))
#define LN_IEEE "ieee-fp,"
#define LN_IEEE_ONLY __attribute__((target("ieee-fp")))
#else
#define LN_IEEE ""
#define LN_IEEE_ONLY
#endif
