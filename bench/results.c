/* SPDX-License-Identifier: MIT */
/* results.c - finds results in a cell. */
#include "results.h"
#include "case.h"

const Result *fastest_between(const Cell *cell, Kind kind, ln_isa least, ln_isa most, int threads)
{
    const Result *best = NULL;
    for (size_t i = 0; i < cell->count; i++) {
        const Result *r = &cell->at[i];
        if (r->contender->kind == kind && r->contender->isa >= least && r->contender->isa <= most &&
            r->threads == threads && (!best || r->ns.median < best->ns.median))
            best = r;
    }
    return best;
}

const Result *fastest(const Cell *cell, Kind kind, int threads)
{
    return fastest_between(cell, kind, 0, LN_ISA_COUNT - 1, threads);
}

const Result *result_of(const Cell *cell, Kind kind, ln_isa isa, int threads)
{
    for (size_t i = 0; i < cell->count; i++) {
        const Result *r = &cell->at[i];
        if (r->contender->kind == kind && r->contender->isa == isa && r->threads == threads)
            return r;
    }
    return NULL;
}

const Result *ours(const Cell *cell, int threads)
{
    const Result *best = NULL;
    for (ln_isa isa = LN_ISA_COUNT; isa-- > 0 && !best;)
        best = result_of(cell, KIND_OURS, isa, threads);
    return best;
}

int most_threads(const Cell *cell)
{
    int most = 1;
    for (size_t i = 0; i < cell->count; i++)
        if (cell->at[i].threads > most)
            most = cell->at[i].threads;
    return most;
}

double gigabytes(const Cell *cell, const Result *result)
{
    return (double)(moved_bytes(cell->of) * cell->width) / result->ns.median;
}
