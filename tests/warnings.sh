#!/bin/sh
# warnings.sh DIR COMPILER... - every kernel file of DIR compiles with each compiler without a warning.
set -u
dir=$1
shift
status=0
[ $# -gt 0 ] || { echo "no compiler given"; exit 1; }
for compiler; do
    for file in "$dir"/*.c; do
        if ! "$compiler" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -c "$file" -o /dev/null; then
            echo "$compiler: warnings in $file"
            status=1
        fi
    done
    echo "$compiler: $(ls "$dir"/*.c | wc -l) files"
done
exit $status
