#!/bin/sh
# SPDX-License-Identifier: MIT
# signs.sh LNGEN WORK COMPILER... - zeros keep their signs in rows that given statistics normalise, on each instruction
# set, where compilers are told that signs of zeros do not matter. Exits with 77 where none of the compilers is there.
set -u
lngen=$1 work=$2
shift 2
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --single-file --prefix vend --width 64 --pass stats,apply --affine none -o "$work" >/dev/null || exit 1
cat >"$work/zeros.c" <<'C'
#include "vend.c"

#include <stdio.h>

int main(void)
{
    const float x[4] = {0.0f, -0.0f, 0.0f, -0.0f};
    float y[4];
    vend_stats stats = {0, 1};
    vend_args a = {0};
    a.width = a.whole_width = a.x_stride = a.y_stride = 4;
    a.x = x;
    a.y = y;
    a.stats = &stats;
    const int status = vend_layernorm_apply_f32_none_batch(&a, 1);
    unsigned bits[4];
    memcpy(bits, y, sizeof bits);
    const int right = status == 0 && !bits[0] && bits[1] == 0x80000000u && !bits[2] && bits[3] == 0x80000000u;
    printf("%s: %08x %08x %08x %08x\n", vend_isa(), bits[0], bits[1], bits[2], bits[3]);
    return !right;
}
C
ran=0 failures=0
for compiler in "$@"; do
    command -v "$compiler" >/dev/null 2>&1 || continue
    for flags in "-O2 -fno-signed-zeros" "-O2 -ffast-math"; do
        # shellcheck disable=SC2086 # the flags are words
        "$compiler" -std=c11 $flags "$work/zeros.c" -o "$work/zeros" -lm || exit 1
        for isa in scalar avx2 avx512; do
            ran=$((ran + 1))
            LN_ISA=$isa "$work/zeros" >"$work/out" && continue
            echo "FAILED: $compiler $flags: $(cat "$work/out")"
            failures=$((failures + 1))
        done
    done
done
[ $ran -gt 0 ] || { echo "skipped: no compiler of $*"; exit 77; }
echo "$ran runs, $failures with other signs"
[ $failures = 0 ]
