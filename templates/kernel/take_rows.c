% -- SPDX-License-Identifier: MIT
% -- take_rows.c: part of finish.c: the sums of the rows
% local r, plus = rows > 1 and "r" or "0", rows > 1 and " + r" or ""
% local indent = rows > 1 and "    " or ""
% if spec.pass == "apply" then
    const ${finish.sums} *sums = a->stats + row;
% else
    Sums sums[${rows}];
%   if rows > 1 then
    ${(sums.called or rows * spec.width > 1024) and "" or "UNROLL "}for (size_t r = 0; r < ${rows}; r++)
%   end
%   if sums.called then
    ${indent}sum_row${suffix}(a, row${plus}, &sums[${r}]);
%   else
    ${indent}sums[${r}] = take_sums${suffix}(a, row${plus}${kernel.pilot and ", NULL" or ""});
%   end
% end
