/* SPDX-License-Identifier: MIT */
/* alike.c - compares what every kernel of a table gives with what the kernels in plain C give, byte by byte.
 *
 *     alike ISA
 *
 * Other tests compare kernels with the reference on many more batches. This one is for any spec, and short enough for
 * an emulated processor: a second for each set of kernels elsewhere. Each batch has rows of several classes, and comes
 * through the caches and past them. The exit status is 77 when this processor lacks the instruction set. With
 * LN_TEST_F16_HALFWAY=no, kernels that round to f16 are left out: for emulators that round floats halfway between two
 * f16 the wrong way. */
#include "batches.h"
#include "check.h"
#include "isas.h"
#include "ln.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;
static unsigned long calls, differ;

static int rounds_to_f16(const ln_spec *s)
{
    const int bytes = s->quant != LN_QUANT_NONE && s->residual == LN_RESIDUAL_NONE && s->rounding == LN_ROUNDING_ONCE;
    return s->dtype == LN_DTYPE_F16 && s->pass != LN_PASS_STATS && !bytes;
}

/* A batch as plain C does it, then as the kernel does. */
static void compare(const ln_entry *e, const ln_entry *plain, size_t width, size_t rows)
{
    Random r = {seed * 1000003 + width};
    Batch b;
    if (!CHECK(make_batch(&b, &r, plain, width, rows)))
        return;
    unsigned char *memory = block(b.bytes), *should = block(b.bytes);
    for (int past = 0; past < 2; past++) {
        ln_arena arena;
        ln_args args;
        if (!CHECK(lay_out(&b, memory, &arena, &args)))
            break;
        memcpy(memory, b.before, b.bytes);
        args.stream = past ? LN_STREAM_ALWAYS : LN_STREAM_NEVER;
        calls++;
        const ln_status status = ln_run_threads(e, &args, rows, 1);
        if ((status || !same_results(&b, &args, memory, should)) && differ++ < 10)
            printf("%s width %zu, %zu rows, %s the caches: %s\n", e->name, width, rows, past ? "past" : "through",
                   status ? ln_status_message(status) : "other bytes than plain C");
    }
    free(memory);
    free(should);
    free_batch(&b);
}

int main(int argc, char **argv)
{
    static const size_t any_widths[] = {1, 3, 17, 70, 515, 1100}, row_counts[] = {1, 7, 37};
    ln_isa isa;
    const int ended = isa_argument(argc, argv, "alike", &isa);
    if (ended)
        return ended;
    seed = test_seed();
    const char *compared = getenv("LN_TEST_F16_HALFWAY");
    const int without_f16 = compared && strcmp(compared, "no") == 0;
    size_t count, kernels = 0, left_out = 0;
    const ln_entry *table = ln_table(&count);
    for (const ln_entry *e = table; e < table + count; e++) {
        if (e->isa != isa)
            continue;
        if (without_f16 && rounds_to_f16(&e->spec)) {
            left_out++;
            continue;
        }
        kernels++;
        for (size_t w = 0; w < (e->spec.width ? 1 : sizeof any_widths / sizeof any_widths[0]); w++) {
            ln_spec spec = e->spec;
            spec.width = e->spec.width ? e->spec.width : any_widths[w];
            const ln_entry *plain = ln_find_isa(spec, LN_ISA_SCALAR, NULL);
            if (CHECK(plain && plain->isa == LN_ISA_SCALAR))
                for (size_t k = 0; k < sizeof row_counts / sizeof row_counts[0]; k++)
                    compare(e, plain, spec.width, row_counts[k]);
        }
    }
    CHECK(kernels + left_out > 0 && differ == 0);
    printf("%s: %zu kernels, %lu calls, %lu differ from plain C", argv[1], kernels, calls, differ);
    printf(left_out ? "; %zu kernels that round to f16 left out\n" : "\n", left_out);
    return check_status();
}
