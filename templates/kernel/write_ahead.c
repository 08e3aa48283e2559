% -- SPDX-License-Identifier: MIT
% -- write_ahead.c: writes some rows and takes the sums of as many coming rows meanwhile
% local subject = way.rows == 1 and "row" or way.rows .. " rows"
% item("write_" .. way.name .. "_sum")
/* Writes ${way.rows == 1 and "a row" or subject}, and meanwhile sums the ${subject} from `ahead` on, whose constants go to `next`. */
NOINLINE unsigned write_${way.name}_sum(const ln_args *a, size_t row, const RowConstants *k, size_t ahead, RowConstants *next)
{
    Sums sums[${way.rows}];
    ${print.pointers(printer, way, true)}
    ${print.registers(printer, way, true)}
% if spell.dynamic then
    V ${print.largest_registers(way)};

    ${print.writes(printer, way, "largest", true)}
    ${print.inverses(way)}
    barrier(); /* rows and parameters are read again below */
% end
    ${print.writes_ahead(printer, way)}
    return ok;
}
