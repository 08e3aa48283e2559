#!/bin/sh
# SPDX-License-Identifier: MIT
# unity.sh LNGEN WORK - pairs and their host in one translation unit: every name that a pair defines, static ones and
# macros as well, begins with its prefix, so that nothing clashes.
set -u
lngen=$1 work=$2
rm -rf "$work" && mkdir -p "$work" || exit 1
failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
without() { # PATTERN...: fails where standard input has lines that do not match
    what=$1
    shift
    ! grep -v "$@" >"$work/others" || fail "$prefix: $what without the prefix: $(tr '\n' ' ' <"$work/others")"
}
pair() { # PREFIX OPTIONS...
    prefix=$1
    shift
    "$lngen" emit --single-file --self-test --prefix "$prefix" -o "$work" "$@" >/dev/null || exit 1
    upper=$(echo "$prefix" | tr '[:lower:]' '[:upper:]')
    # llm.c's names are macros where the user asks for them
    sed '/^#ifdef .*_LLMC_NAMES/,/^#endif/d' "$work/$prefix.h" "$work/$prefix.c" |
        grep -oE '^ *# *define +[A-Za-z0-9_]+' | sed 's/.* //' | without macros "^${upper}_"
    cc -O0 -c "$work/$prefix.c" -o "$work/$prefix.o" || fail "$prefix.c does not compile"
    # names with a dot are static variables of functions; those with two underscores are of the compiler's headers
    nm "$work/$prefix.o" | awk '$2 ~ /^[TtDdRrBb]$/ && $3 !~ /[.]|^__/ { print $3 }' |
        without symbols -e "^${prefix}_" -e "^${upper}_"
    [ "$(nm "$work/$prefix.o" | grep -c " t ${prefix}_")" -gt 50 ] || fail "$prefix: hardly any static function was seen"
    [ -z "$(makes_words)" ] || fail "$prefix: another prefix would make of a name: $(makes_words | tr '\n' ' ')"
}
# Prefixes that would make a name of the pair of another word of its files, as "check" makes check_rows of rows.
makes_words() {
    grep -ohE '[A-Za-z_][A-Za-z_0-9]*' "$work/$prefix.h" "$work/$prefix.c" "$work/${prefix}_test.c" | sort -u |
        awk -v small="${prefix}_" -v large="${upper}_" '
            index($0, small) == 1 || index($0, large) == 1 { own[substr($0, length(small) + 1)]; next }
            !index($0, "_" small) { others[$0] }
            END {
                for (word in others)
                    for (i = 2; i < length(word); i++)
                        if (substr(word, i, 1) == "_" && substr(word, 1, 1) != "_" && substr(word, i + 1) in own)
                            print word
            }'
}
pair one --width 768 --pass forward,backward --abi llmc --unroll 1
pair two --width 64 --op rmsnorm --dtype f32,bf16 --pass forward,stats,apply --affine gamma,none --abi ggml-row --isa avx2 --unroll 1
pair zen --width 256 --op rmsnorm --dtype f16 --unroll 1
pair three --width 96 --op rmsnorm --residual pre --quant none,int8 --isa avx2 --unroll 1
cat >"$work/host.c" <<'EOF'
/* A host with short names of its own, before and behind the pairs. */
#define UNROLL 3
#define LANES 4
#define FN static
typedef struct {
    int x;
} V;
typedef int Kernel;
static int best(void) { return 1; }
static int add(int a, int b) { return a + b; }
#include "one.c"
#include "two.c"
#include "three.c"
#include "one.c" /* as a second header for an engine does */
FN Kernel load(V v) { return v.x + UNROLL + LANES; }
static int isas[2] = {5, 6};
int main(void)
{
    static float x[64], y[64], gain[64], norm[64];
    V v = {1};
    int i;
    for (i = 0; i < 64; i++) {
        x[i] = i % 2 ? 1.0f : -1.0f;
        gain[i] = 2.0f;
    }
    two_rmsnorm_f32_64(y, NULL, x, gain, 0, 1);
    one_layernorm_f32_any(norm, NULL, NULL, x, gain, x, 0, 1, 64);
    return !(add(best(), isas[1]) == 7 && load(v) == 8 && y[1] == 2.0f && norm[1] == 3.0f && norm[0] == -3.0f);
}
EOF
ran=0
for compiler in "gcc -std=c99 -O0" "gcc -O0 -fopenmp" "g++ -x c++ -std=c++17 -O0" "clang -O0" \
    "x86_64-w64-mingw32-gcc -O0" "tcc"; do
    command -v "${compiler%% *}" >/dev/null 2>&1 || continue
    warnings="-Wall -Wextra -Wno-unused-function -Werror"
    case $compiler in tcc) warnings= ;; esac
    # shellcheck disable=SC2086 # the options are words
    (cd "$work" && $compiler $warnings host.c -o host -lm) || { fail "$compiler: host.c does not compile"; continue; }
    case $compiler in *mingw*) continue ;; esac
    "$work/host" || fail "$compiler: the host's results are wrong"
    ran=$((ran + 1))
done
while read -r compiler needs; do # older C++ and C: one line, and no other
    command -v "${compiler%%;*}" >/dev/null 2>&1 || continue
    # shellcheck disable=SC2086 # the options are words
    $(echo "$compiler" | tr ';' ' ') -fno-diagnostics-show-caret -c "$work/one.c" -o "$work/one.o" 2>"$work/error" &&
        fail "$compiler: is taken"
    [ "$(grep -c 'error' "$work/error")" = 1 ] && grep -q "one.c needs $needs" "$work/error" ||
        fail "$compiler: $(cat "$work/error")"
done <<'END'
g++;-x;c++;-std=c++14 C++17 or later
gcc;-std=c89 C99 or later
gcc;-std=iso9899:199409 C99 or later
gcc;-std=gnu89 C99 or later
END
[ $ran -ge 2 ] || fail "the host ran with $ran compilers"
[ $failures = 0 ] && echo "no name clashes; $ran compilers agree"
[ $failures = 0 ]
