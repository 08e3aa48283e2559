#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh BUILD LEAST - how many lines of generator/ and runtime/ ran in a build with --coverage, over all programs
# of the build that hold them; names the lines that did not. Fails when less than LEAST per cent of all ran.
set -eu
if [ $# -ne 2 ] || [ ! -d "$1" ] || ! [ "$2" -ge 0 ] 2>/dev/null; then
    echo "coverage.sh: '$*': usage: coverage.sh BUILD LEAST, BUILD being a directory, LEAST whole per cent" >&2
    exit 2
fi
build=$(CDPATH='' cd -- "$1" && pwd) least=$2
source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
find "$build" -name '*.gcda' | grep -E '/(runtime|generator|tests)/' | sort | while read -r data; do
    case $data in */CMakeFiles/*.dir/__/generated/* | */ops/* | */sets/*) continue ;; esac
    number=$((number + 1))
    mkdir "$work/$number"
    (cd "$work/$number" && gcov -p "$data" >/dev/null 2>&1) || :
done
# shellcheck disable=SC2016 # awk's $1
# A line of a report is COUNT:LINE:TEXT; the count is - where there is no code, ##### where none ran.
find "$work" -name '*.gcov' -exec cat {} + | awk -F : -v source="$source/" -v least="$least" '
    { count = $1; line = $2 + 0; gsub(/[ *]/, "", count) }
    line == 0 && $3 == "Source" {
        file = $4
        sub(/^\.\//, "", file)
        ours = index(file, source "runtime/") == 1 || index(file, source "generator/") == 1
        file = substr(file, length(source) + 1)
    }
    line > 0 && ours && count != "-" {
        if (!((file, line) in ran)) {
            lines[file]++
            order[file] = order[file] " " line
            ran[file, line] = 0
        }
        if (count !~ /^[#=]/)
            ran[file, line] = 1
    }
    END {
        for (file in lines) {
            n = split(order[file], list, " ")
            covered = 0
            missed = ""
            for (i = 1; i <= n; i++) {
                covered += ran[file, list[i]]
                if (!ran[file, list[i]])
                    missed = missed " " list[i]
            }
            all += n
            good += covered
            printf "%-34s %5d of %5d lines, %5.1f %%%s\n", file, covered, n, 100 * covered / n, \
                missed == "" ? "" : "; not:" missed | "sort"
        }
        close("sort")
        printf "coverage: %d of %d lines of generator and runtime, %.1f %%\n", good, all, all ? 100 * good / all : 0
        exit !all || 100 * good / all < least
    }'
