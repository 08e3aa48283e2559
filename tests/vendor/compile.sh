#!/bin/sh
# SPDX-License-Identifier: MIT
# compile.sh LNGEN WORK "OPTIONS OF EMIT" COMPILER FLAGS... - emits a single file with its self-test, compiles it with
# warnings as errors and runs it. LAUNCH: what runs the program; SUFFIX: of its name. 77 when the compiler is missing.
set -u
lngen=$1 work=$2 options=$3
shift 3
command -v "$1" >/dev/null 2>&1 || { echo "skipped: no $1"; exit 77; }
launch=${LAUNCH-}
if [ -n "$launch" ] && ! command -v "$launch" >/dev/null 2>&1; then
    echo "skipped: no $launch"
    exit 77
fi
rm -rf "$work" && mkdir -p "$work" || exit 1
# shellcheck disable=SC2086 # the options are words
"$lngen" emit --single-file --self-test --prefix vend $options -o "$work" || exit 1
cd "$work" || exit 1
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
case $1 in tcc) warnings= ;; esac
# clang 19 says so of its own header, with -march=native on processors with AVX10.1
if echo '#include <immintrin.h>' | "$@" -fsyntax-only -x c - 2>&1 | grep -q 'invalid feature combination'; then
    warnings="$warnings -Wno-invalid-feature-combination"
fi
echo "$* $warnings vend.c, vend_test.c"
# vend_test.c includes vend.c: all of that is compiled there; by itself, at one level for each compiler
alone='-fsyntax-only vend.c'
case $* in tcc* | *-O2*) alone='-c vend.c -o vend.o' ;; esac
# shellcheck disable=SC2086
"$@" $warnings $alone && "$@" $warnings vend_test.c -o vend_test${SUFFIX-} ${LIBS-} || exit 1
$launch ./vend_test${SUFFIX-}
