#!/bin/sh
# SPDX-License-Identifier: MIT
# valgrind.sh COMMAND [ARGUMENT]... - runs a command under valgrind's memcheck: errors and lost memory fail. 77 where
# there is no valgrind. Kernels run as the plain C and AVX2 ones; valgrind does not know AVX-512. One thread, unless a
# test asks for more: what libgomp keeps of others counts as lost.
set -eu
command -v valgrind >/dev/null || { echo "skipped: valgrind: not found"; exit 77; }
OMP_NUM_THREADS=1 LN_ISA=${LN_ISA-avx2} exec valgrind -q --error-exitcode=9 --leak-check=full \
    --errors-for-leak-kinds=definite,possible --track-origins=no --num-callers=20 \
    --suppressions="$(dirname "$0")/valgrind.supp" "$@"
