% -- SPDX-License-Identifier: MIT
% -- ln_check.h: whether arguments are right, for all who call kernels; part of single.c
% if not pair then
#ifndef LN_CHECK_H
#define LN_CHECK_H

/* Whether arguments are right. Everything that calls kernels asks here: the arrays of a batch are listed, then each
 * output is compared with all other arrays. */

#include "ln_kernel.h"
#include "ln_numerics.h"
#include "ln_status.h"

#include <string.h>

/* LN_UNROLL: the compiler writes out all turns of a loop. LN_INLINE: a function is always inlined; where the compiler
 * then knows which arrays a norm has, it drops the checks of the others. */
#if defined(__clang__)
#define LN_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__) && __GNUC__ >= 8
#define LN_UNROLL _Pragma("GCC unroll 65534")
#else
#define LN_UNROLL
#endif
#if defined(__GNUC__)
#define LN_INLINE static inline __attribute__((always_inline))
#else
#define LN_INLINE static inline
#endif

% end
% item "ln_kind"
% if #bits > 0 then
/* What checks must know of a norm: what it has besides x and y, and the bytes of an element of x, of y and of gamma. */
enum {
%   for i, bit in ipairs(bits) do
    LN_${bit} = ${1 << i - 1}${i < #bits and "," or ""}
%   end
};

% else
/* What checks must know of a norm: the bytes of an element of x, of y and of gamma. */
% end
typedef struct ln_kind {
% if #bits > 0 then
    unsigned has;
% end
% if pair then
    size_t element, output, parameter, written; /* of all outputs, for each element of x */
    ln_kernel *(*of)(size_t width);
% else
    size_t element, output, parameter;
    size_t width; /* 0 for any */
% end
} ln_kind;

% item "ln_array ln_array_of"
/* An array of a batch, in bytes; `stride`: from row to row, 0 for one. An absent array is empty. */
typedef struct ln_array {
    uintptr_t at, end;
    size_t element, row, stride;
} ln_array;

/* Rows of `count` elements, `stride` apart; rows > 0. `p`: NULL for an absent one. */
LN_INLINE ln_array ln_array_of(const void *p, size_t element, size_t count, size_t stride, size_t rows)
{
    const uintptr_t at = (uintptr_t)p;
    const size_t row = count * element;
    const size_t step = stride * element;
    const ln_array a = {at, p ? at + (rows - 1) * step + row : 0, element, row, rows > 1 ? step : 0};
    return a;
}

% if has.stats then
/* The alignment of doubles in structs, which is less than their size on some 32-bit processors. */
typedef struct ln_after_byte {
    char byte;
    ln_stats stats;
} ln_after_byte;

LN_INLINE ln_array ln_stats_of(const ln_stats *stats, size_t count)
{
    const size_t alignment = offsetof(ln_after_byte, stats);
    return ln_array_of(stats, alignment, sizeof *stats / alignment * count, 0, 1);
}

% end
% item "ln_interlocked ln_clash"
/* Whether the rows of one array lie in the gaps between those of another with the same stride. */
${static} int ln_interlocked(uintptr_t a, size_t a_row, uintptr_t b, size_t b_row, size_t stride)
{
    const size_t ahead = (a < b ? b - a : a - b) % stride;
    return ahead >= (a < b ? a_row : b_row) && stride - ahead >= (a < b ? b_row : a_row);
}

/* Whether two arrays share an element. With `same` they may be the same rows. */
LN_INLINE int ln_clash(const ln_array *a, const ln_array *b, int same)
{
    const int meet = (a->end > b->at) & (b->end > a->at); /* &, not &&: one jump less */
    if (!meet || (same && a->at == b->at && a->element == b->element && a->stride == b->stride))
        return 0;
    return a->stride != b->stride || a->stride == 0 || !ln_interlocked(a->at, a->row, b->at, b->row, a->stride);
}

% item "ln_check_places"
/* ${U}_OK, or what is wrong with the places of `ins` inputs, then `outs` outputs. The first out_rows of these may be the
 * first in_rows inputs. */
% local places = { "const ln_array *array", "size_t ins", "size_t in_rows", "size_t outs", "size_t out_rows" }
${signature("LN_INLINE ln_status ln_check_places", table.unpack(places))}
{
    uintptr_t misaligned = 0;
    LN_UNROLL for (size_t i = 0; i < ins + outs; i++)
        misaligned |= array[i].at & (array[i].element - 1);
    if (misaligned)
        return LN_MISALIGNED;
    LN_UNROLL for (size_t o = ins; o < ins + outs; o++) {
        if (!array[o].at)
            continue;
        LN_UNROLL for (size_t i = 0; i < ins + outs; i++)
            if (i < o && ln_clash(&array[o], &array[i], i < in_rows && o - ins < out_rows))
                return LN_OVERLAP;
    }
    return LN_OK;
}

% item "ln_in_range"
/* Whether a number is finite and at least that of the bits `least`, also under -ffast-math. */
${static} int ln_in_range(float number, uint32_t least)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits - least <= 0x7f7fffffu - least || (bits == 0x80000000u && least == 0); /* -0 is 0 */
}

% item "ln_check_rows"
% if has.heads then
/* ${U}_OK, or what is wrong with a batch of rows, or of tokens with heads if `h` is not NULL. */
% else
/* ${U}_OK, or what is wrong with a batch of rows. */
% end
% local batch = { "const ln_args *a", "size_t rows", "const ln_kind *kind" }
% if has.heads then table.insert(batch, 2, "const ln_heads *h") end
${signature("LN_INLINE ln_status ln_check_rows", table.unpack(batch))}
{
% local uses, sizes = rows_checks.uses, "element = kind->element"
% if uses.output then sizes = sizes .. ", output = kind->output" end
% if uses.parameter then sizes = sizes .. ", parameter = kind->parameter" end
    const size_t ${sizes};
% if rows_checks.ask.any then
    const unsigned has = kind->has;
% end
% if rows_checks.when_stats then
    const size_t largest = ${rows_checks.when_stats} ? sizeof(ln_stats) : sizeof(float);
    const size_t most = (size_t)PTRDIFF_MAX / largest;
% else
    const size_t most = (size_t)PTRDIFF_MAX / sizeof(${has.stats and "ln_stats" or "float"});
% end
% if rows_checks.ask.GIVES_STATS then
    const int writes = !(has & LN_GIVES_STATS); /* y, mean and rstd */
% end
    if (a && rows == 0)
        return LN_OK;
    ${rows_checks.nulls}

    const size_t width = a->width;
    if (width == 0${pair and "" or " || (kind->width != 0 && width != kind->width)"})
        return LN_BAD_WIDTH;
% if has.whole_width then
    if (${rows_checks.when("HAS_STATS", "a->whole_width < width")})
        return LN_BAD_WHOLE_WIDTH;
% end
% if has.heads then
    size_t x_span = width, y_span = width, ${uses.parameter and "gamma_span = width, " or ""}heads = 1;
    if (h) {
        heads = h->heads;
        if (heads == 0)
            return LN_BAD_HEADS;
        if (heads > 1) {
            size_t head = h->x_head > h->y_head ? h->x_head : h->y_head;
            head = head > h->gamma_head ? head : h->gamma_head;
            if (h->x_head < width || h->y_head < width)
                return LN_BAD_HEAD_STRIDE;
            if (h->gamma_head < width && h->gamma_head != 0)
                return LN_BAD_GAMMA_STRIDE;
            if (heads > most / head || heads > most / rows)
                return LN_TOO_LARGE;
            x_span = (heads - 1) * h->x_head + width;
            y_span = (heads - 1) * h->y_head + width;
% if uses.parameter then
            if (h->gamma_head)
                gamma_span = (heads - 1) * h->gamma_head + width;
% end
        }
    }
% end
    ${rows_checks.strides}
    if (!ln_in_range(a->eps, 0))
        return LN_BAD_EPS;
% if has.static_scale then
    if (${rows_checks.when("HAS_STATIC_SCALE", "!ln_in_range(a->static_scale, 0x00800000u)")}) /* FLT_MIN */
        return LN_BAD_STATIC_SCALE;
% end
    if (a->stream < 0 || a->stream > 3)
        return LN_BAD_STREAM;
    size_t stride = a->x_stride;
    ${rows_checks.largest_stride}
    if (rows > most || ${has.heads and "x_span" or "width"} > most || (rows > 1 && stride > most / rows))
        return LN_TOO_LARGE;

    const ln_array arrays[${#rows_checks.arrays}] = {
        ${rows_checks.arrays}
    };
% if has.heads then
    if (h && heads > 1 && a->x == a->y && h->x_head != h->y_head)
        return LN_OVERLAP_X;
% end
% if pair then
    return ${rows_checks.compared};
% else
    const ln_status status = ${rows_checks.compared};
    return status == LN_OVERLAP && ln_clash(&arrays[${rows_checks.first_output}], &arrays[0], 1) ? LN_OVERLAP_X : status;
% end
}

% if has.workspace then
% item "ln_sums_bytes"
% local ask = gradient_checks.ask
% local function bit(name) return ask[name] and ("(has & LN_%s ? 1u : 0u)"):format(name) or "1u" end
/* Bytes of a workspace: a row of floats for each block of rows and parameter. SIZE_MAX if too much. */
${static} size_t ln_sums_bytes(${sums_has and "unsigned has, " or ""}size_t width, size_t rows)
{
% local sums = (ask.HAS_GAMMA or has.dbeta and ask.HAS_BETA) and "sums" or has.dbeta and "2" or "1"
% if sums == "sums" then
    const size_t sums = ${bit "HAS_GAMMA"}${has.dbeta and " + " .. bit "HAS_BETA" or ""};
% end
    const size_t most = (size_t)PTRDIFF_MAX / 16;
    const size_t blocks = rows / LN_BACKWARD_BLOCK + (rows % LN_BACKWARD_BLOCK != 0);
    if (width > most)
        return (size_t)-1;
    const size_t bytes = ${sums} * ((width + LN_SUM_COLUMNS - 1) / LN_SUM_COLUMNS * LN_SUM_COLUMNS) * sizeof(float);
    return bytes > 0 && blocks > (size_t)PTRDIFF_MAX / bytes ? (size_t)-1 : blocks * bytes;
}

% end
% if has.backward then
% item "ln_check_gradients"
/* ${U}_OK, or what is wrong with a batch of gradients. Without rows only dgamma and dbeta are needed. */
${static} ln_status ln_check_gradients(const ln_args *a, size_t rows, const ln_kind *kind)
{
    const size_t element = kind->element${gradient_checks.uses.parameter and ", parameter = kind->parameter" or ""};
    const size_t most = (size_t)PTRDIFF_MAX / sizeof(float);
% if gradient_checks.ask.any then
    const unsigned has = kind->has;
% end
    ${gradient_checks.nulls}

    const size_t width = a->width;
    if (width == 0${pair and "" or " || (kind->width != 0 && width != kind->width)"})
        return LN_BAD_WIDTH;
    ${gradient_checks.strides}
    if (a->accumulate & ~(LN_ADD_DX | LN_ADD_PARAMS))
        return LN_BAD_ACCUMULATE;
    if (a->stream < 0 || a->stream > 3)
        return LN_BAD_STREAM;
    size_t stride = a->x_stride;
    ${gradient_checks.largest_stride}
    if (rows > most || width > most || (rows > 1 && stride > most / rows))
        return LN_TOO_LARGE;
% if has.workspace then
    const size_t sums = ln_sums_bytes(${sums_has and "has, " or ""}width, rows);
    if (sums == (size_t)-1)
        return LN_TOO_LARGE;
    if (a->workspace_bytes < sums)
        return LN_SMALL_WORKSPACE;
% end
    if (rows == 0)
        return LN_OK;

    const ln_array arrays[${#gradient_checks.arrays}] = {
        ${gradient_checks.arrays}
    };
    if (a->accumulate & LN_ADD_DX) /* dx is read, so it must not be x or dy */
        return ${gradient_checks.disjoint};
    return ${gradient_checks.compared};
}

% end
% if has.stats then
% item "ln_check_pieces"
/* ${U}_OK, or what is wrong with the merge of pieces. */
% local merge = { "const ln_stats *whole", "const ln_stats *pieces", "const size_t *widths", "size_t count",
%   "size_t rows" }
${signature(static .. " ln_status ln_check_pieces", table.unpack(merge))}
{
    const size_t most = (size_t)PTRDIFF_MAX / sizeof *pieces;
    size_t width = 0;
% if pair then
    if (!whole || !pieces || !widths)
        return LN_NULL_STATS;
% else
    if (!whole || !pieces)
        return LN_NULL_STATS;
    if (!widths)
        return LN_NULL_WIDTHS;
% end
    if (count == 0)
        return LN_BAD_PARTS;
    if (count > most || rows > most / count)
        return LN_TOO_LARGE;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] > (size_t)PTRDIFF_MAX - width)
            return LN_TOO_LARGE;
        width += widths[i];
    }
    if (width == 0)
        return LN_BAD_PARTS;
    if (rows == 0)
        return LN_OK;

    const ln_array arrays[3] = {
        ln_stats_of(pieces, count * rows),
        ln_array_of(widths, sizeof *widths, count, 0, 1),
        ln_stats_of(whole, rows),
    };
    return ln_check_places(arrays, 2, 1, 1, 1);
}

% end
% if not pair then
#endif
% end
