-- SPDX-License-Identifier: MIT
-- status.lua: what can be wrong with arguments, in one list: the statuses of the runtime in the order of their numbers,
-- each with its line of English, and the statuses of a single-file pair, which stand for several of them.
local spec = require "spec.spec"

local status = {}

-- Those of the runtime: name without LN_, text, and which status of a pair it is there, for those that callers share.
status.list = {}
local function add(name, text, pair) table.insert(status.list, { name = name, text = text, pair = pair }) end

add("OK", "no error", "OK")
add("NULL_ENTRY", "no kernel given: the entry is NULL")
add("NULL_ARGS", "args is NULL", "NULL")
add("NULL_X", "args.x is NULL", "NULL")
add("NULL_Y", "args.y is NULL", "NULL")
add("NULL_GAMMA", "args.gamma is NULL, the spec has gamma", "NULL")
add("NULL_BETA", "args.beta is NULL, the spec has beta", "NULL")
add("NULL_RESIDUAL", "args.residual is NULL, the spec has a residual", "NULL")
add("NULL_SUM", "args.sum is NULL, the spec writes x + residual", "NULL")
add("NULL_BIAS", "args.bias is NULL, the spec adds a bias", "NULL")
add("NULL_SCALE", "args.scale is NULL, the spec writes a scale for each row", "NULL")
add("NULL_Y2", "args.y2 is NULL, the spec writes two norms", "NULL")
add("NULL_GAMMA2", "args.gamma2 is NULL, the spec writes two norms", "NULL")
add("NULL_BETA2", "args.beta2 is NULL, the spec writes two norms with beta", "NULL")
add("NULL_STATS", "args.stats is NULL, or the statistics to merge are", "NULL")
add("NULL_HEADS", "heads is NULL", "NULL")
add("NULL_WIDTHS", "widths is NULL", "NULL")
add("BAD_WIDTH", "args.width is 0 or not the width the kernel was made for", "WIDTH")
add("BAD_X_STRIDE", "args.x_stride is less than the width, or than all heads of a token take", "STRIDE")
add("BAD_Y_STRIDE", "args.y_stride is less than the width, or than all heads of a token take", "STRIDE")
add("BAD_RESIDUAL_STRIDE", "args.residual_stride is less than the width", "STRIDE")
add("BAD_SUM_STRIDE", "args.sum_stride is less than the width", "STRIDE")
add("BAD_Y2_STRIDE", "args.y2_stride is less than the width", "STRIDE")
add("BAD_STATIC_SCALE", "args.static_scale is below FLT_MIN, infinite or not a number", "SCALE")
add("BAD_WHOLE_WIDTH", "args.whole_width is less than args.width", "WIDTH")
add("BAD_HEADS", "heads->heads is 0", "WIDTH")
add("BAD_HEAD_STRIDE", "heads->x_head or y_head is less than the width", "STRIDE")
add("BAD_GAMMA_STRIDE", "heads->gamma_head is less than the width but not 0", "STRIDE")
add("BAD_PARTS", "there are no parts to merge, or no elements in them", "WIDTH")
add("BAD_EPS", "args.eps is negative, infinite or not a number", "EPS")
add("BAD_STREAM", "args.stream is not a value of ln_stream", "STREAM")
add("BAD_ROWS", "the range of rows ends before it begins or after the batch", "ROWS")
add("BAD_THREADS", "the number of threads is negative, or more than LN_THREADS_AWAKE")
add("MISALIGNED", "an array does not start at a multiple of its element's size", "ALIGNMENT")
add("TOO_LARGE", "the size does not fit into memory", "SIZE")
add("OVERLAP_X", "y overlaps x but is not x with the same stride", "OVERLAP")
add("OVERLAP", "an output overlaps another output, gamma, beta or an input", "OVERLAP")
for _, member in ipairs(spec.members) do
  if member ~= "width" then
    add("BAD_" .. member:upper(), ("spec.%s is not a value of ln_%s"):format(member, member))
  end
end
add("BAD_SPEC_WIDTH", "spec.width is 0")
add("BAD_ISA", "isa is not a value of ln_isa")
for _, p in ipairs(spec.excluded) do
  add("PAIR_" .. p.name:upper(), ("spec.%s and spec.%s: %s"):format(p.a[1], p.b[1], p.why))
end
add("NULL_DY", "args.dy is NULL", "NULL")
add("NULL_DX", "args.dx is NULL", "NULL")
add("NULL_MEAN", "args.mean is NULL, the backward pass reads it", "NULL")
add("NULL_RSTD", "args.rstd is NULL, the backward pass reads it", "NULL")
add("NULL_DGAMMA", "args.dgamma is NULL, the spec has gamma", "NULL")
add("NULL_DBETA", "args.dbeta is NULL, the spec has beta", "NULL")
add("NULL_WORKSPACE", "args.workspace is NULL, the spec has gamma", "NULL")
add("BAD_DY_STRIDE", "args.dy_stride is less than the width", "STRIDE")
add("BAD_DX_STRIDE", "args.dx_stride is less than the width", "STRIDE")
add("BAD_ACCUMULATE", "args.accumulate is not LN_ADD_DX, LN_ADD_PARAMS, both or 0", "ACCUMULATE")
add("SMALL_WORKSPACE", "args.workspace_bytes is less than ln_workspace_bytes says", "WORKSPACE")
add("BAD_BLOCK", "the range of rows does not begin and end at multiples of LN_BACKWARD_BLOCK", "ROWS")
add("NOT_BACKWARD", "the entry is not of the backward pass")
add("HEADS_SPEC", "heads are normalised by one norm of the forward pass, without a residual and not quantised")
add("NO_KERNEL", "this library was built without a kernel for the spec")
add("NO_MEMORY", "the system gave no memory")
add("ARENA_FULL", "the arena is too small for another part")
add("ARENA_MARK", "the mark is not of what is taken now")
add("ARENA_DAMAGED", "the arena was written outside its parts")

-- Those of a pair, in the order of their numbers: { name, text }. `has` says what the pair holds, as
-- arguments.of gives it; U is the prefix.
function status.of_pair(has, U)
  local list = {}
  local function pair(name, text) list[#list + 1] = { name = U .. "_" .. name, text = text } end
  pair("OK", "done")
  pair("NULL", "the struct, or an array that the operation needs, is NULL")
  pair("WIDTH", (has.heads and "width or the number of heads is 0" or "width is 0")
    .. (has.whole_width and ", or whole_width is less than width" or "")
    .. (has.stats and ", or there is nothing to merge" or ""))
  pair("STRIDE", "a stride is less than width" .. (has.heads and ", or a token's less than all of its heads" or ""))
  if has.eps then pair("EPS", "eps is negative, infinite or not a number") end
  pair("STREAM", "stream is not 0, 1, 2 or 3")
  pair("ROWS", "begin is past end, or end past rows"
    .. (has.backward and ", or a range for gradients cuts a block of rows" or ""))
  pair("SIZE", "more elements than memory can hold")
  pair("ALIGNMENT", "an array does not start at a multiple of its elements' size")
  pair("OVERLAP", "an output shares elements with another array where it may not")
  if has.static_scale then pair("SCALE", "static_scale is below FLT_MIN, infinite or not a number") end
  if has.backward then
    pair("ACCUMULATE", ("accumulate is not %s_ADD_DX, %s_ADD_PARAMS, both or 0"):format(U, U))
  end
  if has.workspace then pair("WORKSPACE", "workspace_bytes is too small") end
  return list
end

return status
