% -- SPDX-License-Identifier: MIT
% -- rows.c: the rows of each array, as pointers
% for _, array in ipairs(kernel.arrays) do
%   local type, constant = spell.row_type(array)
%   local pointer = (constant and "const " or "") .. type .. " *"
%   item("row_" .. array)
FN ${pointer}row_${array}(const ln_args *a, size_t row)
{
    return (${pointer})row_of(a->${array}, row * a->${array}_stride, sizeof(${type}));
}
% end
