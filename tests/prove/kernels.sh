#!/bin/sh
# kernels.sh LNGEN CXX SOURCES OBJECTS DIRECTORY OPTION... - emits kernels into DIRECTORY and links the prover of them,
# DIRECTORY/prove. SOURCES: tests/prove; OBJECTS: the prover's other objects, as one word.
set -eu
lngen=$1 cxx=$2 sources=$3 objects=$4 dir=$5
shift 5
[ "$#" -eq 0 ] || { rm -rf "$dir" && "$lngen" emit -o "$dir" "$@" > "$dir.emitted"; }
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
$cxx -std=c++17 -O0 -w -ftrivial-auto-var-init=pattern -I"$dir" -I"$sources" -I"$sources/../../reference" \
    -I"$sources/../../runtime" -c "$dir/kernels.cpp" -o "$dir/kernels.o"
$cxx -x c -std=c11 -I"$dir" -c "$sources/kernel_specs.c" -o "$dir/kernel_specs.o"
# shellcheck disable=SC2086 # the objects are words
$cxx -o "$dir/prove" "$dir/kernels.o" "$dir/kernel_specs.o" $objects
