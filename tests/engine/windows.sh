#!/bin/sh
# SPDX-License-Identifier: MIT
# windows.sh LNGEN SOURCE WORK - emit --for numpy: mingw-w64 compiles and links the module against stand-ins for the
# headers of Python and NumPy, and the library exports what Python for Windows looks for. 77 where there is no mingw-w64.
set -eu
lngen=$1 source=$2 work=$3
# shellcheck source=tests/engine/host.sh
. "$source/host.sh"
command -v x86_64-w64-mingw32-gcc >/dev/null || skip "no x86_64-w64-mingw32-gcc"
rm -rf "$work"
mkdir -p "$work"
"$lngen" emit --for numpy --prefix vend --op layernorm,rmsnorm --width 64 --dtype f32,f16 --affine full,gamma,none \
    -o "$work"
cd "$work"
# as setup.py says: the two files, the headers' directories, and on Windows no further library
x86_64-w64-mingw32-gcc -O1 -Wall -Wextra -Werror -shared -I "$source/stub/python" vend_numpy.c vend.c -o vend.pyd
exported=$(x86_64-w64-mingw32-objdump -p vend.pyd | sed -n '/\[Ordinal\/Name Pointer\]/,$s/.*\] *//p')
case " $(echo "$exported" | tr '\n' ' ') " in
*" PyInit_vend "*) ;;
*) fail "vend.pyd exports: $exported" ;;
esac
[ $failures = 0 ]
