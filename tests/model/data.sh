#!/bin/sh
# SPDX-License-Identifier: MIT
# data.sh LNGEN DATA - for every DATA/*.json, lngen must print what DATA/*.expected holds: the table, then the notes.
# data.sh LNGEN DATA --write - writes the .expected files instead; read them before you commit them.
lngen=$1 data=$2 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$data" || exit 2
for config in *.json; do
    want=${config%.json}.expected
    got=$("$lngen" model "$config" 2>"$work/notes" && sed 's/^lngen: note: /# /' "$work/notes")
    if [ "$3" = --write ]; then
        printf '%s\n' "$got" >"$want"
    elif ! printf '%s\n' "$got" | diff -u "$want" - >"$work/diff" 2>&1; then
        failed=$((failed + 1))
        echo "$config:"
        cat "$work/diff" "$work/notes"
    fi
    ran=$((ran + 1))
done
echo "$ran configs, $failed wrong"
[ $failed = 0 ] && [ $ran -ge 20 ]
