#!/bin/sh
# test.sh [BUILD_DIR] - installs what is missing, builds, runs all tests. Ends with CTest's summary.
set -eu
cd "$(dirname "$0")/.."
build=${1-build}
sh scripts/deps.sh tests
jobs=$(nproc 2>/dev/null || echo 2)
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release
cmake --build "$build" --parallel "$jobs"
cd "$build"
exec ctest --output-on-failure --parallel "$jobs"
