#!/bin/sh
# SPDX-License-Identifier: MIT
# emit_cases.sh LNGEN DIR WIDTHS CASE_WIDTHS - emits the kernels of every case of cases.inc into one directory with one
# kernels.inc: the main cases (LayerNorm and RMSNorm in f32 and bf16, and their gradients) for WIDTHS, the other cases
# for CASE_WIDTHS. EMIT may hold more options for lngen emit.
set -eu
[ $# -eq 4 ] || { echo "emit_cases.sh: '$*': usage: emit_cases.sh LNGEN DIR WIDTHS CASE_WIDTHS" >&2; exit 2; }
lngen=$1 dir=$2 widths=$3 case_widths=$4
list=$(dirname "$0")/cases.inc
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
mkdir -p "$dir" "$new/all"
sed -n 's/^CASE(\(.*\))$/\1/p' "$list" | while IFS=, read -r name fields; do
    # " .op = LN_OP_RMSNORM, ..." is --op rmsnorm ...
    options=$(echo "$fields" | sed 's/ \.\([a-z]*\) = LN_[A-Z]*_\([A-Z0-9_]*\),*/ --\1 \2/g' |
        tr '[:upper:]' '[:lower:]')
    of=$case_widths
    case $name in
    layernorm_f32 | rmsnorm_f32 | layernorm_bf16 | rmsnorm_bf16 | *_backward_f32 | *_backward_bf16) of=$widths ;;
    esac
    # shellcheck disable=SC2086 # options are words
    "$lngen" emit -o "$new/$name" --width "$of" $options ${EMIT-} >/dev/null
    # Two cases may have files and lines in common: the first ones stay.
    for file in "$new/$name"/*.[ch] "$new/$name"/*.inc; do
        [ -e "$new/all/${file##*/}" ] || cp "$file" "$new/all"
    done
    cat "$new/$name/kernels.inc"
done >"$new/lines"
{
    echo "/* kernels.inc - the kernels of every case, best first; made by emit_cases.sh */"
    for macro in LN_KERNEL LN_NARROWER LN_MIXED; do
        [ $macro = LN_KERNEL ] || echo "#ifdef $macro"
        # a row may go on in a second line
        awk -v start="^${macro}[(]" '$0 ~ start { row = ""; inside = 1 }
            inside { row = row (row == "" ? "" : "\n") $0 }
            inside && /\)$/ { inside = 0; if (!seen[row]++) print row }' "$new/lines"
        [ $macro = LN_KERNEL ] || echo "#endif"
    done
} >"$new/all/kernels.inc"
# Files that have not changed keep their time, so that they are not compiled again.
for file in "$dir"/*.[chi]*; do
    [ -e "$new/all/${file##*/}" ] || rm -f "$file"
done
for file in "$new/all"/*; do
    cmp -s "$file" "$dir/${file##*/}" || cp "$file" "$dir"
done
