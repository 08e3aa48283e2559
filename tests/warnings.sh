#!/bin/sh
# warnings.sh DIR COMPILER... - every kernel file of DIR compiles with each compiler without a warning. FILES, a pattern,
# says which.
set -u
dir=$1
shift
status=0
[ $# -gt 0 ] || { echo "no compiler given"; exit 1; }
for compiler; do
    for file in "$dir"/${FILES:-*.c}; do
        for level in '-O0 -fsyntax-only' -O2; do # at -O0 intrinsics are macros, and warn for themselves
            # shellcheck disable=SC2086 # words
            if ! "$compiler" -std=c11 $level -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -c "$file" -o /dev/null; then
                echo "$compiler: warnings in $file at $level"
                status=1
            fi
        done
    done
    echo "$compiler: $(ls "$dir"/${FILES:-*.c} | wc -l) files"
done
exit $status
