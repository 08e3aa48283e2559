/* SPDX-License-Identifier: MIT */
/* run.c - batches of rows: where their outputs go, and on how many threads. */
#include "backward.h"
#include "ln.h"
#include "ln_split.h"
#include "spec.h"

#if defined(_OPENMP) && (defined(__unix__) || defined(__APPLE__))
#include <stdatomic.h>
#include <unistd.h>

/* Whether threads may be woken. libgomp's threads do not survive fork: a child would wait for them for ever. */
int ln_may_wake(void)
{
    static atomic_long woken_by;
    const long self = (long)getpid();
    long known = 0;
    return atomic_compare_exchange_strong(&woken_by, &known, self) || known == self;
}
#elif defined(_OPENMP)
int ln_may_wake(void) { return 1; }
#endif

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE
#endif

/* In elements; smaller batches use no threads, and with LN_STREAM_AUTO no stores past the caches. */
enum { SMALL_WORK = 2 * LN_WORK_PER_THREAD };

_Static_assert(LN_ROW_GROUP == LN_SHARE_GROUP, "ln.h tells callers with threads of their own what shares are made of");

/* args.mean is checked for RMSNorm, too, though RMSNorm does not write it. */
static NOINLINE ln_status check_any(const ln_entry *entry, const ln_args *a, size_t rows)
{
    ln_kind kind = kind_of(&entry->spec);
    if (entry->spec.pass != LN_PASS_STATS)
        kind.has |= LN_HAS_MEAN;
    return ln_check_rows(a, NULL, rows, &kind);
}

/* The most usual of the plain norms: those with gamma, or with gamma and beta. */
LN_INLINE ln_status check_usual(const ln_entry *entry, const ln_args *a, size_t rows, size_t element)
{
    const ln_spec *s = &entry->spec;
    const size_t parameter = element == sizeof(float) ? element : params_bytes(s);
    ln_kind kind = {LN_HAS_MEAN | LN_HAS_GAMMA, element, element, parameter, s->width};
    if (!has_gamma(s))
        return check_any(entry, a, rows);
    if (!has_beta(s))
        return ln_check_rows(a, NULL, rows, &kind);
    kind.has |= LN_HAS_BETA;
    return ln_check_rows(a, NULL, rows, &kind);
}

/* A row of 768 takes 60 ns. So the usual norms are checked in line, once for each size of elements: there the compiler
 * knows which arrays to look at, and how large their elements are. */
LN_INLINE ln_status check(const ln_entry *entry, const ln_args *a, size_t rows)
{
    if (!is_plain(&entry->spec))
        return check_any(entry, a, rows);
    return entry->spec.dtype == LN_DTYPE_F32 ? check_usual(entry, a, rows, sizeof(float))
                                             : check_usual(entry, a, rows, sizeof(uint16_t));
}

/* The arguments as the kernel takes them: `args`, or a copy in `room` that says to write past the caches. */
static const ln_args *streamed(const ln_entry *entry, const ln_args *args, size_t rows, ln_args *room)
{
    if (!goes_past_caches(&entry->spec, args->stream, rows, args->width))
        return args;
    *room = *args;
    room->stream = LN_STREAM_ALWAYS;
    return room;
}

/* Runs a batch whose arguments are right. Out of line, so that small batches do not save registers for it. */
static NOINLINE ln_status run_large(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    ln_args room;
    ln_run_shares(entry->kernel, streamed(entry, args, rows, &room), NULL, NULL, rows, threads);
    return LN_OK;
}

ln_status ln_run(const ln_entry *entry, const ln_args *args, size_t rows)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward(entry, args, rows, 0);
    if (rows == 0)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    if (rows * args->width >= SMALL_WORK || args->stream == LN_STREAM_COLD)
        return run_large(entry, args, rows, 0);
    entry->kernel(args, 0, rows);
    return LN_OK;
}

/* How many threads repay a batch when they are awake: half of the usual work is enough for each. Elements of a backward
 * pass take twice as long, and its blocks of rows are not divided. */
static int awake_threads(const ln_entry *entry, const ln_args *args, size_t rows)
{
#ifdef _OPENMP
    const int backward = entry->spec.pass == LN_PASS_BACKWARD;
    const int threads = ln_worthwhile_threads((backward ? 4 : 2) * rows * args->width);
    return rows / (backward ? LN_BACKWARD_BLOCK : 1) >= (size_t)threads ? threads : 1;
#else
    (void)entry, (void)args, (void)rows;
    return 1;
#endif
}

enum { THREADS_MOST = 1024 }; /* libgomp keeps what belongs to them on the stack of the caller */

ln_status ln_run_threads(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (threads < 0 || threads > LN_THREADS_AWAKE)
        return LN_BAD_THREADS;
    if (threads == LN_THREADS_AWAKE)
        threads = awake_threads(entry, args, rows);
    if (threads > THREADS_MOST)
        threads = THREADS_MOST;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward(entry, args, rows, threads);
    if (rows == 0)
        return LN_OK;
    const ln_status status = check_any(entry, args, rows);
    return status ? status : run_large(entry, args, rows, threads);
}

ln_status ln_run_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (begin > end || end > rows)
        return LN_BAD_ROWS;
    if (entry->spec.pass == LN_PASS_BACKWARD)
        return ln_backward_rows(entry, args, rows, begin, end);
    if (begin == end)
        return LN_OK;
    const ln_status status = check_any(entry, args, rows);
    if (status)
        return status;
    ln_args room;
    entry->kernel(streamed(entry, args, rows, &room), begin, end);
    return LN_OK;
}
