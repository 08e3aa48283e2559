#!/bin/sh
# SPDX-License-Identifier: MIT
# archive.sh COMPILER DIR LIBRARY - compiles the kernels of DIR and makes LIBRARY of them. CFLAGS holds further flags
# for the compiler. HEADERS names a directory of headers precompiled with -std=c11 -O1 and those flags; without it, if
# the compiler is gcc, the script precompiles the headers of DIR.
set -eu
compiler=$1
library=$3
cd "$2"
headers=${HEADERS-}
if [ -z "$headers" ] && "$compiler" --version | grep -q 'Free Software'; then
    headers=.
    for header in ln_avx*.h; do
        # shellcheck disable=SC2086 # flags are words
        [ ! -f "$header" ] || "$compiler" -std=c11 -O1 ${CFLAGS-} -x c-header "$header" -o "$header.gch"
    done
fi
# compile FLAG... : compiles the files whose names come on standard input
compile() {
    # shellcheck disable=SC2086
    sort | xargs -r -P 2 -n 8 "$compiler" -std=c11 -O1 ${CFLAGS-} "$@" -c
}
for isa in avx512 avx2; do
    find . -name "*_$isa.c" | compile ${headers:+-include "$headers/ln_$isa.h"}
done
find . -name '*.c' ! -name '*_avx512.c' ! -name '*_avx2.c' | compile
rm -f "$library"
ar rc "$library" ./*.o
rm -f ./*.o ./*.gch
