% -- single_backward.h: part of single.h, the gradients
/* Gradients of packed rows, on the calling thread, unchecked. With xhat = (x - mean)*rstd, g = dy times the gain, and
 * averages over the row:
 *
 *     dx = rstd*(g - average(g) - xhat*average(g*xhat))      RMSNorm: xhat = x*rstd, and no average(g)
 *     dgamma = sum over rows of dy*xhat      dbeta = sum over rows of dy      both are replaced
 *
 * dx, dy, x      [rows][width]; dx may be dy or x, partial overlap is not allowed
 * mean, rstd     [rows], as the forward functions store them
 * dgamma, dbeta  [width] of float, whatever the type of the rows
 * workspace      as many bytes as ..._workspace(width, rows) says; no need to clear it, no overlap with anything */
% for _, f in ipairs(backward_functions) do
${f.declaration};
% end
% for _, f in ipairs(backward) do
%   if f.words.gamma then
size_t ${P}_${f.name}_workspace(size_t width, size_t rows);
%   end
% end

/* In ${P}_args.accumulate: dx is added to what is there, dgamma and dbeta are; and how many rows are summed at a time,
 * in an order that does not depend on threads. */
enum { ${U}_ADD_DX = 1, ${U}_ADD_PARAMS = 2, ${U}_BACKWARD_BLOCK = 32 };

% for _, f in ipairs(backward) do
/* ${f.title}.
 * All rows of a batch, over OpenMP's threads as above; and for callers with a thread pool the rows begin .. end - 1, both
 * multiples of ${U}_BACKWARD_BLOCK or the last row, dgamma and dbeta left to ..._finish once all rows are done. They read
 * width, x, dy, dx and their strides, gamma, mean, rstd, dgamma, dbeta, accumulate, stream, workspace and its size.
 * ${f.widths}, other widths take a loop. */
int ${P}_${f.name}_batch(const ${P}_args *args, size_t rows);
int ${P}_${f.name}_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end);
int ${P}_${f.name}_finish(const ${P}_args *args, size_t rows);

% end
