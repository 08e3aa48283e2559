#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh KIND FUZZER MAKE_FILES DATA SECONDS [CORPUS]: one fuzzer, seeded from small files of the project's own.
#
# New inputs go into CORPUS (kept between runs), or into a directory that is removed. A crash leaves its input in the
# current directory, as libFuzzer names it.
if [ $# -lt 5 ] || [ $# -gt 6 ]; then
    echo "run.sh: '$*': usage: run.sh KIND FUZZER MAKE_FILES DATA SECONDS [CORPUS]" >&2
    exit 2
fi
kind=$1 fuzzer=$2 make_files=$3 data=$4 seconds=$5 corpus=$6
seeds=$(mktemp -d) || exit 2
trap 'rm -rf "$seeds"' EXIT
mkdir "$seeds/small" "$seeds/seeds" "$seeds/corpus"
"$make_files" "$seeds/small" small || exit 2
case $kind in
config) cp "$data"/*.json "$seeds/seeds" ;;
gguf) cp "$seeds"/small/*.gguf "$seeds/seeds" ;;
safetensors) cp "$seeds"/small/*.safetensors "$seeds/seeds" ;;
index)
    printf '{"metadata": {"total_size": 1}, "weight_map": {"a.norm.weight": "b", "a.norm.bias": "b"}}' \
        >"$seeds/seeds/index.json"
    ;;
options) # commands as the documents have them, an argument in each line
    grep -rhoE '^ *lngen [^#|>]+' "$data/../../README.md" "$data/../../docs" | sed 's/^ *lngen //; s/ *$//' |
        sort -u | awk -v to="$seeds/seeds/" '{ file = to NR; gsub(/ +/, "\n"); printf "%s", $0 >file; close(file) }'
    ;;
plan) # the first entries of a plan that is shipped, as a plan each
    awk -v to="$seeds/seeds/" '
        /^  \{ kernel/ { open = 1; number++ }
        !open && !/^--/ && !/^}/ { head = head $0 "\n" }
        open { printf "%s%s", begun == number ? "" : head, $0 "\n" >(to number); begun = number }
        open && /} },$/ { print "}" >(to number); close(to number); open = 0; if (number == 20) exit }
        ' "$data/../../plans/default.lua"
    ;;
template)
    for file in "$data"/../../templates/caller/* "$data"/../../templates/isa/* "$data"/../../templates/kernel/*; do
        { printf x && cat "$file"; } >"$seeds/seeds/${file##*/}"
    done
    ;;
*) echo "run.sh: '$kind': no inputs to begin with" >&2 && exit 2 ;;
esac
leaks=1
case $kind in options | plan | template) leaks=0 ;; esac # their Lua state lives on, which looks like leaks
mkdir -p "${corpus:=$seeds/corpus}"
# Memory: 128 MB that a template may take here, as much that the one before it has left to be collected, 256 MB that
# AddressSanitizer keeps of what was freed, and their own 500.
"$fuzzer" -max_total_time="$seconds" -rss_limit_mb=1536 -timeout="${FUZZ_TIMEOUT-5}" -max_len=65536 \
    -detect_leaks=$leaks -print_final_stats=1 "$corpus" "$seeds/seeds" >"$seeds/log" 2>&1
status=$?
tail -n 25 "$seeds/log"
exit $status
