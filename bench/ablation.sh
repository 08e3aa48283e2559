#!/bin/sh
# SPDX-License-Identifier: MIT
# ablation.sh [ln_bench option]... - measures what each technique contributes: it times the kernels of the shipped plan
# file and variants with one technique switched off, all in one process. Run it from a build directory. The variables
# WIDTHS, ROWS, ISA, CC and PLAN replace "768,1024,4096", "16,256,4096", avx512, cc and the shipped plan file.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
lngen=generator/lngen
bench=bench/ln_bench
[ -x "$lngen" ] && [ -x "$bench" ] || {
    echo "ablation.sh: run it from a build directory that holds $lngen and $bench" >&2
    exit 2
}
plan=${PLAN:-$source/plans/default.lua}
widths=${WIDTHS:-768,1024,4096}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=

# variant NAME PLAN_EDIT [CODE_EDIT] : emits and compiles the kernels of the plan file, changed by the sed script
# PLAN_EDIT; the sed script CODE_EDIT changes the emitted C
variant() {
    sed -e 's/^\( *version = \).*/\1"any",/' -e "$2" "$plan" >"$work/$1.lua"
    "$lngen" emit -o "$work/$1" --width "$widths" --isa "${ISA:-avx512}" --plan "$work/$1.lua" >/dev/null
    [ $# -lt 3 ] || sed -i -E "$3" "$work/$1"/*.[ch]
    [ "$1" = all ] || ! diff -r "$work/all" "$work/$1" >/dev/null || {
        echo "ablation.sh: $1: changes no kernel of widths $widths; leave it out" >&2
        return 0
    }
    sh "$source/bench/kernels.sh" "$work/$1" "$work/$1.so"
    kernels="$kernels --kernels $work/$1.so"
}

variant all ''
variant one-row 's/rows = [0-9]*/rows = 1/'
variant nothing-ahead 's/ahead = [0-9]/ahead = 0/'
variant alone 's/rows = [0-9]*/rows = 1/; s/ahead = [0-9]/ahead = 0/'
variant loops 's/unroll = "[a-z]*"/unroll = 4/'
variant cached 's/"stream"/"cached"/'
variant no-prefetch 's/prefetch = [0-9]*/prefetch = 0/'
variant into-l1 's/, into = "l2"//'
# without `settled`, the compiler may load x, gamma and beta again each time they are used
variant loads-repeated '' 's/settled\((load[a-z0-9_]*\([^;]*\))\);/\1;/g; /^ *x = settled\(x\);$/d'
# without `barrier`, the compiler may keep a row in registers from the statistics pass to the write pass
variant no-barrier '' 's/__asm__ volatile\("" ::: "memory"\);//'
# shellcheck disable=SC2086 # a list of options
"$bench" --width "$widths" --rows "${ROWS:-16,256,4096}" --only lngen $kernels "$@"
