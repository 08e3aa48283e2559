#!/bin/sh
# SPDX-License-Identifier: MIT
# cross.sh SOURCE WORK - builds the shared library for AArch64 with a toolchain file that names nothing but the system
# and the compiler: it must be linked with libm, and lngen.pc must say so. 77 without that compiler.
set -u
source=$1 work=$2 compiler=aarch64-linux-gnu-gcc
command -v $compiler >/dev/null 2>&1 || { echo "skipped: no $compiler"; exit 77; }
rm -rf "$work" && mkdir -p "$work" || exit 1
cat >"$work/aarch64.cmake" <<EOF
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER $compiler)
EOF
build() {
    cmake -S "$source" -B "$work/build" --toolchain "$work/aarch64.cmake" -DBUILD_TESTING=OFF -DLNGEN_BENCH=OFF \
        -DLNGEN_SHARED=ON -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_PREFIX="$work/there" &&
        cmake --build "$work/build" --parallel 2 --target install
}
build >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
grep '^Libs.private:.* -lm' "$work/there/lib/pkgconfig/lngen.pc" ||
    { echo "lngen.pc does not link libm:"; cat "$work/there/lib/pkgconfig/lngen.pc"; exit 1; }
LC_ALL=C aarch64-linux-gnu-readelf -d "$work/there/lib/libln.so" | grep 'NEEDED.*libm\.so' ||
    { echo "libln.so does not need libm"; exit 1; }
