#!/bin/sh
# spills.sh DIR COMPILER... - counts vector registers that the unrolled 768 and 1024 kernels keep on the stack.
#
# Counted, in every function of the object: instructions that store a ymm or zmm register to a place on the stack, or
# an element that is copied to all lanes of one later, and those that read such a place. What is stored and never read
# is an argument of another function, such as a copied struct; what is read and never stored is what another function
# wrote, such as sums. Not counted is what stays within xmm: mean, rstd and shift of four rows go through arrays on
# purpose, as do parts of 16-bit registers. The stack is rsp, and rbp where the function makes it point there, since
# without a frame it is a pointer like others. A place with an index is an array's.
# -v prints every line counted.
set -u
verbose=0
[ "$1" = -v ] && { verbose=1; shift; }
dir=$1
shift
command -v objdump >/dev/null || { echo "no objdump: skipped"; exit 77; }
[ $# -gt 0 ] || { echo "no compiler given"; exit 77; }
object=$(mktemp) || exit 1
trap 'rm -f "$object"' EXIT
total=0
files=0
for compiler; do
    for width in 768 1024; do
        for file in "$dir"/ln_*_${width}_avx2.c "$dir"/ln_*_${width}_avx512.c; do
            for level in -O2 -O3; do
                [ -f "$file" ] || continue
                "$compiler" -std=c11 $level -c "$file" -o "$object" || exit 1
                files=$((files + 1))
                report=$(objdump -d --no-show-raw-insn "$object" |
                    awk -v verbose=$verbose -f "$(dirname "$0")/spills.awk") || exit 1
                n=${report##*total }
                echo "$(basename "$compiler") $level $(basename "$file" .c): $report"
                total=$((total + n))
            done
        done
    done
done
echo "$files objects, $total vector registers moved to or from the stack"
[ "$files" -gt 0 ] && [ "$total" -eq 0 ]
