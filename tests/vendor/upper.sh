#!/bin/sh
# SPDX-License-Identifier: MIT
# upper.sh LNGEN SOURCE WORK COMPILER - functions of a pair leave the upper halves of vector registers clean, also where
# the compiler does not see to that, as gcc does not below -O2. SOURCE is upper.c; 77 where the processor lacks AVX2.
set -eu
lngen=$1 source=$2 work=$3 compiler=$4
command -v "$compiler" >/dev/null || { echo "skipped: no $compiler"; exit 77; }
rm -rf "$work"
"$lngen" emit -o "$work" --single-file --prefix pair --op layernorm,rmsnorm --pass forward,backward --width 64 >/dev/null
cd "$work"
for level in -O0 -O1; do
    "$compiler" "$level" -I. "$source" pair.c -o upper -lm
    for isa in avx2 avx512; do
        LN_ISA=$isa ./upper
    done
done
