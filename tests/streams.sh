#!/bin/sh
# SPDX-License-Identifier: MIT
# streams.sh LNGEN COMPILER RUNTIME WORK - emits kernels of many kinds, compiles them with their stores past the caches
# counted (streams.h), and runs streams.c on them. Kernels whose banner speaks of non-temporal stores must make some.
set -eu
lngen=$1 compiler=$2 runtime=$3 work=$4
tests=$(cd "$(dirname "$0")" && pwd)
rm -rf "$work"
mkdir -p "$work"
set=0
ran=0
emitted() { # OPTIONS...: one directory, one program
    set=$((set + 1))
    dir=$work/$set
    "$lngen" emit -o "$dir" --isa avx2,avx512 --width 768 "$@" >/dev/null
    for file in "$dir"/*.c; do
        with=
        for isa in avx2 avx512; do
            case $file in *_$isa.c) with="-include $tests/streams.h -DSTREAMS_VOCABULARY=\"ln_$isa.h\"" ;; esac
        done
        # shellcheck disable=SC2086 # options are words
        "$compiler" -std=c11 -O0 -I "$dir" $with -c "$file" -o "${file%.c}.o"
    done
    "$compiler" -std=c11 -O1 -I "$dir" -I "$runtime" "$tests/streams.c" "$runtime/table.c" "$runtime/cpu.c" "$dir"/*.o \
        -lm -o "$dir/streams"
    names=$(grep -l '^ \* many rows: .*non-temporal' "$dir"/*_768_*.c | sed 's/.*\///; s/\.c$//')
    [ -n "$names" ] || { echo "FAILED: $*: no kernel with non-temporal stores"; exit 1; }
    status=0
    # shellcheck disable=SC2086 # names are words
    "$dir/streams" $names || status=$?
    [ $status = 0 ] || [ $status = 77 ] || exit $status
    [ $status = 77 ] || ran=1
}
emitted --dtype f32,bf16
emitted --op rmsnorm --dtype f16 --residual pre,post
emitted --op rmsnorm --quant int8
emitted --norms two
emitted --pass apply,backward
[ $ran = 1 ] || exit 77
