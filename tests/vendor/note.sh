#!/bin/sh
# SPDX-License-Identifier: MIT
# note.sh LNGEN WORK COMPILER - a pair says when the value of LN_ISA means nothing.
set -u
lngen=$1 work=$2 compiler=$3
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --single-file --prefix vend --width 64 -o "$work" || exit 1
cd "$work" || exit 1
cat >main.c <<'END'
#include "vend.h"
#include <stdio.h>
int main(void)
{
    const char *isa = vend_isa(), *note = vend_isa_note();
    printf("%s: %s\n", isa, note ? note : "no note");
    return 0;
}
END
failures=0
ignored='LN_ISA has an unknown value and is ignored; it may be'
# says EXPECTED [VALUE] : what the program must say when LN_ISA has this value
says() {
    if [ $# -eq 1 ]; then unset LN_ISA; else export LN_ISA="$2"; fi
    said=$(./main) || said="status $?"
    case $said in
    *"$1"*) ;;
    *)
        failures=$((failures + 1))
        echo "FAILED: LN_ISA=${2-}: '$said', should say '$1'" | cut -c1-200
        ;;
    esac
}
"$compiler" main.c vend.c -o main -lm || exit 1
best=$(env -u LN_ISA ./main)
best=${best%%:*}
says ": no note"
says ": no note" ""
for value in scalar avx2 avx512 AVX2 Scalar; do says ": no note" $value; done
says "scalar: no note" scalar
for value in nosuch avx51 avx5122 ' avx2' 'avx2 ' % "$(printf %100000s x)"; do
    says "$best: $ignored avx512, avx2, scalar" "$value"
done
# plain C alone: of this build, and of a pair that has nothing else
"$compiler" -DVEND_SCALAR_ONLY main.c vend.c -o main -lm || exit 1
says "scalar: $ignored avx512, avx2, scalar" nosuch
for value in '' scalar AVX2; do says "scalar: no note" "$value"; done
"$lngen" emit --single-file --prefix vend --width 64 --isa scalar --self-test -o . || exit 1
"$compiler" main.c vend.c -o main -lm || exit 1
says "scalar: $ignored scalar" avx2
for value in '' scalar SCALAR; do says "scalar: no note" "$value"; done
# the self-test says it too
"$compiler" -O1 vend_test.c -o main -lm || exit 1
says "note: $ignored scalar" avx2
unset LN_ISA
if ./main | grep "note:"; then exit 1; fi
[ $failures -eq 0 ]
