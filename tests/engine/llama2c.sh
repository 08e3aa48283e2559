#!/bin/sh
# SPDX-License-Identifier: MIT
# llama2c.sh LNGEN SOURCE WORK MODEL [LLAMA2C] - emit --for llama2c --config MODEL, a checkpoint of llama2.c: tokens are the
# same with the host's own rmsnorm and with the pair's, wherever the header is included. LLAMA2C: a checkout of llama2.c,
# whose run.c is the host. 77 where MODEL is absent, or LLAMA2C is "" or no checkout.
set -u
lngen=$1 source=$2 work=$3 model=$4
. "$source/host.sh"
rm -rf "$work" && mkdir -p "$work" || exit 1
[ -f "$model" ] || skip "no $model"
"$lngen" emit --for llama2c --config "$model" --prefix tiny -o "$work" || exit 1
cd "$work" || exit 1
grep -q "tiny_rmsnorm_f32_64(" tiny.h || fail "the width of $model is not there"
if [ $# -gt 4 ]; then
    checkout "$5/run.c" llama2.c LNGEN_LLAMA2C
    for include in none top middle; do
        include_at $include "$5/run.c" tiny_llama2.h "void softmax(" run.c
        gcc -O3 -I. -o run run.c -lm && # as the Makefile of llama2.c does
            ./run "$model" -z "$5/tokenizer.bin" -t 0 -n 200 >$include.text 2>/dev/null || fail "$include"
        [ "$(grep -c . $include.text)" -gt 0 ] && cmp none.text $include.text || fail "$include: another text"
    done
    [ $failures = 0 ]
    exit
fi
for place in NONE TOP MIDDLE; do
    gcc -O2 -Wall -Wextra -Werror -D$place -I. "$source/llama2c.c" -o host -lm || { fail "$place: does not compile"; continue; }
    ./host "$model" 200 >$place.tokens 2>$place.calls || fail "$place: does not run"
    cmp NONE.tokens $place.tokens || fail "$place: other tokens"
done
[ "$(sort -u NONE.tokens | wc -l)" -ge 20 ] || fail "the model says hardly anything: $(sort -u NONE.tokens | tr '\n' ' ')"
grep -q "^2200 calls" NONE.calls || fail "without the pair: $(cat NONE.calls)"
for place in TOP MIDDLE; do grep -q "^0 calls" $place.calls || fail "$place: $(cat $place.calls)"; done
mistake size "rmsnorm: size is not positive"
mistake o "rmsnorm: o is NULL"
mistake x "rmsnorm: x is NULL"
mistake weight "rmsnorm: weight is not the address of a float"
./host right || fail "a right call"
[ $failures = 0 ] && echo "the same 200 tokens"
[ $failures = 0 ]
