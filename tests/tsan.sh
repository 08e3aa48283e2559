#!/bin/sh
# SPDX-License-Identifier: MIT
# tsan.sh LNGEN SOURCE WORK SECONDS [COMPILER]... - the runtime, kernels and a pair of files under ThreadSanitizer: the
# first calls of several threads, then threads.c for SECONDS. The first COMPILER that has ThreadSanitizer is used. With
# clang, where LLVM's OpenMP has archer, ThreadSanitizer also watches the threads that the runtime starts. 77 when no
# compiler has it. A race that is planted in a copy of runtime/cpu.c must be found.
set -eu
lngen=$1 source=$2 work=$3 seconds=$4
shift 4
rm -rf "$work"
mkdir -p "$work"
cd "$work"
compiler=
echo 'int main(void) { return 0; }' >probe.c
for candidate; do
    if "$candidate" -fsanitize=thread probe.c -o probe 2>/dev/null && ./probe; then
        compiler=$candidate
        break
    fi
done
[ -n "$compiler" ] || { echo "skipped: no compiler with ThreadSanitizer among: $*"; exit 77; }
openmp=
if "$compiler" -fopenmp -fsanitize=thread probe.c -o probe 2>/dev/null &&
    OMP_TOOL=enabled OMP_TOOL_LIBRARIES=libarcher.so OMP_DISPLAY_ENV=verbose ./probe >/dev/null 2>&1 &&
    find /usr/lib/llvm* -name libarcher.so 2>/dev/null | grep -q . && "$compiler" --version | grep -q clang; then
    openmp=-fopenmp
fi
flags="-std=gnu11 -O1 -g -fsanitize=thread $openmp"
"$lngen" emit -o kernels --op layernorm,rmsnorm --width 70 --isa avx2,scalar >/dev/null
"$lngen" emit -o pair --single-file --prefix pair --width 70 --isa avx2,scalar >/dev/null
export TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66' OMP_NUM_THREADS=3

# shellcheck disable=SC2086 # flags are words
{
    "$compiler" $flags -Ipair "$source/tests/tsan_pair.c" pair/pair.c -lm -lpthread -o first_calls
    for part in "$source"/tests/arguments.c "$source"/tests/batches.c "$source"/tests/inputs.c "$source"/runtime/*.c; do
        [ "${part##*/}" = cpu.c ] || "$compiler" $flags -Ikernels -I"$source/runtime" -I"$source/reference" -c "$part"
    done
    (cd kernels && "$compiler" $flags -c ./*.c)
    "$compiler" $flags -Ikernels -I"$source/runtime" "$source/runtime/cpu.c" "$source/tests/threads.c" ./*.o \
        kernels/*.o -lm -lpthread -o threads
    sed 's/static atomic_uint answer/static unsigned answer/
        s/atomic_load_explicit(&answer, memory_order_relaxed)/answer/
        s/atomic_store_explicit(&answer, known, memory_order_relaxed)/answer = known/
        s/static atomic_size_t answer/static size_t answer/
        s/atomic_store_explicit(&answer, bytes, memory_order_relaxed)/answer = bytes/' "$source/runtime/cpu.c" >faulty.c
    ! cmp -s "$source/runtime/cpu.c" faulty.c || { echo "runtime/cpu.c has no atomics that this test knows"; exit 1; }
    "$compiler" $flags -Ikernels -I"$source/runtime" faulty.c "$source/tests/threads.c" ./*.o kernels/*.o -lm \
        -lpthread -o faulty
}
./first_calls
./threads "$seconds" 4
for attempt in 1 2 3 4 5 6 7 8; do # a race is found when it happens
    if ! ./faulty 0.01 8 >faulty.log 2>&1; then
        grep -q 'data race' faulty.log || { cat faulty.log; exit 1; }
        echo "the planted race was found, attempt $attempt; ${openmp:-without OpenMP}"
        exit 0
    fi
done
echo "the planted race was not found"
exit 1
