% -- SPDX-License-Identifier: MIT
% -- rows.c: the rows of each array, as pointers
% for _, array in ipairs(arrays) do
%   local const = (array == "x" or array == "residual" or array == "dy") and "const " or ""
%   local type = const .. (array:find("^y") and spell.output or spell.element)
%   item("row_" .. array)
FN ${type} *row_${array}(const ln_args *a, size_t row)
{
    return (${type} *)row_of(a->${array}, row * a->${array}_stride, sizeof(${(type:gsub("^const ", ""))}));
}
% end
