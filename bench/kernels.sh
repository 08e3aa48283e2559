#!/bin/sh
# SPDX-License-Identifier: MIT
# kernels.sh DIR LIBRARY.so [compiler options] - compiles the kernels of DIR, which lngen emit wrote, into a library for
# ln_bench --kernels, so that ln_bench can time several sets of kernels in one process. CC chooses the compiler.
set -eu
if [ $# -lt 2 ] || [ ! -e "$1/kernels.inc" ]; then
    echo "kernels.sh: '$*': usage: kernels.sh DIR LIBRARY.so [FLAG]..., DIR being written by lngen emit -o" >&2
    exit 2
fi
dir=$1 library=$2 runtime=$(dirname "$0")/../runtime
shift 2
exec "${CC:-cc}" -std=c11 -O2 -fPIC -shared -fvisibility=hidden "$@" -I "$dir" -I "$runtime" "$dir"/*.c \
    "$runtime/table.c" "$runtime/cpu.c" -lm -o "$library"
