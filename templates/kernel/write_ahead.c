% -- write_ahead.c: writes some rows and takes the sums of as many coming rows meanwhile
% local subject = way.rows == 1 and "one row" or way.rows .. " rows"
% if print.calls_write_at(printer, way) then
%   item(way.name .. "_at")
/* Writes ${printer.paired and "a pair of registers" or "a register"} of ${way.rows == 1 and "a row" or "each row"}, from element i on. */
FN void ${way.name}_at(size_t i, ${(print.write_at_arguments(printer, way))})
{
    ${print.write_at(printer, way)}
}
% end
% item(way.name .. "_sum")
/* The same; between its lines the ${subject} from `ahead` on are summed and finished into `next`. */
NOINLINE int ${way.name}_sum(const ln_args *a, size_t row, const Scale *scale, size_t ahead, Scale *next)
{
    Moments m[${way.rows}];
    ${print.pointers(printer, way, true)}
    ${print.registers(printer, way, true)}
% if spell.dynamic then
    V ${print.largest_registers(way)};

    ${print.writes(printer, way, "largest", true)}
    ${print.inverses(way)}
    barrier(); /* rows and parameters are read again */
% end
    ${print.writes_ahead(printer, way)}
    return served;
}
