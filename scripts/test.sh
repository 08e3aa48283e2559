#!/bin/sh
# test.sh [BUILD] - installs what is missing, builds in BUILD (build), runs all tests. Ends with CTest's summary.
set -eu
case $#${1-} in
0) build=build ;;
1/*) build=$1 ;;
1[!-]*) build=$PWD/$1 ;;
*)
    echo "test.sh: '$*': usage: test.sh [BUILD], BUILD being a directory" >&2
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
sh scripts/deps.sh tests
jobs=$(nproc 2>/dev/null || echo 2)
generator= # as configured before, or the faster one
[ -e "$build/CMakeCache.txt" ] || ! command -v ninja >/dev/null || generator="-G Ninja"
# shellcheck disable=SC2086 # two words
cmake -S . -B "$build" $generator -DCMAKE_BUILD_TYPE=Release
cmake --build "$build" --parallel "$jobs" --target build_tests
cd "$build"
exec ctest --output-on-failure --parallel "$jobs"
