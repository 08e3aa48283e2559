#!/bin/sh
# release.sh [--quick] VERSION [DIRECTORY] - makes lngen-VERSION.tar.gz and SHA256SUMS in DIRECTORY (build-release). The
# tarball holds the files of the last commit, and nothing else; two runs on one commit write the same bytes.
#
# VERSION must be the one in CMakeLists.txt, and the checkout must have no changes. The tarball is unpacked into an empty
# directory, where all tests run as CI runs them, and gets its name only when they have passed. --quick: lngen is built
# there and emits generated/ again, and nothing else is tested.
# `gzip -dc lngen-VERSION.tar.gz | git get-tar-commit-id` prints the commit of a tarball.
set -eu
say() { echo "release.sh: $*" >&2; }
quick=
if [ "${1-}" = --quick ]; then
    quick=yes
    shift
fi
version=${1-}
case $#${2-} in
1) out=build-release ;;
2/*) out=$2 ;;
2[!-]*) out=$PWD/$2 ;;
*) version= ;;
esac
case $version in
'' | *[!0-9.]*)
    say "'$*': usage: release.sh [--quick] VERSION [DIRECTORY], VERSION being like 1.2.3"
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
for tool in git gzip sha256sum cmake; do
    command -v "$tool" >/dev/null || { say "$tool: not found"; exit 2; }
done
git() { command git -c safe.directory='*' -c core.autocrlf=false -c tar.umask=0022 "$@"; }
git rev-parse -q --verify HEAD >/dev/null 2>&1 || { say "$PWD: no checkout of git; releases are made of commits"; exit 2; }
[ -z "$(git status --porcelain)" ] || { say "$PWD: has changes that are not committed; commit or remove them"; exit 2; }
stated=$(sed -n 's/^project(lngen VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ "$stated" = "$version" ] || { say "$version: CMakeLists.txt says $stated; change one of the two"; exit 2; }

name=lngen-$version
mkdir -p "$out" || { say "$out: no directory can be made there"; exit 3; }
out=$(cd "$out" && pwd)
work=$(mktemp -d "$out/.release.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
# git archive sorts files, and gives all of them the time of the commit and no owner.
git archive --format=tar --prefix="$name/" -o "$work/$name.tar" HEAD
gzip -9n "$work/$name.tar"

mkdir "$work/unpacked"
gzip -dc "$work/$name.tar.gz" | tar -xf - -C "$work/unpacked"
status=0
if [ -n "$quick" ]; then
    {
        cmake -S "$work/unpacked/$name" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DLNGEN_TESTS=OFF -DLNGEN_BENCH=OFF &&
            cmake --build "$work/build" --parallel "$(nproc 2>/dev/null || echo 2)" --target lngen &&
            sh "$work/unpacked/$name/tests/generated.sh" "$work/build/generator/lngen" "$work/unpacked/$name/generated"
    } >"$out/$name.log" 2>&1 || status=$?
else
    sh "$work/unpacked/$name/scripts/test.sh" "$work/build" >"$out/$name.log" 2>&1 || status=$?
fi
if [ "$status" -ne 0 ]; then
    tail -n 30 "$out/$name.log" >&2
    say "$name failed its tests, no tarball was made; $out/$name.log has all of their output"
    exit 1
fi
mv "$work/$name.tar.gz" "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" >SHA256SUMS)
echo "$out/$name.tar.gz, commit $(git rev-parse --short HEAD), ${quick:+not }all tests passed"
cat "$out/SHA256SUMS"
