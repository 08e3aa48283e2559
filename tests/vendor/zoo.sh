#!/bin/sh
# SPDX-License-Identifier: MIT
# zoo.sh LNGEN ZOO WORK COMPILER - a pair for every config of the zoo; a dozen, large and small, are compiled with their
# self-tests and those run. Files that hold no single model must be refused, each with its line. 77 without a zoo.
export LC_ALL=C
lngen=$1 zoo=$2 work=$3 compiler=$4
if [ ! -d "$zoo/configs" ]; then
    echo "skipped: no zoo at $zoo"
    exit 77
fi
rm -rf "$work" && mkdir -p "$work" || exit 1
compiled='albert-base-v1 bert-large gemma-2-9b gpt2 jamba-shrunk llama-2-13b llama-3-8b llama-3.2-1b mpt-7b
    olmo-tiny-llama phi-1.5 t5-small'
LLAMA_MOST=80000 # bytes of a pair for one width of RMSNorm

refusal() { # what must be said of a config that is refused
    case $1 in
    causal-model-configs-list | causal-model-configs-trailing-comma | ktransformers-model-configs)
        echo "holds many models, expected the config.json of one; cut out the one you want" ;;
    empty-config) echo "line 1, column 1: empty, expected a JSON object" ;;
    roberta-base-no-model-type) echo "is a guess; say --accept-guess, or by hand --width 768 --op layernorm --affine full" ;;
    whisper-tiny) echo "no model_type and no key gives a width; give it by hand" ;;
    *) return 1 ;;
    esac
}

emitted=0 refused=0 failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
for config in "$zoo"/configs/*.json; do
    name=$(basename "$config" .json)
    self=
    for one in $compiled; do [ "$one" = "$name" ] && self=--self-test; done
    "$lngen" emit --single-file --prefix vend $self --config "$config" -o "$work/$name" >"$work/said" 2>"$work/error"
    status=$?
    if line=$(refusal "$name"); then
        refused=$((refused + 1))
        [ $status = 2 ] && [ "$(wc -l <"$work/error")" = 1 ] && grep -Fq "$line" "$work/error" && [ ! -e "$work/$name" ] ||
            fail "$name: status $status, expected the line '$line': $(cat "$work/error")"
        continue
    fi
    emitted=$((emitted + 1))
    [ $status = 0 ] && [ -s "$work/$name/vend.h" ] && [ -s "$work/$name/vend.c" ] ||
        fail "$name: status $status: $(cat "$work/error")"
    case $name in
    llama-2* | llama-3-* | llama-3.[13]* | llama-3.2-[13]* | tinyllama*)
        bytes=$(cat "$work/$name/vend.h" "$work/$name/vend.c" | wc -c)
        [ "$bytes" -le $LLAMA_MOST ] || fail "$name: $bytes bytes, $LLAMA_MOST are allowed" ;;
    esac
done
[ $refused = 6 ] || fail "$refused files of 6 were there to be refused"

ran=0
for name in $compiled; do
    [ -f "$work/$name/vend_test.c" ] || { fail "$name: not in the zoo"; continue; }
    # vend_test.c includes vend.c
    (cd "$work/$name" && "$compiler" -Wall -Wextra -Werror -fsyntax-only vend.c &&
        "$compiler" -O2 -Wall -Wextra -Werror vend_test.c -o vend_test -lm && ./vend_test >out 2>&1) &&
        ran=$((ran + 1)) ||
        fail "$name: $(cat "$work/$name/out" 2>/dev/null)"
done
echo "$emitted pairs emitted, $refused files refused, $ran pairs compiled, their kernels right"
[ $failures = 0 ]
