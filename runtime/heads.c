/* SPDX-License-Identifier: MIT */
/* heads.c - norms over each head of each token. */
#include "ln.h"
#include "ln_split.h"
#include "spec.h"

static ln_status check(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows)
{
    if (!is_plain(&entry->spec))
        return LN_HEADS_SPEC;
    const ln_kind kind = plain_kind(&entry->spec);
    /* The usual norms of float are checked in line once more, where the compiler knows the kind: a head takes 6 ns. */
    const size_t size = sizeof(float);
    const ln_kind layernorm = {LN_HAS_MEAN | LN_HAS_GAMMA | LN_HAS_BETA, size, size, size, kind.width};
    const ln_kind rmsnorm = {LN_HAS_GAMMA, size, size, size, kind.width};
    if (kind.element == size && kind.has == layernorm.has)
        return ln_check_rows(args, heads, rows, &layernorm);
    if (kind.element == size && kind.has == rmsnorm.has)
        return ln_check_rows(args, heads, rows, &rmsnorm);
    return ln_check_rows(args, heads, rows, &kind);
}

/* The arguments as ln_walk_heads wants them: what the spec does not have is NULL. */
static ln_args prepared(const ln_entry *entry, const ln_args *args, const ln_heads *h, size_t rows)
{
    ln_args a = *args;
    if (!has_gamma(&entry->spec))
        a.gamma = NULL;
    if (!has_beta(&entry->spec))
        a.beta = NULL;
    if (!is_centred(&entry->spec))
        a.mean = NULL;
    if (goes_past_caches(&entry->spec, a.stream, rows * h->heads, a.width))
        a.stream = LN_STREAM_ALWAYS;
    return a;
}

static ln_status refused(const ln_entry *entry, const ln_args *args, const ln_heads *heads)
{
    return !entry ? LN_NULL_ENTRY : !args ? LN_NULL_ARGS : !heads ? LN_NULL_HEADS : LN_OK;
}

ln_status ln_run_heads(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows)
{
    ln_status status = refused(entry, args, heads);
    if (status || rows == 0)
        return status;
    status = check(entry, args, heads, rows);
    if (status)
        return status;
    const ln_kind kind = plain_kind(&entry->spec);
    const ln_args a = prepared(entry, args, heads, rows);
    ln_run_shares(entry->kernel, &a, heads, &kind, rows, 0);
    return LN_OK;
}

ln_status ln_run_heads_rows(const ln_entry *entry, const ln_args *args, const ln_heads *heads, size_t rows,
                            size_t begin, size_t end)
{
    ln_status status = refused(entry, args, heads);
    if (!status && (begin > end || end > rows))
        status = LN_BAD_ROWS;
    if (status || begin == end)
        return status;
    status = check(entry, args, heads, rows);
    if (status)
        return status;
    const ln_kind kind = plain_kind(&entry->spec);
    const ln_args a = prepared(entry, args, heads, rows);
    ln_run_share(entry->kernel, &a, heads, &kind, begin, end);
    return LN_OK;
}
