% -- SPDX-License-Identifier: MIT
% -- backward_tiles.c: the statistics pass of a group of narrow rows, tile of columns after tile
% item "take_sums"
/* The statistics pass over `count` rows, tile of columns after tile; adds to ${printer.named}. */
NOINLINE void take_sums(const ln_args *a, size_t index, size_t count, Rows *rows${printer.to})
{
    const int fresh = ${print.fresh(printer, "index")}; /* the first rows of a block */
    const float *rstd = a->rstd + index${spell.centred and ", *mean = a->mean + index" or ""};
    const size_t x_stride = a->x_stride, dy_stride = a->dy_stride;
    ${print.gamma_pointer(printer)}
    ${print.tile_sums(printer)}
}
