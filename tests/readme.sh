#!/bin/sh
# readme.sh README EXAMPLE - fails unless the example in the README is the program EXAMPLE, which the tests build and
# run.
set -eu
shown=$(sed -n '/<!-- example: examples\/readme.c -->/,/<!-- end of example -->/p' "$1" | sed '/^<!--/d; /^```/d')
[ -n "$shown" ] || {
    echo "$1: nothing between <!-- example: examples/readme.c --> and <!-- end of example -->" >&2
    exit 1
}
[ "$shown" = "$(cat "$2")" ] || { echo "$1: the example differs from $2" >&2; exit 1; }
