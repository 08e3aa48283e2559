#!/bin/sh
# SPDX-License-Identifier: MIT
# size.sh LNGEN CONFIG WORK COMPILER - what a pair may take: bytes of source for GPT-2's forward and backward pass and for
# a Llama-style RMSNorm; that entries for small batches neither clear nor copy whole structs; and that functions which are
# always inlined are not instrumented, since gcc -O2 -finstrument-functions took minutes and gigabytes then.
set -u
lngen=$1 config=$2 work=$3 compiler=$4
rm -rf "$work" && mkdir -p "$work" || exit 1
failures=0
most() { # BYTES OPTIONS...
    bytes=$1
    shift
    "$lngen" emit --single-file --prefix vend -o "$work" "$@" || exit 1
    got=$(cat "$work/vend.h" "$work/vend.c" | wc -c)
    [ "$got" -le "$bytes" ] || { echo "FAILED: $*: $got bytes, $bytes are allowed"; failures=1; }
}
most 80000 --op rmsnorm --width 4096
cd "$(dirname "$config")" || exit 1 # so that banners are as long for every checkout
most 150000 --config "$(basename "$config")" --pass forward,backward

"$compiler" -O0 -finstrument-functions -S "$work/vend.c" -o "$work/vend.s" || exit 1
! grep -m 1 vend_pack_ "$work/vend.s" || { echo "FAILED: -finstrument-functions calls back for vend_pack_"; failures=1; }

case $(uname -m) in x86_64) ;; *) exit $failures ;; esac
command -v objdump >/dev/null 2>&1 || exit $failures
"$compiler" -O2 -c "$work/vend.c" -o "$work/vend.o" || exit 1
objdump -d --no-show-raw-insn "$work/vend.o" | awk '
    /^[0-9a-f]+ </ {
        name = $2
        entry = name ~ /^<vend_(layernorm_(backward_)?f32_[a-z0-9]+>|check_|pack|streamed|for_rows|finish_|gradients_|sums_|run_)/
        seen += entry
    }
    entry && /rep (stos|movs)/ { print "FAILED: " name $0; bad = 1 }
    END { if (seen < 10) print "FAILED: " seen " entries were found"; exit bad || seen < 10 }' || failures=1
[ $failures = 0 ]
