% -- SPDX-License-Identifier: MIT
% -- backward_alone.c: a single row of tiles that begins a block of rows
% local array = ("const %s *x, const %s *dy, const %s *gamma"):format(spell.element, spell.element, spell.parameter)
% local chains = spell.centred and "V m, V r, int first, V *s, V *q" or "V r, int first, V *q"
% local holds = print.holds_row(printer)
% item "take_new"
/* Takes a register with which ${printer.named} begin${spell.beta and "" or "s"}${holds and "; leaves its xhat and g" or ""}. */
FN void take_new(${array}${printer.to}, ${chains}${holds and ", V *xhat, V *g" or ""})
{
    V ${spell.beta and "dg = settled(zero()), db = settled(zero())" or "dg = settled(zero())"};
    const V v = ${spell.load("dy")};
%   local xhat = ("normalised(%s, %s)"):format(spell.load("x"), spell.centred and "m, r" or "r")
%   local g = ("scaled(v, %s)"):format(print.gamma_of(printer, "gamma"))
%   if holds then
    *xhat = ${xhat};
    *g = ${g};
%   end
    add_taken(${holds and "*xhat, *g" or xhat .. ", " .. g}, v, first, ${spell.centred and "s, q" or "q"}, ${spell.beta and "&dg, &db" or "&dg"});
    store(dgamma, dg);
%   if spell.beta then
    store(dbeta, db);
%   end
}
% item "row_alone"
/* A single row that begins a block${holds and ": xhat and g stay in registers" or ""}. */
FN void row_alone(const ln_args *a, size_t row${printer.to})
{
    ${print.gamma_pointer(printer)}
    ${print.row_pointer(printer, "x", "row")}
    ${print.row_pointer(printer, "dy", "row")}
    ${print.row_pointer(printer, "dx", "row")}
    const V ${spell.centred and "m = splat(a->mean[row]), " or ""}r = splat(a->rstd[row]);
    V ${print.chains(printer)};
    V ${print.lanes_declared(printer)};
%   local count = spec.width // target.lanes
%   if holds then
    V xhat[${count}], g[${count}];
%   end

    ${print.one_sums(printer)}
%   for i, k in ipairs(spell.sums) do
    const V ${spell.sums[i + 1] and "shift" or "slope"} = splat(scalar(quartered(${print.lanes(printer.order, "t" .. k)}), a->rstd[row]));
%   end
%   local statistics = spell.centred and "r, shift, slope" or "r, slope"
%   if not holds then
    barrier(); /* x and dy are read again: registers do not hold a row */
%   end
    UNROLL for (size_t k = 0; k < ${count}; k++)
%   local at = ("%d * k"):format(target.lanes)
%   local x, dy, gamma = spell.load("x + " .. at), spell.load("dy + " .. at), print.gamma_of(printer, "gamma + " .. at)
%   local m = spell.centred and "m, " or ""
%   local value = holds and ("combined(xhat[k], g[k], %s)"):format(statistics)
%     or gradients.keeps and ("combined(normalised(%s, %sr), scaled(%s, %s), %s)"):format(x, m, dy, gamma, statistics)
%     or ("gradient(%s, %s, %s, %s%s)"):format(x, dy, gamma, m, statistics)
        ${spell.store("store", "dx + " .. at, value)}
}
