#!/bin/sh
# SPDX-License-Identifier: MIT
# emit_pairs.sh LNGEN DIR WIDTHS - emits the pairs of files that ln_bench calls as users do, and pairs.inc, the list of
# their widths. EMIT may hold more options for lngen emit.
set -eu
[ $# -eq 3 ] || { echo "emit_pairs.sh: '$*': usage: emit_pairs.sh LNGEN DIR WIDTHS" >&2; exit 2; }
lngen=$1 dir=$2 widths=$3
# shellcheck disable=SC2086 # options are words
"$lngen" emit --single-file --prefix pair_f32 -o "$dir" --width "$widths" --op layernorm,rmsnorm \
    --pass forward,backward ${EMIT-} >/dev/null
# shellcheck disable=SC2086
"$lngen" emit --single-file --prefix pair_bf16 -o "$dir" --width "$widths" --op layernorm,rmsnorm --dtype bf16 \
    --pass forward,backward ${EMIT-} >/dev/null
{
    echo "/* pairs.inc - the widths of the pairs; made by emit_pairs.sh */"
    echo "$widths" | tr ',' '\n' | sed 's/.*/PAIR(&)/'
} >"$dir/pairs.inc.new"
cmp -s "$dir/pairs.inc.new" "$dir/pairs.inc" || cp "$dir/pairs.inc.new" "$dir/pairs.inc"
rm "$dir/pairs.inc.new"
