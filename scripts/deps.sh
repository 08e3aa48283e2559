#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh [tests] [fuzz] [bench] [story] [matrix] - installs the Debian or Ubuntu packages that are missing; the one
# list of them. Without arguments what building needs; each argument adds what makes that complete, as far as the
# release has it. a|b is one package that has another name in some releases. Installs as root or with sudo. Otherwise
# says what to run as root, and fails when something needed is missing. With DEPS_LIST set it prints the list and
# installs nothing.
set -eu
needed='gcc libc6-dev cmake make ninja-build pkg-config liblua5.4-dev lua-argparse libcjson-dev'
fuzz='clang libclang-rt-dev|libclang-rt-14-dev'
tests="$fuzz git libomp-dev binutils g++ clang-16 clang-19 tcc gcc-mingw-w64-x86-64 wine wine64
       gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user
       meson rustc python3 libopenmpi-dev openmpi-bin gnuplot-nox chromium
       cargo python3-dev python3-pip python3-setuptools python3-wheel python3-numpy python3-torch libtorch-dev
       python3-onnx libonnxruntime1.21|npm
       fonts-dejavu-core valgrind clang-format-14|clang-format lua-check man-db groff-base
       bochs bochs-term bochsbios vgabios isolinux syslinux-common xorriso busybox-static"
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
    [ "$1" != npm ] || ! command -v npm >/dev/null || return 0 # others than Debian pack it with node
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

# Installs what is absent of Debian's packages.
from_debian() {
    # shellcheck disable=SC2086 # words
    missing=$(absent $needed)
    # shellcheck disable=SC2086
    wanted=$(absent $optional)
    [ -n "$missing$wanted" ] || return 0

    # What this release does not have is not asked for again each time: apt knows that without an update.
    if [ -z "$missing" ] && [ -n "$(find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | head -n 1)" ]; then
        there=
        for entry in $wanted; do
            there=$there$(offered "$entry")
        done
        if [ -z "$there" ]; then
            echo "not in this release, done without:$wanted" >&2
            return 0
        fi
    fi

    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
    else
        echo "deps.sh: not installed:$missing$wanted; as root, run: sh $(cd "$(dirname "$0")" && pwd)/deps.sh${*:+ $*}" >&2
        [ -z "$missing" ]
        return
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
    [ -n "$names" ] || return 0
    echo "installing:$names" >&2
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $names >&2
}

# ONNX Runtime's library is in an npm package, for releases that have none of it: 113 MB to fetch.
from_npm() {
    case $optional in *'|npm'*) ;; *) return 0 ;; esac
    [ "$(id -u)" -eq 0 ] && command -v npm >/dev/null && ! installed libonnxruntime1.21 || return 0
    [ ! -d "$(npm root -g)/onnxruntime-node" ] || return 0
    echo "installing with npm: onnxruntime-node" >&2
    timeout 300 npm install -g --ignore-scripts --no-audit --no-fund onnxruntime-node@1.30.0 >&2 ||
        echo "deps.sh: npm could not install onnxruntime-node, done without it" >&2
}

from_debian "$@"
from_npm
