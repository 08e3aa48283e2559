% -- SPDX-License-Identifier: MIT
% -- whole.c: part of functions: what the sums of rows are finished with, whose width is an argument
% local apply = spec.pass == "apply"
% local whole = apply and "whole" or "(double)n"
% if apply then
    const double whole = (double)a->whole_width;
% end
    const double width_inverse = 1.0 / ${whole};
% if spell.centred then
    const double limit = ${apply and "whole" or "n"} > 4 ? (0.5 - 2.0 / ${whole}) / ${whole} : 0.0;
% end
