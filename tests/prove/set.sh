#!/bin/sh
# SPDX-License-Identifier: MIT
# set.sh LNGEN CXX SOURCES OBJECTS DIRECTORY FILE - proves the kernels that the lines of FILE have lngen emit.
set -eu
sh "$3/kernels.sh" "$1" "$2" "$3" "$4" "$5" < "$6"
exec "$5/prove" quick "$5" "$5/log"
