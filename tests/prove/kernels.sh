#!/bin/sh
# SPDX-License-Identifier: MIT
# kernels.sh LNGEN CXX SOURCES OBJECTS DIRECTORY - emits kernels into DIRECTORY and links the prover of them,
# DIRECTORY/prove. Each line of the input holds options of lngen emit. SOURCES: tests/prove; OBJECTS: the prover's
# other objects, a line each. PLANT, when set, is a command that changes DIRECTORY before it is compiled.
set -eu
lngen=$1 cxx=$2 sources=$3 objects=$4 dir=$5
rm -rf "$dir"
mkdir -p "$dir"
: > "$dir/rows"
while read -r options; do
    case $options in '' | '#'*) continue ;; esac
    # shellcheck disable=SC2086 # the options are words
    "$lngen" emit -o "$dir" $options > "$dir/emitted"
    tr '\n' ' ' < "$dir/kernels.inc" | grep -o 'LN_KERNEL(ln[^)]*)' >> "$dir/rows"
done
sort -u "$dir/rows" > "$dir/kernels.inc" # all that were emitted
[ -z "${PLANT-}" ] || $PLANT "$dir"
{
    echo '#include "kernels_begin.hpp"'
    number=0
    for file in "$dir"/ln_*.c; do
        number=$((number + 1))
        case $file in *_avx512.c) lanes=16 ;; *_avx2.c) lanes=8 ;; *) lanes=1 ;; esac
        printf '#undef LANES\n#define LANES %s\nnamespace kernel_%s {\nusing namespace lanes_%s;\n#include "%s"\n}\n' \
            $lanes $number $lanes "$(basename "$file")"
    done
    echo '#include "kernels_end.hpp"'
} > "$dir/kernels.cpp"
# What is not initialised holds what is no expression's id.
"$cxx" -std=c++17 -O0 -w -ftrivial-auto-var-init=pattern -I"$dir" -I"$sources" -I"$sources/../../reference" \
    -I"$sources/../../runtime" -c "$dir/kernels.cpp" -o "$dir/kernels.o"
"$cxx" -x c -std=c11 -I"$dir" -c "$sources/kernel_specs.c" -o "$dir/kernel_specs.o"
IFS='
'
# shellcheck disable=SC2086 # the objects are lines
"$cxx" -o "$dir/prove" "$dir/kernels.o" "$dir/kernel_specs.o" $objects
