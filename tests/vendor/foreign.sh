#!/bin/sh
# SPDX-License-Identifier: MIT
# foreign.sh LNGEN PROGRAM.c WORK COMPILER - a pair gives the same bits on other processors as here: cross compilers of
# gcc make the program for them, and qemu runs it. Exits with 77 where none of them is there.
set -u
lngen=$1 program=$2 work=$3 compiler=$4
processors=
for processor in aarch64 s390x riscv64; do
    if command -v "$processor-linux-gnu-gcc" >/dev/null && command -v "qemu-$processor" >/dev/null; then
        processors="$processors $processor"
    else
        echo "skipped: $processor, whose compiler and qemu are not both here"
    fi
done
[ -n "$processors" ] || exit 77
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --single-file --prefix vend --width 64 --isa avx2,scalar --op layernorm,rmsnorm --dtype f32,bf16,f16 \
    --pass forward,backward -o "$work" >/dev/null || exit 1
"$compiler" -O2 -I "$work" "$program" "$work/vend.c" -o "$work/here" -lm && "$work/here" >"$work/expected" || exit 1
[ -s "$work/expected" ] || { echo "FAILED: the program printed nothing"; exit 1; }
ran=0 failures=0
same() { # NAME COMMAND...: the command prints the same hashes
    name=$1
    shift
    ran=$((ran + 1))
    "$@" >"$work/got" || { echo "FAILED: $name: exit status $?"; failures=1; }
    cmp -s "$work/expected" "$work/got" && return
    failures=1
    echo "FAILED: $name: $(diff "$work/expected" "$work/got" | grep -c '^>') of $(wc -l <"$work/expected") hashes differ;" \
        "the first: $(diff "$work/expected" "$work/got" | grep -m 1 '^>')"
}
foreign() { # PROCESSOR OPTIONS...
    processor=$1
    shift
    "$processor-linux-gnu-gcc" -static "$@" -I "$work" "$program" "$work/vend.c" -o "$work/there" -lm || exit 1
    same "$processor $*" "qemu-$processor" "$work/there"
    case $processor in aarch64) same "$processor $*, disturbed" "qemu-$processor" "$work/there" disturbed ;; esac
}
for processor in $processors; do foreign "$processor" -O2; done
case $processors in *aarch64*) foreign aarch64 -O3 -ffast-math ;; esac
same "here, disturbed" "$work/here" disturbed
echo "$ran runs, $(wc -l <"$work/expected") hashes each"
[ $failures -eq 0 ]
