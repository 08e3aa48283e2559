#!/bin/sh
# SPDX-License-Identifier: MIT
# mutate.sh LNGEN MAKE_FILES MUTATE DATA - runs the readers on mutated files, and `lngen model` on prefixes of some
# files.
lngen=$1 make_files=$2 mutate=$3 data=$4 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/small"
"$make_files" "$work/small" small || exit 2
printf '{"metadata": {"total_size": 1}, "weight_map": {"a.norm.weight": "b", "a.norm.bias": "b"}}' \
    >"$work/small/model.index.json"
"$mutate" "$data"/*.json "$work"/small/* || exit 1

# `lngen model` must exit with 0, or with 2 and one line
for file in "$data/mllama-cross.json" "$work/small/cohere-heads.gguf" "$work/small/rms.safetensors"; do
    size=$(wc -c <"$file") || exit 1
    n=0
    while [ $n -lt "$size" ]; do
        cut=$work/cut.${file##*.}
        head -c $n "$file" >"$cut"
        "$lngen" model "$cut" >"$work/out" 2>"$work/err"
        status=$?
        ran=$((ran + 1))
        if [ $status != 0 ] && { [ $status != 2 ] || [ "$(wc -l <"$work/err")" != 1 ]; }; then
            failed=$((failed + 1))
            echo "$file cut to $n bytes: exit status $status"
            cat "$work/err"
        fi
        n=$((n + 3))
    done
done
echo "$ran prefixes read by lngen model, $failed wrong"
[ $failed = 0 ]
