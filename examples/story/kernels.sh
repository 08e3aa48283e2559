#!/bin/sh
# SPDX-License-Identifier: MIT
# kernels.sh LNGEN DIR [WIDTHS] - emits the kernels of the story into DIR, with one kernels.inc: LayerNorm in f32,
# alone, with a residual in both forms, and backward.
set -eu
[ $# -ge 2 ] && [ $# -le 3 ] || { echo "kernels.sh: '$*': usage: kernels.sh LNGEN DIR [WIDTHS]" >&2; exit 2; }
lngen=$1 dir=$2 widths=${3:-64,256}
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
"$lngen" emit -o "$new/forward" --width "$widths" --residual none,pre,post >/dev/null
"$lngen" emit -o "$new/backward" --width "$widths" --pass backward >/dev/null
mkdir -p "$dir"
for file in "$new/backward"/*.[ch] "$new/forward"/*; do
    cmp -s "$file" "$dir/${file##*/}" 2>/dev/null || cp "$file" "$dir"
done
sed -n '/^LN_KERNEL/,$p' "$new/backward/kernels.inc" >>"$dir/kernels.inc"
