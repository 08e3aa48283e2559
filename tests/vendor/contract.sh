#!/bin/sh
# SPDX-License-Identifier: MIT
# contract.sh LNGEN SOURCE WORK - a host that includes a pair, or ln.h, keeps the contraction that its compiler was given,
# before and behind the line; the pair has none. For AArch64, whose fma every compiler uses: clang before 16 has no pragma
# there that sets options aside. 77 where there is no clang, or no headers of that processor.
set -u
lngen=$1 source=$2 work=$3 target=aarch64-linux-gnu
skip() {
    echo "skipped: $*"
    exit 77
}
[ -f /usr/$target/include/math.h ] || skip "no headers in /usr/$target/include"
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --single-file --prefix vend --width 64 --isa avx2 -o "$work" >/dev/null || exit 1
cat >"$work/host.c" <<'END'
float before(float a, float b, float c) { return a * b + c; }
#include WHAT
#include WHAT
float behind(float a, float b, float c) { return a * b + c; }
END
# a place in the pair, or behind ln_kernel.h
{
    sed '/^const char \*vend_isa(void)/,$d' "$work/vend.c"
    echo 'float within(float a, float b, float c) { return a * b + c; }'
    sed -n '/^const char \*vend_isa(void)/,$p' "$work/vend.c"
} >"$work/within.c"
printf '#pragma once\n#include "ln_kernel.h"\nfloat within(float a, float b, float c) { return a * b + c; }\n' >"$work/kernel.h"
fused() { # FUNCTION: whether it has an fma
    sed -n "/^$1:/,/^\.Lfunc_end/p" "$work/host.s" | grep -q fmadd
}
ran=0 failures=0
for clang in clang-14 clang-16 clang-19; do
    command -v $clang >/dev/null 2>&1 || { echo "skipped: $clang"; continue; }
    for options in -O1 "-O1 -ffp-contract=off" "-O1 -ffp-contract=fast"; do
        for what in vend.c within.c ln.h kernel.h; do
            # shellcheck disable=SC2086 # the options are words
            $clang --target=$target -isystem /usr/$target/include -Wall -Wextra -Werror $options -DWHAT="\"$what\"" \
                -I"$work" -I"$source/runtime" -I"$source/generated" -S "$work/host.c" -o "$work/host.s" || exit 1
            for place in before behind within; do
                grep -q "^$place:" "$work/host.s" || continue
                wanted=fused
                case $options,$what,$place in
                *=fast,*,within | *=fast,kernel.h,behind) continue ;; # pragmas do not count there; kernels do without
                *=off,* | *,within | *,kernel.h,behind) wanted=apart ;;
                esac
                if fused $place; then is=fused; else is=apart; fi
                ran=$((ran + 1))
                [ $is = $wanted ] || { echo "FAILED: $clang $options $what $place: $is"; failures=$((failures + 1)); }
            done
        done
    done
done
[ $ran -gt 0 ] || skip "no clang"
echo "$ran functions"
[ $ran -ge 30 ] && [ $failures -eq 0 ]
