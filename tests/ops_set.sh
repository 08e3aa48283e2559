#!/bin/sh
# SPDX-License-Identifier: MIT
# ops_set.sh LNGEN COMPILER DIR LIBRARY OPTION... - emits kernels with these options into DIR, compiles them, and makes
# LIBRARY of them. CFLAGS and HEADERS are those of archive.sh.
set -eu
lngen=$1
compiler=$2
dir=$3
library=$4
shift 4
rm -rf "$dir"
"$lngen" emit -o "$dir" "$@" >/dev/null
exec sh "$(dirname "$0")/archive.sh" "$compiler" "$dir" "$library"
