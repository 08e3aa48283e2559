#!/bin/sh
# SPDX-License-Identifier: MIT
# families.sh LNGEN DOC - the table of model families at the end of DOC must be what `lngen models --families` lists.
# families.sh LNGEN DOC --write - writes the table instead.
export LC_ALL=C
lngen=$1 doc=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
"$lngen" models --families >"$work/list" || exit 1
awk -F '\t' 'NR > 1 && $2 == "" { print $1 ": no source"; bad = 1 } END { exit bad }' "$work/list" || exit 1
# each name must be found by itself, too, not only when all files of families are loaded
failed=0
sed 1d "$work/list" | cut -f1 >"$work/names"
while read -r name; do
    printf '{"model_type": "%s"}' "$name" >"$work/config.json"
    if "$lngen" model "$work/config.json" 2>&1 | grep -q "model_type \"$name\" is not known\|internal error"; then
        echo "$name: listed, but not found"
        failed=1
    fi
done <"$work/names"
[ $failed = 0 ] || exit 1
# one line for each source, with the families that share it
awk -F '\t' 'NR > 1 { if ($2 in of) of[$2] = of[$2] ", " $1; else { of[$2] = $1; order[++n] = $2 } }
    END { for (i = 1; i <= n; i++) print "| " of[order[i]] " | " order[i] " |" }' "$work/list" >"$work/table"
if [ "$3" = --write ]; then
    sed '/^| family | source |$/,$d' "$doc" >"$work/doc"
    { cat "$work/doc" && printf '| family | source |\n|---|---|\n' && cat "$work/table"; } >"$doc"
    exit
fi
sed '1,/^| family | source |$/d' "$doc" | sed 1d | diff "$work/table" - >"$work/diff" || {
    echo "the table in $doc is not what 'lngen models --families' lists; write it with --write:"
    head -n 20 "$work/diff"
    exit 1
}
echo "$(wc -l <"$work/list") families, $(wc -l <"$work/table") sources"
