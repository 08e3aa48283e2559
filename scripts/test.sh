#!/bin/sh
# test.sh [BUILD_DIR] - installs what is missing, builds, runs all tests. Ends with CTest's summary.
set -eu
cd "$(dirname "$0")/.."
build=${1-build}
sh scripts/deps.sh tests
jobs=$(nproc 2>/dev/null || echo 2)
generator= # as configured before, or the faster one
[ -e "$build/CMakeCache.txt" ] || ! command -v ninja >/dev/null || generator="-G Ninja"
# shellcheck disable=SC2086 # two words
cmake -S . -B "$build" $generator -DCMAKE_BUILD_TYPE=Release
cmake --build "$build" --parallel "$jobs"
cd "$build"
exec ctest --output-on-failure --parallel "$jobs"
