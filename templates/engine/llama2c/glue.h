% -- glue.h: llama2.c's rmsnorm, done by a pair
#ifndef ${U}_LLAMA2_H
#define ${U}_LLAMA2_H

/* Lets llama2.c run with the RMSNorm of ${P}.c. In run.c or runq.c, anywhere above forward():
 *
 *     #include "${P}_llama2.h"
 *
 * Calls below that line go to the function here; llama2.c's own stays as it is. The make line does not change: make run.
 * With other options of the compiler, leave -lm as it is. */
% include "engine/pair.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

% include "engine/stop.h"

/* One row; llama2.c's eps is 1e-5. o may be x. */
static inline void ${P}_llama2_rmsnorm(float *o, const float *x, const float *weight, int size)
{
    if (size <= 0)
        ${P}_llama2_stop("rmsnorm", "size", "is not positive");
% for _, array in ipairs { "o", "x", "weight" } do
    ${P}_llama2_array("rmsnorm", "${array}", ${array});
% end
    ${P}_rmsnorm_f32_any(o, NULL, x, weight, 1e-5f, 1, (size_t)size);
}

% include "engine/instead.h"
#define rmsnorm(o, x, weight, size) \
    ${U}_LLAMA2_PICK(${U}_LLAMA2_IN_##size, rmsnorm, ${P}_llama2_rmsnorm, 0) \
    (o, x, weight, size)

#endif
