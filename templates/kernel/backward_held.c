% -- SPDX-License-Identifier: MIT
% -- backward_held.c: narrow rows that are read once: registers hold xhat, g and the sums over rows of all columns
% local sums, params, centred = spell.sums, gradients.params, spell.centred
% local count, lanes = spec.width // target.lanes, target.lanes
% local function at(array) return ("%s + %d * k"):format(array, lanes) end
% include "kernel/folded.c"
% include "kernel/backward_taken.c"
% item "take_row"
% local gamma = gradients.holds_gamma
% local taken, chains, added = gamma and ", const V *gm" or "", {}, {}
% for i, k in ipairs(params) do taken, added[i] = taken .. ", V *" .. k, "&" .. k .. "[k]" end
% for i, k in ipairs(sums) do chains[i] = ("&%s[k%s]"):format(k, count > 4 and " % 4" or "") end
/* Reads a row; adds to ${printer.named}. */
FN Taken take_row(const ln_args *a, size_t row${taken})
{
    ${print.taken_inputs(printer)}
    V ${table.concat(sums, "[4], ")}[4];
    Taken of;

    UNROLL for (size_t k = 0; k < ${count}; k++) {
        const V v = ${spell.load(at "dy")};
        of.xhat[k] = normalised(${spell.load(at "x")}, ${centred and "m, " or ""}r);
        of.g[k] = scaled(v, ${gamma and "gm[k]" or print.gamma_of(printer, at "gamma")});
        add_taken(of.xhat[k], of.g[k], v, ${count > 4 and "k < 4" or "1"}, ${table.concat(chains, ", ")}, ${table.concat(added, ", ")});
    }
    ${print.scalars_taken(printer, "folded(s)", "folded(q)")}
    return of;
}
% include "kernel/backward_write_taken.c"
% local passed = (gamma and ", gm" or "") .. (params[2] and ", dg, db" or ", dg")
% item "row_alone"
/* A single row that begins a block. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
    ${print.held_begun(printer, "settled(zero())")}
    const Taken of = take_row(a, row${passed});
    write_row(a, row, &of);
    ${print.held_stored(printer)}
}
% for _, situation in ipairs(kernel.situations) do
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row that is left. */
NOINLINE size_t ${situation.name}(const ln_args *args, size_t row, size_t end${printer.to})
{
    const ln_args copy = *args, *const a = &copy; /* no store can change it */
    const int fresh = ${print.fresh(printer, "row")}; /* the first rows of a block */
    ${print.held_begun(printer, "begun($place, fresh)")}
    ${print.taken_rows(printer, situation.way, passed)}
    ${print.held_stored(printer)}
    return row;
}
% end
