% -- SPDX-License-Identifier: MIT
% -- ln_batch.h: what callers of kernels share; part of single.c
% if not pair then
#ifndef LN_BATCH_H
#define LN_BATCH_H

/* What callers of kernels share: the merge of statistics of pieces of rows, and norms over the heads of tokens. */

#include "ln_kernel.h"

#include <math.h>

% end
% if has.stats then
% item "ln_merge_parts"
/* Merges the statistics of pieces [count][rows], of widths [count], into whole [rows], which may be the first piece: in
 * their order, in double (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979). A piece of width 0 changes nothing. The caller rounds to nearest and keeps denormals. */
% local merge = { "ln_stats *whole", "const ln_stats *pieces", "const size_t *widths", "size_t count", "size_t rows" }
${signature("LN_IEEE_ONLY " .. static .. " void ln_merge_parts", table.unpack(merge))}
{
    for (size_t row = 0; row < rows; row++) {
        ln_stats sum = {0, 0};
        double n = 0;
        for (size_t piece = 0; piece < count; piece++) {
            const ln_stats next = pieces[piece * rows + row];
            const double m = (double)widths[piece], both = n + m, delta = next.mean - sum.mean;
            if (n > 0 && m > 0) {
                sum.mean = ln_fma(delta, m / both, sum.mean);
                sum.m2 = ln_fma(delta * delta, n * m / both, sum.m2 + next.m2);
            } else if (m > 0) {
                sum = next;
            }
            n = both;
        }
        whole[row] = sum;
    }
}

% end
% if has.heads then
% item "LN_HEADS_TOGETHER LN_HEADS_TOKENS"
/* A token with at least LN_HEADS_TOGETHER heads is one call of the kernel, and so are tokens without gaps. Tokens with
 * fewer heads, and heads with a gamma each for which the kernel has no way, take a call for each head, which goes over
 * LN_HEADS_TOKENS tokens at a time: more rows, which are often a power of two apart, do not fit into the few sets of the
 * first-level cache that they share. */
enum { LN_HEADS_TOGETHER = 8, LN_HEADS_TOKENS = 8 };

% item "ln_walk_heads"
/* Normalises every head of the tokens begin .. end - 1. element, parameter: bytes of an element of x, and of gamma.
 * any: the kernel is for any width. Parameters and statistics that the norm does not have must be NULL. */
% local walk = { "ln_kernel *kernel", "const ln_args *args", "const ln_heads *h", "size_t element", "size_t parameter",
%   "int any", "size_t begin", "size_t end" }
${signature(static .. " void ln_walk_heads", table.unpack(walk))}
{
    const char *x = (const char *)args->x;
    char *y = (char *)args->y;
    const size_t count = h->heads;
    ln_head_args rows;
    ln_args *a = &rows.args;
    *a = *args;
    rows.heads = h;
%   if has.gamma then
    const char *gamma = (const char *)args->gamma;
    const size_t gamma_head = gamma ? h->gamma_head : 0;
%   else
    (void)parameter;
    (void)any;
%   end
%   if has.beta then
    const char *beta = (const char *)args->beta;
%   end
%   if has.gamma then
    const int each = gamma_head > 0 && !any && args->width <= LN_HEAD_WIDTH; /* gives each row the gamma of its head */
    const int together = gamma_head == 0 || each;
%   else
    const int each = 0, together = 1;
%   end
    const int gaps = count * h->x_head != args->x_stride || count * h->y_head != args->y_stride;
    a->stream = each ? LN_EACH_HEAD : gaps ? 2 : args->stream;
    if (together && !gaps) {
        a->x_stride = h->x_head; /* all heads are rows of one batch */
        a->y_stride = h->y_head;
        kernel(a, begin * count, end * count);
        return;
    }
    if (together && count >= LN_HEADS_TOGETHER) {
        a->x_stride = h->x_head;
        a->y_stride = h->y_head;
        for (size_t token = begin; token < end; token++) {
            a->x = x + token * args->x_stride * element;
            a->y = y + token * args->y_stride * element;
%   if has.mean then
            a->mean = args->mean ? args->mean + token * count : NULL;
%   end
            a->rstd = args->rstd ? args->rstd + token * count : NULL;
            kernel(a, 0, count);
        }
        return;
    }
    a->stream = 2;
    float ${has.mean and "mean[LN_HEADS_TOKENS], " or ""}rstd[LN_HEADS_TOKENS];
%   if has.mean then
    a->mean = args->mean ? mean : NULL;
%   end
    a->rstd = args->rstd ? rstd : NULL;
    for (size_t token = begin; token < end; token += LN_HEADS_TOKENS) {
        const size_t tokens = end - token < LN_HEADS_TOKENS ? end - token : (size_t)LN_HEADS_TOKENS;
        for (size_t head = 0; head < count; head++) {
            a->x = x + (token * args->x_stride + head * h->x_head) * element;
            a->y = y + (token * args->y_stride + head * h->y_head) * element;
%   if has.gamma then
            if (gamma)
                a->gamma = gamma + head * gamma_head * parameter;
%   end
%   if has.beta then
            if (beta)
                a->beta = beta + head * gamma_head * parameter;
%   end
            kernel(a, 0, tokens);
%   if has.mean then
            for (size_t i = 0; i < tokens && args->mean; i++)
                args->mean[(token + i) * count + head] = mean[i];
%   end
            for (size_t i = 0; i < tokens && args->rstd; i++)
                args->rstd[(token + i) * count + head] = rstd[i];
        }
    }
}

% end
% if not pair then
#endif
% end
