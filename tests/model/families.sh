#!/bin/sh
# SPDX-License-Identifier: MIT
# families.sh LNGEN DOC - the table of model families at the end of DOC must be what `lngen models --families` lists, and
# families.tsv, beside this file, the norm sites of each family whose config says nothing else: widths, eps, counts,
# rounding and what else kernels depend on.
# families.sh LNGEN DOC --write - writes both tables instead.
export LC_ALL=C
lngen=$1 doc=$2 golden=$(dirname "$0")/families.tsv
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
"$lngen" models --families >"$work/list" || exit 1
awk -F '\t' 'NR > 1 && $2 == "" { print $1 ": no source"; bad = 1 } END { exit bad }' "$work/list" || exit 1
# each name must be found by itself, too, not only when all files of families are loaded
failed=0
sed 1d "$work/list" | cut -f1 >"$work/names"
while read -r name; do
    printf '{"model_type": "%s"}' "$name" >"$work/config.json"
    echo "$name"
    "$lngen" model --json "$work/config.json" 2>"$work/notes"
    if grep -q "model_type \"$name\" is not known\|internal error" "$work/notes"; then
        echo "$name: listed, but not found" >&2
        failed=1
    fi
done <"$work/names" >"$work/json"
[ $failed = 0 ] || exit 1
# one line for each site, and for each family without one; what is null is left out
awk 'function family() { if (name != "" && sites == 0) print name "\t-"; name = $0; sites = 0 }
    BEGIN { print "family\tcomponent\tsite\top\taffine\twidth\teps\tdtype\tcount\trounding and others" }
    /^[][]$/ { next }
    /^ *[{]/ {
        sub(/^ *[{]"component": /, name "\t")
        gsub(/, "[a-z0-9_]+": null/, "")
        gsub(/, "(site|op|affine|width|eps|dtype|count|rounding)": /, "\t")
        sub(/[}],?$/, "")
        gsub(/"/, "")
        print
        sites++
        next
    }
    { family() }
    END { family() }' "$work/json" >"$work/golden"
# one line for each source, with the families that share it
awk -F '\t' 'NR > 1 { if ($2 in of) of[$2] = of[$2] ", " $1; else { of[$2] = $1; order[++n] = $2 } }
    END { for (i = 1; i <= n; i++) print "| " of[order[i]] " | " order[i] " |" }' "$work/list" >"$work/table"
if [ "$3" = --write ]; then
    cp "$work/golden" "$golden"
    sed '/^| family | source |$/,$d' "$doc" >"$work/doc"
    { cat "$work/doc" && printf '| family | source |\n|---|---|\n' && cat "$work/table"; } >"$doc"
    exit
fi
sed '1,/^| family | source |$/d' "$doc" | sed 1d | diff "$work/table" - >"$work/diff" || {
    echo "the table in $doc is not what 'lngen models --families' lists; write it with --write:"
    head -n 20 "$work/diff"
    exit 1
}
diff "$golden" "$work/golden" >"$work/diff" || {
    echo "norms of families whose config says nothing else are not what $golden has; if they are right, use --write:"
    head -n 20 "$work/diff"
    exit 1
}
echo "$(wc -l <"$work/names") families, $(wc -l <"$work/table") sources"
