/* merge.c - statistics of parts of rows to those of whole rows; the arithmetic is in ln_batch.h. */
#include "ln_batch.h" /* first: it guards its arithmetic to the end of this file */

#include "rows.h"
#include "ln.h"

ln_status ln_stats_merge(ln_stats *whole, const ln_stats *parts, const size_t *widths, size_t count, size_t rows)
{
    const size_t most = (size_t)PTRDIFF_MAX / sizeof *parts;
    size_t width = 0;
    if (!whole || !parts)
        return LN_NULL_STATS;
    if (!widths)
        return LN_NULL_WIDTHS;
    if (count == 0)
        return LN_BAD_PARTS;
    if (count > most || rows > most / count)
        return LN_TOO_LARGE;
    for (size_t part = 0; part < count; part++) {
        if (widths[part] > (size_t)PTRDIFF_MAX - width)
            return LN_TOO_LARGE;
        width += widths[part];
    }
    if (width == 0)
        return LN_BAD_PARTS;
    if (((uintptr_t)whole | (uintptr_t)parts) % _Alignof(ln_stats) != 0 || (uintptr_t)widths % _Alignof(size_t) != 0)
        return LN_MISALIGNED;
    if (rows == 0)
        return LN_OK;
    const size_t bytes = rows * sizeof *whole;
    if ((whole != parts && overlap((uintptr_t)whole, bytes, (uintptr_t)parts, count * bytes)) ||
        overlap((uintptr_t)whole, bytes, (uintptr_t)widths, count * sizeof *widths))
        return LN_OVERLAP;
    ln_merge_parts(whole, parts, widths, count, rows);
    return LN_OK;
}
