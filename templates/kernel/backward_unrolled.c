% -- SPDX-License-Identifier: MIT
% -- backward_unrolled.c: the sums of a narrow row, all unrolled
% local count = spec.width
% item("sum_" .. count)
/* Adds the sums of ${count} elements: element i goes to lane i mod 64, the lanes fold by halves. */
NOINLINE void sum_${count}(${printer.places}, Row *row)
{
    const V ${spell.centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
    V ${print.chains(printer)};
    V ${print.lanes_declared(printer)};

    ${print.sums(printer)}
}
