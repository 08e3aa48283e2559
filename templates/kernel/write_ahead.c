% -- SPDX-License-Identifier: MIT
% -- write_ahead.c: writes some rows and takes the sums of as many coming rows meanwhile
% local subject = way.rows == 1 and "row" or way.rows .. " rows"
% local name = way.heads and "write_heads" or "write_" .. way.name .. "_sum"
% item(name)
% if way.heads then
/* Writes ${subject} one after the other, each with the gamma${spell.parameters[2] and " and beta" or ""} of its head. Unless `next` is NULL, sums the ${subject} from `ahead` on meanwhile, whose constants go there. */
% else
/* Writes ${way.rows == 1 and "a row" or subject}${way.row_by_row and " one after the other" or ""}, and meanwhile sums the ${subject} from `ahead` on, whose constants go to `next`. */
% end
NOINLINE unsigned ${name}(const ln_args *a, size_t row, const RowConstants *k, size_t ahead, RowConstants *next)
{
    Sums sums[${way.rows}];
% if way.row_by_row then
    ${print.rows_in_turn(printer, way, true)}
% else
    ${print.pointers(printer, way, true)}
    ${print.registers(printer, way, true)}
%   if spell.dynamic then
    V ${print.largest_registers(way)};

    ${print.writes(printer, way, "largest", true)}
    ${print.inverses(way)}
    barrier(); /* rows and parameters are read again below */
%   end
    ${print.writes_ahead(printer, way)}
% end
    return ok;
}
