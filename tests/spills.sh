#!/bin/sh
# SPDX-License-Identifier: MIT
# spills.sh [-v] DIR COMPILER... - counts spills of vector registers in the unrolled kernels of width 768 and 1024, and
# fails when there are any.
#
# In every function of the object it counts instructions that store a ymm or zmm register to a place on the stack, or
# store an element that is later copied to all lanes of one, and instructions that read such a place. It does not count
# places that are stored and never read: those are arguments of another function, such as a copied struct. Nor does it
# count places that are read and never stored: another function wrote those, such as sums. It does not count what stays
# within xmm registers: mean, rstd and shift of four rows go through arrays on purpose, and so do tails of 16-bit
# elements. The stack is what rsp points to, and rbp where the function makes it a frame pointer; elsewhere rbp is a
# pointer like any other. An address with an index belongs to an array. -v prints every line that is counted. Of each
# compiler, a function that must spill is counted first.
set -u
verbose=0
[ "$1" = -v ] && { verbose=1; shift; }
dir=$1
shift
command -v objdump >/dev/null || { echo "no objdump: skipped"; exit 77; }
[ $# -gt 0 ] || { echo "no compiler given"; exit 77; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
total=0
files=0
spills() { # COMPILER LEVEL FILE: stores what spills.awk prints in $report, and the number at its end in $n
    "$1" -std=c11 "$2" -c "$3" -o "$work/object" && objdump -d --no-show-raw-insn "$work/object" >"$work/code" &&
        report=$(awk -v verbose=$verbose -f "$(dirname "$0")/spills.awk" "$work/code") || exit 1
    n=${report##*total }
}
cat >"$work/spills.c" <<'END'
#include <immintrin.h>
__attribute__((target("avx2"))) void spills(float *p)
{
    const __m256 sum = _mm256_add_ps(_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8));
    __asm__ volatile("" ::: "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                     "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    _mm256_storeu_ps(p, sum);
}
END
for compiler; do
    spills "$compiler" -O2 "$work/spills.c"
    [ "$n" -gt 0 ] || { echo "$compiler: a function that spills was not found: $report"; exit 1; }
    for width in 768 1024; do
        for file in "$dir"/ln_*_${width}_avx2.c "$dir"/ln_*_${width}_avx512.c; do
            for level in -O2 -O3; do
                [ -f "$file" ] || continue
                spills "$compiler" $level "$file"
                files=$((files + 1))
                echo "$(basename "$compiler") $level $(basename "$file" .c): $report"
                total=$((total + n))
            done
        done
    done
done
echo "$files objects, $total vector registers moved to or from the stack"
[ "$files" -gt 0 ] && [ "$total" -eq 0 ]
