% -- SPDX-License-Identifier: MIT
% -- float_control.h: whether clang has the pragma that takes -ffast-math back on this processor; part of ln_spec.h,
% -- ln_kernel.h and single.c
#if defined(__clang__) && (defined(__x86_64__) || defined(__i386__) || (defined(__aarch64__) && __clang_major__ >= 16))
#define LN_FLOAT_CONTROL
#endif
