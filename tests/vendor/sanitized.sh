#!/bin/sh
# SPDX-License-Identifier: MIT
# sanitized.sh LNGEN WORK COMPILER - a pair of two widths is compiled with sanitizers, and with that of undefined
# behaviour alone, in no more than six times the time that it takes without, and its self-test finds nothing. Nor does
# that of a pair with the schedules of a plan. 77 when the compiler has no sanitizers.
set -u
export LC_ALL=C # times and awk speak of seconds with a point
lngen=$1 work=$2 compiler=$3
rm -rf "$work" && mkdir -p "$work" || exit 1
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"
cd "$work" || exit 1
# shellcheck disable=SC2086 # words
if ! { echo 'int main(void) { return 0; }' | "$compiler" $sanitizers -x c - -o probe 2>/dev/null && ./probe; }; then
    echo "skipped: $compiler has no sanitizers here"
    exit 77
fi
"$lngen" emit --single-file --self-test --prefix vend --width 768,1024 -o . || exit 1

# Prints how many seconds of processor time a command takes.
seconds() { ("$@" || exit 1; times) | awk 'END { split($1, t, /[ms]/); print 60 * t[1] + t[2] }'; }

plain=$(seconds "$compiler" -O1 -c vend.c -o vend.o)
for checks in "$sanitizers" -fsanitize=undefined; do
    # shellcheck disable=SC2086
    checked=$(seconds "$compiler" -O1 $checks -c vend.c -o vend_checked.o)
    echo "$compiler: $plain s, with $checks $checked s"
    awk -v a="$plain" -v b="$checked" 'BEGIN { exit !(a > 0 && b > 0 && b <= 6 * a) }' || {
        echo "FAILED: more than six times the time"
        exit 1
    }
done
# shellcheck disable=SC2086
"$compiler" -O1 $sanitizers vend_test.c -o vend_test -lm && ./vend_test || exit 1

# A plan whose groups past the caches are larger than those in them: up to six rows are left of seven, five or more of
# which are no part of a group of five.
situation='unroll = "full", prefetch = 0, into = "l1"'
cat >plan.lua <<END || exit 1
return { format = 1, version = "any", machine = "none", compiler = "none",
  { kernel = "ln_rmsnorm_bf16_64_avx2",
    one = { $situation, rows = 1, ahead = 0, store = "cached" },
    few = { $situation, rows = 5, ahead = 0, store = "cached" },
    many = { $situation, rows = 7, ahead = 1, store = "stream" } },
}
END
"$lngen" emit --single-file --self-test --prefix plan --op rmsnorm --dtype bf16 --width 64 --isa avx2,scalar \
    --plan plan.lua -o . || exit 1
# shellcheck disable=SC2086
"$compiler" -O1 $sanitizers plan_test.c -o plan_test -lm && ./plan_test
