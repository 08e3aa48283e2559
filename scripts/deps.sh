#!/bin/sh
# deps.sh [tests] [bench] - installs the Debian or Ubuntu packages that are missing; the one list of them.
# Without arguments what building needs; `tests` and `bench` add what makes those complete, as far as the release has it.
# Installs as root or with sudo. Otherwise prints the command, and fails when something needed is missing.
set -eu
needed='gcc libc6-dev cmake make ninja-build pkg-config liblua5.4-dev lua-argparse libcjson-dev'
tests='clang libclang-rt-14-dev libomp-dev binutils g++ clang-16 clang-19 tcc gcc-mingw-w64-x86-64 wine wine64
       meson rustc python3 libopenmpi-dev openmpi-bin'
bench='clang libdnnl-dev libxsmm-dev gnuplot-nox'

optional=
for group; do
    case $group in
    tests) optional="$optional $tests" ;;
    bench) optional="$optional $bench" ;;
    *)
        echo "usage: deps.sh [tests] [bench]" >&2
        exit 2
        ;;
    esac
done

# The packages among its arguments that are not installed.
missing_of() {
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || printf ' %s' "$package"
    done
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "deps.sh: not Debian or Ubuntu; what these packages hold must be there: $needed" >&2
    exit 0
fi
# shellcheck disable=SC2086 # words
missing=$(missing_of $needed)
# shellcheck disable=SC2086
wanted=$(missing_of $optional)
[ -z "$missing$wanted" ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    echo "Packages are missing. As root, run:" >&2
    echo "    apt-get update && apt-get install -y --no-install-recommends$missing$wanted" >&2
    [ -z "$missing" ]
    exit
fi
echo "installing:$missing$wanted" >&2
$as_root apt-get update -q >&2
for package in $wanted; do
    if apt-cache show "$package" >/dev/null 2>&1; then
        missing="$missing $package"
    else
        echo "$package: not in this release; done without" >&2
    fi
done
# shellcheck disable=SC2086
[ -z "$missing" ] || $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
