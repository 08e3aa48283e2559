#!/bin/sh
# SPDX-License-Identifier: MIT
# bad.sh LNGEN OLDER WORK - what emit --single-file refuses: one line on stderr, exit status 2, nothing written; what
# --check says of files that differ. OLDER is an lngen of another version.
set -u
lngen=$1 older=$2 work=$3
rm -rf "$work" && mkdir -p "$work" || exit 1
failures=0
refused() {
    what=$1
    shift
    "$lngen" emit -o "$work/out" --width 64 "$@" >"$work/said" 2>"$work/error"
    status=$?
    if [ $status -ne 2 ] || [ "$(wc -l <"$work/error")" -ne 1 ] || [ -s "$work/said" ] || [ -e "$work/out" ]; then
        echo "FAILED: $what: status $status: $(cat "$work/error")"
        failures=$((failures + 1))
    fi
}
for prefix in '' 1a 'a b' 'a-b' 'ä' int class printf sqrt _x a__b x_ stdint math immintrin _mm512 mm512_add con NULL \
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
    refused "prefix '$prefix'" --single-file --prefix "$prefix"
done
for prefix in while _Bool thread_local size_t uint16_t memcpy getline stdin errno _mm256 kmask8 mm_malloc immintrin \
    LPT1 string near co_await main NAN page sqrtf powl strtok_r fopen64 pthread_create atomic_int FILE int8x16_t m512; do
    refused "prefix '$prefix'" --single-file --prefix "$prefix"
done
for prefix in x F sock size int8 uint_least64 ln_gpt2 LN_a fd S type VT; do
    refused "prefix '$prefix', whose names are others'" --single-file --prefix "$prefix"
done
for prefix in v norm my_model; do # no header has a name that a pair makes of these
    "$lngen" emit --single-file --prefix "$prefix" --width 64 -o "$work/free" >/dev/null ||
        { echo "FAILED: prefix '$prefix' was refused"; failures=$((failures + 1)); }
done
for prefix in ggml torch at llmc llama2c; do
    refused "prefix '$prefix', which is an engine's own" --single-file --prefix "$prefix"
done
refused "prefix 'llama' beside llama.cpp's own names" --for ggml --op rmsnorm --prefix llama
refused "an unknown engine" --for ggm --prefix gpt2
refused "an engine without a prefix or a model" --for ggml
refused "an engine without its norm" --for ggml --prefix gpt2 --affine none
refused "an engine without gradients" --for llmc --prefix gpt2 --pass forward
refused "--abi of another kind" --single-file --abi llama.c
refused "--abi llmc without its norm" --single-file --abi llmc --op rmsnorm
refused "--abi llmc with a residual" --single-file --abi llmc --residual pre
grep -q "needs a forward norm of x alone" "$work/error" ||
    { echo "FAILED: --abi llmc asks for what was given: $(cat "$work/error")"; failures=$((failures + 1)); }
refused "--only" --single-file --only ln_layernorm_f32_64_avx2
refused "a width of 0" --single-file --width 0
refused "an unknown instruction set" --single-file --isa avx3
refused "two lists that exclude each other" --single-file --op rmsnorm --affine ful
refused "--prefix without --single-file" --prefix gpt2
refused "--self-test without --single-file" --self-test
for foreign in gpt2.c gpt2.h gpt2_test.c; do
    mkdir "$work/out" && echo "int mine;" >"$work/out/$foreign"
    "$lngen" emit --single-file --self-test --prefix gpt2 --width 64 -o "$work/out" >"$work/said" 2>"$work/error"
    if [ $? -ne 2 ] || [ "$(cat "$work/out/$foreign")" != "int mine;" ] || [ "$(ls "$work/out")" != $foreign ] ||
        ! grep -q "$foreign: not written by lngen; move it away or say --force" "$work/error"; then
        echo "FAILED: a foreign $foreign was not respected"
        failures=$((failures + 1))
    fi
    rm -r "$work/out"
done

# no two specs share a name, and so a symbol
"$lngen" list --width 64,65 --isa scalar --op layernorm,rmsnorm --dtype f32,bf16,f16 --affine gamma,gamma1,none \
    --residual none,pre,post 2>"$work/error" | awk '{ print $1 }' | sort >"$work/names"
if [ "$(wc -l <"$work/names")" -lt 108 ] || [ -n "$(uniq -d <"$work/names")" ]; then
    echo "FAILED: names of specs: $(wc -l <"$work/names"), twice: $(uniq -d <"$work/names") $(cat "$work/error")"
    failures=$((failures + 1))
fi

# check tells a hand edit from a stale file, and says which file
emit() { "$lngen" emit --single-file --prefix gpt2 -o "$work/out" "$@" >"$work/said" 2>"$work/error"; }
expect() { # WHAT STATUS LINES...: what --check prints, all of it
    what=$1 status=$2
    shift 2
    emit --width 64 --check
    got=$?
    : >"$work/lines"
    for line; do echo "$work/out/$line" >>"$work/lines"; done
    if [ $got -ne "$status" ] || ! cmp -s "$work/said" "$work/lines"; then
        echo "FAILED: $what: status $got: $(cat "$work/said")"
        failures=$((failures + 1))
    fi
}
emit --width 64
expect "fresh files" 0
cp "$work/out/gpt2.c" "$work/kept"
echo "/* mine */" >>"$work/out/gpt2.c"
expect "a line at the end" 1 "gpt2.c: edited by hand"
sed 's/eps/epsilon/' "$work/kept" >"$work/out/gpt2.c"
expect "a change within" 1 "gpt2.c: edited by hand"
sed 's/lngen [0-9.]*, do not/lngen 0.0.1, do not/' "$work/kept" >"$work/out/gpt2.c"
expect "another version in the banner" 1 "gpt2.c: edited by hand"
cp "$work/kept" "$work/out/gpt2.c"
rm "$work/out/gpt2.h"
expect "a file that is gone" 1 "gpt2.h: missing"
emit --width 65
expect "another command" 1 "gpt2.h: stale: written by another command" "gpt2.c: stale: written by another command"
rm -r "$work/out"
"$older" emit --single-file --prefix gpt2 --width 64 -o "$work/out" >/dev/null
version=$("$lngen" --version | sed 's/.* //')
expect "an older lngen" 1 "gpt2.h: stale: written by lngen 0.0.1, this is $version" \
    "gpt2.c: stale: written by lngen 0.0.1, this is $version"
emit --width 64
if ! grep -q "note: .*/gpt2.h and 1 more file: written before by lngen 0.0.1, now by $version; the same bits come out" \
    "$work/error"; then
    echo "FAILED: no note of the upgrade: $(cat "$work/error")"
    failures=$((failures + 1))
fi
expect "after the upgrade" 0

# a config that changed
echo '{"model_type": "gpt2", "n_embd": 64}' >"$work/config.json"
emit --config "$work/config.json"
echo '{"model_type": "gpt2", "n_embd": 64, "n_layer": 3}' >"$work/config.json"
emit --config "$work/config.json" --check
grep -q "gpt2.h: stale: its inputs have changed" "$work/said" || {
    echo "FAILED: changed inputs: $(cat "$work/said")"
    failures=$((failures + 1))
}

# prefixes that differ in case only
"$lngen" emit --single-file --prefix Gpt2 --width 64 -o "$work/out" >"$work/said" 2>"$work/error"
if [ $? -ne 2 ] || [ -e "$work/out/Gpt2.c" ] || [ "$(wc -l <"$work/error")" -ne 1 ] ||
    ! grep -q "'Gpt2' and 'gpt2' of .*/gpt2.h share macros, as in GPT2_OK" "$work/error"; then
    echo "FAILED: Gpt2 beside gpt2: $(cat "$work/error")"
    failures=$((failures + 1))
fi
[ $failures -eq 0 ] && echo "all refused as they should be"
exit $failures
