#!/bin/sh
# SPDX-License-Identifier: MIT
# ggml.sh LNGEN SOURCE WORK [GGML] - emit --for ggml: the header compiles as C and C++, its nodes give what double gives,
# and each mistake ends the program with a line that names the argument. GGML: a checkout of ggml, whose CPU backend is
# built in WORK and compared with; without it a stand-in for ggml.h serves. 77 where GGML is "" or is no checkout.
set -u
lngen=$1 source=$2 work=$3
. "$source/host.sh"
rm -rf "$work/pair" && mkdir -p "$work/pair" || exit 1
include=$source/stub libraries=-lm engine=
if [ $# -gt 3 ]; then
    checkout "$4/include/ggml.h" ggml LNGEN_GGML
    [ -f "$work/ggml/src/libggml-cpu.a" ] || {
        cmake -S "$4" -B "$work/ggml" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DGGML_OPENMP=OFF \
            -DGGML_BUILD_TESTS=OFF -DGGML_BUILD_EXAMPLES=OFF >"$work/said" 2>&1 &&
            cmake --build "$work/ggml" -j2 >>"$work/said" 2>&1 || { tail -n 20 "$work/said"; exit 1; }
    }
    include=$4/include engine=-DENGINE
    libraries="$work/ggml/src/libggml-cpu.a $work/ggml/src/libggml-base.a -lstdc++ -lpthread -lm"
fi
"$lngen" emit --for ggml --prefix norms --op rmsnorm,layernorm --width 64,4096 --isa avx2,avx512 -o "$work/pair" || exit 1
cd "$work" || exit 1
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
# shellcheck disable=SC2086 # the options are words
gcc -O2 $warnings $engine -I pair -isystem "$include" "$source/ggml.c" -o run $libraries || exit 1
printf '#include "norms_ggml.h"\n' >header.cpp
if [ -n "$engine" ]; then # the stand-in is C
    # shellcheck disable=SC2086
    g++ -std=c++17 $warnings -fsyntax-only -I pair -isystem "$include" header.cpp || fail "the header as C++"
fi
./run || fail "the nodes"
[ -z "$engine" ] || ./run time
mistake() { # CASE LINE: ./run aborts, as GGML_ASSERT does
    ./run "$1" >said 2>error
    [ $? -ge 128 ] && grep -qF "norms_ggml$2" error || fail "$1: $(cat said error)"
}
mistake ctx "_norm: ctx is NULL"
mistake x "_norm: x is NULL"
mistake w "_norm: w is NULL"
mistake b "_norm: b is NULL"
mistake x-type "_norm: x is of type i32, of which norms.c has no norm"
mistake x-type-f16 "_norm: x is of type f16, of which norms.c has no norm"
mistake w-type "_norm: w is of type bf16, expected f32"
mistake w-width "_norm: w is of shape 63 x 1 x 1 x 1, expected one row of 64 elements as x has"
mistake b-rows "_norm: b is of shape 64 x 4 x 1 x 1, expected one row of 64 elements as x has"
mistake b-batch "_norm: b is of shape 64 x 1 x 4 x 1, expected one row of 64 elements as x has"
mistake w-batches "_norm: w is of shape 64 x 1 x 1 x 2, expected one row of 64 elements as x has"
mistake x-nb0 "_norm: x: nb[0] is 8, expected 4: the elements of a row are contiguous"
mistake w-nb0 "_norm: w: nb[0] is 8, expected 4"
mistake x-nb1 "_norm: x: nb[1] is 258, expected a multiple of 4"
mistake x-overlap "_norm: x: nb[1] is 252, rows overlap"
mistake eps "_norm: eps is -1e-05, expected a number that is not negative"
mistake x-width "_norm: w is of shape"
mistake x-aligned ": x of "
[ $failures = 0 ]
