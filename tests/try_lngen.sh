# SPDX-License-Identifier: MIT
# try_lngen.sh - part of tests that run lngen with good and bad input; they set $lngen and $work, a directory.
checks=0
failures=0

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
}

# Runs lngen and stores its exit status in $status, its output in $work/stdout and $work/stderr.
run() {
    checks=$((checks + 1))
    status=0
    "$lngen" "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
}

# bad STATUS ARGUMENT... : lngen must exit with STATUS and print one line on stderr that starts with "lngen: ", and
# nothing on stdout
bad() {
    expected=$1
    shift
    run "$@"
    lines=$(wc -l <"$work/stderr")
    if [ "$status" -ne "$expected" ] || [ "$lines" -ne 1 ] || [ -s "$work/stdout" ] ||
        ! grep -q '^lngen: .' "$work/stderr"; then
        fail "lngen $*: status $status, expected $expected; $lines lines on stderr:"
        cat "$work/stderr" "$work/stdout"
    fi
}

# says TEXT : the last message must contain TEXT
says() {
    checks=$((checks + 1))
    grep -qF -- "$1" "$work/stderr" || fail "'$1' is not in: $(cat "$work/stderr")"
}

good() {
    run "$@"
    [ "$status" -eq 0 ] || fail "lngen $*: status $status: $(cat "$work/stderr")"
    [ -s "$work/stderr" ] && fail "lngen $*: stderr: $(cat "$work/stderr")"
}
