#!/bin/sh
# fork.sh LNGEN WORK FORK.C COMPILER... - tests/fork.c with a pair of files, by each compiler that has OpenMP. 77 when
# none has.
set -u
lngen=$1 work=$2 source=$3
shift 3
rm -rf "$work" && mkdir -p "$work" || exit 1
"$lngen" emit --single-file --prefix vend --width 64,768 -o "$work" || exit 1
cd "$work" || exit 1
status=77
for compiler in "$@"; do
    echo 'int main(void) { return 0; }' | "$compiler" -fopenmp -x c - -o probe 2>/dev/null || continue
    "$compiler" -O1 -fopenmp -DPAIR -I. "$source" -o "fork_$compiler" -lm && "./fork_$compiler" || exit 1
    status=0
done
exit $status
