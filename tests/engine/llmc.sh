#!/bin/sh
# llmc.sh LNGEN SOURCE WORK [LLMC] - emit --for llmc: the header is right wherever it is included, calls reach the pair, and
# mistakes end the program. LLMC: a checkout of llm.c, whose train_gpt2.c takes steps on a random checkpoint that the
# test makes, with its own functions and with the pair: losses agree to 1e-5. 77 where LLMC is "" or is no checkout.
set -u
lngen=$1 source=$2 work=$3
rm -rf "$work" && mkdir -p "$work" || exit 1
failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
"$lngen" emit --for llmc --model gpt2 -o "$work" || exit 1
cd "$work" || exit 1
if [ $# -gt 3 ]; then
    [ -f "$4/train_gpt2.c" ] || { echo "skipped: no checkout of llm.c; -DLNGEN_LLMC=DIR names one"; exit 77; }
    for include in none top middle; do
        # a user's one line, at the top of the file or below llm.c's own functions
        case $include in
        none) cp "$4/train_gpt2.c" train.c ;;
        top) { echo '#include "gpt2_llmc.h"'; cat "$4/train_gpt2.c"; } >train.c ;;
        middle) sed '/^void matmul_forward_naive/i #include "gpt2_llmc.h"' "$4/train_gpt2.c" >train.c ;;
        esac
        [ $include = none ] || [ "$(grep -c gpt2_llmc.h train.c)" = 1 ] || { fail "$include: the line was not placed"; continue; }
        # the flags of llm.c's Makefile
        gcc -Ofast -Wno-unused-result -Wno-ignored-pragmas -Wno-unknown-attributes -march=native -fopenmp -DOMP -I. \
            -I"$4" "$source/llmc_steps.c" -o steps -lm -lgomp || { fail "$include: does not compile"; continue; }
        OMP_NUM_THREADS=1 ./steps time
        ./steps | tee $include.losses || fail "$include: the steps"
    done
    awk 'FNR == 1 { file++ }
        /^step/ { if (file == 1) loss[$2] = $4; else { d = $4 - loss[$2]; if (d < 0) d = -d; n++
            if (!(d <= 1e-5 * loss[$2])) { print "FAILED: " $0 ", llm.c alone: " loss[$2]; bad = 1 } } }
        END { exit bad || n < 10 }' none.losses top.losses middle.losses || failures=$((failures + 1))
    [ $failures = 0 ]
    exit
fi
for compiler in "gcc -O1 -std=gnu11" "gcc -Ofast -march=native -fopenmp" "clang -O1"; do
    command -v "${compiler%% *}" >/dev/null 2>&1 || continue
    for place in TOP MIDDLE; do
        # shellcheck disable=SC2086 # the options are words
        $compiler -Wall -Wextra -Werror -D$place -I. "$source/llmc.c" -o host -lm || { fail "$compiler $place"; continue; }
        ./host || fail "$compiler, included at the $place"
    done
done
mistake() { # CASE LINE
    ./host "$1" >said 2>error
    [ $? = 1 ] && [ "$(cat error)" = "Error: layernorm_$2" ] || fail "$1: $(cat said error)"
}
mistake B "forward: B is negative"
mistake C "forward: C is not positive"
mistake inp "forward: inp is NULL"
mistake bias "forward: bias is NULL"
mistake out "forward: out is not the address of a float"
mistake dweight "backward: dweight is NULL"
mistake rstd "backward: rstd is NULL"
./host overlap 2>error && fail "arrays that overlap"
grep -q "Error: layernorm_forward: arrays: .*shares elements" error || fail "arrays that overlap: $(cat error)"
./host empty || fail "no rows and no arrays"
[ $failures = 0 ]
