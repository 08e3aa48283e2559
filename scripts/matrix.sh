#!/bin/sh
# SPDX-License-Identifier: MIT
# matrix.sh [BUILD [STEP]...] - the tests in their long form, one step after another: compilers and levels of
# optimisation, sanitizers, valgrind, static analysis, coverage, threads. Ends with a table; the exit status is 1 when a
# step failed. It installs missing packages.
#
# BUILD  the directory for builds and logs (build-matrix)
# STEP   run only these: gcc-O0 gcc-O2 gcc-O3 clang-O0 clang-O2 clang-O3 sanitizers clang-sanitizers tsan valgrind
#        threads tidy cppcheck coverage emulated
#
# Each step has a log, BUILD/STEP.log. SECONDS_LONG (60) is how long threads and tsan run.
# shellcheck disable=SC2086 # lists of words
set -eu
case ${1-} in
-*)
    echo "matrix.sh: '$*': usage: matrix.sh [BUILD [STEP]...], BUILD being a directory" >&2
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
source=$PWD
all='gcc-O0 gcc-O2 gcc-O3 clang-O0 clang-O2 clang-O3 sanitizers clang-sanitizers tsan valgrind threads tidy cppcheck'
all="$all coverage emulated"
build=${1:-build-matrix}
[ $# -eq 0 ] || shift
for step; do
    case " $all " in
    *" $step "*) ;;
    *)
        echo "matrix.sh: '$step' is no step; the steps are: $all" >&2
        exit 2
        ;;
    esac
done
mkdir -p "$build"
build=$(cd "$build" && pwd)
[ -n "${MATRIX_INSTALLED-}" ] || sh scripts/deps.sh matrix
jobs=$(nproc 2>/dev/null || echo 2)
seconds=${SECONDS_LONG-60}

# What a compiler or sanitizer is tried on: the generator, the runtime, the kernels of the library.
targets='lngen lua_test test_api test_arena test_isa test_accuracy test_calls_library harness_library test_heads
         test_backward_params'
tests='^(api|arena|isa\..*|accuracy\..*|calls\.library\..*|bits\.library\..*|heads\..*|backward_params\..*|lua\..*|'
tests="${tests}cli|generated)\$"

# configure NAME CMAKE_OPTION...: a build with tests, but for `targets` nothing is built
configure() {
    name=$1
    shift
    cmake -S "$source" -B "$build/$name" "$@"
}

make_targets() { # NAME TARGET...
    name=$1
    shift
    cmake --build "$build/$name" --parallel "$jobs" --target "$@"
}

run_tests() { (cd "$build/$1" && ctest -R "$2" --no-tests=error --output-on-failure --parallel "$jobs"); }

try() { # NAME CMAKE_OPTION...: configures, builds and tests
    configure "$@" && make_targets "$1" $targets && run_tests "$1" "$tests"
}

level() { # COMPILER LEVEL
    command -v "$1" >/dev/null || return 77
    try "$1-$2" -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="$1" -DCMAKE_C_FLAGS="-$2"
}

sanitized() { # NAME COMPILER
    command -v "$2" >/dev/null || return 77
    flags='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer'
    echo leak:libomp.so >"$build/$1.leaks" # what clang's OpenMP library keeps of its threads
    LSAN_OPTIONS="suppressions=$build/$1.leaks:print_suppressions=0" UBSAN_OPTIONS=print_stacktrace=1 \
        try "$1" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER="$2" -DCMAKE_C_FLAGS="$flags"
}

# A plain build, which several steps share.
plain() {
    configure plain -DCMAKE_BUILD_TYPE=Release && make_targets plain "$@"
}

with_valgrind() {
    command -v valgrind >/dev/null || return 77
    plain lngen test_api test_arena test_isa || return
    run_tests plain '^valgrind\.' || return
    for words in test_api 'test_isa avx2'; do # avx2 is what valgrind.sh sets LN_ISA to
        echo "$words"
        sh tests/valgrind.sh "$build/plain/tests/"$words || return
    done
    for words in 'list --width 768' 'show ln_layernorm_f32_768_avx2' 'explain ln_layernorm_f32_768_avx2' \
        'models llama' 'emit --check -o generated --width 768,1024,4096'; do
        echo "lngen $words"
        sh tests/valgrind.sh "$build/plain/generator/lngen" $words >/dev/null || return
    done
}

with_threads() {
    plain test_threads_ops_residual test_threads_backward_ops || return
    for set in ops_residual backward_ops; do
        OMP_NUM_THREADS=3 OMP_WAIT_POLICY=passive "$build/plain/tests/test_threads_$set" "$seconds" 8 || return
    done
}

with_tsan() {
    plain lngen && sh tests/tsan.sh "$build/plain/generator/lngen" "$source" "$build/tsan-work" "$seconds" clang gcc
}

# The C sources that are written by hand; bench and examples are not among them.
sources() {
    ls generator/*.c generator/readers/*.c runtime/*.c reference/*.c tests/*.c tests/lua/*.c tests/model/*.c
}

includes() {
    echo "-Iruntime -Igenerated -Ireference -Itests -Igenerator -Igenerator/readers" \
        "$(pkg-config --cflags lua5.4 libcjson | sed 's/-I/-isystem/g')"
}

with_tidy() {
    command -v clang-tidy >/dev/null || return 77
    # shellcheck disable=SC2016 # $1 is for the inner sh; tsan_pair.c includes a pair that only its test makes
    sources | grep -v tsan_pair | xargs -P "$jobs" -n 4 sh -c 'includes=$1; shift; exec clang-tidy --quiet "$@" -- \
        -std=c11 -DLNGEN_VERSION=\"0\" $includes' sh "$(includes)"
}

with_cppcheck() {
    command -v cppcheck >/dev/null || return 77
    # It does not see that kernels write what ln_args points to, as they do in ln_batch.h.
    # shellcheck disable=SC2046 # words
    cppcheck --quiet --std=c11 --inline-suppr --enable=warning,performance,portability --error-exitcode=1 -j "$jobs" \
        --suppress=missingIncludeSystem --suppress=uninitvar:generated/ln_batch.h -Iruntime -Igenerated -Ireference \
        -Itests -Igenerator -Igenerator/readers -D__x86_64__ -D__SSE2__ -D__linux__ -D__GNUC__=12 $(sources)
}

# Lines of generator and runtime that the tests run, over all programs that hold them.
with_coverage() {
    command -v gcov >/dev/null || return 77
    configure coverage -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS='--coverage -O0' || return
    make_targets coverage $targets test_split test_fork make_files measure mutate story_arena kill_at || return
    more='split\..*|fork|embed|kills|model_(bad|data|emit|files|mutate|names|values)|commands'
    run_tests coverage "${tests%)*}|$more)\$" || return
    run_tests coverage '^model_limits$' || echo 'the limits of time do not hold with --coverage; what ran counts'
    sh scripts/coverage.sh "$build/coverage" 95
}

# Tests of AVX-512 in an emulator.
with_emulator() {
    plain lngen && sh scripts/emulated.sh "$build/plain" long
}

run_step() {
    case $1 in
    gcc-O* | clang-O*) level "${1%-*}" "${1#*-}" ;;
    sanitizers) sanitized "$1" gcc ;;
    clang-sanitizers) sanitized "$1" clang ;;
    tsan) with_tsan ;;
    valgrind) with_valgrind ;;
    threads) with_threads ;;
    tidy) with_tidy ;;
    cppcheck) with_cppcheck ;;
    coverage) with_coverage ;;
    emulated) with_emulator ;;
    esac
}

[ $# -gt 0 ] || set -- $all
table='' failed=0
for step; do
    echo "$step ..."
    begin=$(date +%s)
    status=0
    (set +e; run_step "$step") >"$build/$step.log" 2>&1 || status=$?
    end=$(date +%s)
    case $status in
    0) result=passed ;;
    77) result='skipped, a tool is missing' ;;
    *) result="FAILED, see $build/$step.log" failed=1 ;;
    esac
    note='^[0-9]+% tests passed|^coverage:|threads, .* calls|^[0-9]+ of [0-9]+ passed'
    note=$(grep -E "$note" "$build/$step.log" | tail -n 1)
    table="$table$(printf '%-17s %6d s  %s%s' "$step" $((end - begin)) "$result" "${note:+; $note}")
"
    [ "$status" -eq 0 ] || tail -n 15 "$build/$step.log"
done
printf '\n%-17s %8s  %s\n%s' step time result "$table"
exit "$failed"
