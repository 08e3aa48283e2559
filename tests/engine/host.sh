# SPDX-License-Identifier: MIT
# host.sh - part of the tests that put the header of a pair into a host; they run in a directory of their own.
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

skip() {
    echo "skipped: $*"
    exit 77
}

# checkout FILE ENGINE VARIABLE : skips where FILE, which a checkout of ENGINE has, is not there
checkout() { [ -f "$1" ] || skip "no checkout of $2; -D$3=DIR names one"; }

# include_at PLACE FILE HEADER LINE COPY : COPY is FILE, a source of the host, with the one line of a user who includes
# HEADER at PLACE: none, top, or middle, which is above the line that begins with LINE
include_at() {
    case $1 in
    none) cat "$2" ;;
    top) printf '#include "%s"\n' "$3" && cat "$2" ;;
    middle) sed "/^$4/i #include \"$3\"" "$2" ;;
    esac >"$5"
    [ "$1" = none ] || [ "$(grep -cF "#include \"$3\"" "$5")" = 1 ] || fail "$1: the line was not placed"
}

# mistake CASE LINE : ./host CASE ends with 1 and says LINE, as llm.c and llama2.c say such things
mistake() {
    ./host "$1" >said 2>error
    [ $? = 1 ] && [ "$(cat error)" = "Error: $2" ] || fail "$1: $(cat said error)"
}
