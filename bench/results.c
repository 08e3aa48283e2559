/* SPDX-License-Identifier: MIT */
/* results.c - finds results in a cell. */
#include "results.h"
#include "case.h"

static const Result *fastest_between(const Cell *cell, Kind kind, Isa least, Isa most, int threads)
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

const Result *fastest(const Cell *cell, Kind kind, Isa cap, int threads)
{
    return fastest_between(cell, kind, ISA_SCALAR, cap, threads);
}

const Result *fastest_of(const Cell *cell, Kind kind, Isa isa, int threads)
{
    return fastest_between(cell, kind, isa, isa, threads);
}

const Result *result_of(const Cell *cell, Kind kind, Isa isa, int threads)
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
    for (int isa = ISA_AVX512; isa >= ISA_SCALAR && !best; isa--)
        best = result_of(cell, KIND_OURS, (Isa)isa, threads);
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
