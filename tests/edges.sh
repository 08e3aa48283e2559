#!/bin/sh
# SPDX-License-Identifier: MIT
# edges.sh LNGEN COMPILER SOURCE WORK - plants in a kernel each numeric fault that usual rows show once in millions, and
# fails unless the harness, with the rows that it makes for them, finds every one, and nothing in the kernel as it is.
set -eu
lngen=$1 compiler=$2 source=$3 work=$4
rm -rf "$work"
mkdir -p "$work"
"$lngen" emit -o "$work" --width 100 --isa scalar >"$work/emitted"
flags="-std=c11 -O1 -ffp-contract=off -I$work -I$source/runtime -I$source/reference -I$source/tests"
mkdir "$work/objects"
# shellcheck disable=SC2086 # words
(cd "$work/objects" && "$compiler" $flags -c "$source"/tests/harness.c "$source"/tests/fence.c "$source"/tests/inputs.c \
    "$source"/reference/reference.c "$source"/reference/storage.c "$source"/runtime/*.c "$work"/ln_*.c)
kernel=ln_layernorm_f32_100_scalar
mv "$work/objects/$kernel.o" "$work/$kernel.o"

# run KERNEL: the harness with $kernel compiled from KERNEL.c
run() {
    # shellcheck disable=SC2086 # words
    "$compiler" $flags -o "$work/harness" "$1" "$work"/objects/*.o -lm
    "$work/harness" scalar --only $kernel >"$work/out" 2>&1
}

run "$work/$kernel.o" || { cat "$work/out"; echo "differences without a fault"; exit 1; }
planted=0 missed=0
while read -r fault; do
    planted=$((planted + 1))
    sed "$fault" "$work/$kernel.c" >"$work/planted.c"
    if cmp -s "$work/$kernel.c" "$work/planted.c"; then
        echo "has no such text any more: $fault"
        missed=$((missed + 1))
    elif run "$work/planted.c"; then
        echo "not found: $fault"
        missed=$((missed + 1))
    fi
done <<'END'
s/rmul(m2, rsplat(near))/rmul(m2, rsplat(near * (1.0 + 0x1p-52)))/
s/rmul(m2, rsplat(near))/rmul(m2, rsplat(near * (1.0 - 0x1p-53)))/
s/0x1p-120/0x1p-119/
s/0x1p-120/0x1p-121/
s/rnegmuladd(s, m, q)/rsub(q, rmul(s, m))/
s/rmax(\(rnegmuladd(.*)\), rsplat(0.0))/\1/
END
echo "$((planted - missed)) of $planted faults found"
[ "$missed" -eq 0 ]
