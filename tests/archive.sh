#!/bin/sh
# archive.sh COMPILER DIR LIBRARY - compiles the kernels of DIR and makes LIBRARY. The flags of the compiler come in
# CFLAGS.
set -eu
compiler=$1
library=$3
cd "$2"
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
