#!/bin/sh
# SPDX-License-Identifier: MIT
# release.sh SOURCE WORK - makes the tarball of a release in two clones, and compares: the tarballs, lngen and the
# libraries built from them under other paths, and what they emit and install, must have the same bytes.
# shellcheck disable=SC2015 # A && B || fail: fail ends the test
set -eu
source=$1 work=$2
for tool in git gzip sha256sum; do
    command -v $tool >/dev/null || { echo "skipped: $tool: not found"; exit 77; }
done
git() { command git -c safe.directory='*' -c advice.detachedHead=false "$@"; }
git -C "$source" rev-parse -q --verify HEAD >/dev/null 2>&1 || { echo "skipped: $source: no checkout of git"; exit 77; }
version=$(sed -n 's/^project(lngen VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
name=lngen-$version
chmod -R u+w "$work" 2>/dev/null || :
rm -rf "$work"
mkdir -p "$work"
fail() { echo "$*"; exit 1; }
log() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; fail "failed: $*"; }; }

# Two clones that differ in path, umask, language and time zone. What is not committed does not count.
one() { (umask 022 && LC_ALL=C TZ=UTC "$@"); }
two() { (umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo "$@"); }
git clone -q --no-hardlinks "$source" "$work/a"
git clone -q --no-hardlinks "$source" "$work/another clone of the project"
log one sh "$work/a/scripts/release.sh" --untested "$version" "$work/out1"
log two sh "$work/another clone of the project/scripts/release.sh" --untested "$version" "$work/out2"
cmp "$work/out1/$name.tar.gz" "$work/out2/$name.tar.gz" || fail "two tarballs of one commit differ"
(cd "$work/out1" && sha256sum -c SHA256SUMS >/dev/null) || fail "SHA256SUMS does not fit"
[ "$(gzip -dc "$work/out1/$name.tar.gz" | git get-tar-commit-id)" = "$(git -C "$source" rev-parse HEAD)" ] ||
    fail "the tarball does not say its commit"
gzip -dc "$work/out1/$name.tar.gz" | tar -tf - | sed "s|^$name/||" | grep -v '/$' | sort >"$work/has"
git -C "$work/a" ls-files | sort >"$work/should"
sed -i '/^$/d' "$work/has"
cmp "$work/has" "$work/should" || fail "the tarball does not hold the files of the commit"

# What must be refused leaves no tarball.
refuse() { # TEXT ARGUMENT...: with status 2 and one line that has TEXT
    text=$1
    shift
    status=0
    (cd "$work" && sh a/scripts/release.sh "$@" refused) 2>"$work/log" || status=$?
    [ "$status" -eq 2 ] && [ "$(wc -l <"$work/log")" -eq 1 ] && grep -q "$text" "$work/log" ||
        fail "release.sh $*: status $status: $(cat "$work/log")"
    [ ! -e "$work/refused" ] || fail "release.sh $*: refused, but wrote"
}
refuse 'usage:' --untested
refuse 'usage:' 1.2.x
refuse "CMakeLists.txt says $version" --untested 99.0.0
echo >"$work/a/new"
refuse 'changes that are not committed' --untested "$version"

# Tests that fail leave no tarball, those that pass do.
for status in 1 0; do
    rm -rf "$work/a/new" "$work/tested"
    echo "echo tests ran in \$0; exit $status" >"$work/a/scripts/test.sh"
    git -C "$work/a" -c user.name=test -c user.email=test commit -qam "tests that end with $status"
    ended=0
    sh "$work/a/scripts/release.sh" "$version" "$work/tested" >"$work/log" 2>&1 || ended=$?
    [ "$ended" -eq "$status" ] && grep -q "tests ran in .*/unpacked/$name/scripts/test.sh" "$work/tested/$name.log" ||
        fail "release.sh with tests that end with $status: status $ended: $(cat "$work/log")"
    [ "$(find "$work/tested" -name '*.gz' -o -name SHA256SUMS | wc -l)" -eq $((status ? 0 : 2)) ] ||
        fail "release.sh with tests that end with $status: $(ls -a "$work/tested")"
done

# Debug information, which names files, is part of what is compared.
build() { # NUMBER DIRECTORY BUILD: unpacks the tarball into an empty DIRECTORY, builds, emits and installs it
    # set -e does nothing here, since log asks for the status
    mkdir -p "$2" && gzip -dc "$work/out$1/$name.tar.gz" | tar -xf - -C "$2" &&
        cmake -S "$2/$name" -B "$3" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLNGEN_TESTS=OFF -DLNGEN_BENCH=OFF \
            -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_C_FLAGS_RELWITHDEBINFO="-O1 -g" &&
        cmake --build "$3" --parallel 2 &&
        "$3/generator/lngen" emit -o "$work/emitted$1/set" --width 100,768 --op layernorm,rmsnorm \
            --pass forward,backward &&
        (cd "$2/$name" && "$3/generator/lngen" emit -o "$work/emitted$1/pair" --single-file --prefix norms --config \
            examples/gpt2/config.json) &&
        DESTDIR=$work/installed$1 cmake --install "$3"
}
log one build 1 "$work/empty" "$work/b"
log two build 2 "$work/empty too/and deeper" "$work/build in another place"
diff -r "$work/emitted1" "$work/emitted2" || fail "two builds emit different files"
[ -n "$(ls "$work/emitted1/set")" ] && [ -x "$work/installed1/usr/bin/lngen" ] ||
    fail "nothing was emitted or installed"
diff -r "$work/installed1" "$work/installed2" || fail "two builds differ"
# as strip or debuggers see it: no path of the build is left in what is installed
if grep -rlF -e "$work" "$work/installed1"; then
    fail "these files name the directory of the build"
fi
# nor of what is compiled where it is linked
"$work/b/generator/lngen" emit -o "$work/small" --width 8 --isa scalar >"$work/log"
log cmake -S "$work/empty/$name" -B "$work/at-link" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLNGEN_BUILD_GENERATOR=OFF \
    -DLNGEN_TESTS=OFF -DLNGEN_BENCH=OFF -DLNGEN_KERNELS_DIR="$work/small" -DCMAKE_C_FLAGS_RELWITHDEBINFO="-O1 -g -flto"
log cmake --build "$work/at-link" --target ln_shared
! grep -F -e "$work/at-link" "$work"/at-link/runtime/libln.so* || fail "with -flto the library names the directory"
echo "$(find "$work/installed1" -type f | wc -l) files installed, $(find "$work/emitted1" -type f | wc -l) emitted:" \
    "the same twice"
