/* SPDX-License-Identifier: MIT */
/* contender.c - the list of contenders. */
#include "contender.h"

#include <ln.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char nothing;

void *prepare_nothing(const Contender *self, const Job *job)
{
    (void)self;
    (void)job;
    return &nothing;
}

ln_isa isa_of_cpu(void)
{
    ln_isa isa = LN_ISA_COUNT - 1;
    while (!ln_isa_supported(isa))
        isa--;
    return isa;
}

void contenders_add(Contenders *list, const Contender *contender)
{
    if (list->count == CONTENDERS_MAX) {
        fprintf(stderr, "ln_bench: more than %d contenders; give fewer --kernels\n", CONTENDERS_MAX);
        exit(3);
    }
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->at[i].name, contender->name)) {
            fprintf(stderr, "ln_bench: two contenders are '%s'; give the files of --kernels other names\n",
                    contender->name);
            exit(2);
        }
    list->at[list->count] = *contender;
    if (!contender->prepare)
        list->at[list->count].prepare = prepare_nothing;
    list->count++;
}

int is_floor(Kind kind) { return kind == KIND_FLOOR || kind == KIND_AFFINE; }

void contenders_all(Contenders *list, const struct Case *of, ln_isa cap, const char *const *kernel_files,
                    size_t kernel_file_count)
{
    Contenders *all = calloc(1, sizeof *all);
    if (!all) {
        fprintf(stderr, "ln_bench: out of memory\n");
        exit(3);
    }
    all->of = of;
    add_floors(all, cap);
    add_kernels(all);
    for (size_t i = 0; i < kernel_file_count; i++)
        add_kernel_file(all, kernel_files[i]);
    add_pairs(all, cap);
    add_unfused(all);
    add_loops(all);
    add_fixed_loops(all);
    add_three_sweeps(all);
    add_library(all, cap);
    add_heads(all, cap);
    add_onednn(all, cap);
    list->of = of;
    list->count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].isa <= cap)
            contenders_add(list, &all->at[i]);
    free(all);
}
