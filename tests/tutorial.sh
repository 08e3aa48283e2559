#!/bin/sh
# SPDX-License-Identifier: MIT
# tutorial.sh affine|isa SOURCE COMPILER WORK [CMAKE_OPTION...] - applies the steps that docs/design.md shows for a new
# affine form, or a new instruction set, to a copy of the sources in WORK, builds that and runs its kernels against the
# reference. Exits with 77 where git, which applies the steps, is missing or the processor lacks the instruction set.
set -eu
what=$1 source=$2 compiler=$3 work=$4
shift 4
command -v git >/dev/null || { echo "git: not found; the steps are applied by it"; exit 77; }
rm -rf "$work"
mkdir -p "$work/src"
for part in CMakeLists.txt cmake generator templates plans generated runtime reference tests; do
    cp -r "$source/$part" "$work/src/"
done
case $what in
affine) heading='### A new affine form' ;;
isa) heading='### A new instruction set' ;;
*) echo "usage: tutorial.sh affine|isa SOURCE COMPILER WORK" >&2; exit 2 ;;
esac

# The steps as a patch: what stands between ```diff and ``` under the heading.
awk -v heading="$heading" '/^#/ { inside = index($0, heading) == 1 }
    inside && /^```$/ { taking = 0 } taking { print } inside && /^```diff$/ { taking = 1 }' \
    "$source/docs/design.md" >"$work/steps.patch"
[ -s "$work/steps.patch" ] || { echo "docs/design.md: no steps under '$heading'"; exit 1; }
(cd "$work/src" && git apply --unsafe-paths "$work/steps.patch") || { echo "the steps do not fit the sources"; exit 1; }
[ "$what" = affine ] || cp "$source/tests/tutorial/avx2x4.h" "$work/src/templates/isa/"

cmake -S "$work/src" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DLNGEN_TESTS=OFF -DLNGEN_BENCH=OFF \
    -DLNGEN_INSTALL=OFF -DLNGEN_SHARED=OFF "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmake --build "$work/build" --target lngen >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
lngen=$work/build/generator/lngen
kernels=$work/kernels
flags="-std=c11 -O1 -I$kernels -I$work/src/runtime -I$work/src/reference -I$work/src/tests"
cd "$work/src"
parts="tests/fence.c tests/inputs.c reference/reference.c reference/backward.c reference/storage.c runtime/*.c"
if [ "$what" = affine ]; then
    "$lngen" emit -o "$kernels" --op layernorm,rmsnorm --dtype f32,bf16 --affine shifted --width 70 >/dev/null
    "$lngen" emit -o "$work/pair" --op layernorm,rmsnorm --affine shifted --width 70 --prefix shifted --self-test \
        --single-file >/dev/null
    "$compiler" -std=c11 -O1 "$work/pair/shifted_test.c" -o "$work/pair/test" -lm
    "$work/pair/test" >"$work/log" || { cat "$work/log"; exit 1; }
    program="tests/ops.c"
else
    "$lngen" emit -o "$kernels" --isa avx2x4,scalar --width 7,70,300,768 >/dev/null
    "$lngen" emit -o "$work/pair" --isa avx2x4,scalar --op layernorm,rmsnorm --width 64,100 --prefix four --self-test \
        --single-file >/dev/null
    "$compiler" -std=c11 -O1 -Wall -Wextra -Werror "$work/pair/four_test.c" -o "$work/pair/test" -lm
    "$work/pair/test" >"$work/log" || { cat "$work/log"; exit 1; }
    program="tests/harness.c"
fi
for file in "$kernels"/*.c; do
    # shellcheck disable=SC2086 # words
    "$compiler" $flags -c "$file" -o "${file%.c}.o"
done
if [ "$what" = isa ]; then # its vocabulary by itself
    words="$flags -ffp-contract=off -DF32_FORWARD"
    # shellcheck disable=SC2086 # words
    "$compiler" $words -include "$kernels/ln_avx2x4.h" '-DVOCABULARY="avx2x4"' -c tests/vocabulary/vocabulary.c \
        -o "$work/vocabulary.o"
    # shellcheck disable=SC2086 # words
    "$compiler" $words tests/vocabulary/main.c tests/vocabulary/semantics.c tests/inputs.c reference/storage.c \
        "$work/vocabulary.o" -lm -o "$work/vocabulary"
    status=0
    "$work/vocabulary" 1e5 >"$work/log" || status=$?
    [ "$status" = 0 ] || [ "$status" = 77 ] || { cat "$work/log"; exit 1; }
fi
# shellcheck disable=SC2086 # words
"$compiler" $flags $program $parts "$kernels"/*.o -lm -o "$work/program"

ran=0
for isa in scalar avx2 avx512 avx2x4; do
    [ "$what" = affine ] && [ "$isa" = avx2x4 ] && continue
    [ "$what" = isa ] && [ "$isa" != avx2x4 ] && continue
    status=0
    if [ "$what" = affine ]; then "$work/program" "$isa"; else "$work/program" "$isa" --any few; fi || status=$?
    case $status in
    0) ran=$((ran + 1)) ;;
    77) ;;
    *) exit "$status" ;;
    esac
done
[ "$ran" -gt 0 ] || exit 77
