% -- SPDX-License-Identifier: MIT
% -- arguments.h: the structs that kernels and their callers share; part of ln_kernel.h and of single.h
% if has.stats then
% item "ln_stats"
/* Statistics of a row, or of the piece of one that lies here${pair and "" or "; ln_batch.h merges those of pieces"}.
%   if has.layernorm then
 * LayerNorm: the mean, and the sum of (x - mean)^2.
%   end
%   if has.rmsnorm then
 * RMSNorm: 0, and the sum of x^2.
%   end
%   if has.layernorm then
 * Pieces a and b of n and m elements make mean = mean_a + d*m/(n + m) and m2 = m2_a + m2_b + d*d*n*m/(n + m), where
 * d = mean_b - mean_a.
%   else
 * The sums of pieces are added.
%   end
 */
typedef struct ln_stats {
    double mean, m2;
} ln_stats;

% end
% item "ln_args"
% if pair then
/* Arguments of the functions below. What an operation does not have is ignored.
% else
/* Arguments of a kernel. Kernels check nothing; ln.h is the checked door. What a spec does not have is ignored.
% end
 *
% if not has.y then
 * x             [rows][width], rows x_stride elements apart
% elseif not has.int8 then
 * x, y          [rows][width], rows x_stride and y_stride elements apart; y == x is allowed with equal strides
% elseif not has.x_output then
 * x, y          [rows][width], rows x_stride and y_stride elements apart; y is int8_t
% else
 * x, y          [rows][width], rows x_stride and y_stride elements apart; y == x is allowed with equal strides, but for
 *               int8 output, where y is int8_t
% end
% if has.gamma then
%   local type = not has.own_parameters and "elements of x's type" or not has.x_parameters and "of float"
%     or "elements of x's type, or float when the spec says so"
 * ${has.beta and "gamma, beta  " or "gamma        "} [width], ${type}
%   if has.one_more then
 *               norms with gamma1 or full1 in their names multiply by 1 + gamma
%   end
% end
% if has.residual then
 * residual      [rows][width], added to x before the norm; x + residual is rounded to the element type
%   if has.x_output then
 *               y may be residual with an equal stride
%   end
% end
% if has.sum then
 * sum           [rows][width], where x + residual is written; may be x or residual with an equal stride
% end
% if has.rstd then
 * ${has.mean and "mean, rstd   " or "rstd         "} [rows] of float, written when not NULL
% end
% if has.gives_stats and not has.y and not has.backward then
 * eps, stream   not used for statistics alone, but checked: eps is finite and >= 0, stream is 0, 1, 2 or 3
% else
%   if has.layernorm then
 * eps           added to the variance, in units of x squared, >= 0
%   else
 * eps           added to the average of x squared, >= 0
%   end
%   local cold = has.y and "where no cache holds x or y and nothing reads y soon" or "where no cache holds x"
 * stream        how rows are written. 1: past the caches; 2: through them; 0: as the size of the batch says; 3: as is
%   if pair then
 *               best ${cold}
%   else
 *               best ${cold}. A kernel called directly takes 0 and 3 as 2
%   end
% end
% if has.bias then
 * bias          [width], elements of x's type, added to x before the residual; x + bias is rounded to that type
% end
% if has.scale then
 * scale         [rows], int8 output: the scale of each row, that is its largest magnitude before rounding / 127; 0 for
 *               a row below 2^-119, infinity for one with an infinity, NaN for one with a NaN
% end
% if has.static_scale then
 * static_scale  int8 output with one scale for all rows: that scale, at least FLT_MIN and finite; what is beyond 127
 *               times the scale becomes 127 with its sign
% end
% if has.int8 then
 *               An element q of y, -127 to 127, stands for q times the scale; there is no zero point.
% end
% if has.y2 then
 * y2            [rows][width], rows y2_stride elements apart: the second norm of the same rows; may be x as y may
%   if has.beta2 then
 * gamma2, beta2 [width], its parameters
%   else
 * gamma2        [width], its parameter
%   end
% end
% if has.gives_stats and has.whole_width then
 * stats         [rows] of statistics: pass stats writes those of the width elements here, pass apply reads those of
 *               whole rows
% elseif has.gives_stats then
 * stats         [rows] of statistics of the width elements here, which are written
% elseif has.whole_width then
 * stats         [rows] of statistics of whole rows
% end
% if has.whole_width then
 * whole_width   pass apply: elements of a whole row, of which width are here; >= width
% end
% if has.backward then
 *
%   local columns = numerics.sum_columns
%   local inputs = has.mean and "mean and rstd are inputs" or "rstd is an input"
%   local unused = pair and "" or ", and y, beta and eps are not used" -- a pair says what its functions read
 * Backward, where ${inputs}, as the forward pass stored ${has.mean and "them" or "it"}${unused}:
 * dy, dx        [rows][width], rows dy_stride and dx_stride elements apart; dx may be dy or x with an equal stride,
 *               unless it is added to
%   if has.dgamma then
 * ${has.dbeta and "dgamma, dbeta" or "dgamma       "} [width] of float whatever x's type is: sums over the rows
%   end
 * accumulate    ${U}_ADD_DX, ${U}_ADD_PARAMS, both or 0: what is added to rather than replaced
%   if has.workspace then
%     local sums = has.dbeta and "1 or 2" or "1"
 * workspace     [blocks][${sums}][width] of float, width padded to a multiple of ${columns}: sums over each block of
%     if pair then
 *               ${U}_BACKWARD_BLOCK rows
%     else
 *               ${U}_BACKWARD_BLOCK rows, dgamma's before dbeta's. A kernel that gets none (NULL) adds row after row to
 *               dgamma and dbeta themselves
%     end
 * workspace_bytes  its size
%   end
%   if pair then
 * reduce_rows   for the functions' own use
%   else
 * reduce_rows   set for kernels only: not 0, rows of a batch whose blocks are all in the workspace; instead of rows,
 *               the columns begin .. end - 1 of dgamma and dbeta are finished; begin is a multiple of ${columns}
%   end
% end
 */
typedef struct ln_args {
% for _, member in ipairs(members) do
    ${member}
% end
} ln_args;

% if has.heads then
% item "ln_heads"
/* Where heads lie within a token, in elements, for norms over each head of each token; ln_args then describes tokens:
 * rows are heads of `width` elements, x_stride and y_stride lie between tokens.
 *
 * heads         in each token, >= 1
 * x_head        from one head of x to the next, >= width
 * y_head        the same of y
% if has.beta then
 * gamma_head    from the gamma of one head to that of the next, and the same of beta; 0: all heads share one
% elseif has.gamma then
 * gamma_head    from the gamma of one head to that of the next; 0: all heads share one
% else
 * gamma_head    not used; 0
% end
 */
typedef struct ln_heads {
    size_t heads, x_head, y_head, gamma_head;
} ln_heads;
% end
