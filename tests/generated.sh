#!/bin/sh
# generated.sh LNGEN DIR VENDORED - fails unless DIR holds, byte for byte, what the command in the banner of its
# kernels.inc writes, and VENDORED the pair of files that its Makefile makes.
set -u
lngen=$1 dir=$2 vendored=$3
command=$(sed -n 's/^ \* Remake: lngen \(emit .*\)$/\1/p' "$dir/kernels.inc" | head -n 1)
case $command in
'emit -o '*' '*) ;;
*)
    echo "$dir/kernels.inc: its banner has no line ' * Remake: lngen emit -o DIR OPTIONS'"
    exit 1
    ;;
esac
options=${command#emit -o * }
echo "lngen emit -o $dir $options --check"
# shellcheck disable=SC2086 # the options are words
"$lngen" emit -o "$dir" $options --check || exit 1

out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
# shellcheck disable=SC2086
"$lngen" emit -o "$out" $options && diff -r "$dir" "$out" || exit 1

options=$(sed -n 's/^\t$(LNGEN) emit \(.*\) -o \.$/\1/p' "$vendored/Makefile")
[ -n "$options" ] || { echo "$vendored/Makefile: no rule '\$(LNGEN) emit ... -o .'"; exit 1; }
# shellcheck disable=SC2086
"$lngen" emit $options -o "$vendored" --check ||
    { echo "make it again: lngen emit $options -o $vendored"; exit 1; }
