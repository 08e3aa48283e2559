% -- SPDX-License-Identifier: MIT
% -- ln_split.h: batches shared out among threads; part of single.c
% -- the head of a function over rows
% local function over_rows(name, ...)
%   if has.heads then
%     return signature(static .. " void " .. name, "ln_kernel *kernel", "const ln_args *a", "const ln_heads *h",
%       "const ln_kind *kind", ...)
%   end
%   return signature(static .. " void " .. name, "ln_kernel *kernel", "const ln_args *a", ...)
% end
% -- and of one over gradients
% local function over_gradients(name, args, ...)
%   if sums_has then return signature(static .. " void " .. name, "ln_kernel *kernel", args, "unsigned has", ...) end
%   return signature(static .. " void " .. name, "ln_kernel *kernel", args, ...)
% end
% local ask = gradient_checks.ask
% if not pair then
#ifndef LN_SPLIT_H
#define LN_SPLIT_H

/* Divides batches among OpenMP's threads. The share of a thread is one range of rows; it does not change any bit. */

#include "ln_batch.h"
#include "ln_check.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

% end
% item "LN_WORK_PER_THREAD LN_SHARE_GROUP"
% if pair then
#ifdef _OPENMP
% end
/* Elements that a thread is worth waking for; rows that kernels process together. */
enum { LN_WORK_PER_THREAD = 1 << 16, LN_SHARE_GROUP = 8 };

% if not pair then
#ifdef _OPENMP
% end
/* Where a share begins. Shares are whole groups; their sizes differ by one group at most. */
${static} size_t ln_share_begin(size_t count, size_t group, size_t share, size_t shares)
{
    const size_t groups = (count + group - 1) / group, larger = groups % shares;
    const size_t begin = (groups / shares * share + (share < larger ? share : larger)) * group;
    return begin < count ? begin : count;
}

/* Threads worth waking for so many elements: all or one: changing their number costs time. */
${static} int ln_worthwhile_threads(size_t elements)
{
    const size_t worth = elements / LN_WORK_PER_THREAD;
    const int most = worth < 2 || omp_in_parallel() ? 1 : omp_get_max_threads();
    return worth >= (size_t)most ? most : 1;
}

% if pair then
/* libgomp's threads do not survive fork. */
static int ln_may_wake(void)
{
#if defined(__unix__) || defined(__APPLE__)
    static long parent;
    long first, self = getpid();
#pragma omp atomic read
    first = parent;
    first = first ? first : self;
#pragma omp atomic write
    parent = first;
    return first == self;
#else
    return 1;
#endif
}
% else
int ln_may_wake(void); /* the runtime defines it */
% end
#endif

% item "ln_is_cold"
/* Whether rows that no cache holds go past the caches: a few of them would not gain. */
${static} int ln_is_cold(int stream, size_t rows)
{
    return stream == 3 && rows >= 16;
}

% item "ln_run_shares"
% if has.heads then
/* Runs a kernel on rows begin .. end - 1, or, if `h` is not NULL, on all heads of these tokens. */
${over_rows("ln_run_share", "size_t begin", "size_t end")}
{
    if (begin < end && h)
        ln_walk_heads(kernel, a, h, kind->element, kind->parameter, ${pair and "kernel == kind->of(0)" or "kind->width == 0"}, begin, end);
    else if (begin < end)
        kernel(a, begin, end);
}

% end
% local run, passed, heads = "kernel(a", "", ""
% if has.heads then run, passed, heads = "ln_run_share(kernel, a, h, kind", ", h, kind", " * (h ? h->heads : 1)" end
% if pair then
/* Runs a kernel on all rows, with as many threads as are worth waking. */
% else
/* Runs a kernel on all rows, with so many threads; 0 means as many as are worth waking. */
% end
${pair and over_rows("ln_run_shares", "size_t rows") or over_rows("ln_run_shares", "size_t rows", "int threads")}
{
#ifdef _OPENMP
% if pair then
    const int threads = rows > 1 ? ln_worthwhile_threads(rows * a->width${heads}) : 1;
% else
    if (threads == 0)
        threads = rows > 1 ? ln_worthwhile_threads(rows * a->width${heads}) : 1;
    if (threads > 1 && (size_t)threads > rows) /* the others would have no row */
        threads = (int)rows;
% end
    if (threads > 1 && ln_may_wake()) {
#pragma omp parallel num_threads(threads)
        {
            const size_t share = (size_t)omp_get_thread_num(), shares = (size_t)omp_get_num_threads();
            const size_t group = rows / (4 * LN_SHARE_GROUP) >= shares ? LN_SHARE_GROUP : 1;
            const size_t begin = ln_share_begin(rows, group, share, shares);
            const size_t end = ln_share_begin(rows, group, share + 1, shares);
            if (begin < end)
                ${run}, begin, end);
        }
        return;
    }
% if not pair then
#else
    (void)threads;
% end
#endif
    if (rows > 0)
        ${run}, 0, rows);
}

% if has.workspace then
% item "ln_finish_gradients"
% local begins = ask.HAS_GAMMA and "!(has & LN_HAS_GAMMA) || begin >= end" or "begin >= end"
/* Adds up the sums of all blocks of rows, in columns begin .. end - 1 of dgamma${has.dbeta and " and dbeta" or ""}. */
${over_gradients("ln_finish_gradients", "const ln_args *args", "size_t rows", "size_t begin", "size_t end")}
{
    ln_args a; /* only what the kernel reads for this */
    if (${begins})
        return;
    a.width = args->width;
    a.dgamma = args->dgamma;
% if has.dbeta then
    a.dbeta = ${ask.HAS_BETA and "has & LN_HAS_BETA ? args->dbeta : NULL" or "args->dbeta"};
% end
    a.accumulate = args->accumulate;
    a.stream = args->stream;
    a.workspace = args->workspace;
    a.reduce_rows = rows;
    if (rows > 0) {
        kernel(&a, begin, end);
    } else if (!(a.accumulate & LN_ADD_PARAMS)) {
        memset(a.dgamma + begin, 0, (end - begin) * sizeof(float));
% if has.dbeta then
%   if ask.HAS_BETA then
        if (a.dbeta)
            memset(a.dbeta + begin, 0, (end - begin) * sizeof(float));
%   else
        memset(a.dbeta + begin, 0, (end - begin) * sizeof(float));
%   end
% end
    }
}

% end
% if has.workspace then
% item "ln_is_one_block ln_run_block"
/* Whether the sums of one block of rows are all; then they need no workspace. */
${static} int ln_is_one_block(const ln_args *a, size_t rows)
{
    return rows > 0 && rows <= LN_BACKWARD_BLOCK && !(a->accumulate & LN_ADD_PARAMS);
}

${static} void ln_run_block(ln_kernel *kernel, ln_args *a, size_t rows)
{
    a->workspace = NULL;
    a->accumulate |= LN_BEGIN_PARAMS;
    kernel(a, 0, rows);
}

% end
% if has.backward then
% item "ln_run_gradients"
/* Gradients of all rows: first each block of rows, then the sums over blocks. `threads` may be 0, as for
 * ln_run_shares; a->reduce_rows must be 0. */
${over_gradients("ln_run_gradients", "const ln_args *a", "size_t rows", "int threads")}
{
#ifdef _OPENMP
    if (threads == 0) { /* an element takes twice as long as in a forward pass; no block of rows is divided */
        threads = ln_worthwhile_threads(2 * rows * a->width);
        threads = rows / LN_BACKWARD_BLOCK >= (size_t)threads ? threads : 1;
    }
% if not pair then
    const size_t shares_most = rows / LN_BACKWARD_BLOCK + a->width / LN_SUM_COLUMNS + 1; /* blocks, and columns of sums */
    if (threads > 1 && (size_t)threads > shares_most)
        threads = (int)shares_most;
% end
    if (threads > 1 && ln_may_wake()) {
#pragma omp parallel num_threads(threads)
        {
            const size_t share = (size_t)omp_get_thread_num(), shares = (size_t)omp_get_num_threads();
            size_t begin = ln_share_begin(rows, LN_BACKWARD_BLOCK, share, shares);
            size_t end = ln_share_begin(rows, LN_BACKWARD_BLOCK, share + 1, shares);
            if (begin < end)
                kernel(a, begin, end);
% if has.workspace then
            begin = ln_share_begin(a->width, LN_SUM_COLUMNS, share, shares);
            end = ln_share_begin(a->width, LN_SUM_COLUMNS, share + 1, shares);
#pragma omp barrier
            ln_finish_gradients(kernel, a${passed_has}, rows, begin, end);
% end
        }
        return;
    }
#else
    (void)threads;
#endif
% if has.workspace then
    if (ln_is_one_block(a, rows)) {
        ln_args block = *a;
        ln_run_block(kernel, &block, rows);
        return;
    }
% end
    if (rows > 0)
        kernel(a, 0, rows);
% if has.workspace then
    ln_finish_gradients(kernel, a${passed_has}, rows, 0, a->width);
% end
}

% end
% if not pair then
#endif
% end
