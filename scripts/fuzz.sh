#!/bin/sh
# fuzz.sh SECONDS [BUILD]: each fuzzer of the model readers for SECONDS, two at a time. Needs clang.
#
# BUILD (build-fuzz) keeps what was found interesting in corpus/, so a later run goes on from there.
set -e
seconds=${1:?usage: scripts/fuzz.sh SECONDS [BUILD]}
cd "$(dirname "$0")/.."
build=${2:-build-fuzz}
cmake -S . -B "$build" -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLNGEN_FUZZ=ON >/dev/null
cmake --build "$build" --parallel 2 --target fuzz_config fuzz_gguf fuzz_safetensors fuzz_index make_files >/dev/null
build=$(cd "$build" && pwd)
status=0
for pair in "config gguf" "safetensors index"; do
    running=
    for kind in $pair; do
        (cd "$build" && exec sh "$OLDPWD/fuzz/run.sh" "$kind" "$build/fuzz/fuzz_$kind" "$build/tests/model/make_files" \
            "$OLDPWD/tests/data" "$seconds" "$build/corpus/$kind") >"$build/fuzz_$kind.log" 2>&1 &
        running="$running $!"
    done
    for process in $running; do
        wait "$process" || status=$?
    done
    for kind in $pair; do
        echo "fuzz_$kind, $seconds s"
        cat "$build/fuzz_$kind.log"
    done
done
exit "$status"
