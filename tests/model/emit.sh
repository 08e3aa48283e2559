#!/bin/sh
# SPDX-License-Identifier: MIT
# emit.sh LNGEN ZOO - for every config of the zoo that holds a model, lngen must emit kernels for f32 and for bf16, and
# the bf16 kernels must round as `lngen model --json` says the model does. The exit status is 77 when there is no zoo.
export LC_ALL=C
lngen=$1 zoo=$2
if [ ! -d "$zoo/configs" ]; then
    echo "skipped: no zoo at $zoo"
    exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
emitted=0 refused=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "$*"
}

for config in "$zoo"/configs/*.json; do
    name=${config##*/}
    if ! "$lngen" model --json --quiet "$config" >"$work/sites" 2>"$work/err"; then
        refused=$((refused + 1))
        continue
    fi
    emitted=$((emitted + 1))
    for dtype in f32 bf16; do
        "$lngen" emit --accept-guess --config "$config" --dtype $dtype --isa scalar -o "$work/$dtype" >"$work/out" 2>&1 ||
            fail "$name: $dtype: $(cat "$work/out")"
        "$lngen" list --accept-guess --config "$config" --dtype $dtype --isa scalar >"$work/$dtype.list" 2>&1
    done
    grep -q _rounded "$work/f32.list" && fail "$name: f32 kernels round before the gain"
    # sites that have a gain: those that round before it, and those that round once
    wanted=$(grep -v '"affine": "none"' "$work/sites" | grep -c '"rounding": "\(before_gain\|promoted\)"')
    once=$(grep -v '"affine": "none"' "$work/sites" | grep -c '"rounding": "once"')
    [ "$wanted" -eq 0 ] || grep -q _rounded "$work/bf16.list" || fail "$name: no bf16 kernel rounds before the gain"
    [ "$wanted" -gt 0 ] || ! grep -q _rounded "$work/bf16.list" || fail "$name: a bf16 kernel rounds before the gain"
    [ "$once" -eq 0 ] || grep -qv '_rounded\|_none' "$work/bf16.list" || fail "$name: no bf16 kernel rounds once"
done
echo "$emitted configs emitted for f32 and bf16, $refused refused, $failed failures"
[ $failed = 0 ] && [ $emitted -ge 100 ]
