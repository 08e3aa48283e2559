/* SPDX-License-Identifier: MIT */
#include "ln.h"
#include <stdio.h>

int main(void)
{
    static float x[4 * 768], y[4 * 768], weight[768], bias[768]; /* four rows of 768 */
    for (int i = 0; i < 4 * 768; i++)
        x[i] = (float)(i % 7), weight[i % 768] = 1;
    const ln_entry *norm = ln_find((ln_spec){.width = 768}, NULL); /* LayerNorm, f32 */
    ln_args args = {
        .width = 768, .x_stride = 768, .y_stride = 768, .x = x, .y = y, .gamma = weight, .beta = bias, .eps = 1e-5f};
    ln_status status = ln_run(norm, &args, 4);
    printf("%s: %s, y[0] = %g\n", norm ? norm->name : "none", ln_status_message(status), (double)y[0]);
    return status != LN_OK;
}
