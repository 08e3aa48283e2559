#!/bin/sh
# SPDX-License-Identifier: MIT
# names.sh LNGEN ZOO - tests `lngen models`, and compares widths with the zoo's table where both know a model.
export LC_ALL=C
lngen=$1 zoo=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
"$lngen" models >"$work/all" || exit 1
[ "$(wc -l <"$work/all")" -gt 100 ] || { echo "fewer than 100 names"; exit 1; }
[ "$(head -n 1 "$work/all")" = "$(printf 'name\ttype\twidths')" ] || { echo "no header"; exit 1; }
sed 1d "$work/all" | cut -f1 | sort | uniq -d | grep . && { echo "names stand twice"; exit 1; }
"$lngen" models LLAMA >"$work/llama" || exit 1
grep -q '^llama-3-8b	llama	4096$' "$work/llama" || { echo "llama-3-8b is not found by LLAMA"; exit 1; }
grep -q '^gpt2	' "$work/llama" && { echo "gpt2 is found by LLAMA"; exit 1; }
# names <TAB> eps: the longer name counts where both are in the list, and the ending of a quantised model does not
while read -r name eps; do
    "$lngen" model --quiet "$name" | awk -F '\t' -v eps="$eps" 'NR == 2 { right = $6 == eps } END { exit !right }' ||
        { echo "$name: not eps $eps"; exit 1; }
done <<EOF
Qwen/Qwen2.5-32B 1e-05
Qwen/Qwen2.5-32B-Instruct 1e-06
Qwen/Qwen2.5-32B-Instruct-GPTQ-Int4 1e-06
qwen2.5-72b-instruct-awq 1e-06
Qwen/Qwen2.5-7B-Instruct 1e-06
EOF
if [ ! -f "$zoo/models.tsv" ]; then
    echo "the names are right; widths are not compared: no zoo at $zoo"
    exit 77
fi
awk -F '\t' 'NR == FNR { if (FNR > 1) { sub(/ .*/, "", $1); width[tolower($1)] = $3 } next }
    FNR > 1 && $1 in width { both++; split($3, mine, ","); if (mine[1] != width[$1]) { print $1 ": " $3 ", zoo says " width[$1]; bad = 1 } }
    END { print both " names the zoo knows too"; exit bad || both < 100 }' "$zoo/models.tsv" "$work/all"
