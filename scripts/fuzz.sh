#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh SECONDS [BUILD] - each fuzzer (model readers, options, plan files, templates) for SECONDS, two at a time, after
# what is missing has been installed. 77 when there is no clang with libFuzzer.
#
# BUILD (build-fuzz) keeps what was found interesting in corpus/, so a later run goes on from there.
set -eu
usage() {
    echo "fuzz.sh: '$*': usage: fuzz.sh SECONDS [BUILD], SECONDS being 1 or more, BUILD a directory" >&2
    exit 2
}
case ${1-} in
'' | 0* | *[!0-9]*) usage "$@" ;;
esac
case $#${2-} in
1) build="build-fuzz" ;;
2/*) build=$2 ;;
2[!-]*) build=$PWD/$2 ;;
*) usage "$@" ;;
esac
seconds=$1
CDPATH='' cd -- "$(dirname -- "$0")/.."
source=$PWD
sh scripts/deps.sh fuzz
probe=$(mktemp)
status=0
echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }' |
    clang -fsanitize=fuzzer,address -x c - -o "$probe" 2>/dev/null || status=77
rm -f "$probe"
if [ "$status" -ne 0 ]; then
    echo "fuzz.sh: skipped, no clang with libFuzzer here; as root, 'sh scripts/deps.sh fuzz' installs one" >&2
    exit "$status"
fi

cmake -S . -B "$build" -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLNGEN_FUZZ=ON >/dev/null
build=$(cd "$build" && pwd)
kinds=$(ctest --test-dir "$build" -N -L '^fuzz$' 2>/dev/null | sed -n 's/^ *Test.*: fuzz_//p')
# shellcheck disable=SC2046,SC2086 # words
cmake --build "$build" --parallel 2 --target $(printf 'fuzz_%s ' $kinds) make_files >/dev/null
# shellcheck disable=SC2086 # words
set -- $kinds
while [ $# -gt 0 ]; do
    pair="$1 ${2-}"
    shift $(($# > 1 ? 2 : 1))
    running=
    for kind in $pair; do
        (cd "$build" && exec sh "$source/fuzz/run.sh" "$kind" "$build/fuzz/fuzz_$kind" "$build/tests/model/make_files" \
            "$source/tests/data" "$seconds" "$build/corpus/$kind") >"$build/fuzz_$kind.log" 2>&1 &
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
