% -- SPDX-License-Identifier: MIT
% -- backward.h: part of single.h, the gradients
% local xhat, statistics = "x*rstd", "rstd           [rows], as the forward functions store it"
% if has.mean then
%   xhat, statistics = "(x - mean)*rstd", "mean, rstd     [rows], as the forward functions store them"
% end
/* Gradients of packed rows, on the calling thread, unchecked. With xhat = ${xhat}, g = dy times the gain, and
 * averages over the row:
 *
% if has.mean and has.rmsnorm then
 *     dx = rstd*(g - average(g) - xhat*average(g*xhat))      RMSNorm: xhat = x*rstd, and no average(g)
% elseif has.mean then
 *     dx = rstd*(g - average(g) - xhat*average(g*xhat))
% else
 *     dx = rstd*(g - xhat*average(g*xhat))
% end
% if has.dbeta then
 *     dgamma = sum over rows of dy*xhat      dbeta = sum over rows of dy      both are replaced
% elseif has.dgamma then
 *     dgamma = sum over rows of dy*xhat      it is replaced
% end
 *
 * dx, dy, x      [rows][width]; dx may be dy or x, partial overlap is not allowed
 * ${statistics}
% if has.dgamma then
 * ${has.dbeta and "dgamma, dbeta " or "dgamma        "} [width] of float, whatever the type of the rows
 * workspace      as many bytes as ..._workspace(width, rows) says, SIZE_MAX for too many; aligned as floats are;
 *                no need to clear it, no overlap with anything
% end
 */
% for _, f in ipairs(backward_functions) do
${f.declaration};
% end
% for _, f in ipairs(backward) do
%   if f.spell.gamma then
size_t ${P}_${f.name}_workspace(size_t width, size_t rows);
%   end
% end

/* In ${P}_args.accumulate: what is added to what is there, dx or the gradients of parameters. And how many rows are
 * summed at a time, in an order that does not depend on threads. */
enum { ${U}_ADD_DX = 1, ${U}_ADD_PARAMS = 2, ${U}_BACKWARD_BLOCK = ${numerics.block_rows} };

% for _, f in ipairs(backward) do
%   local reads = { "rstd" }
%   if f.spell.centred then table.insert(reads, 1, "mean") end
%   if f.spell.gamma then reads[#reads + 1] = f.spell.beta and "gamma, dgamma, dbeta" or "gamma, dgamma" end
${layout.filled(f.title .. ".", " * ", "/* ")}
 * All rows of a batch, over OpenMP's threads as above; and for callers with a thread pool the rows begin .. end - 1,
 * both multiples of ${U}_BACKWARD_BLOCK unless end is `rows`, and ..._finish once all rows are done.
 * The sums over no rows are 0.
%   local read = ("They read width, x, dy, dx and their strides, %s, accumulate%s and stream."):format(
%     table.concat(reads, ", "), f.spell.gamma and ", workspace and its size" or "")
${layout.filled(("%s %s; other widths take loops. */"):format(read, f.widths), " * ")}
${entry(f.name .. "_batch", ";", "const " .. P .. "_args *args", "size_t rows")}
${entry(f.name .. "_rows", ";", "const " .. P .. "_args *args", "size_t rows", "size_t begin", "size_t end")}
${entry(f.name .. "_finish", ";", "const " .. P .. "_args *args", "size_t rows")}

% end
