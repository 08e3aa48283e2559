#!/bin/sh
# SPDX-License-Identifier: MIT
# docs.sh STORY LNGEN SOURCE - runs every command that docs/story.md shows, as it stands there; training takes fewer
# steps. scripts/story.sh has a test of its own.
set -u
story=$1 lngen=$2 source=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/place"
ln -s "$story" "$work/bin/story"
ln -s "$lngen" "$work/bin/lngen"
PATH=$work/bin:$PATH
cd "$work/place" || exit 1
printf '{ "model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 2 }\n' >config.json
failures=0
sed -n 's/^ *\(lngen [a-z].*\)/\1/p; s/^ *\(story [a-z].*\)/\1/p' "$source/docs/story.md" >"$work/commands"
while read -r command; do
    more=
    case $command in
    'story train'* | 'story shares'*) more='--steps 2' ;;
    'story gradients'*) more='--depths 2' ;;
    'story check'*) continue ;; # the test story.check
    'lngen report'*)
        command -v gnuplot >/dev/null || { echo "no gnuplot: $command was not run"; continue; }
        more='--rows 1 --rounds 3'
        ;;
    *--measure*) grep -q avx2 /proc/cpuinfo || continue ;;
    esac
    echo "$command $more"
    # shellcheck disable=SC2086 # words
    OMP_WAIT_POLICY=passive $command $more >"$work/out" 2>&1 </dev/null || {
        failures=$((failures + 1))
        echo "FAILED: $(tail -n 3 "$work/out")"
    }
done <"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 9 ] ||
    { failures=1; echo "FAILED: only $(wc -l <"$work/commands") commands were found"; }
for file in drift.tsv gradients.tsv train.tsv journey.svg; do
    [ -s $file ] || { failures=$((failures + 1)); echo "FAILED: no $file"; }
done
echo "$failures failed"
[ $failures -eq 0 ]
