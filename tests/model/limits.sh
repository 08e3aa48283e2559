#!/bin/sh
# SPDX-License-Identifier: MIT
# limits.sh LNGEN MAKE_FILES MEASURE - lngen must read large and hostile files within limits of time and memory.
lngen=$1 make_files=$2 measure=$3 failed=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
"$make_files" "$work" large
case $? in
0) ;;
3)
    echo "skipped: no room for 300 MB of files in $work"
    exit 77
    ;;
*) exit 1 ;;
esac
for file in "$work"/*; do
    runs=3 limit=5000 # milliseconds, or times lngen's own start
    case ${file##*/} in
    sparse-100GB.gguf) runs=20 limit=11x ;;
    labels.json) runs=20 limit=2.2x ;;
    esac
    printf '%-28s' "${file##*/}"
    "$measure" $runs $limit 64 "$lngen" model "$file" || failed=$((failed + 1))
done
[ $failed = 0 ]
