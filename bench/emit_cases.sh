#!/bin/sh
# emit_cases.sh LNGEN DIR WIDTHS CASE_WIDTHS - the kernels of every case of cases.inc, in one directory with one
# kernels.inc: layernorm_f32 at WIDTHS, the others at CASE_WIDTHS. EMIT has more options for lngen emit.
set -eu
lngen=$1 dir=$2 widths=$3 case_widths=$4
list=$(dirname "$0")/cases.inc
mkdir -p "$dir"
sed -n 's/^CASE(\(.*\))$/\1/p' "$list" | tr -d ' ' | while IFS=, read -r name op pass dtype affine residual quant; do
    options=$(echo "--op $op --pass $pass --dtype $dtype --affine $affine --residual $residual --quant $quant" |
        tr A-Z a-z)
    [ "$name" = layernorm_f32 ] && of=$widths || of=$case_widths
    # shellcheck disable=SC2086 # options are words
    "$lngen" emit -o "$dir/of/$name" --width "$of" $options ${EMIT-} >/dev/null
    # What is the same already stays as it is, and is not compiled again.
    for file in "$dir/of/$name"/*.[ch]; do
        cmp -s "$file" "$dir/${file##*/}" || cp "$file" "$dir"
    done
    cat "$dir/of/$name/kernels.inc"
done >"$dir/kernels.new"
# A case may bring kernels of another: each stands once, where it was first.
{
    echo "/* kernels.inc - of every case, best first; put together by emit_cases.sh */"
    awk '/^LN_KERNEL\(/ && !seen[$0]++' "$dir/kernels.new"
} >"$dir/kernels.all"
rm "$dir/kernels.new"
cmp -s "$dir/kernels.all" "$dir/kernels.inc" && rm "$dir/kernels.all" || mv "$dir/kernels.all" "$dir/kernels.inc"
