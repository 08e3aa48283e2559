#!/bin/sh
# SPDX-License-Identifier: MIT
# warnings.sh DIR COMPILER... - fails unless every C file of DIR compiles with each compiler without a warning. The
# variable FILES may hold a pattern of file names; then only these files are compiled.
set -u
dir=$1
shift
status=0
[ $# -gt 0 ] || { echo "no compiler given"; exit 1; }
for compiler; do
    for file in "$dir"/${FILES:-*.c}; do
        for level in '-O0 -fsyntax-only' -O2; do # at -O0 intrinsics are macros, which can cause warnings of their own
            # shellcheck disable=SC2086 # words
            if ! "$compiler" -std=c11 $level -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
                -c "$file" -o /dev/null; then
                echo "$compiler: warnings in $file at $level"
                status=1
            fi
        done
    done
    echo "$compiler: $(ls "$dir"/${FILES:-*.c} | wc -l) files"
done
exit $status
