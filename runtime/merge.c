/* SPDX-License-Identifier: MIT */
/* merge.c - statistics of pieces of rows to those of whole rows. */
#include "ln_batch.h" /* first: it guards its arithmetic to the end of this file */

#include "ln.h"
#include "ln_check.h"
#include "ln_scalar.h" /* enter() and leave() */

ln_status ln_stats_merge(ln_stats *whole, const ln_stats *pieces, const size_t *widths, size_t count, size_t rows)
{
    const ln_status status = ln_check_pieces(whole, pieces, widths, count, rows);
    if (!status) {
        const unsigned saved = enter();
        ln_merge_parts(whole, pieces, widths, count, rows);
        leave(saved);
    }
    return status;
}
