#!/bin/sh
# SPDX-License-Identifier: MIT
# values.sh LNGEN DATA - replaces each value of each config in DATA by values of the wrong kind; lngen must print a
# table, or exit with 2 and one line, and never report an internal error.
lngen=$1 data=$2 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

for config in "$data"/*.json; do
    case $config in *comments*) continue ;; esac
    # one file for each value and replacement
    rm -f "$work"/*.json
    LC_ALL=C awk -v dir="$work" '
        { text = text $0 "\n" }
        END {
            n = split("null|-1|1e308|\"x\"|{}|[-1]", values, "|")
            scalar = ":[ ]*(\"[^\"]*\"|-?[0-9][-0-9.eE+]*|true|false|null|\\[[^][]*\\])"
            before = ""
            rest = text
            while (match(rest, scalar)) {
                key++
                for (v = 1; v <= n; v++) {
                    file = dir "/" key "-" v ".json"
                    printf "%s:%s%s", before substr(rest, 1, RSTART - 1), values[v], substr(rest, RSTART + RLENGTH) >file
                    close(file)
                }
                before = before substr(rest, 1, RSTART + RLENGTH - 1)
                rest = substr(rest, RSTART + RLENGTH)
            }
        }' "$config"
    for file in "$work"/*.json; do
        "$lngen" model "$file" >"$work/out" 2>"$work/err"
        status=$?
        ran=$((ran + 1))
        if { [ $status != 0 ] && { [ $status != 2 ] || [ "$(wc -l <"$work/err")" != 1 ]; }; } ||
            grep -q 'internal error' "$work/err"; then
            failed=$((failed + 1))
            echo "$config, changed as below: exit status $status"
            cat "$file" "$work/err"
        fi
    done
done
echo "$ran files, $failed wrong"
[ $failed = 0 ] && [ $ran -gt 1000 ]
