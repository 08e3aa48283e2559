#!/bin/sh
# bad.sh LNGEN WORK - what emit --single-file refuses: one line on stderr, exit status 2, nothing written.
set -u
lngen=$1 work=$2
rm -rf "$work" && mkdir -p "$work" || exit 1
failures=0
refused() {
    what=$1
    shift
    "$lngen" emit -o "$work/out" --width 64 "$@" >"$work/said" 2>"$work/error"
    status=$?
    if [ $status -ne 2 ] || [ "$(wc -l <"$work/error")" -ne 1 ] || [ -s "$work/said" ] || [ -e "$work/out" ]; then
        echo "FAILED: $what: status $status: $(cat "$work/error")"
        failures=$((failures + 1))
    fi
}
for prefix in '' 1a 'a b' 'a-b' 'ä' int class printf sqrt _x a__b x_ stdint math immintrin _mm512 mm512_add con NULL \
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; do
    refused "prefix '$prefix'" --single-file --prefix "$prefix"
done
refused "--prefix without --single-file" --prefix gpt2
refused "--self-test without --single-file" --self-test
mkdir "$work/out" && echo "int mine;" >"$work/out/gpt2.c"
"$lngen" emit --single-file --prefix gpt2 --width 64 -o "$work/out" 2>"$work/error"
if [ $? -ne 2 ] || [ "$(cat "$work/out/gpt2.c")" != "int mine;" ] || [ -e "$work/out/gpt2.h" ]; then
    echo "FAILED: a foreign file was not respected"
    failures=$((failures + 1))
fi
rm -r "$work/out"

# check tells a hand edit from a stale file
check() {
    "$lngen" emit --single-file --prefix gpt2 --width 64 -o "$work/out" --check "$@" >"$work/said"
}
"$lngen" emit --single-file --prefix gpt2 --width 64 -o "$work/out" >/dev/null && check || {
    echo "FAILED: check of fresh files"
    failures=$((failures + 1))
}
echo "/* mine */" >>"$work/out/gpt2.c"
check
grep -q "gpt2.c: edited by hand" "$work/said" || { echo "FAILED: hand edit: $(cat "$work/said")"; failures=$((failures + 1)); }
"$lngen" emit --single-file --prefix gpt2 --width 65 -o "$work/out" --force >/dev/null
check
grep -q "gpt2.c: stale" "$work/said" || { echo "FAILED: stale: $(cat "$work/said")"; failures=$((failures + 1)); }
[ $failures -eq 0 ] && echo "all refused as they should be"
exit $failures
