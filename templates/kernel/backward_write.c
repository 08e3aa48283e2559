% -- SPDX-License-Identifier: MIT
% -- backward_write.c: a situation: some rows, registers of all of them in turn
% local rows, to, passed = way.rows, "", ""
% local together = way.row_by_row and 1 or rows
% if not gradients.gathers then to, passed = printer.to, printer.passed end
% item("write_" .. way.name)
/* The write pass over ${together == 1 and "one row" or rows .. " rows"}${way.store == "stream" and ", past the caches" or ""}${to ~= "" and "; adds to " .. printer.named or ""}. */
NOINLINE void write_${way.name}(const ln_args *a, size_t row, const Row *rows${to})
{
    ${print.pointers(printer, way)}

    ${print.writes(printer, way)}
}
% item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
% if rows == 1 then
    Row sums;
    for (; row < end; row++) {
        take_sums(a, row, ${gradients.gathers and "&sums" .. printer.passed or "1, &sums"});
        write_${way.name}(a, row, &sums${passed});
    }
% else
    Row rows[${rows}];
    for (; end - row >= ${rows}; row += ${rows}) {
%   if way.abreast then
        take_sums_abreast(a, row, rows${printer.passed});
%   else
        for (size_t r = 0; r < ${rows}; r++)
            take_sums(a, row + r, ${gradients.gathers and "rows + r" .. printer.passed or "1, rows + r"});
%   end
        write_${way.name}(a, row, rows${passed});
%   if together < rows then
        write_${way.name}(a, row + 1, rows + 1${passed});
%   end
    }
% end
    return row;
}
