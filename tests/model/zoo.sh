#!/bin/sh
# SPDX-License-Identifier: MIT
# zoo.sh LNGEN ZOO DIFFERENCES MODELS - compares what lngen lists for every config of the zoo with the zoo's table of
# norm sites, and what it does with every other model file with MODELS (tab separated: file, exit status, and the sites
# with fields joined by |, or a part of the message).
#
# Sites are compared by component, op, affine, width and eps. Every site that only lngen or only the table lists, and
# every file that lngen refuses, must stand in DIFFERENCES (tab separated: file, missing|extra|refused, component, op,
# affine, width, eps; docs/models.md gives the reasons). The test also fails for a difference that no longer occurs. The
# exit status is 77 when there is no zoo.
export LC_ALL=C
lngen=$1 zoo=$2 differences=$3 models=$4
if [ ! -f "$zoo/sites.tsv" ]; then
    echo "skipped: no zoo at $zoo"
    exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

awk -F '\t' -v OFS='\t' 'NR > 1 {
    part = $3 == "." || $3 ~ /\.$/ ? $3 : $3 "."
    affine = $7 == "none" ? "none" : $7 == "1+w" ? "gamma1" : $8 == 1 ? "full" : "gamma"
    print $1, part, $6 == "ln" ? "layernorm" : "rmsnorm", affine, $9, $12 + 0
}' "$zoo/sites.tsv" | sort -u >"$work/want"

for config in "$zoo"/configs/*.json; do
    name=${config##*/}
    if "$lngen" model "$config" >"$work/out" 2>"$work/err"; then
        awk -F '\t' -v OFS='\t' -v name="$name" 'NR > 1 { print name, $1, $3, $4, $5, $6 + 0 }' "$work/out" >>"$work/all"
        [ -s "$work/out" ] || echo "$name: no output"
    else
        status=$?
        [ $status = 2 ] || echo "$name: exit status $status"
        [ "$(wc -l <"$work/err")" = 1 ] || echo "$name: not one line on stderr"
        printf '%s\trefused\n' "$name" >>"$work/found"
    fi
done >"$work/wrong"
sort -u "$work/all" >"$work/got"
comm -23 "$work/want" "$work/got" | awk -F '\t' -v OFS='\t' '{ $1 = $1 OFS "missing"; print }' >>"$work/found"
comm -13 "$work/want" "$work/got" | awk -F '\t' -v OFS='\t' '{ $1 = $1 OFS "extra"; print }' >>"$work/found"
sort "$work/found" >"$work/found.sorted"
if [ "$5" = --write ]; then
    cat "$work/found.sorted" >"$differences"
    exit
fi
sort "$differences" >"$work/explained"
comm -23 "$work/found.sorted" "$work/explained" | sed 's/^/not explained: /' >>"$work/wrong"
comm -13 "$work/found.sorted" "$work/explained" | sed 's/^/explained, but no longer a difference: /' >>"$work/wrong"

for file in "$zoo"/models/*; do
    name=${file##*/}
    [ "$name" = PROVENANCE.tsv ] && continue
    "$lngen" model "$file" >"$work/out" 2>"$work/err"
    status=$?
    want=$(awk -F '\t' -v name="$name" '$1 == name { print $3 }' "$models")
    if [ "$status" != "$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' "$models")" ]; then
        echo "$name: exit status $status: $(cat "$work/err")"
    elif [ $status = 0 ]; then
        [ "$(sed 1d "$work/out" | tr '\t' '|' | paste -sd ';' -)" = "$want" ] || cat "$work/out"
    else
        grep -Fq "$want" "$work/err" || cat "$work/err"
    fi
done >>"$work/wrong"
cat "$work/wrong"
echo "$(ls "$zoo"/configs/*.json | wc -l) files, $(wc -l <"$work/want") sites in the table," \
    "$(comm -12 "$work/want" "$work/got" | wc -l) found, $(wc -l <"$work/explained") differences explained;" \
    "$(wc -l <"$models") other files"
[ ! -s "$work/wrong" ]
