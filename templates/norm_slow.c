% -- norm_slow.c: rows that float cannot hold, in double; any width
% local T = words.element
% local from = spec.dtype == "f32" and "(double)%s" or "(double)from_" .. spec.dtype .. "(%s)"
% local to = spec.dtype == "f32" and "(float)(%s)" or "to_" .. spec.dtype .. "((float)(%s))"
% local function value(text) return from:format(text) end
% local function stored(text) return to:format(text) end
#include "ln_scalar.h"

/* A row whose variance overflows in float, loses itself, or is not a number: everything in double, rounded once.
% if words.centred then
 * Rows with NaN or an infinity give NaN. A row whose variance plus eps is 0 has rstd 0. */
% else
 * Rows with NaN give NaN; with an infinity rstd is 0 and finite elements give 0. A row whose mean square plus eps is 0
 * has rstd 0. */
% end

ln_kernel ln_${family}_slow;

/* a * b, never contracted into a following addition */
FN double product(double a, double b)
{
    volatile double p = a * b;
    return p;
}

KERNEL void ln_${family}_slow(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
% for _, parameter in ipairs { words.gamma and "gamma", words.beta and "beta" } do
%   if parameter then
    const ${T} *${parameter} = (const ${T} *)a->${parameter};
%   end
% end

    for (size_t row = begin; row < end; row++) {
        const ${T} *x = (const ${T} *)a->x + row * a->x_stride;
% if words.adds then
        const ${T} *z = (const ${T} *)a->residual + row * a->residual_stride;
% end
        ${T} *y = (${T} *)a->y + row * a->y_stride;

% -- the element that is normalised, in double
% local function element() return words.adds and ("(double)%s"):format(words.input("x + i", "z + i")) or value("x[i]") end
        double squares = 0;
% if words.centred then
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += ${element()};
        const double mean = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += product(${element()} - mean, ${element()} - mean);
% else
        for (size_t i = 0; i < n; i++)
            squares += product(${element()}, ${element()});
% end
        const double v = squares / (double)n + (double)a->eps;
        const double rstd = v == 0 ? 0 : 1.0 / sqrt(v);
        for (size_t i = 0; i < n; i++) {
            const double t = product(${element()}${words.centred and " - mean" or ""}, rstd);
% if spec.affine == "full" then
            y[i] = ${stored(("product(t, %s) + %s"):format(value("gamma[i]"), value("beta[i]")))};
% elseif spec.affine == "gamma" then
            y[i] = ${stored(("product(t, %s)"):format(value("gamma[i]")))};
% elseif spec.affine == "gamma1" then
            y[i] = ${stored(("product(t, 1.0 + %s)"):format(value("gamma[i]")))};
% else
            y[i] = ${stored("t")};
% end
        }
% if words.centred then
        if (a->mean)
            a->mean[row] = (float)mean;
% end
        if (a->rstd)
            a->rstd[row] = (float)rstd;
    }
    leave(saved);
}
