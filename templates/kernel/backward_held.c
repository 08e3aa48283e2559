% -- SPDX-License-Identifier: MIT
% -- backward_held.c: narrow rows that are read once: registers hold xhat, g and the sums over rows of all columns
% local sums, params, centred = spell.sums, gradients.params, spell.centred
% local count, lanes = spec.width // target.lanes, target.lanes
% local function at(array) return ("%s + %d * k"):format(array, lanes) end
% include "kernel/folded.c"
% item "Held"
/* A row between its sums and its gradient: ${printer.formula}. */
typedef struct {
    V xhat[${count}], g[${count}], ${centred and "rstd, shift, slope" or "rstd, slope"};
} Held;
% item "take_row"
% local gamma_held = gradients.holds_gamma
% local taken, chains, added = gamma_held and ", const V *gm" or "", {}, {}
% for i, k in ipairs(params) do taken, added[i] = taken .. ", V *" .. k, "&" .. k .. "[k]" end
% for i, k in ipairs(sums) do chains[i] = ("&%s[k%s]"):format(k, count > 4 and " % 4" or "") end
/* Reads a row; adds to ${printer.named}. */
FN Held take_row(const ln_args *a, size_t row${taken})
{
% if not gamma_held then
    ${print.gamma_pointer(printer)}
% end
    ${print.row_pointer(printer, "x", "row")}
    ${print.row_pointer(printer, "dy", "row")}
    const ${centred and "V m = splat(a->mean[row])" or "float scale = a->rstd[row] * -WIDTH_INVERSE"};
    V ${table.concat(sums, "[4], ")}[4];
    Held h;

    h.rstd = splat(a->rstd[row]);
    UNROLL for (size_t k = 0; k < ${count}; k++) {
        const V v = ${spell.load(at "dy")};
        h.xhat[k] = normalised(${spell.load(at "x")}, ${centred and "m, " or ""}h.rstd);
        h.g[k] = scaled(v, ${gamma_held and "gm[k]" or print.gamma_of(printer, at "gamma")});
        add_taken(h.xhat[k], h.g[k], v, ${count > 4 and "k < 4" or "1"}, ${table.concat(chains, ", ")}, ${table.concat(added, ", ")});
    }
% if centred then
    const V totals = total_both(folded(s), folded(q), h.rstd, -WIDTH_INVERSE);
    h.shift = splat_lower(totals);
    h.slope = splat_upper(totals);
% else
    h.slope = splat((qtotal(quartered(folded(q))) + 0.0f) * scale); /* -0 becomes 0 */
% end
    return h;
}
% local passed = (gamma_held and ", gm" or "") .. (params[2] and ", dg, db" or ", dg")
% local combined = ("combined(h.xhat[k], h.g[k], %s)"):format(centred and "h.rstd, h.shift, h.slope" or "h.rstd, h.slope")
% local registers = params[2] and ("dg[%d], db[%d]"):format(count, count) or ("dg[%d]"):format(count)
% if gamma_held then registers = registers .. (", gm[%d]"):format(count) end
% item "row_alone"
/* A single row that begins a block. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
    ${print.row_pointer(printer, "dx", "row")}
% if gamma_held then
    ${print.gamma_pointer(printer)}
% end
    V ${registers};

    ${print.held_sums(printer, "$register = settled(zero());", gamma_held)}
    const Held h = take_row(a, row${passed});
    UNROLL for (size_t k = 0; k < ${count}; k++)
        ${spell.store("store", at "dx", combined)}
    ${print.held_sums(printer, "store($place, $register);")}
}
% for _, situation in ipairs(kernel.situations) do
%   local verb = situation.way.store == "stream" and "stream" or "store"
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${printer.to})
{
    const int fresh = ${print.fresh(printer, "row")}; /* the first rows of a block */
% if gamma_held then
    ${print.gamma_pointer(printer)}
% end
    V ${registers};

    ${print.held_sums(printer, "$register = begun($place, fresh);", gamma_held)}
    for (; row < end; row++) {
        ${print.row_pointer(printer, "dx", "row")}
        const Held h = take_row(a, row${passed});
        UNROLL for (size_t k = 0; k < ${count}; k++)
            ${spell.store(verb, at "dx", combined)}
    }
    ${print.held_sums(printer, "store($place, $register);")}
    return row;
}
% end
