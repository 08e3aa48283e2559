/* SPDX-License-Identifier: MIT */
/* streams.c - a kernel that is called directly writes past the caches when args.stream is 1, and not when it is 0 or 2.
 *
 *     streams NAME...
 *
 * Every kernel of the table that this processor has is called; those named must write past the caches with stream 1.
 * Kernels are compiled behind streams.h, by streams.sh. Exit status 77 when this processor has none of those named. */
#include "check.h"
#include "ln.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 768, ROWS = 40, BYTES = ROWS * WIDTH * 4, ARRAYS = 14 };

unsigned long streams;

/* Arrays of zeros, each at the beginning of a cache line. */
static void *array(void)
{
    static _Alignas(64) unsigned char arrays[ARRAYS][BYTES];
    static int taken;
    if (taken == ARRAYS)
        abort();
    return arrays[taken++];
}

static ln_args arguments(void)
{
    ln_args a = {.width = WIDTH, .whole_width = WIDTH, .eps = 1e-5f, .static_scale = 0.1f};
    a.x_stride = a.y_stride = a.residual_stride = a.sum_stride = a.y2_stride = a.dy_stride = a.dx_stride = WIDTH;
    a.x = array(), a.y = array(), a.residual = array(), a.sum = array(), a.y2 = array(), a.dy = array(), a.dx = array();
    a.gamma = a.beta = a.gamma2 = a.beta2 = a.bias = array();
    a.mean = array(), a.rstd = array(), a.scale = array(), a.stats = array(), a.workspace = array();
    a.dgamma = a.dbeta = array();
    a.workspace_bytes = BYTES;
    return a;
}

static unsigned long counted(const ln_entry *entry, ln_args a, int stream)
{
    a.stream = stream;
    streams = 0;
    entry->kernel(&a, 0, ROWS);
    return streams;
}

int main(int argc, char **argv)
{
    const ln_args a = arguments();
    size_t count;
    const ln_entry *table = ln_table(&count);
    int ran = 0;
    for (size_t i = 0; i < count; i++) {
        const ln_entry *e = &table[i];
        int named = 0;
        for (int n = 1; n < argc; n++)
            named |= strcmp(e->name, argv[n]) == 0;
        if (!ln_isa_supported(e->isa))
            continue;
        const unsigned long by_default = counted(e, a, LN_STREAM_AUTO), never = counted(e, a, LN_STREAM_NEVER);
        const unsigned long always = counted(e, a, LN_STREAM_ALWAYS);
        printf("%s: %lu, %lu and %lu stores past the caches\n", e->name, by_default, always, never);
        CHECK(by_default == 0 && never == 0);
        CHECK(!named || always > 0);
        ran += named;
    }
    if (ran == 0) {
        printf("skipped: this processor has none of the kernels that write past the caches\n");
        return 77;
    }
    return check_status();
}
