% -- SPDX-License-Identifier: MIT
% -- head_args.h: rows that are heads, as kernels are given them; part of ln_kernel.h and of single.c
% item "LN_EACH_HEAD ln_head_args"
/* For kernels of rows up to LN_HEAD_WIDTH elements, not for those of any width. Where args.stream is LN_EACH_HEAD, a
 * kernel is given the args of such a struct: row r is head r % heads->heads of a token and has the gamma${has.beta and " and beta" or ""} of that head. */
enum { LN_EACH_HEAD = 4, LN_HEAD_WIDTH = ${head_width} };

typedef struct ln_head_args {
    ln_args args;
    const ln_heads *heads;
} ln_head_args;
