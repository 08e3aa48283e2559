#!/bin/sh
# SPDX-License-Identifier: MIT
# embed.sh EMBED - tests lngen_embed, which makes lngen's resources: what it writes, and one line for bad input.
set -u
lngen=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/try_lngen.sh"

# refused TEXT ARGUMENT... : one line that contains TEXT, and status 1
refused() {
    text=$1
    shift
    run "$@"
    [ "$status" -eq 1 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] || fail "embed $*: $status, $(cat "$work/stderr")"
    says "embed: $text"
    [ ! -e "$work/out.c" ] || fail "embed $*: left a file"
}

printf 'a%s' "$(printf '\001')" >"$work/text"
echo 'return 1' >"$work/good.lua"
echo 'return return' >"$work/bad.lua"
good "$work/out.c" "text=$work/text" "lua/good.lua=$work/good.lua"
grep -q '^97,1,0};$' "$work/out.c" || fail "a text: $(cat "$work/out.c")"
grep -q '{"text", (const char \*)r2, 2},' "$work/out.c" || fail "no text in the list: $(cat "$work/out.c")"
grep -q '^27,76,117,97,' "$work/out.c" || fail "no compiled module: $(cat "$work/out.c")" # ESC Lua
rm "$work/out.c"
refused 'usage: embed OUT NAME=PATH ...'
refused "$work/nosuch/out.c: No such file or directory" "$work/nosuch/out.c" "text=$work/text"
refused "text: expected NAME=PATH" "$work/out.c" text
refused "$work/nosuch: No such file or directory" "$work/out.c" "text=$work/nosuch"
refused "$work: could not be read" "$work/out.c" "text=$work"
refused "lua/bad.lua: lua/bad.lua:1: " "$work/out.c" "text=$work/text" "lua/bad.lua=$work/bad.lua"
[ ! -w /dev/full ] || refused "/dev/full: could not be written" /dev/full "text=$work/text"
[ ! -w /dev/full ] || [ -c /dev/full ] || fail "/dev/full was replaced"

echo "$checks checks, $failures failed"
[ "$failures" -eq 0 ]
