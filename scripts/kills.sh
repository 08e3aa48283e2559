#!/bin/sh
# SPDX-License-Identifier: MIT
# kills.sh [KILLS [LNGEN [LIBRARY]]] - kills `lngen emit` KILLS times (1000) and looks at what is left each time: no
# file is torn, and `emit --check` tells a directory of old and new files, which the next emit mends and says so.
#
# LNGEN is build/generator/lngen. With LIBRARY, made from tests/kill_at.c, every second kill comes before a system call
# that changes files, the first to the last in turn. The others come at random times, half of them once files are being
# written. LN_TEST_SEED changes the times. With LIBRARY, too, those calls fail one by one, for an error of the device or
# a full disk (all of them for both with KILLS of 1000 or more, else every third): emit says so in one line, unless it
# can do without, and the former files are left, all of them. At last SIGTERM comes before each of them, or every third:
# emit ends with one line, and either all files are the former ones or all are new.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 2
kills=${1-1000}
lngen=${2-$root/build/generator/lngen}
library=${3-}
if [ $# -gt 3 ] || ! [ "$kills" -ge 1 ] 2>/dev/null; then
    echo "kills.sh: '$*': usage: kills.sh [KILLS [LNGEN [LIBRARY]]], KILLS being 1 or more" >&2
    exit 2
fi
[ -x "$lngen" ] || {
    echo "kills.sh: $lngen: no such program; build lngen, or name it: kills.sh KILLS LNGEN" >&2
    exit 2
}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
dir=$work/kernels
failures=0

fail() {
    failures=$((failures + 1))
    echo "FAILED: kill $kill: $*"
}

# Two sets of the same names; every file differs. set_of NUMBER ARGUMENT... : lngen emit for set 0 or 1, in place of
# this shell where $exec says so.
exec=""
set_of() {
    unroll=$((1 + $1))
    shift
    $exec "$lngen" emit "$@" --width 64,96 --isa scalar --unroll "$unroll"
}
for n in 0 1; do
    set_of $n -o "$work/$n" >/dev/null || exit 2
done

# Prints which set the directory is: 0, 1, or both where there are files of both; fails for a file of none.
holds() {
    found=
    for file in "$work"/0/*; do
        name=${file##*/}
        if cmp -s "$dir/$name" "$work/0/$name"; then
            found=${found}0
        elif cmp -s "$dir/$name" "$work/1/$name"; then
            found=${found}1
        else
            echo "torn: $name"
            return
        fi
    done
    case $found in
    *0*1* | *1*0*) echo both ;;
    *) echo "${found%"${found#?}"}" ;;
    esac
}

# Files of both sets: --check tells, whichever set it is asked for.
told() {
    for n in 0 1; do
        set_of $n -o "$dir" --check >"$work/check" 2>&1 && fail "--check finds nothing in a directory of both sets"
        grep -q 'writing was interrupted' "$work/check" || fail "--check does not tell: $(cat "$work/check")"
    done
}

# The next emit, of set $next, mends what is left, which was $what.
mend() {
    set_of $next -o "$dir" >"$work/out" 2>&1 || fail "the next emit: $(cat "$work/out")"
    if [ "$what" = both ] && ! grep -q 'writing had been interrupted' "$work/out"; then
        fail "the next emit does not tell: $(cat "$work/out")"
    fi
    [ "$(holds)" = $next ] || fail "the next emit left $(holds)"
    # shellcheck disable=SC2010 # names without blanks
    [ -z "$(ls -A "$dir" | grep '^\.')" ] || fail "left: $(ls -A "$dir" | grep '^\.')"
    set_of $next -o "$dir" --check >"$work/check" 2>&1 || fail "--check after that: $(cat "$work/check")"
    now=$next
}

# Numbers from 1 to 99, one a line
times=$(awk -v n="$kills" -v seed="${LN_TEST_SEED-1}" 'BEGIN { srand(seed); while (n--) print 1 + int(99 * rand()) }')

set_of 0 -o "$dir" >/dev/null || exit 2
calls=0
if [ -n "$library" ]; then
    set_of 0 -o "$work/count" >/dev/null
    LN_KILL_AT=count LD_PRELOAD=$library set_of 1 -o "$work/count" 2>"$work/out" >/dev/null
    calls=$(sed -n 's/ calls, [0-9]* of fsync$//p' "$work/out")
    synced=$(sed -n 's/^.* calls, \([0-9]*\) .*/\1/p' "$work/out")
    [ "${calls:-0}" -gt 0 ] || {
        echo "kills.sh: $library: counts no calls of lngen; it must be made from tests/kill_at.c" >&2
        exit 2
    }
    files=$(find "$work/0" -type f | wc -l)
    kill=none
    [ "$synced" -ge "$files" ] || fail "$synced of $files new files are on the disk before they replace others"
fi
now=0 killed=0 half=0 torn=0
kill=0
for time in $times; do
    kill=$((kill + 1))
    next=$((1 - now))
    if [ -n "$library" ] && [ $((kill % 2)) -eq 0 ]; then
        LN_KILL_AT=$((kill / 2 * 37 % calls)) LD_PRELOAD=$library set_of $next -o "$dir" >"$work/out" 2>&1
        status=$?
    else
        (exec="exec" && set_of $next -o "$dir" >"$work/out" 2>&1) &
        process=$!
        if [ $((kill % 4)) -eq 1 ]; then
            while kill -0 $process 2>/dev/null && [ ! -e "$dir/.lngen-writes" ]; do :; done
        fi
        sleep "0.0$((time / 10))$((time % 10))"
        kill -KILL $process 2>/dev/null
        wait $process 2>/dev/null
        status=$?
    fi
    [ $status -ne 137 ] || killed=$((killed + 1))
    what=$(holds)
    case $what in
    torn*)
        torn=$((torn + 1))
        fail "$what"
        ;;
    both)
        half=$((half + 1))
        told
        ;;
    esac
    if [ $((time % 3)) -eq 0 ] && [ "$what" = both ] && [ $kill -lt "$kills" ]; then
        continue # and once more, on top of that
    fi
    mend
done
echo "$kills runs, $killed killed: $torn torn, $half of old and new files, all told and mended but $failures"
[ $killed -gt 0 ] || failures=$((failures + 1))

failed=0 refused=0
first=0 step=1 errors='5 28' # EIO, ENOSPC
[ "$kills" -ge 1000 ] || { first=1 step=3 errors=; } # one of them in turn
for call in $([ "$calls" -eq 0 ] || seq $first $step $((calls - 1))); do
    for why in ${errors:-$((call % 2 ? 5 : 28))}; do
        failed=$((failed + 1))
        kill="call $call, errno $why"
        next=$((1 - now))
        LN_FAIL_WITH=$why LN_KILL_AT=$call LD_PRELOAD=$library set_of $next -o "$dir" >"$work/out" 2>&1
        status=$?
        what=$(holds)
        case $status,$what in
        "0,$next") ;;
        "3,$now")
            refused=$((refused + 1))
            if [ "$(wc -l <"$work/out")" -ne 1 ] || ! grep -q "^lngen: $dir" "$work/out"; then
                fail "$(cat "$work/out")"
            fi
            # shellcheck disable=SC2010 # names without blanks
            if [ ! -e "$dir/.lngen-writes" ] && ls -A "$dir" | grep -q '^\.'; then
                fail "left without a mark: $(ls -A "$dir" | grep '^\.')"
            fi
            ;;
        *) fail "status $status, files of set $what: $(cat "$work/out")" ;;
        esac
        mend
    done
done

stopped=0 finished=0
for call in $([ "$calls" -eq 0 ] || seq 0 $step $((calls - 1))); do
    kill="SIGTERM at call $call"
    next=$((1 - now))
    LN_SIGNAL=15 LN_KILL_AT=$call LD_PRELOAD=$library set_of $next -o "$dir" >"$work/out" 2>&1
    status=$?
    what=$(holds)
    case $status,$what,$(cat "$work/out") in
    "143,$now,lngen: interrupted: nothing was written") stopped=$((stopped + 1)) ;;
    "143,$next,lngen: interrupted: all files had been written") finished=$((finished + 1)) ;;
    *) fail "status $status, files of set $what: $(cat "$work/out")" ;;
    esac
    # shellcheck disable=SC2010 # names without blanks
    [ -z "$(ls -A "$dir" | grep '^\.')" ] || fail "left: $(ls -A "$dir" | grep '^\.')"
    mend
done
if [ "$calls" -gt 0 ]; then
    echo "$stopped emits that a signal stopped, $finished that it found finished; $failures failures so far"
    [ $stopped -gt 0 ] && [ $finished -gt 0 ] || failures=$((failures + 1))
    echo "$failed calls that failed, $refused of them told; $failures failures in all"
    [ $refused -gt 0 ] || failures=$((failures + 1))
fi
[ $failures -eq 0 ]
