#!/bin/sh
# readme.sh README EXAMPLE - the example in the README is the program that is built and run.
set -eu
shown=$(sed -n '/<!-- example: examples\/readme.c -->/,/<!-- end of example -->/p' "$1" | sed '/^<!--/d; /^```/d')
[ -n "$shown" ] || { echo "$1: no example between its marks" >&2; exit 1; }
[ "$shown" = "$(cat "$2")" ] || { echo "$1: the example differs from $2" >&2; exit 1; }
