% -- SPDX-License-Identifier: MIT
% -- slow.c: rows that float cannot hold, in double; any width
% local T, O = spell.element, spell.output
#include "ln_scalar.h"

ln_kernel ${slow};

% item "product"
/* a * b, never contracted into a following addition */
FN double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

% if spell.dynamic then include "kernel/quantise.c" end
% item(slow)
% if spec.pass == "stats" then
/* Computes the statistics of rows that float cannot hold, or that hold NaN, in double. */
% else
/* Normalises rows whose ${spell.centred and "variance" or "mean square"} is too large or too small for float, or is NaN: in double, rounded once.
% if spell.centred then
 * Rows with NaN or an infinity give NaN. A row whose variance plus eps is 0 has rstd 0. */
% else
 * Rows with NaN give NaN; with an infinity rstd is 0 and finite elements give 0. A row whose mean square plus eps is 0
 * has rstd 0. */
% end
% end
KERNEL void ${slow}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
    ${print.parameter_pointers(printer)}
    ${print.bias_pointer(printer)}
% if spell.quantises and not spell.dynamic then
    const float inverse = 1.0f / a->static_scale;
% end

    for (size_t row = begin; row < end; row++) {
        const ${T} *x = (const ${T} *)a->x + row * a->x_stride;
% if spell.adds then
        const ${T} *z = (const ${T} *)a->residual + row * a->residual_stride;
% end
% if spec.pass ~= "stats" then
%   for _, output in ipairs(spell.outputs) do
        ${O} *${output.name} = (${O} *)a->${output.name} + row * a->${output.stride};
%   end
% end

% -- the element that is normalised, in double
% local function element() return spell.exact_input("x", "z", "bias") end
% if spec.pass == "apply" then
        const double ${spell.centred and "mean = a->stats[row].mean, " or ""}squares = a->stats[row].m2;
% else
        double squares = 0;
%   if spell.centred then
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += ${element()};
        const double mean = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += product(${element()} - mean, ${element()} - mean);
%   else
        for (size_t i = 0; i < n; i++)
            squares += product(${element()}, ${element()});
%   end
% end
% if spec.pass == "stats" then
        a->stats[row].mean = ${spell.centred and "mean" or "0"};
        a->stats[row].m2 = squares;
% else
        const double v = squares / (double)${spec.pass == "apply" and "a->whole_width" or "n"} + (double)a->eps;
        const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
% local function normalised()
%   return ("product(%s%s, rstd)"):format(element(), spell.centred and " - mean" or "")
% end
% if spell.dynamic then
        float largest = 0;
        for (size_t i = 0; i < n; i++) {
            const double t = ${normalised()};
            largest = max_magnitude(largest, (float)(${spell.exact_scaled("t", "gamma", "beta")}));
        }
        const float inverse = quantise_scale(a->scale + row, largest);
% end
        for (size_t i = 0; i < n; i++) {
            const double t = ${spell.exact_normalised(normalised())};
% for k, output in ipairs(spell.outputs) do
%   local number = k > 1 and k or ""
            ${output.name}[i] = ${spell.exact_stored(spell.exact_scaled("t", "gamma" .. number, "beta" .. number), "inverse")};
% end
        }
% if spell.centred then
        if (a->mean)
            a->mean[row] = (float)mean;
% end
        if (a->rstd)
            a->rstd[row] = (float)rstd;
% end
    }
    leave(saved);
}
