#!/bin/sh
# SPDX-License-Identifier: MIT
# story.sh STORY LNGEN SOURCE PART - tests the program of the story. Parts:
#   bits   the same tables for every instruction set and number of threads, and those that docs/story/ holds
#   bad    wrong input and failures: one line each, and nothing half written
#   page   scripts/story.sh --short and its page
set -u
story=$1 lngen=$2 source=$3 part=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work" 2>/dev/null || { sleep 1; rm -rf "$work"; }' EXIT
failures=0
fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

bits() {
    # Shapes with parts of tiles and of registers: 16 and 48 wide, and a width without a kernel of its own.
    for isa in avx512 avx2 scalar; do
        if [ $isa != scalar ] && ! "$lngen" doctor | grep -q "ln_..._$isa \(can run\|runs\)"; then
            echo "$isa: this processor lacks it, skipped"
            continue
        fi
        for threads in 1 3; do
            set -- --threads $threads --quiet
            LN_ISA=$isa OMP_WAIT_POLICY=passive
            export LN_ISA OMP_WAIT_POLICY
            "$story" drift "$@" --depth 3 --width 48 -o "$work/drift" &&
                "$story" gradients "$@" --depths 2 --context 17 --batch 3 -o "$work/gradients" &&
                "$story" train "$@" --depth 2 --width 48 --steps 4 --warmup 2 --context 33 --batch 2 -o "$work/train" ||
                fail "$isa, $threads threads: status $?"
            sum=$(cat "$work/drift" "$work/gradients" "$work/train" | cksum)
            echo "$isa, $threads threads: $sum"
            [ "${first-$sum}" = "$sum" ] || fail "other bits with $isa on $threads threads"
            first=$sum
        done
    done
    unset LN_ISA
    # The tables that docs/story/ holds come from the same seed.
    "$story" drift --quiet -o "$work/drift" || fail "drift: status $?"
    cmp "$work/drift" "$source/docs/story/drift.tsv" || fail "docs/story/drift.tsv is another table"
    "$story" gradients --quiet --depths 6,12 -o "$work/gradients" || fail "gradients: status $?"
    awk 'NR == 1 || $2 == 6 || $2 == 12' "$source/docs/story/gradients.tsv" | cmp - "$work/gradients" ||
        fail "docs/story/gradients.tsv is another table"
    "$story" train --quiet --steps 12 -o "$work/train" || fail "train: status $?"
    awk 'NR == 1 || $3 <= 12' "$source/docs/story/train.tsv" | cmp - "$work/train" ||
        fail "docs/story/train.tsv is another table"
}

bad_run() { # STATUS TEXT ARGUMENT...
    expected=$1 text=$2
    shift 2
    status=0
    "$story" "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
    [ $status -eq "$expected" ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -qF -- "$text" "$work/stderr" &&
        [ ! -s "$work/stdout" ] ||
            fail "story $*: status $status, expected $expected and '$text': $(cat "$work/stderr")"
}

bad() {
    bad_run 2 'one command is wanted'
    bad_run 2 'is no command' nosuch
    bad_run 2 'one command is wanted' drift gradients
    bad_run 2 'unknown' drift --nosuch
    for depth in 0 513 -1 x '' 1.5; do
        bad_run 2 'from 1 to 512' train --depth "$depth"
        [ -z "$depth" ] || bad_run 2 'from 1 to 512' gradients --depths "6,$depth"
    done
    for width in 0 15 1025 2000; do bad_run 2 'from 16 to 1024' drift --width $width; done
    bad_run 2 'multiple of 16' drift --width 100
    bad_run 2 'names no depth' gradients --depths ,
    bad_run 2 'more than 16' gradients --depths 1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8
    for rate in 0 -1 2 x nan ''; do bad_run 2 'above 0 and at most 1' train --rate "$rate"; done
    for option in --context --batch --steps --warmup --threads; do bad_run 2 'whole number' train $option 0; done
    bad_run 2 'neither pre nor post' train --form both
    bad_run 2 'whole number' train --seed x
    bad_run 3 "$work/nosuch" train --text "$work/nosuch"
    echo short >"$work/short"
    bad_run 2 'is not a text' train --text "$work/short"
    bad_run 3 "$work/nosuch/x" drift -o "$work/nosuch/x"
    mkdir "$work/place"
    bad_run 3 "$work/place" drift --depth 1 -o "$work/place"
    if [ -w /dev/full ]; then
        status=0
        "$story" drift --depth 1 >/dev/full 2>"$work/stderr" || status=$?
        [ $status -eq 3 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] ||
            fail "a full device: $status, $(cat "$work/stderr")"
    fi
    # tiny memory
    status=0
    sh -c 'ulimit -v 200000 && exec "$@"' sh "$story" gradients --depths 512 --width 256 >"$work/stdout" \
        2>"$work/stderr" ||
        status=$?
    [ $status -eq 2 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -q 'not enough memory' "$work/stderr" ||
        fail "with little memory: $status, $(cat "$work/stderr")"
    rmdir "$work/place"
    rm -f "$work/short" "$work/stdout" "$work/stderr"
    [ -z "$(ls -A "$work")" ] || fail "files were left: $(ls -A "$work")"

    # scripts/story.sh
    script_bad() { # STATUS TEXT ARGUMENT...
        expected=$1 text=$2
        shift 2
        status=0
        STORY_LNGEN=$lngen STORY_PROGRAM=$story sh "$source/scripts/story.sh" "$@" >/dev/null 2>"$work/stderr" ||
            status=$?
        [ $status -eq "$expected" ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -qF -- "$text" "$work/stderr" ||
            fail "story.sh $*: status $status, expected $expected and '$text': $(cat "$work/stderr")"
    }
    script_bad 2 usage a b
    script_bad 2 usage --nosuch
    script_bad 3 'no directory can be made' /dev/null/x
    GNUPLOT=$work/nosuch script_bad 1 'gnuplot-nox' --short "$work/out"
    CC=$work/nosuch script_bad 1 'set CC' --short "$work/out"
    [ -e "$work/out" ] && fail "a story that failed left $work/out"
}

page() {
    command -v gnuplot >/dev/null || { echo "skipped: no gnuplot"; exit 77; }
    STORY_LNGEN=$lngen STORY_PROGRAM=$story sh "$source/scripts/story.sh" --short "$work/out" ||
        fail "story.sh: status $?"
    for id in why where how code; do grep -q "id=\"$id\"" "$work/out/story.html" || fail "no act $id in the page"; done
    [ ! -e "$work/out/.story.html" ] || fail "something half written"
    for comma in $(locale -a 2>/dev/null); do # the same numbers where they are written with a comma
        [ "$(LC_ALL=$comma locale decimal_point 2>/dev/null)" = , ] || continue
        LC_ALL=$comma sh "$source/examples/story/page.sh" "$work/out" | cmp - "$work/out/story.html" ||
            fail "another page under $comma"
        break
    done
    sh "$source/tests/story/browser.sh" "$work/out/story.html" "$work" 4
    status=$?
    [ $failures -eq 0 ] || exit 1
    exit $status
}

case $part in
bits | bad | page) $part ;;
*) fail "no part '$part'" ;;
esac
echo "$failures failed"
[ $failures -eq 0 ]
