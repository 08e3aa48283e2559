#!/bin/sh
# SPDX-License-Identifier: MIT
# set.sh LNGEN CXX SOURCES OBJECTS DIRECTORY FILE - proves the kernels that the lines of FILE have lngen emit. How many
# there are stands in docs/testing.md beside the name of the test, which DIRECTORY ends with.
set -eu
sh "$3/kernels.sh" "$1" "$2" "$3" "$4" "$5" < "$6"
status=0
"$5/prove" quick "$5" "$5/log" >"$5/said" || status=$?
cat "$5/said"
[ $status -eq 0 ] || exit $status
proven=$(sed -n 's/^\([0-9]*\) proven,.*/\1/p' "$5/said") name=${5##*/}
tr '\n' ' ' <"$3/../../docs/testing.md" | grep -q "[( ]$proven in .prove\.$name" || {
    echo "FAILED: docs/testing.md has another number of proofs in prove.$name than $proven"
    exit 1
}
