#!/bin/sh
# SPDX-License-Identifier: MIT
# llmc.sh LNGEN SOURCE WORK [LLMC] - emit --for llmc: the header is right wherever it is included, calls reach the pair, and
# mistakes end the program. LLMC: a checkout of llm.c, whose train_gpt2.c takes steps on a random checkpoint that the
# test makes, with its own functions and with the pair: losses agree to 1e-5. 77 where LLMC is "" or is no checkout.
set -u
lngen=$1 source=$2 work=$3
. "$source/host.sh"
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --for llmc --model gpt2 -o "$work" || exit 1
cd "$work" || exit 1
if [ $# -gt 3 ]; then
    checkout "$4/train_gpt2.c" llm.c LNGEN_LLMC
    for include in none top middle; do # middle: below llm.c's own functions
        include_at $include "$4/train_gpt2.c" gpt2_llmc.h "void matmul_forward_naive" train.c
        # the flags of llm.c's Makefile
        gcc -Ofast -Wno-unused-result -Wno-ignored-pragmas -Wno-unknown-attributes -march=native -fopenmp -DOMP -I. \
            -I"$4" "$source/llmc_steps.c" -o steps -lm -lgomp || { fail "$include: does not compile"; continue; }
        OMP_NUM_THREADS=1 ./steps time
        ./steps | tee $include.losses || fail "$include: the steps"
    done
    LC_ALL=C awk 'FNR == 1 { file++ }
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
mistake B "layernorm_forward: B is negative"
mistake T "layernorm_forward: T is negative"
mistake C "layernorm_forward: C is not positive"
mistake inp "layernorm_forward: inp is NULL"
mistake bias "layernorm_forward: bias is NULL"
mistake out "layernorm_forward: out is not the address of a float"
mistake dweight "layernorm_backward: dweight is NULL"
mistake rstd "layernorm_backward: rstd is NULL"
./host overlap 2>error && fail "arrays that overlap"
grep -q "Error: layernorm_forward: arrays: .*shares elements" error || fail "arrays that overlap: $(cat error)"
./host empty || fail "no rows and no arrays"
[ $failures = 0 ]
