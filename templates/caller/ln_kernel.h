% -- ln_kernel.h: what every kernel is given, as a header of a directory
#ifndef LN_KERNEL_H
#define LN_KERNEL_H

/* What every kernel is given, and what keeps a compiler's hands off its arithmetic. */

#include <stddef.h>
#include <stdint.h>

% include "caller/precise.h"

#ifdef __cplusplus
extern "C" {
#endif

% include "caller/arguments.h"

% item "ln_kernel"
enum { LN_ADD_DX = 1, LN_ADD_PARAMS = 2, LN_BACKWARD_BLOCK = ${numerics.block_rows} };

/* Works on the rows begin .. end - 1: normalises them, or takes their statistics; backward, begin is a multiple of
 * LN_BACKWARD_BLOCK, end another or the last. */
typedef void ln_kernel(const ln_args *args, size_t begin, size_t end);

#ifdef __cplusplus
}
#endif

#endif
