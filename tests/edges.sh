#!/bin/sh
# SPDX-License-Identifier: MIT
# edges.sh LNGEN COMPILER SOURCE WORK - plants in kernels each numeric fault that usual rows show once in millions, and
# fails unless the harness, with the rows that it makes for them, finds every one at some width, and nothing in the
# kernels as they are.
set -eu
lngen=$1 compiler=$2 source=$3 work=$4
rm -rf "$work"
mkdir -p "$work/kernels" "$work/objects" "$work/sound"
widths='50 98 100 200'
"$lngen" emit -o "$work/kernels" --width "$(echo "$widths" | tr ' ' ,)" --isa scalar >"$work/emitted"
flags="-std=c11 -O1 -ffp-contract=off -I$work/kernels -I$source/runtime -I$source/reference -I$source/tests"
# shellcheck disable=SC2086 # words
(cd "$work/objects" && "$compiler" $flags -c "$source"/tests/harness.c "$source"/tests/fence.c \
    "$source"/tests/inputs.c "$source"/reference/reference.c "$source"/reference/storage.c "$source"/runtime/*.c \
    "$work"/kernels/ln_*.c)
cp "$work/objects"/ln_layernorm_f32_*.o "$work/sound"

harness() { # KERNEL: runs it alone
    "$compiler" -o "$work/harness" "$work"/objects/*.o -lm
    "$work/harness" scalar --only "$1" >"$work/out" 2>&1
}

found() { # FAULT, a sed command: whether the harness finds it in one of the kernels
    for width in $widths; do
        kernel=ln_layernorm_f32_${width}_scalar
        sed "$1" "$work/kernels/$kernel.c" >"$work/planted.c"
        if cmp -s "$work/kernels/$kernel.c" "$work/planted.c"; then
            echo "$kernel.c has no such text any more: $1"
            return 1
        fi
        # shellcheck disable=SC2086 # words
        "$compiler" $flags -c "$work/planted.c" -o "$work/objects/$kernel.o"
        status=0
        harness "$kernel" || status=$?
        cp "$work/sound/$kernel.o" "$work/objects/$kernel.o"
        [ "$status" -ne 1 ] || return 0
    done
    echo "not found: $1"
    return 1
}

for width in $widths; do
    harness "ln_layernorm_f32_${width}_scalar" || { cat "$work/out"; echo "a difference without a fault"; exit 1; }
done
planted=0 missed=0
while read -r fault; do
    planted=$((planted + 1))
    found "$fault" || missed=$((missed + 1))
done <<'END'
s/rmul(m2, rsplat(limit))/rmul(m2, rsplat(limit * (1.0 + 0x1p-52)))/
s/rmul(m2, rsplat(limit))/rmul(m2, rsplat(limit * (1.0 - 0x1p-53)))/
s/0x1p-120/0x1p-119/
s/0x1p-120/0x1p-121/
s/rnegmuladd(s, m, q)/rsub(q, rmul(s, m))/
s/rmax(\(rnegmuladd(.*)\), rsplat(0.0))/\1/
END
echo "$((planted - missed)) of $planted faults found"
[ "$missed" -eq 0 ]
