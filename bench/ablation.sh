#!/bin/sh
# ablation.sh [ln_bench option]... - measures what each technique contributes: it times the kernels of the shipped plan
# file and variants with one technique switched off, all in one process. Run it from a build directory. The variables
# WIDTHS, ISA, CC and PLAN replace "768,1024,4096", avx512, cc and the shipped plan file.
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

# variant NAME SED-SCRIPT [emit option]... : emits and compiles the kernels of the plan file, changed by SED-SCRIPT
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
# without `settled`, the compiler may load x, gamma and beta again each time they are used
sed -i 's/and ("settled(%s)"):format(load) or load/and load or load/' "$work/templates/kernel/norm_forward.c"
variant loads-repeated '' --templates "$work/templates"
# without `barrier`, the compiler may keep a row in registers from the statistics pass to the write pass
sed 's/__asm__ volatile("" ::: "memory");//' "$source/templates/isa/target.h" >"$work/templates/isa/target.h"
cp "$source/templates/kernel/norm_forward.c" "$work/templates/kernel/norm_forward.c"
variant no-barrier '' --templates "$work/templates"
# shellcheck disable=SC2086 # a list of options
"$bench" --width "$widths" --rows 16,256,4096 --only lngen $kernels "$@"
