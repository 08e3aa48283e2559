#!/bin/sh
# SPDX-License-Identifier: MIT
# draws.sh [DRAWS [LNGEN [SEED]]] - draws specs, widths, schedules, a compiler and its flags DRAWS times (100): emits each
# as a pair of files, compiles it and runs its self-test, which compares the bits of all kernels.
#
# LNGEN is build/generator/lngen. SEED (1) is that of the first draw; each draw has the next seed and depends on nothing
# else but the compilers that are there, and awk: mawk, gawk and busybox draw other numbers. A draw whose options exclude
# each other is left out, and says so. What fails is told with its seed: draws.sh 1 LNGEN SEED repeats it.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 2
draws=${1-100} lngen=${2-$root/build/generator/lngen} first=${3-1}
if [ $# -gt 3 ] || ! [ "$draws" -ge 1 ] 2>/dev/null || ! [ "$first" -ge 0 ] 2>/dev/null; then
    echo "draws.sh: '$*': usage: draws.sh [DRAWS [LNGEN [SEED]]], DRAWS being 1 or more" >&2
    exit 2
fi
[ -x "$lngen" ] || { echo "draws.sh: $lngen: no such program; build lngen, or name it: draws.sh DRAWS LNGEN" >&2; exit 2; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

compilers=
for compiler in gcc clang-14 clang-16 clang-19 clang-22 clang-23 clang g++; do
    ! command -v $compiler >/dev/null 2>&1 || compilers="$compilers $compiler"
done
[ -n "$compilers" ] || { echo "draws.sh: neither gcc nor clang is here" >&2; exit 2; }

# The options of a draw, the norm widths, whether schedules are drawn, the compiler and its flags, on a line each.
drawn() {
    awk -v seed="$1" -v compilers="$compilers" '
        function draw(n) { return int(rand() * n) }
        function any(list,    words) { return words[1 + draw(split(list, words, " "))] }
        function width() {
            if (draw(3) == 0)
                return 1 + draw(1300)
            return draw(2) ? 1 + draw(70) : 2 ^ (5 + draw(6)) + draw(5) - 2
        }
        BEGIN {
            srand(seed)
            rand() # the first number hardly depends on the seed
            pass = any("forward forward forward,backward forward,backward forward,stats forward,stats,apply")
            options = "--op " any("layernorm rmsnorm layernorm,rmsnorm") " --pass " pass
            dtype = any("f32 f32 bf16 f16")
            options = options " --dtype " dtype
            if (pass !~ /stats/) # statistics have no parameters, and need not be told so
                options = options " --affine " any("full gamma none gamma1 full,gamma")
            if (dtype != "f32" && draw(3) == 0)
                options = options " --params f32"
            if (dtype != "f32" && pass == "forward" && draw(3) == 0)
                options = options " --rounding before_gain"
            if (pass == "forward") {
                if (draw(3) == 0)
                    options = options " --residual " any("pre post") (draw(3) ? "" : " --bias add")
                if (draw(4) == 0)
                    options = options " --quant " any("int8 int8static")
                else if (draw(5) == 0)
                    options = options " --norms two"
            }
            if (draw(3) == 0)
                options = options " --unroll " any("1 2 4")
            print options
            widths = width()
            for (n = draw(3); n > 0; n--)
                widths = widths " " width()
            print widths
            print draw(2)
            print any(compilers)
            print any("-O0 -O1 -O2 -O3") " " any("-g0 -ffast-math -ffast-math -ffp-contract=fast") " " \
                any("-g0 -fno-signed-zeros -march=native") " " any("-g0 -g0 -fno-inline -fno-strict-aliasing -funroll-loops")
        }'
}

failures=0 ran=0 left=0
seed=$first
while [ "$seed" -lt $((first + draws)) ]; do
    drawn "$seed" >"$work/drawn"
    { IFS= read -r options; read -r widths; read -r plans; read -r compiler; read -r flags; } <"$work/drawn"
    options="$options --width $(echo "$widths" | tr ' ' ',')"
    case $options in *--unroll*) plans=0 ;; esac
    if [ "$plans" = 1 ]; then
        # shellcheck disable=SC2086 # the options are words
        kinds=$("$lngen" list $options 2>/dev/null | sed -n 's/^ln_\([a-z0-9_]*\)_[0-9]*_avx2	.*/\1/p' | sort -u)
        awk -v seed="$seed" -v widths="$widths" -v norm_kinds="$(echo "$kinds" | grep -v _stats_)" -v full=600 \
            -f "$root/tests/schedules.awk" >"$work/plan.lua"
        options="$options --plan $work/plan.lua"
    fi
    what="draw $seed: $options; $compiler $flags"
    rm -rf "$work/pair"
    # shellcheck disable=SC2086
    "$lngen" emit --single-file --self-test --prefix drawn $options -o "$work/pair" >"$work/out" 2>&1
    status=$?
    if [ $status -eq 2 ]; then
        left=$((left + 1))
        echo "draw $seed is left out: $(cat "$work/out")"
    elif [ $status -ne 0 ]; then
        failures=$((failures + 1))
        echo "FAILED: $what: $(cat "$work/out")"
    else
        ran=$((ran + 1))
        language=
        case $compiler in *++*) language="-std=c++17" ;; esac
        # shellcheck disable=SC2086
        if ! "$compiler" $language $flags -w "$work/pair/drawn_test.c" -o "$work/test" -lm >"$work/out" 2>&1 ||
            ! "$work/test" >"$work/out" 2>&1; then
            failures=$((failures + 1))
            echo "FAILED: $what:"
            grep -m 5 -v '^[a-z].* rows \|^[a-z0-9_]* *[0-9]* ' "$work/out"
        fi
    fi
    seed=$((seed + 1))
done
echo "$ran pairs drawn from seed $first on, $left left out; $failures failed"
[ $failures -eq 0 ] && [ $ran -gt 0 ]
