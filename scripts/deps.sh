#!/bin/sh
# deps.sh [--all] - installs the Debian or Ubuntu packages that building and testing need; the one list of them.
# With --all also what only some tests and benchmarks use. Installs as root or with sudo; otherwise prints the command
# and stops.
set -eu
needed='gcc libc6-dev cmake make ninja-build pkg-config liblua5.4-dev lua-argparse libcjson-dev'
optional='clang libomp-dev binutils libdnnl-dev libxsmm-dev gnuplot-nox'

missing=
find_missing() {
    missing=
    for package; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing="$missing $package"
    done
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not Debian or Ubuntu: install what these packages hold yourself: $needed" >&2
    exit 0
fi

# shellcheck disable=SC2086 # words
find_missing $needed
if [ "${1-}" = --all ]; then
    required=$missing
    # shellcheck disable=SC2086
    find_missing $optional
    # only those that this release has
    for package in $missing; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            required="$required $package"
        else
            echo "$package: not in this release, done without" >&2
        fi
    done
    missing=$required
fi
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    echo "Packages are missing. As root, run:" >&2
    echo "    apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi
echo "installing:$missing" >&2
$as_root apt-get update -q >&2
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >&2
