#!/bin/sh
# deps.sh [tests] [fuzz] [bench] [story] [matrix] - installs the Debian or Ubuntu packages that are missing; the one
# list of them. Without arguments what building needs; each argument adds what makes that complete, as far as the
# release has it. a|b is one package that has another name in some releases. Installs as root or with sudo. Otherwise says what to
# run as root, and fails when something needed is missing. With DEPS_LIST set it prints the list and installs nothing.
set -eu
needed='gcc libc6-dev cmake make ninja-build pkg-config liblua5.4-dev lua-argparse libcjson-dev'
fuzz='clang libclang-rt-dev|libclang-rt-14-dev'
tests="$fuzz git libomp-dev binutils g++ clang-16 clang-19 tcc gcc-mingw-w64-x86-64 wine wine64
       meson rustc python3 libopenmpi-dev openmpi-bin gnuplot-nox chromium
       fonts-dejavu-core valgrind clang-format-14|clang-format lua-check man-db groff-base"
bench='clang libdnnl-dev libxsmm-dev gnuplot-nox'
story='gnuplot-nox llvm'
matrix="$tests clang-tidy cppcheck"

optional=
for group; do
    case $group in
    tests) optional="$optional $tests" ;;
    fuzz) optional="$optional $fuzz" ;;
    bench) optional="$optional $bench" ;;
    story) optional="$optional $story" ;;
    matrix) optional="$optional $matrix" ;;
    *)
        echo "deps.sh: '$group' is no group of packages; usage: deps.sh [tests] [fuzz] [bench] [story] [matrix]" >&2
        exit 2
        ;;
    esac
done

if [ -n "${DEPS_LIST-}" ]; then
    # shellcheck disable=SC2086 # words
    printf '%s\n' $needed $optional
    exit 0
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "deps.sh: not Debian or Ubuntu; what these packages hold must be there: $needed" >&2
    exit 0
fi

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Those of its arguments of which no name is installed.
absent() {
    for entry; do
        for name in $(echo "$entry" | tr '|' ' '); do
            ! installed "$name" || continue 2
        done
        printf ' %s' "$entry"
    done
}

# The first name of an entry that the release has; nothing when it has none.
offered() {
    for name in $(echo "$1" | tr '|' ' '); do
        if LC_ALL=C apt-cache policy "$name" | grep -q '^ *Candidate: [^(]'; then
            printf ' %s' "$name"
            return
        fi
    done
}

# shellcheck disable=SC2086 # words
missing=$(absent $needed)
# shellcheck disable=SC2086
wanted=$(absent $optional)
[ -n "$missing$wanted" ] || exit 0

# What this release does not have is not asked for again each time: apt knows that without an update.
if [ -z "$missing" ] && [ -n "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]; then
    there=
    for entry in $wanted; do
        there=$there$(offered "$entry")
    done
    if [ -z "$there" ]; then
        echo "not in this release, done without:$wanted" >&2
        exit 0
    fi
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=sudo
else
    echo "deps.sh: not installed:$missing$wanted; as root, run: sh $(cd "$(dirname "$0")" && pwd)/deps.sh${*:+ $*}" >&2
    [ -z "$missing" ]
    exit
fi
$as_root apt-get update -q >&2
names=
for entry in $missing $wanted; do
    name=$(offered "$entry")
    if [ -n "$name" ]; then
        names=$names$name
        continue
    fi
    case " $missing " in
    *" $entry "*)
        echo "deps.sh: $entry: not in this release, and building needs it" >&2
        exit 1
        ;;
    esac
    echo "not in this release, done without: $entry" >&2
done
[ -n "$names" ] || exit 0
echo "installing:$names" >&2
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $names >&2
