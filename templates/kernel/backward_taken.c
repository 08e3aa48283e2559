% -- SPDX-License-Identifier: MIT
% -- backward_taken.c: what registers hold or carry of a row that is read and not yet written
% item "Taken"
/* A row between its sums and its gradient: ${printer.formula}. */
typedef struct {
    V ${print.taken_fields(printer)};
} Taken;
