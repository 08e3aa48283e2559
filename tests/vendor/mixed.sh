#!/bin/sh
# SPDX-License-Identifier: MIT
# mixed.sh LNGEN WORK COMPILER... - pairs of all sets of passes, of one op and of both, compile without a warning: the
# checks of arguments ask only for what tells the norms of a pair apart, and declare no more than they ask. So do they
# with a clang that does not say that it is like gcc, as clang-cl and clang for Visual C++'s libraries.
set -u
lngen=$1 work=$2
shift 2
compilers=$*
rm -rf "$work"
failures=0 count=0
pair()
{
    "$lngen" emit --single-file --prefix vend --width 16 --isa scalar -o "$work" "$@" >/dev/null || exit 1
    count=$((count + 1))
    for compiler in $compilers; do
        "$compiler" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only "$work/vend.c" || {
            echo "FAILED: $compiler: $*"
            failures=$((failures + 1))
        }
        case $compiler in *clang*) ;; *) continue ;; esac
        # glibc's headers then take attributes away
        "$compiler" -std=c11 -fgnuc-version=0 -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only \
            "$work/vend.c" || {
            echo "FAILED: $compiler -fgnuc-version=0: $*"
            failures=$((failures + 1))
        }
    done
}
for forward in "" forward; do
    for backward in "" backward; do
        for stats in "" stats; do
            for apply in "" apply; do
                passes=$(echo $forward $backward $stats $apply | tr ' ' ,)
                case $passes in "" | backward) continue ;; esac # no pair has gradients alone
                pair --pass "$passes"
                pair --pass "$passes" --op layernorm,rmsnorm --dtype f32,bf16 2>"$work/stderr"
            done
        done
    done
done
pair --affine none
pair --affine full,none --residual none,pre
pair --op layernorm,rmsnorm --quant none,int8,int8static
pair --op layernorm,rmsnorm --norms one,two --affine full,gamma
pair --op layernorm,rmsnorm --residual none,pre --bias none,add 2>"$work/stderr"
echo "$count pairs, $failures of them with warnings"
[ $failures = 0 ]
