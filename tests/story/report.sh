#!/bin/sh
# SPDX-License-Identifier: MIT
# report.sh LNGEN - makes a small report and opens it in a browser (browser.sh). Exit status 77 without gnuplot.
set -eu
lngen=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v gnuplot >/dev/null || { echo "skipped: no gnuplot"; exit 77; }
command -v "${CC:-cc}" >/dev/null || { echo "skipped: no C compiler"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work" 2>/dev/null || { sleep 1; rm -rf "$work"; }' EXIT
mkdir "$work/tmp"
printf '{ "model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 2 }\n' >"$work/config.json"
TMPDIR=$work/tmp "$lngen" report -o "$work/page.html" --config "$work/config.json" --width 96 --rows 1,64 --rounds 5
[ -z "$(ls "$work/tmp")" ] || { echo "report left $(ls "$work/tmp")"; exit 1; }
for text in ln_layernorm_f32_64_ ln_layernorm_f32_96_ 'id="accuracy"' 'id="speed"' 'id="plan"' 'id="code"' \
    'id="machine"' \
    'lngen, any width' 'fast' '</html>'; do
    grep -qF "$text" "$work/page.html" || { echo "'$text' is not in the page"; exit 1; }
done
# within 3 units, as the numbers of the page themselves say
errors=$(grep -A 4 'largest error' "$work/page.html" |
    sed -n 's/^<tr><td>lngen<.*<td class="n">\([0-9.]*\)<.*/\1/p' | sort -u)
echo "$errors" | awk '{ n++; if (!($1 > 0 && $1 <= 3)) bad = 1 } END { exit bad || n < 1 }' || {
    echo "errors of lngen are $errors; its bound is 3"
    exit 1
}
[ -z "$(find "$work" -name '*.tmp')" ] || { echo "something half written: $(ls -A "$work")"; exit 1; }
sh "$here/browser.sh" "$work/page.html" "$work" 4
