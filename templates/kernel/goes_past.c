% -- SPDX-License-Identifier: MIT
% -- goes_past.c: which rows of floats loops for any width write past the caches
% item "goes_past"
% local aligned, where = "((uintptr_t)rows | stride * sizeof(float)) % 64 == 0", ""
% if passes.long then
%   aligned = ("(a->width >= %d || %s)"):format(passes.past_least, aligned)
%   where = "; short ones must begin with a line"
% end
/* Whether rows go past the caches${where}. */
FN int goes_past(const ln_args *a, const void *rows, size_t stride) { return a->stream == 1 && ${aligned}; }

