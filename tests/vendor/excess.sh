#!/bin/sh
# SPDX-License-Identifier: MIT
# excess.sh LNGEN WORK - compilers that compute in wider registers, as x87 does, must refuse pairs and kernels with one
# line; those that do not must take them. 77 when no compiler can be tried.
set -u
export LC_ALL=C # messages of gcc are read
lngen=$1 work=$2
rm -rf "$work" && mkdir -p "$work/gnu" || exit 1
"$lngen" emit --single-file --prefix vend --width 64 -o "$work" || exit 1
"$lngen" emit --width 64 -o "$work/kernels" || exit 1
: >"$work/gnu/stubs-32.h" # headers for 32 bits may not be there: those for 64 do, since nothing is linked
headers="-I. -isystem /usr/include/$(uname -m)-linux-gnu"
cd "$work" || exit 1
tried=0 failures=0

# try refuse|take COMPILER FLAGS...
try() {
    wanted=$1
    shift
    # shellcheck disable=SC2086 # words
    if ! echo '#include <stdlib.h>' | "$@" $headers -fsyntax-only -x c - 2>/dev/null; then
        echo "skipped: $*"
        return
    fi
    for file in vend.c kernels/ln_layernorm_f32_64_scalar.c kernels/ln_layernorm_f32_slow.c; do
        tried=$((tried + 1))
        got=take
        # shellcheck disable=SC2086
        "$@" $headers -fsyntax-only "$file" 2>said || got=refuse
        errors=$(grep -c '[0-9]: error:' said)
        if [ $got != "$wanted" ] || { [ $got = refuse ] && [ "$errors" -ne 1 ]; } ||
            { [ $got = refuse ] && ! grep -q 'must not be computed in wider registers' said; }; then
            failures=$((failures + 1))
            echo "FAILED: $* $file: should be: $wanted; $errors errors:"
            cat said
        fi
    done
}
for gcc in gcc gcc-12 gcc-14; do
    try refuse $gcc -mfpmath=387
    try refuse $gcc -mfpmath=387 -O3 -ffast-math
    try refuse $gcc -mfpmath=sse,387
    try refuse $gcc -m32
    try refuse $gcc -m32 -msse2
    try take $gcc -m32 -msse2 -mfpmath=sse
    try take $gcc -O3 -ffast-math
    try take $gcc -march=sapphirerapids
done
for clang in clang clang-16 clang-19; do
    try refuse $clang -m32 -mno-sse2
    try take $clang -m32 -msse2
    try take $clang -O3 -ffast-math
done
echo "$tried compilations, $failures failed"
[ $tried -gt 0 ] || exit 77
[ $failures -eq 0 ]
