#!/bin/sh
# ablation.sh [ln_bench option]... - what each technique contributes: the shipped plan, and the same with one technique
# switched off at a time, in one process. Run from a build directory. WIDTHS, ISA, CC and PLAN say otherwise than
# "768,1024,4096", avx512, cc and the shipped plan.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
lngen=generator/lngen
bench=bench/ln_bench
[ -x "$lngen" ] && [ -x "$bench" ] || { echo "ablation.sh: run it from a build directory that holds $lngen and $bench" >&2; exit 2; }
plan=${PLAN:-$source/plans/default.lua}
widths=${WIDTHS:-768,1024,4096}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=

# variant NAME SED-SCRIPT [emit option]...
variant() {
    name=$1
    sed -e "$2" "$plan" >"$work/$name.lua"
    shift 2
    "$lngen" emit -o "$work/$name" --width "$widths" --isa "${ISA:-avx512}" --plan "$work/$name.lua" "$@" >/dev/null
    sh "$source/bench/kernels.sh" "$work/$name" "$work/$name.so"
    kernels="$kernels --kernels $work/$name.so"
}

variant all ''
variant one-row 's/rows = [0-9]*/rows = 1/'
variant nothing-ahead 's/ahead = [0-9]/ahead = 0/'
variant alone 's/rows = [0-9]*/rows = 1/; s/ahead = [0-9]/ahead = 0/'
variant loops 's/unroll = "full"/unroll = 4/'
variant cached 's/"stream"/"cached"/'
variant no-prefetch 's/prefetch = [0-9]*/prefetch = 0/'
variant into-l1 's/, into = "l2"//'
cp -r "$source/templates" "$work/templates"
# x, gamma and beta free to be loaded again for each use
sed -i 's/and ("settled(%s)"):format(load) or load/and load or load/' "$work/templates/kernel/norm_forward.c"
variant loads-repeated '' --templates "$work/templates"
# what a compiler does with rows that it may hold in registers until the second pass
sed 's/__asm__ volatile("" ::: "memory");//' "$source/templates/isa/target.h" >"$work/templates/isa/target.h"
cp "$source/templates/kernel/norm_forward.c" "$work/templates/kernel/norm_forward.c"
variant no-barrier '' --templates "$work/templates"
# shellcheck disable=SC2086 # a list of options
"$bench" --width "$widths" --rows 16,256,4096 --only lngen $kernels "$@"
