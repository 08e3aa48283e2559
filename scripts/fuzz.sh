#!/bin/sh
# fuzz.sh SECONDS [BUILD]: each fuzzer of the model readers for SECONDS. Needs clang.
#
# BUILD (build-fuzz) keeps what was found interesting in corpus/, so a later run goes on from there.
set -e
seconds=${1:?usage: scripts/fuzz.sh SECONDS [BUILD]}
cd "$(dirname "$0")/.."
build=${2:-build-fuzz}
cmake -S . -B "$build" -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLNGEN_FUZZ=ON >/dev/null
for kind in config gguf safetensors index; do
    cmake --build "$build" --target "fuzz_$kind" make_files >/dev/null
done
build=$(cd "$build" && pwd)
for kind in config gguf safetensors index; do
    echo "fuzz_$kind, $seconds s"
    (cd "$build" && sh "$OLDPWD/fuzz/run.sh" $kind "$build/fuzz/fuzz_$kind" "$build/tests/model/make_files" \
        "$OLDPWD/tests/data" "$seconds" "$build/corpus/$kind")
done
