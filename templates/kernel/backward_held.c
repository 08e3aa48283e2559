% -- SPDX-License-Identifier: MIT
% -- backward_held.c: narrow rows that are read once: registers hold xhat, g and the sums over rows of all columns
% local sums, params, centred = spell.sums, gradients.params, spell.centred
% local count, lanes = spec.width // target.lanes, target.lanes
% local function at(array) return ("%s + %d * k"):format(array, lanes) end
% include "kernel/folded.c"
% item "Taken"
/* A row between its sums and its gradient: ${printer.formula}. */
typedef struct {
    V xhat[${count}], g[${count}], ${print.taken_fields(printer)};
} Taken;
% item "take_row"
% local gamma = gradients.holds_gamma
% local taken, chains, added = gamma and ", const V *gm" or "", {}, {}
% for i, k in ipairs(params) do taken, added[i] = taken .. ", V *" .. k, "&" .. k .. "[k]" end
% for i, k in ipairs(sums) do chains[i] = ("&%s[k%s]"):format(k, count > 4 and " % 4" or "") end
/* Reads a row; adds to ${printer.named}. */
FN Taken take_row(const ln_args *a, size_t row${taken})
{
% if not gamma then
    ${print.gamma_pointer(printer)}
% end
    ${print.row_pointer(printer, "x", "row")}
    ${print.row_pointer(printer, "dy", "row")}
% if not centred then
    const float scale = a->rstd[row] * -WIDTH_INVERSE;
% end
    const V ${centred and "m = splat(a->mean[row]), " or ""}r = splat(a->rstd[row]);
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
% local registers = (gamma and "gm, dg" or "dg") .. (params[2] and ", db" or "")
% registers = registers:gsub("%a+", ("%%0[%d]"):format(count))
% item "row_alone"
/* A single row that begins a block. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
% if gamma then
    ${print.gamma_pointer(printer)}
% end
    V ${registers};

    ${print.held_sums(printer, "$register = settled(zero());", gamma)}
    const Taken of = take_row(a, row${passed});
    write_row(a, row, &of);
    ${print.held_sums(printer, "store($place, $register);")}
}
% for _, situation in ipairs(kernel.situations) do
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
    const int fresh = ${print.fresh(printer, "row")}; /* the first rows of a block */
% if gamma then
    ${print.gamma_pointer(printer)}
% end
    V ${registers};

    ${print.held_sums(printer, "$register = begun($place, fresh);", gamma)}
    ${print.taken_rows(printer, situation.way, passed)}
    ${print.held_sums(printer, "store($place, $register);")}
    return row;
}
% end
