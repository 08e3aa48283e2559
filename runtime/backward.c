/* SPDX-License-Identifier: MIT */
/* backward.c - gradients of batches: blocks of rows, then the sums of the blocks put together. */
#include "backward.h"
#include "ln_split.h"
#include "spec.h"

static ln_status check(const ln_entry *entry, const ln_args *args, size_t rows)
{
    const ln_kind kind = plain_kind(&entry->spec);
    return ln_check_gradients(args, rows, &kind);
}

/* The arguments for a call of the kernel that goes over rows and does not yet add up the sums of blocks. */
static ln_args for_rows(const ln_entry *entry, const ln_args *args, size_t rows)
{
    ln_args a = *args;
    if (goes_past_caches(&entry->spec, a.stream, rows, a.width))
        a.stream = LN_STREAM_ALWAYS;
    a.reduce_rows = 0;
    return a;
}

ln_status ln_backward(const ln_entry *entry, const ln_args *args, size_t rows, int threads)
{
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    const ln_args a = for_rows(entry, args, rows);
    ln_run_gradients(entry->kernel, &a, plain_kind(&entry->spec).has, rows, threads);
    return LN_OK;
}

ln_status ln_backward_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end)
{
    if ((begin % LN_BACKWARD_BLOCK != 0 && begin != rows) || (end % LN_BACKWARD_BLOCK != 0 && end != rows))
        return LN_BAD_BLOCK;
    if (begin == end)
        return LN_OK;
    const ln_status status = check(entry, args, rows);
    if (status)
        return status;
    const ln_args a = for_rows(entry, args, rows);
    entry->kernel(&a, begin, end);
    return LN_OK;
}

ln_status ln_run_finish(const ln_entry *entry, const ln_args *args, size_t rows)
{
    if (!entry)
        return LN_NULL_ENTRY;
    if (!args)
        return LN_NULL_ARGS;
    if (entry->spec.pass != LN_PASS_BACKWARD)
        return LN_NOT_BACKWARD;
    const ln_status status = check(entry, args, rows);
    if (!status)
        ln_finish_gradients(entry->kernel, args, plain_kind(&entry->spec).has, rows, 0, args->width);
    return status;
}

size_t ln_workspace_bytes(ln_spec spec, size_t rows)
{
    if (ln_spec_check(&spec) != LN_OK || spec.pass != LN_PASS_BACKWARD)
        return 0;
    return ln_sums_bytes(plain_kind(&spec).has, spec.width, rows);
}
