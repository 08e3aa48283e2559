#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh [CONFIG] - from a model's config.json to running, checked kernels. It installs missing packages, builds lngen,
# makes the kernels, checks every one of them against the reference, and prints how fast they are on this machine.
set -eu
case $#${1-} in
0) config= ;;
1/*) config=$1 ;;
1[!-]*) config=$PWD/$1 ;;
*)
    echo "demo.sh: '$*': usage: demo.sh [CONFIG], CONFIG being a model's config.json" >&2
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
: "${config:=$PWD/examples/gpt2/config.json}"
[ -f "$config" ] || { echo "demo.sh: $config: no such file; name a model's config.json" >&2; exit 2; }
sh scripts/deps.sh
jobs=$(nproc 2>/dev/null || echo 2)
log=build-demo/log
mkdir -p build-demo

quietly() { # the output of a step is shown only when it fails
    "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}

echo "1. building lngen"
quietly cmake -S . -B build-demo/lngen -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DLNGEN_BENCH=OFF
quietly cmake --build build-demo/lngen --parallel "$jobs" --target lngen
lngen=$PWD/build-demo/lngen/generator/lngen

echo "2. the norms of $(basename "$(dirname "$config")")/$(basename "$config")"
"$lngen" model "$config"

echo "3. kernels for them"
rm -rf build-demo/kernels
"$lngen" emit -o build-demo/kernels --config "$config"

echo "4. building them into the runtime library"
quietly cmake -S . -B build-demo/kernels-build -DCMAKE_BUILD_TYPE=Release -DLNGEN_BUILD_GENERATOR=OFF \
    -DLNGEN_KERNELS_DIR="$PWD/build-demo/kernels" -DBUILD_TESTING=ON -DLNGEN_BENCH=ON
quietly cmake --build build-demo/kernels-build --parallel "$jobs" --target harness_library ln_bench

echo "5. every kernel against the reference, bit for bit"
for isa in scalar avx2 avx512; do
    status=0
    build-demo/kernels-build/tests/harness_library $isa --any few >"$log" 2>&1 || status=$?
    case $status in
        0 | 77) tail -n 1 "$log" ;;
        *) cat "$log" >&2; exit 1 ;;
    esac
done

echo "6. on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), one thread"
build-demo/kernels-build/bench/ln_bench --demo
