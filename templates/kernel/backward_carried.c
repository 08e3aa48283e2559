% -- SPDX-License-Identifier: MIT
% -- backward_carried.c: narrow rows one by one: registers carry g from the sums to the gradient; sums over rows are in
% -- memory
% include "kernel/backward_taken.c"
% item "take_row"
/* The sums of a row, which begins or goes on with ${printer.named}. */
FN Taken take_row(const ln_args *a, size_t row, int fresh${printer.to})
{
    ${print.taken_inputs(printer)}
    V ${print.chains(printer)};
    V ${print.lanes_declared(printer)};
    Taken of;

    ${print.sums(printer)}
    ${print.scalars_taken(printer, "ts", "tq")}
    return of;
}
% include "kernel/backward_write_taken.c"
% item "row_alone"
/* The row that a block begins with. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
    const Taken of = take_row(a, row, 1${printer.passed});
    write_row(a, row, &of);
}
% item "first_row"
/* The same out of line, for the kernel's own function. */
NOINLINE void first_row(const ln_args *a, size_t row${printer.to}) { row_alone(a, row${printer.passed}); }
% for _, situation in ipairs(kernel.situations) do
%   item(situation.name)
/* ${print.situation(situation)}, of a block that has begun; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *args, size_t row, size_t end${printer.to})
{
    const ln_args copy = *args, *const a = &copy; /* no store can change it */
    ${print.taken_rows(printer, situation.way, ", 0" .. printer.passed)}
    return row;
}
% end
