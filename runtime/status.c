/* status.c - a line of English for each status. */
#include "ln.h"

static const char *const messages[LN_STATUS_COUNT] = {
    [LN_OK] = "no error",
    [LN_NULL_ENTRY] = "no kernel given: the entry is NULL",
    [LN_NULL_ARGS] = "args is NULL",
    [LN_NULL_X] = "args.x is NULL",
    [LN_NULL_Y] = "args.y is NULL",
    [LN_NULL_GAMMA] = "args.gamma is NULL, the spec has gamma",
    [LN_NULL_BETA] = "args.beta is NULL, the spec has beta",
    [LN_BAD_WIDTH] = "args.width is 0 or not the width the kernel was made for",
    [LN_BAD_X_STRIDE] = "args.x_stride is less than the width",
    [LN_BAD_Y_STRIDE] = "args.y_stride is less than the width",
    [LN_BAD_EPS] = "args.eps is negative, infinite or not a number",
    [LN_BAD_STREAM] = "args.stream is not a value of ln_stream",
    [LN_BAD_ROWS] = "the range of rows ends before it begins or after the batch",
    [LN_BAD_THREADS] = "the number of threads is negative",
    [LN_MISALIGNED] = "an array does not start at a multiple of its element's size",
    [LN_TOO_LARGE] = "the size does not fit into memory",
    [LN_OVERLAP_X] = "y overlaps x but is not x with the same stride",
    [LN_OVERLAP] = "an output overlaps another output, gamma, beta or x",
    [LN_BAD_OP] = "spec.op is not a value of ln_op",
    [LN_BAD_PASS] = "spec.pass is not a value of ln_pass",
    [LN_BAD_DTYPE] = "spec.dtype is not a value of ln_dtype",
    [LN_BAD_AFFINE] = "spec.affine is not a value of ln_affine",
    [LN_BAD_RESIDUAL] = "spec.residual is not a value of ln_residual",
    [LN_BAD_SPEC_WIDTH] = "spec.width is 0",
    [LN_BAD_ISA] = "isa is not a value of ln_isa",
    [LN_BAD_PAIR] = "spec.residual and spec.pass: there is no residual in the backward pass",
    [LN_NO_KERNEL] = "this library was built without a kernel for the spec",
    [LN_NO_MEMORY] = "the system gave no memory",
    [LN_ARENA_FULL] = "the arena is too small for another part",
    [LN_ARENA_MARK] = "the mark lies ahead of what is in use",
    [LN_ARENA_DAMAGED] = "the arena was written outside its parts",
};

const char *ln_status_message(ln_status status)
{
    return (unsigned)status < LN_STATUS_COUNT ? messages[status] : "unknown status";
}
