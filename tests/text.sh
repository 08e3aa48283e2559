#!/bin/sh
# SPDX-License-Identifier: MIT
# text.sh WHAT SOURCE [LNGEN] - checks texts of the project that no compiler reads. 77 when the tool for it is missing.
#   format  C files are as clang-format 14 writes them (other versions differ in details)
#   lua     luacheck finds nothing
#   spdx    every file has the line that names its licence, or is in REUSE.toml
#   usage   scripts say in one line how they are called when the arguments are wrong
#   man     the manual pages have no mistake that man sees, and tell all options that --help tells
set -u
what=$1 source=$2
cd "$source" || exit 1
need() { command -v "$1" >/dev/null 2>&1 || { echo "skipped: no $1"; exit 77; }; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0
fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}
# names of the tracked files, or of all outside build directories, that match a pattern
files() {
    if git -c safe.directory='*' rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -c safe.directory='*' ls-files -c -o --exclude-standard
    else
        find . -type f ! -path './build*' ! -path './out/*' | sed 's/^\.\///'
    fi | grep -E "$1"
}

case $what in
format)
    program=clang-format-14
    command -v $program >/dev/null 2>&1 || program=clang-format
    need $program
    $program --version | grep -q 'version 14\.' || { echo "skipped: $($program --version), and 14 is needed"; exit 77; }
    # templates are not C; what lngen writes has a layout of its own
    files '\.(c|h|cpp|hpp)$' | grep -vE '^(generated|templates)/|^examples/vendored/gpt2|^tests/tutorial/.*\.h$' \
        >"$work/files"
    [ "$(wc -l <"$work/files")" -gt 100 ] || fail "only $(wc -l <"$work/files") files were found"
    while read -r file; do
        $program "$file" | cmp -s - "$file" || fail "$file: run $program -i $file"
    done <"$work/files"
    printf 'int  main( void ){}\n' >"$work/bad.c"
    cp .clang-format "$work"
    ! $program "$work/bad.c" | cmp -s - "$work/bad.c" || fail "a file without format was not noticed"
    ;;
lua)
    need luacheck
    luacheck . --no-color -q || fail "luacheck, see above"
    ;;
spdx)
    sh scripts/spdx.sh --check || fail "files without that line: run sh scripts/spdx.sh"
    mkdir "$work/scripts" # a directory of its own, without git
    cp scripts/spdx.sh "$work/scripts"
    sh "$work/scripts/spdx.sh" --check || fail "spdx.sh lists a file although each has its line"
    echo 'int main(void) { return 0; }' >"$work/bad.c"
    said=$(sh "$work/scripts/spdx.sh" --check) && fail "a file without the line passed"
    [ "$said" = "bad.c: no line '/* SPDX-License-Identifier: MIT */'" ] || fail "of bad.c it says: $said"
    mkdir -p "$work/a/.git" "$work/.git" # one within, and one that git cannot read
    cp "$work/bad.c" "$work/a/.git"
    cp "$work/bad.c" "$work/.git"
    sh "$work/scripts/spdx.sh" 2>/dev/null && fail "spdx.sh passed where git does not work"
    rm "$work/.git/bad.c"
    rmdir "$work/.git"
    sh "$work/scripts/spdx.sh" || fail "spdx.sh gives no lines without git"
    cmp -s "$work/bad.c" "$work/a/.git/bad.c" && fail "spdx.sh left a file without its line, or wrote into .git"
    grep -q SPDX "$work/a/.git/bad.c" && fail "spdx.sh wrote into .git"
    ;;
usage)
    for script in scripts/*.sh scripts/*.py bench/*.sh fuzz/*.sh examples/story/*.sh; do
        name=${script##*/} run=sh
        [ "$name" = "${name%.py}" ] || { run=python3; command -v python3 >/dev/null || continue; }
        for more in '' 'a b c d e f'; do
            # shellcheck disable=SC2086 # words
            said=$($run "$script" --nosuch $more 2>&1 </dev/null) && fail "$name --nosuch $more passed"
            case $said in
            *"
"*) fail "$name --nosuch $more says: $said" ;;
            "$name: "*) ;;
            *) fail "$name --nosuch $more says: $said" ;;
            esac
        done
    done
    sh scripts/matrix.sh "$work/matrix" nosuch 2>/dev/null && fail "matrix.sh: nosuch is a step"
    [ ! -e "$work/matrix" ] || fail "matrix.sh makes its directory before it knows its steps"
    ;;
man)
    need man
    lngen=$3
    "$lngen" man >"$work/lngen.1" || fail "lngen man"
    commands=$(sed -n 's/^\\fBlngen\\-\([a-z]*\)\\fR(1).*/\1/p' "$work/lngen.1")
    [ "$(echo "$commands" | wc -w)" -ge 9 ] || fail "the page of lngen names the pages: $commands"
    for command in '' $commands; do
        page=$work/lngen$command.1
        # shellcheck disable=SC2086 # a word or none
        "$lngen" man $command >"$page" || fail "lngen man $command"
        LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l "$page" >"$work/shown" 2>"$work/said" ||
            fail "man -l of $command: $(cat "$work/said")"
        [ ! -s "$work/said" ] || fail "man -l of $command warns: $(cat "$work/said")"
        # shellcheck disable=SC2086
        "$lngen" $command --help | grep -oE '(^| )-(-[a-z-]+|[a-z])\b' | sort -u >"$work/options"
        [ -s "$work/options" ] || fail "the help of $command tells no option"
        while read -r option; do
            grep -qE -- "(^|[ ,])$option\b" "$work/shown" || fail "the page of $command does not tell $option"
        done <"$work/options"
    done
    ;;
*)
    fail "no check of '$what'"
    ;;
esac
[ $failures -eq 0 ]
