#!/bin/sh
# SPDX-License-Identifier: MIT
# prove.sh [BUILD [LOG [FIRST LAST [MODE [PART...]]]]] - proves kernels against the reference for all inputs, in the
# long form: LayerNorm and RMSNorm of f32 at all widths from FIRST (1) to LAST (4096), the other norm kinds at a dozen
# widths each, and every kernel that the shipped plan has a schedule for.
#
# BUILD  a build of lngen with its tests; `build` when left out
# LOG    gets a line for each kernel: name, width, hash of its text, proven or FAILED, paths of one row, calls, rows,
#        expressions, milliseconds; prove.log when left out. Chunks that it has are left out: an interrupted run goes on
# MODE   full, or quick: with the batches that the tests run
# PART   only these, in this order: layernorm rmsnorm (their widths), options passes (a dozen widths each), plan
set -eu
case ${1:-} in
-*)
    echo "prove.sh: '$1': usage: prove.sh [BUILD [LOG [FIRST LAST [MODE [PART...]]]]]" >&2
    exit 2
    ;;
esac
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build} log=${2:-prove.log} first=${3:-1} last=${4:-4096} mode=${5:-full}
case $first,$last,$mode in
*[!0-9]*,*,* | *,*[!0-9]*,* | *,*,*[!a-z]*) wrong=1 ;;
*,full | *,quick) wrong= ;;
*) wrong=1 ;;
esac
if [ -n "$wrong" ] || [ "$first" -lt 1 ] || [ "$last" -lt "$first" ]; then
    echo "prove.sh: '$first' '$last' '$mode': FIRST and LAST are widths from 1 on, MODE is full or quick" >&2
    exit 2
fi
if [ ! -e "$build/CMakeCache.txt" ]; then
    echo "prove.sh: $build: no build of lngen; make one with cmake -S . -B $build" >&2
    exit 2
fi
if grep -q '^BUILD_TESTING:BOOL=\(OFF\|0\|NO\|FALSE\)$' "$build/CMakeCache.txt"; then
    echo "prove.sh: $build: a build without tests; make it with cmake -DBUILD_TESTING=ON $build" >&2
    exit 2
fi
log=$(cd "$(dirname "$log")" && pwd)/$(basename "$log")
all='layernorm rmsnorm options passes plan'
if [ $# -gt 5 ]; then shift 5; else set --; fi
for part; do
    case " $all " in
    *" $part "*) ;;
    *)
        echo "prove.sh: '$part' is no part; the parts are: $all" >&2
        exit 2
        ;;
    esac
done
# shellcheck disable=SC2086 # words
[ $# -gt 0 ] || set -- $all
cmake --build "$build" --target lngen prove_parts > /dev/null
objects=$(find "$build/tests/prove/CMakeFiles/prove_parts.dir" -name '*.o')
compiler=$(command -v clang++ || command -v g++)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$log"

prove() { # CHUNK: options of lngen emit, a line each, on the input
    if grep -qx "# $1" "$log"; then
        cat > /dev/null
        return
    fi
    sh "$root/tests/prove/kernels.sh" "$build/generator/lngen" "$compiler" "$root/tests/prove" "$objects" "$work/set"
    : > "$work/log"
    status=0
    "$work/set/prove" "$mode" "$work/set" "$work/log" || status=$?
    case $status in
    0) ;;
    1) echo "$1: not all proven" ;;
    *) echo "prove.sh: $1: the prover ended with status $status; the chunk is not in $log" >&2 && exit 1 ;;
    esac
    cat "$work/log" >> "$log"
    echo "# $1" >> "$log"
    echo "$1: $(grep -c proven "$work/log") proven, $(grep -c FAILED "$work/log" || :) not"
}

forward() { # OP
    width=$first
    while [ "$width" -le "$last" ]; do
        end=$((width + 15 < last ? width + 15 : last))
        echo "--op $1 --width $(seq -s , "$width" "$end")" | prove "$1 $width to $end"
        width=$((end + 1))
    done
}

lines_of() { # FILE of options: each line at a dozen widths
    widths=1,7,16,33,64,70,100,129,255,530,768,1030
    number=0
    grep -v '^#' "$root/tests/prove/$1.kernels" > "$work/lines"
    while read -r line; do
        number=$((number + 1))
        echo "$line" | sed "s/--width [0-9,]*/--width $widths/; s/ --isa [a-z0-9,]*//" | prove "$1 $number"
    done < "$work/lines"
}

# The shipped plan: the options of each norm kind, as lngen names it, and the widths that it has.
planned() {
    sed -n 's/.*kernel = "\(ln_[a-z0-9_]*\)_\([0-9]*\)_[a-z0-9]*".*/\1 \2/p' "$root/plans/default.lua" |
        sort -u -k 1,1 -k 2,2n > "$work/planned"
    while read -r kind width; do
        options=$(sh "$root/tests/prove/options_of.sh" "$kind")
        echo "$options --width $width --isa avx512,avx2" | prove "plan $kind $width"
    done < "$work/planned"
}

for part; do
    case $part in
    plan) planned ;;
    options | passes) lines_of "$part" ;;
    *) forward "$part" ;;
    esac
done
grep -v '^#' "$log" | awk -F '\t' '{ n[$4]++; paths += $5; calls += $6; rows += $7 }
    END {
        printf "%d proven, %d not; %d paths of one row, %d calls, %d rows\n", n["proven"], n["FAILED"], paths, calls, rows
        exit n["FAILED"] > 0 || n["proven"] == 0
    }'
