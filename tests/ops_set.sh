#!/bin/sh
# ops_set.sh LNGEN COMPILER DIR LIBRARY OPTION... - emits kernels with the options, compiles them, makes LIBRARY.
# The flags of the compiler come in CFLAGS.
set -eu
lngen=$1
compiler=$2
dir=$3
library=$4
shift 4
rm -rf "$dir"
"$lngen" emit -o "$dir" "$@" >/dev/null
cd "$dir"
# shellcheck disable=SC2086 # flags are words
if "$compiler" --version | grep -q 'Free Software'; then # gcc finds headers compiled beside the others by itself
    for header in ln_avx*.h; do
        [ ! -f "$header" ] || "$compiler" -std=c11 -O1 ${CFLAGS-} -x c-header "$header" -o "$header.gch"
    done
fi
# shellcheck disable=SC2086
ls ./*.c | xargs -P 2 -n 8 "$compiler" -std=c11 -O1 ${CFLAGS-} -c
rm -f "$library"
ar rc "$library" ./*.o
rm -f ./*.o ./*.gch
