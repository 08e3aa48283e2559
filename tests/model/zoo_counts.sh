#!/bin/sh
# SPDX-License-Identifier: MIT
# zoo_counts.sh LNGEN ZOO - every model file of the zoo's second part must give the norms, and how often they run, that
# its table expects. The exit status is 77 when it is not there, or when there is no Python.
lngen=$1 part=$2/round2
if [ ! -f "$part/check.py" ] || ! command -v python3 >/dev/null; then
    echo "skipped: no $part, or no python3"
    exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
python3 "$part/check.py" "$lngen" "$work" >"$work/out" || exit 1
cat "$work/out"
total=$(awk -F '\t' 'NR > 1 { print $1 }' "$part/expected.tsv" | sort -u | wc -l)
grep -q "^$total of $total right, 0 wrong without a mark$" "$work/out"
